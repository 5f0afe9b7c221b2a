// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/times.h"

#include <QtTest>

#include <rapidcheck.h>

#include <fmt/format.h>

using namespace hpcbill;
using namespace hpcbill::slurm;

class TestTimes : public QObject
{
    Q_OBJECT

private slots:
    void lengthsAreRead_data();
    void lengthsAreRead();
    void lengthsAsSlurmPrintsThemReadBack();
    void momentsAreRead_data();
    void momentsAreRead();
    void countsAreDigitsAndNothingElse();
};

void TestTimes::lengthsAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micros"); // -1: refused
    const auto row = [](const char* text, qint64 micros) {
        QTest::newRow(text) << QByteArray(text) << micros;
    };
    row("00:00:00", 0);
    row("00:00:24", 24'000'000);
    row("01:02:03", 3'723'000'000);
    row("1-02:03:04", 93'784'000'000);
    row("10-13:27:06", 912'426'000'000);
    row("100:00:00", 360'000'000'000);
    row("00:00.002", 2'000);
    row("01:30", 90'000'000);
    row("90:00", 5'400'000'000);
    row("01:02:03.5", 3'723'500'000);
    row("", -1);
    row("12", -1);
    row("UNLIMITED", -1);
    row("INVALID", -1);
    row("Partition_Limit", -1);
    row("00:60:00", -1);
    row("00:00:60", -1);
    row("1-24:00:00", -1);
    row("1-00:00", -1);
    row("1-2-00:00:00", -1);
    row("-00:00:01", -1);
    row("1:2:3:4", -1);
    row("00:00:", -1);
    row(":00:00", -1);
    row("00::00", -1);
    row("00:00:00.", -1);
    row("00:00:00.1234567", -1);
    row("99999999999-00:00:00", -1);
}

void TestTimes::lengthsAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, micros);
    const auto length = parseDuration(text.toStdString());
    QCOMPARE(length ? qint64{length->count()} : qint64{-1}, micros);
}

void TestTimes::lengthsAsSlurmPrintsThemReadBack()
{
    QVERIFY(rc::check([] {
        const auto seconds = *rc::gen::inRange<std::int64_t>(0, std::int64_t{100} * 366 * 86400);
        // Slurm's secs2time_str(): days only where there are any.
        const std::string clock =
            fmt::format("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
        const std::string text = seconds < 86400 ? clock : fmt::format("{}-{}", seconds / 86400, clock);
        RC_ASSERT(parseDuration(text) == std::chrono::seconds(seconds));
    }));
}

void TestTimes::momentsAreRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::addColumn<qint64>("seconds"); // -1: not yet
    QTest::addColumn<bool>("local");
    const auto row = [](const char* text, bool good, qint64 seconds, bool local) {
        QTest::newRow(*text == '\0' ? "nothing" : text) << QByteArray(text) << good << seconds << local;
    };
    row("1795433399", true, 1'795'433'399, false);
    row("2016-12-22T07:15:12", true, 1'482'390'912, true);
    row("Unknown", true, -1, false);
    row("None", true, -1, false);
    row("N/A", true, -1, false);
    row("0", true, -1, false);
    row("00", true, -1, false); // found by tests/fuzz
    row("", true, -1, false);
    row("unknown", false, 0, false);
    row("-1", false, 0, false);
    row("1795433399.5", false, 0, false);
    row("2016-12-22 07:15:12", false, 0, false);
    row("2016-12-22", false, 0, false);
    row("2016-13-22T07:15:12", false, 0, false);
    row("2016-12-22T07:15:1", false, 0, false);
    row("2016-12-22T07:15:12Z", false, 0, false);
    row("253402300800", false, 0, false);
}

void TestTimes::momentsAreRead()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    QFETCH(qint64, seconds);
    QFETCH(bool, local);
    const std::optional<SlurmTime> time = parseSlurmTime(text.toStdString());
    QCOMPARE(time.has_value(), good);
    if (!good)
        return;
    QCOMPARE(time->at ? qint64{time->at->time_since_epoch().count() / 1'000'000} : qint64{-1}, seconds);
    QCOMPARE(time->isLocal, local);
}

void TestTimes::countsAreDigitsAndNothingElse()
{
    QVERIFY(parseCount("0") == 0);
    QVERIFY(parseCount("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
    for (const std::string_view text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "9223372036854775808"})
        QVERIFY(!parseCount(text));
}

QTEST_GUILESS_MAIN(TestTimes)
#include "tst_times.moc"
