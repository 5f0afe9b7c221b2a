// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/pricing.h"

#include "common/error.h"

#include <QtTest>

#include <rapidcheck.h>

#include <algorithm>
#include <limits>
#include <string>

using namespace hpcbill;
using namespace hpcbill::pricing;

namespace
{

constexpr std::int64_t hundredYears = std::int64_t{36525} * 86400;

Currency currency(std::string_view code)
{
    return *Currency::parse(code);
}

Rates rates(std::string_view cpu, std::string_view gpu, std::string_view mem)
{
    return {*parseRate(cpu), *parseRate(gpu), *parseRate(mem)};
}

// The second opinion: arithmetic on decimal digits as on paper, without any number type that could round or
// overflow.
using Digits = std::string; // "1234", no leading zeros but "0"

Digits trimmed(Digits digits)
{
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return digits;
}

Digits plus(const Digits& a, const Digits& b)
{
    Digits sum;
    int carry = 0;
    for (std::size_t at = 0; at < std::max(a.size(), b.size()) || carry != 0; ++at) {
        const int digit = carry + (at < a.size() ? a[a.size() - 1 - at] - '0' : 0) +
                          (at < b.size() ? b[b.size() - 1 - at] - '0' : 0);
        sum.insert(sum.begin(), static_cast<char>('0' + digit % 10));
        carry = digit / 10;
    }
    return trimmed(sum.empty() ? "0" : sum);
}

Digits times(const Digits& a, const Digits& b)
{
    Digits product = "0";
    for (std::size_t at = 0; at < b.size(); ++at) {
        Digits row = "0";
        for (char count = '0'; count < b[at]; ++count)
            row = plus(row, a);
        product = plus(product + '0', row);
    }
    return trimmed(product);
}

bool less(const Digits& a, const Digits& b)
{
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

Digits minus(const Digits& a, const Digits& b)
{
    Digits rest = a;
    int borrow = 0;
    for (std::size_t at = 0; at < a.size(); ++at) {
        int digit = a[a.size() - 1 - at] - '0' - borrow - (at < b.size() ? b[b.size() - 1 - at] - '0' : 0);
        borrow = digit < 0 ? 1 : 0;
        rest[rest.size() - 1 - at] = static_cast<char>('0' + digit + 10 * borrow);
    }
    return trimmed(rest);
}

/// a / b by long division, half to even.
Digits quotient(const Digits& a, const Digits& b)
{
    Digits result = "0";
    Digits rest = "0";
    for (const char digit : a) {
        rest = trimmed(rest + digit);
        char count = '0';
        for (; !less(rest, b); ++count)
            rest = minus(rest, b);
        result = trimmed(result + count);
    }
    const Digits twice = plus(rest, rest);
    const bool odd = (result.back() - '0') % 2 != 0;
    return less(b, twice) || (twice == b && odd) ? plus(result, "1") : result;
}

Digits expectedMinor(const Usage& usage, const Rates& with, const Currency& of)
{
    const auto text = [](std::int64_t number) { return std::to_string(number); };
    Digits sum = times(times(text(usage.cpuSeconds), text(with.cpu.microPerHour())), "1024");
    sum = plus(sum, times(times(text(usage.gpuSeconds), text(with.gpu.microPerHour())), "1024"));
    sum = plus(sum, times(text(usage.memoryMibSeconds), text(with.mem.microPerHour())));
    const Digits scaled = times(sum, text(of.minorPerMajor()));
    return quotient(scaled, times(times("3600", "1024"), "1000000"));
}

} // namespace

class TestPricing : public QObject
{
    Q_OBJECT

private slots:
    void pricesAreThese_data();
    void pricesAreThese();
    void theChargeShowsHowItCameAbout();
    void costsEqualThoseWorkedOutOnPaper();
    void moreUsageNeverCostsLess();
    void whatDoesNotFitThrows();
    void exactAmountsArePrinted_data();
    void exactAmountsArePrinted();
    void hoursHaveSixDecimals_data();
    void hoursHaveSixDecimals();
    void hoursEqualThoseWorkedOutOnPaper();
};

void TestPricing::pricesAreThese_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<qint64>("cpu");
    QTest::addColumn<qint64>("gpu");
    QTest::addColumn<qint64>("mem");
    QTest::addColumn<QByteArray>("rate"); // the same for all three
    QTest::addColumn<QByteArray>("total");
    const auto row = [](const char* name, const char* code, qint64 cpu, qint64 gpu, qint64 mem,
                        const char* rate, const char* total) {
        QTest::newRow(name) << QByteArray(code) << cpu << gpu << mem << QByteArray(rate) << QByteArray(total);
    };
    row("nothing", "THB", 0, 0, 0, "1.000000", "0.00");
    row("free", "THB", 3600, 3600, 3600, "0", "0.00");
    row("a core-hour", "THB", 3600, 0, 0, "1.250000", "1.25");
    row("a GPU-hour", "THB", 0, 3600, 0, "80", "80.00");
    row("a GiB-hour", "THB", 0, 0, 3600 * 1024, "0.25", "0.25");
    row("all three round once", "THB", 18, 18, 18 * 1024, "1", "0.02"); // 3 x 0.005 is 0.015, not 3 x 0.00
    row("a second", "THB", 1, 0, 0, "1", "0.00");
    row("a second at a price", "THB", 1, 0, 0, "36", "0.01");
    row("half to even, down", "THB", 18, 0, 0, "1", "0.00"); // 0.005
    row("half to even, up", "THB", 54, 0, 0, "1", "0.02");   // 0.015
    row("half and a bit", "THB", 18, 0, 1, "1", "0.01");
    row("yen, half down", "JPY", 1800, 0, 0, "1", "0");
    row("yen, half up", "JPY", 5400, 0, 0, "1", "2");
    row("dinar", "KWD", 1, 0, 0, "1.8", "0.000");          // 0.0005
    row("dinar, half up", "KWD", 3, 0, 0, "1.8", "0.002"); // 0.0015
    row("100 years of 10^6 CPUs", "THB", hundredYears * 1'000'000, 0, 0, "1.000001", "876600876600.00");
    row("and in dinar", "KWD", hundredYears * 1'000'000, 0, 0, "1.000001", "876600876600.000");
}

void TestPricing::pricesAreThese()
{
    QFETCH(QByteArray, code);
    QFETCH(qint64, cpu);
    QFETCH(qint64, gpu);
    QFETCH(qint64, mem);
    QFETCH(QByteArray, rate);
    QFETCH(QByteArray, total);
    const std::string each = rate.toStdString();
    const Money cost = price({cpu, gpu, mem}, rates(each, each, each), currency(code.toStdString()));
    QCOMPARE(QByteArray::fromStdString(toDecimal(cost)), total);
}

void TestPricing::theChargeShowsHowItCameAbout()
{
    const Charge charge =
        explain({100, 50, 2048}, JobFacts{}, rates("1.250000", "80", "0.1"), Rules{}, Currency::thb());
    QVERIFY(charge.lines[0].resource == Resource::cpu);
    QCOMPARE(charge.lines[0].seconds, std::int64_t{100});
    QCOMPARE(toFraction(charge.lines[0].exact), std::string("5/144"));
    QCOMPARE(toFraction(charge.lines[1].exact), std::string("10/9"));
    QCOMPARE(toFraction(charge.lines[2].exact), std::string("1/18000"));
    QCOMPARE(toFraction(charge.exact), std::string("10313/9000"));
    QCOMPARE(toDecimal(charge.exact, 6), std::string("1.145889"));
    QCOMPARE(toDecimal(charge.total), std::string("1.15"));
    QCOMPARE(std::string(codeOf(charge.lines[2].resource)), std::string("mem"));
}

void TestPricing::costsEqualThoseWorkedOutOnPaper()
{
    QVERIFY(rc::check([] {
        const auto upTo = [](std::int64_t limit) {
            // Small numbers hit the halves, large ones the width.
            return *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 7200),
                                   rc::gen::inRange<std::int64_t>(0, limit));
        };
        const Usage usage{upTo(hundredYears * 1'000'000), upTo(hundredYears * 100'000),
                          upTo(hundredYears * 1'000'000)};
        const Rates with{Rate::fromMicro(upTo(1'000'000'000)), Rate::fromMicro(upTo(1'000'000'000)),
                         Rate::fromMicro(upTo(1'000'000'000))};
        for (const std::string_view code : {"THB", "JPY", "KWD", "CLF"}) {
            const Currency of = currency(code);
            RC_ASSERT(std::to_string(price(usage, with, of).minorUnits()) ==
                      expectedMinor(usage, with, of));
        }
    }));
}

void TestPricing::moreUsageNeverCostsLess()
{
    QVERIFY(rc::check([] {
        const auto number = [](std::int64_t limit) { return *rc::gen::inRange<std::int64_t>(0, limit); };
        const Usage usage{number(1'000'000), number(1'000'000), number(1'000'000'000)};
        const Rates with{Rate::fromMicro(number(100'000'000)), Rate::fromMicro(number(100'000'000)),
                         Rate::fromMicro(number(100'000'000))};
        Usage more = usage;
        more.cpuSeconds += number(100);
        more.gpuSeconds += number(100);
        more.memoryMibSeconds += number(100'000);
        RC_ASSERT(price(more, with, Currency::thb()).minorUnits() >=
                  price(usage, with, Currency::thb()).minorUnits());
    }));
}

void TestPricing::whatDoesNotFitThrows()
{
    constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
    const Rate highest = Rate::fromMicro(most);
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, price({most, 0, 0}, {highest, {}, {}}, Currency::thb()));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge,
                             price({most, most, most}, {highest, highest, highest}, Currency::thb()));
    // Fits 128 bits and not the money: the limit is found from both sides.
    QCOMPARE(price({3600, 0, 0}, {Rate::fromMicro(most), {}, {}}, Currency::thb()).minorUnits(),
             most / 10'000 + 1);
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge,
                             price({3600 * 20'000, 0, 0}, {highest, {}, {}}, Currency::thb()));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, hoursFromSeconds(most));
}

void TestPricing::exactAmountsArePrinted_data()
{
    QTest::addColumn<qint64>("numerator");
    QTest::addColumn<int>("places");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("zero") << qint64{0} << 6 << QByteArray("0.000000");
    QTest::newRow("one") << qint64{exactDenominator} << 0 << QByteArray("1");
    QTest::newRow("half, none") << qint64{exactDenominator / 2} << 0 << QByteArray("0");
    QTest::newRow("one and a half, none") << qint64{exactDenominator / 2 * 3} << 0 << QByteArray("2");
    QTest::newRow("a third") << qint64{exactDenominator / 3} << 6 << QByteArray("0.333333");
    QTest::newRow("carries") << qint64{exactDenominator * 2 - 1} << 6 << QByteArray("2.000000");
    QTest::newRow("shows zeros") << qint64{exactDenominator / 1000} << 6 << QByteArray("0.001000");
    QTest::newRow("eighteen") << qint64{exactDenominator / 8} << 18 << QByteArray("0.125000000000000000");
    QTest::newRow("negative") << qint64{-exactDenominator / 8} << 2 << QByteArray("-0.12");
    QTest::newRow("negative that vanishes") << qint64{-1} << 2 << QByteArray("0.00");
}

void TestPricing::exactAmountsArePrinted()
{
    QFETCH(qint64, numerator);
    QFETCH(int, places);
    QFETCH(QByteArray, text);
    QCOMPARE(QByteArray::fromStdString(toDecimal(ExactAmount{numerator}, places)), text);
}

void TestPricing::hoursHaveSixDecimals_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QByteArray>("hours");
    QTest::newRow("none") << qint64{0} << QByteArray("0.000000");
    QTest::newRow("one second") << qint64{1} << QByteArray("0.000278");
    QTest::newRow("one hour") << qint64{3600} << QByteArray("1.000000");
    QTest::newRow("an hour and a quarter") << qint64{4500} << QByteArray("1.250000");
    QTest::newRow("a published total") << qint64{42364758} << QByteArray("11767.988333");
    QTest::newRow("100 years of 10^6 CPUs")
        << qint64{hundredYears * 1'000'000} << QByteArray("876600000000.000000");
}

void TestPricing::hoursHaveSixDecimals()
{
    QFETCH(qint64, seconds);
    QFETCH(QByteArray, hours);
    QCOMPARE(QByteArray::fromStdString(hoursFromSeconds(seconds)), hours);
}

void TestPricing::hoursEqualThoseWorkedOutOnPaper()
{
    const auto withoutPoint = [](std::string text) {
        text.erase(text.find('.'), 1);
        return trimmed(text);
    };
    QVERIFY(rc::check([&] {
        const auto seconds = *rc::gen::inRange<std::int64_t>(0, hundredYears * 1'000'000);
        const Digits micro = times(std::to_string(seconds), "1000000");
        RC_ASSERT(withoutPoint(hoursFromSeconds(seconds)) == quotient(micro, "3600"));
        RC_ASSERT(withoutPoint(gibHoursFromMibSeconds(seconds)) == quotient(micro, "3686400"));
    }));
}

QTEST_GUILESS_MAIN(TestPricing)
#include "tst_pricing.moc"
