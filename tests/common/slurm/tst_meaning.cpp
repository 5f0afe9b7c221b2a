// SPDX-License-Identifier: GPL-3.0-or-later
// What sacct's rows mean for the bill, kind by kind.
#include "common/slurm/sacct.h"

#include <QtTest>

#include <optional>
#include <string>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

/// A row, as far as the cases differ in it.
struct Row {
    std::string raw = "123";
    std::string shown = "123";
    std::string state = "COMPLETED";
    std::string submit = "1795440000";
    std::string start = "1795440100";
    std::string end = "1795443700";
    std::string elapsed = "3600";
    std::string suspended = "00:00:00";
    std::string cpus = "4";
    std::string tres = "billing=4,cpu=4,mem=8G,node=1";
    std::string memoryAsked = "8G";
    std::string nodes = "n1";
};

std::string textOf(const Row& row)
{
    return row.raw + "|" + row.shown + "|alice|chem|" + row.state + "|" + row.submit + "|" + row.submit +
           "|" + row.start + "|" + row.end + "|" + row.elapsed + "|" + row.suspended + "|1|" + row.cpus +
           "|" + row.tres + "|" + row.memoryAsked + "|" + row.nodes + "|name\n";
}

struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
};

Reading read(const std::vector<Row>& rows)
{
    std::string text = "JobIDRaw|JobID|User|Account|State|Submit|Eligible|Start|End|ElapsedRaw|Suspended|"
                       "NNodes|NCPUS|AllocTRES|ReqMem|"
                       "NodeList|JobName\n";
    for (const Row& row : rows)
        text += textOf(row);
    Reading reading;
    SacctReader reader([&reading](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                       [&reading](Reject&& reject) { reading.rejects.push_back(std::move(reject)); });
    reader.feed(text);
    reading.summary = reader.finish();
    return reading;
}

/// What one row comes to.
struct Meaning {
    std::string id;
    bool isFinished = false;
    std::int64_t cpuSeconds = 0;
    std::int64_t gpuSeconds = 0;
    std::int64_t memoryMibSeconds = 0;
    std::string reject;

    bool operator==(const Meaning&) const = default;
};

Meaning meaningOf(const Row& row)
{
    const Reading reading = read({row});
    if (reading.jobs.empty())
        return {.id = {},
                .reject =
                    reading.rejects.empty() ? "a step" : std::string(codeOf(reading.rejects.front().reason))};
    const JobRecord& job = reading.jobs.front();
    return {job.displayId, isFinished(job), cpuSeconds(job), gpuSeconds(job), memoryMibSeconds(job), {}};
}

const Row neverStarted{.state = "CANCELLED by 1003",
                       .start = "None",
                       .end = "1795440050",
                       .elapsed = "0",
                       .tres = "",
                       .nodes = "None assigned"};

} // namespace

Q_DECLARE_METATYPE(Row)
Q_DECLARE_METATYPE(Meaning)

class TestMeaning final : public QObject
{
    Q_OBJECT

private slots:
    void aRowMeans_data();
    void aRowMeans();
    void memoryIsWhatWasHeldInAnySpelling_data();
    void memoryIsWhatWasHeldInAnySpelling();
    void gpusAreCountedOnce_data();
    void gpusAreCountedOnce();
    void aRequeuedJobIsTwoRuns();
    void aResizedJobIsARunPerSize();
    void whoCancelledIsKept();
};

void TestMeaning::aRowMeans_data()
{
    QTest::addColumn<Row>("row");
    QTest::addColumn<Meaning>("meaning");
    const auto add = [](const char* name, Row row, Meaning meaning) {
        QTest::newRow(name) << std::move(row) << std::move(meaning);
    };
    const Meaning hour{"123", true, 4 * 3600, 0, 8192 * 3600, {}};
    const auto as = [&hour](const char* id) {
        Meaning meaning = hour;
        meaning.id = id;
        return meaning;
    };
    const auto refused = [](const char* reason) { return Meaning{.id = {}, .reject = reason}; };
    const Meaning nothing{"123", true, 0, 0, 0, {}};
    const Meaning open{"123", false, 4 * 3600, 0, 8192 * 3600, {}};
    const Meaning waiting{"123", false, 0, 0, 0, {}};

    add("a job", {}, hour);
    // Old Slurm kept in AllocTRES what was asked for, where whole nodes were given: what was held is NCPUS.
    add("more CPUs than AllocTRES tells", {.cpus = "12", .tres = "cpu=4,mem=8G,node=1"}, {"123", true, 12 * 3600, 0, 8192 * 3600, {}});
    add("a task of an array", {.raw = "130", .shown = "123_4"}, as("123_4"));
    add("the first task", {.raw = "124", .shown = "123_0"}, as("123_0"));
    add("a component", {.raw = "124", .shown = "123+1"}, as("123+1"));
    add("a step", {.raw = "123.batch", .shown = "123.batch"}, refused("a step"));
    add("a step of a task", {.raw = "130.0", .shown = "123_4.0"}, refused("a step"));
    add("a step of a component", {.raw = "124.extern", .shown = "123+1.extern"}, refused("a step"));
    add("tasks that wait",
        {.shown = "123_[5-9%2]",
         .state = "PENDING",
         .start = "Unknown",
         .end = "Unknown",
         .elapsed = "0",
         .tres = "",
         .nodes = "None assigned"},
        {"123_[5-9%2]", false, 0, 0, 0, {}});
    Row range = neverStarted;
    range.shown = "123_[5-9%2]";
    add("tasks cancelled while they waited", range, {"123_[5-9%2]", true, 0, 0, 0, {}});

    for (const char* state :
         {"FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY", "DEADLINE", "BOOT_FAIL", "REQUEUED",
          "RESIZING", "CANCELLED", "CANCELLED by 1003", "CANCELLED by uid 7", "CANCELLED+"})
        add(state, {.state = state}, hour);
    add("a state that there is not", {.state = "CANCELED"}, refused("state"));
    add("never started", neverStarted, nothing);
    Row neverStartedWithCpus = neverStarted; // sacct prints what was asked for
    neverStartedWithCpus.cpus = "64";
    add("never started, 64 CPUs asked", neverStartedWithCpus, nothing);
    add("running", {.state = "RUNNING", .end = "Unknown"}, open);
    add("suspended now", {.state = "SUSPENDED", .end = "Unknown"}, open);
    add("ended, and the end not yet known", {.end = "Unknown"}, open);
    add("waiting",
        {.state = "PENDING",
         .start = "Unknown",
         .end = "Unknown",
         .elapsed = "0",
         .tres = "",
         .nodes = "None assigned"},
        waiting);
    add("nothing for a time",
        {.state = "PENDING", .start = "", .end = "", .elapsed = "0", .tres = "", .nodes = ""}, waiting);
    add("N/A for a time",
        {.state = "PENDING", .start = "N/A", .end = "N/A", .elapsed = "0", .tres = "", .nodes = ""}, waiting);
    add("0 for a time",
        {.state = "PENDING", .start = "0", .end = "0", .elapsed = "0", .tres = "", .nodes = ""}, waiting);
    add("no submission", {.submit = "Unknown"}, refused("time"));

    add("half of it suspended", {.elapsed = "1800", .suspended = "00:30:00"},
        {"123", true, 4 * 1800, 0, 8192 * 1800, {}});
    add("a second", {.end = "1795440101", .elapsed = "1"}, {"123", true, 4, 0, 8192, {}});
    add("no time at all", {.end = "1795440100", .elapsed = "0"}, nothing);
    add("an end before the start", {.end = "1795440099", .elapsed = "0"}, refused("time"));
    add("more elapsed than there was", {.elapsed = "3601"}, refused("elapsed"));
    add("elapsed beyond all numbers", {.elapsed = "9223372036854775807"}, refused("range"));
    const Row autumn{
        .submit = "2026-10-25T00:00:00", .start = "2026-10-25T02:30:00", .end = "2026-10-25T02:30:00"};
    add("over the hour that comes twice", autumn, hour);
    Row tooLong = autumn;
    tooLong.elapsed = "3601";
    add("longer than that hour", tooLong, refused("elapsed"));

    add("no CPUs but in AllocTRES", {.cpus = ""}, hour);
    add("a count that is shortened", {.cpus = "2K"}, {"123", true, 2048 * 3600, 0, 8192 * 3600, {}});
}

void TestMeaning::aRowMeans()
{
    QFETCH(const Row, row);
    QFETCH(const Meaning, meaning);
    const Meaning read = meaningOf(row);
    QCOMPARE(read.reject, meaning.reject);
    QCOMPARE(read.id, meaning.id);
    QCOMPARE(read.isFinished, meaning.isFinished);
    QCOMPARE(read.cpuSeconds, meaning.cpuSeconds);
    QVERIFY(read == meaning);
}

void TestMeaning::memoryIsWhatWasHeldInAnySpelling_data()
{
    QTest::addColumn<QByteArray>("tres");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<qint64>("mib");
    const auto add = [](const char* tres, const char* asked, qint64 mib) {
        QTest::addRow("%s, asked %s", tres, asked) << QByteArray(tres) << QByteArray(asked) << mib;
    };
    add("mem=1.5T", "1.5T", 1'572'864);
    add("mem=1.50T", "1.50T", 1'572'864);
    add("mem=4000M", "4000M", 4000);
    add("mem=62.50G", "62.50G", 64'000);
    add("mem=128000", "128000M", 128'000);
    add("mem=1G", "1G", 1024);
    add("mem=0", "0", 0);
    // What was asked for says nothing: per CPU ("c", or the highest bit) or per node, and of how many.
    add("mem=8G", "2Gc", 8192);
    add("mem=8G", "4000Mn", 8192);
    add("mem=16000M", "9223372036854779808", 16'000);
    add("mem=16000M", "0x8000000000000FA0", 16'000);
    add("cpu=4", "4000Mc", 0);
}

void TestMeaning::memoryIsWhatWasHeldInAnySpelling()
{
    QFETCH(const QByteArray, tres);
    QFETCH(const QByteArray, asked);
    QFETCH(const qint64, mib);
    const Meaning read = meaningOf(
        {.tres = "billing=4,cpu=4," + tres.toStdString() + ",node=1", .memoryAsked = asked.toStdString()});
    QCOMPARE(read.reject, std::string());
    QCOMPARE(qint64{read.memoryMibSeconds}, mib * 3600);
}

void TestMeaning::gpusAreCountedOnce_data()
{
    QTest::addColumn<QByteArray>("tres");
    QTest::addColumn<qint64>("gpus");
    const auto add = [](const char* tres, qint64 gpus) { QTest::newRow(tres) << QByteArray(tres) << gpus; };
    add("gres/gpu=2", 2);
    add("gres/gpu:a100=2", 2);
    add("gres/gpu:a100=2,gres/gpu=2", 2);
    add("gres/gpu=2,gres/gpu:a100=2", 2);
    add("gres/gpu:a100=2,gres/gpu:h100=1", 3);
    add("gres/gpu:a100=2,gres/gpu=3,gres/gpu:h100=1", 3);
    add("gres/gpu:a100:1g.5gb=7", 7);
    add("gres/gpumem=80G,gres/gpuutil=90,gres/shard=4", 0);
    add("gres/mps=100,license/ansys=2", 0);
}

void TestMeaning::gpusAreCountedOnce()
{
    QFETCH(const QByteArray, tres);
    QFETCH(const qint64, gpus);
    QCOMPARE(
        qint64{meaningOf({.tres = "billing=18,cpu=4," + tres.toStdString() + ",mem=8G,node=1"}).gpuSeconds},
        gpus * 3600);
}

void TestMeaning::aRequeuedJobIsTwoRuns()
{
    // The second keeps the id and is submitted when the first ends.
    const Reading reading =
        read({{.state = "REQUEUED"}, {.submit = "1795443700", .start = "1795443820", .end = "1795447420"}});
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.jobs[0].jobId, reading.jobs[1].jobId);
    QVERIFY(reading.jobs[0].submitAt != reading.jobs[1].submitAt);
    for (const JobRecord& job : reading.jobs) {
        QVERIFY(isFinished(job));
        QCOMPARE(cpuSeconds(job), std::int64_t{4 * 3600});
    }
}

void TestMeaning::aResizedJobIsARunPerSize()
{
    // Slurm gives the moment of the change as submission and start of what follows.
    const Reading reading = read({{.state = "RESIZING", .tres = "cpu=4,mem=8G,node=1"},
                                  {.submit = "1795443700",
                                   .start = "1795443700",
                                   .end = "1795447300",
                                   .cpus = "2",
                                   .tres = "cpu=2,mem=4G,node=1"}});
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QVERIFY(isFinished(reading.jobs[0]) && isFinished(reading.jobs[1]));
    QCOMPARE(cpuSeconds(reading.jobs[0]) + cpuSeconds(reading.jobs[1]), std::int64_t{(4 + 2) * 3600});
}

void TestMeaning::whoCancelledIsKept()
{
    const Reading reading = read({{.state = "CANCELLED by 1003"}, {.state = "CANCELLED"}});
    QCOMPARE(reading.jobs[0].state, std::string("CANCELLED"));
    QVERIFY(reading.jobs[0].cancelledBy == "1003");
    QCOMPARE(reading.jobs[1].state, std::string("CANCELLED"));
    QVERIFY(!reading.jobs[1].cancelledBy);
}

QTEST_GUILESS_MAIN(TestMeaning)
#include "tst_meaning.moc"
