// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/time/time.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace hpcbill;
using namespace std::chrono_literals;

namespace
{

constexpr std::int64_t year0001 = -62'135'596'800;
constexpr std::int64_t year9999end = 253'402'300'799;

} // namespace

class TestTime : public QObject
{
    Q_OBJECT

private slots:
    void timesAreReadStrictly_data();
    void timesAreReadStrictly();
    void whatIsNoTimeIsRefused_data();
    void whatIsNoTimeIsRefused();
    void aYearOfFiveDigitsIsToldAsThat();
    void timesArePrinted();
    void whatIsPrintedReadsBack();
    void datesAreReadStrictly();
    void aDateIsItsFirstMoment();
    void everyDayAgreesWithQt();
};

void TestTime::timesAreReadStrictly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micros");
    const auto row = [](const char* text, qint64 micros) {
        QTest::newRow(text) << QByteArray(text) << micros;
    };
    row("1970-01-01T00:00:00Z", 0);
    row("1970-01-01t00:00:00z", 0);
    row("1970-01-01T00:00:00.000001Z", 1);
    row("1970-01-01T00:00:00.5Z", 500'000);
    row("1970-01-01T07:00:00+07:00", 0);
    row("1969-12-31T18:30:00-05:30", 0);
    row("1970-01-01T00:00:00-00:00", 0);
    row("1969-12-31T23:59:59.999999Z", -1);
    row("2016-02-29T12:00:00Z", 1'456'747'200'000'000);
    row("2026-11-23T20:37:33.25+07:00", 1'795'441'053'250'000);
    row("0001-01-01T00:00:00Z", year0001 * 1'000'000);
    row("9999-12-31T23:59:59Z", year9999end * 1'000'000);
}

void TestTime::timesAreReadStrictly()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, micros);
    const Result<UtcTime, std::string> time = parseRfc3339(text.toStdString());
    QVERIFY(time.ok());
    QCOMPARE(qint64{time->time_since_epoch().count()}, micros);
}

void TestTime::whatIsNoTimeIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char* text : {"",
                             "2026-11-23",
                             "2026-11-23T13:37:33",
                             "2026-11-23 13:37:33Z",
                             "2026-11-23T13:37Z",
                             "9999-12-31T23:59:59-00:01",
                             "0001-01-01T00:00:00+00:01",
                             "2026-11-23T24:00:00Z",
                             "2026-11-23T13:60:00Z",
                             "2026-11-23T13:37:60Z",
                             "2026-11-31T13:37:33Z",
                             "2025-02-29T00:00:00Z",
                             "2026-00-10T00:00:00Z",
                             "2026-13-10T00:00:00Z",
                             "2026-11-00T00:00:00Z",
                             "0000-01-01T00:00:00Z",
                             "2026-11-23T13:37:33.Z",
                             "2026-11-23T13:37:33.1234567Z",
                             "2026-11-23T13:37:33+0700",
                             "2026-11-23T13:37:33+24:00",
                             "2026-11-23T13:37:33+07:60",
                             "2026-11-23T13:37:33Zx",
                             "26-11-23T13:37:33Z",
                             "+2026-11-23T13:37:33Z",
                             "2026-11-23T13:37:3 Z",
                             "２026-11-23T13:37:33Z"})
        QTest::newRow(text) << QByteArray(text);
}

void TestTime::whatIsNoTimeIsRefused()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseRfc3339(text.toStdString()));
}

void TestTime::aYearOfFiveDigitsIsToldAsThat()
{
    QVERIFY(parseTimeOrDate("9999-12-31T23:59:59-23:59").error().find("9999") != std::string::npos);
    QVERIFY(parseTimeOrDate("soon").error().find("RFC 3339") != std::string::npos);
}

void TestTime::timesArePrinted()
{
    QCOMPARE(toRfc3339(UtcTime(0s)), std::string("1970-01-01T00:00:00Z"));
    QCOMPARE(toRfc3339(UtcTime(1us)), std::string("1970-01-01T00:00:00.000001Z"));
    QCOMPARE(toRfc3339(UtcTime(-1us)), std::string("1969-12-31T23:59:59.999999Z"));
    QCOMPARE(toRfc3339Micros(UtcTime(0s)), std::string("1970-01-01T00:00:00.000000Z"));
    QCOMPARE(toRfc3339Micros(UtcTime(-500ms)), std::string("1969-12-31T23:59:59.500000Z"));
}

void TestTime::whatIsPrintedReadsBack()
{
    QVERIFY(rc::check([] {
        const auto micros = *rc::gen::inRange<std::int64_t>(year0001 * 1'000'000, year9999end * 1'000'000);
        const UtcTime time{std::chrono::microseconds(micros)};
        RC_ASSERT(*parseRfc3339(toRfc3339(time)) == time);
        RC_ASSERT(*parseRfc3339(toRfc3339Micros(time)) == time);
        const auto day = std::chrono::floor<std::chrono::days>(time);
        RC_ASSERT(*parseDate(toIsoDate(day)) == day);
    }));
}

void TestTime::datesAreReadStrictly()
{
    QVERIFY(*parseDate("2026-11-23") == std::chrono::sys_days(std::chrono::days(20780)));
    for (const std::string_view text : {"", "2026-11-23T00:00:00Z", "2026-11-31", "2026-2-03", "2026/11/23",
                                        "20261123", "2026-11-23 ", "0000-01-01", "2023-02-29"})
        QVERIFY(!parseDate(text));
}

void TestTime::aDateIsItsFirstMoment()
{
    QVERIFY(*parseTimeOrDate("2026-11-23") == *parseRfc3339("2026-11-23T00:00:00Z"));
    QVERIFY(*parseTimeOrDate("2026-11-23T07:00:00+07:00") == *parseRfc3339("2026-11-23T00:00:00Z"));
    QVERIFY(!parseTimeOrDate("yesterday"));
}

void TestTime::everyDayAgreesWithQt()
{
    for (QDate day(1899, 12, 30); day.year() < 2101; day = day.addDays(1)) {
        const std::string text = day.toString(Qt::ISODate).toStdString();
        QVERIFY(parseDate(text)->time_since_epoch().count() == QDate(1970, 1, 1).daysTo(day));
        QCOMPARE(toIsoDate(*parseDate(text)), text);
    }
}

QTEST_GUILESS_MAIN(TestTime)
#include "tst_time.moc"
