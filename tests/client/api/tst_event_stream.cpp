// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/EventStream.h"

#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace hpcbill::client;
using namespace std::chrono_literals;

namespace
{

const QByteArray streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n";

QByteArray answer(const QByteArray& status, const QByteArray& body, const QByteArray& headers = {})
{
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\nConnection: close\r\nContent-Type: application/json\r\n" + headers + "\r\n" + body;
}

QByteArray told(int seq, const QByteArray& action)
{
    return "id: " + QByteArray::number(seq) + "\nevent: " + action + "\ndata: {\"seq\":" + QByteArray::number(seq) +
           ",\"at\":\"2026-11-23T10:00:00Z\",\"action\":\"" + action +
           "\",\"target_type\":\"receipt\",\"target_id\":\"12\",\"outcome\":\"success\"}\n\n";
}

/// A server that logs anybody in and lets the test write into the stream by hand.
class StreamingPeer final : public QTcpServer
{
public:
    StreamingPeer()
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { take(socket); });
        });
        if (!listen(QHostAddress::LocalHost))
            qFatal("cannot listen");
    }

    [[nodiscard]] QUrl url() const { return QUrl(QString("http://127.0.0.1:%1").arg(serverPort())); }
    /// Heads of the requests for the stream.
    [[nodiscard]] const QList<QByteArray>& requests() const { return m_requests; }
    /// What the next requests for the stream are answered, instead of a stream.
    void refuseBy(const QList<QByteArray>& answers) { m_refusals = answers; }
    [[nodiscard]] bool isStreaming() const
    {
        return m_stream && m_stream->state() == QAbstractSocket::ConnectedState;
    }
    void write(const QByteArray& bytes)
    {
        m_stream->write(bytes);
        m_stream->flush();
    }
    void cut() { m_stream->disconnectFromHost(); }

private:
    void take(QTcpSocket* socket)
    {
        const QByteArray request = socket->readAll();
        if (request.startsWith("POST /api/v1/session")) {
            socket->write(answer("200 OK",
                                 R"({"token":"t1","expires_at":"2026-12-01T00:00:00Z","user":{"username":"a","role":"admin"}})"));
            socket->disconnectFromHost();
        } else if (request.startsWith("GET /api/v1/events")) {
            m_requests.append(request);
            if (m_refusals.isEmpty()) {
                m_stream = socket;
                write(streamHead);
                return;
            }
            socket->write(m_refusals.takeFirst());
            socket->disconnectFromHost();
        } else if (!request.isEmpty() && request.startsWith("DELETE ")) {
            socket->write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            socket->disconnectFromHost();
        }
    }

    QList<QByteArray> m_requests;
    QList<QByteArray> m_refusals;
    QPointer<QTcpSocket> m_stream;
};

/// Client, session and stream, with pauses that a test can sit out.
struct Listener {
    explicit Listener(const StreamingPeer& peer)
        : session(api)
        , stream(api, session, {.first = 20ms, .longest = 80ms, .unavailable = 50ms})
        , heard(&stream, &EventStream::heard)
        , missed(&stream, &EventStream::mayHaveMissed)
    {
        api.setServer(peer.url());
    }
    void logIn()
    {
        session.login("a", "b", &session, [](const ApiResult<SignedIn>& answer) { QVERIFY(answer); });
    }
    [[nodiscard]] qint64 seqOf(int nth) const { return heard.at(nth).first().value<ServerEvent>().seq; }

    RestClient api;
    Session session;
    EventStream stream;
    QSignalSpy heard;
    QSignalSpy missed;
};

using State = EventStream::State;

} // namespace

class EventStreamTest final : public QObject
{
    Q_OBJECT

private slots:
    void nobodyLoggedInHearsNothing();
    void whatHappensIsHeardAtOnce();
    void aLineThatBrokeIsTakenUpAfterTheLastEvent();
    void aServerWithoutAStreamIsAskedAgainLater_data();
    void aServerWithoutAStreamIsAskedAgainLater();
    void anExpiredSessionFallsSilentAndIsTakenUpWhenRenewed();
    void loggingOutHangsUp();
    void whatIsNotUnderstoodIsPassedOver();
};

void EventStreamTest::nobodyLoggedInHearsNothing()
{
    StreamingPeer peer;
    Listener listener(peer);
    QCOMPARE(listener.stream.state(), State::silent);
    QVERIFY(peer.requests().isEmpty());
}

void EventStreamTest::whatHappensIsHeardAtOnce()
{
    StreamingPeer peer;
    Listener listener(peer);
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::live);
    QCOMPARE(listener.missed.size(), 1); // what happened before nobody can say
    QVERIFY(peer.requests().first().contains("Authorization: Bearer t1"));
    QVERIFY(peer.requests().first().contains("Accept: text/event-stream"));
    QVERIFY(!peer.requests().first().contains("Last-Event-ID"));
    const QByteArray bytes = ": hello\n\n" + told(41, "receipt.paid") + told(42, "payment.settled");
    peer.write(bytes.left(50));
    peer.write(bytes.mid(50));
    QTRY_COMPARE(listener.heard.size(), 2);
    const auto first = listener.heard.first().first().value<ServerEvent>();
    QCOMPARE(first.seq, 41);
    QCOMPARE(first.action, QString("receipt.paid"));
    QCOMPARE(first.targetType, QString("receipt"));
    QCOMPARE(first.targetId, QString("12"));
}

void EventStreamTest::aLineThatBrokeIsTakenUpAfterTheLastEvent()
{
    StreamingPeer peer;
    Listener listener(peer);
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::live);
    peer.write(told(41, "receipt.paid"));
    QTRY_COMPARE(listener.heard.size(), 1);
    peer.cut();
    QTRY_COMPARE(peer.requests().size(), 2);
    QVERIFY(peer.requests().last().contains("Last-Event-ID: 41\r\n"));
    QTRY_COMPARE(listener.stream.state(), State::live);
    QCOMPARE(listener.missed.size(), 1); // the server tells what came in between
    peer.write(told(42, "receipt.paid"));
    QTRY_COMPARE(listener.heard.size(), 2);
    QCOMPARE(listener.seqOf(1), 42);
}

void EventStreamTest::aServerWithoutAStreamIsAskedAgainLater_data()
{
    QTest::addColumn<QByteArray>("refusal");
    QTest::newRow("an older server") << answer("404 Not Found", "{}");
    QTest::newRow("no room for one more") << answer("503 Service Unavailable", "{}");
    QTest::newRow("a web page of a proxy") << answer("200 OK", "<html>");
}

void EventStreamTest::aServerWithoutAStreamIsAskedAgainLater()
{
    QFETCH(QByteArray, refusal);
    StreamingPeer peer;
    peer.refuseBy({refusal, refusal});
    Listener listener(peer);
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::unavailable);
    QTRY_COMPARE(listener.stream.state(), State::live);
    QCOMPARE(peer.requests().size(), 3);
    QVERIFY(!listener.api.isAway()); // only the stream is missing
}

void EventStreamTest::anExpiredSessionFallsSilentAndIsTakenUpWhenRenewed()
{
    StreamingPeer peer;
    Listener listener(peer);
    QSignalSpy expired(&listener.session, &Session::expired);
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::live);
    peer.write(told(7, "rate.changed"));
    QTRY_COMPARE(listener.heard.size(), 1);
    peer.refuseBy({answer("401 Unauthorized", "{}")});
    peer.cut();
    QTRY_COMPARE(expired.size(), 1);
    QCOMPARE(listener.stream.state(), State::silent);
    const qsizetype asked = peer.requests().size();
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::live);
    QCOMPARE(peer.requests().size(), asked + 1);
    QVERIFY(peer.requests().last().contains("Last-Event-ID: 7\r\n"));
}

void EventStreamTest::loggingOutHangsUp()
{
    StreamingPeer peer;
    Listener listener(peer);
    listener.logIn();
    QTRY_VERIFY(peer.isStreaming());
    QTRY_COMPARE(listener.stream.state(), State::live);
    listener.session.logout();
    QCOMPARE(listener.stream.state(), State::silent);
    QTRY_VERIFY(!peer.isStreaming());
}

void EventStreamTest::whatIsNotUnderstoodIsPassedOver()
{
    StreamingPeer peer;
    Listener listener(peer);
    listener.logIn();
    QTRY_COMPARE(listener.stream.state(), State::live);
    peer.write("id: 8\nevent: new.kind\ndata: not JSON\n\n" + told(9, "receipt.paid"));
    QTRY_COMPARE(listener.heard.size(), 1);
    QCOMPARE(listener.seqOf(0), 9);
}

QTEST_GUILESS_MAIN(EventStreamTest)
#include "tst_event_stream.moc"
