// SPDX-License-Identifier: GPL-3.0-or-later
// What the access log keeps of a request, and at which level.
#include "server/http/log.h"

#include <QtTest>

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>
#include <nlohmann/json.hpp>

#include <vector>

using namespace hpcbill;

class LogTest : public QObject
{
    Q_OBJECT

private slots:
    void whatWasRefusedIsWrittenAtAnyLevel_data();
    void whatWasRefusedIsWrittenAtAnyLevel();
};

namespace
{

class Kept final : public Poco::Channel
{
public:
    void log(const Poco::Message& message) override { lines.push_back(message.getText()); }
    std::vector<std::string> lines;
};

} // namespace

void LogTest::whatWasRefusedIsWrittenAtAnyLevel_data()
{
    QTest::addColumn<QByteArray>("level");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isWritten");
    for (const char* level : {"information", "warning", "error"}) {
        QTest::addRow("200 at %s", level) << QByteArray(level) << 200 << (QByteArray(level) == "information");
        for (const int status : {401, 404, 429, 500, 503})
            QTest::addRow("%d at %s", status, level) << QByteArray(level) << status << true;
    }
}

void LogTest::whatWasRefusedIsWrittenAtAnyLevel()
{
    QFETCH(QByteArray, level);
    QFETCH(int, status);
    QFETCH(bool, isWritten);
    const Poco::AutoPtr<Kept> kept(new Kept);
    Poco::Logger& logger = Poco::Logger::get("http");
    logger.setChannel(kept);
    logger.setLevel(level.toStdString());
    http::logAccess({.requestId = "r1", .method = "GET", .route = "/me", .status = status, .duration = std::chrono::microseconds(7), .user = "alice", .failure = ""});
    logger.setChannel(nullptr);
    QCOMPARE(kept->lines.size(), std::size_t{isWritten ? 1U : 0U});
    if (!isWritten)
        return;
    // The user's name is all that is personal: no address of a person's computer, no query, no header.
    const auto fields = nlohmann::json::parse(kept->lines.front());
    QCOMPARE(fields, (nlohmann::json{{"request_id", "r1"}, {"method", "GET"}, {"route", "/me"}, {"status", status}, {"duration_us", 7}, {"user", "alice"}}));
}

QTEST_GUILESS_MAIN(LogTest)
#include "tst_log.moc"
