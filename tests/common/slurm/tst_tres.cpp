// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/tres.h"

#include <QtTest>

using namespace hpcbill;
using namespace hpcbill::slurm;

class TestTres : public QObject
{
    Q_OBJECT

private slots:
    void listsAreRead_data();
    void listsAreRead();
    void listsThatCannotBeReadAreRefused_data();
    void listsThatCannotBeReadAreRefused();
    void memoryIsReadInMib_data();
    void memoryIsReadInMib();
    void gpusOfTheOlderSpellingAreRead_data();
    void gpusOfTheOlderSpellingAreRead();
    void gpuTypesStandInOrderAndOnce();
    void countsMayBeShortened();
};

void TestTres::listsAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("cpus"); // -1: not told
    QTest::addColumn<qint64>("nodes");
    QTest::addColumn<qint64>("gpus");
    QTest::addColumn<qint64>("mib");
    const auto row = [](const char* name, const char* text, qint64 cpus, qint64 nodes, qint64 gpus,
                        qint64 mib) {
        QTest::newRow(name) << QByteArray(text) << cpus << nodes << gpus << mib;
    };
    row("nothing", "", -1, -1, 0, 0);
    row("plain", "billing=1,cpu=1,mem=200M,node=1", 1, 1, 0, 200);
    row("total behind its part", "billing=18,cpu=2,gres/gpu:a100=2,gres/gpu=2,mem=1G,node=1", 2, 1, 2, 1024);
    row("total before its parts", "cpu=2,gres/gpu=3,gres/gpu:a100=2,gres/gpu:v100=1,mem=1G,node=1", 2, 1, 3,
        1024);
    row("parts alone", "cpu=2,gres/gpu:a100=2,gres/gpu:v100=1,mem=1G,node=1", 2, 1, 3, 1024);
    row("a part with a colon in its type", "gres/gpu:a100:3g.20gb=4", -1, -1, 4, 0);
    row("total only", "cpu=12,gres/gpu=2,mem=31000M,node=1", 12, 1, 2, 31000);
    row("half a GiB", "cpu=64,mem=62.50G,node=8", 64, 8, 0, 64000);
    row("not GPUs", "gres/gpumem=80G,gres/gpuutil=50,gres/shard=4,license/matlab=2,fs/disk=7", -1, -1, 0, 0);
    row("numeric ids", "1=2,2=1024,4=1,5=9", 2, 1, 0, 1024);
    row("energy unmeasured", "cpu=1,energy=18446744073709551614,node=1", 1, 1, 0, 0);
    row("the older prefix", "cpu=1,gres:gpu=2,mem=1G", 1, -1, 2, 1024);
}

void TestTres::listsAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, cpus);
    QFETCH(qint64, nodes);
    QFETCH(qint64, gpus);
    QFETCH(qint64, mib);
    const Result<Tres, std::string> tres = parseTres(text.toStdString());
    QVERIFY2(tres.ok(), tres ? "" : tres.error().c_str());
    QCOMPARE(qint64{tres->cpus.value_or(-1)}, cpus);
    QCOMPARE(qint64{tres->nodes.value_or(-1)}, nodes);
    QCOMPARE(qint64{tres->gpus}, gpus);
    QCOMPARE(qint64{tres->memoryMib}, mib);
}

void TestTres::listsThatCannotBeReadAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"cpu", "cpu=", "=2", "cpu=two", "cpu=-1", "mem=1X", "mem=", "mem=G",
                             "cpu=1,,mem=1G", "gres/gpu=", "gres/gpu=9223372036854775807,gres/gpu=1",
                             "1001=2", "mem=99999999999999E", "cpu=99999999999999999999"})
        QTest::newRow(text) << QByteArray(text);
}

void TestTres::listsThatCannotBeReadAreRefused()
{
    QFETCH(QByteArray, text);
    const Result<Tres, std::string> tres = parseTres(text.toStdString());
    QVERIFY(!tres);
    QVERIFY(!tres.error().empty());
}

void TestTres::memoryIsReadInMib_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("mib");
    const auto row = [](const char* text, qint64 mib) { QTest::newRow(text) << QByteArray(text) << mib; };
    row("0", 0);
    row("512", 512);
    row("512M", 512);
    row("1G", 1024);
    row("1.50G", 1536);
    row("62.50G", 64000);
    row("2T", 2 * 1024 * 1024);
    row("1.25P", qint64{1280} * 1024 * 1024);
    row("2048K", 2);
    row("1536K", 2);    // 1.5 is as near to 1: the even one
    row("2560K", 2);    // 2.5
    row("1.01G", 1034); // 1034.24
    row("0.0005G", 1);  // 0.512
    row("", -1);
    row("M", -1);
    row("1.5.0G", -1);
    row("1.G", -1);
    row("1 G", -1);
    row("-1G", -1);
    row("1g", -1);
    row("1000Mn", -1); // ReqMem, which is not what was held
}

void TestTres::memoryIsReadInMib()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, mib);
    QCOMPARE(qint64{parseMemoryMib(text.toStdString()).value_or(-1)}, mib);
}

void TestTres::gpusOfTheOlderSpellingAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("gpus");
    QTest::addColumn<QByteArray>("types");
    const auto row = [](const char* text, qint64 gpus, const char* types = "") {
        QTest::newRow(text) << QByteArray(text) << gpus << QByteArray(types);
    };
    row("gpu:2", 2);
    row("gpu", 1);
    row("gpu:a100", 1, "a100");
    row("gpu:a100:2", 2, "a100");
    row("gpu:a100:2(S:0-1)", 2, "a100");
    row("gpu:v100:1(S:0,1),gpu:a100:2", 3, "a100,v100");
    row("gpu:v100:1,gpu:v100:1", 2, "v100");
    row("gres:gpu:4", 4);
    row("gres/gpu:4", 4);
    row("craynetwork:1,gpu:3", 3);
    row("craynetwork:1", 0);
    row("gpumem:8", 0);
    row("gpu:2K", 2048);
    row("gpu:0", 0);
    row("(null)", 0);
    row("N/A", 0);
    row("", 0);
    row("gpu:", -1);
    row("gpu:a100:many", -1);
    row("gpu:2(S:0", -1);
}

void TestTres::gpusOfTheOlderSpellingAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, gpus);
    QFETCH(QByteArray, types);
    const Result<Gpus, std::string> read = parseGresGpus(text.toStdString());
    QCOMPARE(read ? qint64{read->count} : qint64{-1}, gpus);
    QCOMPARE(read ? QByteArray::fromStdString(read->types) : QByteArray(), types);
}

void TestTres::gpuTypesStandInOrderAndOnce()
{
    std::string types;
    for (const char* type : {"v100", "a100", "h100", "a100", "v100", "a", "z"})
        addGpuType(types, type);
    QCOMPARE(types, std::string("a,a100,h100,v100,z"));
    QCOMPARE(parseTres("cpu=2,gres/gpu:v100=1,gres/gpu:a100=2,gres/gpu=3")->gpuTypes, std::string("a100,v100"));
}

void TestTres::countsMayBeShortened()
{
    QVERIFY(parseShortCount("2048") == 2048);
    QVERIFY(parseShortCount("2K") == 2048);
    QVERIFY(parseShortCount("1.50K") == 1536);
    QVERIFY(!parseShortCount("K"));
    QVERIFY(!parseShortCount(""));
    QVERIFY(!parseShortCount("2KB"));
}

QTEST_GUILESS_MAIN(TestTres)
#include "tst_tres.moc"
