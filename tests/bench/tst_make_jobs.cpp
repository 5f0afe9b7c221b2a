// SPDX-License-Identifier: GPL-3.0-or-later
// make-jobs: the same bytes for the same arguments, as many records as asked for, and none that Slurm could not have written.
#include <QProcess>
#include <QtTest>

#include <nlohmann/json.hpp>

namespace
{

struct Run {
    int exitCode = -1;
    QByteArray output;
    QByteArray errors;
};

Run makeJobs(const QStringList& arguments)
{
    QProcess process;
    process.start(HPCBILL_BINARY_DIR "/bin/make-jobs", arguments);
    process.waitForFinished(60000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

const QStringList small{"--jobs", "4000", "--days", "90", "--end", "2026-11-19", "--epoch", "--steps", "2"};
constexpr qint64 endOfReport = 1795132800; // 2026-11-20T00:00:00Z

enum Column { JobIDRaw, JobID, User, Account, Partition, QOS, Cluster, State, ExitCode, Submit, Eligible, Start, End, ElapsedRaw,
              Suspended, TimelimitRaw, NNodes, NCPUS, AllocTRES, ReqTRES, NodeList, JobName };

} // namespace

class TestMakeJobs final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        const Run run = makeJobs(small);
        QCOMPARE(run.exitCode, 0);
        for (const QByteArray& line : run.output.split('\n')) {
            if (line.isEmpty() || line.startsWith("JobIDRaw")) continue;
            const QByteArrayList columns = line.split('|');
            QVERIFY2(columns.size() > JobName, line.constData());
            (columns[JobIDRaw].contains('.') ? m_steps : m_jobs) << columns;
        }
    }

    void theSameArgumentsGiveTheSameBytes()
    {
        const Run run = makeJobs(small);
        QCOMPARE(makeJobs(small).output, run.output);
        QVERIFY(makeJobs(small + QStringList{"--seed", "2"}).output != run.output);
    }

    void itMakesAsManyRecordsAsAskedFor()
    {
        QCOMPARE(m_jobs.size(), 4000);
        const auto started = std::count_if(m_jobs.begin(), m_jobs.end(), [](const QByteArrayList& job) { return job[Start].toLongLong() > 0; });
        QCOMPARE(m_steps.size(), qsizetype{2} * started);
    }

    void aRunIsToldByItsIdAndSubmission()
    {
        QSet<QPair<QByteArray, QByteArray>> keys;
        for (const QByteArrayList& job : m_jobs) keys.insert({job[JobIDRaw], job[Submit]});
        QCOMPARE(keys.size(), m_jobs.size());
    }

    void timesAreInOrderAndAddUp()
    {
        for (const QByteArrayList& job : m_jobs) {
            const QByteArray line = job.join('|');
            const qint64 submit = job[Submit].toLongLong();
            const qint64 start = job[Start].toLongLong();
            const qint64 end = job[End].toLongLong();
            const qint64 elapsed = job[ElapsedRaw].toLongLong();
            QVERIFY2(submit >= endOfReport - 90 * 86400 && submit <= endOfReport, line.constData());
            QVERIFY2(start == 0 || start >= submit, line.constData());
            QVERIFY2(end == 0 || (end >= submit && end <= endOfReport), line.constData());
            if (start > 0) QVERIFY2(elapsed == (end > 0 ? end : endOfReport) - start, line.constData());
            QCOMPARE(end == 0, job[State] == "RUNNING" || job[State] == "PENDING");
            QCOMPARE(start == 0, job[AllocTRES].isEmpty());
            QCOMPARE(start == 0, job[NodeList] == "None assigned");
        }
    }

    void everyKindOccurs_data()
    {
        QTest::addColumn<QByteArray>("state");
        for (const char* state : {"COMPLETED", "FAILED", "CANCELLED by 1001", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "REQUEUED", "RUNNING"})
            QTest::newRow(state) << QByteArray(state);
    }

    void everyKindOccurs()
    {
        QFETCH(const QByteArray, state);
        QVERIFY(std::any_of(m_jobs.begin(), m_jobs.end(), [&](const QByteArrayList& job) { return job[State] == state; }));
    }

    void fewUsersDoMostOfTheWork()
    {
        QHash<QByteArray, int> jobs;
        int onGpus = 0;
        int tasks = 0;
        for (const QByteArrayList& job : m_jobs) {
            ++jobs[job[User]];
            if (job[AllocTRES].contains("gres/gpu=")) ++onGpus;
            if (job[JobID].contains('_')) ++tasks;
        }
        QVERIFY(jobs.size() > 30);
        QVERIFY(jobs["alice"] > 4000 / 20);
        QVERIFY(jobs["bob"] > 4000 / 40);
        QVERIFY2(onGpus > 4000 / 50 && onGpus < 4000 / 2, QByteArray::number(onGpus).constData());
        QVERIFY2(tasks > 4000 / 5 && tasks < 4000 * 9 / 10, QByteArray::number(tasks).constData());
    }

    void withoutEpochTimesAreWritten()
    {
        const Run run = makeJobs({"--jobs", "3", "--days", "1", "--end", "2024-02-29"});
        QCOMPARE(run.output.split('\n').at(1).split('|').at(Submit), QByteArray("2024-02-29T00:00:00"));
    }

    void theSameJobsAreWrittenAsSlurmrestdGivesThem()
    {
        const QStringList asked = small + QStringList{"--format", "slurmrestd"};
        const Run run = makeJobs(asked);
        QCOMPARE(run.exitCode, 0);
        QVERIFY(makeJobs(asked).output == run.output);
        const auto answer = nlohmann::json::parse(run.output.toStdString());
        QVERIFY(answer.at("errors").empty());
        const auto& jobs = answer.at("jobs");
        QCOMPARE(jobs.size(), static_cast<std::size_t>(m_jobs.size()));
        for (std::size_t at = 0; at < jobs.size(); ++at) { // what they hold, tests/server/slurm compares
            const QByteArrayList& line = m_jobs[static_cast<qsizetype>(at)];
            QCOMPARE(QByteArray::number(jobs[at].at("job_id").get<qint64>()), line[JobIDRaw]);
            QCOMPARE(QByteArray::number(jobs[at].at("time").at("submission").get<qint64>()), line[Submit]);
        }
    }

    void wrongArgumentsAreNamed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("nothing") << QStringList{} << QByteArray("--jobs");
        QTest::newRow("no number") << QStringList{"--jobs", "many", "--days", "1", "--end", "2024-02-29"} << QByteArray("many");
        QTest::newRow("no date") << QStringList{"--jobs", "1", "--days", "1", "--end", "2023-02-29"} << QByteArray("2023-02-29");
        QTest::newRow("another format") << QStringList{"--jobs", "1", "--days", "1", "--end", "2024-02-29", "--format", "xml"} << QByteArray("xml");
        QTest::newRow("no value") << QStringList{"--jobs"} << QByteArray("--jobs");
    }

    void wrongArgumentsAreNamed()
    {
        QFETCH(const QStringList, arguments);
        QFETCH(const QByteArray, named);
        const Run run = makeJobs(arguments);
        QCOMPARE(run.exitCode, 2);
        QVERIFY2(run.errors.split('\n').front().contains(named), run.errors.constData());
        QVERIFY(run.output.isEmpty());
    }

private:
    QList<QByteArrayList> m_jobs;
    QList<QByteArrayList> m_steps;
};

QTEST_GUILESS_MAIN(TestMakeJobs)
#include "tst_make_jobs.moc"
