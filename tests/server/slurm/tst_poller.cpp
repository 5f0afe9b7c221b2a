// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurm.h"

#include "common/error.h"
#include "tests/support/answering_server.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <prometheus/text_serializer.h>

#include <atomic>
#include <future>
#include <memory>

using namespace hpcbill;
using namespace hpcbill::slurm;

class TestPoller : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_ground = std::make_unique<support::Ground>(); }
    void cleanup() { m_ground.reset(); }

    void thePollerPollsUntilItIsDestroyed();
    void twoPollersPollOncePerInterval();
    void aClusterThatHangsDelaysNoOther();
    void aFailureThatPassesIsAskedAgain();
    void aRefusedTokenIsNotAskedAgain();

private:
    /// What a replica has: a cluster that is read from a file.
    std::unique_ptr<Ingestion> replica()
    {
        const ClusterSettings cluster{.name = "testbed",
                                      .slurmrestd = std::nullopt,
                                      .sacct = std::nullopt,
                                      .csv =
                                          CsvSettings{.file = std::string(HPCBILL_SOURCE_DIR) +
                                                              "/tests/fixtures/slurm/sacct-all-epoch.txt"}};
        return std::make_unique<Ingestion>(
            Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
            std::vector{cluster});
    }
    std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }

    std::unique_ptr<support::Ground> m_ground;
    std::stop_source m_stop;
};

void TestPoller::thePollerPollsUntilItIsDestroyed()
{
    const auto ingestion = replica();
    {
        const Poller poller(*ingestion, std::chrono::hours(1));
        QTRY_COMPARE(sql("select count(*) from ingest_runs where status = 'succeeded'"), std::string("1"));
    }
    {
        const Poller poller(*ingestion, std::chrono::seconds(1));
        QTRY_VERIFY(std::stoi(sql("select count(*) from ingest_runs where status = 'succeeded'")) >= 3);
    }
    QCOMPARE(sql("select count(*) from ingest_runs where status = 'running'"), std::string("0"));
    QCOMPARE(sql("select count(*) from jobs"), std::string("32"));
}

void TestPoller::twoPollersPollOncePerInterval()
{
    const auto one = replica();
    const auto other = replica();
    {
        const Poller first(*one, std::chrono::hours(1));
        const Poller second(*other, std::chrono::hours(1));
        QTRY_COMPARE(sql("select count(*) from ingest_runs where status = 'succeeded'"), std::string("1"));
    }
    QCOMPARE(sql("select count(*) from ingest_runs"), std::string("1"));
    PollOptions options;
    options.notWithin = std::chrono::hours(1);
    QVERIFY_THROWS_EXCEPTION(Conflict, other->poll("testbed", options, m_stop.get_token()));
    m_ground->database.run("update ingest_runs set started_at = started_at - interval '1 hour'");
    QCOMPARE(other->poll("testbed", options, m_stop.get_token()).status, std::string("succeeded"));
}

void TestPoller::aClusterThatHangsDelaysNoOther()
{
    std::promise<void> letGo;
    const std::shared_future<void> released = letGo.get_future().share();
    support::AnsweringServer hanging([released](const support::SeenRequest&) -> support::CannedAnswer {
        released.wait();
        return {.status = 503};
    });
    const std::string fixture = std::string(HPCBILL_SOURCE_DIR) + "/tests/fixtures/slurm/sacct-all-epoch.txt";
    Ingestion ingestion({m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                        {{.name = "hangs",
                          .slurmrestd = SlurmrestdSettings{.url = hanging.url(), .user = "u", .token = "t"},
                          .sacct = std::nullopt,
                          .csv = std::nullopt},
                         {.name = "works",
                          .slurmrestd = std::nullopt,
                          .sacct = std::nullopt,
                          .csv = CsvSettings{.file = fixture}}});
    {
        const Poller poller(ingestion, std::chrono::seconds(1));
        QTRY_VERIFY(std::stoi(sql("select count(*) from ingest_runs r join clusters c on c.id = r.cluster_id "
                                  "where c.name = 'works' and r.status = 'succeeded'")) >= 3);
        QCOMPARE(sql("select count(*) || ' ' || max(status) from ingest_runs r join clusters c on c.id = r.cluster_id "
                     "where c.name = 'hangs'"),
                 std::string("1 running"));
        letGo.set_value();
    }
    QCOMPARE(sql("select count(*) from jobs"), std::string("32"));
    QCOMPARE(sql("select string_agg(distinct status, ',') from ingest_runs r join clusters c on c.id = r.cluster_id "
                 "where c.name = 'hangs'"),
             std::string("failed"));
}

void TestPoller::aFailureThatPassesIsAskedAgain()
{
    std::atomic<int> asked = 0;
    support::AnsweringServer server([&asked](const support::SeenRequest& request) -> support::CannedAnswer {
        if (request.path == "/openapi/v3")
            return {.body = R"({"paths": {"/slurmdb/v0.0.38/jobs": {}}})"};
        if (++asked <= 2)
            return {.status = 502, .body = "bad gateway"};
        return {.body = R"({"errors":[],"jobs":[]})"};
    });
    Ingestion ingestion({m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                        {{.name = "testbed",
                          .slurmrestd = SlurmrestdSettings{.url = server.url(), .user = "u", .token = "t"},
                          .sacct = std::nullopt,
                          .csv = std::nullopt}});
    const Run run = ingestion.poll("testbed", {}, m_stop.get_token());
    QCOMPARE(run.status, std::string("succeeded"));
    QCOMPARE(run.notes.size(), std::size_t{2});
    QVERIFY(run.notes.front().text.find("502") != std::string::npos);
    const std::string metrics = prometheus::TextSerializer().Serialize(m_ground->metrics.Collect());
    QVERIFY2(metrics.find(R"(ingest_failures_total{cluster="testbed",kind="server",source="slurmrestd"} 2)") != std::string::npos,
             metrics.c_str());
}

void TestPoller::aRefusedTokenIsNotAskedAgain()
{
    support::AnsweringServer server([](const support::SeenRequest&) -> support::CannedAnswer { return {.status = 401}; });
    Ingestion ingestion({m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                        {{.name = "testbed",
                          .slurmrestd = SlurmrestdSettings{.url = server.url(), .user = "u", .token = "t"},
                          .sacct = std::nullopt,
                          .csv = std::nullopt}});
    QCOMPARE(ingestion.poll("testbed", {}, m_stop.get_token()).status, std::string("failed"));
    QCOMPARE(server.seen().size(), std::size_t{1});
}

QTEST_GUILESS_MAIN(TestPoller)
#include "tst_poller.moc"
