// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around sacct; that it goes right is tested with a real cluster (tests/slurm).
#include "server/slurm/sacct_source.h"

#include <QTemporaryDir>
#include <QtTest>

#include <stop_token>
#include <thread>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

std::string failureOf(const std::filesystem::path& program, const std::stop_token& stop)
{
    SacctSource source({.program = program});
    try {
        source.read({}, {[](JobRecord&&) {}, [](Reject&&) {}}, stop);
    } catch (const SourceFailure& failure) {
        return failure.what();
    }
    return {};
}

} // namespace

class TestSacctSource : public QObject
{
    Q_OBJECT

private slots:
    void aProgramThatIsNotThereIsAFailure();
    void aProgramThatFailsIsAFailure();
    void whatItComplainsOfIsTold();
    void anotherProgramsOutputIsAFailure();
    void silenceIsAFailure();
    void aStopIsObeyed();
    void aProgramThatIgnoresAStopIsKilled();
    void aFloodOfComplaintsIsNoHindrance();
    void theClusterOfAFederationIsNamed();

private:
    std::stop_source m_stop;
};

void TestSacctSource::aProgramThatIsNotThereIsAFailure()
{
    QVERIFY(failureOf("/nonexistent/sacct", m_stop.get_token()).find("/nonexistent/sacct") !=
            std::string::npos);
}

void TestSacctSource::aProgramThatFailsIsAFailure()
{
    QVERIFY(failureOf("/bin/false", m_stop.get_token()).find("status 1") != std::string::npos);
}

void TestSacctSource::whatItComplainsOfIsTold()
{
    QVERIFY(failureOf("/bin/ls", m_stop.get_token()).find("--allusers") !=
            std::string::npos); // unrecognized option
}

void TestSacctSource::anotherProgramsOutputIsAFailure()
{
    QVERIFY(failureOf("/bin/echo", m_stop.get_token()).find("not the output of sacct") != std::string::npos);
}

void TestSacctSource::silenceIsAFailure()
{
    // sacct prints its header also when it finds nothing.
    QVERIFY(failureOf("/bin/true", m_stop.get_token()).find("empty") != std::string::npos);
}

void TestSacctSource::aStopIsObeyed()
{
    m_stop.request_stop();
    QVERIFY(!failureOf("/usr/bin/yes", m_stop.get_token()).empty()); // would print for ever
    m_stop = std::stop_source();
}

/// A program with this text, as sacct.
std::filesystem::path script(const QTemporaryDir& directory, const QByteArray& text)
{
    QFile file(directory.filePath("sacct"));
    if (!file.open(QIODevice::WriteOnly) || file.write("#!/bin/sh\n" + text) < 0)
        qFatal("the test cannot write its program");
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return file.fileName().toStdString();
}

void TestSacctSource::aProgramThatIgnoresAStopIsKilled()
{
    const QTemporaryDir directory;
    const std::filesystem::path program = script(directory, "trap '' INT TERM\n: > \"$0.ready\"\nwhile :; do sleep 0.2; done\n");
    std::stop_source stop;
    std::jthread stopping([&] {
        while (!std::filesystem::exists(program.string() + ".ready"))
            std::this_thread::yield();
        stop.request_stop();
    });
    QVERIFY(failureOf(program, stop.get_token()).find("was ended") != std::string::npos);
}

void TestSacctSource::aFloodOfComplaintsIsNoHindrance()
{
    const QTemporaryDir directory;
    const std::filesystem::path program = script(directory, "head -c 1000000 /dev/zero | tr '\\0' x >&2\nexit 1\n");
    const std::string failure = failureOf(program, m_stop.get_token());
    QVERIFY(failure.find("status 1: xxx") != std::string::npos);
    QVERIFY(failure.size() < 3000);
}

void TestSacctSource::theClusterOfAFederationIsNamed()
{
    const QTemporaryDir directory;
    const std::filesystem::path program = script(directory, "echo \"$@\" >&2\nexit 1\n");
    SacctSource source({.program = program, .cluster = "annex"});
    try {
        source.read({}, {[](JobRecord&&) {}, [](Reject&&) {}}, {});
        QFAIL("no failure");
    } catch (const SourceFailure& failure) {
        QVERIFY2(std::string(failure.what()).find("--clusters=annex") != std::string::npos, failure.what());
    }
}

QTEST_GUILESS_MAIN(TestSacctSource)
#include "tst_sacct_source.moc"
