// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/pricing/tax.h"

#include <QtTest>

#include <rapidcheck.h>

#include <limits>

using namespace hpcbill;
using pricing::TaxMode;
using pricing::TaxRate;

class TaxTest : public QObject
{
    Q_OBJECT

private slots:
    void aReceiptIsTaxedOnce_data();
    void aReceiptIsTaxedOnce();
    void subtotalAndTaxAreTheTotal();
    void theRoundingIsTheNearestAndAtAHalfTheEven();
    void aTotalThatDoesNotFitIsRefused();
    void ratesAreReadStrictly_data();
    void ratesAreReadStrictly();
    void ratesComeBackAsTheyWereWritten();
};

namespace
{

Currency currencyOf(const QString& code)
{
    return *Currency::parse(code.toStdString());
}

QString shown(const pricing::Taxed& taxed)
{
    return QString::fromStdString(toDecimal(taxed.subtotal) + " + " + toDecimal(taxed.tax) + " = " + toDecimal(taxed.total));
}

} // namespace

void TaxTest::aReceiptIsTaxedOnce_data()
{
    QTest::addColumn<QString>("currency");
    QTest::addColumn<QString>("sum");
    QTest::addColumn<QString>("rate");
    QTest::addColumn<QString>("mode");
    QTest::addColumn<QString>("result");
    const auto row = [](const char* name, const char* currency, const char* sum, const char* rate, const char* mode, const char* result) {
        QTest::newRow(name) << currency << sum << rate << mode << result;
    };
    row("no tax", "THB", "100.00", "0", "exclusive", "100.00 + 0.00 = 100.00");
    row("no tax is contained", "THB", "100.00", "0", "inclusive", "100.00 + 0.00 = 100.00");
    row("on top", "THB", "100.00", "7", "exclusive", "100.00 + 7.00 = 107.00");
    row("contained", "THB", "107.00", "7", "inclusive", "100.00 + 7.00 = 107.00");
    row("a half goes down to the even", "THB", "0.50", "5", "exclusive", "0.50 + 0.02 = 0.52");        // 0.025
    row("a half goes up to the even", "THB", "0.70", "5", "exclusive", "0.70 + 0.04 = 0.74");          // 0.035
    row("contained, below a half", "THB", "1.00", "7", "inclusive", "0.93 + 0.07 = 1.00");             // 0.0654…
    row("yen have no decimals, on top", "JPY", "1005", "10", "exclusive", "1005 + 100 = 1105");        // 100.5
    row("yen have no decimals, odd", "JPY", "1015", "10", "exclusive", "1015 + 102 = 1117");           // 101.5
    row("yen have no decimals, contained", "JPY", "1100", "10", "inclusive", "1000 + 100 = 1100");
    row("dinars have three, on top", "KWD", "1.250", "5", "exclusive", "1.250 + 0.062 = 1.312");       // 0.0625
    row("dinars have three, contained", "KWD", "1.000", "5", "inclusive", "0.952 + 0.048 = 1.000");    // 0.0476…
    row("a fraction of a per cent", "THB", "1000.00", "8.875", "exclusive", "1000.00 + 88.75 = 1088.75");
    row("a millionth of a per cent", "THB", "1000000.00", "0.000001", "exclusive", "1000000.00 + 0.01 = 1000000.01");
    row("all of it", "THB", "10.00", "100", "exclusive", "10.00 + 10.00 = 20.00");
    row("half of it", "THB", "0.05", "100", "inclusive", "0.03 + 0.02 = 0.05");                        // 0.025
    row("nothing of nothing", "THB", "0.00", "7", "inclusive", "0.00 + 0.00 = 0.00");
}

void TaxTest::aReceiptIsTaxedOnce()
{
    QFETCH(QString, currency);
    QFETCH(QString, sum);
    QFETCH(QString, rate);
    QFETCH(QString, mode);
    QFETCH(QString, result);
    const Money money = *parseMoney(sum.toStdString(), currencyOf(currency));
    QCOMPARE(shown(pricing::taxed(money, *pricing::parseTaxRate(rate.toStdString()), *pricing::parseTaxMode(mode.toStdString()))), result);
}

void TaxTest::subtotalAndTaxAreTheTotal()
{
    QVERIFY(rc::check("subtotal + tax = total, and the sum is the one or the other", [] {
        const Money sum(*rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max() / 2), Currency::thb());
        const auto rate = TaxRate::fromMicroPercent(*rc::gen::inRange<std::int64_t>(0, 100'000'001));
        const auto onTop = pricing::taxed(sum, rate, TaxMode::exclusive);
        RC_ASSERT(onTop.subtotal == sum);
        RC_ASSERT(onTop.subtotal + onTop.tax == onTop.total);
        const auto contained = pricing::taxed(sum, rate, TaxMode::inclusive);
        RC_ASSERT(contained.total == sum);
        RC_ASSERT(contained.subtotal + contained.tax == contained.total);
    }));
}

void TaxTest::theRoundingIsTheNearestAndAtAHalfTheEven()
{
    QVERIFY(rc::check("2 |exact - rounded| <= 1, and at 1 the rounded one is even", [] {
        const auto units = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
        const auto micro = *rc::gen::inRange<std::int64_t>(0, 100'000'001);
        for (const TaxMode mode : {TaxMode::exclusive, TaxMode::inclusive}) {
            const std::int64_t whole = mode == TaxMode::inclusive ? 100'000'000 + micro : 100'000'000;
            const std::int64_t tax =
                pricing::taxed(Money(units, Currency::thb()), TaxRate::fromMicroPercent(micro), mode).tax.minorUnits();
            const std::int64_t twice = 2 * (units * micro - tax * whole);
            RC_ASSERT(twice <= whole && twice >= -whole);
            if (twice == whole || twice == -whole)
                RC_ASSERT(tax % 2 == 0);
        }
    }));
}

void TaxTest::aTotalThatDoesNotFitIsRefused()
{
    const Money most(std::numeric_limits<std::int64_t>::max(), Currency::thb());
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, pricing::taxed(most, *pricing::parseTaxRate("7"), TaxMode::exclusive));
    QCOMPARE(pricing::taxed(most, *pricing::parseTaxRate("7"), TaxMode::inclusive).total, most);
}

void TaxTest::ratesAreReadStrictly_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "-1", "+7", "7%", "7,5", "7.", ".5", "0.0000001", "100.000001", "101", "1e1", " 7", "99999999999999999", "seven"})
        QTest::addRow("'%s'", text) << text;
}

void TaxTest::ratesAreReadStrictly()
{
    QFETCH(QString, text);
    QVERIFY(!pricing::parseTaxRate(text.toStdString()));
}

void TaxTest::ratesComeBackAsTheyWereWritten()
{
    for (const auto& [written, shown] : {std::pair("7", "7.000000"), {"0", "0.000000"}, {"8.25", "8.250000"}, {"100", "100.000000"},
                                         {"0.000001", "0.000001"}})
        QCOMPARE(toDecimal(*pricing::parseTaxRate(written)), std::string(shown));
}

QTEST_GUILESS_MAIN(TaxTest)
#include "tst_tax.moc"
