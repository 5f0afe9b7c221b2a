// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/rule_json.h"

#include "common/error.h"
#include "common/money/decimal.h"
#include "common/money/rate.h"
#include "common/pricing/exact_amount.h"
#include "server/http/json.h"
#include "server/rates/rates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace hpcbill::rates
{
namespace
{

using pricing::Action;
using pricing::Condition;
using pricing::Names;
using pricing::Range;
using pricing::Rule;

constexpr std::size_t mostNames = 200;
constexpr std::size_t longestName = 200;

struct NamesField {
    std::string_view name;
    Names Condition::*member;
};
constexpr std::array namesFields{NamesField{"state", &Condition::state},         NamesField{"partition", &Condition::partition},
                                 NamesField{"qos", &Condition::qos},             NamesField{"account", &Condition::account},
                                 NamesField{"user", &Condition::user},           NamesField{"gpu_type", &Condition::gpuType}};

struct RangeField {
    std::string_view name;
    Range Condition::*member;
};
constexpr std::array rangeFields{RangeField{"exit_code", &Condition::exitCode},
                                 RangeField{"elapsed_seconds", &Condition::elapsedSeconds},
                                 RangeField{"nodes", &Condition::nodes}};

std::string_view thenOf(const Rule& rule)
{
    return rule.goesOn ? "continue" : "stop";
}

nlohmann::ordered_json toJson(const Condition& when)
{
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    for (const NamesField& field : namesFields) {
        if (!(when.*field.member).empty())
            json[std::string(field.name)] = when.*field.member;
    }
    for (const RangeField& field : rangeFields) {
        const Range& range = when.*field.member;
        nlohmann::ordered_json bounds = nlohmann::ordered_json::object();
        if (range.min)
            bounds["min"] = *range.min;
        if (range.max)
            bounds["max"] = *range.max;
        if (!bounds.empty())
            json[std::string(field.name)] = std::move(bounds);
    }
    return json;
}

Names readNames(http::JsonObject& when, std::string_view field)
{
    Names names = when.texts(field);
    if (names.empty() || names.size() > mostNames)
        when.refuse(field, fmt::format("1 to {} names or patterns; leave the field out to match everything", mostNames));
    if (std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty() || name.size() > longestName; }))
        when.refuse(field, fmt::format("each of 1 to {} bytes", longestName));
    return names;
}

Range readRange(http::JsonObject& when, std::string_view field)
{
    http::JsonObject bounds = when.object(field);
    const Range range{.min = bounds.optionalInteger("min"), .max = bounds.optionalInteger("max")};
    if (!range.min && !range.max)
        when.refuse(field, "min, max, or both");
    if (range.min && range.max && *range.min > *range.max)
        bounds.refuse("max", "lies below min: no job would match");
    return range;
}

Condition readCondition(http::JsonObject& rule)
{
    Condition condition;
    if (!rule.has("when"))
        return condition;
    http::JsonObject when = rule.object("when");
    for (const NamesField& field : namesFields) {
        if (when.has(field.name))
            condition.*field.member = readNames(when, field.name);
    }
    for (const RangeField& field : rangeFields) {
        if (when.has(field.name))
            condition.*field.member = readRange(when, field.name);
    }
    return condition;
}

std::int64_t readFactor(http::JsonObject& rule)
{
    const std::string text = rule.decimal("factor");
    if (text.empty())
        return 0;
    const auto factor = parseRate(text);
    if (factor && factor->microPerHour() <= pricing::largestFactorMicro)
        return factor->microPerHour();
    rule.refuse("factor", "0 to 1000 with at most six decimals, such as \"0.5\"");
    return 0;
}

std::int64_t readAmount(http::JsonObject& rule, const Currency& currency)
{
    const std::string text = rule.decimal("amount");
    if (text.empty())
        return 0;
    const auto amount = parseMoney(text, currency);
    if (amount && amount->minorUnits() >= 0)
        return amount->minorUnits();
    rule.refuse("amount", amount ? std::string("is less than nothing") : amount.error());
    return 0;
}

Rule readRule(http::JsonObject& body, const Currency& currency)
{
    Rule rule;
    rule.name = body.text("name", {.min = 1, .max = 200});
    rule.enabled = body.optionalBoolean("enabled").value_or(true);
    rule.when = readCondition(body);
    const std::string code = body.text("action");
    const auto action = pricing::parseAction(code);
    if (!action && !code.empty())
        body.refuse("action", "free, multiply, cap or minimum");
    rule.action = action.value_or(Action::free);
    if (rule.action == Action::multiply)
        rule.factorMicro = readFactor(body);
    if (rule.action == Action::cap || rule.action == Action::minimum)
        rule.amountMinor = readAmount(body, currency);
    const std::string then = body.optionalText("then").value_or("stop");
    if (then != "stop" && then != "continue")
        body.refuse("then", "stop (the first match decides) or continue (later rules are looked at too)");
    rule.goesOn = then == "continue";
    return rule;
}

std::vector<Rule> readList(http::JsonObject& body, const Currency& currency)
{
    std::vector<Rule> rules;
    for (http::JsonObject& rule : body.objects("rules"))
        rules.push_back(readRule(rule, currency));
    if (rules.size() > pricing::Rules::most) {
        body.refuse("rules", fmt::format("at most {}", pricing::Rules::most));
        rules.resize(pricing::Rules::most);
    }
    return rules;
}

/// Whether the largest amount of all stays exact on every way through the list: whatever the jobs are, its factors then
/// have room for all of their digits.
bool staysExact(const std::vector<Rule>& rules, const Currency& currency)
{
    const auto largest = pricing::exactly(Money(std::numeric_limits<std::int64_t>::max(), currency));
    pricing::ExactAmount amount = largest;
    try {
        for (const Rule& rule : rules) {
            if (!rule.enabled || rule.action != Action::multiply || rule.factorMicro == 0)
                continue;
            const pricing::ExactAmount after = pricing::multiplied(amount, rule.factorMicro);
            pricing::largerOf(after, largest); // as a later cap or minimum does
            pricing::toDecimal(after, 6);      // as it is shown
            if (rule.goesOn)
                amount = after;
        }
    } catch (const AmountTooLarge&) {
        return false;
    }
    return true;
}

} // namespace

nlohmann::ordered_json toJson(const pricing::Rules& rules)
{
    auto list = nlohmann::ordered_json::array();
    for (const Rule& rule : rules.list()) {
        nlohmann::ordered_json json{
            {"name", rule.name}, {"enabled", rule.enabled}, {"when", toJson(rule.when)}, {"action", codeOf(rule.action)}};
        if (rule.action == Action::multiply)
            json["factor"] = decimalText(rule.factorMicro, 6);
        if (rule.action == Action::cap || rule.action == Action::minimum)
            json["amount"] = toDecimal(rules.amountOf(rule));
        json["then"] = thenOf(rule);
        list.push_back(std::move(json));
    }
    return list;
}

pricing::Rates readRates(http::JsonObject& body)
{
    const auto read = [&body](std::string_view field) {
        const std::string decimal = body.decimal(field);
        if (decimal.empty())
            return Rate{};
        const auto rate = parseRate(decimal);
        if (!rate) {
            body.refuse(field, rate.error());
            return Rate{};
        }
        return *rate;
    };
    return {.cpu = read("cpu"), .gpu = read("gpu"), .mem = read("mem")};
}

pricing::Rules readRules(http::JsonObject& body, const Currency& currency)
{
    std::vector<Rule> rules = readList(body, currency);
    if (!staysExact(rules, currency))
        body.refuse("rules", "the factors of rules that go on have too many digits together: amounts could not stay exact. Let rules "
                             "that exclude each other stop (\"then\": \"stop\"), or join several factors in one rule");
    return pricing::Rules(std::move(rules), currency);
}

pricing::Rules parseRules(std::string_view json, const Currency& currency)
{
    http::JsonBody body(fmt::format(R"({{"rules":{}}})", json));
    std::vector<Rule> rules = readList(body.root(), currency); // what was in force once has to be read, whatever is refused by now
    body.finish();
    return pricing::Rules(std::move(rules), currency);
}

} // namespace hpcbill::rates
