// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is sent: a clear answer that names what is wrong, and nothing changed.
#include "tests/support/jobs.h"
#include "tests/support/snapshot.h"
#include "tests/support/test_server.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <QtTest>

using namespace hpcbill;
using support::Answer;
using support::Headers;
using support::HttpClient;

class InputTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void badRequestsAreRefused_data();
    void badRequestsAreRefused();
    void aWrongPasswordAndAnUnknownNameGetTheSameAnswer();
    void aStaleEtagIsTold();
    void aBodyThatEndsTooSoonIsNotActedUpon();
    void bytesThatAreNoHttpAreAnswered();
    void aCursorOfAnotherListIsRefused();
    void theServerStillWorks();

private:
    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<HttpClient> m_admin;
};

namespace
{

constexpr const char* json = "application/json";

std::string describe(const Answer& answer)
{
    return std::to_string(answer.status) + " " + answer.header("content-type") + " " + answer.body;
}

/// The beginning of what the server says to these bytes; empty where it closed the connection without a word.
std::string answerTo(const std::string& baseUrl, const std::string& bytes)
{
    const Poco::URI uri(baseUrl);
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress(uri.getHost(), uri.getPort()));
    socket.setReceiveTimeout(Poco::Timespan(60, 0));
    std::string answer(64, '\0');
    try {
        socket.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        socket.shutdownSend();
        answer.resize(static_cast<std::size_t>(socket.receiveBytes(answer.data(), 64)));
    } catch (const Poco::Net::NetException&) {
        return {};
    }
    return answer;
}

} // namespace

void InputTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    m_admin = std::make_unique<HttpClient>(m_server->admin());
    QCOMPARE(m_admin->post("/api/v1/users", {{"username", "alice"}, {"password", "alice has a long one"}, {"role", "user"}}).status, 201);
}

void InputTest::badRequestsAreRefused_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("named"); ///< a word that the answer has to contain, apart from the case of its letters

    const auto row = [](const char* name, const char* method, const char* path, const char* type, const QByteArray& body, int status,
                        const char* named) { QTest::newRow(name) << method << path << type << body << status << named; };
    // bodies
    row("a body that is not JSON", "POST", "/formula", json, "type=mu&cpu=1", 400, "json");
    row("JSON that stops in the middle", "POST", "/formula", json, R"({"type":"mu","cpu":)", 400, "json");
    row("two JSON values", "POST", "/formula", json, R"({"type":"mu","cpu":"1","gpu":"1","mem":"1"}{})", 400, "json");
    row("JSON that is no object", "POST", "/formula", json, R"(["mu"])", 400, "object");
    row("an empty body", "POST", "/formula", json, "", 400, "json");
    row("JSON under another name", "POST", "/formula", "text/plain", R"({"type":"mu","cpu":"1","gpu":"1","mem":"1"})", 415, "application/json");
    row("an unknown field", "POST", "/formula", json, R"({"type":"mu","cpu":"1","gpu":"1","mem":"1","disk":"1"})", 400, "disk");
    row("a field twice", "POST", "/formula", json, R"({"type":"mu","type":"gov","cpu":"1","gpu":"1","mem":"1"})", 400, "type");
    row("a missing field", "POST", "/formula", json, R"({"type":"mu","cpu":"1","gpu":"1"})", 400, "mem");
    row("null for a field", "POST", "/formula", json, R"({"type":"mu","cpu":"1","gpu":"1","mem":null})", 400, "mem");
    row("text for a number", "POST", "/formula", json, R"({"type":"mu","cpu":"cheap","gpu":"1","mem":"1"})", 400, "cpu");
    row("a negative rate", "POST", "/formula", json, R"({"type":"mu","cpu":"-1","gpu":"1","mem":"1"})", 400, "cpu");
    row("a seventh decimal", "POST", "/formula", json, R"({"type":"mu","cpu":"0.0000001","gpu":"1","mem":"1"})", 400, "cpu");
    row("a rate beyond its type", "POST", "/formula", json, R"({"type":"mu","cpu":"99999999999999999999","gpu":"1","mem":"1"})", 400, "cpu");
    row("an exponent", "POST", "/formula", json, R"({"type":"mu","cpu":1e3,"gpu":"1","mem":"1"})", 400, "cpu");
    row("a tier that there is not", "POST", "/formula", json, R"({"type":"gold","cpu":"1","gpu":"1","mem":"1"})", 404, "gold");
    row("a nested bomb", "POST", "/formula", json, QByteArray(200'000, '['), 400, "nests");
    row("bytes that are not UTF-8", "POST", "/formula", json, QByteArray("{\"type\":\"\xff\xfe\",\"cpu\":\"1\",\"gpu\":\"1\",\"mem\":\"1\"}"), 400, "json");
    row("a NUL in a text", "POST", "/formula", json, R"({"type":"mu\u0000","cpu":"1","gpu":"1","mem":"1"})", 400, "type");
    row("10 MB", "POST", "/formula", json, QByteArray("{\"type\":\"") + QByteArray(10 * 1024 * 1024, 'x') + "\"}", 413, "large");
    row("rates without If-Match", "PUT", "/api/v1/rates/mu", json, R"({"cpu":"1","gpu":"1","mem":"1","reason":"x"})", 428, "if-match");
    row("rates without a reason", "PUT", "/api/v1/rates/mu", json, R"({"cpu":"1","gpu":"1","mem":"1"})", 400, "reason");
    row("rates from a day that there is not", "PUT", "/api/v1/rates/mu", json,
        R"({"cpu":"1","gpu":"1","mem":"1","reason":"x","effective_from":"2026-02-30"})", 400, "effective_from");
    row("rates from the year 10000", "PUT", "/api/v1/rates/mu", json,
        R"({"cpu":"1","gpu":"1","mem":"1","reason":"x","effective_from":"9999-12-31T23:59:59-23:59"})", 400, "effective_from");
    row("a receipt up to the year 10000", "POST", "/api/v1/receipts", json, R"({"username":"somchai","before":"9999-12-31T23:59:59-23:59"})", 400, "before");
    row("a user of an unknown role", "POST", "/api/v1/users", json, R"({"username":"bob","password":"a long enough one","role":"king"})", 400, "role");
    row("a user without a name", "POST", "/api/v1/users", json, R"({"username":"","password":"a long enough one","role":"user"})", 400, "username");
    row("a user's name with a line break", "POST", "/api/v1/users", json, R"({"username":"b\nb","password":"a long enough one","role":"user"})", 400,
        "username");
    row("a password that is too short", "POST", "/api/v1/users", json, R"({"username":"bob","password":"x","role":"user"})", 400, "password");
    row("a user who is there already", "POST", "/api/v1/users", json, R"({"username":"alice","password":"a long enough one","role":"user"})", 409,
        "alice");
    row("a login without a password", "POST", "/api/v1/session", json, R"({"username":"admin"})", 400, "password");
    row("a receipt before a bad date", "POST", "/api/v1/receipts", json, R"({"username":"alice","before":"2026-13-01"})", 400, "before");
    row("a receipt before a number", "POST", "/api/v1/receipts", json, R"({"username":"alice","before":20261101})", 400, "before");
    row("a receipt of nobody", "POST", "/api/v1/receipts", json, R"({"before":"2026-11-01"})", 400, "username");
    row("a receipt of no jobs", "POST", "/api/v1/receipts", json, R"({"username":"alice","before":"2026-11-01"})", 409, "alice");
    // queries and paths
    row("an unknown parameter", "GET", "/api/v1/jobs?usr=alice", "", "", 400, "usr");
    row("a parameter twice", "GET", "/api/v1/jobs?user=alice&user=bob", "", "", 400, "user");
    row("a limit of 0", "GET", "/api/v1/jobs?limit=0", "", "", 400, "limit");
    row("a limit of 1001", "GET", "/api/v1/jobs?limit=1001", "", "", 400, "limit");
    row("a limit that is no number", "GET", "/api/v1/jobs?limit=ten", "", "", 400, "limit");
    row("a cursor that was made up", "GET", "/api/v1/jobs?cursor=abc", "", "", 400, "cursor");
    row("a cursor that was forged", "GET", "/api/v1/jobs?cursor=WyJqb2JzIiwtOTIyMzM3MjAzNjg1NDc3NTgwOCwxLDFd", "", "", 400, "cursor");
    row("a bad date", "GET", "/api/v1/jobs?from=yesterday", "", "", 400, "from");
    row("a local time", "GET", "/api/v1/jobs?from=2026-11-23T00:00:00", "", "", 400, "from");
    row("a window that ends before it begins", "GET", "/api/v1/jobs?from=2026-11-02&to=2026-11-01", "", "", 400, "to");
    row("billed or not", "GET", "/api/v1/jobs?billed=perhaps", "", "", 400, "billed");
    row("a broken escape", "GET", "/api/v1/jobs?user=%zz", "", "", 400, "");
    row("a query that is not UTF-8", "GET", "/api/v1/jobs?user=%ff", "", "", 400, "");
    row("a NUL in a query", "GET", "/api/v1/jobs?user=a%00b", "", "", 400, "");
    row("a group that there is not", "GET", "/api/v1/usage?group_by=colour", "", "", 400, "group_by");
    row("half a day of usage", "GET", "/api/v1/usage?from=2026-11-01T12:00:00Z", "", "", 400, "from");
    row("a formula of no tier", "GET", "/formula", "", "", 400, "type");
    row("a formula of an unknown tier", "GET", "/formula?type=gold", "", "", 404, "gold");
    row("the history of an unknown tier", "GET", "/api/v1/rates/gold/history", "", "", 404, "gold");
    row("a status that there is not", "GET", "/api/v1/receipts?status=lost", "", "", 400, "status");
    row("a receipt that there is not", "GET", "/api/v1/receipts/424242", "", "", 404, "424242");
    row("a receipt that is no number", "GET", "/api/v1/receipts/MU-2026-000001", "", "", 404, "");
    row("a receipt beyond all numbers", "GET", "/api/v1/receipts/99999999999999999999", "", "", 404, "");
    row("a job that there is not", "GET", "/api/v1/jobs/nowhere/1", "", "", 404, "nowhere");
    row("a user that there is not", "GET", "/api/v1/users/nobody", "", "", 404, "nobody");
    row("an export in an unknown format", "GET", "/api/v1/audit/export?format=xls", "", "", 400, "format");
    row("a path that there is not", "GET", "/api/v2/jobs", "", "", 404, "");
    row("a path that climbs", "GET", "/api/v1/../../etc/passwd", "", "", 404, "");
    row("a wrong method", "PUT", "/api/v1/jobs", "", "", 405, "");
    row("a method that there is not", "BREW", "/api/v1/jobs", "", "", 405, "BREW");
}

void InputTest::badRequestsAreRefused()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, type);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QString, named);
    const std::string before = support::snapshotOf(m_server->database());
    Headers headers;
    if (!type.isEmpty())
        headers["Content-Type"] = type.toStdString();
    if (method == "POST" && body.isEmpty())
        headers["Content-Length"] = "0";
    const Answer answer = m_admin->ask(method.toStdString(), path.toStdString(), body.toStdString(), headers);
    QVERIFY2(answer.status == status, describe(answer).substr(0, 2000).c_str());
    QCOMPARE(answer.header("content-type"), std::string("application/problem+json"));
    const auto problem = answer.json();
    QCOMPARE(problem.at("status").get<int>(), status);
    for (const char* member : {"type", "title", "detail", "request_id"})
        QVERIFY2(!problem.at(member).get<std::string>().empty(), member);
    QCOMPARE(problem.at("request_id").get<std::string>(), answer.header("x-request-id"));
    QVERIFY2(QString::fromStdString(answer.body).contains(named, Qt::CaseInsensitive), answer.body.c_str());
    QCOMPARE(support::snapshotOf(m_server->database()), before);
    QTRY_VERIFY_WITH_TIMEOUT(m_server->hasLogged(answer), 60'000);
}

void InputTest::aWrongPasswordAndAnUnknownNameGetTheSameAnswer()
{
    auto wrong = m_server->nobody().post("/api/v1/session", {{"username", "alice"}, {"password", "not hers"}});
    auto unknown = m_server->nobody().post("/api/v1/session", {{"username", "malice"}, {"password", "not hers"}});
    QCOMPARE(wrong.status, 401);
    QCOMPARE(unknown.status, 401);
    QCOMPARE(wrong.json().at("detail").get<std::string>(), unknown.json().at("detail").get<std::string>());
    QCOMPARE(wrong.json().at("type").get<std::string>(), unknown.json().at("type").get<std::string>());
}

void InputTest::aStaleEtagIsTold()
{
    const std::string order = R"({"cpu":"1","gpu":"1","mem":"1","reason":"x"})";
    const std::string etag = m_admin->get("/api/v1/rates/mu/history").header("etag");
    QVERIFY(!etag.empty());
    QCOMPARE(m_admin->ask("PUT", "/api/v1/rates/mu", order, {{"Content-Type", json}, {"If-Match", etag}}).status, 200);
    const std::string before = support::snapshotOf(m_server->database());
    const Answer stale = m_admin->ask("PUT", "/api/v1/rates/mu", order, {{"Content-Type", json}, {"If-Match", etag}});
    QVERIFY2(stale.status == 412, describe(stale).c_str());
    QCOMPARE(support::snapshotOf(m_server->database()), before);
}

void InputTest::aBodyThatEndsTooSoonIsNotActedUpon()
{
    const std::string before = support::snapshotOf(m_server->database());
    const std::string answer = answerTo(m_server->baseUrl(), "POST /formula HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + m_admin->token()
                                                                 + "\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
                                                                   R"({"type":"mu","cpu":"1","gpu":"1","mem":"1"})");
    QVERIFY2(answer.empty() || answer.starts_with("HTTP/1.1 400"), answer.c_str());
    QCOMPARE(support::snapshotOf(m_server->database()), before);
}

void InputTest::bytesThatAreNoHttpAreAnswered()
{
    for (const std::string& bytes : {std::string("\x16\x03\x01\x02\x00\x01", 6) + std::string(300, '\x01'), std::string("GET\r\n\r\n"),
                                     std::string(100'000, 'A') + "\r\n\r\n"}) {
        const std::string answer = answerTo(m_server->baseUrl(), bytes);
        QVERIFY2(answer.empty() || answer.starts_with("HTTP/1.1 4"), answer.c_str());
    }
    QCOMPARE(m_server->nobody().get("/healthz").status, 200);
}

void InputTest::aCursorOfAnotherListIsRefused()
{
    for (const std::string name : {"bob", "carol", "dave"})
        QVERIFY(!m_server->signedIn(name, "user").token().empty());
    const auto users = m_admin->get("/api/v1/users?limit=1").json();
    const std::string cursor = users.at("next_cursor").get<std::string>();
    QCOMPARE(m_admin->get("/api/v1/users?limit=1&cursor=" + cursor).status, 200);
    const Answer answer = m_admin->get("/api/v1/receipts?cursor=" + cursor);
    QVERIFY2(answer.status == 400, describe(answer).c_str());
    QVERIFY(answer.body.find("cursor") != std::string::npos);
}

void InputTest::theServerStillWorks()
{
    QCOMPARE(m_server->nobody().get("/readyz").status, 200);
    const auto verification = m_server->hpcbill({"--json", "audit", "verify"});
    QVERIFY2(verification.exitCode == 0, (verification.output + verification.errors).c_str());
}

QTEST_GUILESS_MAIN(InputTest)
#include "tst_input.moc"
