// SPDX-License-Identifier: GPL-3.0-or-later
// What goes wrong around sacct; that it goes right is tested with a real cluster (tests/slurm).
#include "server/slurm/sacct_source.h"

#include <QtTest>

#include <stop_token>

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

QTEST_GUILESS_MAIN(TestSacctSource)
#include "tst_sacct_source.moc"
