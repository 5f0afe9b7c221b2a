// SPDX-License-Identifier: GPL-3.0-or-later
// No job on two receipts, whoever asks how often.
#include "tests/support/test_server.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;

class ReceiptsTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theSameWindowTwiceSharesNoJob();
    void eightClientsAtOnceShareNoJob();
    void eightClientsWithOneKeyGetOneReceipt();
    void theSameKeyForAnotherOrderIsRefused();
    void theItemsAddUpToTheTotal();
    void aNewRateLeavesTheReceiptAsItWas();

private:
    /// `jobs` jobs of the user, one ended in each hour of October 2026 onwards.
    void addJobs(const std::string& user, int jobs);
    std::string value(const std::string& sql) { return m_server->database().value(sql); }

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<HttpClient> m_admin;
};

namespace
{

constexpr int clients = 8;

nlohmann::ordered_json order(const std::string& user, const std::string& before)
{
    return {{"username", user}, {"before", before}};
}

/// What `ask` was answered by each of eight clients that asked at the same time.
std::vector<Answer> atOnce(const std::function<Answer(int)>& ask)
{
    std::vector<Answer> answers(clients);
    std::atomic<int> ready = 0;
    {
        std::vector<std::jthread> threads;
        for (int client = 0; client < clients; ++client) {
            threads.emplace_back([&, client] {
                ++ready;
                while (ready < clients)
                    std::this_thread::yield();
                answers[static_cast<std::size_t>(client)] = ask(client);
            });
        }
    }
    return answers;
}

} // namespace

void ReceiptsTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    m_admin = std::make_unique<HttpClient>(m_server->admin());
    m_server->database().run("insert into clusters (name, created_at) values ('c', now());"
                             "select ensure_jobs_partition('2026-10-01'), ensure_jobs_partition('2026-11-01')");
}

void ReceiptsTest::addJobs(const std::string& user, int jobs)
{
    m_server->database().run(
        "insert into jobs (cluster_id, job_id, submit_at, display_id, started_at, ended_at, username, account, partition, qos, state, name, "
        "node_list, nodes, cpus, gpus, memory_mib, elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on) "
        "select c.id, (select coalesce(max(job_id), 0) from jobs) + n, t, n::text, t, t + interval '10 minutes', '"
        + user
        + "', 'a', 'p', 'q', 'COMPLETED', 'x', 'n1', 1, 7, n % 2, 1024, 600, 0, 7 * 600 + n, (n % 2) * 600, 1024 * 600, (t + interval '10 minutes')::date "
          "from clusters c, generate_series(1, "
        + std::to_string(jobs) + ") n, lateral (select timestamptz '2026-10-01' + n * interval '1 hour') at (t)");
}

void ReceiptsTest::theSameWindowTwiceSharesNoJob()
{
    addJobs("alice", 300);
    const Answer first = m_admin->post("/api/v1/receipts", order("alice", "2026-11-01"));
    QCOMPARE(first.status, 201);
    const Answer second = m_admin->post("/api/v1/receipts", order("alice", "2026-11-01"));
    QCOMPARE(second.status, 409);
    QVERIFY(second.body.find("alice") != std::string::npos);
    QCOMPARE(first.json().at("jobs").get<int>(), 300);

    addJobs("alice", 5); // they come late, into the window that was billed
    const Answer third = m_admin->post("/api/v1/receipts", order("alice", "2026-11-01"));
    QCOMPARE(third.status, 201);
    QCOMPARE(third.json().at("jobs").get<int>(), 5);
    std::set<std::int64_t> seen;
    std::size_t items = 0;
    for (const Answer& receipt : {first, third}) {
        const auto page = m_admin->get("/api/v1/receipts/" + std::to_string(receipt.json().at("id").get<int>()) + "/items?limit=1000").json();
        for (const auto& item : page.at("items")) {
            seen.insert(item.at("job_id").get<std::int64_t>());
            ++items;
        }
    }
    QCOMPARE(items, std::size_t{305});
    QCOMPARE(seen.size(), items);
}

void ReceiptsTest::eightClientsAtOnceShareNoJob()
{
    addJobs("bob", 720);
    // Windows that overlap: each client asks for three days more than the one before.
    const auto answers = atOnce([&](int client) {
        return m_admin->post("/api/v1/receipts", order("bob", "2026-10-" + std::string(client < 3 ? "0" : "") + std::to_string(3 * client + 3)));
    });
    int billed = 0;
    for (const Answer& answer : answers) {
        QVERIFY2(answer.status == 201 || answer.status == 409, answer.body.c_str());
        if (answer.status == 201)
            billed += answer.json().at("jobs").get<int>();
    }
    QCOMPARE(value("select count(*) from (select 1 from receipt_items where freed_at is null group by cluster_id, job_id, submit_at "
                   "having count(*) > 1) twice"),
             std::string("0"));
    QCOMPARE(std::to_string(billed), value("select count(*) from jobs where username = 'bob' and ended_at < '2026-10-24'"));
    QCOMPARE(std::to_string(billed), value("select count(*) from receipt_items i join receipts r on r.id = i.receipt_id where r.username = 'bob'"));
    // Numbers without gaps in each year, whoever came second and was refused.
    QCOMPARE(value("select sum(gaps) from (select max(right(number, 6)::int) - count(*) as gaps from receipts where tier = 'mu' "
                   "group by left(number, -6)) years"),
             std::string("0"));
}

void ReceiptsTest::eightClientsWithOneKeyGetOneReceipt()
{
    addJobs("carol", 100);
    const auto answers = atOnce(
        [&](int) { return m_admin->post("/api/v1/receipts", order("carol", "2026-11-01"), {{"Idempotency-Key", "carols-october"}}); });
    for (const Answer& answer : answers) {
        QVERIFY2(answer.status == 201, answer.body.c_str());
        QCOMPARE(answer.body, answers.front().body);
    }
    QCOMPARE(value("select count(*) from receipts where username = 'carol'"), std::string("1"));
}

void ReceiptsTest::theSameKeyForAnotherOrderIsRefused()
{
    const Answer answer = m_admin->post("/api/v1/receipts", order("carol", "2026-11-02"), {{"Idempotency-Key", "carols-october"}});
    QVERIFY2(answer.status == 422, answer.body.c_str());
}

void ReceiptsTest::theItemsAddUpToTheTotal()
{
    // Priced a second time, in the database's numeric, from the rates that the receipts themselves name.
    QCOMPARE(value(R"sql(
        select count(*) from receipt_items i join receipts r on r.id = i.receipt_id,
            lateral (select (i.cpu_seconds * r.rate_cpu + i.gpu_seconds * r.rate_gpu + i.memory_mib_seconds * r.rate_mem / 1024) / 3600 * 100) x (exact)
        where i.amount * 100 <> case when x.exact - floor(x.exact) = 0.5 then 2 * round(x.exact / 2) else round(x.exact) end
    )sql"),
             std::string("0"));
    QCOMPARE(value("select count(*) from receipts r where r.subtotal <> (select sum(i.amount) from receipt_items i where i.receipt_id = r.id)"),
             std::string("0"));
    QVERIFY(value("select sum(total) > 0 from receipts") == "t");
}

void ReceiptsTest::aNewRateLeavesTheReceiptAsItWas()
{
    const std::string id = value("select min(id) from receipts");
    const std::string before = m_admin->get("/api/v1/receipts/" + id).body;
    QCOMPARE(m_admin->post("/formula", {{"type", "mu"}, {"cpu", "99"}, {"gpu", "99"}, {"mem", "99"}}).status, 200);
    QCOMPARE(m_admin->get("/api/v1/receipts/" + id).body, before);
}

QTEST_GUILESS_MAIN(ReceiptsTest)
#include "tst_receipts.moc"
