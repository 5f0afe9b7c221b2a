// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/Session.h"
#include "tests/support/ports.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace hpcbill::client;

namespace
{

/// A peer that answers each request with the next of the given bytes and then closes: what a server, a proxy
/// or a broken line may send.
class Peer final : public QTcpServer
{
public:
    explicit Peer(const QList<QByteArray>& answers)
        : m_answers(answers)
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] {
                m_received += socket->readAll();
                if (!m_received.contains("\r\n\r\n") || m_answers.isEmpty())
                    return;
                socket->write(m_answers.takeFirst());
                socket->disconnectFromHost();
                m_requests.append(m_received);
                m_received.clear();
            });
        });
    }

    QUrl start(quint16 port = 0)
    {
        if (!listen(QHostAddress::LocalHost, port))
            qFatal("cannot listen");
        return QUrl(QString("http://127.0.0.1:%1").arg(serverPort()));
    }
    [[nodiscard]] const QList<QByteArray>& requests() const { return m_requests; }

private:
    QList<QByteArray> m_answers;
    QList<QByteArray> m_requests;
    QByteArray m_received;
};

QByteArray answer(const QByteArray& status, const QByteArray& body, const QByteArray& headers = {})
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\nConnection: close\r\n" + headers + "\r\n" + body;
}

struct Got {
    int answers = 0;
    std::optional<RawAnswer> good;
    std::optional<ApiError> bad;
};

Answer<RawAnswer> into(Got& got)
{
    return [&got](const ApiResult<RawAnswer>& result) {
        ++got.answers;
        if (result)
            got.good = result.value();
        else
            got.bad = result.error();
    };
}

} // namespace

class RestClientTest final : public QObject
{
    Q_OBJECT

private slots:
    void aGoodAnswerBringsBodyTagAndRequestId();
    void aProblemBecomesAnErrorWithItsFields();
    void statusesAreToldApart_data();
    void statusesAreToldApart();
    void anAnswerCutShortIsNone();
    void anAnswerAgainstTheContractIsToldAsSuch();
    void whenTheContextDiesNothingComesBack();
    void aServerThatIsAwayIsAskedUntilItIsBack();
    void loggingInSendsTheTokenFromThenOn();
    void anExpiredSessionIsToldOnce();
    void valuesInPathsAndQueriesAreEncodedWhole();
};

void RestClientTest::aGoodAnswerBringsBodyTagAndRequestId()
{
    Peer peer({answer("200 OK", "{}", "ETag: \"v1\"\r\nX-Request-Id: r1\r\n")});
    RestClient api;
    api.setServer(peer.start());
    Got got;
    api.send({.method = "PUT", .path = "/x", .body = "{}", .ifMatch = "\"v0\""}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(got.good);
    QCOMPARE(got.good->body, QByteArray("{}"));
    QCOMPARE(got.good->etag, QByteArray("\"v1\""));
    QCOMPARE(got.good->requestId, QString("r1"));
    QVERIFY(peer.requests().first().startsWith("PUT /x HTTP/1.1"));
    QVERIFY(peer.requests().first().contains("If-Match: \"v0\""));
}

void RestClientTest::aProblemBecomesAnErrorWithItsFields()
{
    Peer peer({answer(
        "400 Bad Request",
        R"({"title":"Invalid","detail":"cpu is bad","request_id":"r7","errors":[{"field":"cpu","detail":"too many decimals"}]})")});
    RestClient api;
    api.setServer(peer.start());
    Got got;
    api.send({.path = "/x"}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(got.bad);
    QCOMPARE(got.bad->kind, ApiError::Kind::invalid);
    QCOMPARE(got.bad->status, 400);
    QCOMPARE(got.bad->detail, QString("cpu is bad"));
    QCOMPARE(got.bad->requestId, QString("r7"));
    QCOMPARE(got.bad->detailOf("cpu"), QString("too many decimals"));
    QCOMPARE(got.bad->detailOf("gpu"), QString());
}

void RestClientTest::statusesAreToldApart_data()
{
    QTest::addColumn<QByteArray>("status");
    QTest::addColumn<int>("kind");
    const auto row = [](const char* status, ApiError::Kind kind) {
        QTest::newRow(status) << QByteArray(status) << static_cast<int>(kind);
    };
    row("401 Unauthorized", ApiError::Kind::unauthorized);
    row("403 Forbidden", ApiError::Kind::forbidden);
    row("404 Not Found", ApiError::Kind::notFound);
    row("409 Conflict", ApiError::Kind::conflict);
    row("412 Precondition Failed", ApiError::Kind::stale);
    row("428 Precondition Required", ApiError::Kind::invalid);
    row("429 Too Many Requests", ApiError::Kind::throttled);
    row("500 Internal Server Error", ApiError::Kind::server);
    row("503 Service Unavailable", ApiError::Kind::server);
    row("302 Found", ApiError::Kind::unexpected); // never followed: a token is for one server
}

void RestClientTest::statusesAreToldApart()
{
    QFETCH(QByteArray, status);
    QFETCH(int, kind);
    Peer peer({answer(status, "not JSON", "Location: http://127.0.0.1:1/\r\n")});
    RestClient api;
    api.setServer(peer.start());
    Got got;
    api.send({.path = "/x"}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(got.bad);
    QCOMPARE(static_cast<int>(got.bad->kind), kind);
    QVERIFY(!api.isAway());
}

void RestClientTest::anAnswerCutShortIsNone()
{
    Peer peer({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"items\":[]"});
    RestClient api;
    api.setServer(peer.start());
    Got got;
    api.send({.path = "/x"}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(got.bad);
    QCOMPARE(got.bad->kind, ApiError::Kind::unreachable);
}

void RestClientTest::anAnswerAgainstTheContractIsToldAsSuch()
{
    Peer peer({answer("200 OK", R"({"items":3})", "X-Request-Id: r2\r\n")});
    RestClient api;
    api.setServer(peer.start());
    std::optional<ApiError> error;
    const auto read = [](const RawAnswer& raw) {
        return static_cast<int>(readList<int>(raw.body, [](const JsonFields&) { return 1; }).items.size());
    };
    api.fetch<int>({.path = "/x"}, this, read, [&error](const ApiResult<int>& result) {
        if (!result)
            error = result.error();
    });
    QTRY_VERIFY(error);
    QCOMPARE(error->kind, ApiError::Kind::unexpected);
    QCOMPARE(error->detail, QString("items"));
    QCOMPARE(error->requestId, QString("r2"));
}

void RestClientTest::whenTheContextDiesNothingComesBack()
{
    Peer peer({answer("200 OK", "{}"), answer("200 OK", "{}")});
    RestClient api;
    api.setServer(peer.start());
    Got dead;
    Got living;
    {
        QObject context;
        api.send({.path = "/x"}, &context, into(dead));
    }
    api.send({.path = "/y"}, this, into(living));
    QTRY_COMPARE(living.answers, 1);
    QCOMPARE(dead.answers, 0);
}

void RestClientTest::aServerThatIsAwayIsAskedUntilItIsBack()
{
    const quint16 port = hpcbill::support::freePorts();
    RestClient api;
    api.setServer(QUrl(QString("http://127.0.0.1:%1").arg(port)));
    QSignalSpy away(&api, &RestClient::wentAway);
    QSignalSpy back(&api, &RestClient::cameBack);
    Got got;
    api.send({.path = "/x"}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QCOMPARE(got.bad->kind, ApiError::Kind::unreachable);
    QCOMPARE(away.size(), 1);
    QVERIFY(api.isAway());
    QVERIFY(api.untilNextTry().count() >= 0);

    Peer returned({answer("200 OK", "{}")});
    returned.start(port);
    QTRY_COMPARE(back.size(), 1);
    QVERIFY(!api.isAway());
    QVERIFY(returned.requests().first().startsWith("GET /healthz "));
}

void RestClientTest::loggingInSendsTheTokenFromThenOn()
{
    Peer peer(
        {answer(
             "200 OK",
             R"({"token":"T1","expires_at":"2026-01-01T00:00:00Z","user":{"username":"alice","role":"auditor"}})"),
         answer("200 OK", "{}")});
    RestClient api;
    api.setServer(peer.start());
    Session session(api);
    QSignalSpy began(&session, &Session::began);
    session.login("alice", "geheim", this, [](const ApiResult<SignedIn>&) {});
    QTRY_COMPARE(began.size(), 1);
    QCOMPARE(session.who()->username, QString("alice"));
    QCOMPARE(session.who()->role, hpcbill::api::Role::auditor);
    QVERIFY(!peer.requests().first().contains("Authorization"));
    Got got;
    api.send({.path = "/x"}, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(peer.requests().last().contains("Authorization: Bearer T1"));
}

void RestClientTest::anExpiredSessionIsToldOnce()
{
    const QByteArray opened =
        R"({"token":"T1","expires_at":"2026-01-01T00:00:00Z","user":{"username":"alice","role":"admin"}})";
    Peer peer({answer("200 OK", opened), answer("401 Unauthorized", "{}"), answer("401 Unauthorized", "{}"),
               answer("200 OK", opened)});
    RestClient api;
    api.setServer(peer.start());
    Session session(api);
    QSignalSpy began(&session, &Session::began);
    QSignalSpy expired(&session, &Session::expired);
    QSignalSpy renewed(&session, &Session::renewed);
    session.login("alice", "geheim", this, [](const ApiResult<SignedIn>&) {});
    QTRY_COMPARE(began.size(), 1);
    Got first;
    Got second;
    api.send({.path = "/x"}, this, into(first));
    api.send({.path = "/y"}, this, into(second));
    QTRY_COMPARE(first.answers + second.answers, 2);
    QCOMPARE(expired.size(), 1);
    QVERIFY(session.isExpired());
    session.login("alice", "geheim", this, [](const ApiResult<SignedIn>&) {});
    QTRY_COMPARE(renewed.size(), 1);
    QCOMPARE(began.size(), 1); // the same user goes on; nothing is built anew
}

void RestClientTest::valuesInPathsAndQueriesAreEncodedWhole()
{
    Peer peer({answer("200 OK", "{}")});
    RestClient api;
    api.setServer(peer.start());
    Call call{.path = apiPath({"jobs", "a/b c", "1"})};
    addParameter(call.query, "user", "x+y&z=ü");
    Got got;
    api.send(call, this, into(got));
    QTRY_COMPARE(got.answers, 1);
    QVERIFY(
        peer.requests().first().startsWith("GET /api/v1/jobs/a%2Fb%20c/1?user=x%2By%26z%3D%C3%BC HTTP/1.1"));
}

QTEST_GUILESS_MAIN(RestClientTest)
#include "tst_rest_client.moc"
