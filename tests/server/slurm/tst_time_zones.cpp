// SPDX-License-Identifier: GPL-3.0-or-later
// The submit time is part of a run's key: text read in two zones is each job twice.
#include "common/error.h"
#include "server/slurm/slurm.h"
#include "tests/support/ground.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

const std::string header = "JobIDRaw|JobID|User|State|Submit|Start|End|ElapsedRaw|AllocTRES|JobName\n";

std::string row(int id, const std::string& start, const std::string& end)
{
    const std::string number = std::to_string(id);
    return number + "|" + number + "|alice|COMPLETED|" + start + "|" + start + "|" + end + "|3600|cpu=2,mem=1G,node=1|n\n";
}

std::string localRow(int id)
{
    return row(id, "2026-11-02T06:30:00", "2026-11-02T07:30:00");
}

std::string epochRow(int id)
{
    return row(id, "1793579400", "1793583000");
}

} // namespace

class TestTimeZones final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void aPolledClusterIsMadeInItsZone();
    void aZoneThatIsNotTheClustersIsRemarkedUpon();
    void anImportInAnotherZoneIsRefused();
    void aPolledFileInAnotherZoneIsRefused();
    void onlyLocalTimesHaveAZone();

private:
    [[nodiscard]] std::unique_ptr<Ingestion> make(const std::string& timeZone) const
    {
        const ClusterSettings cluster{.name = "c1", .slurmrestd = std::nullopt, .sacct = std::nullopt, .csv = CsvSettings{m_path}, .timeZone = timeZone};
        return std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, std::vector{cluster});
    }
    Run poll(const std::string& timeZone, const std::string& text)
    {
        std::ofstream(m_path) << text;
        return make(timeZone)->poll("c1", {}, {});
    }
    Run importOf(const std::string& text, const std::optional<std::string>& timeZone)
    {
        std::istringstream stream(text);
        return make("")->importText(stream, {.cluster = "c1", .timeZone = timeZone, .atBeginning = {}}, {}, {});
    }
    [[nodiscard]] std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::string m_path;
};

void TestTimeZones::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_directory = std::make_unique<QTemporaryDir>();
    m_path = m_directory->filePath("jobs.csv").toStdString();
}

void TestTimeZones::cleanup()
{
    m_directory.reset();
    m_ground.reset();
}

void TestTimeZones::aPolledClusterIsMadeInItsZone()
{
    const Run run = poll("Asia/Bangkok", header + localRow(1));
    QCOMPARE(run.added, std::int64_t{1});
    QVERIFY(run.notes.empty());
    QCOMPARE(sql("select c.time_zone || ' ' || (j.ended_at at time zone 'UTC') from clusters c, jobs j"), std::string("Asia/Bangkok 2026-11-02 00:30:00"));
}

void TestTimeZones::aZoneThatIsNotTheClustersIsRemarkedUpon()
{
    poll("", header + epochRow(1));
    const Run run = poll("Asia/Bangkok", header + localRow(2));
    QCOMPARE(run.status, std::string("succeeded"));
    QVERIFY2(run.notes.at(0).text.find("CLUSTER_TIME_ZONE is Asia/Bangkok") != std::string::npos, run.notes.at(0).text.c_str());
    QCOMPARE(sql("select (ended_at at time zone 'UTC')::text from jobs where job_id = 2"), std::string("2026-11-02 07:30:00"));
}

void TestTimeZones::anImportInAnotherZoneIsRefused()
{
    importOf(header + localRow(1), "Asia/Bangkok");
    try {
        importOf(header + localRow(1), "Asia/Tokyo");
        QFAIL("the job was added a second time");
    } catch (const Conflict& refusal) {
        QCOMPARE(refusal.code(), std::string("ingest_time_zone"));
        QVERIFY2(std::string(refusal.what()).find("Asia/Bangkok") != std::string::npos, refusal.what());
    }
    QCOMPARE(sql("select count(*) from jobs"), std::string("1"));
    QCOMPARE(sql("select string_agg(status, ' ' order by id) from ingest_runs"), std::string("succeeded failed"));
    QCOMPARE(importOf(header + localRow(1), "Asia/Bangkok").unchanged, std::int64_t{1});
    QCOMPARE(importOf(header + localRow(2), std::nullopt).added, std::int64_t{1});
}

void TestTimeZones::aPolledFileInAnotherZoneIsRefused()
{
    poll("", header + epochRow(1)); // the cluster is made in UTC
    importOf(header + localRow(2), "Asia/Bangkok");
    QVERIFY_THROWS_EXCEPTION(Conflict, poll("", header + localRow(2)));
    QCOMPARE(sql("select count(*) from jobs"), std::string("2"));
}

void TestTimeZones::onlyLocalTimesHaveAZone()
{
    importOf(header + epochRow(1), "UTC");
    importOf(header + localRow(2), "Asia/Bangkok");
    QCOMPARE(importOf(header + epochRow(3), "Asia/Tokyo").added, std::int64_t{1});
}

QTEST_GUILESS_MAIN(TestTimeZones)
#include "tst_time_zones.moc"
