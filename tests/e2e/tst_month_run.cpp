// SPDX-License-Identifier: GPL-3.0-or-later
// A month billed for everybody by two replicas, asked for by eight clients at once, while one replica is killed.
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "tests/support/test_server.h"

#include <QtTest>

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using support::TestServer;

namespace
{

constexpr int clients = 8;
constexpr int users = 1500; // seconds of work for both, so that one can be killed within
constexpr int jobsPerUser = 60; // of which two thirds ended in October

const std::string addJobs = fmt::format(R"sql(
    insert into clusters (name, created_at) values ('c', now());
    select ensure_jobs_partition('2026-09-01'), ensure_jobs_partition('2026-10-01'), ensure_jobs_partition('2026-11-01');
    insert into jobs (cluster_id, job_id, submit_at, display_id, started_at, ended_at, username, account, partition, qos, state, name, node_list,
                      nodes, cpus, gpus, memory_mib, elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on)
    select 1, u * 1000 + n, t, (u * 1000 + n)::text, t, t + interval '10 minutes', 'user' || u, 'a', 'p', 'q', 'COMPLETED', 'x', 'n1', 1, 7,
           n % 2, 1024, 600, 0, 7 * 600 + n + u, (n % 2) * 600, 1024 * 600, (t + interval '10 minutes')::date
    from generate_series(1, {}) u, generate_series(1, {}) n, lateral (select timestamptz '2026-10-01' + n * interval '18 hours') at (t);
    insert into usage_daily (day, cluster_id, account, username, partition, jobs, cpu_seconds, gpu_seconds, memory_mib_seconds)
    select booked_on, cluster_id, account, username, partition, count(*), sum(cpu_seconds), sum(gpu_seconds), sum(memory_mib_seconds)
    from jobs group by 1, 2, 3, 4, 5;
    analyze;
)sql",
                                           users, jobsPerUser);

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

class MonthRunTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void eightClientsBeginOneRunAndAKilledReplicaIsMadeUpFor();
    void whatWasBilledIsBilledOnce();
    void totalsAreThoseOfARecount();
    void theCommandLineBillsTheRest();
    void theCommandLineSaysWhatItCannotDo();

private:
    std::string value(const std::string& sql) const
    {
        postgres::Connection connection(m_cluster->superuserUrl(), {});
        const auto result = connection.script(sql);
        return result.empty() || result[0].isNull(0) ? std::string() : result[0].as<std::string>(0);
    }

    support::ScratchDirectory m_directory;
    std::unique_ptr<postgres::EmbeddedCluster> m_cluster;
    std::array<std::unique_ptr<TestServer>, 2> m_replicas;
};

void MonthRunTest::initTestCase()
{
    const auto place = m_directory.path() / "database";
    m_cluster = std::make_unique<postgres::EmbeddedCluster>(place, std::vector<std::string>{"fsync=off"});
    const support::Environment settings{{"DATABASE_URL", "embedded:" + place.string()}, {"BILLING_TAX_RATE", "7"}};
    for (auto& replica : m_replicas)
        replica = std::make_unique<TestServer>(settings);
    value(addJobs);
}

void MonthRunTest::eightClientsBeginOneRunAndAKilledReplicaIsMadeUpFor()
{
    const std::array<HttpClient, 2> admins{m_replicas[0]->admin(), m_replicas[1]->admin()};
    const auto answers = atOnce([&](int client) {
        // Some bill single users meanwhile, as an admin may.
        if (client >= 6)
            return admins[static_cast<std::size_t>(client % 2)].post(
                "/api/v1/receipts", {{"username", fmt::format("user{}", client)}, {"before", "2026-10-15"}});
        return admins[static_cast<std::size_t>(client % 2)].post("/api/v1/receipt-runs", {{"month", "2026-10"}});
    });
    int begun = 0;
    for (int client = 0; client < 6; ++client) {
        const Answer& answer = answers[static_cast<std::size_t>(client)];
        QVERIFY2(answer.status == 202 || answer.status == 200, answer.body.c_str());
        begun += answer.status == 202 ? 1 : 0;
        QCOMPARE(answer.header("location"), std::string("/api/v1/receipt-runs/1"));
    }
    QCOMPARE(begun, 1);

    QTRY_VERIFY_WITH_TIMEOUT(std::stoi(value("select count(*)::text from receipts")) >= 20, 120'000);
    m_replicas[0]->kill();
    QVERIFY2(std::stoi(value("select count(*)::text from receipts")) < users, "the replica was killed too late to prove anything");
    QTRY_COMPARE_WITH_TIMEOUT(admins[1].get("/api/v1/receipt-runs/1").json().at("status").get<std::string>(), std::string("finished"), 600'000);
    const auto run = admins[1].get("/api/v1/receipt-runs/1").json();
    QCOMPARE(run.at("users_total").get<int>(), users);
    QCOMPARE(run.at("users_done").get<int>(), users);
    QCOMPARE(run.at("users_failed").get<int>(), 0);
    QCOMPARE(run.at("amount").at("amount").get<std::string>(),
             value("select sum(r.total)::text from receipts r join receipt_run_users u on u.receipt_id = r.id"));
}

void MonthRunTest::whatWasBilledIsBilledOnce()
{
    QCOMPARE(value("select (count(*) - count(distinct (cluster_id, job_id, submit_at)))::text from receipt_items"), std::string("0"));
    QCOMPARE(value("select count(*)::text from receipt_items"), value("select count(*)::text from jobs where ended_at < '2026-11-01'"));
    // Numbers from the first to the last of each year, whoever was killed on the way.
    QCOMPARE(value("select sum(gaps)::text from (select max(right(number, 6)::int) - count(*) + min(right(number, 6)::int) - 1 as gaps "
                   "from receipts group by left(number, -6)) years"),
             std::string("0"));
    QCOMPARE(value("select count(*)::text from receipts where number is null"), std::string("0"));
    QCOMPARE(value("select count(*)::text from audit_log where action = 'receipt.created'"), value("select count(*)::text from receipts"));
    QCOMPARE(value("select count(*)::text from outbox where event_type = 'receipt.created'"), value("select count(*)::text from receipts"));
    const support::Outcome verified = m_replicas[1]->hpcbill({"audit", "verify"});
    QVERIFY2(verified.exitCode == 0, (verified.output + verified.errors).c_str());
}

void MonthRunTest::totalsAreThoseOfARecount()
{
    // Items priced a second time, and the tax of each receipt, in the database's numeric.
    QCOMPARE(value(R"sql(
        select count(*)::text from receipt_items i join receipts r on r.id = i.receipt_id,
            lateral (select (i.cpu_seconds * r.rate_cpu + i.gpu_seconds * r.rate_gpu + i.memory_mib_seconds * r.rate_mem / 1024) / 3600 * 100) x (exact)
        where i.amount * 100 <> case when x.exact - floor(x.exact) = 0.5 then 2 * round(x.exact / 2) else round(x.exact) end
    )sql"),
             std::string("0"));
    QCOMPARE(value(R"sql(
        select count(*)::text from receipts r,
            lateral (select sum(i.amount) as sum, count(*) as items from receipt_items i where i.receipt_id = r.id) s,
            lateral (select s.sum * 7) x (exact)
        where r.jobs <> s.items or r.subtotal <> s.sum or r.total <> r.subtotal + r.tax
           or r.tax * 100 <> case when x.exact - floor(x.exact) = 0.5 then 2 * round(x.exact / 2) else round(x.exact) end
    )sql"),
             std::string("0"));
}

void MonthRunTest::theCommandLineBillsTheRest()
{
    m_replicas[0]->start();
    // The table first: the servers price rows of it meanwhile, in an order of their own.
    value("lock table usage_daily in exclusive mode; "
          "update jobs set ended_at = ended_at - interval '2 months', booked_on = booked_on - 61 where ended_at >= '2026-11-01'; "
          "update usage_daily set day = day - 61 where day >= '2026-11-01'");
    const support::Outcome outcome = m_replicas[0]->hpcbill({"receipts", "run", "--month", "2026-09", "--json"});
    QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
    const auto run = nlohmann::json::parse(outcome.output);
    QCOMPARE(run.at("status").get<std::string>(), std::string("finished"));
    QCOMPARE(run.at("users_done"), run.at("users_total"));
    QVERIFY(run.at("receipts").get<int>() > 0);
    QCOMPARE(value("select count(*)::text from receipt_items where freed_at is null"),
             value("select count(*)::text from jobs where ended_at < '2026-11-01'"));
    QVERIFY(value("select actor from audit_log where action = 'receipt_run.started' order by seq desc limit 1").starts_with("cli:"));
    QCOMPARE(outcome.errors, std::string()); // no progress where nobody watches
}

void MonthRunTest::theCommandLineSaysWhatItCannotDo()
{
    QCOMPARE(m_replicas[0]->hpcbill({"receipts", "run"}).exitCode, 2);
    QCOMPARE(m_replicas[0]->hpcbill({"receipts", "run", "--month", "October"}).exitCode, 2);
    QCOMPARE(m_replicas[0]->hpcbill({"receipts", "walk", "--month", "2026-09"}).exitCode, 2);
    const support::Outcome early = m_replicas[0]->hpcbill({"receipts", "run", "--month", "2999-01"});
    QCOMPARE(early.exitCode, 3);
    QVERIFY2(early.errors.find("is not over") != std::string::npos, early.errors.c_str());
}

QTEST_GUILESS_MAIN(MonthRunTest)
#include "tst_month_run.moc"
