// SPDX-License-Identifier: GPL-3.0-or-later
// One slurmdbd, several clusters: no job is billed as another cluster's.
#include "server/slurm/slurm.h"
#include "tests/support/answering_server.h"
#include "tests/support/ground.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

std::string job(int id, const std::string& cluster)
{
    return fmt::format(R"({{"job_id":{},"cluster":"{}","user":"alice","nodes":"n1","state":{{"current":"RUNNING"}},)"
                       R"("time":{{"submission":1000,"eligible":1000,"start":1000,"end":0,"elapsed":60}},"tres":{{"allocated":[]}}}})",
                       id, cluster);
}

const std::string header = "JobIDRaw|JobID|Cluster|User|State|Submit|Start|End|ElapsedRaw|AllocTRES|JobName\n";

std::string row(int id, const std::string& cluster)
{
    return fmt::format("{0}|{0}|{1}|alice|COMPLETED|1795440000|1795440000|1795443600|3600|cpu=2,mem=1G,node=1|n\n", id, cluster);
}

} // namespace

class TestOneCluster final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void theClusterIsAskedForByName();
    void othersAreNotTaken();
    void anAnswerOfSeveralIsAFailure();
    void theSecondMayComeInALaterPoll();
    void aFileOfSeveralIsAFailure();
    void anImportOfSeveralIsAFailure();

private:
    Run poll(const ClusterSettings& cluster)
    {
        return make(cluster)->poll(cluster.name, {}, {});
    }
    std::unique_ptr<Ingestion> make(const ClusterSettings& cluster)
    {
        return std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                                           std::vector<ClusterSettings>{cluster});
    }
    [[nodiscard]] ClusterSettings restOf(const std::string& cluster) const
    {
        return {.name = "main", .slurmrestd = SlurmrestdSettings{.url = m_server->url(), .user = "u", .token = "t", .cluster = cluster}, .sacct = std::nullopt, .csv = std::nullopt};
    }
    [[nodiscard]] std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<support::AnsweringServer> m_server; ///< answers like plugins that look at no cluster
    std::string m_jobs;
};

void TestOneCluster::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_jobs = job(1, "a") + "," + job(2, "b");
    m_server = std::make_unique<support::AnsweringServer>([this](const support::SeenRequest& request) {
        support::CannedAnswer answer;
        answer.body = request.path == "/openapi/v3" ? R"({"paths":{"/slurmdb/v0.0.38/jobs":{}}})" : R"({"errors":[],"jobs":[)" + m_jobs + "]}";
        return answer;
    });
}

void TestOneCluster::cleanup()
{
    m_server.reset();
    m_ground.reset();
}

void TestOneCluster::theClusterIsAskedForByName()
{
    QCOMPARE(poll(restOf("a&b")).status, std::string("succeeded"));
    QCOMPARE(m_server->seen().back().query.at("cluster"), std::string("a&b"));
    poll(restOf(""));
    QVERIFY(!m_server->seen().back().query.contains("cluster"));
}

void TestOneCluster::othersAreNotTaken()
{
    QCOMPARE(poll(restOf("B")).status, std::string("succeeded"));
    QCOMPARE(sql("select string_agg(job_id::text, ' ') from jobs"), std::string("2"));
}

void TestOneCluster::anAnswerOfSeveralIsAFailure()
{
    const Run run = poll(restOf(""));
    QCOMPARE(run.status, std::string("failed"));
    QCOMPARE(run.notes.size(), std::size_t{1});
    for (const char* word : {"clusters a and b", "SLURMRESTD_CLUSTER"})
        QVERIFY2(run.notes[0].text.find(word) != std::string::npos, run.notes[0].text.c_str());
    QCOMPARE(sql("select count(*) from jobs"), std::string("0"));
    QCOMPARE(sql("select count(*) from ingest_positions"), std::string("0"));
}

void TestOneCluster::theSecondMayComeInALaterPoll()
{
    const auto ingestion = make(restOf(""));
    m_jobs = job(1, "a");
    QCOMPARE(ingestion->poll("main", {}, {}).status, std::string("succeeded"));
    m_jobs = job(2, "b");
    QCOMPARE(ingestion->poll("main", {}, {}).status, std::string("failed"));
    QCOMPARE(sql("select string_agg(job_id::text, ' ') from jobs"), std::string("1"));
}

void TestOneCluster::aFileOfSeveralIsAFailure()
{
    const QTemporaryDir directory;
    const std::string path = directory.filePath("jobs.csv").toStdString();
    std::ofstream(path) << header << row(1, "a") << row(2, "b");
    const Run run = poll({.name = "main", .slurmrestd = std::nullopt, .sacct = std::nullopt, .csv = CsvSettings{path}});
    QCOMPARE(run.status, std::string("failed"));
    QVERIFY2(run.notes.at(0).text.find("--clusters=NAME") != std::string::npos, run.notes.at(0).text.c_str());
    QCOMPARE(sql("select count(*) from jobs"), std::string("0"));
}

void TestOneCluster::anImportOfSeveralIsAFailure()
{
    std::istringstream text(header + row(1, "a") + row(2, "") + row(3, "b"));
    const Run run = make({})->importText(text, {.cluster = "main", .timeZone = std::nullopt, .atBeginning = {}}, {}, {});
    QCOMPARE(run.status, std::string("failed"));
    QVERIFY2(run.notes.at(0).text.find("clusters a and b") != std::string::npos, run.notes.at(0).text.c_str());
    QCOMPARE(sql("select count(*) from jobs"), std::string("0"));
}

QTEST_GUILESS_MAIN(TestOneCluster)
#include "tst_one_cluster.moc"
