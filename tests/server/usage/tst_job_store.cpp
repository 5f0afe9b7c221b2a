// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/usage/json.h"
#include "server/usage/usage.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <rapidcheck.h>

#include <algorithm>
#include <memory>

using namespace hpcbill;
using namespace std::chrono_literals;

class JobStoreTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aJobIsBookedInTheDayOfItsEnd();
    void theSameBatchTwiceChangesNothing();
    void aJobTwiceInOneBatchCountsOnce();
    void aRunningJobIsKeptAndNotBooked();
    void aRecordOfARunningJobNeverReplacesItsEnd();
    void aRecordThatChangesMovesTheRollup();
    void aKnownExitCodeIsKept();
    void aRequeuedJobIsTwoRuns();
    void whatNeverHadNodesCostsNothing();
    void namesInAnyBytesAreKept();
    void timesOfAZoneAreTurnedIntoUtc();
    void anUnknownZoneIsRefused();
    void pagesShowEveryJobOnceThoughSubmittedInTheSameSecond();
    void sumsByEachKeyComeToTheSameTotal();
    void sumsArePaged();
    void sumsAreRestricted();
    void anySplitOfARunGivesTheSameRollups();
    void partitionsAreMadeAhead();
    void aPartitionIsAttachedBesideReadersAndWriters();

private:
    postgres::Transaction write()
    {
        return postgres::Transaction(m_ground->database.pool(), postgres::Mode::readWrite);
    }
    usage::MergeCounts merge(const std::vector<slurm::JobRecord>& records, std::string_view zone = "UTC");
    QString rollups() const;

    std::unique_ptr<support::Ground> m_ground;
    usage::ClusterId m_cluster{};
};

void JobStoreTest::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_cluster = support::addCluster(m_ground->database, "testbed");
}

usage::MergeCounts JobStoreTest::merge(const std::vector<slurm::JobRecord>& records, std::string_view zone)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    const auto counts = m_ground->jobs.merge(tx, m_cluster, records, zone);
    tx.commit();
    return counts;
}

QString JobStoreTest::rollups() const
{
    return QString::fromStdString(
        m_ground->database.value("select string_agg(concat_ws(' ', day, account, username, partition, jobs, "
                          "cpu_seconds, gpu_seconds, memory_mib_seconds), E'\\n' "
                          "order by day, account, username, partition) from usage_daily"));
}

void JobStoreTest::aJobIsBookedInTheDayOfItsEnd()
{
    auto job = support::finishedJob(1);
    job.startedAt = support::at("2026-10-31T23:00:00Z");
    job.endedAt = support::at("2026-11-01T01:00:00Z");
    job.elapsedSeconds = 7200;
    job.cpus = 4;
    job.gpus = 1;
    job.memoryMib = 1024;
    const auto counts = merge({job});
    QCOMPARE(counts.added, 1);
    QCOMPARE(rollups(), QString("2026-11-01 physics alice cpu 1 28800 7200 7372800"));
}

void JobStoreTest::theSameBatchTwiceChangesNothing()
{
    const std::vector batch{support::finishedJob(1), support::finishedJob(2), support::finishedJob(3)};
    merge(batch);
    const QString before = rollups();
    const auto counts = merge(batch);
    QCOMPARE(counts.added, 0);
    QCOMPARE(counts.changed, 0);
    QCOMPARE(counts.unchanged, 3);
    QCOMPARE(rollups(), before);
}

void JobStoreTest::aJobTwiceInOneBatchCountsOnce()
{
    const auto counts = merge({support::finishedJob(1), support::finishedJob(1)});
    QCOMPARE(counts.added, 1);
    QCOMPARE(counts.unchanged, 1);
    QCOMPARE(m_ground->database.value("select sum(jobs) from usage_daily"), std::string("1"));
}

void JobStoreTest::aRunningJobIsKeptAndNotBooked()
{
    merge({support::runningJob(1)});
    QCOMPARE(m_ground->database.value("select state || ' ' || (booked_on is null) from jobs"),
             std::string("RUNNING true"));
    QCOMPARE(rollups(), QString());
    merge({support::finishedJob(1)});
    QCOMPARE(m_ground->database.value("select jobs from usage_daily"), std::string("1"));
}

void JobStoreTest::aRecordOfARunningJobNeverReplacesItsEnd()
{
    merge({support::finishedJob(1)});
    const QString before = rollups();
    QCOMPARE(merge({support::runningJob(1)}).changed, 0);
    QCOMPARE(m_ground->database.value("select state from jobs"), std::string("COMPLETED"));
    QCOMPARE(rollups(), before);
    QCOMPARE(merge({support::finishedJob(2), support::runningJob(2)}).added, 1);
    QCOMPARE(m_ground->database.value("select state from jobs where job_id = 2"), std::string("COMPLETED"));
}

void JobStoreTest::aRecordThatChangesMovesTheRollup()
{
    merge({support::finishedJob(1)});
    auto later = support::finishedJob(1);
    later.account = "chem";
    later.endedAt = *later.endedAt + 24h;
    later.elapsedSeconds += 86400;
    QCOMPARE(merge({later}).changed, 1);
    QCOMPARE(m_ground->database.value(
                 "select string_agg(account || ' ' || jobs || ' ' || cpu_seconds, ',') from usage_daily"),
             "chem 1 " + std::to_string(slurm::cpuSeconds(later)));
}

void JobStoreTest::aKnownExitCodeIsKept()
{
    auto known = support::finishedJob(1);
    known.state = "FAILED";
    known.exitCode = 3;
    auto unknown = known;
    unknown.exitCode = -1;
    const auto code = [this] { return m_ground->database.value("select coalesce(exit_code, 'null') from jobs"); };
    merge({support::runningJob(1)}); // "0:0", which says nothing of its end
    merge({unknown});
    QCOMPARE(code(), std::string("null"));
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        QVERIFY(toJson(m_ground->jobs.find(tx, "testbed", 1, std::nullopt)).at("exit_code").is_null());
    }
    QCOMPARE(merge({unknown}).changed, 0);
    QCOMPARE(merge({known}).changed, 1);
    QCOMPARE(code(), std::string("3:0"));
    QCOMPARE(merge({unknown}).changed, 0);
    QCOMPARE(code(), std::string("3:0"));
    auto other = unknown; // something else changes, and the code stays
    other.account = "chem";
    QCOMPARE(merge({other}).changed, 1);
    QCOMPARE(code(), std::string("3:0"));
}

void JobStoreTest::aRequeuedJobIsTwoRuns()
{
    auto first = support::finishedJob(7);
    first.state = "REQUEUED";
    auto second = support::finishedJob(7);
    second.submitAt = *first.endedAt;
    second.startedAt = second.submitAt + 5s;
    second.endedAt = *second.startedAt + std::chrono::seconds(second.elapsedSeconds);
    merge({first, second});
    QCOMPARE(m_ground->database.value("select sum(jobs) from usage_daily"), std::string("2"));
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QCOMPARE(m_ground->jobs.find(tx, "testbed", 7, std::nullopt).submitAt, second.submitAt);
    QCOMPARE(m_ground->jobs.find(tx, "testbed", 7, first.submitAt).state, std::string("REQUEUED"));
}

void JobStoreTest::whatNeverHadNodesCostsNothing()
{
    auto job = support::finishedJob(1);
    job.state = "CANCELLED";
    job.hadNodes = false;
    job.startedAt.reset();
    job.nodeList.clear();
    job.elapsedSeconds = 0;
    merge({job});
    QCOMPARE(rollups(), QString());
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto shown = m_ground->jobs.find(tx, "testbed", 1, std::nullopt);
    QVERIFY(!shown.booked);
    QCOMPARE(shown.cost, Money(0, Currency::thb()));
}

void JobStoreTest::namesInAnyBytesAreKept()
{
    auto thai = support::finishedJob(1);
    thai.name = "งาน|\"x\"\nsecond line";
    auto latin1 = support::finishedJob(2);
    latin1.name = std::string("caf\xE9\0end", 8);
    merge({thai, latin1});
    QCOMPARE(m_ground->database.value("select name from jobs where job_id = 1"), thai.name);
    QCOMPARE(m_ground->database.value("select name_bytes is null from jobs where job_id = 1"), std::string("t"));
    QCOMPARE(m_ground->database.value("select name from jobs where job_id = 2"), std::string("caf\\xE9\\x00end"));
    QCOMPARE(m_ground->database.value("select encode(name_bytes, 'hex') from jobs where job_id = 2"),
             std::string("636166e900656e64"));
}

void JobStoreTest::timesOfAZoneAreTurnedIntoUtc()
{
    auto job = support::finishedJob(1);
    job.submitAt = support::at("2026-11-01T06:00:00Z");
    job.startedAt = job.submitAt;
    job.endedAt = support::at("2026-11-01T06:30:00Z");
    merge({job}, "Asia/Bangkok");
    QCOMPARE(m_ground->database.value("select submit_at at time zone 'UTC' from jobs"),
             std::string("2026-10-31 23:00:00"));
    QCOMPARE(m_ground->database.value("select day from usage_daily"), std::string("2026-10-31"));
    QCOMPARE(m_ground->database.value("select count(*) from jobs_202610"), std::string("1"));
}

void JobStoreTest::anUnknownZoneIsRefused()
{
    QVERIFY_EXCEPTION_THROWN(merge({support::finishedJob(1)}, "Atlantis/Capital"), InvalidInput);
    QCOMPARE(m_ground->database.value("select count(*) from jobs"), std::string("0"));
}

void JobStoreTest::pagesShowEveryJobOnceThoughSubmittedInTheSameSecond()
{
    std::vector<slurm::JobRecord> batch;
    for (int id = 1; id <= 25; ++id) {
        batch.push_back(support::finishedJob(id));
        batch.back().submitAt = support::at("2026-11-01T00:00:00Z") + std::chrono::seconds(id / 10);
    }
    merge(batch);
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    std::vector<std::int64_t> seen;
    std::optional<usage::JobPosition> after;
    for (;;) {
        const auto page = m_ground->jobs.list(tx, {}, 4, after);
        if (page.empty())
            break;
        for (const auto& job : page)
            seen.push_back(job.jobId);
        after = usage::JobPosition{page.back().submitAt, page.back().clusterId, page.back().jobId};
    }
    QCOMPARE(seen.size(), 25U);
    std::sort(seen.begin(), seen.end());
    QVERIFY(std::unique(seen.begin(), seen.end()) == seen.end());
}

void JobStoreTest::sumsByEachKeyComeToTheSameTotal()
{
    merge(support::manyJobs(500, 42));
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto total = m_ground->jobs.summarize(tx, {}, {}, 10, std::nullopt);
    QCOMPARE(total.size(), 1U);
    QCOMPARE(QString::number(total[0].jobs), QString::fromStdString(m_ground->database.value(
                                                 "select count(*) from jobs where booked_on is not null")));
    for (const auto& keys :
         {usage::UsageKeys{.day = true}, usage::UsageKeys{.month = true}, usage::UsageKeys{.cluster = true},
          usage::UsageKeys{.user = true}, usage::UsageKeys{.account = true},
          usage::UsageKeys{.partition = true}, usage::UsageKeys{.tier = true},
          usage::UsageKeys{.month = true, .user = true, .tier = true}}) {
        pricing::Usage sum;
        std::int64_t jobs = 0;
        for (const auto& row : m_ground->jobs.summarize(tx, keys, {}, 1000, std::nullopt)) {
            jobs += row.jobs;
            sum.cpuSeconds += row.usage.cpuSeconds;
            sum.gpuSeconds += row.usage.gpuSeconds;
            sum.memoryMibSeconds += row.usage.memoryMibSeconds;
        }
        QCOMPARE(jobs, total[0].jobs);
        QVERIFY(sum == total[0].usage);
    }
    QVERIFY(m_ground->jobs.recount(tx).empty());
}

void JobStoreTest::sumsArePaged()
{
    merge(support::manyJobs(300, 7));
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const usage::UsageKeys keys{.day = true, .user = true};
    const auto all = m_ground->jobs.summarize(tx, keys, {}, 1000, std::nullopt);
    QVERIFY(all.size() > 20);
    std::vector<std::int64_t> paged;
    std::optional<usage::UsageRow> after;
    for (;;) {
        const auto page = m_ground->jobs.summarize(tx, keys, {}, 7, after);
        if (page.empty())
            break;
        for (const auto& row : page)
            paged.push_back(row.usage.cpuSeconds);
        after = page.back();
    }
    QCOMPARE(paged.size(), all.size());
    for (std::size_t row = 0; row < all.size(); ++row)
        QCOMPARE(paged[row], all[row].usage.cpuSeconds);
}

void JobStoreTest::anySplitOfARunGivesTheSameRollups()
{
    const auto records = support::manyJobs(200, 99);
    merge(records);
    const QString expected = rollups();
    const auto holds = rc::check("any split, any repetition, any order of batches", [&] {
        m_ground->database.run("delete from jobs; delete from usage_daily");
        auto shuffled = records;
        const auto seed = *rc::gen::inRange<unsigned>(0, 1'000'000);
        std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
        const auto size = *rc::gen::inRange<std::size_t>(1, 120);
        for (std::size_t at = 0; at < shuffled.size(); at += size) {
            const std::vector batch(shuffled.begin() + static_cast<std::ptrdiff_t>(at),
                                    shuffled.begin() +
                                        static_cast<std::ptrdiff_t>(std::min(at + size, shuffled.size())));
            merge(batch);
            if (*rc::gen::inRange(0, 3) == 0)
                merge(batch);
        }
        RC_ASSERT(rollups() == expected);
    });
    QVERIFY(holds);
}

void JobStoreTest::sumsAreRestricted()
{
    merge(support::manyJobs(500, 42));
    m_ground->database.run("insert into tier_overrides (username, tier, author, reason, created_at) "
                    "select min(username), 'gov', 'a', 'b', now() from usage_daily");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto check = [&](const usage::UsageFilter& filter, const std::string& where) {
        const auto rows = m_ground->jobs.summarize(tx, {}, filter, 10, std::nullopt);
        const std::string expected = m_ground->database.value("select coalesce(sum(cpu_seconds), 0) from usage_daily u where " + where);
        QCOMPARE(std::to_string(rows.empty() ? 0 : rows[0].usage.cpuSeconds), expected);
    };
    const std::string account = m_ground->database.value("select min(account) from usage_daily");
    const std::string partition = m_ground->database.value("select max(partition) from usage_daily");
    usage::UsageFilter filter;
    filter.account = account;
    check(filter, "account = '" + account + "'");
    filter.partition = partition;
    check(filter, "account = '" + account + "' and partition = '" + partition + "'");
    filter = {};
    filter.tier = "gov";
    check(filter, "username = (select min(username) from usage_daily)");
    filter.tier = "private";
    check(filter, "false");
    filter = {};
    filter.cluster = "testbed";
    check(filter, "true");
    filter.cluster = "elsewhere";
    check(filter, "false");
}

void JobStoreTest::partitionsAreMadeAhead()
{
    const auto thisMonth = [this] {
        return m_ground->database.value("select to_char(date_trunc('month', now() at time zone 'UTC'), 'YYYY-MM-DD')");
    };
    const auto comingFrom = [this](const std::string& month) {
        return m_ground->database.value("select count(*) from generate_series(0, 2) a where to_regclass('jobs_' || "
                                        "to_char(date '" + month + "' + a * interval '1 month', 'YYYYMM')) is not null");
    };
    const std::string month = thisMonth();
    QCOMPARE(comingFrom(month), std::string("0"));
    for (int twice = 0; twice < 2; ++twice) {
        auto tx = write();
        m_ground->jobs.makePartitionsAhead(tx);
        tx.commit();
        QVERIFY(comingFrom(month) == "3" || comingFrom(thisMonth()) == "3"); // a month may have ended meanwhile
    }
}

void JobStoreTest::aPartitionIsAttachedBesideReadersAndWriters()
{
    constexpr postgres::Statement patience{"test.patience", "set local lock_timeout = '5s'"};
    constexpr postgres::Statement read{"test.read", "select count(*) from jobs"};
    merge({support::finishedJob(1)}); // its month's partition is there

    postgres::Transaction reader(m_ground->database.pool(), postgres::Mode::readOnly);
    reader.execute(read);
    auto writer = write();
    m_ground->jobs.merge(writer, m_cluster, std::vector{support::finishedJob(2)});

    auto attaching = write();
    attaching.execute(patience);
    m_ground->jobs.makePartitionsAhead(attaching);
    reader.execute(read);
    postgres::Transaction lateReader(m_ground->database.pool(), postgres::Mode::readOnly);
    lateReader.execute(patience);
    QCOMPARE(lateReader.execute(read)[0].as<std::int64_t>(0), std::int64_t{1});
    attaching.commit();
    writer.commit();
    QCOMPARE(m_ground->database.value("select count(*) from jobs"), std::string("2"));
}

QTEST_GUILESS_MAIN(JobStoreTest)
#include "tst_job_store.moc"
