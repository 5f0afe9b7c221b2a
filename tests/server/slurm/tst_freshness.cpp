// SPDX-License-Identifier: GPL-3.0-or-later
// How old what was read of a cluster is, and that a standstill is told once.
#include "server/slurm/slurm.h"
#include "tests/support/answering_server.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <prometheus/text_serializer.h>

#include <atomic>
#include <memory>

using namespace hpcbill;
using namespace hpcbill::slurm;

class FreshnessTest : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_ground = std::make_unique<support::Ground>(); }
    void cleanup() { m_ground.reset(); }

    void aClusterThatWasNeverReadGrowsOld();
    void aStandstillIsToldOnceByAllReplicas();

private:
    static constexpr std::chrono::milliseconds often{50};

    FreshnessWatch watch(prometheus::Registry& metrics, std::chrono::seconds limit)
    {
        return {{m_ground->database.pool(), m_ground->outbox, metrics}, {"testbed"}, limit, often};
    }
    std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }
    static std::string freshness(const prometheus::Registry& metrics)
    {
        const std::string text = prometheus::TextSerializer().Serialize(metrics.Collect());
        const std::string series = "\ningest_freshness_seconds{cluster=\"testbed\"} ";
        const std::size_t at = text.find(series);
        return at == std::string::npos ? "" : text.substr(at + series.size(), text.find('\n', at + 1) - at - series.size());
    }

    std::unique_ptr<support::Ground> m_ground;
};

void FreshnessTest::aClusterThatWasNeverReadGrowsOld()
{
    prometheus::Registry metrics;
    const FreshnessWatch watching = watch(metrics, std::chrono::hours(1));
    QCOMPARE(freshness(metrics), std::string("0")); // from the start
    QTRY_VERIFY_WITH_TIMEOUT(std::stoi(freshness(metrics)) >= 1, 30'000); // also where the cluster could not be made yet
    m_ground->database.run("insert into clusters (name, created_at) values ('testbed', now() - interval '2 hours')");
    QTRY_VERIFY_WITH_TIMEOUT(std::stoi(freshness(metrics)) >= 7200, 30'000);
    m_ground->database.run("insert into ingest_positions (cluster_id, read_until, moved_at) select id, now() - interval '10 minutes', now() from clusters");
    QTRY_VERIFY_WITH_TIMEOUT(std::stoi(freshness(metrics)) < 7200, 30'000);
    QVERIFY(std::stoi(freshness(metrics)) >= 600);
    QCOMPARE(sql("select count(*) from outbox"), std::string("0")); // this program has not run for an hour
}

void FreshnessTest::aStandstillIsToldOnceByAllReplicas()
{
    std::atomic<bool> isUp = false;
    support::AnsweringServer slurmrestd([&](const support::SeenRequest& request) -> support::CannedAnswer {
        if (!isUp)
            return {.status = 401, .body = ""}; // is not asked again
        return {.body = request.path == "/openapi/v3" ? R"({"paths": {"/slurmdb/v0.0.38/jobs": {}}})" : R"({"jobs": [], "errors": []})"};
    });
    ClusterSettings cluster{.name = "testbed", .slurmrestd = SlurmrestdSettings{.url = slurmrestd.url(), .user = "u", .token = "t"}, .sacct = std::nullopt, .csv = std::nullopt};
    Ingestion ingestion({m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, {cluster});
    const auto poll = [&] { return ingestion.poll("testbed", {}, {}).status; };
    const auto told = [&] { return sql("select count(*) from outbox where event_type = 'ingest.stalled'"); };
    QCOMPARE(poll(), std::string("failed"));
    prometheus::Registry one;
    prometheus::Registry other;
    const FreshnessWatch first = watch(one, std::chrono::seconds(1));
    const FreshnessWatch second = watch(other, std::chrono::seconds(1));
    QTRY_COMPARE_WITH_TIMEOUT(told(), std::string("1"), 30'000);
    const auto event = nlohmann::json::parse(sql("select payload from outbox"));
    QCOMPARE(event.at("data").at("name").get<std::string>(), std::string("testbed"));
    QCOMPARE(event.at("data").at("last_run").at("status").get<std::string>(), std::string("failed"));
    QCOMPARE(poll(), std::string("failed"));
    for (const prometheus::Registry* metrics : {&one, &other}) { // both look on
        const int age = std::stoi(freshness(*metrics));
        QTRY_VERIFY_WITH_TIMEOUT(std::stoi(freshness(*metrics)) > age + 1, 30'000);
    }
    QCOMPARE(told(), std::string("1"));

    isUp = true;
    QCOMPARE(poll(), std::string("succeeded"));
    QTRY_VERIFY_WITH_TIMEOUT(std::stoi(told()) >= 2, 30'000); // it moved on, and stands still anew
}

QTEST_GUILESS_MAIN(FreshnessTest)
#include "tst_freshness.moc"
