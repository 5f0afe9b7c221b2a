// SPDX-License-Identifier: GPL-3.0-or-later
// What others try with a researcher's browser: planted cookies, forged forms, links that lead away.
#include "tests/support/test_server.h"
#include "tests/support/visitor.h"

#include <QUrl>
#include <QtTest>

using namespace hpcbill;
using support::Answer;
using support::Headers;
using support::hidden;
using support::HttpClient;
using support::Visitor;

namespace
{

const std::string session = "hpcbill_session";
const std::string visit = "hpcbill_visit";

std::string passwordOf(const std::string& name)
{
    return "password of " + name;
}

Headers asBrowser(const std::string& cookies)
{
    Headers headers{{"Accept", "text/html"}, {"Content-Type", "application/x-www-form-urlencoded"}};
    if (!cookies.empty())
        headers["Cookie"] = cookies;
    return headers;
}

} // namespace

class WebSecurityTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void aPlantedSessionIsNotTheOneLoggedInto();
    void aPlantedSessionOfSomebodyElseEndsAtLogin();
    void aPlantedVisitTellsNothingOfTheSession();
    void theSessionChangesAtEachLogin();

    void aFormNeedsTheTokenOfItsOwnSession_data();
    void aFormNeedsTheTokenOfItsOwnSession();
    void aTokenIsWorthNothingAfterLogout();
    void aTokenInTheAddressDoesNotCount();
    void aCookieOpensNoRouteOfTheApi();

    void noRedirectLeadsAway_data();
    void noRedirectLeadsAway();
    void aPathThatLooksLikeAnotherHostIsNotRedirectedTo();

    void cookiesAreAsTheConfigurationSays_data();
    void cookiesAreAsTheConfigurationSays();
    void everyAnswerCarriesTheSecurityHeaders_data();
    void everyAnswerCarriesTheSecurityHeaders();

private:
    Visitor visitorOf(const std::string& name)
    {
        Visitor visitor(m_server->baseUrl());
        visitor.logIn(name, passwordOf(name));
        return visitor;
    }
    std::string whoSees(const std::string& token)
    {
        const Answer page = m_server->nobody().ask("GET", "/me", "", asBrowser(session + "=" + token));
        for (const char* name : {"alice", "mallory"}) {
            if (page.status == 200 && page.body.find(">" + std::string(name) + "<") != std::string::npos)
                return name;
        }
        return "nobody";
    }

    std::unique_ptr<support::TestServer> m_server;
};

void WebSecurityTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    for (const char* name : {"alice", "mallory"})
        QCOMPARE(m_server->signedIn(name, "user").get("/api/v1/me").status, 200);
}

void WebSecurityTest::aPlantedSessionIsNotTheOneLoggedInto()
{
    const std::string planted(43, 'A');
    Visitor alice(m_server->baseUrl());
    alice.cookies()[session] = planted;
    QCOMPARE(alice.logIn("alice", passwordOf("alice")).status, 303);
    QVERIFY(alice.cookies().at(session) != planted);
    QCOMPARE(whoSees(alice.cookies().at(session)), std::string("alice"));
    QCOMPARE(whoSees(planted), std::string("nobody"));
}

void WebSecurityTest::aPlantedSessionOfSomebodyElseEndsAtLogin()
{
    Visitor mallory = visitorOf("mallory");
    const std::string planted = mallory.cookies().at(session);
    QCOMPARE(whoSees(planted), std::string("mallory"));
    Visitor alice(m_server->baseUrl());
    alice.cookies()[session] = planted;
    // The login page sends on whoever is logged in; the form is on every page that mallory could have left open.
    const std::string csrf = hidden(alice.get("/me"), "csrf");
    QCOMPARE(alice.post("/login", {{"username", "alice"}, {"password", passwordOf("alice")}}, csrf).status, 303);
    QCOMPARE(whoSees(alice.cookies().at(session)), std::string("alice"));
    QCOMPARE(whoSees(planted), std::string("nobody"));
}

void WebSecurityTest::aPlantedVisitTellsNothingOfTheSession()
{
    const std::string planted(43, 'B');
    Visitor alice(m_server->baseUrl());
    alice.cookies()[visit] = planted;
    const std::string known = hidden(alice.get("/login"), "csrf");
    QCOMPARE(alice.logIn("alice", passwordOf("alice")).status, 303);
    QCOMPARE(alice.post("/me/receipt", {{"before", "2026-01-01"}}, known).status, 403);
}

void WebSecurityTest::theSessionChangesAtEachLogin()
{
    Visitor alice = visitorOf("alice");
    const std::string first = alice.cookies().at(session);
    const std::string csrf = hidden(alice.get("/me"), "csrf");
    QCOMPARE(alice.post("/login", {{"username", "alice"}, {"password", passwordOf("alice")}}, csrf).status, 303);
    QVERIFY(alice.cookies().at(session) != first);
    QCOMPARE(whoSees(first), std::string("nobody"));
}

void WebSecurityTest::aFormNeedsTheTokenOfItsOwnSession_data()
{
    QTest::addColumn<QString>("whose");
    QTest::addColumn<int>("status");
    QTest::newRow("its own") << "own" << 303;
    QTest::newRow("missing") << "missing" << 403;
    QTest::newRow("empty") << "empty" << 403;
    QTest::newRow("of another user") << "stranger" << 403;
    QTest::newRow("of another session of the same user") << "other session" << 403;
    QTest::newRow("of the visit before the login") << "visit" << 403;
    QTest::newRow("the session itself") << "session" << 403;
}

void WebSecurityTest::aFormNeedsTheTokenOfItsOwnSession()
{
    QFETCH(QString, whose);
    QFETCH(int, status);
    Visitor alice(m_server->baseUrl());
    const std::string ofVisit = hidden(alice.get("/login"), "csrf");
    alice.logIn("alice", passwordOf("alice"));
    Visitor elsewhere = visitorOf("alice");
    Visitor mallory = visitorOf("mallory");
    const std::map<QString, std::string> tokens{{"own", hidden(alice.get("/me"), "csrf")},
                                                {"empty", ""},
                                                {"stranger", hidden(mallory.get("/me"), "csrf")},
                                                {"other session", hidden(elsewhere.get("/me"), "csrf")},
                                                {"visit", ofVisit},
                                                {"session", alice.cookies().at(session)}};
    const std::string body = whose == "missing" ? "language=th" : "language=th&csrf=" + http::encodePercent(tokens.at(whose));
    const Answer answer = m_server->nobody().ask("POST", "/i18n/set", body, asBrowser(session + "=" + alice.cookies().at(session)));
    QCOMPARE(answer.status, status);
}

void WebSecurityTest::aTokenIsWorthNothingAfterLogout()
{
    Visitor alice = visitorOf("alice");
    const std::string old = hidden(alice.get("/me"), "csrf");
    const std::string oldSession = alice.cookies().at(session);
    QCOMPARE(alice.post("/logout", {}, old).status, 303);
    QCOMPARE(m_server->nobody().ask("POST", "/me/receipt", "before=2026-01-01&csrf=" + old, asBrowser(session + "=" + oldSession)).status, 401);
    QCOMPARE(m_server->nobody().ask("POST", "/i18n/set", "language=th&csrf=" + old, asBrowser(session + "=" + oldSession)).status, 403);
    alice.logIn("alice", passwordOf("alice"));
    QCOMPARE(alice.post("/me/receipt", {{"before", "2026-01-01"}}, old).status, 403);
}

void WebSecurityTest::aTokenInTheAddressDoesNotCount()
{
    Visitor alice = visitorOf("alice");
    const std::string csrf = hidden(alice.get("/me"), "csrf");
    const std::string cookie = session + "=" + alice.cookies().at(session);
    QCOMPARE(m_server->nobody().ask("POST", "/i18n/set?csrf=" + csrf, "language=th", asBrowser(cookie)).status, 403);
    // Neither does a body that a form of another site can send without asking, as text.
    Headers plain = asBrowser(cookie);
    plain["Content-Type"] = "text/plain";
    QCOMPARE(m_server->nobody().ask("POST", "/i18n/set", "language=th&csrf=" + csrf, plain).status, 415);
}

void WebSecurityTest::aCookieOpensNoRouteOfTheApi()
{
    Visitor admin(m_server->baseUrl());
    admin.logIn("admin", support::TestServer::adminPassword);
    const std::string token = admin.cookies().at(session);
    const Headers cookie{{"Cookie", session + "=" + token}, {"Content-Type", "application/json"}};
    const std::string rate = R"({"type":"mu","cpu":"1","gpu":"1","mem":"1"})";
    QCOMPARE(m_server->nobody().ask("POST", "/formula", rate, cookie).status, 401);
    QCOMPARE(m_server->nobody().ask("GET", "/api/v1/users", "", cookie).status, 401);
    QCOMPARE(HttpClient(m_server->baseUrl(), token).get("/api/v1/users").status, 401);
}

void WebSecurityTest::noRedirectLeadsAway_data()
{
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("target");
    const QStringList evil{"//evil.example", "///evil.example", "https://evil.example/", "http:evil.example", "\\\\evil.example",
                           "/\\evil.example", "/\\/evil.example", "/\t/evil.example", "\t//evil.example", " //evil.example", "/\n/evil.example",
                           "javascript:alert(1)", "data:text/html,x", "evil.example", "", ".//evil.example", "/%0d%0aSet-Cookie:x=y",
                           "/me\r\nSet-Cookie: x=y", "@evil.example", "/@evil.example", "//evil.example@me", "/./\\evil.example", "?next=//evil.example"};
    for (const char* place : {"login", "logged in", "language"}) {
        for (const QString& target : evil)
            QTest::addRow("%s %s", place, QUrl::toPercentEncoding(target).constData()) << place << target;
    }
}

void WebSecurityTest::noRedirectLeadsAway()
{
    QFETCH(QString, place);
    QFETCH(QString, target);
    const std::string next = target.toStdString();
    Visitor visitor(m_server->baseUrl());
    Answer answer;
    if (place == "login") {
        answer = visitor.submit("/login", "/login", {{"username", "alice"}, {"password", passwordOf("alice")}, {"next", next}});
    } else if (place == "logged in") {
        visitor.logIn("alice", passwordOf("alice"));
        answer = visitor.get("/login?next=" + http::encodePercent(next));
    } else {
        answer = visitor.submit("/login", "/i18n/set", {{"language", "th"}, {"next", next}});
    }
    if (place == "logged in" && target.isEmpty()) {
        QCOMPARE(answer.status, 400); // as every parameter that says nothing
        return;
    }
    QCOMPARE(answer.status, 303);
    const std::string location = answer.header("location");
    QVERIFY2(location.starts_with("/") && !location.starts_with("//") && location.find('\\') == std::string::npos, location.c_str());
    const QUrl base(QString::fromStdString(m_server->baseUrl()));
    const QUrl led = base.resolved(QUrl(QString::fromStdString(location)));
    QCOMPARE(led.host(), base.host());
    QCOMPARE(led.port(), base.port());
    QVERIFY(answer.header("set-cookie").find("x=y") == std::string::npos);
}

void WebSecurityTest::aPathThatLooksLikeAnotherHostIsNotRedirectedTo()
{
    // Nobody is sent to log in by an address that would lead away afterwards.
    for (const char* path : {"//evil.example/me", "/\\evil.example", "/%5cevil.example", "/%2fevil.example/me", "//me"}) {
        const Answer answer = m_server->nobody().ask("GET", path, "", {{"Accept", "text/html"}});
        QVERIFY2(answer.status == 404 || answer.status == 400, path);
        QVERIFY(answer.header("location").empty());
    }
}

void WebSecurityTest::cookiesAreAsTheConfigurationSays_data()
{
    QTest::addColumn<bool>("secure");
    QTest::newRow("over TLS") << true;
    QTest::newRow("plain, for development") << false;
}

void WebSecurityTest::cookiesAreAsTheConfigurationSays()
{
    QFETCH(bool, secure);
    support::TestServer server(support::Environment{{"SESSION_COOKIE_SECURE", secure ? "true" : "false"}});
    QCOMPARE(server.signedIn("alice", "user").get("/api/v1/me").status, 200);
    Visitor alice(server.baseUrl());
    const auto check = [secure](const Answer& answer, const std::string& name) {
        const std::string cookie = answer.header("set-cookie");
        QVERIFY2(cookie.starts_with((secure && name != "hpcbill_lang" ? "__Host-" : "") + name + "="), cookie.c_str());
        for (const char* attribute : {"; Path=/", "; HttpOnly", "; SameSite=Lax"})
            QVERIFY2(cookie.find(attribute) != std::string::npos, cookie.c_str());
        QCOMPARE(cookie.find("; Secure") != std::string::npos, secure);
        QVERIFY(cookie.find("Domain") == std::string::npos);
        QCOMPARE(answer.header("strict-transport-security").empty(), !secure);
    };
    check(alice.get("/login"), "hpcbill_visit");
    const Answer login = alice.logIn("alice", passwordOf("alice"));
    check(login, "hpcbill_session");
    QVERIFY(login.header("set-cookie").find("Max-Age=43200") != std::string::npos);
    check(alice.submit("/me", "/i18n/set", {{"language", "th"}}), "hpcbill_lang");
    const Answer logout = alice.submit("/me", "/logout", {});
    check(logout, "hpcbill_session");
    QVERIFY(logout.header("set-cookie").find("Max-Age=0") != std::string::npos);
    QCOMPARE(alice.get("/me").status, 303);
}

void WebSecurityTest::everyAnswerCarriesTheSecurityHeaders_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    for (const auto& [path, status] : std::vector<std::pair<const char*, int>>{
             {"/login", 200}, {"/me", 303}, {"/nothing", 404}, {"/api/v1/me", 401}, {"/api/v1/nothing", 404}, {"/static/web.css", 200},
             {"/formula?type=mu", 200}, {"/formula", 400}, {"/healthz", 200}, {"/metrics", 200}, {"/api/openapi.yaml", 200}, {"/admin/paid.csv", 401}})
        QTest::newRow(path) << path << status;
}

void WebSecurityTest::everyAnswerCarriesTheSecurityHeaders()
{
    QFETCH(QString, path);
    QFETCH(int, status);
    const Answer answer = m_server->nobody().ask("GET", path.toStdString(), "", {{"Accept", "text/html"}});
    QVERIFY2(answer.status == status || (status == 401 && answer.status == 303), answer.body.c_str());
    QCOMPARE(answer.header("x-content-type-options"), std::string("nosniff"));
    QCOMPARE(answer.header("x-frame-options"), std::string("DENY"));
    QCOMPARE(answer.header("referrer-policy"), std::string("same-origin"));
    const std::string policy = answer.header("content-security-policy");
    QVERIFY2(policy.starts_with("default-src 'none'"), policy.c_str());
    QVERIFY(policy.find("frame-ancestors 'none'") != std::string::npos);
    QVERIFY(policy.find("unsafe") == std::string::npos && policy.find("script-src") == std::string::npos);
    QVERIFY(!answer.header("cache-control").empty());
    QVERIFY(answer.header("server").empty() && answer.header("x-powered-by").empty());
}

QTEST_GUILESS_MAIN(WebSecurityTest)
#include "tst_web_security.moc"
