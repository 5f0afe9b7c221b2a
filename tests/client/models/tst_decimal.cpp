// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/decimal.h"
#include "client/models/format.h"

#include <QTest>

using namespace hpcbill::client;

class DecimalTest final : public QObject
{
    Q_OBJECT

private slots:
    void digitsAreGroupedAndNeverChanged_data();
    void digitsAreGroupedAndNeverChanged();
    void zerosAtTheEndAreLeftOutAndNothingIsRounded();
    void quantitiesAreRoundedByTheirDigits();
    void decimalsCompareByTheirValue_data();
    void decimalsCompareByTheirValue();
    void whatIsTypedIsReadAsTheLanguageWritesIt();
    void durationsReadAsSlurmWritesThem();
};

void DecimalTest::digitsAreGroupedAndNeverChanged_data()
{
    QTest::addColumn<QString>("decimal");
    QTest::addColumn<QString>("english");
    QTest::addColumn<QString>("german");
    QTest::newRow("small") << "0.10" << "0.10" << "0,10";
    QTest::newRow("thousands") << "1204.50" << "1,204.50" << "1.204,50";
    QTest::newRow("more than a double holds")
        << "12345678901234567890.123456" << "12,345,678,901,234,567,890.123456"
        << "12.345.678.901.234.567.890,123456";
    QTest::newRow("three digits") << "999" << "999" << "999";
    QTest::newRow("negative") << "-1234.5" << "-1,234.5" << "-1.234,5";
    QTest::newRow("no decimal stays") << "n/a" << "n/a" << "n/a";
}

void DecimalTest::digitsAreGroupedAndNeverChanged()
{
    QFETCH(QString, decimal);
    QFETCH(QString, english);
    QFETCH(QString, german);
    QCOMPARE(localized(decimal, QLocale("en_GB")), english);
    QCOMPARE(localized(decimal, QLocale("de_DE")), german);
    QCOMPARE(localized(decimal, QLocale("th_TH")), english);
}

void DecimalTest::zerosAtTheEndAreLeftOutAndNothingIsRounded()
{
    const QLocale english("en_GB");
    QCOMPARE(localizedShort("1.250000", 2, english), QString("1.25"));
    QCOMPARE(localizedShort("1.000000", 2, english), QString("1.00"));
    QCOMPARE(localizedShort("1.999999", 2, english), QString("1.999999"));
    QCOMPARE(localizedShort("5.000000", 0, english), QString("5"));
}

void DecimalTest::quantitiesAreRoundedByTheirDigits()
{
    const QLocale english("en_GB");
    for (const auto& [exact, shown] : std::initializer_list<std::pair<const char*, const char*>>{{"75342.672222", "75,342.67"},
                                                                                                 {"0.004999", "0.00"},
                                                                                                 {"0.005", "0.01"},
                                                                                                 {"999.995000", "1,000.00"},
                                                                                                 {"-9.995", "-10.00"},
                                                                                                 {"-0.125", "-0.13"},
                                                                                                 {"2.5", "2.5"},
                                                                                                 {"7", "7"},
                                                                                                 {"12345678901234567890.129", "12,345,678,901,234,567,890.13"},
                                                                                                 {"n/a", "n/a"}})
        QCOMPARE(localizedRounded(exact, 2, english), QString(shown));
    QCOMPARE(localizedRounded("9.5", 0, english), QString("10"));
    QCOMPARE(localizedRounded("1234.567", 1, QLocale("de_DE")), QString("1.234,6"));
}

void DecimalTest::decimalsCompareByTheirValue_data()
{
    QTest::addColumn<QString>("less");
    QTest::addColumn<QString>("more");
    QTest::newRow("as numbers, not as text") << "9.5" << "10.25";
    QTest::newRow("fractions") << "0.0999" << "0.1";
    QTest::newRow("negative") << "-10" << "-9.99";
    QTest::newRow("sign") << "-1" << "0";
    QTest::newRow("beyond doubles") << "9007199254740992.1" << "9007199254740992.2";
    QTest::newRow("no decimal is least") << "" << "-5";
}

void DecimalTest::decimalsCompareByTheirValue()
{
    QFETCH(QString, less);
    QFETCH(QString, more);
    QVERIFY(compareDecimals(less, more) < 0);
    QVERIFY(compareDecimals(more, less) > 0);
    QCOMPARE(compareDecimals(more, more + (more.contains('.') ? "000" : ".000")), 0);
}

void DecimalTest::whatIsTypedIsReadAsTheLanguageWritesIt()
{
    QCOMPARE(plainDecimal(" 1,204.50 ", QLocale("en_GB")), QString("1204.50"));
    QCOMPARE(plainDecimal("1.204,50", QLocale("de_DE")), QString("1204.50"));
}

void DecimalTest::durationsReadAsSlurmWritesThem()
{
    QCOMPARE(shownDuration(0), QString("00:00:00"));
    QCOMPARE(shownDuration(8'000), QString("02:13:20"));
    QCOMPARE(shownDuration(86'400 + 2 * 3'600 + 3 * 60 + 4), QString("1-02:03:04"));
}

QTEST_GUILESS_MAIN(DecimalTest)
#include "tst_decimal.moc"
