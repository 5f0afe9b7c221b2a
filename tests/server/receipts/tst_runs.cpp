// SPDX-License-Identifier: GPL-3.0-or-later
// A month billed for everybody.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <prometheus/text_serializer.h>

#include <QtTest>

#include <memory>
#include <thread>

using namespace hpcbill;

namespace
{

const api::Actor finance{.name = "finance1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "r1"};

template <typename Act>
std::string refusal(const Act& act)
{
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    return {};
}

} // namespace

class RunsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void everybodyIsBilledUpToTheEndOfTheMonth();
    void itsReceiptsSayWhoAskedForIt();
    void aMonthThatIsNotOverIsRefused();
    void aSecondRunFindsTheFirstOrStartsAnew();
    void theSameKeyFindsItsRun();
    void manyWorkersBillNobodyTwice();
    void whoCannotBeBilledStopsNobody();
    void aFailureOfAnyKindStopsNobody();
    void whoFailedIsTriedAgain();
    void aCancelledRunBillsNobodyAnyMore();
    void aWorkerWakesWhenARunBegins();
    void aPreviewTellsWhatTheRunBills();
    void monthsAreReadStrictly();

private:
    void merge(const std::vector<slurm::JobRecord>& records);
    receipts::Run begin(const char* month = "2026-10") { return m_runs->begin(*receipts::parseMonth(month), std::nullopt, finance).run; }
    receipts::Run carryOut(receipts::RunId id);
    receipts::Run find(receipts::RunId id);
    std::string value(const std::string& sql) const { return m_ground->database.value(sql); }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<receipts::Receipts> m_receipts;
    std::unique_ptr<receipts::Runs> m_runs;
};

void RunsTest::init()
{
    m_runs.reset();
    m_receipts.reset();
    m_ground = std::make_unique<support::Ground>();
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{.pool = m_ground->database.pool(),
                                                                                .audit = m_ground->audit,
                                                                                .prices = m_ground->prices,
                                                                                .outbox = m_ground->outbox,
                                                                                .metrics = m_ground->metrics});
    m_runs = std::make_unique<receipts::Runs>(receipts::Runs::Parts{
        .pool = m_ground->database.pool(), .audit = m_ground->audit, .receipts = *m_receipts, .currency = Currency::thb()});
    std::vector<slurm::JobRecord> jobs;
    std::int64_t id = 0;
    for (const char* user : {"alice", "bob", "carol", "dave"}) {
        for (int job = 0; job < 5; ++job) {
            jobs.push_back(support::finishedJob(++id));
            jobs.back().user = user;
            jobs.back().submitAt = support::at("2026-10-10T00:00:00Z");
            jobs.back().startedAt = support::at("2026-10-10T00:00:00Z");
            jobs.back().endedAt = support::at("2026-10-10T01:00:00Z");
        }
    }
    jobs.push_back(support::finishedJob(++id)); // ended in November
    merge(jobs);
}

void RunsTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, cluster, records);
    tx.commit();
}

receipts::Run RunsTest::find(receipts::RunId id)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    return m_runs->find(tx, id);
}

receipts::Run RunsTest::carryOut(receipts::RunId id)
{
    while (m_runs->billNext(std::nullopt)) {}
    m_runs->endWhatIsDone();
    return find(id);
}

void RunsTest::everybodyIsBilledUpToTheEndOfTheMonth()
{
    const auto begun = begin();
    QCOMPARE(begun.status, receipts::RunStatus::running);
    QCOMPARE(begun.usersTotal, 4);
    QCOMPARE(begun.cutOff, support::at("2026-11-01T00:00:00Z"));
    const auto run = carryOut(begun.id);
    QCOMPARE(run.status, receipts::RunStatus::finished);
    QVERIFY(run.finishedAt.has_value());
    QCOMPARE(run.usersDone, 4);
    QCOMPARE(run.receipts, 4);
    QCOMPARE(toDecimal(run.amount), std::string("45.00"));
    QCOMPARE(value("select count(*) from receipt_items"), std::string("20"));
    QCOMPARE(value("select string_agg(action, ' ' order by seq) from audit_log where target_type = 'receipt_run'"),
             std::string("receipt_run.started receipt_run.finished"));
    const std::string metrics = prometheus::TextSerializer().Serialize(m_ground->metrics.Collect());
    QVERIFY(metrics.find("billing_receipts_created_total{scope=\"run\"} 4") != std::string::npos);
}

void RunsTest::itsReceiptsSayWhoAskedForIt()
{
    carryOut(begin().id);
    QCOMPARE(value("select string_agg(distinct actor || ' ' || actor_role || ' ' || request_id || ' ' || address, ',') from audit_log "
                   "where action = 'receipt.created'"),
             std::string("finance1 admin r1 127.0.0.1"));
    QCOMPARE(value("select string_agg(distinct created_by, ',') from receipts"), std::string("finance1"));
}

void RunsTest::aMonthThatIsNotOverIsRefused()
{
    // In an hour: one that is about to end would be over once it is asked about.
    const std::string month = value("select to_char((now() + interval '1 hour') at time zone 'UTC', 'YYYY-MM')");
    QVERIFY_THROWS_EXCEPTION(InvalidInput, begin(month.c_str()));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, begin("2999-12"));
    QCOMPARE(value("select count(*) from receipt_runs"), std::string("0"));
}

void RunsTest::aSecondRunFindsTheFirstOrStartsAnew()
{
    const auto month = *receipts::parseMonth("2026-10");
    const auto first = m_runs->begin(month, std::nullopt, finance);
    const auto second = m_runs->begin(month, std::nullopt, finance);
    QVERIFY(first.isNew && !second.isNew);
    QVERIFY(second.run.id == first.run.id);
    carryOut(first.run.id);
    const auto third = m_runs->begin(month, std::nullopt, finance);
    QVERIFY(third.isNew);
    const auto run = carryOut(third.run.id);
    QCOMPARE(run.usersDone, 4);
    QCOMPARE(run.receipts, 0); // nothing was left
    QCOMPARE(value("select count(*) from receipts"), std::string("4"));
}

void RunsTest::theSameKeyFindsItsRun()
{
    const auto month = *receipts::parseMonth("2026-10");
    const receipts::IdempotencyKey key{"key-1", std::string(32, 'a')};
    const auto first = m_runs->begin(month, key, finance);
    carryOut(first.run.id);
    QVERIFY(m_runs->begin(month, key, finance).run.id == first.run.id);
    QCOMPARE(refusal([&] { m_runs->begin(month, receipts::IdempotencyKey{"key-1", std::string(32, 'b')}, finance); }),
             std::string("idempotency_key_reused"));
}

void RunsTest::manyWorkersBillNobodyTwice()
{
    merge(support::manyJobs(300, 5));
    m_ground->database.run("update jobs set username = username || job_id % 40");
    m_ground->database.run("delete from usage_daily; insert into usage_daily (day, cluster_id, account, username, partition, jobs, cpu_seconds, "
                           "gpu_seconds, memory_mib_seconds) select booked_on, cluster_id, account, username, partition, count(*), 0, 0, 0 "
                           "from jobs where booked_on is not null group by 1, 2, 3, 4, 5");
    const auto id = begin().id;
    {
        std::vector<std::jthread> workers;
        for (int worker = 0; worker < 6; ++worker)
            workers.emplace_back([&] { while (m_runs->billNext(id)) {} });
    }
    m_runs->endWhatIsDone();
    const auto run = find(id);
    QCOMPARE(run.status, receipts::RunStatus::finished);
    QCOMPARE(std::to_string(run.receipts), value("select count(*) from receipts"));
    QVERIFY(run.receipts > 20);
    QCOMPARE(value("select count(*) - count(distinct (cluster_id, job_id, submit_at)) from receipt_items"), std::string("0"));
    QCOMPARE(value("select count(*) from receipt_items"), value("select count(*) from jobs where booked_on is not null and ended_at < '2026-11-01'"));
    QCOMPARE(value("select max(right(number, 6)::int) - count(*) from receipts"), std::string("0"));
}

void RunsTest::whoCannotBeBilledStopsNobody()
{
    m_ground->database.run("update jobs set cpu_seconds = -1 where username = 'bob'");
    const auto run = carryOut(begin().id);
    QCOMPARE(run.status, receipts::RunStatus::failed);
    QCOMPARE(run.usersFailed, 1);
    QCOMPARE(run.usersDone, 3);
    QCOMPARE(run.receipts, 3);
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto failures = m_runs->failures(tx, run.id);
    QCOMPARE(failures.size(), std::size_t{1});
    QCOMPARE(failures[0].username, std::string("bob"));
    QVERIFY(!failures[0].error.empty());
    QCOMPARE(value("select max(right(number, 6)) from receipts"), std::string("000003"));
}

void RunsTest::aFailureOfAnyKindStopsNobody()
{
    m_ground->database.run("insert into billing_rule_versions (rules, currency, author, reason, created_at) "
                           "values ('[]', 'QQQ', 'x', 'x', now())"); // what reads it throws what nobody names
    const auto run = carryOut(begin().id);
    QCOMPARE(run.status, receipts::RunStatus::failed);
    QCOMPARE(run.usersFailed, 4);
    QCOMPARE(value("select count(*) from receipt_run_users where outcome = 'failed' and error like '%unknown currency%'"), std::string("4"));
}

void RunsTest::whoFailedIsTriedAgain()
{
    m_ground->database.run("update jobs set cpu_seconds = -1 where username = 'bob'");
    const auto failed = carryOut(begin().id);
    m_ground->database.run("update jobs set cpu_seconds = 7200 where username = 'bob'");
    QCOMPARE(m_runs->retry(failed.id, "corrected", finance).status, receipts::RunStatus::running);
    const auto run = carryOut(failed.id);
    QCOMPARE(run.status, receipts::RunStatus::finished);
    QCOMPARE(run.receipts, 4);
    QCOMPARE(refusal([&] { m_runs->retry(run.id, "again", finance); }), std::string("nothing_to_retry"));
    QCOMPARE(refusal([&] { m_runs->retry(receipts::RunId{99}, "again", finance); }), std::string("not_found"));
}

void RunsTest::aCancelledRunBillsNobodyAnyMore()
{
    const auto id = begin().id;
    QVERIFY(m_runs->billNext(id));
    const auto run = m_runs->cancel(id, "wrong rates", finance);
    QCOMPARE(run.status, receipts::RunStatus::cancelled);
    QVERIFY(!m_runs->billNext(id));
    QCOMPARE(find(id).receipts, 1);
    QCOMPARE(refusal([&] { m_runs->cancel(id, "again", finance); }), std::string("run_ended"));
    QCOMPARE(refusal([&] { m_runs->retry(id, "again", finance); }), std::string("run_ended"));
    QVERIFY(begin().id != id);
}

void RunsTest::aWorkerWakesWhenARunBegins()
{
    const receipts::RunWorkers workers(*m_runs, 2);
    const auto id = begin().id;
    QTRY_COMPARE(find(id).status, receipts::RunStatus::finished);
    QCOMPARE(find(id).receipts, 4);
}

void RunsTest::aPreviewTellsWhatTheRunBills()
{
    auto running = support::runningJob(901);
    running.submitAt = support::at("2026-10-20T00:00:00Z");
    auto neverRan = support::finishedJob(902);
    neverRan.user = "erin";
    neverRan.hadNodes = false;
    neverRan.elapsedSeconds = 0;
    neverRan.submitAt = support::at("2026-10-20T00:00:00Z");
    merge({running, neverRan});
    const auto month = *receipts::parseMonth("2026-10");
    std::vector<receipts::RunForecast> all;
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        all = m_runs->forecast(tx, month, 3, std::nullopt);
        const auto rest = m_runs->forecast(tx, month, 3, all.back().username);
        all.insert(all.end(), rest.begin(), rest.end());
    }
    QCOMPARE(all.size(), std::size_t{5});
    QCOMPARE(all[0].running, 1);
    QCOMPARE(all[4].username, std::string("erin"));
    QCOMPARE(all[4].neverStarted, 1);
    QCOMPARE(all[4].jobs, 0);
    carryOut(begin().id);
    for (const auto& user : all)
        QCOMPARE(toDecimal(user.amount), value("select coalesce(sum(total), 0.00)::text from receipts where username = '" + user.username + "'"));
}

void RunsTest::monthsAreReadStrictly()
{
    for (const char* text : {"", "2026", "2026-1", "2026-13", "2026-00", "2026-10-01", "26-10", "2026/10", "2026-1x"})
        QVERIFY2(!receipts::parseMonth(text), text);
    QCOMPARE(receipts::monthOf(*receipts::parseMonth("2026-10")), std::string("2026-10"));
}

QTEST_GUILESS_MAIN(RunsTest)
#include "tst_runs.moc"
