// SPDX-License-Identifier: GPL-3.0-or-later
// Programs and the database are killed while they work; what was promised has to be there afterwards.
#include "server/postgres/connection.h"
#include "tests/support/processes.h"
#include "tests/support/test_server.h"

#include <Poco/Exception.h>

#include <QtTest>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>

#include <csignal>

using namespace hpcbill;
using support::isRunning;
using support::parentOf;
using support::postmasterOf;
using support::Answer;
using support::Environment;
using support::HttpClient;
using support::Outcome;
using support::TestServer;
namespace fs = std::filesystem;

class CrashTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void twoServersAtOnceOnAnEmptyDatabaseBothComeUp_data();
    void twoServersAtOnceOnAnEmptyDatabaseBothComeUp();
    void whatWasAnsweredSurvivesTheServersDeath();
    void anImportKilledHalfwayEndsInTheSameTotals_data();
    void anImportKilledHalfwayEndsInTheSameTotals();
    void theDatabaseMayDieAndComeBack();
    void anOrderlyEndLeavesNothingRunning();

private:
    std::unique_ptr<support::ScratchDirectory> m_scratch;
};

namespace
{

constexpr int importedJobs = 60'000;

Environment embeddedIn(const fs::path& directory)
{
    return {{"DATABASE_URL", "embedded:" + directory.string()}};
}

void makeJobs(const fs::path& file)
{
    QProcess process;
    process.setStandardOutputFile(QString::fromStdString(file.string()));
    process.start(HPCBILL_BINARY_DIR "/bin/make-jobs",
                  {"--jobs", QString::number(importedJobs), "--days", "90", "--end", "2026-10-31", "--seed", "7", "--steps", "1"});
    QVERIFY(process.waitForFinished(120'000));
    QCOMPARE(process.exitCode(), 0);
}

std::vector<std::string> importOf(const fs::path& file)
{
    return {"--json", "import", file.string(), "--cluster", "made-up"};
}

/// All that an import leaves: the usage in two cuts, and each job.
std::string totalsOf(const TestServer& server)
{
    const HttpClient admin = server.admin();
    std::string totals;
    for (const std::string path : {"/api/v1/usage?group_by=month", "/api/v1/usage?group_by=account,user&limit=1000", "/api/v1/jobs.csv"}) {
        const Answer answer = admin.get(path);
        if (answer.status != 200)
            return answer.body;
        totals += answer.body;
    }
    return totals;
}

int jobsOf(const TestServer& server)
{
    int jobs = 0;
    const auto usage = server.admin().get("/api/v1/usage?group_by=month").json();
    for (const auto& row : usage.at("items"))
        jobs += row.at("jobs").get<int>();
    return jobs;
}

/// Jobs that are stored, by the database itself: usage is priced by whoever reads it, and slowly while an import works.
std::int64_t storedJobs(const fs::path& directory)
{
    std::ifstream file(directory / "data/postmaster.pid");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    const QByteArray sockets = QUrl::toPercentEncoding(QString::fromStdString(lines.at(4)));
    hpcbill::postgres::Connection superuser(fmt::format("postgresql://postgres@/hpcbill?host={}&port={}", sockets.constData(), lines.at(3)), {});
    return superuser.script("select count(*) from jobs")[0].as<std::int64_t>(0);
}

int statusOf(const HttpClient& client, const std::string& path)
{
    try {
        return client.get(path).status;
    } catch (const Poco::Exception&) {
        return 0;
    }
}

} // namespace

namespace
{

/// False while the database comes up again.
bool canRead(const TestServer& server)
{
    try {
        jobsOf(server);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

void CrashTest::initTestCase()
{
    m_scratch = std::make_unique<support::ScratchDirectory>();
    makeJobs(m_scratch->path() / "jobs.txt");
}

void CrashTest::twoServersAtOnceOnAnEmptyDatabaseBothComeUp_data()
{
    QTest::addColumn<bool>("embedded");
    QTest::newRow("embedded") << true;
    QTest::newRow("elsewhere") << false;
}

void CrashTest::twoServersAtOnceOnAnEmptyDatabaseBothComeUp()
{
    QFETCH(bool, embedded);
    const support::TestDatabase database(support::Schema::empty);
    const Environment settings = embedded ? embeddedIn(m_scratch->path() / "together")
                                          : Environment{{"DATABASE_URL", database.appUrl()}, {"DATABASE_OWNER_URL", database.ownerUrl()}};
    constexpr int servers = 3;
    std::atomic<int> loggedIn = 0;
    std::atomic<int> administrators = 0;
    std::barrier allUp(servers);
    const auto run = [&] {
        std::unique_ptr<TestServer> server;
        try {
            server = std::make_unique<TestServer>(settings);
        } catch (const std::runtime_error& error) {
            qWarning("%s", error.what());
        }
        allUp.arrive_and_wait();
        if (!server)
            return;
        const HttpClient admin = server->admin();
        ++loggedIn;
        administrators += static_cast<int>(admin.get("/api/v1/users").json().at("items").size());
        const auto rates = admin.get("/api/v1/rates/mu/history").json();
        if (rates.at("items").size() != 1)
            qWarning("rates were set up twice: %s", rates.dump().c_str());
    };
    {
        std::vector<std::jthread> threads;
        for (int server = 0; server < servers; ++server)
            threads.emplace_back(run);
    }
    QCOMPARE(loggedIn.load(), servers);
    QCOMPARE(administrators.load(), servers); // each sees the one that the first of them made
}

void CrashTest::whatWasAnsweredSurvivesTheServersDeath()
{
    const fs::path directory = m_scratch->path() / "load";
    TestServer server(embeddedIn(directory));
    constexpr int writers = 4;
    std::array<std::atomic<int>, writers> answered{};
    std::atomic<int> sum = 0;
    pid_t postmaster = 0;
    pid_t supervisor = 0;
    {
        const HttpClient admin = server.admin();
        std::vector<std::jthread> threads;
        for (std::size_t writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&, writer] {
                try {
                    for (int change = 1;; ++change) {
                        const nlohmann::ordered_json order{{"type", "mu"}, {"cpu", "1"}, {"gpu", "1"}, {"mem", "1"},
                                                           {"reason", std::to_string(writer) + "/" + std::to_string(change)}};
                        if (admin.post("/formula", order).status != 200)
                            return;
                        answered[writer] = change;
                        ++sum;
                    }
                } catch (const Poco::Exception&) {
                    return; // the server is dead
                }
            });
        }
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        while (sum < 40 && std::chrono::steady_clock::now() < deadline)
            std::this_thread::yield();
        postmaster = postmasterOf(directory);
        supervisor = parentOf(postmaster);
        server.kill(); // which ends the writers, too
        if (postmaster > 1 && supervisor > 1) {
            ::kill(supervisor, SIGKILL);
            ::kill(postmaster, SIGKILL); // and with it everything that was not on the disk
        }
    }
    QVERIFY(sum >= 40);
    QVERIFY(postmaster > 1 && supervisor > 1);
    server.start();
    const HttpClient admin = server.admin();
    std::set<std::string> reasons;
    std::string cursor;
    do {
        const auto page = admin.get("/api/v1/rates/mu/history?limit=1000" + cursor).json();
        for (const auto& version : page.at("items"))
            reasons.insert(version.at("reason").get<std::string>());
        cursor = page.at("next_cursor").is_null() ? "" : "&cursor=" + page.at("next_cursor").get<std::string>();
    } while (!cursor.empty());
    for (std::size_t writer = 0; writer < writers; ++writer) {
        for (int change = 1; change <= answered[writer]; ++change)
            QVERIFY(reasons.contains(std::to_string(writer) + "/" + std::to_string(change)));
    }
    QCOMPARE(server.hpcbill({"audit", "verify"}).exitCode, 0);
}

void CrashTest::anImportKilledHalfwayEndsInTheSameTotals_data()
{
    QTest::addColumn<bool>("isDatabaseKilled");
    QTest::newRow("server and import") << false;
    QTest::newRow("database") << true;
}

void CrashTest::anImportKilledHalfwayEndsInTheSameTotals()
{
    QFETCH(bool, isDatabaseKilled);
    const fs::path file = m_scratch->path() / "jobs.txt";
    std::string expected;
    int allJobs = 0;
    std::int64_t allStored = 0;
    {
        const fs::path whole = m_scratch->path() / (isDatabaseKilled ? "whole2" : "whole");
        const TestServer server(embeddedIn(whole));
        const Outcome outcome = server.hpcbill(importOf(file));
        QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
        QCOMPARE(nlohmann::json::parse(outcome.output).at("rejected").get<int>(), 0);
        expected = totalsOf(server);
        allJobs = jobsOf(server);
        allStored = storedJobs(whole);
        QVERIFY(allJobs > importedJobs / 2);
    }

    const fs::path directory = m_scratch->path() / (isDatabaseKilled ? "killed2" : "killed");
    TestServer server(embeddedIn(directory));
    int killedHalfway = 0;
    for (const int percent : {0, 25, 50, 75}) {
        QProcess import;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const auto& [name, value] : server.settings())
            environment.insert(QString::fromStdString(name), QString::fromStdString(value));
        import.setProcessEnvironment(environment);
        const std::int64_t before = storedJobs(directory);
        import.start(HPCBILL_BINARY_DIR "/bin/hpcbill", {"import", QString::fromStdString(file.string()), "--cluster", "made-up"});
        // By what it has done, not by the time: a slow machine does not do each part of it in its share of the time.
        const std::int64_t enough = std::max(before, allStored * percent / 100);
        QTRY_VERIFY_WITH_TIMEOUT(import.state() == QProcess::NotRunning || storedJobs(directory) > enough, 300'000);
        if (isDatabaseKilled) {
            const pid_t killed = postmasterOf(directory);
            QVERIFY(killed > 1);
            ::kill(killed, SIGKILL);
            QVERIFY(import.state() == QProcess::NotRunning || import.waitForFinished(60'000));
            const QByteArray said = import.readAllStandardError();
            QVERIFY(import.exitCode() == 0 || !said.isEmpty()); // a backend may outlive its postmaster to the end of its work
            QTRY_VERIFY_WITH_TIMEOUT(postmasterOf(directory) > 1 && postmasterOf(directory) != killed, 60'000); // it was brought back
            QTRY_VERIFY_WITH_TIMEOUT(canRead(server), 60'000);
        } else {
            server.kill();
            import.kill();
            import.waitForFinished();
            server.start(); // on what the two left behind
        }
        const int jobs = jobsOf(server);
        if (jobs > 0 && jobs < allJobs)
            ++killedHalfway;
    }
    QVERIFY2(killedHalfway > 0, "no kill fell into an import: the file is too small for this machine");
    const Outcome outcome = server.hpcbill(importOf(file));
    QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
    QVERIFY(totalsOf(server) == expected);
    QCOMPARE(server.hpcbill({"doctor"}).exitCode, 0);
    QCOMPARE(server.hpcbill({"audit", "verify"}).exitCode, 0);

    const Outcome again = server.hpcbill(importOf(file));
    QCOMPARE(again.exitCode, 0);
    const auto run = nlohmann::json::parse(again.output);
    QCOMPARE(run.at("added").get<int>(), 0);
    QCOMPARE(run.at("changed").get<int>(), 0);
    QVERIFY(totalsOf(server) == expected);
}

void CrashTest::theDatabaseMayDieAndComeBack()
{
    const fs::path directory = m_scratch->path() / "whole";
    const TestServer server(embeddedIn(directory));
    const HttpClient admin = server.admin();
    QCOMPARE(admin.get("/api/v1/jobs?limit=1").status, 200);
    const pid_t postmaster = postmasterOf(directory);
    const pid_t supervisor = parentOf(postmaster);
    QVERIFY(postmaster > 1 && supervisor > 1);
    ::kill(supervisor, SIGSTOP); // or it would be back before anybody could look
    ::kill(postmaster, SIGKILL);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(server.nobody(), "/readyz"), 500, 60'000);
    const auto told = server.nobody().get("/readyz").json();
    QCOMPARE(told.at("status").get<std::string>(), std::string("error"));
    QVERIFY(!told.at("checks").at("database").get<std::string>().empty());
    QCOMPARE(statusOf(server.nobody(), "/healthz"), 200);
    const Answer answer = admin.get("/api/v1/jobs");
    QCOMPARE(answer.status, 503);
    QCOMPARE(answer.header("content-type"), std::string("application/problem+json"));
    QVERIFY(!answer.header("retry-after").empty());
    ::kill(supervisor, SIGCONT);
    QTRY_COMPARE_WITH_TIMEOUT(statusOf(server.nobody(), "/readyz"), 200, 60'000);
    QCOMPARE(admin.get("/api/v1/jobs?limit=1").status, 200);
}

void CrashTest::anOrderlyEndLeavesNothingRunning()
{
    const fs::path directory = m_scratch->path() / "whole";
    TestServer server(embeddedIn(directory));
    const pid_t postmaster = postmasterOf(directory);
    QCOMPARE(server.stop(), 0);
    QVERIFY(!isRunning(postmaster));
    QVERIFY(!fs::exists(directory / "data/postmaster.pid"));
}

QTEST_GUILESS_MAIN(CrashTest)
#include "tst_crash.moc"
