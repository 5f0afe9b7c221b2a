// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurmrestd_source.h"

#include "tests/support/answering_server.h"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

using namespace hpcbill;
using namespace hpcbill::slurm;
using support::AnsweringServer;
using support::CannedAnswer;
using support::SeenRequest;

namespace
{

const std::string fixtures = std::string(HPCBILL_SOURCE_DIR) + "/tests/fixtures/slurm/";

std::string contentOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

const std::string paths = R"({"paths": {"\/slurmdb\/v0.0.36\/jobs": {}, "\/slurmdb\/v0.0.38\/jobs": {}}})";
const std::string noJobs = R"({"errors": [], "jobs": []})";

/// Answers like a slurmrestd that serves v0.0.38 and has the recorded jobs.
CannedAnswer likeSlurmrestd(const SeenRequest& request)
{
    if (request.path == "/openapi/v3")
        return {.body = paths};
    if (request.path == "/slurmdb/v0.0.38/jobs" && !request.query.contains("state"))
        return {.body = contentOf(fixtures + "jobs-v0.0.38.json")};
    if (request.path == "/slurmdb/v0.0.38/jobs")
        return support::readRecordedAnswer(fixtures + "http/200-nothing-found.http");
    return support::readRecordedAnswer(fixtures + "http/404-unknown-version.http");
}

Window window(std::int64_t from, std::int64_t to)
{
    return {std::chrono::sys_seconds(std::chrono::seconds(from)),
            std::chrono::sys_seconds(std::chrono::seconds(to))};
}

int readAll(SlurmrestdSource& source)
{
    int jobs = 0;
    source.read(window(1000, 2000), {[&](JobRecord&&) { ++jobs; }, [](Reject&&) {}}, {});
    return jobs;
}

std::optional<FailureKind> kindOf(SlurmrestdSource& source)
{
    try {
        readAll(source);
    } catch (const SourceFailure& failure) {
        return failure.kind();
    }
    return std::nullopt;
}

std::string failureOf(SlurmrestdSource& source)
{
    try {
        readAll(source);
    } catch (const SourceFailure& failure) {
        return failure.what();
    }
    return {};
}

} // namespace

class TestSlurmrestdSource : public QObject
{
    Q_OBJECT

private slots:
    void theWindowIsAskedForWithTheToken();
    void recordedFailuresAreFailures_data();
    void recordedFailuresAreFailures();
    void theTokensFileIsReadAgain();
    void anUpgradedServerIsAskedInItsNewVersion();
    void pathsAreFoundWhereTheVersionTellsThem_data();
    void pathsAreFoundWhereTheVersionTellsThem();
    void anAnswerThatIsTooLargeIsNotTaken();
    void moreJobsAreReadThanFitIntoMemory();
    void whatGoesWrongOnTheWayIsToldApart_data();
    void whatGoesWrongOnTheWayIsToldApart();
    void nobodyThereIsAFailure();
    void aStrangersCertificateIsAFailure();
};

void TestSlurmrestdSource::theWindowIsAskedForWithTheToken()
{
    AnsweringServer server(likeSlurmrestd);
    SlurmrestdSource source({.url = server.url() + "/", .user = "hpcrest", .token = "secret"});
    QCOMPARE(readAll(source), 32);
    QCOMPARE(readAll(source), 32);
    const std::vector<SeenRequest> seen = server.seen();
    QCOMPARE(seen.size(), std::size_t{5}); // the versions once, then two questions for each window
    for (const SeenRequest& request : seen) {
        QCOMPARE(request.headers.at("x-slurm-user-name"), std::string("hpcrest"));
        QCOMPARE(request.headers.at("x-slurm-user-token"), std::string("secret"));
    }
    QCOMPARE(seen[1].path, std::string("/slurmdb/v0.0.38/jobs"));
    QCOMPARE(seen[1].query.at("start_time"), std::string("uts1000"));
    QCOMPARE(seen[1].query.at("end_time"), std::string("uts2000"));
    QCOMPARE(seen[1].query.at("skip_steps"), std::string("true"));
    QVERIFY(!seen[1].query.contains("disable_truncate_usage_time")); // is refused
    QCOMPARE(seen[2].query.at("state"), std::string("CANCELLED,DEADLINE"));
}

void TestSlurmrestdSource::recordedFailuresAreFailures_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("says");
    QTest::addColumn<FailureKind>("kind");
    const auto row = [](const char* file, const char* says, FailureKind kind) {
        QTest::newRow(file) << QByteArray(file) << QByteArray(says) << kind;
    };
    row("200-expired-token.http", "1007", FailureKind::unauthenticated);
    row("200-garbage-token.http", "1007", FailureKind::unauthenticated);
    row("200-token-of-another-user.http", "1007", FailureKind::unauthenticated);
    row("200-slurmdbd-down.http", "7000", FailureKind::server);
    row("401-no-token.http", "401", FailureKind::unauthenticated);
    row("404-unknown-version.http", "404", FailureKind::other);
    row("500-unknown-parameter.http", "9000", FailureKind::server);
    row("500-garbage-token-ping.http", "slurmctld config is unable to load", FailureKind::server);
}

void TestSlurmrestdSource::recordedFailuresAreFailures()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, says);
    QFETCH(FailureKind, kind);
    AnsweringServer server([&](const SeenRequest& request) {
        return request.path == "/openapi/v3"
                   ? CannedAnswer{.body = paths}
                   : support::readRecordedAnswer(fixtures + "http/" + file.toStdString());
    });
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "secret"});
    const std::string failure = failureOf(source);
    QVERIFY2(QByteArray::fromStdString(failure).contains(says), failure.c_str());
    QVERIFY(!QByteArray::fromStdString(failure).contains("secret"));
    QCOMPARE(kindOf(source), kind);
}

void TestSlurmrestdSource::theTokensFileIsReadAgain()
{
    QTemporaryDir directory;
    const std::string path = directory.filePath("token").toStdString();
    AnsweringServer server(likeSlurmrestd);
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "unused", .tokenFile = path});
    QVERIFY(failureOf(source).find(path) != std::string::npos);
    std::ofstream(path) << "first\n";
    readAll(source);
    std::ofstream(path) << "SLURM_JWT=second\n";
    readAll(source);
    const std::vector<SeenRequest> seen = server.seen();
    QCOMPARE(seen.front().headers.at("x-slurm-user-token"), std::string("first"));
    QCOMPARE(seen.back().headers.at("x-slurm-user-token"), std::string("second"));
}

void TestSlurmrestdSource::anUpgradedServerIsAskedInItsNewVersion()
{
    std::atomic<bool> upgraded = false;
    AnsweringServer server([&](const SeenRequest& request) -> CannedAnswer {
        if (!upgraded)
            return likeSlurmrestd(request);
        if (request.path == "/openapi/v3")
            return {.body = R"({"paths": {"/slurmdb/v0.0.41/jobs/": {}}})"};
        return request.path == "/slurmdb/v0.0.41/jobs"
                   ? CannedAnswer{.body = noJobs}
                   : support::readRecordedAnswer(fixtures + "http/404-unknown-version.http");
    });
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "t"});
    QCOMPARE(readAll(source), 32);
    upgraded = true;
    QCOMPARE(readAll(source), 0);
    QCOMPARE(server.seen().back().path, std::string("/slurmdb/v0.0.41/jobs"));
    // One flag alone would take the others' defaults away: times cut to the window, earlier runs left out.
    for (const char* flag : {"skip_steps", "show_duplicates", "disable_truncate_usage_time", "scheduler_unset"})
        QCOMPARE(server.seen().back().query.at(flag), std::string("true"));
}

void TestSlurmrestdSource::pathsAreFoundWhereTheVersionTellsThem_data()
{
    QTest::addColumn<QByteArray>("place");
    for (const char* place : {"/openapi/v3", "/openapi.json", "/openapi"})
        QTest::newRow(place) << QByteArray(place);
}

void TestSlurmrestdSource::pathsAreFoundWhereTheVersionTellsThem()
{
    QFETCH(QByteArray, place);
    AnsweringServer server([&](const SeenRequest& request) -> CannedAnswer {
        if (request.path.starts_with("/openapi") && request.path != place.toStdString())
            return support::readRecordedAnswer(fixtures + "http/404-unknown-version.http");
        return request.path == place.toStdString() ? CannedAnswer{.body = paths} : likeSlurmrestd(request);
    });
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "t"});
    QCOMPARE(readAll(source), 32);
}

void TestSlurmrestdSource::anAnswerThatIsTooLargeIsNotTaken()
{
    AnsweringServer server(likeSlurmrestd);
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "t", .largestAnswer = 10'000});
    QCOMPARE(kindOf(source), FailureKind::tooLarge);
}

void TestSlurmrestdSource::moreJobsAreReadThanFitIntoMemory()
{
    // Jobs that run stand in every window, however short: 20,000 of them, 3 KB each.
    const std::string recorded = contentOf(fixtures + "jobs-v0.0.38.json");
    const std::string list = "\"jobs\": [";
    const std::size_t from = recorded.find(list) + list.size();
    const std::string jobs = recorded.substr(from, recorded.rfind(']') - from);
    std::string all = recorded.substr(0, from) + jobs;
    while (all.size() < (std::size_t{60} << 20))
        all += "," + jobs;
    const auto times = static_cast<int>((all.size() - from + 1) / (jobs.size() + 1));
    all += recorded.substr(recorded.rfind(']'));
    AnsweringServer server([&](const SeenRequest& request) -> CannedAnswer {
        return request.path.ends_with("/jobs") && !request.query.contains("state") ? CannedAnswer{.body = all} : likeSlurmrestd(request);
    });
    SlurmrestdSource source({.url = server.url(), .user = "u", .token = "t"});
    QCOMPARE(readAll(source), 32 * times);
}

void TestSlurmrestdSource::whatGoesWrongOnTheWayIsToldApart_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<FailureKind>("kind");
    const QByteArray ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    QTest::newRow("closed at once") << QByteArray() << FailureKind::truncated;
    QTest::newRow("fewer bytes than said") << ok + "Content-Length: 100\r\n\r\n{\"errors\": [], \"jobs\": []}" << FailureKind::truncated;
    QTest::newRow("cut within a chunk") << ok + "Transfer-Encoding: chunked\r\n\r\n1A\r\n{\"errors\": [], \"jobs\": [{" << FailureKind::truncated;
    QTest::newRow("cut between chunks") << ok + "Transfer-Encoding: chunked\r\n\r\n10\r\n{\"errors\": [], \"\r\n" << FailureKind::truncated;
    QTest::newRow("cut to the end of the connection") << ok + "\r\n{\"errors\": [], \"jobs\": [" << FailureKind::truncated;
    QTest::newRow("no JSON") << ok + "\r\n<html>Welcome to nginx</html>" << FailureKind::notJson;
    QTest::newRow("502") << QByteArray("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad") << FailureKind::server;
    QTest::newRow("403") << QByteArray("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") << FailureKind::other;
}

void TestSlurmrestdSource::whatGoesWrongOnTheWayIsToldApart()
{
    QFETCH(QByteArray, answer);
    QFETCH(FailureKind, kind);
    Poco::Net::ServerSocket socket(Poco::Net::SocketAddress("127.0.0.1", 0));
    std::jthread server([&] { // what no HTTP server of ours would send
        const QByteArray versions = "HTTP/1.1 200 OK\r\n\r\n" + QByteArray::fromStdString(paths);
        for (const QByteArray& text : {versions, answer}) {
            Poco::Net::StreamSocket connection = socket.acceptConnection();
            char buffer[4096];
            connection.receiveBytes(buffer, sizeof buffer);
            if (!text.isEmpty())
                connection.sendBytes(text.constData(), static_cast<int>(text.size()));
            connection.shutdownSend();
            connection.receiveBytes(buffer, sizeof buffer); // until the other side has read it
        }
    });
    SlurmrestdSource source(
        {.url = "http://127.0.0.1:" + std::to_string(socket.address().port()), .user = "u", .token = "t"});
    const std::optional<FailureKind> found = kindOf(source);
    QVERIFY(found.has_value());
    QCOMPARE(std::string(codeOf(*found)), std::string(codeOf(kind)));
}

void TestSlurmrestdSource::nobodyThereIsAFailure()
{
    std::string url;
    {
        AnsweringServer server(likeSlurmrestd);
        url = server.url();
    }
    SlurmrestdSource source({.url = url, .user = "u", .token = "t"});
    QVERIFY(failureOf(source).find("cannot be reached") != std::string::npos);
    QCOMPARE(kindOf(source), FailureKind::refused);
    SlurmrestdSource nonsense({.url = "no url", .user = "u", .token = "t"});
    QVERIFY(!failureOf(nonsense).empty());
}

void TestSlurmrestdSource::aStrangersCertificateIsAFailure()
{
    // A server that does not speak TLS, and a CA file that is none: both end in a failure, not in a crash or
    // an empty window.
    AnsweringServer server(likeSlurmrestd);
    const std::string port = server.url().substr(server.url().rfind(':'));
    SlurmrestdSource source({.url = "https://127.0.0.1" + port, .user = "u", .token = "t"});
    QCOMPARE(kindOf(source), FailureKind::tls);
    SlurmrestdSource withoutCa(
        {.url = "https://127.0.0.1" + port, .user = "u", .token = "t", .caFile = "/nonexistent"});
    QVERIFY(!failureOf(withoutCa).empty());
    QVERIFY(server.seen().empty());
}

QTEST_GUILESS_MAIN(TestSlurmrestdSource)
#include "tst_slurmrestd_source.moc"
