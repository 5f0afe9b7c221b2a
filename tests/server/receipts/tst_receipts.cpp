// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/receipts.h"
#include "server/usage/usage.h"
#include "tests/support/jobs.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <thread>

using namespace hpcbill;
using namespace std::chrono_literals;

namespace
{

const api::Actor finance{
    .name = "finance1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "r1"};

} // namespace

class ReceiptsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aReceiptHoldsEveryUnbilledJobThatEndedBefore();
    void itsTotalIsWhatPostgresqlComputesFromItsSeconds();
    void aSecondReceiptForTheSameWindowFindsNothing();
    void aLaterReceiptTakesOnlyWhatIsNew();
    void jobsThatRunOrNeverRanAreOnNoReceipt();
    void ratesThatChangeLaterLeaveItAsItWas();
    void numbersFollowEachOtherWithoutGaps();
    void eightClientsAtOnceMakeOneReceipt();
    void theSameKeyAnswersWithTheSameReceipt();
    void theSameKeyWithAnotherBodyIsRefused();
    void theDatabaseRefusesASecondLiveReceiptForAJob();
    void theApplicationCannotChangeIssuedMoney();
    void itIsOnRecord();

private:
    void merge(const std::vector<slurm::JobRecord>& records);

    std::unique_ptr<support::TestDatabase> m_database;
    std::unique_ptr<prometheus::Registry> m_metrics;
    std::unique_ptr<audit::Log> m_audit;
    std::unique_ptr<rates::RateBook> m_rates;
    std::unique_ptr<usage::JobStore> m_jobs;
    std::unique_ptr<receipts::Receipts> m_receipts;
};

void ReceiptsTest::init()
{
    m_receipts.reset();
    m_database = std::make_unique<support::TestDatabase>();
    m_metrics = std::make_unique<prometheus::Registry>();
    m_audit = std::make_unique<audit::Log>(*m_metrics);
    m_rates = std::make_unique<rates::RateBook>(m_database->pool(), *m_audit, Currency::thb());
    m_rates->ensureInitial();
    m_jobs = std::make_unique<usage::JobStore>(*m_rates);
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{
        .pool = m_database->pool(), .audit = *m_audit, .rates = *m_rates, .metrics = *m_metrics});
}

void ReceiptsTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(*m_database, "testbed");
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
    m_jobs->merge(tx, cluster, records);
    tx.commit();
}

void ReceiptsTest::aReceiptHoldsEveryUnbilledJobThatEndedBefore()
{
    auto early = support::finishedJob(1);
    auto late = support::finishedJob(2);
    late.endedAt = support::at("2026-12-01T00:00:00Z");
    auto atTheCut = support::finishedJob(3);
    atTheCut.endedAt = support::at("2026-11-30T00:00:00Z");
    merge({early, late, atTheCut});
    const auto receipt =
        m_receipts->create("alice", support::at("2026-11-30T00:00:00Z"), std::nullopt, finance);
    QCOMPARE(receipt.jobs, 1);
    QCOMPARE(receipt.number, "MU-" + m_database->value("select extract(year from now())") + "-000001");
    QCOMPARE(receipt.from, *early.endedAt);
    QCOMPARE(receipt.status, receipts::Status::pending);
    // 7200 core-seconds at 1/h and 512 MiB for an hour at 0.5/h: 2.00 + 0.25
    QCOMPARE(toDecimal(receipt.total), std::string("2.25"));
}

void ReceiptsTest::itsTotalIsWhatPostgresqlComputesFromItsSeconds()
{
    merge(support::manyJobs(400, 11));
    for (const char* user : {"alice", "bob", "carol"}) {
        const auto receipt =
            m_receipts->create(user, support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
        // Half to even in numeric, without common/pricing: the remainder decides, and at exactly a half the
        // parity.
        const std::string sum = m_database->value(
            "select sum(case when x - floor(x) > 0.5 or (x - floor(x) = 0.5 and floor(x) % 2 = 1) then "
            "floor(x) + 1 else floor(x) end) / 100 "
            "from (select div_exact / 100000000000000000000 as x from (select "
            "  (i.cpu_seconds * r.rate_cpu * 1024 + i.gpu_seconds * r.rate_gpu * 1024 + i.memory_mib_seconds "
            "* r.rate_mem) "
            "  * 100 * 100000000000000000000 / (3600 * 1024) as div_exact "
            "from receipt_items i join receipts r on r.id = i.receipt_id where r.username = '" +
            std::string(user) + "') e) f");
        QCOMPARE(
            m_database->value("select " + sum + " = total from receipts where username = '" + user + "'"),
            std::string("t"));
        QCOMPARE(m_database->value("select sum(amount) = " + toDecimal(receipt.total) +
                                   " from receipt_items where receipt_id = " +
                                   std::to_string(static_cast<std::int64_t>(receipt.id))),
                 std::string("t"));
    }
}

void ReceiptsTest::aSecondReceiptForTheSameWindowFindsNothing()
{
    merge({support::finishedJob(1)});
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    m_receipts->create("alice", cutOff, std::nullopt, finance);
    QVERIFY_EXCEPTION_THROWN(m_receipts->create("alice", cutOff, std::nullopt, finance), Conflict);
    QCOMPARE(m_database->value("select count(*) from receipts"), std::string("1"));
}

void ReceiptsTest::aLaterReceiptTakesOnlyWhatIsNew()
{
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    merge({support::finishedJob(1), support::finishedJob(2)});
    m_receipts->create("alice", cutOff, std::nullopt, finance);
    merge({support::finishedJob(1), support::finishedJob(2), support::finishedJob(3)});
    const auto second = m_receipts->create("alice", cutOff, std::nullopt, finance);
    QCOMPARE(second.jobs, 1);
    QCOMPARE(m_database->value(
                 "select count(*) - count(distinct (cluster_id, job_id, submit_at)) from receipt_items"),
             std::string("0"));
}

void ReceiptsTest::jobsThatRunOrNeverRanAreOnNoReceipt()
{
    auto neverRan = support::finishedJob(2);
    neverRan.hadNodes = false;
    neverRan.elapsedSeconds = 0;
    merge({support::runningJob(1), neverRan});
    QVERIFY_EXCEPTION_THROWN(
        m_receipts->create("alice", support::at("2027-01-01T00:00:00Z"), std::nullopt, finance), Conflict);
}

void ReceiptsTest::ratesThatChangeLaterLeaveItAsItWas()
{
    merge({support::finishedJob(1)});
    const auto before =
        m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
    m_rates->change({.tier = "mu",
                     .rates = {.cpu = Rate::fromMicro(9'000'000), .gpu = {}, .mem = {}},
                     .effectiveFrom = {},
                     .reason = "test"},
                    std::nullopt, finance);
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    const auto after = m_receipts->find(tx, before.id);
    QCOMPARE(after.total, before.total);
    QVERIFY(after.rates == before.rates);
    const auto job = m_jobs->find(tx, "testbed", 1, std::nullopt);
    QCOMPARE(job.cost, before.total);
    QCOMPARE(job.receiptId, std::optional(static_cast<std::int64_t>(before.id)));
    QCOMPARE(m_jobs->explain(tx, job).charge.total, before.total);
}

void ReceiptsTest::numbersFollowEachOtherWithoutGaps()
{
    merge(support::manyJobs(100, 3));
    const auto cutOff = support::at("2027-01-01T00:00:00Z");
    for (const char* user : {"alice", "nobody", "bob", "carol", "alice", "dave"}) {
        try {
            m_receipts->create(user, cutOff, std::nullopt, finance);
        } catch (const Conflict& nothing) {
            QCOMPARE(nothing.code(), std::string("nothing_to_bill"));
        }
    }
    QCOMPARE(m_database->value("select string_agg(right(number, 6), ' ' order by id) from receipts"),
             std::string("000001 000002 000003 000004"));
}

void ReceiptsTest::eightClientsAtOnceMakeOneReceipt()
{
    merge(support::manyJobs(300, 5));
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 8; ++client) {
            clients.emplace_back([&] {
                try {
                    m_receipts->create("alice", support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
                    ++made;
                } catch (const Conflict&) {
                    ++refused;
                }
            });
        }
    }
    QCOMPARE(made.load(), 1);
    QCOMPARE(refused.load(), 7);
    QCOMPARE(m_database->value("select count(*) from receipts"), std::string("1"));
}

void ReceiptsTest::theSameKeyAnswersWithTheSameReceipt()
{
    merge({support::finishedJob(1)});
    const receipts::IdempotencyKey key{"key-1", std::string(32, 'a')};
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    const auto first = m_receipts->create("alice", cutOff, key, finance);
    QCOMPARE(m_receipts->create("alice", cutOff, key, finance).number, first.number);
    QCOMPARE(m_database->value("select count(*) from receipts"), std::string("1"));
}

void ReceiptsTest::theSameKeyWithAnotherBodyIsRefused()
{
    merge({support::finishedJob(1)});
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    m_receipts->create("alice", cutOff, receipts::IdempotencyKey{"key-1", std::string(32, 'a')}, finance);
    try {
        m_receipts->create("bob", cutOff, receipts::IdempotencyKey{"key-1", std::string(32, 'b')}, finance);
        QFAIL("another body was accepted");
    } catch (const Conflict& conflict) {
        QCOMPARE(conflict.code(), std::string("idempotency_key_reused"));
    }
}

void ReceiptsTest::theDatabaseRefusesASecondLiveReceiptForAJob()
{
    merge({support::finishedJob(1)});
    m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
    QVERIFY_EXCEPTION_THROWN(m_database->run("insert into receipt_items select receipt_id, 99, cluster_id, "
                                             "job_id, submit_at, 0, 0, 0, 0, null from receipt_items"),
                             postgres::ConstraintViolation);
}

void ReceiptsTest::theApplicationCannotChangeIssuedMoney()
{
    merge({support::finishedJob(1)});
    m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
    static constexpr postgres::Statement raise{
        "test.raise", "update receipts set total = total + 1, subtotal = subtotal + 1"};
    static constexpr postgres::Statement remove{"test.remove", "delete from receipts"};
    for (const auto& statement : {raise, remove}) {
        postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
        try {
            tx.execute(statement);
            QFAIL("the application's role was allowed to");
        } catch (const postgres::QueryError& refused) {
            QCOMPARE(refused.sqlstate(), std::string("42501"));
        }
    }
}

void ReceiptsTest::itIsOnRecord()
{
    merge({support::finishedJob(1)});
    const auto receipt =
        m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    const auto record = m_audit->page(tx, false, 1, std::nullopt).at(0).record;
    QCOMPARE(record.action, std::string("receipt.created"));
    QCOMPARE(record.targetId, std::optional<std::string>(receipt.number));
    QCOMPARE(record.actor, std::optional<std::string>("finance1"));
    QVERIFY(!audit::verify(*m_audit, tx).finding);
}

QTEST_GUILESS_MAIN(ReceiptsTest)
#include "tst_receipts.moc"
