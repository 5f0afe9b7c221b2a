// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/rate.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace hpcbill;

class TestRate : public QObject
{
    Q_OBJECT

private slots:
    void ratesAreReadStrictly_data();
    void ratesAreReadStrictly();
    void ratesHaveSixPlaces();
    void whatIsPrintedReadsBack();
};

void TestRate::ratesAreReadStrictly_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("micro"); // -1: refused
    const auto row = [](const char* text, qint64 micro) { QTest::newRow(text) << QByteArray(text) << micro; };
    row("0", 0);
    row("0.000000", 0);
    row("0.000001", 1);
    row("1.25", 1'250'000);
    row("3", 3'000'000);
    row("9223372036854.775807", 9'223'372'036'854'775'807);
    row("9223372036854.775808", -1);
    row("9223372036855", -1);
    row("0.0000001", -1);
    row("1.2500000", -1);
    row("-1", -1);
    row("-0", -1);
    row("+1", -1);
    row("1.", -1);
    row(".5", -1);
    row("01", -1);
    row("1e-3", -1);
    row("0x1", -1);
    row(" 1", -1);
    row("1 ", -1);
    row("1,5", -1);
    row("", -1);
    row("nan", -1);
    row("٣", -1);
}

void TestRate::ratesAreReadStrictly()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, micro);
    const Result<Rate, std::string> rate = parseRate(text.toStdString());
    QCOMPARE(rate.ok() ? qint64{rate->microPerHour()} : qint64{-1}, micro);
}

void TestRate::ratesHaveSixPlaces()
{
    QCOMPARE(toDecimal(Rate{}), std::string("0.000000"));
    QCOMPARE(toDecimal(Rate::fromMicro(1)), std::string("0.000001"));
    QCOMPARE(toDecimal(Rate::fromMicro(1'250'000)), std::string("1.250000"));
}

void TestRate::whatIsPrintedReadsBack()
{
    QVERIFY(rc::check([](std::int64_t number) {
        const Rate rate = Rate::fromMicro(number & std::int64_t{0x7FFFFFFFFFFFFFFF});
        const Result<Rate, std::string> read = parseRate(toDecimal(rate));
        RC_ASSERT(read.ok());
        RC_ASSERT(*read == rate);
    }));
}

QTEST_GUILESS_MAIN(TestRate)
#include "tst_rate.moc"
