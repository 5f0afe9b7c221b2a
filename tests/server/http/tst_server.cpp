// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/server.h"

#include "server/http/etag.h"
#include "server/http/json.h"
#include "tests/server/http/connection.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <QtTest>

#include <future>
#include <latch>
#include <memory>
#include <thread>

using namespace hpcbill;
using http::Method;
using http::Surface;
using wire::Answer;
using wire::ask;
using wire::Headers;
using wire::receiveAll;
using wire::sendAll;

namespace
{

const Headers admin{{"Authorization", "Bearer root"}};
const Headers plainUser{{"Authorization", "Bearer alice"}};
const Headers jsonBody{{"Content-Type", "application/json"}};

} // namespace

class TestServer final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_registry = std::make_unique<prometheus::Registry>();
        m_reached = std::make_unique<std::latch>(1);
        m_release = std::make_unique<std::latch>(1);
        http::ServerOptions options;
        options.bodyMax = 1000;
        options.languages = {"en", "th"};
        options.trustedProxies = {"127.0.0.1"};
        m_server = std::make_unique<http::Server>(routes(), options, parts());
        m_server->start();
    }
    void cleanupTestCase() { m_server.reset(); }

    void aHandlerAnswers()
    {
        const Answer answer = get("/hello/w%C3%B6rld?x=1");
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json()["name"], "w\xC3\xB6rld");
        QCOMPARE(answer.json()["query"], "1");
        QCOMPARE(answer.header("Content-Type"), std::string("application/json"));
    }

    void everyAnswerCarriesItsIdAndTheSecurityHeaders()
    {
        for (const char* target : {"/hello/a", "/nothing", "/secret", "/fails"}) {
            const Answer answer = get(target, {{"X-Request-Id", "my-id.1"}});
            QCOMPARE(answer.header("X-Request-Id"), std::string("my-id.1"));
            QCOMPARE(answer.header("X-Content-Type-Options"), std::string("nosniff"));
            QCOMPARE(answer.header("Cache-Control"), std::string("no-store"));
            QVERIFY(answer.header("Content-Security-Policy").find("frame-ancestors 'none'") !=
                    std::string::npos);
            QVERIFY(answer.header("Content-Security-Policy").find("unsafe") == std::string::npos);
        }
        QVERIFY(!get("/hello/a").header("X-Request-Id").empty());
    }

    void refusalsAreProblems_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("type");
        const auto row = [](const char* name, const char* method, const char* target, const char* token,
                            int status, const char* code) {
            QTest::newRow(name) << QByteArray(method) << QByteArray(target) << QByteArray(token) << status
                                << QByteArray("urn:hpcbill:problem:") + code;
        };
        row("nothing there", "GET", "/nothing", "", 404, "not_found");
        row("a path that cannot be read", "GET", "/hello/%ff", "", 404, "not_found");
        row("not by this method", "DELETE", "/hello/a", "", 405, "method_not_allowed");
        row("a method that nobody knows", "BREW", "/hello/a", "", 405, "method_not_allowed");
        row("not logged in", "GET", "/secret", "", 401, "unauthenticated");
        row("a wrong token", "GET", "/secret", "mallory", 401, "unauthenticated");
        row("not enough", "GET", "/secret", "alice", 403, "forbidden");
        row("no roles, nobody", "GET", "/nobody", "root", 403, "forbidden");
        row("a broken escape in the query", "GET", "/hello/a?x=%zz", "", 400, "invalid_input");
        row("not a number", "GET", "/number/abc", "", 404, "not_found");
        row("a number below one", "GET", "/number/0", "", 404, "not_found");
        row("a number too large", "GET", "/number/99999999999999999999", "", 404, "not_found");
        row("conflict", "GET", "/conflict", "", 409, "already_paid");
        row("overloaded", "GET", "/overloaded", "", 429, "overloaded");
        row("known to a mapper", "GET", "/mapped", "", 503, "unavailable");
        row("unknown", "GET", "/fails", "", 500, "internal");
    }
    void refusalsAreProblems()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, target);
        QFETCH(QByteArray, token);
        QFETCH(int, status);
        QFETCH(QByteArray, type);
        Headers headers;
        if (!token.isEmpty())
            headers.emplace_back("Authorization", "Bearer " + token.toStdString());
        auto session = connection();
        const Answer answer = ask(session, method.toStdString(), target.toStdString(), headers);
        QCOMPARE(answer.status, status);
        QCOMPARE(answer.header("Content-Type"), std::string("application/problem+json"));
        QCOMPARE(QByteArray::fromStdString(answer.json()["type"].get<std::string>()), type);
        QCOMPARE(answer.json()["status"].get<int>(), status);
        QCOMPARE(answer.json()["request_id"].get<std::string>(), answer.header("X-Request-Id"));
        QVERIFY(!answer.json()["title"].get<std::string>().empty());
        QVERIFY(!answer.json()["detail"].get<std::string>().empty());
    }

    void refusalsSayWhatToDo()
    {
        auto session = connection();
        QCOMPARE(ask(session, "DELETE", "/hello/a").header("Allow"), std::string("GET, HEAD"));
        QCOMPARE(get("/secret").header("WWW-Authenticate"), std::string("Bearer realm=\"hpcbill\""));
        QCOMPARE(get("/overloaded").header("Retry-After"), std::string("7"));
    }

    void anUnknownFailureTellsNothingOfOurInsides()
    {
        QVERIFY(get("/fails").body.find("kaboom") == std::string::npos);
    }

    void whoIsAdmittedIsKnownToTheHandler()
    {
        const Answer answer = get("/secret", admin);
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.json()["actor"], "root");
    }

    void theCallersAddressComesFromATrustedProxy()
    {
        QCOMPARE(get("/secret", {{"authorization", "Bearer root"}, {"X-Forwarded-For", "198.51.100.7"}})
                     .json()["address"],
                 "198.51.100.7");
        // A proxy that adds a line of its own: what the caller had sent before is not believed.
        QCOMPARE(get("/secret", {{"authorization", "Bearer root"}, {"X-Forwarded-For", "203.0.113.66"}, {"x-forwarded-for", "198.51.100.8"}})
                     .json()["address"],
                 "198.51.100.8");
    }

    void wrongInputIsNamedFieldByField()
    {
        auto session = connection();
        const Answer answer = ask(session, "POST", "/echo", jsonBody, R"({"rate":true,"extra":1})");
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json()["errors"][0]["field"], "rate");
        QCOMPARE(answer.json()["errors"][1]["field"], "extra");
        QCOMPARE(ask(session, "POST", "/echo", jsonBody, "{").status, 400);
        QCOMPARE(ask(session, "POST", "/echo", {{"Content-Type", "text/plain"}}, "{}").status, 415);
        QCOMPARE(ask(session, "POST", "/echo", jsonBody, R"({"rate":0.10})").json()["rate"], "0.10");
    }

    void aBodyInChunksIsReadWhole()
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", m_server->port()));
        sendAll(socket,
                "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
                "Transfer-Encoding: chunked\r\n\r\n7\r\n{\"rate\"\r\n6\r\n:0.25}\r\n0\r\n\r\n");
        QVERIFY(receiveAll(socket).ends_with("{\"rate\":\"0.25\"}"));
    }

    void twoFramingsAtOnceAreRefused()
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", m_server->port()));
        sendAll(socket, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: "
                        "chunked\r\n\r\n0\r\n\r\n");
        QVERIFY(receiveAll(socket).starts_with("HTTP/1.1 400"));
    }

    void aBodyThatIsTooLargeIsAnsweredAndNotReset()
    {
        auto session = connection();
        const Answer answer = ask(session, "POST", "/echo", jsonBody, std::string(10'000'000, ' '));
        QCOMPARE(answer.status, 413);
        QCOMPARE(answer.json()["type"], "urn:hpcbill:problem:payload_too_large");
        QCOMPARE(get("/hello/a").status, 200);
    }

    void aCallerWhoAsksFirstIsToldBeforeSending()
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", m_server->port()));
        sendAll(socket,
                "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
        QVERIFY(receiveAll(socket).starts_with("HTTP/1.1 413"));
    }

    void anUnreadBodyIsNotTakenForTheNextRequest()
    {
        auto session = connection();
        session.setKeepAlive(true);
        QCOMPARE(ask(session, "POST", "/nothing", jsonBody, "GET /secret HTTP/1.1\r\n\r\n").status, 404);
        QCOMPARE(ask(session, "GET", "/hello/a").status, 200);
    }

    void headHasNoBody()
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", m_server->port()));
        sendAll(socket, "HEAD /hello/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const std::string answer = receiveAll(socket);
        QVERIFY(answer.starts_with("HTTP/1.1 200"));
        QVERIFY(answer.ends_with("\r\n\r\n"));
    }

    void anEntityTagSavesTheBody()
    {
        const Answer first = get("/tagged");
        QCOMPARE(first.header("Cache-Control"), std::string("private, no-cache"));
        const Answer second = get("/tagged", {{"If-None-Match", "W/" + first.header("ETag")}});
        QCOMPARE(second.status, 304);
        QCOMPARE(second.body, std::string());
        QCOMPARE(second.header("ETag"), first.header("ETag"));
        auto session = connection();
        QCOMPARE(ask(session, "PUT", "/tagged").status, 428);
        QCOMPARE(ask(session, "PUT", "/tagged", {{"If-Match", "\"old\""}}).status, 412);
        QCOMPARE(ask(session, "PUT", "/tagged", {{"If-Match", first.header("ETag")}}).status, 204);
    }

    void aLongAnswerStreams()
    {
        const Answer answer = get("/rows?count=100000");
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.head.getChunkedTransferEncoding());
        QCOMPARE(answer.body.size(), std::size_t{1'100'000});
        QVERIFY(!get("/rows?count=10").head.getChunkedTransferEncoding());
    }

    void aStreamThatFailsEarlyIsAProblem()
    {
        const Answer answer = get("/rows?count=10&fail=1");
        QCOMPARE(answer.status, 500);
        QCOMPARE(answer.header("Content-Type"), std::string("application/problem+json"));
        QCOMPARE(answer.header("Content-Disposition"), std::string());
    }

    void aStreamThatFailsLateIsCut()
    {
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", m_server->port()));
        sendAll(socket, "GET /rows?count=100000&fail=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = receiveAll(socket);
        QVERIFY(answer.size() > 100'000);
        QVERIFY(!answer.ends_with("0\r\n\r\n")); // the last chunk that says that all has come
    }

    void browsersGetPages()
    {
        const Answer missing = get("/nothing", {{"Accept", "text/html,*/*"}, {"Accept-Language", "th"}});
        QCOMPARE(missing.status, 404);
        QCOMPARE(missing.body, std::string("page 404 th"));
        QCOMPARE(get("/api/nothing", {{"Accept", "text/html"}}).header("Content-Type"),
                 std::string("application/problem+json"));
        QCOMPARE(get("/own").status, 303);
        QCOMPARE(get("/own", {{"Cookie", "hpcbill_lang=th; hpcbill_session=alice"}}).body.substr(0, 9),
                 std::string("alice th "));
    }

    void pagesDoNotTakeBearerTokensNorTheApiCookies()
    {
        QCOMPARE(get("/own", plainUser).status, 303);
        QCOMPARE(get("/secret", {{"Cookie", "hpcbill_session=root"}}).status, 401);
    }

    void aFormNeedsItsToken()
    {
        const Headers session{{"Cookie", "hpcbill_session=alice"},
                              {"Content-Type", "application/x-www-form-urlencoded"}};
        const std::string token = get("/own", session).body.substr(9);
        auto caller = connection();
        QCOMPARE(ask(caller, "POST", "/own", session, "csrf=" + token).status, 200);
        QCOMPARE(ask(caller, "POST", "/own", session, "csrf=x").status, 403);
        QCOMPARE(ask(caller, "POST", "/own", session, "a=b").status, 403);
        Headers other = session;
        other[0].second = "hpcbill_session=bob";
        QCOMPARE(ask(caller, "POST", "/own", other, "csrf=" + token).status, 403);
        QCOMPARE(ask(caller, "POST", "/own", {session[1]}, "csrf=" + token).status, 303);
    }

    void aVisitorsFormIsProtectedByACookieOfItsOwn()
    {
        const Answer page = get("/login");
        const std::string cookie = page.header("Set-Cookie");
        QVERIFY(cookie.starts_with("hpcbill_visit="));
        QVERIFY(cookie.find("; HttpOnly; SameSite=Lax") != std::string::npos);
        const Headers visit{{"Cookie", cookie.substr(0, cookie.find(';'))},
                            {"Content-Type", "application/x-www-form-urlencoded"}};
        auto caller = connection();
        QCOMPARE(ask(caller, "POST", "/login", visit, "csrf=" + page.body).status, 200);
        QCOMPARE(ask(caller, "POST", "/login", {visit[1]}, "csrf=" + page.body).status, 403);
        QVERIFY(get("/login", visit).header("Set-Cookie").empty());
    }

    void requestsAreCountedByTheirPattern()
    {
        QVERIFY(
            metrics().find(R"(http_requests_total{method="GET",route="/counted/{name}",status="200"} 0)") !=
            std::string::npos);
        get("/counted/a");
        get("/counted/b");
        get("/counted/");
        const auto tell = [this](const char* metric) { return metrics().find(metric) != std::string::npos; };
        // Counted once the answer is sent: whoever has it may ask before that.
        QTRY_VERIFY(tell(R"(http_requests_total{method="GET",route="/counted/{name}",status="200"} 2)"));
        QTRY_VERIFY(tell(R"(request_latency_seconds_count{route="/counted/{name}"} 2)"));
        QTRY_VERIFY(tell(R"(http_requests_total{method="ANY",route="unmatched",status="404"} )"));
    }

    void stoppingFinishesWhatIsUnderWay()
    {
        auto slow = std::async(std::launch::async, [this] { return get("/slow"); });
        m_reached->wait();
        auto stopping = std::async(std::launch::async, [this] { m_server->stop(); });
        m_release->count_down();
        QCOMPARE(slow.get().status, 200);
        stopping.get();
        QCOMPARE(m_server->port(), std::uint16_t{0});
        m_server->start();
    }

    void anIdleConnectionDoesNotHoldUpTheStop()
    {
        auto session = connection();
        session.setKeepAlive(true);
        QCOMPARE(ask(session, "GET", "/hello/a").status, 200);
        QElapsedTimer timer;
        timer.start();
        m_server->stop();
        QVERIFY(timer.elapsed() < 5000);
        m_server->start();
    }

    void aPortThatIsTakenIsAnError()
    {
        http::ServerOptions options;
        options.port = m_server->port();
        prometheus::Registry registry;
        http::ServerParts others{registry, {}, {}, {}};
        http::Server second({}, options, others);
        QVERIFY_THROWS_EXCEPTION(Poco::Net::NetException, second.start());
    }

private:
    std::vector<http::Route> routes()
    {
        using http::Request;
        using http::Response;
        const auto etag = http::etagOfContent("hello");
        return {
            {Method::get, "/hello/{name}", api::anyone,
             [](const Request& request) {
                 const auto& query = request.query();
                 return http::json({{"name", request.parameter("name")},
                                    {"query", query.empty() ? "" : query.front().second}});
             }},
            {Method::get, "/secret", api::admins,
             [](const Request& request) {
                 return http::json({{"actor", request.actor().name}, {"address", request.actor().address}});
             }},
            {Method::get, "/counted/{name}", api::anyone,
             [](const Request&) { return http::json("counted"); }},
            {Method::get, "/nobody", {}, [](const Request&) { return http::noContent(); }},
            {Method::get, "/number/{id}", api::anyone,
             [](const Request& request) { return http::json(request.integerParameter("id")); }},
            {Method::get, "/conflict", api::anyone,
             [](const Request&) -> Response { throw Conflict("already_paid", "It is paid."); }},
            {Method::get, "/overloaded", api::anyone,
             [](const Request&) -> Response { throw Overloaded("Wait.", std::chrono::seconds(7)); }},
            {Method::get, "/mapped", api::anyone,
             [](const Request&) -> Response { throw std::out_of_range("database"); }},
            {Method::get, "/fails", api::anyone,
             [](const Request&) -> Response { throw std::logic_error("kaboom"); }},
            {Method::post, "/echo", api::anyone,
             [](const Request& request) {
                 http::JsonBody body(request);
                 const std::string rate = body->decimal("rate");
                 body.finish();
                 return http::json({{"rate", rate}});
             }},
            {Method::get, "/tagged", api::anyone,
             [etag](const Request& request) { return http::withEtag(request, http::json("hello"), etag); }},
            {Method::put, "/tagged", api::anyone,
             [etag](const Request& request) {
                 http::requireMatch(request, etag);
                 return http::noContent();
             }},
            {Method::get, "/rows", api::anyone,
             [](const Request& request) {
                 const int count = std::stoi(request.query().front().second);
                 const bool fails = request.query().size() > 1;
                 return http::csv("rows.csv", [count, fails](std::ostream& out) {
                     for (int i = 0; i < count; ++i)
                         out << "1234567890\n";
                     if (fails)
                         throw std::runtime_error("the database went away");
                 });
             }},
            {Method::get, "/slow", api::anyone,
             [this](const Request&) {
                 m_reached->count_down();
                 m_release->wait();
                 return http::json("done");
             }},
            {Method::get, "/own", api::signedIn,
             [](const Request& request) {
                 return http::html(request.actor().name + " " + request.language() + " " +
                                   request.csrfToken());
             },
             Surface::page},
            {Method::post, "/own", api::signedIn, [](const Request&) { return http::html("done"); },
             Surface::page},
            {Method::get, "/login", api::anyone,
             [](const Request& request) { return http::html(request.csrfToken()); }, Surface::page},
            {Method::post, "/login", api::anyone, [](const Request&) { return http::html("welcome"); },
             Surface::page},
        };
    }

    http::ServerParts parts()
    {
        return {
            *m_registry,
            [](const http::Credentials& credentials) -> std::optional<http::Principal> {
                if (credentials.token == "root")
                    return http::Principal{"root", api::Role::admin, false, std::nullopt};
                if (credentials.token == "alice" || credentials.token == "bob")
                    return http::Principal{credentials.token, api::Role::user, false, std::nullopt};
                return std::nullopt;
            },
            [](const http::Request& request, const http::Problem& problem) {
                if (problem.status == 401)
                    return http::seeOther("/login");
                return http::html("page " + std::to_string(problem.status) + " " + request.language(),
                                  problem.status);
            },
            {[](const std::exception& exception) -> std::optional<http::Problem> {
                if (dynamic_cast<const std::out_of_range*>(&exception) == nullptr)
                    return std::nullopt;
                http::Problem problem;
                problem.status = 503;
                problem.code = "unavailable";
                problem.detail = "The database cannot be reached.";
                return problem;
            }},
        };
    }

    Poco::Net::HTTPClientSession connection() const { return {"127.0.0.1", m_server->port()}; }
    Answer get(const std::string& target, const Headers& headers = {}) const
    {
        Poco::Net::HTTPClientSession session("127.0.0.1", m_server->port());
        return ask(session, "GET", target, headers);
    }
    std::string metrics() const { return prometheus::TextSerializer().Serialize(m_registry->Collect()); }

    std::unique_ptr<prometheus::Registry> m_registry;
    std::unique_ptr<std::latch> m_reached;
    std::unique_ptr<std::latch> m_release;
    std::unique_ptr<http::Server> m_server;
};

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
