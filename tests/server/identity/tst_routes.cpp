// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/routes.h"

#include "server/audit/audit.h"
#include "server/http/server.h"
#include "server/identity/identity.h"
#include "server/postgres/pool.h"
#include "tests/support/http_client.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>

#include <QtTest>

#include <memory>

using namespace hpcbill;
using Json = nlohmann::ordered_json;

namespace
{

const api::Actor system{"system", std::nullopt, "", ""};

struct World {
    World()
        : log(metrics)
        , users({database.pool(), log}, identity::PasswordCost::least())
        , sessions({database.pool(), log, users, metrics}, {.throttleMaxFails = 3})
        , tokens(database.pool(), log)
        , server(table(), {},
                 {metrics,
                  [this](const http::Credentials& shown) {
                      return identity::ApiTokens::looksLikeOne(shown.token) ? tokens.authenticate(shown.token)
                                                                            : sessions.authenticate(shown);
                  },
                  {},
                  {}})
    {
        for (const auto role : {api::Role::user, api::Role::auditor, api::Role::operator_, api::Role::admin})
            users.add(std::string(api::codeOf(role)), "password", role, system);
        server.start();
    }

    std::vector<http::Route> table()
    {
        std::vector<http::Route> all = identity::sessionRoutes(users, sessions, database.pool());
        for (auto more : {identity::routes(users, sessions, database.pool()),
                          identity::tokenRoutes(tokens, routes, database.pool())})
            all.insert(all.end(), more.begin(), more.end());
        routes = all;
        return all;
    }

    support::TestDatabase database;
    prometheus::Registry metrics;
    audit::Log log;
    identity::Users users;
    identity::Sessions sessions;
    identity::ApiTokens tokens;
    std::vector<http::Route> routes;
    http::Server server;
};

/// Asks with a bearer token and, where there is a body, as application/json.
class Caller final
{
public:
    explicit Caller(std::uint16_t port)
        : m_baseUrl("http://127.0.0.1:" + std::to_string(port))
    {
    }

    support::Answer api(const std::string& method, const std::string& target, const std::string& token,
                        const Json& body = nullptr, support::Headers headers = {}) const
    {
        if (!body.is_null())
            headers.emplace("Content-Type", "application/json");
        return support::HttpClient(m_baseUrl, token)
            .ask(method, target, body.is_null() ? std::string() : body.dump(), headers);
    }

private:
    std::string m_baseUrl;
};

Json credentials(const std::string& username, const std::string& password = "password")
{
    return {{"username", username}, {"password", password}};
}

} // namespace

class TestRoutes final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_world = std::make_unique<World>(); }
    void cleanup() { m_world.reset(); }

    void aSessionBeginsIsShownAndEnds()
    {
        const auto login = caller().api("POST", "/api/v1/session", "", credentials("auditor"));
        QCOMPARE(login.status, 200);
        QCOMPARE(login.json()["user"], Json({{"username", "auditor"}, {"role", "auditor"}, {"must_change_password", false}}));
        QVERIFY(login.json()["expires_at"].get<std::string>().ends_with("Z"));
        const std::string token = login.json()["token"];
        const auto me = caller().api("GET", "/api/v1/me", token);
        QCOMPARE(me.status, 200);
        QCOMPARE(me.json(), Json({{"username", "auditor"}, {"role", "auditor"}, {"must_change_password", false}}));
        QCOMPARE(caller().api("DELETE", "/api/v1/session", token).status, 204);
        QCOMPARE(caller().api("GET", "/api/v1/me", token).status, 401);
    }

    void aWrongPasswordIsUnauthenticatedAndThenLocked()
    {
        for (int i = 0; i < 3; ++i) {
            const auto answer = caller().api("POST", "/api/v1/session", "", credentials("user", "wrong"));
            QCOMPARE(answer.status, 401);
            QCOMPARE(answer.json()["detail"], "The user name or the password is wrong.");
        }
        const auto locked = caller().api("POST", "/api/v1/session", "", credentials("user"));
        QCOMPARE(locked.status, 429);
        QVERIFY(std::stoi(locked.header("retry-after")) > 800);

        const std::string token = tokenOf("operator");
        const auto locks = caller().api("GET", "/api/v1/auth-locks", token);
        QCOMPARE(locks.json()["items"].size(), std::size_t{1});
        QCOMPARE(locks.json()["items"][0]["username"], "user");
        const std::string id = std::to_string(locks.json()["items"][0]["id"].get<std::int64_t>());
        const auto unreasoned = caller().api("DELETE", "/api/v1/auth-locks/" + id, token);
        QCOMPARE(unreasoned.status, 400);
        QCOMPARE(unreasoned.json()["errors"][0]["field"], "reason");
        QCOMPARE(caller().api("DELETE", "/api/v1/auth-locks/" + id + "?reason=she%20called", token).status, 204);
        QCOMPARE(caller().api("DELETE", "/api/v1/auth-locks/" + id, token, {{"reason", "she called"}}).status, 404);
        QCOMPARE(caller().api("POST", "/api/v1/session", "", credentials("user")).status, 200);
    }

    void badLoginsAreNamed()
    {
        QCOMPARE(
            caller().api("POST", "/api/v1/session", "", {{"username", "user"}}).json()["errors"][0]["field"],
            "password");
        QCOMPARE(caller()
                     .api("POST", "/api/v1/session", "", {{"username", 1}, {"password", "x"}})
                     .json()["errors"][0]["field"],
                 "username");
        QCOMPARE(support::HttpClient("http://127.0.0.1:" + std::to_string(m_world->server.port()))
                     .ask("POST", "/api/v1/session", "username=user", {{"Content-Type", "application/json"}})
                     .status,
                 400);
    }

    void anAdministratorKeepsUsers()
    {
        const std::string token = tokenOf("admin");
        const auto made = caller().api("POST", "/api/v1/users", token,
                                       {{"username", "กานดา"}, {"password", "password"}, {"role", "user"}});
        QCOMPARE(made.status, 201);
        const std::string place = made.header("location");
        QCOMPARE(place, std::string("/api/v1/users/%E0%B8%81%E0%B8%B2%E0%B8%99%E0%B8%94%E0%B8%B2"));
        QVERIFY(made.body.find("argon2") == std::string::npos);

        const auto shown = caller().api("GET", place, token);
        QCOMPARE(shown.header("etag"), made.header("etag"));
        QCOMPARE(caller().api("PATCH", place, token, {{"role", "auditor"}}).status, 428);
        QCOMPARE(caller().api("PATCH", place, token, {{"role", "auditor"}}, {{"If-Match", "\"x\""}}).status,
                 412);
        QCOMPARE(caller()
                     .api("PATCH", place, token, {{"role", "king"}}, {{"If-Match", shown.header("etag")}})
                     .status,
                 400);
        const auto changed =
            caller().api("PATCH", place, token, {{"role", "auditor"}}, {{"If-Match", shown.header("etag")}});
        QCOMPARE(changed.status, 200);
        QCOMPARE(changed.json()["role"], "auditor");
        QVERIFY(changed.header("etag") != shown.header("etag"));

        QCOMPARE(caller().api("POST", place + "/password", token, {{"password", "another one"}}).status, 204);
        QCOMPARE(caller().api("POST", "/api/v1/session", "", credentials("กานดา", "another one")).status,
                 200);
        QCOMPARE(caller()
                     .api("POST", "/api/v1/users", token,
                          {{"username", "กานดา"}, {"password", "password"}, {"role", "user"}})
                     .status,
                 409);
        QCOMPARE(caller().api("GET", "/api/v1/users/nobody", token).status, 404);
    }

    void whoseLoginWasResetDoesNothingBeforeChangingIt()
    {
        const std::string admin = tokenOf("admin");
        QCOMPARE(caller().api("POST", "/api/v1/users/auditor/password", admin, {{"password", "set by another"}}).status,
                 204);
        const auto login = caller().api("POST", "/api/v1/session", "", credentials("auditor", "set by another"));
        QCOMPARE(login.json()["user"]["must_change_password"], true);
        const std::string token = login.json()["token"];
        for (const http::Route& route : m_world->server.routes()) {
            if (!route.roles.admits(api::Role::auditor) || route.roles.admitsAnonymous() ||
                route.admission == http::Admission::anyPassword)
                continue;
            const std::string target =
                QString::fromStdString(route.pattern).replace(QRegularExpression("\\{[^}]+\\}"), "1").toStdString();
            const auto refused = caller().api(std::string(codeOf(route.method)), target, token);
            QCOMPARE(refused.status, 403);
            QCOMPARE(refused.json()["type"], "urn:hpcbill:problem:password_change_required");
        }
        const Json change{{"old_password", "set by another"}, {"new_password", "my own words"}};
        const auto changed = caller().api("POST", "/api/v1/me/password", token, change);
        QCOMPARE(changed.status, 200);
        QCOMPARE(changed.json()["user"], Json({{"username", "auditor"}, {"role", "auditor"}, {"must_change_password", false}}));
        QCOMPARE(caller().api("GET", "/api/v1/me", token).status, 401);
        QCOMPARE(caller().api("GET", "/api/v1/me", changed.json()["token"]).status, 200);

        // One's own is no reset, and whoever sets one for a machine may say so.
        QCOMPARE(caller().api("POST", "/api/v1/users/admin/password", admin, {{"password", "my own words"}}).status, 204);
        QCOMPARE(caller().api("POST", "/api/v1/session", "", credentials("admin", "my own words")).json()["user"]["must_change_password"], false);
    }

    void aSessionIsEndedByItsOwnerOrAnAdministrator()
    {
        const std::string token = tokenOf("user");
        const std::string other = tokenOf("user");
        const Json mine = caller().api("GET", "/api/v1/me/sessions", token).json()["items"];
        QCOMPARE(mine.size(), std::size_t{2});
        QCOMPARE(mine[0]["current"], false);
        QCOMPARE(mine[1]["current"], true);
        const std::string id = "/" + std::to_string(mine[0]["id"].get<std::int64_t>());
        QCOMPARE(caller().api("DELETE", "/api/v1/me/sessions" + id, tokenOf("operator")).status, 404);
        QCOMPARE(caller().api("GET", "/api/v1/me", other).status, 200);
        QCOMPARE(caller().api("DELETE", "/api/v1/me/sessions" + id, token).status, 204);
        QCOMPARE(caller().api("GET", "/api/v1/me", other).status, 401);

        const std::string admin = tokenOf("admin");
        const Json theirs = caller().api("GET", "/api/v1/users/user/sessions", admin).json()["items"];
        QCOMPARE(theirs.size(), std::size_t{1});
        const std::string left = "/" + std::to_string(theirs[0]["id"].get<std::int64_t>());
        QCOMPARE(caller().api("DELETE", "/api/v1/users/auditor/sessions" + left, admin).status, 404);
        QCOMPARE(caller().api("DELETE", "/api/v1/users/user/sessions" + left, admin).status, 204);
        QCOMPARE(caller().api("GET", "/api/v1/me", token).status, 401);
        QCOMPARE(caller().api("GET", "/api/v1/users/nobody/sessions", admin).status, 404);
    }

    void theSameKeyAnswersTheSameUser()
    {
        const std::string admin = tokenOf("admin");
        const support::Headers key{{"Idempotency-Key", "key-1"}};
        Json order{{"username", "dana"}, {"password", "password"}, {"role", "auditor"}};
        const auto first = caller().api("POST", "/api/v1/users", admin, order, key);
        const auto again = caller().api("POST", "/api/v1/users", admin, order, key);
        QCOMPARE(first.status, 201);
        QCOMPARE(again.status, 201);
        QCOMPARE(again.json(), first.json());
        order["password"] = "another password";
        QCOMPARE(caller().api("POST", "/api/v1/users", admin, order, key).status, 422);
        order["role"] = "admin";
        QCOMPARE(caller().api("POST", "/api/v1/users", admin, order, key).status, 422);
        QVERIFY(m_world->database.value("select encode(request_hash, 'hex') from idempotency_keys") != "");
        QCOMPARE(m_world->database.value("select count(*) from users where username = 'dana'"), std::string("1"));
    }

    void usersComeInPages()
    {
        const std::string token = tokenOf("admin");
        std::vector<std::string> names;
        std::string target = "/api/v1/users?limit=3";
        for (int pages = 0; pages < 5 && !target.empty(); ++pages) {
            const Json page = caller().api("GET", target, token).json();
            QVERIFY(page["items"].size() <= 3);
            for (const Json& user : page["items"])
                names.push_back(user["username"]);
            target = page["next_cursor"].is_null()
                         ? ""
                         : "/api/v1/users?limit=3&cursor=" + page["next_cursor"].get<std::string>();
        }
        QCOMPARE(names, (std::vector<std::string>{"admin", "auditor", "operator", "user"}));
        QCOMPARE(caller().api("GET", "/api/v1/users?role=admin", token).status, 400);
    }

    void everyRouteAdmitsItsRolesAndNobodyElse()
    {
        for (const http::Route& route : m_world->server.routes()) {
            const std::string target = QString::fromStdString(route.pattern)
                                           .replace(QRegularExpression("\\{[^}]+\\}"), "999")
                                           .toStdString();
            const std::string method(codeOf(route.method));
            QCOMPARE(caller().api(method, target, "").status == 401, !route.roles.admitsAnonymous());
            for (const auto role :
                 {api::Role::user, api::Role::auditor, api::Role::operator_, api::Role::admin}) {
                const std::string token = tokenOf(std::string(api::codeOf(role)));
                const int status = caller().api(method, target, token).status;
                QVERIFY2((status == 403) == !route.roles.admits(role),
                         (method + " " + target + " " + std::string(api::codeOf(role))).c_str());
            }
        }
    }

private:
    Caller caller() const { return Caller(m_world->server.port()); }
    std::string tokenOf(const std::string& username) const
    {
        return caller().api("POST", "/api/v1/session", "", credentials(username)).json()["token"];
    }

    std::unique_ptr<World> m_world;
};

QTEST_GUILESS_MAIN(TestRoutes)
#include "tst_routes.moc"
