// SPDX-License-Identifier: GPL-3.0-or-later
// Every route with an id in its path, asked for somebody's thing by its owner, by a stranger, by each role and by nobody.
#include "common/api/role.h"
#include "server/app/application.h"
#include "tests/support/test_server.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <map>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using support::Visitor;

namespace
{

/// Bob's things; carol is a user like him.
const std::vector<std::string> everybody{"nobody", "carol", "auditor", "operator", "admin", "bob"};

enum class Whose {
    owners, ///< their owner's alone, whatever else somebody may do; to all others there is no such thing
    staffs, ///< of the roles that the route names; to its owner too it is forbidden, as if it were nobody's
    signers ///< of whoever can sign
};

struct Thing {
    Whose whose = Whose::staffs;
    std::string path;
    int status = 200; ///< what the owner of an owner's thing is answered
};

} // namespace

class StrangersTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyRouteWithAnIdIsKnown();
    void aThingIsShownToWhomItConcerns_data();
    void aThingIsShownToWhomItConcerns();
    void thereIsNoTellingWhatExists_data();
    void thereIsNoTellingWhatExists();

private:
    Answer ask(const http::Route& route, const std::string& path, const std::string& who);

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<app::Application> m_application; ///< never started: for its table
    std::vector<http::Route> m_routes;               ///< those with a part that is an id
    std::map<std::string, HttpClient> m_clients;
    std::map<std::string, Visitor> m_visitors;
    std::map<std::string, Thing> m_things; ///< by the route's name
};

namespace
{

std::string passwordOf(const std::string& who)
{
    return who == "admin" ? std::string(support::TestServer::adminPassword) : "password of " + who;
}

std::optional<api::Role> roleOf(const std::string& who)
{
    return who == "nobody" ? std::nullopt : std::optional(api::parseRole(who).value_or(api::Role::user));
}

} // namespace

void StrangersTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    QCOMPARE(m_server->hpcbill({"import", HPCBILL_SOURCE_DIR "/resources/sample-jobs/testbed.txt", "--cluster", "testbed"}).exitCode, 0);
    for (const std::string& who : everybody) {
        if (who == "nobody")
            m_clients.emplace(who, m_server->nobody());
        else
            m_clients.emplace(who, who == "admin" ? m_server->admin() : m_server->signedIn(who, who == "bob" || who == "carol" ? "user" : who));
        Visitor visitor(m_server->baseUrl());
        if (who != "nobody")
            QCOMPARE(visitor.logIn(who, passwordOf(who)).status, 303);
        m_visitors.emplace(who, std::move(visitor));
    }
    QCOMPARE(m_clients.at("admin").post("/api/v1/receipts", {{"username", "bob"}, {"before", "2026-12-01"}}).status, 201);
    m_server->database().run(R"sql(
        insert into payments (receipt_id, provider, external_payment_id, status, amount, currency, created_at, created_by, updated_at)
        values (1, 'dummy', 'dummy_1', 'failed', 0.02, 'THB', now(), 'bob', now());
    )sql");
    const auto sessionOfBob = [this] {
        static_cast<void>(support::logIn(m_server->baseUrl(), "bob", passwordOf("bob")));
        return m_clients.at("bob").get("/api/v1/me/sessions").json().at("items").at(0).at("id").dump();
    };

    const std::string none = "/424242";
    m_things = {
        {"GET /me/jobs/{cluster}/{job_id}", {Whose::owners, "/me/jobs/testbed/1"}},
        {"GET /me/receipts/{id}", {Whose::owners, "/me/receipts/1"}},
        {"GET /me/receipts/{id}.pdf", {Whose::owners, "/me/receipts/1.pdf"}},
        {"GET /me/receipts/{id}.th.pdf", {Whose::owners, "/me/receipts/1.th.pdf"}},
        {"POST /payments/receipt/{id}/start", {Whose::owners, "/payments/receipt/1/start", 303}},
        {"POST /me/sessions/{id}/end", {Whose::owners, "/me/sessions/" + sessionOfBob() + "/end", 303}},
        {"DELETE /api/v1/me/sessions/{id}", {Whose::owners, "/api/v1/me/sessions/" + sessionOfBob(), 204}},
        {"POST /payments/webhook/{provider}", {Whose::signers, "/payments/webhook/dummy"}},
        {"GET /api/v1/jobs/{cluster}/{job_id}", {Whose::staffs, "/api/v1/jobs/testbed/1"}},
        {"GET /api/v1/rates/{tier}/history", {Whose::staffs, "/api/v1/rates/mu/history"}},
        {"PUT /api/v1/rates/{tier}", {Whose::staffs, "/api/v1/rates/mu"}},
        {"GET /api/v1/tier-overrides/{user}", {Whose::staffs, "/api/v1/tier-overrides/bob"}},
        {"PUT /api/v1/tier-overrides/{user}", {Whose::staffs, "/api/v1/tier-overrides/bob"}},
        {"DELETE /api/v1/tier-overrides/{user}", {Whose::staffs, "/api/v1/tier-overrides/bob"}},
        {"GET /api/v1/account-tiers/{account}", {Whose::staffs, "/api/v1/account-tiers/chem"}},
        {"PUT /api/v1/account-tiers/{account}", {Whose::staffs, "/api/v1/account-tiers/chem"}},
        {"DELETE /api/v1/account-tiers/{account}", {Whose::staffs, "/api/v1/account-tiers/chem"}},
        {"GET /api/v1/receipts/{id}", {Whose::staffs, "/api/v1/receipts/1"}},
        {"GET /api/v1/receipts/{id}.pdf", {Whose::staffs, "/api/v1/receipts/1.pdf"}},
        {"GET /api/v1/receipts/{id}/items", {Whose::staffs, "/api/v1/receipts/1/items"}},
        {"GET /api/v1/receipts/{id}/items.csv", {Whose::staffs, "/api/v1/receipts/1/items.csv"}},
        {"POST /api/v1/receipts/{id}/void", {Whose::staffs, "/api/v1/receipts/1/void"}},
        {"POST /api/v1/receipts/{id}/reissue", {Whose::staffs, "/api/v1/receipts/1/reissue"}},
        {"POST /api/v1/receipts/{id}/mark-paid", {Whose::staffs, "/api/v1/receipts/1/mark-paid"}},
        {"POST /api/v1/receipts/{id}/revert", {Whose::staffs, "/api/v1/receipts/1/revert"}},
        {"GET /api/v1/receipt-runs/{id}", {Whose::staffs, "/api/v1/receipt-runs" + none}},
        {"POST /api/v1/receipt-runs/{id}/cancel", {Whose::staffs, "/api/v1/receipt-runs" + none + "/cancel"}},
        {"POST /api/v1/receipt-runs/{id}/retry", {Whose::staffs, "/api/v1/receipt-runs" + none + "/retry"}},
        {"GET /api/v1/payments/{id}", {Whose::staffs, "/api/v1/payments/1"}},
        {"POST /api/v1/payments/{id}/refresh", {Whose::staffs, "/api/v1/payments/1/refresh"}},
        {"POST /api/v1/payments/{id}/cancel", {Whose::staffs, "/api/v1/payments/1/cancel"}},
        {"POST /api/v1/payments/{id}/resolve", {Whose::staffs, "/api/v1/payments/1/resolve"}},
        {"GET /api/v1/payment-events/{id}", {Whose::staffs, "/api/v1/payment-events" + none}},
        {"POST /api/v1/payment-events/{id}/replay", {Whose::staffs, "/api/v1/payment-events" + none + "/replay"}},
        {"DELETE /api/v1/payment-secrets/{id}", {Whose::staffs, "/api/v1/payment-secrets" + none}},
        {"GET /api/v1/webhook-endpoints/{id}", {Whose::staffs, "/api/v1/webhook-endpoints" + none}},
        {"PATCH /api/v1/webhook-endpoints/{id}", {Whose::staffs, "/api/v1/webhook-endpoints" + none}},
        {"DELETE /api/v1/webhook-endpoints/{id}", {Whose::staffs, "/api/v1/webhook-endpoints" + none}},
        {"POST /api/v1/webhook-endpoints/{id}/rotate", {Whose::staffs, "/api/v1/webhook-endpoints" + none + "/rotate"}},
        {"GET /api/v1/webhook-deliveries/{id}", {Whose::staffs, "/api/v1/webhook-deliveries" + none}},
        {"POST /api/v1/webhook-deliveries/{id}/redeliver", {Whose::staffs, "/api/v1/webhook-deliveries" + none + "/redeliver"}},
        {"PUT /api/v1/clusters/{name}", {Whose::staffs, "/api/v1/clusters/testbed"}},
        {"GET /api/v1/users/{name}", {Whose::staffs, "/api/v1/users/bob"}},
        {"PATCH /api/v1/users/{name}", {Whose::staffs, "/api/v1/users/bob"}},
        {"POST /api/v1/users/{name}/password", {Whose::staffs, "/api/v1/users/bob/password"}},
        {"GET /api/v1/users/{name}/sessions", {Whose::staffs, "/api/v1/users/bob/sessions"}},
        {"DELETE /api/v1/users/{name}/sessions/{id}", {Whose::staffs, "/api/v1/users/bob/sessions" + none}},
        {"GET /api/v1/api-tokens/{id}", {Whose::staffs, "/api/v1/api-tokens" + none}},
        {"DELETE /api/v1/api-tokens/{id}", {Whose::staffs, "/api/v1/api-tokens" + none}},
        {"DELETE /api/v1/auth-locks/{id}", {Whose::staffs, "/api/v1/auth-locks" + none}},
    };

    app::Config config;
    config.databaseUrl = m_server->settings().at("DATABASE_URL");
    config.databaseOwnerUrl = m_server->settings().at("DATABASE_OWNER_URL");
    m_application = std::make_unique<app::Application>(config);
    for (const http::Route& route : m_application->routes()) {
        if (route.pattern.find('{') != std::string::npos)
            m_routes.push_back(route);
    }
}

Answer StrangersTest::ask(const http::Route& route, const std::string& path, const std::string& who)
{
    if (route.surface == http::Surface::api)
        return m_clients.at(who).ask(std::string(http::codeOf(route.method)), path, "", {});
    Visitor& visitor = m_visitors.at(who);
    return route.method == http::Method::get ? visitor.get(path) : visitor.submit(who == "nobody" ? "/login" : "/me", path, {});
}

void StrangersTest::everyRouteWithAnIdIsKnown()
{
    for (const http::Route& route : m_routes)
        QVERIFY2(m_things.contains(http::nameOf(route)), ("served, and whose it is stands nowhere in this test: " + http::nameOf(route)).c_str());
    QCOMPARE(m_routes.size(), m_things.size());
}

void StrangersTest::aThingIsShownToWhomItConcerns_data()
{
    QTest::addColumn<int>("route");
    QTest::addColumn<QString>("who");
    for (std::size_t route = 0; route < m_routes.size(); ++route) {
        for (const std::string& who : everybody) // the owner last: then it may be gone
            QTest::addRow("%s by %s", http::nameOf(m_routes[route]).c_str(), who.c_str()) << static_cast<int>(route) << QString::fromStdString(who);
    }
}

void StrangersTest::aThingIsShownToWhomItConcerns()
{
    QFETCH(int, route);
    QFETCH(QString, who);
    const http::Route& asked = m_routes[static_cast<std::size_t>(route)];
    const Thing& thing = m_things.at(http::nameOf(asked));
    const Answer answer = ask(asked, thing.path, who.toStdString());
    const QByteArray said = QByteArray::number(answer.status) + " " + QByteArray::fromStdString(answer.body);
    const std::optional<api::Role> role = roleOf(who.toStdString());
    if (thing.whose == Whose::signers) {
        QVERIFY2(answer.status == 400, said); // nobody has signed this
    } else if (!role) {
        const bool isSentToLogIn = asked.surface == http::Surface::page && asked.method == http::Method::get;
        QVERIFY2(answer.status == (isSentToLogIn ? 303 : 401), said);
        QVERIFY(!isSentToLogIn || answer.header("location").starts_with("/login?next="));
    } else if (thing.whose == Whose::owners) {
        QVERIFY2(answer.status == (who == "bob" ? thing.status : 404), said);
    } else if (asked.roles.admits(*role)) {
        QVERIFY2(answer.status != 401 && answer.status != 403 && answer.status < 500, said);
    } else {
        QVERIFY2(answer.status == 403, said);
    }
}

void StrangersTest::thereIsNoTellingWhatExists_data()
{
    QTest::addColumn<int>("route");
    for (std::size_t route = 0; route < m_routes.size(); ++route) {
        if (m_things.contains(http::nameOf(m_routes[route])) && m_things.at(http::nameOf(m_routes[route])).whose != Whose::signers)
            QTest::addRow("%s", http::nameOf(m_routes[route]).c_str()) << static_cast<int>(route);
    }
}

void StrangersTest::thereIsNoTellingWhatExists()
{
    QFETCH(int, route);
    const http::Route& asked = m_routes[static_cast<std::size_t>(route)];
    std::string missing = asked.pattern;
    for (std::size_t open = missing.find('{'); open != std::string::npos; open = missing.find('{'))
        missing.replace(open, missing.find('}') - open + 1, "424242");
    for (const char* who : {"nobody", "carol"}) {
        const Answer there = ask(asked, m_things.at(http::nameOf(asked)).path, who);
        const Answer notThere = ask(asked, missing, who);
        QCOMPARE(there.status, notThere.status);
        if (asked.surface == http::Surface::api && there.status != 404) {
            QCOMPARE(there.json().at("detail"), notThere.json().at("detail"));
        }
    }
}

QTEST_GUILESS_MAIN(StrangersTest)
#include "tst_strangers.moc"
