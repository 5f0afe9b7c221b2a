// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/embedded_cluster.h"

#include "server/postgres/connection.h"
#include "server/postgres/errors.h"
#include "server/postgres/file_lock.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "tests/support/processes.h"
#include "tests/support/scratch_directory.h"

#include <QProcess>
#include <QtTest>

#include <fstream>
#include <thread>

#include <csignal>
#include <sys/stat.h>
#include <unistd.h>

using namespace hpcbill;
using support::isRunning;
using support::parentOf;
using support::postmasterOf;
using postgres::Connection;
using postgres::EmbeddedCluster;
namespace fs = std::filesystem;

class EmbeddedClusterTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void whatWasWrittenIsThereAfterARestart();
    void nothingRunsAfterTheLastUser();
    void programsOfOneDirectoryShareTheDatabase();
    void manyAtOnceOnAnEmptyDirectoryAllComeUp();
    void aNewUserWhileTheLastOneEndsGetsItsDatabase();
    void aKilledProgramLosesNothingAndLeavesNothingRunning();
    void anOrphanWithoutItsSupervisorIsTakenOver();
    void aKilledDatabaseComesBackByItself();
    void aKilledSupervisorIsReplaced();
    void aHalfFinishedInitdbIsMadeAnew();
    void aPidFileThatNamesAnotherProcessDoesNotStopIt();
    void unusualDirectories_data();
    void unusualDirectories();
    void aDirectoryWithOtherFilesIsRefused();
    void aParentThatTheDatabaseCannotEnterIsNamed();
    void onlyItsOwnUserMayEnterTheSocketsDirectory();
    void checksumsAndUtf8AreOn();

private:
    /// A program that uses the cluster, ready.
    std::unique_ptr<QProcess> startUser(const fs::path& directory);

    std::unique_ptr<support::ScratchDirectory> m_scratch;
    fs::path m_directory; ///< of the cluster that most functions use, one after the other
};

namespace
{

const std::vector<std::string> quick{"fsync=off"};

/// A killed process that its parent has not asked for yet does not count.
uid_t ownerOf(const fs::path& path)
{
    struct stat status{};
    stat(path.c_str(), &status);
    return status.st_uid;
}

bool hasSupervisor(const fs::path& directory)
{
    return postgres::FileLock(directory / "supervisor.lock", ownerOf(directory)).heldByOthers() !=
           postgres::FileLock::Holder::nobody;
}

std::string value(const EmbeddedCluster& cluster, const std::string& sql)
{
    return Connection(cluster.superuserUrl(), {}).script(sql)[0].as<std::string>(0);
}

} // namespace

void EmbeddedClusterTest::initTestCase()
{
    m_scratch = std::make_unique<support::ScratchDirectory>();
    m_directory = m_scratch->path() / "cluster";
}

std::unique_ptr<QProcess> EmbeddedClusterTest::startUser(const fs::path& directory)
{
    auto process = std::make_unique<QProcess>();
    process->start(HPCBILL_BINARY_DIR "/bin/cluster_user", {QString::fromStdString(directory.string())});
    while (!process->canReadLine() && process->waitForReadyRead(60'000)) {
    }
    const QByteArray line = process->readLine();
    if (line != "ready\n")
        qWarning("%s%s", line.constData(), process->readAll().constData());
    return process;
}

void EmbeddedClusterTest::whatWasWrittenIsThereAfterARestart()
{
    {
        const EmbeddedCluster cluster(m_directory, quick);
        Connection(cluster.ownerUrl(), {})
            .script("create table kept (n bigint); insert into kept values (42)");
        QCOMPARE(value(cluster, "select usename::text from pg_stat_activity where pid = pg_backend_pid()"),
                 std::string("postgres"));
        QCOMPARE(Connection(cluster.appUrl(), {}).script("select current_user::text")[0].as<std::string>(0),
                 std::string("hpcbill_app"));
    }
    const EmbeddedCluster cluster(m_directory, quick);
    QCOMPARE(value(cluster, "select n::text from kept"), std::string("42"));
}

void EmbeddedClusterTest::nothingRunsAfterTheLastUser()
{
    pid_t postmaster = 0;
    pid_t supervisor = 0;
    {
        const EmbeddedCluster cluster(m_directory, quick);
        postmaster = postmasterOf(m_directory);
        supervisor = parentOf(postmaster);
        QVERIFY(isRunning(postmaster));
    }
    QVERIFY(!isRunning(postmaster));
    QVERIFY(!fs::exists("/proc/" + std::to_string(supervisor))); // nor does a zombie stay
    QVERIFY(!fs::exists(m_directory / "data/postmaster.pid"));   // an orderly end
}

void EmbeddedClusterTest::programsOfOneDirectoryShareTheDatabase()
{
    const auto first = startUser(m_directory);
    const pid_t postmaster = postmasterOf(m_directory);
    {
        const EmbeddedCluster second(m_directory, quick);
        QCOMPARE(postmasterOf(m_directory), postmaster);
        first->closeWriteChannel(); // the one that started it goes first
        QVERIFY(first->waitForFinished(60'000));
        QCOMPARE(value(second, "select n::text from kept"), std::string("42"));
        QCOMPARE(postmasterOf(m_directory), postmaster);
    }
    QVERIFY(!isRunning(postmaster));
}

void EmbeddedClusterTest::manyAtOnceOnAnEmptyDirectoryAllComeUp()
{
    const fs::path directory = m_scratch->path() / "together";
    std::vector<std::unique_ptr<QProcess>> users;
    for (int user = 0; user < 4; ++user) {
        users.push_back(std::make_unique<QProcess>());
        users.back()->start(HPCBILL_BINARY_DIR "/bin/cluster_user",
                            {QString::fromStdString(directory.string())});
    }
    for (const auto& user : users) {
        while (!user->canReadLine() && user->waitForReadyRead(60'000)) {
        }
        QCOMPARE(user->readLine(), QByteArray("ready\n"));
    }
    const pid_t postmaster = postmasterOf(directory);
    for (const auto& user : users)
        user->closeWriteChannel();
    for (const auto& user : users) {
        QVERIFY(user->waitForFinished(60'000));
        QCOMPARE(user->exitCode(), 0);
    }
    QTRY_VERIFY_WITH_TIMEOUT(!isRunning(postmaster), 60'000);
}

void EmbeddedClusterTest::aNewUserWhileTheLastOneEndsGetsItsDatabase()
{
    for (int round = 0; round < 8; ++round) {
        auto leaving = startUser(m_directory);
        if (round % 2 == 0)
            leaving->kill();
        else
            leaving->closeWriteChannel();
        // Each round meets the supervisor at another step of its end.
        leaving->waitForFinished(round % 2 == 0 ? 60'000 : 1);
        std::this_thread::yield();
        const EmbeddedCluster cluster(m_directory, quick);
        QCOMPARE(value(cluster, "select 'up'"), std::string("up"));
        leaving->waitForFinished(60'000);
    }
}

void EmbeddedClusterTest::aKilledProgramLosesNothingAndLeavesNothingRunning()
{
    const auto user = startUser(m_directory);
    const pid_t postmaster = postmasterOf(m_directory);
    {
        Connection(EmbeddedCluster(m_directory, quick).ownerUrl(), {}).script("insert into kept values (43)");
    }
    user->kill();
    QVERIFY(user->waitForFinished());
    QTRY_VERIFY_WITH_TIMEOUT(!isRunning(postmaster), 60'000);
    const EmbeddedCluster cluster(m_directory, quick);
    QCOMPARE(value(cluster, "select count(*)::text from kept where n = 43"), std::string("1"));
}

void EmbeddedClusterTest::anOrphanWithoutItsSupervisorIsTakenOver()
{
    const auto user = startUser(m_directory);
    const pid_t postmaster = postmasterOf(m_directory);
    const pid_t supervisor = parentOf(postmaster);
    {
        const EmbeddedCluster cluster(m_directory, quick);
        Connection(cluster.ownerUrl(), {}).script("insert into kept values (44)");
        ::kill(static_cast<pid_t>(user->processId()), SIGSTOP); // so that it does not replace what is killed
    }
    ::kill(postmaster, SIGSTOP); // nor can the database hear that its supervisor is gone
    ::kill(supervisor, SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(!isRunning(supervisor), 60'000);
    user->kill();
    QVERIFY(user->waitForFinished());
    ::kill(postmaster, SIGCONT);
    const EmbeddedCluster cluster(m_directory, quick);
    QVERIFY(postmasterOf(m_directory) != postmaster);
    QCOMPARE(value(cluster, "select count(*)::text from kept where n = 44"), std::string("1"));
}

void EmbeddedClusterTest::aKilledDatabaseComesBackByItself()
{
    const EmbeddedCluster cluster(m_directory, quick);
    postgres::Pool pool({.conninfo = cluster.appUrl()});
    constexpr postgres::Statement one{"t.one", "select 1"};
    postgres::Transaction(pool, postgres::Mode::readOnly).execute(one);
    const pid_t postmaster = postmasterOf(m_directory);
    ::kill(postmaster, SIGKILL);
    const auto answers = [&] {
        try {
            postgres::Transaction(pool, postgres::Mode::readOnly).execute(one);
            return postmasterOf(m_directory) != postmaster;
        } catch (const postgres::Unavailable&) {
            return false;
        }
    };
    QTRY_VERIFY_WITH_TIMEOUT(answers(), 60'000);
    QCOMPARE(value(cluster, "select count(*)::text from kept"), std::string("3"));
}

void EmbeddedClusterTest::aKilledSupervisorIsReplaced()
{
    pid_t postmaster = 0;
    {
        const EmbeddedCluster cluster(m_directory, quick);
        const pid_t before = postmasterOf(m_directory);
        ::kill(parentOf(before), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(postmasterOf(m_directory) != before && postmasterOf(m_directory) != 0 &&
                                     hasSupervisor(m_directory),
                                 60'000);
        const auto kept = [&] {
            try {
                return value(cluster, "select count(*)::text from kept");
            } catch (const postgres::Unavailable&) {
                return std::string();
            }
        };
        QTRY_COMPARE_WITH_TIMEOUT(kept(), std::string("3"), 60'000);
        postmaster = postmasterOf(m_directory);
    }
    QVERIFY(!isRunning(postmaster));
}

void EmbeddedClusterTest::aHalfFinishedInitdbIsMadeAnew()
{
    const fs::path directory = m_scratch->path() / "half";
    fs::create_directories(directory / "data.making/base");
    std::ofstream(directory / "data.making/PG_VERSION") << "15\n";
    const EmbeddedCluster cluster(directory, quick);
    QCOMPARE(value(cluster, "select 'up'"), std::string("up"));
    QVERIFY(!fs::exists(directory / "data.making"));
}

void EmbeddedClusterTest::aPidFileThatNamesAnotherProcessDoesNotStopIt()
{
    // After a restart of a container the number in the file is soon another's: here that of a process of the
    // same user.
    const auto other = startUser(m_scratch->path() / "half");
    const pid_t foreign = postmasterOf(m_scratch->path() / "half");
    std::ofstream(m_directory / "data/postmaster.pid")
        << foreign << "\n"
        << (m_directory / "data").string() << "\n0\n5432\n\n\n0 0\n";
    {
        const EmbeddedCluster cluster(m_directory, quick);
        QCOMPARE(value(cluster, "select count(*)::text from kept"), std::string("3"));
    }
    QVERIFY(isRunning(foreign));
    other->closeWriteChannel();
    QVERIFY(other->waitForFinished(60'000));
}

void EmbeddedClusterTest::unusualDirectories_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("a path too long for a socket") << QString(150, 'x') + "/database";
    QTest::newRow("spaces, quotes and Thai") << QStringLiteral("a 'b' \"c\" %20 ไทย");
    QTest::newRow("a comma") << QStringLiteral("a,b");
    QTest::newRow("parents that are not there yet") << QStringLiteral("p/q/r/");
}

void EmbeddedClusterTest::unusualDirectories()
{
    QFETCH(QString, name);
    fs::path sockets;
    {
        const EmbeddedCluster cluster(m_scratch->path() / name.toStdString(), quick);
        sockets = value(cluster, "show unix_socket_directories");
        QCOMPARE(Connection(cluster.appUrl(), {}).script("select 'app'")[0].as<std::string>(0),
                 std::string("app"));
    }
    QVERIFY(!fs::exists(sockets)); // nothing stays outside of the directory
}

void EmbeddedClusterTest::aDirectoryWithOtherFilesIsRefused()
{
    if (geteuid() != 0)
        QSKIP("only root gives directories away");
    const fs::path directory = m_scratch->path() / "home";
    fs::create_directory(directory);
    std::ofstream(directory / "thesis.tex") << "x";
    try {
        const EmbeddedCluster cluster(directory, quick);
        QFAIL("it was taken");
    } catch (const postgres::Unavailable& error) {
        QVERIFY(QString(error.what()).contains("thesis.tex"));
    }
    QCOMPARE(std::distance(fs::directory_iterator(directory), {}), 1);
}

void EmbeddedClusterTest::aParentThatTheDatabaseCannotEnterIsNamed()
{
    if (geteuid() != 0)
        QSKIP("for root only: another user runs the database");
    const fs::path closed = m_scratch->path() / "closed";
    fs::create_directory(closed);
    fs::permissions(closed, fs::perms::owner_all);
    try {
        const EmbeddedCluster cluster(closed / "database", quick);
        QFAIL("it came up");
    } catch (const postgres::Unavailable& error) {
        QVERIFY(QString(error.what()).contains(QString::fromStdString(closed.string()) + ":"));
    }
}

void EmbeddedClusterTest::onlyItsOwnUserMayEnterTheSocketsDirectory()
{
    const EmbeddedCluster cluster(m_directory, quick);
    QCOMPARE(static_cast<int>(fs::status(m_directory / "sockets").permissions()), 0700);
    QCOMPARE(value(cluster, "show listen_addresses"), std::string());
}

void EmbeddedClusterTest::checksumsAndUtf8AreOn()
{
    const EmbeddedCluster cluster(m_directory, quick);
    QCOMPARE(value(cluster, "show data_checksums"), std::string("on"));
    QCOMPARE(value(cluster, "show server_encoding"), std::string("UTF8"));
    QCOMPARE(value(cluster, "select datcollate::text from pg_database where datname = 'hpcbill'"),
             std::string("C.UTF-8"));
}

QTEST_GUILESS_MAIN(EmbeddedClusterTest)
#include "tst_embedded_cluster.moc"
