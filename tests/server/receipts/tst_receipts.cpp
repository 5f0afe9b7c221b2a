// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

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
    void aVoidReceiptFreesItsJobs();
    void whatIsPaidOrVoidCannotBeVoided();
    void whatWasMarkedPaidByHandCanBeTakenBack();
    void whatTheProviderPaidCannotBeTakenBack();
    void theDatabaseKeepsVoidReceiptsVoid();

private:
    receipts::Receipt oneReceipt();
    receipts::Receipt paid(receipts::ReceiptId id, receipts::PaidHow how);
    void merge(const std::vector<slurm::JobRecord>& records);

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<receipts::Receipts> m_receipts;
};

void ReceiptsTest::init()
{
    m_receipts.reset();
    m_ground = std::make_unique<support::Ground>();
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{.pool = m_ground->database.pool(),
                                                                                .audit = m_ground->audit,
                                                                                .prices = m_ground->prices,
                                                                                .outbox = m_ground->outbox,
                                                                                .metrics = m_ground->metrics});
}

void ReceiptsTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, cluster, records);
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
    const auto firstOfTheYear = [this] {
        return "MU-" + m_ground->database.value("select extract(year from now() at time zone 'UTC')") + "-000001";
    };
    const std::string before = firstOfTheYear();
    const auto receipt =
        m_receipts->create("alice", support::at("2026-11-30T00:00:00Z"), std::nullopt, finance);
    QCOMPARE(receipt.jobs, 1);
    if (receipt.number != before) // the year may have ended meanwhile
        QCOMPARE(receipt.number, firstOfTheYear());
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
        const std::string sum = m_ground->database.value(
            "select sum(case when x - floor(x) > 0.5 or (x - floor(x) = 0.5 and floor(x) % 2 = 1) then "
            "floor(x) + 1 else floor(x) end) / 100 "
            "from (select div_exact / 100000000000000000000 as x from (select "
            "  (i.cpu_seconds * r.rate_cpu * 1024 + i.gpu_seconds * r.rate_gpu * 1024 + i.memory_mib_seconds "
            "* r.rate_mem) "
            "  * 100 * 100000000000000000000 / (3600 * 1024) as div_exact "
            "from receipt_items i join receipts r on r.id = i.receipt_id where r.username = '" +
            std::string(user) + "') e) f");
        QCOMPARE(
            m_ground->database.value("select " + sum + " = total from receipts where username = '" + user + "'"),
            std::string("t"));
        QCOMPARE(m_ground->database.value("select sum(amount) = " + toDecimal(receipt.total) +
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
    QCOMPARE(m_ground->database.value("select count(*) from receipts"), std::string("1"));
}

void ReceiptsTest::aLaterReceiptTakesOnlyWhatIsNew()
{
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    merge({support::finishedJob(1), support::finishedJob(2)});
    m_receipts->create("alice", cutOff, std::nullopt, finance);
    merge({support::finishedJob(1), support::finishedJob(2), support::finishedJob(3)});
    const auto second = m_receipts->create("alice", cutOff, std::nullopt, finance);
    QCOMPARE(second.jobs, 1);
    QCOMPARE(m_ground->database.value(
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
    m_ground->rates.change({.tier = "mu",
                     .rates = {.cpu = Rate::fromMicro(9'000'000), .gpu = {}, .mem = {}},
                     .effectiveFrom = {},
                     .reason = "test"},
                    std::nullopt, finance);
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto after = m_receipts->find(tx, before.id);
    QCOMPARE(after.total, before.total);
    QVERIFY(after.rates == before.rates);
    const auto job = m_ground->jobs.find(tx, "testbed", 1, std::nullopt);
    QCOMPARE(job.cost, before.total);
    QCOMPARE(job.receiptId, std::optional(static_cast<std::int64_t>(before.id)));
    QCOMPARE(m_ground->jobs.explain(tx, job).charge.total, before.total);
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
    QCOMPARE(m_ground->database.value("select string_agg(right(number, 6), ' ' order by id) from receipts"),
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
    QCOMPARE(m_ground->database.value("select count(*) from receipts"), std::string("1"));
}

void ReceiptsTest::theSameKeyAnswersWithTheSameReceipt()
{
    merge({support::finishedJob(1)});
    const receipts::IdempotencyKey key{"key-1", std::string(32, 'a')};
    const auto cutOff = support::at("2026-12-01T00:00:00Z");
    const auto first = m_receipts->create("alice", cutOff, key, finance);
    QCOMPARE(m_receipts->create("alice", cutOff, key, finance).number, first.number);
    QCOMPARE(m_ground->database.value("select count(*) from receipts"), std::string("1"));
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
    QVERIFY_EXCEPTION_THROWN(m_ground->database.run("insert into receipt_items select receipt_id, 99, cluster_id, "
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
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
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
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto record = m_ground->audit.page(tx, false, 1, std::nullopt).at(0).record;
    QCOMPARE(record.action, std::string("receipt.created"));
    QCOMPARE(record.targetId, std::optional<std::string>(receipt.number));
    QCOMPARE(record.actor, std::optional<std::string>("finance1"));
    QVERIFY(!audit::verify(m_ground->audit, tx).finding);
}

receipts::Receipt ReceiptsTest::oneReceipt()
{
    merge({support::finishedJob(1)});
    return m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
}

receipts::Receipt ReceiptsTest::paid(receipts::ReceiptId id, receipts::PaidHow how)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    const auto receipt = m_receipts->markPaid(tx, m_receipts->lock(tx, id), {how, "bank_transfer", "KB-1"});
    tx.commit();
    return receipt;
}

void ReceiptsTest::aVoidReceiptFreesItsJobs()
{
    const auto first = oneReceipt();
    const auto gone = m_receipts->voidReceipt(first.id, {.reason = "wrong tier"}, finance);
    QCOMPARE(gone.status, receipts::Status::void_);
    QCOMPARE(m_ground->database.value("select details::json->>'reason' from audit_log where action = 'receipt.voided'"),
             std::string("wrong tier"));
    QCOMPARE(m_ground->database.value("select string_agg(event_type, ' ' order by id) from outbox"),
             std::string("receipt.created receipt.voided"));
    const auto second = m_receipts->create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, finance);
    QCOMPARE(second.jobs, 1);
    QCOMPARE(second.total, first.total);
}

void ReceiptsTest::whatIsPaidOrVoidCannotBeVoided()
{
    const auto receipt = oneReceipt();
    paid(receipt.id, receipts::PaidHow::manual);
    QVERIFY_THROWS_EXCEPTION(Conflict, m_receipts->voidReceipt(receipt.id, {.reason = "no"}, finance));
    QCOMPARE(m_ground->database.value("select count(*) from receipt_items where freed_at is null"), std::string("1"));
    QVERIFY_THROWS_EXCEPTION(NotFound, m_receipts->voidReceipt(receipts::ReceiptId{99}, {.reason = "no"}, finance));
}

void ReceiptsTest::whatWasMarkedPaidByHandCanBeTakenBack()
{
    const auto receipt = oneReceipt();
    const auto settled = paid(receipt.id, receipts::PaidHow::manual);
    QCOMPARE(settled.status, receipts::Status::paid);
    QCOMPARE(settled.externalReference, std::optional<std::string>("KB-1"));
    QVERIFY(settled.paidAt.has_value());
    QVERIFY_THROWS_EXCEPTION(Conflict, paid(receipt.id, receipts::PaidHow::manual));

    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    const auto back = m_receipts->revertPaid(tx, m_receipts->lock(tx, receipt.id));
    QCOMPARE(back.status, receipts::Status::pending);
    QVERIFY(!back.paidAt && !back.paidHow && !back.externalReference);
}

void ReceiptsTest::whatTheProviderPaidCannotBeTakenBack()
{
    const auto receipt = oneReceipt();
    paid(receipt.id, receipts::PaidHow::webhook);
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    QVERIFY_THROWS_EXCEPTION(Conflict, m_receipts->revertPaid(tx, m_receipts->lock(tx, receipt.id)));
}

void ReceiptsTest::theDatabaseKeepsVoidReceiptsVoid()
{
    const auto receipt = oneReceipt();
    m_receipts->voidReceipt(receipt.id, {.reason = "wrong tier"}, finance);
    for (const char* change : {"update receipts set status = 'paid', paid_at = now()", "update receipts set status = 'pending'"})
        QVERIFY_THROWS_EXCEPTION(postgres::ConstraintViolation, m_ground->database.run(change));
    QVERIFY_THROWS_EXCEPTION(
        postgres::ConstraintViolation,
        m_ground->database.run("insert into payments (receipt_id, provider, status, amount, currency, created_at, created_by, updated_at) "
                               "select id, 'dummy', 'pending', total, currency, now(), 'alice', now() from receipts"));
}

QTEST_GUILESS_MAIN(ReceiptsTest)
#include "tst_receipts.moc"
