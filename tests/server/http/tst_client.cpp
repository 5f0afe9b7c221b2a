// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/client.h"
#include "tests/support/answering_server.h"
#include "tests/support/ports.h"
#include "tests/support/tls.h"

#include <Poco/Net/IPAddress.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <QtTest>

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <future>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

using namespace hpcbill;
using namespace hpcbill::http;
using Kind = OutgoingFailure::Kind;

namespace
{

/// Takes one connection, reads the request's head, and does with it as it is told; then closes it.
class OneConnection final
{
public:
    explicit OneConnection(std::function<void(Poco::Net::StreamSocket&)> talk)
        : m_socket(Poco::Net::SocketAddress("127.0.0.1", 0))
        , m_thread([this, talk = std::move(talk)] {
            Poco::Net::StreamSocket peer = m_socket.acceptConnection();
            std::array<char, 65536> head{};
            peer.receiveBytes(head.data(), static_cast<int>(head.size()));
            talk(peer);
        })
    {
    }
    [[nodiscard]] std::string url() const { return fmt::format("http://127.0.0.1:{}", m_socket.address().port()); }

private:
    Poco::Net::ServerSocket m_socket;
    std::jthread m_thread;
};

void say(Poco::Net::StreamSocket& peer, const std::string& text)
{
    peer.sendBytes(text.data(), static_cast<int>(text.size()));
}

support::CannedAnswer echo(const support::SeenRequest& request)
{
    if (request.path == "/there")
        return {.status = 200, .body = request.method + " " + request.body};
    if (request.path.starts_with("/to/"))
        return {.status = std::stoi(request.path.substr(4)), .body = "moved", .headers = {{"Location", "/there"}}};
    if (request.path == "/round")
        return {.status = 307, .headers = {{"Location", "/round"}}};
    if (request.path == "/elsewhere") // the same machine by an address of another family
        return {.status = 307, .headers = {{"Location", request.query.at("to")}}};
    return {.status = 418, .body = request.method + " " + request.body, .headers = {{"X-Kind", "Teapot"}}};
}

} // namespace

class TestClient final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();

    void whatIsSentArrivesAndTheAnswerComesBack();
    void anEmptyHeaderIsSentToo();
    void aRedirectIsTheAnswerWhereNoneIsFollowed();
    void aFollowedRedirectKeepsAPostWhereItShould_data();
    void aFollowedRedirectKeepsAPostWhereItShould();
    void aFailureHasItsKind_data();
    void aFailureHasItsKind();
    void anAnswerThatIsTooLargeIsNotRead();
    void anAnswerOfTheGreatestSizeIs();
    void headersWithoutEndAreNotRead();
    void aCutAnswerIsNone();
    void aSilentServerIsGivenUp();
    void aStopEndsItAtOnce();
    void aStopBeforehandSendsNothing();
    void theRuleSeesTheAddressOfAName();
    void aForbiddenAddressIsNotConnectedTo_data();
    void aForbiddenAddressIsNotConnectedTo();
    void theRuleIsAskedAgainForARedirect();
    void whereARuleIsGivenNoProxyIsUsed();
    void ourOwnAuthorityIsTrusted();
    void anotherCertificateIsNot_data();
    void anotherCertificateIsNot();

private:
    /// None where there was an answer.
    static std::optional<OutgoingFailure> failureOf(const OutgoingRequest& request, const std::stop_token& stop = {});

    std::unique_ptr<support::AnsweringServer> m_server;
    support::Certificates m_certificates;
};

std::optional<OutgoingFailure> TestClient::failureOf(const OutgoingRequest& request, const std::stop_token& stop)
{
    try {
        send(request, stop);
    } catch (const OutgoingFailure& failure) {
        return failure;
    }
    return std::nullopt;
}

void TestClient::initTestCase()
{
    std::signal(SIGPIPE, SIG_IGN); // what is sent to a peer that is gone is an exception, as in hpcbilld
    for (const char* variable : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
        qunsetenv(variable); // libcurl would go by them
    m_server = std::make_unique<support::AnsweringServer>(echo);
    for (const char* authority : {"ours", "theirs"})
        m_certificates.makeAuthority(authority);
    m_certificates.makeCertificate("server", "ours");
    m_certificates.makeExpiredCertificate("expired", "ours");
}

void TestClient::whatIsSentArrivesAndTheAnswerComesBack()
{
    const std::string body("a\0b\xFF", 4);
    for (const Method method : {Method::post, Method::put, Method::patch, Method::delete_}) {
        const OutgoingAnswer answer = send({.method = method,
                                            .url = m_server->url() + "/pot?a=b",
                                            .headers = {{"Content-Type", "application/octet-stream"}, {"X-Mine", "1, 2"}},
                                            .body = body},
                                           {});
        QCOMPARE(answer.status, 418);
        QCOMPARE(answer.header("x-kind"), std::optional<std::string>("Teapot"));
        QCOMPARE(answer.body, std::string(codeOf(method)) + " " + body);
        const support::SeenRequest seen = m_server->seen().back();
        QCOMPARE(seen.query.at("a"), std::string("b"));
        QCOMPARE(seen.headers.at("x-mine"), std::string("1, 2"));
        QCOMPARE(seen.headers.at("content-type"), std::string("application/octet-stream"));
        QVERIFY(!seen.headers.contains("expect"));
    }
    QCOMPARE(send({.url = m_server->url()}, {}).body, std::string("GET "));
}

void TestClient::anEmptyHeaderIsSentToo()
{
    send({.url = m_server->url(), .headers = {{"X-Empty", ""}}}, {});
    QCOMPARE(m_server->seen().back().headers.at("x-empty"), std::string());
}

void TestClient::aRedirectIsTheAnswerWhereNoneIsFollowed()
{
    const OutgoingAnswer answer = send({.method = Method::post, .url = m_server->url() + "/to/307"}, {});
    QCOMPARE(answer.status, 307);
    QCOMPARE(answer.header("Location"), std::optional<std::string>("/there"));
}

void TestClient::aFollowedRedirectKeepsAPostWhereItShould_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<std::string>("arrived");
    for (const int status : {301, 302, 303})
        QTest::addRow("%d makes a GET of it", status) << status << std::string("GET ");
    for (const int status : {307, 308})
        QTest::addRow("%d repeats it", status) << status << std::string("POST order");
}

void TestClient::aFollowedRedirectKeepsAPostWhereItShould()
{
    QFETCH(const int, status);
    QFETCH(const std::string, arrived);
    const OutgoingAnswer answer =
        send({.method = Method::post, .url = fmt::format("{}/to/{}", m_server->url(), status), .body = "order", .redirects = 1}, {});
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, arrived); // without what the redirect itself had said
    QVERIFY(!answer.header("Location"));
}

void TestClient::aFailureHasItsKind_data()
{
    QTest::addColumn<std::string>("url");
    QTest::addColumn<int>("redirects");
    QTest::addColumn<Kind>("kind");
    QTest::newRow("no URL") << std::string("what is this") << 0 << Kind::invalid;
    QTest::newRow("another scheme") << std::string("file:///etc/passwd") << 0 << Kind::invalid;
    QTest::newRow("a password in it") << std::string("http://me:secret@127.0.0.1/") << 0 << Kind::invalid;
    // No label has more than 63 letters: it is no name without a nameserver being asked, which may not answer where the tests run.
    QTest::newRow("no such name") << fmt::format("http://{}.invalid/", std::string(64, 'n')) << 0 << Kind::dns;
    QTest::newRow("nobody listens") << fmt::format("http://127.0.0.1:{}/", support::freePorts()) << 0 << Kind::refused;
    QTest::newRow("round and round") << std::string("ROUND") << 3 << Kind::tooManyRedirects;
    QTest::newRow("a redirect to another scheme") << std::string("FILE") << 3 << Kind::broken;
}

void TestClient::aFailureHasItsKind()
{
    QFETCH(std::string, url);
    QFETCH(const int, redirects);
    QFETCH(const Kind, kind);
    if (url == "ROUND")
        url = m_server->url() + "/round";
    if (url == "FILE")
        url = m_server->url() + "/elsewhere?to=file:///etc/passwd";
    const auto failure = failureOf({.url = url, .redirects = redirects});
    QVERIFY(failure.has_value());
    QVERIFY2(failure->kind() == kind, failure->what());
    QVERIFY2(std::string(failure->what()).find("secret") == std::string::npos, failure->what());
}

void TestClient::anAnswerThatIsTooLargeIsNotRead()
{
    const auto failure = failureOf({.method = Method::post, .url = m_server->url(), .body = std::string(100, 'x'), .answerLimit = 104});
    QVERIFY(failure && failure->kind() == Kind::tooLarge);
}

void TestClient::anAnswerOfTheGreatestSizeIs()
{
    QCOMPARE(
        send({.method = Method::post, .url = m_server->url(), .body = std::string(100, 'x'), .answerLimit = 105}, {}).body.size(),
        std::size_t{105});
}

void TestClient::headersWithoutEndAreNotRead()
{
    OneConnection server([](Poco::Net::StreamSocket& peer) {
        say(peer, "HTTP/1.1 200 OK\r\n");
        try {
            for (int line = 0; line < 10'000; ++line)
                say(peer, fmt::format("X-{}: {}\r\n", line, std::string(1000, 'x')));
        } catch (const Poco::Exception&) {
            // The client has closed the connection, as it should.
        }
    });
    const auto failure = failureOf({.url = server.url()});
    QVERIFY(failure && failure->kind() == Kind::tooLarge);
}

void TestClient::aCutAnswerIsNone()
{
    for (const char* answer : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfive!\r\n", "hello\r\n\r\n"}) {
        OneConnection server([answer](Poco::Net::StreamSocket& peer) { say(peer, answer); });
        const auto failure = failureOf({.url = server.url()});
        QVERIFY2(failure && failure->kind() == Kind::broken, answer);
    }
}

void TestClient::aSilentServerIsGivenUp()
{
    std::promise<void> done;
    OneConnection server([waiting = done.get_future().share()](Poco::Net::StreamSocket& /*peer*/) { waiting.wait(); });
    const auto failure = failureOf({.url = server.url(), .timeout = std::chrono::milliseconds(100)});
    done.set_value();
    QVERIFY(failure && failure->kind() == Kind::timedOut);
}

void TestClient::aStopEndsItAtOnce()
{
    std::promise<void> done;
    std::stop_source stop;
    QElapsedTimer timer;
    OneConnection server([&stop, &timer, waiting = done.get_future().share()](Poco::Net::StreamSocket& /*peer*/) {
        timer.start();
        stop.request_stop(); // the request has come, and no answer is going to
        waiting.wait();
    });
    const auto failure = failureOf({.url = server.url(), .timeout = std::chrono::seconds(60)}, stop.get_token());
    const qint64 took = timer.elapsed();
    done.set_value();
    QVERIFY(failure && failure->kind() == Kind::stopped);
    QVERIFY2(took < 10'000, "libcurl was woken, not waited for");
}

void TestClient::aStopBeforehandSendsNothing()
{
    const auto stop = std::make_unique<std::stop_source>(); // on the stack g++ 12 takes it for uninitialized
    stop->request_stop();
    const std::size_t seen = m_server->seen().size();
    const auto failure = failureOf({.url = m_server->url()}, stop->get_token());
    QVERIFY(failure && failure->kind() == Kind::stopped);
    QCOMPARE(m_server->seen().size(), seen);
}

void TestClient::theRuleSeesTheAddressOfAName()
{
    std::vector<std::string> asked;
    std::string url = m_server->url();
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    send({.url = url,
          .mayConnect =
              [&asked](const Poco::Net::IPAddress& address) {
                  asked.push_back(address.toString());
                  return address.toString() == "127.0.0.1";
              }},
         {});
    QVERIFY(!asked.empty());
    QCOMPARE(asked.back(), std::string("127.0.0.1")); // ::1 may have been tried first
}

void TestClient::aForbiddenAddressIsNotConnectedTo_data()
{
    QTest::addColumn<std::string>("host");
    // What a check of the URL's text would have to know, and the address itself tells.
    for (const char* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "[::ffff:127.0.0.1]", "[::1]"})
        QTest::newRow(host) << std::string(host);
}

void TestClient::aForbiddenAddressIsNotConnectedTo()
{
    QFETCH(const std::string, host);
    std::string url = m_server->url();
    url.replace(url.find("127.0.0.1"), 9, host);
    const std::size_t seen = m_server->seen().size();
    const auto failure = failureOf({.url = url, .mayConnect = [](const Poco::Net::IPAddress&) { return false; }});
    QVERIFY(failure.has_value());
    QVERIFY2(failure->kind() == Kind::forbiddenAddress, failure->what());
    QCOMPARE(m_server->seen().size(), seen);
}

void TestClient::theRuleIsAskedAgainForARedirect()
{
    const support::AnsweringServer hidden([](const support::SeenRequest&) { return support::CannedAnswer{}; });
    std::string target = hidden.url();
    target.replace(target.find("127.0.0.1"), 9, "127.0.0.2");
    const auto failure = failureOf({.url = m_server->url() + "/elsewhere?to=" + target,
                                    .mayConnect = [](const Poco::Net::IPAddress& address) { return address.toString() == "127.0.0.1"; },
                                    .redirects = 3});
    QVERIFY(failure.has_value());
    QVERIFY2(failure->kind() == Kind::forbiddenAddress, failure->what());
    QVERIFY(std::string(failure->what()).find("127.0.0.2") != std::string::npos);
    QVERIFY(hidden.seen().empty());
}

void TestClient::whereARuleIsGivenNoProxyIsUsed()
{
    const support::AnsweringServer proxy([](const support::SeenRequest&) { return support::CannedAnswer{.status = 299}; });
    qputenv("http_proxy", QByteArray::fromStdString(proxy.url()));
    const int viaEnvironment = send({.url = m_server->url()}, {}).status;
    const int direct = send({.url = m_server->url(), .mayConnect = [](const Poco::Net::IPAddress&) { return true; }}, {}).status;
    qunsetenv("http_proxy");
    QCOMPARE(viaEnvironment, 299);
    QCOMPARE(direct, 418);
}

void TestClient::ourOwnAuthorityIsTrusted()
{
    const support::Nginx nginx(m_certificates, "server", m_server->url());
    const OutgoingAnswer answer =
        send({.method = Method::post, .url = nginx.url(), .body = "order", .caFile = m_certificates.file("ours.pem")}, {});
    QCOMPARE(answer.body, std::string("POST order"));
}

void TestClient::anotherCertificateIsNot_data()
{
    QTest::addColumn<std::string>("certificate");
    QTest::addColumn<std::string>("authority");
    QTest::addColumn<std::string>("host");
    QTest::newRow("of another authority") << std::string("server") << std::string("theirs.pem") << std::string("127.0.0.1");
    QTest::newRow("unknown to the system") << std::string("server") << std::string() << std::string("127.0.0.1");
    QTest::newRow("expired") << std::string("expired") << std::string("ours.pem") << std::string("127.0.0.1");
    QTest::newRow("of another name") << std::string("server") << std::string("ours.pem") << std::string("127.0.0.2");
    QTest::newRow("an authority's file that is not there") << std::string("server") << std::string("nothing.pem") << std::string("127.0.0.1");
}

void TestClient::anotherCertificateIsNot()
{
    QFETCH(const std::string, certificate);
    QFETCH(const std::string, authority);
    QFETCH(const std::string, host);
    const support::Nginx nginx(m_certificates, certificate, m_server->url());
    const std::size_t seen = m_server->seen().size();
    const auto failure = failureOf({.url = fmt::format("https://{}:{}", host, nginx.port()),
                                    .caFile = authority.empty() ? std::string() : m_certificates.file(authority)});
    QVERIFY(failure.has_value());
    QVERIFY2(failure->kind() == Kind::tls, failure->what());
    QCOMPARE(m_server->seen().size(), seen);
}

QTEST_GUILESS_MAIN(TestClient)
#include "tst_client.moc"
