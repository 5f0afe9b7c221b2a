// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/server.h"

#include "tests/server/http/connection.h"

#include <prometheus/registry.h>

#include <QtTest>

#include <array>
#include <atomic>
#include <csignal>
#include <ios>

using namespace hpcbill;
using wire::sendAll;

class TestReceivingSocket final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { std::signal(SIGPIPE, SIG_IGN); } // what is sent to a peer that is gone is an exception, as in hpcbilld

    void whoSendsAByteNowAndThenIsCutOff_data()
    {
        QTest::addColumn<QByteArray>("start");
        QTest::newRow("in the head") << QByteArray("POST /hello HTTP/1.1\r\nHost: ");
        QTest::newRow("in the body") << QByteArray("POST /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n");
        QTest::newRow("after another request") << QByteArray("GET /hello HTTP/1.1\r\nHost: a\r\n\r\nGET /he");
    }
    void whoSendsAByteNowAndThenIsCutOff()
    {
        QFETCH(QByteArray, start);
        http::ServerOptions options;
        options.receiveTimeout = std::chrono::milliseconds(200);
        prometheus::Registry registry;
        const auto answer = [](const http::Request&) { return http::json("here"); };
        http::Server impatient({{http::Method::get, "/hello", api::anyone, answer}, {http::Method::post, "/hello", api::anyone, answer}}, options,
                               http::ServerParts{registry, {}, {}, {}});
        impatient.start();
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", impatient.port()));
        sendAll(socket, start.toStdString());
        bool isOpen = true;
        try {
            while (isOpen) { // ends only by the server's doing: no byte comes later than 20 ms after another
                while (isOpen && socket.poll(Poco::Timespan(20'000), Poco::Net::Socket::SELECT_READ)) {
                    std::array<char, 4096> chunk{};
                    isOpen = socket.receiveBytes(chunk.data(), static_cast<int>(chunk.size())) > 0;
                }
                if (isOpen)
                    sendAll(socket, "x");
            }
        } catch (const Poco::Net::NetException&) {
            isOpen = false;
        }
        QVERIFY(!isOpen);
    }

    void whoReadsNothingIsCutOff()
    {
        http::ServerOptions options;
        options.requestTimeout = std::chrono::seconds(1);
        prometheus::Registry registry;
        std::atomic<bool> hasEnded = false;
        const auto endless = [&hasEnded](const http::Request&) {
            http::Response response;
            response.stream("text/plain", [&hasEnded](std::ostream& out) {
                const std::string block(std::size_t{64} * 1024, 'x');
                const auto latest = std::chrono::steady_clock::now() + std::chrono::seconds(20);
                try {
                    while (std::chrono::steady_clock::now() < latest)
                        out << block;
                } catch (const std::ios_base::failure&) {
                    hasEnded = true;
                    throw;
                }
            });
            return response;
        };
        http::Server server({{http::Method::get, "/endless", api::anyone, endless}}, options, http::ServerParts{registry, {}, {}, {}});
        server.start();
        Poco::Net::StreamSocket socket(Poco::Net::SocketAddress("127.0.0.1", server.port()));
        sendAll(socket, "GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        QTRY_VERIFY_WITH_TIMEOUT(hasEnded, 15'000);
    }
};

QTEST_GUILESS_MAIN(TestReceivingSocket)
#include "tst_receiving_socket.moc"
