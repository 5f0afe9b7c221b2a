// SPDX-License-Identifier: GPL-3.0-or-later
// Every route of the server, asked for by nobody and by every role.
#include "common/api/role.h"
#include "server/app/application.h"
#include "tests/support/test_server.h"

#include <QRegularExpression>
#include <QUrl>
#include <QtTest>

#include <map>
#include <set>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;

class RolesTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyRouteIsOnTheListOfTheContract();
    void everyRouteAdmitsWhomItShould_data();
    void everyRouteAdmitsWhomItShould();
    void aFormWithoutItsTokenIsRefused_data();
    void aFormWithoutItsTokenIsRefused();
    void aWrongMethodIsToldWhichAreRight();
    void aTokenThatWasMadeUpIsNobody();

private:
    /// What the server says to `who`, with a bearer token or, for a page, as a browser.
    Answer ask(const http::Route& route, const std::string& who);
    HttpClient newLogin(const std::string& who);

    std::unique_ptr<support::TestServer> m_server;
    std::map<std::string, HttpClient> m_clients; ///< by role; "nobody" too
    std::unique_ptr<app::Application> m_application; ///< never started: for its table
    std::vector<http::Route> m_routes;
};

namespace
{

const std::vector<std::string> everybody{"nobody", "user", "auditor", "operator", "admin"};

/// Who may what, by the contract (api.md, "Routes"): written down here a second time, so that a row changed in the server's
/// table by mistake is noticed.
const std::map<std::string, std::set<std::string>> contract = [] {
    const std::set<std::string> all(everybody.begin(), everybody.end());
    const std::set<std::string> signedIn{"user", "auditor", "operator", "admin"};
    const std::set<std::string> readers{"auditor", "operator", "admin"};
    const std::set<std::string> operators{"operator", "admin"};
    const std::set<std::string> admins{"admin"};
    return std::map<std::string, std::set<std::string>>{
        {"GET /", all},
        {"GET /static/web.css", all},
        {"GET /static/icon.svg", all},
        {"GET /api/openapi.yaml", all},
        {"GET /login", all},
        {"POST /login", all},
        {"POST /logout", all},
        {"POST /i18n/set", all},
        {"GET /me", signedIn},
        {"GET /me.csv", signedIn},
        {"GET /me/jobs/{cluster}/{job_id}", signedIn},
        {"POST /me/receipt", signedIn},
        {"GET /me/receipts", signedIn},
        {"GET /me/receipts/{id}", signedIn},
        {"GET /me/receipts/{id}.pdf", signedIn},
        {"GET /me/receipts/{id}.th.pdf", signedIn},
        {"GET /healthz", all},
        {"GET /readyz", all},
        {"GET /metrics", all}, // from trusted networks, which this machine is
        {"GET /formula", all},
        {"POST /formula", admins},
        {"POST /api/v1/session", all},
        {"DELETE /api/v1/session", signedIn},
        {"GET /api/v1/me", signedIn},
        {"POST /api/v1/me/password", signedIn},
        {"GET /api/v1/me/sessions", signedIn},
        {"DELETE /api/v1/me/sessions/{id}", signedIn},
        {"GET /me/password", signedIn},
        {"POST /me/password", signedIn},
        {"GET /me/sessions", signedIn},
        {"POST /me/sessions/{id}/end", signedIn},
        {"GET /api/v1/jobs", readers},
        {"GET /api/v1/jobs.csv", readers},
        {"GET /api/v1/jobs/{cluster}/{job_id}", readers},
        {"GET /api/v1/usage", readers},
        {"GET /api/v1/rates", readers},
        {"GET /api/v1/rates/{tier}/history", readers},
        {"PUT /api/v1/rates/{tier}", admins},
        {"POST /api/v1/rates/simulate", readers},
        {"GET /api/v1/billing-rules", readers},
        {"PUT /api/v1/billing-rules", admins},
        {"GET /api/v1/billing-rules/history", readers},
        {"GET /api/v1/tiers", readers},
        {"PUT /api/v1/tiers", admins},
        {"GET /api/v1/tier-rules", readers},
        {"PUT /api/v1/tier-rules", admins},
        {"GET /api/v1/tier-rules/history", readers},
        {"POST /api/v1/tier-rules/test", readers},
        {"GET /api/v1/tier-overrides", readers},
        {"GET /api/v1/tier-overrides/{user}", readers},
        {"PUT /api/v1/tier-overrides/{user}", admins},
        {"DELETE /api/v1/tier-overrides/{user}", admins},
        {"GET /api/v1/account-tiers", readers},
        {"GET /api/v1/account-tiers/{account}", readers},
        {"PUT /api/v1/account-tiers/{account}", admins},
        {"DELETE /api/v1/account-tiers/{account}", admins},
        {"GET /api/v1/receipts", readers},
        {"GET /api/v1/receipts/{id}", readers},
        {"GET /api/v1/receipts/{id}.pdf", readers},
        {"GET /api/v1/receipts/{id}/items", readers},
        {"POST /api/v1/receipts", admins},
        {"POST /api/v1/receipts/{id}/void", admins},
        {"GET /api/v1/receipts.csv", readers},
        {"GET /api/v1/receipts/{id}/items.csv", readers},
        {"GET /api/v1/receipt-items.csv", readers},
        {"GET /admin", readers},
        {"GET /admin/paid.csv", {"auditor", "admin"}},
        {"GET /admin/audit.csv", {"auditor", "admin"}},
        {"POST /api/v1/receipt-runs", admins},
        {"GET /api/v1/receipt-runs", readers},
        {"GET /api/v1/receipt-runs/preview", readers},
        {"GET /api/v1/receipt-runs/{id}", readers},
        {"POST /api/v1/receipt-runs/{id}/cancel", admins},
        {"POST /api/v1/receipt-runs/{id}/retry", admins},
        {"POST /api/v1/receipts/{id}/reissue", admins},
        {"POST /api/v1/receipts/{id}/mark-paid", operators},
        {"POST /api/v1/receipts/{id}/revert", operators},
        {"GET /api/v1/payments", readers},
        {"GET /api/v1/payments/{id}", readers},
        {"POST /api/v1/payments/{id}/refresh", operators},
        {"POST /api/v1/payments/{id}/cancel", operators},
        {"POST /api/v1/payments/{id}/resolve", operators},
        {"GET /api/v1/reconciliation", readers},
        {"GET /api/v1/webhook-endpoints", admins},
        {"POST /api/v1/webhook-endpoints", admins},
        {"GET /api/v1/webhook-endpoints/{id}", admins},
        {"PATCH /api/v1/webhook-endpoints/{id}", admins},
        {"DELETE /api/v1/webhook-endpoints/{id}", admins},
        {"POST /api/v1/webhook-endpoints/{id}/rotate", admins},
        {"GET /api/v1/webhook-deliveries", readers},
        {"GET /api/v1/webhook-deliveries/{id}", readers},
        {"POST /api/v1/webhook-deliveries/{id}/redeliver", operators},
        {"POST /api/v1/reconciliation/statements/preview", operators},
        {"POST /api/v1/reconciliation/statements/settle", operators},
        {"POST /payments/webhook", all},
        {"POST /payments/webhook/{provider}", all},
        {"GET /api/v1/payment-events", readers},
        {"GET /api/v1/payment-events/{id}", readers},
        {"POST /api/v1/payment-events/{id}/replay", operators},
        {"GET /api/v1/payment-secrets", admins},
        {"POST /api/v1/payment-secrets", admins},
        {"DELETE /api/v1/payment-secrets/{id}", admins},
        {"POST /payments/receipt/{id}/start", signedIn},
        {"GET /payments/thanks", signedIn},
        {"POST /payments/simulate", signedIn},
        {"GET /api/v1/clusters", readers},
        {"PUT /api/v1/clusters/{name}", admins},
        {"GET /api/v1/ingest-runs", readers},
        {"POST /api/v1/ingest-runs", operators},
        {"GET /api/v1/ingest-rejects", readers},
        {"POST /api/v1/ingest-rejects/replay", operators},
        {"GET /api/v1/audit", readers},
        {"GET /api/v1/audit/checkpoint", readers},
        {"GET /api/v1/audit/proof/consistency", readers},
        {"GET /api/v1/audit/proof/inclusion", readers},
        {"GET /api/v1/audit/export", readers},
        {"POST /api/v1/audit/verify", readers},
        {"GET /api/v1/events", readers},
        {"GET /api/v1/users", admins},
        {"POST /api/v1/users", admins},
        {"GET /api/v1/users/{name}", admins},
        {"PATCH /api/v1/users/{name}", admins},
        {"POST /api/v1/users/{name}/password", admins},
        {"GET /api/v1/users/{name}/sessions", admins},
        {"DELETE /api/v1/users/{name}/sessions/{id}", admins},
        {"GET /api/v1/api-tokens", admins},
        {"POST /api/v1/api-tokens", admins},
        {"GET /api/v1/api-tokens/{id}", admins},
        {"DELETE /api/v1/api-tokens/{id}", admins},
        {"GET /api/v1/auth-locks", operators},
        {"DELETE /api/v1/auth-locks/{id}", operators},
    };
}();

using http::nameOf;

/// The pattern with something in place of its parts; nothing of that name exists.
std::string pathOf(std::string pattern)
{
    for (std::size_t open = pattern.find('{'); open != std::string::npos; open = pattern.find('{'))
        pattern.replace(open, pattern.find('}') - open + 1, "424242");
    return pattern;
}

/// What a browser keeps between two pages.
struct Visit {
    std::string cookies;
    std::string csrf; ///< of the page that it saw last
};

/// Takes over the cookie and the token of forms that the answer brings.
void remember(Visit& visit, const Answer& answer)
{
    const std::string cookie = answer.header("set-cookie");
    if (!cookie.empty())
        visit.cookies += (visit.cookies.empty() ? "" : "; ") + cookie.substr(0, cookie.find(';'));
    const auto field = QRegularExpression(R"re(name="csrf"\s+value="([^"]+)")re").match(QString::fromStdString(answer.body));
    if (field.hasMatch())
        visit.csrf = field.captured(1).toStdString();
}

Answer send(const HttpClient& client, Visit& visit, const std::string& method, const std::string& path, const std::string& form)
{
    support::Headers headers{{"Accept", "text/html"}};
    if (!visit.cookies.empty())
        headers["Cookie"] = visit.cookies;
    if (method == "POST")
        headers["Content-Type"] = "application/x-www-form-urlencoded";
    const Answer answer = client.ask(method, path, form, headers);
    remember(visit, answer);
    return answer;
}

std::string encoded(const std::string& text)
{
    return QUrl::toPercentEncoding(QString::fromStdString(text)).toStdString();
}

/// A browser in which somebody has logged in; of nobody one that has seen the login page.
Visit browse(const HttpClient& nobody, const std::string& username, const std::string& password)
{
    Visit visit;
    send(nobody, visit, "GET", "/login", "");
    if (username.empty())
        return visit;
    const Answer answer = send(nobody, visit, "POST", "/login",
                               "csrf=" + encoded(visit.csrf) + "&username=" + encoded(username) + "&password=" + encoded(password));
    if (answer.status != 303)
        qWarning("cannot log in as %s: %d %s", username.c_str(), answer.status, answer.body.c_str());
    send(nobody, visit, "GET", "/me", "");
    return visit;
}

} // namespace

HttpClient RolesTest::newLogin(const std::string& who)
{
    return who == "admin" ? m_server->admin() : m_server->signedIn("the-" + who, who);
}

Answer RolesTest::ask(const http::Route& route, const std::string& who)
{
    const std::string method(http::codeOf(route.method));
    const std::string path = pathOf(route.pattern);
    if (route.surface == http::Surface::page) {
        const std::string username = who == "nobody" ? "" : who == "admin" ? "admin" : "the-" + who;
        Visit visit = browse(m_server->nobody(), username, who == "admin" ? support::TestServer::adminPassword : "password of " + username);
        return send(m_server->nobody(), visit, method, path, method == "POST" ? "csrf=" + encoded(visit.csrf) : "");
    }
    if (nameOf(route) == "DELETE /api/v1/session" && who != "nobody")
        return newLogin(who).ask(method, path, "", {}); // the others still need theirs
    return m_clients.at(who).ask(method, path, "", {});
}

void RolesTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    m_clients.emplace("nobody", m_server->nobody());
    m_clients.emplace("admin", m_server->admin());
    for (const std::string role : {"user", "auditor", "operator"})
        m_clients.emplace(role, m_server->signedIn("the-" + role, role));

    app::Config config;
    config.databaseUrl = m_server->settings().at("DATABASE_URL");
    config.databaseOwnerUrl = m_server->settings().at("DATABASE_OWNER_URL");
    m_application = std::make_unique<app::Application>(config);
    m_routes = m_application->routes();
}

void RolesTest::everyRouteIsOnTheListOfTheContract()
{
    QStringList unknown;
    std::set<std::string> served;
    for (const http::Route& route : m_routes) {
        served.insert(nameOf(route));
        if (!contract.contains(nameOf(route)))
            unknown << QString::fromStdString(nameOf(route));
    }
    QVERIFY2(unknown.isEmpty(), qPrintable("served, but not in this test: " + unknown.join(", ")));
    for (const auto& [name, who] : contract)
        QVERIFY2(served.contains(name), qPrintable(QString::fromStdString("not served: " + name)));
}

void RolesTest::everyRouteAdmitsWhomItShould_data()
{
    QTest::addColumn<int>("route");
    QTest::addColumn<QString>("who");
    for (std::size_t route = 0; route < m_routes.size(); ++route) {
        for (const std::string& who : everybody)
            QTest::addRow("%s by %s", nameOf(m_routes[route]).c_str(), who.c_str()) << static_cast<int>(route) << QString::fromStdString(who);
    }
}

void RolesTest::everyRouteAdmitsWhomItShould()
{
    QFETCH(int, route);
    QFETCH(QString, who);
    const http::Route& asked = m_routes[static_cast<std::size_t>(route)];
    const bool admitted = contract.contains(nameOf(asked)) && contract.at(nameOf(asked)).contains(who.toStdString());
    const Answer answer = ask(asked, who.toStdString());
    if (admitted) {
        // A login without a name is answered with 401 too, on a page that says what was wrong.
        const bool isLogin = nameOf(asked) == "POST /login";
        QVERIFY2((answer.status != 401 || isLogin) && answer.status != 403 && answer.status < 500, answer.body.c_str());
        QVERIFY(answer.status != 303 || !answer.header("location").starts_with("/login?"));
    } else if (asked.surface == http::Surface::page && who == "nobody" && asked.method == http::Method::get) {
        QCOMPARE(answer.status, 303);
        QVERIFY2(answer.header("location").starts_with("/login?next="), answer.header("location").c_str());
    } else if (asked.surface == http::Surface::page) {
        QCOMPARE(answer.status, who == "nobody" ? 401 : 403);
        QVERIFY(answer.header("content-type").starts_with("text/html"));
    } else {
        QCOMPARE(answer.status, who == "nobody" ? 401 : 403);
        QCOMPARE(answer.header("content-type"), std::string("application/problem+json"));
        QCOMPARE(answer.json().at("status").get<int>(), answer.status);
        QCOMPARE(answer.json().at("request_id").get<std::string>(), answer.header("x-request-id"));
    }
}

void RolesTest::aFormWithoutItsTokenIsRefused_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("token");
    for (const http::Route& route : m_routes) {
        if (route.surface != http::Surface::page || route.method != http::Method::post)
            continue;
        QTest::addRow("%s without", route.pattern.c_str()) << QString::fromStdString(route.pattern) << "";
        QTest::addRow("%s with another's", route.pattern.c_str()) << QString::fromStdString(route.pattern) << "another";
    }
}

void RolesTest::aFormWithoutItsTokenIsRefused()
{
    QFETCH(QString, path);
    QFETCH(QString, token);
    Visit visit = browse(m_server->nobody(), "the-user", "password of the-user");
    const Visit other = browse(m_server->nobody(), "", "");
    const std::string form = token.isEmpty() ? "x=1" : "csrf=" + encoded(other.csrf);
    QCOMPARE(send(m_server->nobody(), visit, "POST", path.toStdString(), form).status, 403);
    QCOMPARE(send(m_server->nobody(), visit, "GET", "/me", "").status, 200); // still logged in
}

void RolesTest::aWrongMethodIsToldWhichAreRight()
{
    const Answer answer = m_clients.at("admin").ask("DELETE", "/formula", "", {});
    QCOMPARE(answer.status, 405);
    QVERIFY(answer.header("allow").find("POST") != std::string::npos);
    QVERIFY(answer.header("allow").find("GET") != std::string::npos);
}

void RolesTest::aTokenThatWasMadeUpIsNobody()
{
    for (const std::string token : {"x", "....", "' or 1=1 --"})
        QCOMPARE(HttpClient(m_server->baseUrl(), token).get("/api/v1/me").status, 401);
    std::string changed = m_clients.at("admin").token();
    changed.back() = changed.back() == 'A' ? 'B' : 'A';
    QCOMPARE(HttpClient(m_server->baseUrl(), changed).get("/api/v1/me").status, 401);
}

QTEST_GUILESS_MAIN(RolesTest)
#include "tst_roles.moc"
