// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/job_id.h"

#include <QtTest>

using namespace hpcbill::slurm;

class TestJobId : public QObject
{
    Q_OBJECT

private slots:
    void idsAreTakenApart_data();
    void idsAreTakenApart();
    void whatIsNoIdIsRefused_data();
    void whatIsNoIdIsRefused();
};

void TestJobId::idsAreTakenApart_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("base");
    QTest::addColumn<qint64>("task");      // -1: none
    QTest::addColumn<qint64>("component"); // -1: none
    QTest::addColumn<bool>("range");
    QTest::addColumn<QByteArray>("step");
    const auto row = [](const char* text, qint64 base, qint64 task, qint64 component, bool range,
                        const char* step) {
        QTest::newRow(text) << QByteArray(text) << base << task << component << range << QByteArray(step);
    };
    row("10", 10, -1, -1, false, "");
    row("8_1", 8, 1, -1, false, "");
    row("8_0", 8, 0, -1, false, "");
    row("8_[3-9%2]", 8, -1, -1, true, "");
    row("8_[1,3,5-7]", 8, -1, -1, true, "");
    row("8_[1-9:2]", 8, -1, -1, true, "");
    row("8_[0x3F8]", 8, -1, -1, true, "");
    row("8_[1,2,3...]", 8, -1, -1, true, "");
    row("14+1", 14, -1, 1, false, "");
    row("10.batch", 10, -1, -1, false, "batch");
    row("10.extern", 10, -1, -1, false, "extern");
    row("10.interactive", 10, -1, -1, false, "interactive");
    row("10.0", 10, -1, -1, false, "0");
    row("8_1.batch", 8, 1, -1, false, "batch");
    row("14+0.extern", 14, -1, 0, false, "extern");
    row("14+0.0+1", 14, -1, 0, false, "0+1");
    row("9223372036854775807", 9'223'372'036'854'775'807, -1, -1, false, "");
}

void TestJobId::idsAreTakenApart()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, base);
    QFETCH(qint64, task);
    QFETCH(qint64, component);
    QFETCH(bool, range);
    QFETCH(QByteArray, step);
    const std::string kept = text.toStdString();
    const std::optional<JobIdText> id = parseJobId(kept);
    QVERIFY(id);
    QCOMPARE(qint64{id->base}, base);
    QCOMPARE(qint64{id->task.value_or(-1)}, task);
    QCOMPARE(qint64{id->component.value_or(-1)}, component);
    QCOMPARE(id->isTaskRange, range);
    QCOMPARE(QByteArray::fromStdString(std::string(id->step)), step);
}

void TestJobId::whatIsNoIdIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"", "0", "x", "-1", "8_", "8_[1-3", "8_[a;b]", "8_1_2", "14+", "10.", "10.a b",
                             "10 ", " 10", "10.batch|", "9223372036854775808"})
        QTest::newRow(*text == '\0' ? "nothing" : text) << QByteArray(text);
}

void TestJobId::whatIsNoIdIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseJobId(text.toStdString()));
}

QTEST_GUILESS_MAIN(TestJobId)
#include "tst_job_id.moc"
