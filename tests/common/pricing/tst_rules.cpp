// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/pricing/pricing.h"

#include <QtTest>

#include <rapidcheck.h>

#include <functional>
#include <string>

using namespace hpcbill;
using namespace hpcbill::pricing;

namespace
{

Rule rule(Action action, const std::function<void(Rule&)>& change = [](Rule&) {})
{
    Rule made;
    made.name = "rule";
    made.action = action;
    change(made);
    return made;
}

const Rates oneEach{Rate::fromMicro(1'000'000), Rate::fromMicro(1'000'000), Rate::fromMicro(1'000'000)};
const Usage hundredHours{360'000, 0, 0}; // 100.00 at a rate of 1

std::string costOf(const std::vector<Rule>& rules, const JobFacts& job = {}, const Usage& usage = hundredHours)
{
    return toDecimal(price(usage, job, oneEach, Rules(rules), Currency::thb()).total);
}

/// Of the rows of eachConditionCanFail, in their order; QTest's columns hold only registered types.
std::vector<Condition>& conditions()
{
    static std::vector<Condition> all;
    return all;
}

} // namespace

class TestRules : public QObject
{
    Q_OBJECT

private slots:
    void actionsDoWhatTheySay_data();
    void actionsDoWhatTheySay();
    void eachConditionCanFail_data();
    void eachConditionCanFail();
    void noConditionHoldsOnAnUnknownExitCode();
    void theFirstMatchDecidesUnlessItGoesOn();
    void whatIsShippedFreesDeadNodes();
    void globsMatch_data();
    void globsMatch();
    void theDerivationComesToThePrice();
    void factorsMultiplyWithoutRounding();
    void anAmountInAnotherCurrencyIsRefused();
    void whatDoesNotFitThrows();
    void manyFactorsStayExact();
    void tooManyDigitsThrowWhatCallersKnow();
};

void TestRules::actionsDoWhatTheySay_data()
{
    QTest::addColumn<int>("action");
    QTest::addColumn<qint64>("number"); // factor in millionths, or amount in minor units
    QTest::addColumn<QByteArray>("cost");
    const auto row = [](const char* name, Action action, qint64 number, const char* cost) {
        QTest::newRow(name) << static_cast<int>(action) << number << QByteArray(cost);
    };
    row("free", Action::free, 0, "0.00");
    row("half", Action::multiply, 500'000, "50.00");
    row("nothing", Action::multiply, 0, "0.00");
    row("a thousand times", Action::multiply, 1'000'000'000, "100000.00");
    row("a millionth", Action::multiply, 1, "0.00");
    row("cap above", Action::cap, 10'001, "100.00");
    row("cap at it", Action::cap, 10'000, "100.00");
    row("cap below", Action::cap, 9'999, "99.99");
    row("minimum below", Action::minimum, 9'999, "100.00");
    row("minimum above", Action::minimum, 10'001, "100.01");
}

void TestRules::actionsDoWhatTheySay()
{
    QFETCH(int, action);
    QFETCH(qint64, number);
    QFETCH(QByteArray, cost);
    const Rule made = rule(static_cast<Action>(action), [&](Rule& r) {
        r.amountMinor = r.action == Action::multiply ? 0 : number;
        r.factorMicro = r.action == Action::multiply ? number : 1'000'000;
    });
    QCOMPARE(QByteArray::fromStdString(costOf({made})), cost);
}

void TestRules::eachConditionCanFail_data()
{
    QTest::addColumn<QByteArray>("obstacle"); // empty: matches
    QTest::addColumn<int>("condition");
    const auto row = [](const char* name, const char* obstacle, const std::function<void(Condition&)>& change) {
        Condition when;
        change(when);
        QTest::newRow(name) << QByteArray(obstacle) << static_cast<int>(conditions().size());
        conditions().push_back(when);
    };
    conditions().clear();
    row("none", "", [](Condition&) {});
    row("state", "", [](Condition& w) { w.state = {"FAILED", "TIMEOUT"}; });
    row("another state", "state", [](Condition& w) { w.state = {"FAILED"}; });
    row("partition", "", [](Condition& w) { w.partition = {"gpu*"}; });
    row("another partition", "partition", [](Condition& w) { w.partition = {"gpu"}; });
    row("qos", "qos", [](Condition& w) { w.qos = {"high"}; });
    row("account", "account", [](Condition& w) { w.account = {"physics"}; });
    row("user", "user", [](Condition& w) { w.user = {"bob"}; });
    row("one of two GPU types", "", [](Condition& w) { w.gpuType = {"h100"}; });
    row("another GPU type", "gpu_type", [](Condition& w) { w.gpuType = {"v100"}; });
    row("part of a GPU type", "gpu_type", [](Condition& w) { w.gpuType = {"a1"}; });
    row("exit code in range", "", [](Condition& w) { w.exitCode = {1, 9}; });
    row("exit code below", "exit_code", [](Condition& w) { w.exitCode = {10, std::nullopt}; });
    row("exit code above", "exit_code", [](Condition& w) { w.exitCode = {std::nullopt, 8}; });
    row("short enough", "", [](Condition& w) { w.elapsedSeconds = {std::nullopt, 60}; });
    row("too long", "elapsed_seconds", [](Condition& w) { w.elapsedSeconds = {std::nullopt, 59}; });
    row("too few nodes", "nodes", [](Condition& w) { w.nodes = {5, std::nullopt}; });
    row("all of it has to hold", "user", [](Condition& w) {
        w.state = {"TIMEOUT"};
        w.partition = {"*"};
        w.user = {"bob"};
    });
}

void TestRules::eachConditionCanFail()
{
    QFETCH(QByteArray, obstacle);
    const JobFacts job{.state = "TIMEOUT",
                       .partition = "gpu-long",
                       .qos = "normal",
                       .account = "chem",
                       .user = "alice",
                       .gpuTypes = "a100,h100",
                       .exitCode = 9,
                       .elapsedSeconds = 60,
                       .nodes = 4};
    QFETCH(int, condition);
    const Rule made = rule(Action::free, [&](Rule& r) { r.when = conditions().at(static_cast<std::size_t>(condition)); });
    QCOMPARE(QByteArray::fromStdString(std::string(obstacleOf(made, job))), obstacle);
    QCOMPARE(costOf({made}, job), std::string(obstacle.isEmpty() ? "0.00" : "100.00"));
    Rule off = made;
    off.enabled = false;
    QCOMPARE(std::string(obstacleOf(off, job)), std::string("disabled"));
    QCOMPARE(costOf({off}, job), std::string("100.00"));
}

void TestRules::noConditionHoldsOnAnUnknownExitCode()
{
    const JobFacts unknown{.state = "FAILED", .exitCode = -1};
    for (const Range& range : {Range{1, std::nullopt}, Range{std::nullopt, 255}, Range{0, 0}}) {
        const Rule made = rule(Action::free, [&](Rule& r) { r.when.exitCode = range; });
        QCOMPARE(std::string(obstacleOf(made, unknown)), std::string("exit_code"));
    }
    QVERIFY(obstacleOf(rule(Action::free), unknown).empty());
}

void TestRules::theFirstMatchDecidesUnlessItGoesOn()
{
    const Rule half = rule(Action::multiply, [](Rule& r) { r.factorMicro = 500'000; });
    const Rule cap = rule(Action::cap, [](Rule& r) { r.amountMinor = 4'000; });
    Rule halfAndOn = half;
    halfAndOn.goesOn = true;
    const Rule otherState = rule(Action::free, [](Rule& r) { r.when.state = {"FAILED"}; });
    QCOMPARE(costOf({half, cap}), std::string("50.00"));
    QCOMPARE(costOf({halfAndOn, cap}), std::string("40.00"));
    QCOMPARE(costOf({halfAndOn, halfAndOn, halfAndOn}), std::string("12.50"));
    QCOMPARE(costOf({otherState, half, cap}, {.state = "COMPLETED"}), std::string("50.00"));
    QCOMPARE(Rules({otherState, halfAndOn, cap}).applyingTo({.state = "COMPLETED"}), AppliedRules{0b110});
}

void TestRules::whatIsShippedFreesDeadNodes()
{
    const std::vector<Rule> shipped = shippedRules();
    QCOMPARE(costOf(shipped, {.state = "NODE_FAIL"}), std::string("0.00"));
    QCOMPARE(costOf(shipped, {.state = "BOOT_FAIL"}), std::string("0.00"));
    for (const char* state : {"COMPLETED", "FAILED", "TIMEOUT", "CANCELLED", "OUT_OF_MEMORY", "PREEMPTED", "DEADLINE", "REQUEUED"})
        QCOMPARE(costOf(shipped, {.state = state}), std::string("100.00"));
}

void TestRules::globsMatch_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* text, const char* pattern, bool matches) {
        QTest::newRow((std::string(text) + " " + pattern).c_str()) << QByteArray(text) << QByteArray(pattern) << matches;
    };
    row("gpu", "gpu", true);
    row("gpu", "GPU", false);
    row("gpu", "gp", false);
    row("gp", "gpu", false);
    row("", "", true);
    row("", "*", true);
    row("", "?", false);
    row("gpu", "*", true);
    row("gpu", "g?u", true);
    row("gpu", "g??u", false);
    row("gpu-long", "gpu*", true);
    row("long-gpu", "*gpu", true);
    row("a.b.c", "a.*.c", true);
    row("aXbXc", "a*b*c", true);
    row("aab", "*ab", true);
    row("abab", "*ab", true);
    row("abac", "*ab", false);
    row("x[1]", "x[1]", true); // brackets mean themselves
    row("ก", "*", true);
}

void TestRules::globsMatch()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, pattern);
    QFETCH(bool, matches);
    QCOMPARE(matchesGlob(text.toStdString(), pattern.toStdString()), matches);
}

void TestRules::theDerivationComesToThePrice()
{
    QVERIFY(rc::check([] {
        const auto number = [](std::int64_t limit) { return *rc::gen::inRange<std::int64_t>(0, limit); };
        std::vector<Rule> rules;
        for (std::int64_t left = number(6); left > 0; --left) {
            Rule made = rule(static_cast<Action>(number(4)));
            made.factorMicro = number(3'000'000);
            made.amountMinor = number(1'000'000);
            made.goesOn = number(2) == 0;
            made.enabled = number(4) != 0;
            if (number(2) == 0)
                made.when.elapsedSeconds = {number(100), std::nullopt};
            rules.push_back(made);
        }
        const Rules list(rules);
        const Usage usage{number(10'000'000), number(1'000'000), number(1'000'000'000)};
        const Rates with{Rate::fromMicro(number(100'000'000)), Rate::fromMicro(number(100'000'000)),
                         Rate::fromMicro(number(100'000'000))};
        const JobFacts job{.elapsedSeconds = number(200)};
        const Cost cost = price(usage, job, with, list, Currency::thb());
        const Charge charge = explain(usage, job, with, list, Currency::thb());
        RC_ASSERT(charge.total == cost.total);
        RC_ASSERT(explain(usage, cost.applied, with, list, Currency::thb()).total == cost.total);
        for (const RuleLine& line : charge.rules) {
            RC_ASSERT(line.applies == ((cost.applied >> (line.place - 1) & 1) != 0));
            RC_ASSERT(line.applies == line.obstacle.empty());
        }
    }));
}

void TestRules::factorsMultiplyWithoutRounding()
{
    // A millionth and back: what lies below a minor unit in between must not get lost.
    const Rule millionth = rule(Action::multiply, [](Rule& r) {
        r.factorMicro = 1;
        r.goesOn = true;
    });
    const Rule back = rule(Action::multiply, [](Rule& r) {
        r.factorMicro = 1'000'000'000;
        r.goesOn = true;
    });
    QCOMPARE(costOf({millionth, back, back}), std::string("100.00"));
    const Charge charge = explain(hundredHours, JobFacts{}, oneEach, Rules({millionth, back, back}), Currency::thb());
    QCOMPARE(toDecimal(charge.rules[0].after, 6), std::string("0.000100"));
    QCOMPARE(toFraction(charge.exact), std::string("100"));
}

void TestRules::anAmountInAnotherCurrencyIsRefused()
{
    const Rules inYen({rule(Action::cap)}, *Currency::parse("JPY"));
    QVERIFY_THROWS_EXCEPTION(Conflict, price(hundredHours, JobFacts{}, oneEach, inYen, Currency::thb()));
}

void TestRules::whatDoesNotFitThrows()
{
    std::vector<Rule> rules(20, rule(Action::multiply, [](Rule& r) {
        r.factorMicro = largestFactorMicro;
        r.goesOn = true;
    }));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, price(hundredHours, JobFacts{}, oneEach, Rules(rules), Currency::thb()));
}

void TestRules::manyFactorsStayExact()
{
    const Rule half = rule(Action::multiply, [](Rule& r) {
        r.factorMicro = 500'000;
        r.goesOn = true;
    });
    const Rule twice = rule(Action::multiply, [](Rule& r) {
        r.factorMicro = 2'000'000;
        r.goesOn = true;
    });
    const Rule cap = rule(Action::cap, [](Rule& r) {
        r.amountMinor = 1'000'000;
        r.goesOn = true;
    });
    std::vector<Rule> rules(20, half);
    rules.push_back(cap);
    rules.insert(rules.end(), 20, twice);
    QCOMPARE(costOf(rules), std::string("100.00"));
    const Charge charge = explain(hundredHours, JobFacts{}, oneEach, Rules(rules), Currency::thb());
    QCOMPARE(toFraction(charge.rules[20].after), std::string("25/262144"));
    QCOMPARE(toDecimal(charge.rules[20].after, 6), std::string("0.000095"));
}

void TestRules::tooManyDigitsThrowWhatCallersKnow()
{
    const std::vector<Rule> rules(Rules::most, rule(Action::multiply, [](Rule& r) {
        r.factorMicro = 1;
        r.goesOn = true;
    }));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, price(hundredHours, JobFacts{}, oneEach, Rules(rules), Currency::thb()));
    const ExactAmount fine{1, 70}; // its denominator alone has more digits than fit
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, rounded(fine, Currency::thb()));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, toDecimal(fine, 6));
    QVERIFY_THROWS_EXCEPTION(AmountTooLarge, toFraction(fine));
}

QTEST_GUILESS_MAIN(TestRules)
#include "tst_rules.moc"
