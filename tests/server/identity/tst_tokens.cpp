// SPDX-License-Identifier: GPL-3.0-or-later
// API tokens over HTTP: what they may, and what they may not.
#include "server/audit/audit.h"
#include "server/http/server.h"
#include "server/identity/identity.h"
#include "server/identity/routes.h"
#include "server/postgres/pool.h"
#include "tests/support/http_client.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>

#include <QtTest>

#include <memory>

using namespace hpcbill;
using api::Role;
using Json = nlohmann::ordered_json;
using support::Answer;
using support::HttpClient;

namespace
{

const api::Actor system{"system", std::nullopt, "", ""};

http::Response whoAsks(const http::Request& request)
{
    return http::json({{"name", request.actor().name}, {"role", api::codeOf(*request.actor().role)}});
}

struct World {
    World()
        : server(table(), {},
                 {metrics,
                  [this](const http::Credentials& shown) {
                      return shown.kind == http::Credentials::Kind::bearer &&
                                     identity::ApiTokens::looksLikeOne(shown.token)
                                 ? tokens.authenticate(shown.token)
                                 : sessions.authenticate(shown);
                  },
                  {},
                  {}})
    {
        users.add("root", "password", Role::admin, system);
        server.start();
        url = "http://127.0.0.1:" + std::to_string(server.port());
        admin = std::make_unique<HttpClient>(support::logIn(url, "root", "password"));
    }

    std::vector<http::Route> table()
    {
        routes = identity::tokenRoutes(tokens, routes, database.pool());
        for (auto more : {identity::sessionRoutes(users, sessions, database.pool()),
                          identity::routes(users, sessions, database.pool())})
            routes.insert(routes.end(), more.begin(), more.end());
        routes.push_back({http::Method::get, "/api/v1/things", api::readers, &whoAsks});
        routes.push_back({http::Method::get, "/api/v1/things/{id}", api::readers, &whoAsks});
        routes.push_back({http::Method::post, "/api/v1/things", api::admins, &whoAsks});
        routes.push_back({http::Method::get, "/paid.csv", api::auditors, &whoAsks});
        routes.push_back({http::Method::get, "/page", api::signedIn, &whoAsks, http::Surface::page});
        return routes;
    }

    Json order(const std::vector<std::string>& itsRoutes, const std::vector<std::string>& roles = {"auditor"}) const
    {
        return {{"name", "ledger"},
                {"roles", roles},
                {"routes", itsRoutes},
                {"expires_at", QDate::currentDate().addDays(90).toString(Qt::ISODate).toStdString()}};
    }
    HttpClient bearer(const Json& its) const
    {
        const Answer made = admin->post("/api/v1/api-tokens", its);
        return HttpClient(url, made.status == 201 ? made.json().at("token").get<std::string>() : made.body);
    }

    support::TestDatabase database;
    prometheus::Registry metrics;
    audit::Log log{metrics};
    identity::Users users{{database.pool(), log}, identity::PasswordCost::least()};
    identity::Sessions sessions{{database.pool(), log, users, metrics}, {}};
    identity::ApiTokens tokens{database.pool(), log};
    std::vector<http::Route> routes;
    http::Server server;
    std::string url;
    std::unique_ptr<HttpClient> admin;
};

} // namespace

class TestTokens final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_world = std::make_unique<World>(); }
    void cleanup() { m_world.reset(); }

    void aTokenIsShownOnceAndKeptAsAHash()
    {
        const Answer made = m_world->admin->post("/api/v1/api-tokens", m_world->order({"GET /api/v1/things"}));
        QCOMPARE(made.status, 201);
        const std::string secret = made.json().at("token");
        QVERIFY(secret.starts_with("hpcbill_"));
        const std::string place = made.header("location");
        const Answer shown = m_world->admin->get(place);
        QCOMPARE(shown.status, 200);
        QVERIFY(shown.body.find(secret) == std::string::npos);
        QVERIFY(m_world->admin->get("/api/v1/api-tokens").json().at("items").at(0) == shown.json());
        QCOMPARE(m_world->database.value("select token_hash = sha256('" + secret + "'::bytea) from api_tokens"),
                 std::string("t"));
        QCOMPARE(m_world->database.value("select action || ' ' || target_id || ' ' || actor from audit_log "
                                         "where action = 'api_token.added'"),
                 std::string("api_token.added ledger root"));
        QCOMPARE(m_world->database.value("select count(*) from audit_log where details like '%" + secret + "%'"),
                 std::string("0"));
    }

    void aTokenNeverGetsMoreThanItsScope_data()
    {
        QTest::addColumn<QStringList>("routes");
        QTest::addColumn<QStringList>("roles");
        QTest::addColumn<QString>("asked");
        QTest::addColumn<int>("status");
        const auto row = [](const char* name, QStringList routes, QStringList roles, const char* asked, int status) {
            QTest::newRow(name) << routes << roles << QString(asked) << status;
        };
        row("its route", {"GET /api/v1/things"}, {"auditor"}, "GET /api/v1/things", 200);
        row("HEAD of it", {"GET /api/v1/things"}, {"auditor"}, "HEAD /api/v1/things", 200);
        row("another route", {"GET /api/v1/things"}, {"auditor"}, "GET /api/v1/things/1", 403);
        row("a route with a part", {"GET /api/v1/things/{id}"}, {"auditor"}, "GET /api/v1/things/1", 200);
        row("another method", {"GET /api/v1/things"}, {"admin"}, "POST /api/v1/things", 403);
        row("all that begin so", {"GET /api/v1/things*"}, {"auditor"}, "GET /api/v1/things/1", 200);
        row("and no others", {"GET /api/v1/things*"}, {"auditor"}, "GET /paid.csv", 403);
        row("a route beyond its role", {"GET *", "POST /api/v1/things"}, {"admin"}, "POST /api/v1/things", 200);
        row("everything, as an auditor", {"GET *"}, {"auditor"}, "GET /api/v1/users", 403);
        row("everything, as an operator", {"GET *"}, {"operator"}, "GET /paid.csv", 403);
        row("the role that fits", {"GET *"}, {"operator", "auditor"}, "GET /paid.csv", 200);
        row("no more tokens", {"GET *", "POST /api/v1/things"}, {"admin"}, "POST /api/v1/api-tokens", 403);
        row("tokens may be listed", {"GET *"}, {"admin"}, "GET /api/v1/api-tokens", 200);
        row("no own sessions", {"GET *"}, {"admin"}, "GET /api/v1/me/sessions", 403);
        row("itself", {"GET *"}, {"admin"}, "GET /api/v1/me", 200);
        row("no page", {"GET *"}, {"admin"}, "GET /page", 401);
    }
    void aTokenNeverGetsMoreThanItsScope()
    {
        QFETCH(QStringList, routes);
        QFETCH(QStringList, roles);
        QFETCH(QString, asked);
        QFETCH(int, status);
        const auto texts = [](const QStringList& list) {
            std::vector<std::string> all;
            for (const QString& text : list)
                all.push_back(text.toStdString());
            return all;
        };
        const HttpClient machine = m_world->bearer(m_world->order(texts(routes), texts(roles)));
        const QStringList words = asked.split(' ');
        const Answer answer = machine.ask(words[0].toStdString(), words[1].toStdString(), "", {});
        QVERIFY2(answer.status == status, (std::to_string(answer.status) + answer.body).c_str());
    }

    void whatItDoesIsOnRecordUnderItsName()
    {
        const HttpClient machine = m_world->bearer(m_world->order({"GET /api/v1/things"}, {"auditor", "operator"}));
        QCOMPARE(machine.get("/api/v1/things").json(), Json({{"name", "token:ledger"}, {"role", "operator"}}));
        const HttpClient other = m_world->bearer([this] {
            Json order = m_world->order({"GET /paid.csv"}, {"operator", "auditor"});
            order["name"] = "bank";
            return order;
        }());
        QCOMPARE(other.get("/paid.csv").json(), Json({{"name", "token:bank"}, {"role", "auditor"}}));
    }

    void itsLastUseIsKeptToTheMinute()
    {
        const HttpClient machine = m_world->bearer(m_world->order({"GET /api/v1/things"}));
        QVERIFY(m_world->admin->get("/api/v1/api-tokens/1").json().at("last_used_at").is_null());
        QCOMPARE(machine.get("/api/v1/things").status, 200);
        const std::string used = m_world->admin->get("/api/v1/api-tokens/1").json().at("last_used_at");
        QVERIFY2(used.find(":00.000000Z") != std::string::npos || used.ends_with(":00Z"), used.c_str());
    }

    void anExpiredOrRevokedTokenIsNobody()
    {
        const HttpClient machine = m_world->bearer(m_world->order({"GET /api/v1/things"}));
        m_world->database.run("update api_tokens set expires_at = now()");
        QCOMPARE(machine.get("/api/v1/things").status, 401);
        m_world->database.run("update api_tokens set expires_at = now() + interval '1 day'");
        QCOMPARE(machine.get("/api/v1/things").status, 200);
        QCOMPARE(m_world->admin->ask("DELETE", "/api/v1/api-tokens/1", "", {}).status, 204);
        QCOMPARE(m_world->admin->ask("DELETE", "/api/v1/api-tokens/1", "", {}).status, 404);
        QCOMPARE(machine.get("/api/v1/things").status, 401);
        QCOMPARE(m_world->database.value("select count(*) from audit_log where action = 'api_token.revoked'"),
                 std::string("1"));
        QCOMPARE(HttpClient(m_world->url, "hpcbill_made-up").get("/api/v1/things").status, 401);
    }

    void aTokenIsNoCookie()
    {
        const HttpClient machine = m_world->bearer(m_world->order({"GET *"}));
        QCOMPARE(HttpClient(m_world->url).get("/page", {{"Cookie", "hpcbill_session=" + machine.token()}}).status, 401);
    }

    void whatWillNotDoIsNamed_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QString>("field");
        QTest::newRow("a name with a blank") << QByteArray(R"({"name": "the ledger"})") << "name";
        QTest::newRow("no roles") << QByteArray(R"({"roles": []})") << "roles";
        QTest::newRow("the role of people") << QByteArray(R"({"roles": ["user"]})") << "roles";
        QTest::newRow("a role that there is not") << QByteArray(R"({"roles": ["king"]})") << "roles";
        QTest::newRow("no routes") << QByteArray(R"({"routes": []})") << "routes";
        QTest::newRow("a route that there is not") << QByteArray(R"({"routes": ["GET /api/v1/nothing"]})") << "routes";
        QTest::newRow("a path in place of its pattern") << QByteArray(R"({"routes": ["GET /api/v1/things/1"]})") << "routes";
        QTest::newRow("a page") << QByteArray(R"({"routes": ["GET /page"]})") << "routes";
        QTest::newRow("what makes users") << QByteArray(R"({"routes": ["POST /api/v1/users"], "roles": ["admin"]})") << "routes";
        QTest::newRow("what makes tokens") << QByteArray(R"({"routes": ["POST /api/v1/api-tokens"], "roles": ["admin"]})") << "routes";
        QTest::newRow("a route beyond the roles") << QByteArray(R"({"routes": ["POST /api/v1/things"]})") << "routes";
        QTest::newRow("a moment gone by") << QByteArray(R"({"expires_at": "2020-01-01"})") << "expires_at";
        QTest::newRow("for ever") << QByteArray(R"({"expires_at": "2200-01-01"})") << "expires_at";
        QTest::newRow("no end") << QByteArray(R"({"expires_at": null})") << "expires_at";
        QTest::newRow("an unknown field") << QByteArray(R"({"role": "auditor"})") << "role";
    }
    void whatWillNotDoIsNamed()
    {
        QFETCH(QByteArray, change);
        QFETCH(QString, field);
        Json order = m_world->order({"GET /api/v1/things"});
        order.update(Json::parse(change.toStdString()));
        const Answer answer = m_world->admin->post("/api/v1/api-tokens", order);
        QCOMPARE(answer.status, 400);
        QCOMPARE(QString::fromStdString(answer.json().at("errors").at(0).at("field")), field);
        QCOMPARE(m_world->database.value("select count(*) from api_tokens"), std::string("0"));
    }

    void theSameKeyMakesOneToken()
    {
        const Json order = m_world->order({"GET /api/v1/things"});
        const support::Headers key{{"Idempotency-Key", "key-1"}};
        const Answer first = m_world->admin->post("/api/v1/api-tokens", order, key);
        const Answer again = m_world->admin->post("/api/v1/api-tokens", order, key);
        QCOMPARE(again.status, 201);
        QCOMPARE(again.json().at("id"), first.json().at("id"));
        QVERIFY(again.json().at("token").is_null()); // it is nowhere to be had any more
        QCOMPARE(m_world->admin->post("/api/v1/api-tokens", m_world->order({"GET *"}), key).status, 422);
        QCOMPARE(m_world->admin->post("/api/v1/api-tokens", order).status, 409);
    }

private:
    std::unique_ptr<World> m_world;
};

QTEST_GUILESS_MAIN(TestTokens)
#include "tst_tokens.moc"
