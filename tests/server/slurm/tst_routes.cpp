// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/routes.h"

#include "common/error.h"
#include "server/http/request.h"
#include "server/http/response.h"
#include "server/slurm/slurm.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;
using http::Method;
using nlohmann::ordered_json;

namespace
{

const std::string text = "JobID|User|State|Submit|Start|End|Elapsed|AllocTRES|JobName\n"
                         "1|alice|COMPLETED|1000|1000|1060|00:01:00|cpu=1,mem=1G,node=1|one\n"
                         "2|alice|EXPLODED|1000|1000|1060|00:01:00|cpu=1,mem=1G,node=1|t\xFFwo\n"
                         "3|alice|COMPLETED|1000|1000|1060|1 minute|cpu=1,mem=1G,node=1|three\n";

} // namespace

class TestRoutes : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void clustersAreListedWithTheirLastRun();
    void clustersArePaged();
    void runsArePaged();
    void rejectsAreListedAndFiltered();
    void aRunIsStartedAndOnRecord();
    void rejectsAreReadAgain();
    void aClusterIsMadeAndItsZoneChanged();
    void aZoneInWhichJobsWereReadStays();
    void whatCannotBeStartedIsRefused_data();
    void whatCannotBeStartedIsRefused();
    void rolesAreThoseOfTheContract();

private:
    const http::Route& route(Method method, std::string_view pattern) const;
    ordered_json get(const std::string& pattern, const http::TextPairs& query = {}) const;
    http::Response post(const ordered_json& body) const
    {
        return send(Method::post, "/api/v1/ingest-runs", body);
    }
    http::Response send(Method method, const std::string& pattern, const ordered_json& body,
                        const http::TextPairs& parameters = {}, const std::string& ifMatch = {}) const;
    void importOnce();

    std::unique_ptr<std::stop_source> m_stop;
    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<Ingestion> m_ingestion;
    std::vector<http::Route> m_routes;
};

void TestRoutes::init()
{
    m_stop = std::make_unique<std::stop_source>();
    m_ground = std::make_unique<support::Ground>();
    const ClusterSettings cluster{.name = "c1",
                                  .slurmrestd = std::nullopt,
                                  .sacct = SacctSettings{.program = "/bin/false"},
                                  .csv = CsvSettings{.file = std::string(HPCBILL_SOURCE_DIR) +
                                                             "/tests/fixtures/slurm/sacct-all-epoch.txt"}};
    m_ingestion = std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                                              std::vector{cluster});
    m_routes = routes(*m_ingestion, m_ground->audit, m_ground->database.pool());
}

void TestRoutes::cleanup()
{
    m_routes.clear();
    m_ingestion.reset();
    m_ground.reset();
}

const http::Route& TestRoutes::route(Method method, std::string_view pattern) const
{
    const auto found = std::find_if(m_routes.begin(), m_routes.end(), [&](const http::Route& one) {
        return one.method == method && one.pattern == pattern;
    });
    if (found == m_routes.end())
        throw std::runtime_error("no such route: " + std::string(pattern));
    return *found;
}

ordered_json TestRoutes::get(const std::string& pattern, const http::TextPairs& query) const
{
    http::RequestParts parts;
    parts.path = pattern;
    parts.query = query;
    return ordered_json::parse(route(Method::get, pattern).handler(http::Request(parts)).body());
}

http::Response TestRoutes::send(Method method, const std::string& pattern, const ordered_json& body,
                                const http::TextPairs& parameters, const std::string& ifMatch) const
{
    http::RequestParts parts;
    parts.method = method;
    parts.path = pattern;
    for (const auto& [name, value] : parameters)
        parts.parameters.emplace(name, value);
    parts.headers = {{"Content-Type", "application/json"}};
    if (!ifMatch.empty())
        parts.headers.emplace_back("If-Match", ifMatch);
    parts.body = body.dump();
    parts.principal = http::Principal{};
    parts.principal->username = "olga";
    parts.principal->role = api::Role::operator_;
    return route(method, pattern).handler(http::Request(parts));
}

void TestRoutes::importOnce()
{
    std::istringstream stream(text);
    m_ingestion->importText(stream, {.cluster = "c1", .timeZone = "Asia/Bangkok", .atBeginning = {}}, {},
                            m_stop->get_token());
}

void TestRoutes::clustersAreListedWithTheirLastRun()
{
    QVERIFY(get("/api/v1/clusters")["items"].empty());
    importOnce();
    const ordered_json clusters = get("/api/v1/clusters");
    QCOMPARE(clusters["items"].size(), std::size_t{1});
    QVERIFY(clusters["next_cursor"].is_null());
    const ordered_json& cluster = clusters["items"][0];
    QVERIFY(cluster["name"] == "c1");
    QVERIFY(cluster["time_zone"] == "Asia/Bangkok");
    QVERIFY(cluster["read_until"].is_null());
    QVERIFY(cluster["last_run"]["kind"] == "import");
    QVERIFY(cluster["last_run"]["added"] == 1);
    QVERIFY(cluster["last_run"]["rejected"] == 2);
}

void TestRoutes::clustersArePaged()
{
    m_ground->database.run("insert into clusters (name, time_zone, created_at) values ('b', 'UTC', now()), ('a-1', 'UTC', now()), ('B', 'UTC', now())");
    std::string names;
    http::TextPairs query{{"limit", "1"}};
    for (ordered_json page = get("/api/v1/clusters", query);; page = get("/api/v1/clusters", query)) {
        QCOMPARE(page["items"].size(), std::size_t{1});
        names += page["items"][0]["name"].get<std::string>() + " ";
        if (page["next_cursor"].is_null())
            break;
        query = {{"limit", "1"}, {"cursor", page["next_cursor"].get<std::string>()}};
    }
    QCOMPARE(names, std::string("B a-1 b "));
}

void TestRoutes::runsArePaged()
{
    for (int count = 0; count < 3; ++count)
        importOnce();
    const ordered_json first = get("/api/v1/ingest-runs", {{"limit", "2"}});
    QCOMPARE(first["items"].size(), std::size_t{2});
    const ordered_json second =
        get("/api/v1/ingest-runs", {{"limit", "2"}, {"cursor", first["next_cursor"].get<std::string>()}});
    QCOMPARE(second["items"].size(), std::size_t{1});
    QVERIFY(second["next_cursor"].is_null());
    QVERIFY(first["items"][0]["id"] > first["items"][1]["id"]);
    QVERIFY(first["items"][1]["id"] > second["items"][0]["id"]);
    QVERIFY(get("/api/v1/ingest-runs", {{"cluster", "elsewhere"}})["items"].empty());
    QVERIFY_THROWS_EXCEPTION(InvalidInput, get("/api/v1/ingest-runs", {{"colour", "red"}}));
}

void TestRoutes::rejectsAreListedAndFiltered()
{
    importOnce();
    const ordered_json all = get("/api/v1/ingest-rejects");
    QCOMPARE(all["items"].size(), std::size_t{2});
    const ordered_json page = get("/api/v1/ingest-rejects", {{"limit", "1"}});
    QCOMPARE(page["items"].size(), std::size_t{1});
    QCOMPARE(get("/api/v1/ingest-rejects",
                 {{"limit", "1"}, {"cursor", page["next_cursor"].get<std::string>()}})["items"]
                 .size(),
             std::size_t{1});
    const ordered_json state =
        get("/api/v1/ingest-rejects", {{"cluster", "c1"}, {"reason", "state"}})["items"];
    QCOMPARE(state.size(), std::size_t{1});
    QVERIFY(state[0]["place"] == 3);
    QVERIFY(state[0]["raw"].get<std::string>().ends_with("|t\\xffwo"));
    QVERIFY(state[0]["detail"].get<std::string>().find("EXPLODED") != std::string::npos);
    QVERIFY_THROWS_EXCEPTION(InvalidInput, get("/api/v1/ingest-rejects", {{"reason", "dislike"}}));
}

void TestRoutes::aRunIsStartedAndOnRecord()
{
    const http::Response response = post({{"cluster", "c1"}});
    QCOMPARE(response.status(), 201);
    const ordered_json run = ordered_json::parse(response.body());
    QVERIFY(run["source"] == "csv"); // /bin/false is no sacct
    QVERIFY(run["status"] == "succeeded");
    QVERIFY(run["added"] == 32);
    QVERIFY(run["notes"][0]["source"] == "sacct");
    QCOMPARE(m_ground->database.value(
                 "select actor || ' ' || target_id from audit_log where action = 'ingest.requested'"),
             std::string("olga c1"));
}

void TestRoutes::rejectsAreReadAgain()
{
    importOnce();
    const std::string replay = "/api/v1/ingest-rejects/replay";
    const ordered_json nothing = ordered_json::parse(send(Method::post, replay, {{"cluster", "c1"}}).body());
    QVERIFY(nothing["read"] == 2 && nothing["resolved"] == 0 && nothing["next"].is_null());
    QCOMPARE(get("/api/v1/ingest-rejects", {{"resolved", "false"}})["items"].size(), std::size_t{2});
    QCOMPARE(m_ground->database.value("update ingest_rejects set raw = convert_to(replace(encode(raw, 'escape'), '1 minute', '00:01:00'), "
                               "'UTF8') where reason = 'elapsed' returning 1"),
             std::string("1"));
    const ordered_json one = ordered_json::parse(send(Method::post, replay, {{"reason", "elapsed"}}).body());
    QVERIFY(one["read"] == 1 && one["resolved"] == 1 && one["added"] == 1);
    const ordered_json resolved = get("/api/v1/ingest-rejects", {{"resolved", "true"}})["items"];
    QCOMPARE(resolved.size(), std::size_t{1});
    QVERIFY(!resolved[0]["resolved_at"].is_null());
    QVERIFY_THROWS_EXCEPTION(InvalidInput, send(Method::post, replay, {{"reason", "dislike"}}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, send(Method::post, replay, {{"all", true}}));
}

void TestRoutes::aClusterIsMadeAndItsZoneChanged()
{
    const std::string pattern = "/api/v1/clusters/{name}";
    const http::TextPairs annex{{"name", "annex"}};
    QVERIFY_THROWS_EXCEPTION(Stale, send(Method::put, pattern, {{"time_zone", "UTC"}}, annex, "\"of another server\""));
    const http::Response made = send(Method::put, pattern, {{"time_zone", "Asia/Bangkok"}}, annex);
    QCOMPARE(made.status(), 201);
    const std::string etag = ordered_json::parse(made.body())["etag"];
    QVERIFY(get("/api/v1/clusters")["items"][0]["etag"] == etag);
    QVERIFY_THROWS_EXCEPTION(PreconditionRequired, send(Method::put, pattern, {{"time_zone", "UTC"}}, annex));
    QVERIFY_THROWS_EXCEPTION(Stale, send(Method::put, pattern, {{"time_zone", "UTC"}}, annex, "\"old\""));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, send(Method::put, pattern, {{"time_zone", "Mars/Base"}}, annex, etag));
    const http::Response changed = send(Method::put, pattern, {{"time_zone", "UTC"}}, annex, etag);
    QCOMPARE(changed.status(), 200);
    QVERIFY(ordered_json::parse(changed.body())["etag"] != etag);
    QCOMPARE(m_ground->database.value("select string_agg(action || ' ' || actor, ',' order by seq) from audit_log where actor = 'olga'"),
             std::string("cluster.created olga,cluster.changed olga"));
    QVERIFY_THROWS_EXCEPTION(InvalidInput,
                             send(Method::put, pattern, {{"time_zone", "UTC"}}, {{"name", "no such name"}}));
}

void TestRoutes::aZoneInWhichJobsWereReadStays()
{
    const std::string pattern = "/api/v1/clusters/{name}";
    const http::TextPairs annex{{"name", "annex"}};
    const auto read = [this](const char* submit) {
        std::istringstream stream("JobID|User|State|Submit|Start|End|Elapsed|AllocTRES|JobName\n9|alice|CANCELLED|" + std::string(submit) + "|None|None|00:00:00||n\n");
        m_ingestion->importText(stream, {.cluster = "annex", .timeZone = std::nullopt, .atBeginning = {}}, {}, {});
    };
    const auto put = [&](const char* zone) {
        const ordered_json clusters = get("/api/v1/clusters")["items"];
        const std::string etag = clusters.empty() ? "" : clusters[0]["etag"].get<std::string>();
        return send(Method::put, pattern, {{"time_zone", zone}}, annex, etag).status();
    };
    QCOMPARE(put("Asia/Tokyo"), 201);
    read("1000"); // means the same in every zone
    QCOMPARE(put("Asia/Bangkok"), 200);
    read("2026-11-02T06:30:00");
    try {
        put("UTC");
        QFAIL("the zone was changed");
    } catch (const Conflict& refusal) {
        QCOMPARE(refusal.code(), std::string("cluster_time_zone"));
    }
    QCOMPARE(m_ground->database.value("select time_zone from clusters"), std::string("Asia/Bangkok"));
    QCOMPARE(put("Asia/Bangkok"), 200);
}

void TestRoutes::whatCannotBeStartedIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no cluster") << QByteArray("{}");
    QTest::newRow("an unknown source") << QByteArray(R"({"cluster":"c1","source":"oracle"})");
    QTest::newRow("a source that it does not have")
        << QByteArray(R"({"cluster":"c1","source":"slurmrestd"})");
    QTest::newRow("a bad time") << QByteArray(R"({"cluster":"c1","from":"yesterday"})");
    QTest::newRow("an unknown field") << QByteArray(R"({"cluster":"c1","force":true})");
}

void TestRoutes::whatCannotBeStartedIsRefused()
{
    QFETCH(QByteArray, body);
    QVERIFY_THROWS_EXCEPTION(InvalidInput, post(ordered_json::parse(body.toStdString())));
    QCOMPARE(m_ground->database.value("select count(*) from audit_log where actor = 'olga'"), std::string("0"));
    QCOMPARE(m_ground->database.value("select count(*) from ingest_runs"), std::string("0"));
}

void TestRoutes::rolesAreThoseOfTheContract()
{
    QCOMPARE(m_routes.size(), std::size_t{6});
    for (const http::Route& one : m_routes)
        QVERIFY(one.roles == (one.method == Method::post  ? api::operators
                              : one.method == Method::put ? api::admins
                                                          : api::readers));
    QVERIFY_THROWS_EXCEPTION(NotFound, post({{"cluster", "elsewhere"}}));
}

QTEST_GUILESS_MAIN(TestRoutes)
#include "tst_routes.moc"
