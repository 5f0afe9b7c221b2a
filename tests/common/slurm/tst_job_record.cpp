// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/job_record.h"

#include <QtTest>

#include <functional>
#include <limits>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

JobRecord sample()
{
    JobRecord job;
    job.jobId = 5;
    job.displayId = "5";
    job.user = "alice";
    job.state = "COMPLETED";
    job.startedAt = UtcTime(std::chrono::seconds(100));
    job.endedAt = UtcTime(std::chrono::seconds(160));
    job.cpus = 4;
    job.gpus = 2;
    job.memoryMib = 1000;
    job.elapsedSeconds = 60;
    job.hadNodes = true;
    return job;
}

using Change = std::function<void(JobRecord&)>;

} // namespace
Q_DECLARE_METATYPE(Change)

class TestJobRecord : public QObject
{
    Q_OBJECT

private slots:
    void whatItHeldIsCountTimesSeconds();
    void withoutNodesItHeldNothing();
    void aJobIsFinishedWhenItHasAnEndAndAFinalState();
    void unsoundRecordsAreRefused_data();
    void unsoundRecordsAreRefused();
    void theNameMayBeAnything();
};

void TestJobRecord::whatItHeldIsCountTimesSeconds()
{
    QVERIFY(!faultOf(sample()));
    QCOMPARE(cpuSeconds(sample()), std::int64_t{240});
    QCOMPARE(gpuSeconds(sample()), std::int64_t{120});
    QCOMPARE(memoryMibSeconds(sample()), std::int64_t{60000});
}

void TestJobRecord::withoutNodesItHeldNothing()
{
    JobRecord job = sample();
    job.hadNodes = false;
    QVERIFY(!ranOnNodes(job));
    QCOMPARE(cpuSeconds(job) + gpuSeconds(job) + memoryMibSeconds(job), std::int64_t{0});
}

void TestJobRecord::aJobIsFinishedWhenItHasAnEndAndAFinalState()
{
    QVERIFY(isFinished(sample()));
    JobRecord job = sample();
    job.endedAt.reset(); // COMPLETED for seconds before slurmdbd knows the end
    QVERIFY(!isFinished(job));
    job = sample();
    job.state = "RUNNING";
    QVERIFY(!isFinished(job));
}

void TestJobRecord::unsoundRecordsAreRefused_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QByteArray>("reason"); // empty: sound
    const auto row = [](const char* name, Change change, const char* reason) {
        QTest::newRow(name) << change << QByteArray(reason);
    };
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    row("nobody's", [](JobRecord& job) { job.user.clear(); }, "user");
    row("an account in latin1", [](JobRecord& job) { job.account = "M\xFCller"; }, "text");
    row("a NUL in the QOS", [](JobRecord& job) { job.qos = std::string("a\0b", 3); }, "text");
    row("negative seconds", [](JobRecord& job) { job.elapsedSeconds = -1; }, "range");
    row("negative CPUs", [](JobRecord& job) { job.cpus = -1; }, "range");
    row("seconds that do not fit", [](JobRecord& job) { job.memoryMib = most / 59; }, "range");
    row("seconds that just fit", [](JobRecord& job) { job.memoryMib = most / 60; }, "");
    row(
        "an end before the start", [](JobRecord& job) { job.endedAt = UtcTime(std::chrono::seconds(99)); },
        "time");
    row(
        "the hour that comes twice",
        [](JobRecord& job) {
            job.endedAt = UtcTime(std::chrono::seconds(99));
            job.timesAreLocal = true;
        },
        "");
}

void TestJobRecord::unsoundRecordsAreRefused()
{
    QFETCH(Change, change);
    QFETCH(QByteArray, reason);
    JobRecord job = sample();
    change(job);
    const std::optional<RowFault> fault = faultOf(job);
    QCOMPARE(fault ? QByteArray::fromStdString(std::string(codeOf(fault->reason))) : QByteArray(), reason);
}

void TestJobRecord::theNameMayBeAnything()
{
    JobRecord job = sample();
    job.name = std::string("\xFF\xFE|\n\0x", 6);
    QVERIFY(!faultOf(job));
}

QTEST_GUILESS_MAIN(TestJobRecord)
#include "tst_job_record.moc"
