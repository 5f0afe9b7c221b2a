// SPDX-License-Identifier: GPL-3.0-or-later
// Requests that no browser would send.
#include "tests/support/test_server.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/URI.h>

#include <QtTest>

#include <array>
#include <sstream>

using namespace hpcbill;
using support::Answer;
using support::Headers;
using support::HttpClient;

class AttacksTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void anotherSpellingOfAPathIsNoWayIn_data();
    void anotherSpellingOfAPathIsNoWayIn();
    void noHeaderOrFieldChangesTheMethod_data();
    void noHeaderOrFieldChangesTheMethod();
    void theAddressIsWhatTheProxySaysLast_data();
    void theAddressIsWhatTheProxySaysLast();
    void twoReadersOfARequestSeeTheSame_data();
    void twoReadersOfARequestSeeTheSame();
    void whatIsTooLargeIsRefusedAndTheServerGoesOn_data();
    void whatIsTooLargeIsRefusedAndTheServerGoesOn();
    void aLogLineIsOneObjectWhateverIsSent();
    void noSecretIsInTheLog();

private:
    /// What the server says to these bytes until it closes the connection.
    std::string answerTo(const std::string& bytes) const;

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<HttpClient> m_admin;
    std::unique_ptr<HttpClient> m_user;
};

namespace
{

constexpr const char* secret = "a secret that nobody may see";

int statusOf(const std::string& answer)
{
    return answer.starts_with("HTTP/1.1 ") ? std::stoi(answer.substr(9, 3)) : 0;
}

} // namespace

void AttacksTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>(support::Environment{{"TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"}, {"LOG_LEVEL", "debug"}});
    m_admin = std::make_unique<HttpClient>(m_server->admin());
    m_user = std::make_unique<HttpClient>(m_server->signedIn("alice", "user"));
}

std::string AttacksTest::answerTo(const std::string& bytes) const
{
    const Poco::URI uri(m_server->baseUrl());
    Poco::Net::StreamSocket socket(Poco::Net::SocketAddress(uri.getHost(), uri.getPort()));
    socket.setReceiveTimeout(Poco::Timespan(60, 0));
    std::string answer;
    try {
        for (std::size_t sent = 0; sent < bytes.size();)
            sent += static_cast<std::size_t>(socket.sendBytes(bytes.data() + sent, static_cast<int>(bytes.size() - sent)));
        socket.shutdownSend();
        std::array<char, 4096> chunk{};
        while (const int count = socket.receiveBytes(chunk.data(), static_cast<int>(chunk.size())))
            answer.append(chunk.data(), static_cast<std::size_t>(count));
    } catch (const Poco::Net::NetException&) {
        // A reset is an end too.
    }
    return answer;
}

void AttacksTest::anotherSpellingOfAPathIsNoWayIn_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char* target : {"/api/v1/users", "//api/v1/users", "/api//v1/users", "/api/v1//users", "/api/v1/users/", "/api/v1/./users",
                               "/./api/v1/users", "/api/v1/x/../users", "/login/../api/v1/users", "/login/%2e%2e/api/v1/users",
                               "/api/v1/%2e/users", "/api/v1/x/%2e%2e/users", "/%61pi/v1/users", "/api/v1/%75sers", "/api%2fv1%2fusers",
                               "/api/v1/users%2f", "/api/v1/users%00", "/api/v1/users%20", "/api/v1/users;a=b", "/api/v1/users%3fx", "/API/V1/USERS",
                               "/api/v1/users#x", "http://127.0.0.1/api/v1/users", "http://other.example/api/v1/users", "/static/../api/v1/users",
                               "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd", "\\api\\v1\\users", "/api\\v1\\users", "*"})
        QTest::newRow(target) << QByteArray(target);
}

/// It is the same route with the same roles, or there is nothing there.
void AttacksTest::anotherSpellingOfAPathIsNoWayIn()
{
    QFETCH(QByteArray, target);
    for (const HttpClient* who : {m_user.get(), static_cast<HttpClient*>(nullptr)}) {
        const std::string answer = answerTo("GET " + target.toStdString() + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                            (who != nullptr ? "Authorization: Bearer " + who->token() + "\r\n" : "") + "\r\n");
        const int status = statusOf(answer);
        QVERIFY2(status == 400 || status == 401 || status == 403 || status == 404, answer.c_str());
        QVERIFY(answer.find("\"username\"") == std::string::npos && answer.find("root:") == std::string::npos);
    }
}

void AttacksTest::noHeaderOrFieldChangesTheMethod_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"})
        QTest::newRow(name) << name;
}

void AttacksTest::noHeaderOrFieldChangesTheMethod()
{
    QFETCH(QString, name);
    const std::string header = name.toStdString();
    const Answer shown = m_admin->get("/api/v1/users/alice", {{header, "DELETE"}});
    QCOMPARE(shown.status, 200);
    QCOMPARE(m_admin->ask("POST", "/api/v1/users/alice", "{}", {{header, "PATCH"}, {"Content-Type", "application/json"}}).status, 405);
    QCOMPARE(m_admin->ask("POST", "/api/v1/auth-locks/1", "_method=DELETE", {{"Content-Type", "application/x-www-form-urlencoded"}}).status, 405);
    for (const char* method : {"TRACE", "CONNECT", "OPTIONS", "get", "DELETE/"})
        QVERIFY(m_admin->ask(method, "/api/v1/users/alice", "", {}).status >= 400);
}

void AttacksTest::theAddressIsWhatTheProxySaysLast_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("address");
    QTest::newRow("none") << QByteArray() << QByteArray("127.0.0.1");
    QTest::newRow("one") << QByteArray("X-Forwarded-For: 192.0.2.1\r\n") << QByteArray("192.0.2.1");
    QTest::newRow("what the caller made up comes first") << QByteArray("X-Forwarded-For: 203.0.113.66, 192.0.2.2\r\n") << QByteArray("192.0.2.2");
    // A proxy that adds a line of its own instead of a word to the caller's.
    QTest::newRow("in a line of its own") << QByteArray("X-Forwarded-For: 203.0.113.66\r\nX-Forwarded-For: 192.0.2.3\r\n") << QByteArray("192.0.2.3");
    QTest::newRow("in another spelling") << QByteArray("x-forwarded-for: 203.0.113.66\r\nX-FORWARDED-FOR: 192.0.2.4\r\n") << QByteArray("192.0.2.4");
    QTest::newRow("through two of ours") << QByteArray("X-Forwarded-For: 203.0.113.66, 192.0.2.5, 10.1.2.3\r\n") << QByteArray("192.0.2.5");
    QTest::newRow("pretending to be one of ours") << QByteArray("X-Forwarded-For: 10.9.9.9, 192.0.2.6\r\n") << QByteArray("192.0.2.6");
    QTest::newRow("no address") << QByteArray("X-Forwarded-For: 192.0.2.7, unknown\r\n") << QByteArray("127.0.0.1");
    QTest::newRow("folded over two lines") << QByteArray("X-Forwarded-For: 203.0.113.66,\r\n 192.0.2.8\r\n") << QByteArray("192.0.2.8");
    QTest::newRow("by other names") << QByteArray("X-Real-IP: 203.0.113.66\r\nForwarded: for=203.0.113.66\r\nTrue-Client-IP: 203.0.113.66\r\n") << QByteArray("127.0.0.1");
    QTest::newRow("IPv6") << QByteArray("X-Forwarded-For: 2001:db8::1\r\n") << QByteArray("2001:db8::1");
}

void AttacksTest::theAddressIsWhatTheProxySaysLast()
{
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, address);
    static int number = 0;
    const std::string name = "visitor-" + std::to_string(++number);
    const std::string body = R"({"username":")" + name + R"(","password":"wrong"})";
    const std::string answer = answerTo("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " +
                                        std::to_string(body.size()) + "\r\n" + headers.toStdString() + "\r\n" + body);
    QVERIFY2(statusOf(answer) == 401, answer.c_str());
    QCOMPARE(m_server->database().value("select address from audit_log where target_id = '" + name + "'"), address.toStdString());
}

void AttacksTest::twoReadersOfARequestSeeTheSame_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::newRow("a length and chunks") << QByteArray("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    QTest::newRow("chunks that are not the last coding") << QByteArray("Transfer-Encoding: chunked, identity\r\n");
    QTest::newRow("an unknown coding") << QByteArray("Transfer-Encoding: gzip\r\n");
    QTest::newRow("two lengths") << QByteArray("Content-Length: 5\r\nContent-Length: 50\r\n");
    QTest::newRow("a length with a sign") << QByteArray("Content-Length: +5\r\n");
    QTest::newRow("a length below nothing") << QByteArray("Content-Length: -5\r\n");
    QTest::newRow("a length in words") << QByteArray("Content-Length: five\r\n");
}

/// Of what could be read in two ways nothing is carried out, and what follows is not taken for another request.
void AttacksTest::twoReadersOfARequestSeeTheSame()
{
    QFETCH(QByteArray, head);
    const std::string smuggled = "GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + m_admin->token() + "\r\n\r\n";
    const std::string answer = answerTo("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + head.toStdString() +
                                        "\r\n0\r\n\r\n" + smuggled);
    QVERIFY2(statusOf(answer) == 400 || answer.empty(), answer.c_str());
    QVERIFY2(answer.find("\"username\":\"admin\"") == std::string::npos, answer.c_str());
}

void AttacksTest::whatIsTooLargeIsRefusedAndTheServerGoesOn_data()
{
    QTest::addColumn<QByteArray>("request");
    const QByteArray start = "POST /api/v1/session HTTP/1.1\r\nHost: x\r\n";
    QTest::newRow("a body of 3 MiB") << start + "Content-Type: application/json\r\nContent-Length: 3145728\r\n\r\n" + QByteArray(3 * 1024 * 1024, 'x');
    QTest::newRow("a body that is said to be endless") << start + "Content-Length: 9223372036854775807\r\n\r\nxxx";
    QTest::newRow("a line of 1 MiB") << QByteArray("GET /") + QByteArray(1024 * 1024, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    QTest::newRow("a header of 1 MiB") << start + "X: " + QByteArray(1024 * 1024, 'x') + "\r\n\r\n";
    QTest::newRow("10,000 headers") << start + QByteArray("X: y\r\n").repeated(10'000) + "\r\n";
    QTest::newRow("a deep body") << start + "Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n" + QByteArray(200'000, '[');
}

void AttacksTest::whatIsTooLargeIsRefusedAndTheServerGoesOn()
{
    QFETCH(QByteArray, request);
    const std::string answer = answerTo(request.toStdString());
    const int status = statusOf(answer);
    QVERIFY2(answer.empty() || (status >= 400 && status < 500), answer.c_str());
    QCOMPARE(m_server->nobody().get("/readyz").status, 200);
}

void AttacksTest::aLogLineIsOneObjectWhateverIsSent()
{
    const std::string odd = "x\"}\r\n{\"level\":\"fatal\",\"user\":\"admin\"}\n\x1b[31m\xe2\x80\xa8";
    m_server->nobody().post("/api/v1/session", {{"username", odd}, {"password", "wrong"}});
    answerTo("GET /\x1b[31m%0a%0d{\"level\":\"fatal\"} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    answerTo("G\"},{\"ET / HTTP/1.1\r\nHost: x\r\nX-Request-Id: \"},{\"level\":\"fatal\r\nConnection: close\r\n\r\n");
    answerTo("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \"},{\"level\":\"fatal\r\nConnection: close\r\n\r\n");
    std::istringstream log(m_server->log());
    int lines = 0;
    for (std::string line; std::getline(log, line); ++lines) {
        const auto fields = nlohmann::json::parse(line, nullptr, false);
        QVERIFY2(fields.is_object(), line.c_str());
        QVERIFY2(fields.at("level") != "fatal", line.c_str());
        QVERIFY2(line.find('\x1b') == std::string::npos, line.c_str());
    }
    QVERIFY(lines > 4);
}

void AttacksTest::noSecretIsInTheLog()
{
    QCOMPARE(m_admin->post("/api/v1/users", {{"username", "dana"}, {"password", secret}, {"role", "auditor"}}).status, 201);
    const HttpClient dana = support::logIn(m_server->baseUrl(), "dana", secret);
    const Answer me = dana.get("/api/v1/me?token=" + dana.token());
    QCOMPARE(me.status, 200);
    const Answer page = m_server->nobody().get("/login?password=" + std::string("a%20secret%20that%20nobody%20may%20see"));
    const Answer refused = m_server->nobody().post("/api/v1/session", {{"username", "dana"}, {"password", std::string(secret) + "!"}});
    const Answer made = m_admin->post("/api/v1/api-tokens", {{"name", "ledger"}, {"roles", {"auditor"}}, {"routes", {"GET /api/v1/jobs"}},
                                                                {"expires_at", QDate::currentDate().addYears(1).toString(Qt::ISODate).toStdString()}});
    QCOMPARE(made.status, 201);
    const std::string machine = made.json().at("token");
    const Answer jobs = HttpClient(m_server->baseUrl(), machine).get("/api/v1/jobs");
    QCOMPARE(jobs.status, 200);
    for (const Answer& answer : {me, page, refused, made, jobs})
        QTRY_VERIFY_WITH_TIMEOUT(m_server->hasLogged(answer), 60'000);
    const std::string log = m_server->log();
    for (const std::string& hidden : {std::string(secret), std::string("secret%20that"), dana.token(), m_admin->token(), machine,
                                      std::string(support::TestServer::adminPassword), std::string("$argon2id")})
        QVERIFY2(log.find(hidden) == std::string::npos, hidden.c_str());
    QCOMPARE(m_server->database().value("select count(*) from audit_log where details like '%secret that%' or details like '%hpcbill\\_%'"), std::string("0"));
}

QTEST_GUILESS_MAIN(AttacksTest)
#include "tst_attacks.moc"
