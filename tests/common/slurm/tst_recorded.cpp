// SPDX-License-Identifier: GPL-3.0-or-later
// What a real sacct printed (tests/fixtures/slurm), in every kind of output: the same jobs come out of each.
#include "common/slurm/sacct.h"

#include <QtTest>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

const std::filesystem::path folder =
    std::filesystem::path(HPCBILL_SOURCE_DIR) / "tests" / "fixtures" / "slurm";

using ByKey = std::map<std::pair<std::int64_t, UtcTime>, JobRecord>;

struct Reading {
    ByKey jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
};

Reading readFile(const std::string& name, const std::string& delimiter = "|")
{
    std::ifstream file(folder / name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    Reading reading;
    SacctReader reader(
        [&](JobRecord&& job) { reading.jobs.emplace(std::pair(job.jobId, job.submitAt), std::move(job)); },
        [&](Reject&& reject) { reading.rejects.push_back(std::move(reject)); }, delimiter);
    reader.feed(content.str());
    reading.summary = reader.finish();
    return reading;
}

} // namespace

class TestRecorded : public QObject
{
    Q_OBJECT

private slots:
    void everyFileIsReadWhole_data();
    void everyFileIsReadWhole();
    void everyFileIsListed();
    void otherColumnsGiveTheSameJobs_data();
    void otherColumnsGiveTheSameJobs();
    void localTimesAreMarked();
    void jobsAreWhatTheyWere();
};

void TestRecorded::everyFileIsReadWhole_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("delimiter");
    QTest::addColumn<int>("jobs");
    QTest::addColumn<int>("steps");
    const auto row = [](const char* file, int jobs, int steps, const char* delimiter = "|") {
        QTest::newRow(file) << QByteArray(file) << QByteArray(delimiter) << jobs << steps;
    };
    row("sacct-all-epoch.txt", 32, 69);
    row("sacct-all.txt", 32, 69);
    row("sacct-ended-epoch.txt", 33, 0);
    row("sacct-every-column-epoch.txt", 32, 69);
    row("sacct-running-and-pending-epoch.txt", 3, 6);
    row("sacct-unit-separator-epoch.txt", 32, 0, "\x1f");
    row("sacct-waiting-tasks-cancelled-epoch.txt", 3, 6);
    row("sacct-without-duplicates.txt", 31, 67);
}

void TestRecorded::everyFileIsReadWhole()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, delimiter);
    QFETCH(int, jobs);
    QFETCH(int, steps);
    const Reading reading = readFile(file.toStdString(), delimiter.toStdString());
    QVERIFY2(reading.rejects.empty(), reading.rejects.empty() ? "" : reading.rejects[0].detail.c_str());
    QCOMPARE(static_cast<int>(reading.jobs.size()), jobs); // each with a key of its own
    QCOMPARE(static_cast<int>(reading.summary.jobs), jobs);
    QCOMPARE(static_cast<int>(reading.summary.steps), steps);
    QVERIFY(!reading.summary.unterminated);
}

void TestRecorded::everyFileIsListed()
{
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        files += entry.path().filename().string().starts_with("sacct-") ? 1 : 0;
    QCOMPARE(files, 8);
}

void TestRecorded::otherColumnsGiveTheSameJobs_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("delimiter");
    QTest::newRow("every column") << QByteArray("sacct-every-column-epoch.txt") << QByteArray("|");
    QTest::newRow("another delimiter") << QByteArray("sacct-unit-separator-epoch.txt") << QByteArray("\x1f");
    QTest::newRow("name last") << QByteArray("sacct-ended-epoch.txt") << QByteArray("|");
}

void TestRecorded::otherColumnsGiveTheSameJobs()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, delimiter);
    const ByKey expected = readFile("sacct-all-epoch.txt").jobs;
    const ByKey jobs = readFile(file.toStdString(), delimiter.toStdString()).jobs;
    for (const auto& [key, job] : expected) {
        const auto found = jobs.find(key);
        QVERIFY2(found != jobs.end(), std::to_string(key.first).c_str());
        JobRecord other = found->second;
        // Where Comment stands beside JobName and both hold delimiters, nothing tells where the one ends.
        if (key.first == 19 && file == "sacct-ended-epoch.txt")
            other.name = job.name;
        QVERIFY2(other == job, std::to_string(key.first).c_str());
    }
}

void TestRecorded::localTimesAreMarked()
{
    const ByKey local = readFile("sacct-all.txt").jobs; // recorded in UTC
    const ByKey epoch = readFile("sacct-all-epoch.txt").jobs;
    QCOMPARE(local.size(), epoch.size());
    for (const auto& [key, job] : local) {
        JobRecord asUtc = job;
        QVERIFY(asUtc.timesAreLocal);
        asUtc.timesAreLocal = false;
        QVERIFY(asUtc == epoch.at(key));
    }
}

void TestRecorded::jobsAreWhatTheyWere()
{
    std::multimap<std::int64_t, JobRecord> jobs;
    for (auto& [key, job] : readFile("sacct-ended-epoch.txt").jobs)
        jobs.emplace(key.first, job);
    const auto one = [&jobs](std::int64_t id) { return jobs.find(id)->second; };
    QCOMPARE(jobs.count(3), std::size_t{2}); // requeued: two runs
    QCOMPARE(one(4).state, std::string("CANCELLED"));
    QVERIFY(one(4).cancelledBy.has_value() && ranOnNodes(one(4)));
    QVERIFY(!ranOnNodes(one(5)) && !ranOnNodes(one(6))); // cancelled before they had a node
    QCOMPARE(one(8).displayId, std::string("8_5"));      // the array's last task keeps the array's id
    QCOMPARE(one(11).nodes, std::int64_t{2});
    QCOMPARE(one(12).gpus, std::int64_t{2});
    QCOMPARE(one(13).gpus, std::int64_t{1}); // gres/gpu:a100=1 is a part of gres/gpu=1
    QCOMPARE(one(15).displayId, std::string("14+1"));
    QCOMPARE(one(16).exitCode, 3);
    QCOMPARE(one(17).exitSignal, 11);
    QCOMPARE(one(18).elapsedSeconds, std::int64_t{0});
    QVERIFY(one(19).name.find('|') != std::string::npos);
    QVERIFY(one(20).name.find('\n') != std::string::npos);
    QCOMPARE(one(21).name.size(), std::size_t{200});
    QCOMPARE(one(24).state, std::string("OUT_OF_MEMORY"));
    QCOMPARE(one(32).state, std::string("NODE_FAIL"));
    for (const auto& [id, job] : jobs)
        QVERIFY(isFinished(job));
}

QTEST_GUILESS_MAIN(TestRecorded)
#include "tst_recorded.moc"
