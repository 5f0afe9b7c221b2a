// SPDX-License-Identifier: GPL-3.0-or-later
// Headerless logs as Open XDMoD's shredder asks sacct for them.
#include "common/slurm/sacct.h"

#include <QtTest>

#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
};

Reading readText(std::string_view text)
{
    Reading reading;
    SacctReader reader([&](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                       [&](Reject&& reject) { reading.rejects.push_back(std::move(reject)); });
    reader.feed(text);
    reading.summary = reader.finish();
    return reading;
}

const std::string xdmodTimes =
    "2016-12-22T07:15:12|2016-12-22T07:15:12|2016-12-22T07:15:13|2016-12-22T07:16:13|00:01:00";

} // namespace

class TestXdmodLayouts : public QObject
{
    Q_OBJECT

private slots:
    void theFourHeaderlessLayoutsAreToldApart_data();
    void theFourHeaderlessLayoutsAreToldApart();
    void headerlessNamesMayHoldAnything();
};

void TestXdmodLayouts::theFourHeaderlessLayoutsAreToldApart_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("qos");
    QTest::addColumn<qint64>("gpus");
    QTest::addColumn<qint64>("mib");
    const auto line = [](const std::string& before, const std::string& resources) {
        return QByteArray::fromStdString("7|7|c1|p1|" + before + "acct|grp|100|alice|1001|" + xdmodTimes +
                                         "|0:0|COMPLETED|2|12|12|4000Mn|" + resources +
                                         "|1-00:00:00|n[1-2]|name|x\n");
    };
    QTest::newRow("with QOS") << line("high|", "cpu=12,node=2|cpu=12,gres/gpu=4,mem=8G,node=2")
                              << QByteArray("high") << qint64{4} << qint64{8192};
    QTest::newRow("no QOS") << line("", "cpu=12,node=2|cpu=12,gres/gpu=4,mem=8G,node=2") << QByteArray()
                            << qint64{4} << qint64{8192};
    QTest::newRow("GRES before TRES") << line("", "gpu:2|cpu=12,node=2|cpu=12,gres/gpu=4,mem=8G,node=2")
                                      << QByteArray() << qint64{4} << qint64{8192};
    QTest::newRow("GRES before TRES, none asked")
        << line("", "|cpu=12,node=2|cpu=12,mem=8G,node=2") << QByteArray() << qint64{0} << qint64{8192};
    QTest::newRow("none asked, some allocated") << line("", "|billing=12,cpu=12,gres/gpu=2,mem=3000M,node=2")
                                                << QByteArray() << qint64{2} << qint64{3000};
    QTest::newRow("GRES instead of TRES")
        << line("", "gpu:2|cpu=12,node=2") << QByteArray() << qint64{4} << qint64{0};
    QTest::newRow("GRES instead, none asked")
        << line("", "|cpu=12,node=2") << QByteArray() << qint64{0} << qint64{0};
}

void TestXdmodLayouts::theFourHeaderlessLayoutsAreToldApart()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, qos);
    QFETCH(qint64, gpus);
    QFETCH(qint64, mib);
    const Reading reading = readText(line.toStdString());
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    const JobRecord& job = reading.jobs[0];
    QCOMPARE(QByteArray::fromStdString(job.qos), qos);
    QCOMPARE(job.account, std::string("acct"));
    QCOMPARE(job.user, std::string("alice"));
    QCOMPARE(job.nodes, std::int64_t{2});
    QCOMPARE(job.cpus, std::int64_t{12});
    QCOMPARE(qint64{job.gpus}, gpus);
    QCOMPARE(qint64{job.memoryMib}, mib);
    QCOMPARE(job.elapsedSeconds, std::int64_t{60});
    QCOMPARE(job.name, std::string("name|x"));
    QVERIFY(job.timesAreLocal);
}

void TestXdmodLayouts::headerlessNamesMayHoldAnything()
{
    const auto line = [](const std::string& id, const std::string& name) {
        return id + "|c1|p1|q|acct|grp|100|alice|1001|" + xdmodTimes +
               "|0:0|COMPLETED|2|12|12|4000Mn|cpu=12|cpu=12,mem=8G,node=2|1-00:00:00|n[1-2]|" + name + "\n";
    };
    const Reading reading =
        readText(line("8_1|26", "a\nb|c\n\n9|x") + line("8_[2-4]|8", "plain") + line("9|9", "|"));
    QCOMPARE(reading.summary.rejects, std::uint64_t{0});
    QCOMPARE(reading.jobs.size(), std::size_t{3});
    QCOMPARE(reading.jobs[0].jobId, std::int64_t{26});
    QCOMPARE(reading.jobs[0].displayId, std::string("8_1"));
    QCOMPARE(reading.jobs[0].name, std::string("a\nb|c\n\n9|x"));
    QCOMPARE(reading.jobs[1].displayId, std::string("8_[2-4]"));
    QCOMPARE(reading.jobs[2].name, std::string("|"));
    // A row that is cut in the middle is a bad row, not a part of the name before it.
    const Reading cut = readText(line("7|7", "one") + "8|8|c1|p1|q|acct\n" + line("9|9", "two"));
    QCOMPARE(cut.jobs.size(), std::size_t{2});
    QCOMPARE(cut.jobs[0].name, std::string("one"));
    QCOMPARE(cut.rejects.size(), std::size_t{1});
    QVERIFY(cut.rejects[0].reason == RejectReason::columnCount);
}

QTEST_GUILESS_MAIN(TestXdmodLayouts)
#include "tst_xdmod_layouts.moc"
