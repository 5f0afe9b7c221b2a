// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/decimal.h"
#include "common/money/money.h"

#include "common/error.h"

#include <QtTest>

#include <rapidcheck.h>

#include <limits>

using namespace hpcbill;

namespace
{

Currency currency(std::string_view code)
{
    return *Currency::parse(code);
}

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

} // namespace

class TestMoney : public QObject
{
    Q_OBJECT

private slots:
    void currenciesHaveTheDigitsOfIso4217_data();
    void currenciesHaveTheDigitsOfIso4217();
    void unknownCurrenciesAreRefused();
    void amountsAreReadStrictly_data();
    void amountsAreReadStrictly();
    void amountsArePrintedExactly_data();
    void amountsArePrintedExactly();
    void whatIsPrintedReadsBack();
    void sumsAreCheckedNotWrapped();
    void currenciesDoNotMix();
    void aDecimalKeepsItsPlacesOrIsRefused();
};

void TestMoney::currenciesHaveTheDigitsOfIso4217_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("digits");
    for (const auto& [code, digits] : {std::pair{"THB", 2},
                                       {"USD", 2},
                                       {"EUR", 2},
                                       {"JPY", 0},
                                       {"KRW", 0},
                                       {"VND", 0},
                                       {"KWD", 3},
                                       {"BHD", 3},
                                       {"TND", 3},
                                       {"CLF", 4}})
        QTest::newRow(code) << QByteArray(code) << digits;
}

void TestMoney::currenciesHaveTheDigitsOfIso4217()
{
    QFETCH(QByteArray, code);
    QFETCH(int, digits);
    const Currency parsed = currency(code.toStdString());
    QCOMPARE(parsed.minorDigits(), digits);
    QCOMPARE(QByteArray(parsed.code().data(), 3), code);
}

void TestMoney::unknownCurrenciesAreRefused()
{
    for (const std::string_view code : {"", "TH", "thb", "XXX", "ABC", "THBX", "TH B"})
        QVERIFY(!Currency::parse(code));
    QVERIFY(currency("THB") == Currency::thb());
}

void TestMoney::amountsAreReadStrictly_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("good");
    QTest::addColumn<qint64>("minor");
    const auto row = [](const char* code, const char* text, bool good, qint64 minor) {
        QTest::addRow("%s %s", code, text) << QByteArray(code) << QByteArray(text) << good << minor;
    };
    row("THB", "12.34", true, 1234);
    row("THB", "0.00", true, 0);
    row("THB", "-0.50", true, -50);
    row("THB", "92233720368547758.07", true, largest);
    row("THB", "12.3", false, 0);
    row("THB", "12.340", false, 0);
    row("THB", "12", false, 0);
    row("THB", "12.", false, 0);
    row("THB", ".34", false, 0);
    row("THB", "012.34", false, 0);
    row("THB", "+1.00", false, 0);
    row("THB", "--1.00", false, 0);
    row("THB", "1e3.00", false, 0);
    row("THB", "1,000.00", false, 0);
    row("THB", " 1.00", false, 0);
    row("THB", "1.00 ", false, 0);
    row("THB", "", false, 0);
    row("THB", "92233720368547758.08", false, 0);
    row("JPY", "12", true, 12);
    row("JPY", "12.0", false, 0);
    row("KWD", "1.234", true, 1234);
    row("KWD", "1.23", false, 0);
}

void TestMoney::amountsAreReadStrictly()
{
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, text);
    QFETCH(bool, good);
    QFETCH(qint64, minor);
    const Result<Money, std::string> money = parseMoney(text.toStdString(), currency(code.toStdString()));
    QCOMPARE(money.ok(), good);
    if (good)
        QCOMPARE(qint64{money->minorUnits()}, minor);
    else
        QVERIFY(!money.error().empty());
}

void TestMoney::amountsArePrintedExactly_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<qint64>("minor");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("zero") << QByteArray("THB") << qint64{0} << QByteArray("0.00");
    QTest::newRow("one satang") << QByteArray("THB") << qint64{1} << QByteArray("0.01");
    QTest::newRow("minus one satang") << QByteArray("THB") << qint64{-1} << QByteArray("-0.01");
    QTest::newRow("one baht") << QByteArray("THB") << qint64{100} << QByteArray("1.00");
    QTest::newRow("yen") << QByteArray("JPY") << qint64{1234} << QByteArray("1234");
    QTest::newRow("no yen") << QByteArray("JPY") << qint64{0} << QByteArray("0");
    QTest::newRow("fils") << QByteArray("KWD") << qint64{5} << QByteArray("0.005");
    QTest::newRow("largest") << QByteArray("THB") << qint64{largest} << QByteArray("92233720368547758.07");
    QTest::newRow("smallest") << QByteArray("THB") << qint64{smallest} << QByteArray("-92233720368547758.08");
}

void TestMoney::amountsArePrintedExactly()
{
    QFETCH(QByteArray, code);
    QFETCH(qint64, minor);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(toDecimal(Money(minor, currency(code.toStdString())))), text);
}

void TestMoney::whatIsPrintedReadsBack()
{
    QVERIFY(rc::check([](std::int64_t minor) {
        RC_PRE(minor != smallest);
        for (const std::string_view code : {"THB", "JPY", "KWD", "CLF"}) {
            const Money money(minor, currency(code));
            const Result<Money, std::string> read = parseMoney(toDecimal(money), money.currency());
            RC_ASSERT(read.ok());
            RC_ASSERT(*read == money);
        }
    }));
}

void TestMoney::sumsAreCheckedNotWrapped()
{
    const Currency thb = Currency::thb();
    QVERIFY(Money(1, thb) + Money(2, thb) == Money(3, thb));
    QVERIFY(Money(1, thb) - Money(2, thb) == Money(-1, thb));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, Money(largest, thb) + Money(1, thb));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, Money(smallest, thb) + Money(-1, thb));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, Money(smallest, thb) - Money(1, thb));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, Money(0, thb) - Money(smallest, thb));
}

void TestMoney::currenciesDoNotMix()
{
    QVERIFY_THROWS_EXCEPTION(Conflict, Money(1, Currency::thb()) + Money(1, currency("USD")));
    QVERIFY_THROWS_EXCEPTION(Conflict, Money(1, Currency::thb()) - Money(1, currency("USD")));
    QVERIFY(!(Money(1, Currency::thb()) == Money(1, currency("USD"))));
}

void TestMoney::aDecimalKeepsItsPlacesOrIsRefused()
{
    const std::optional<Decimal> most = parseDecimal("0." + std::string(17, '0') + "1");
    QVERIFY(most && most->units == 1 && most->places == 18);
    QVERIFY(!parseDecimal("0." + std::string(18, '0') + "1"));
    QVERIFY(!parseDecimal("0." + std::string(130, '0') + "1")); // found by tests/fuzz: was 10^-100
}

QTEST_GUILESS_MAIN(TestMoney)
#include "tst_money.moc"
