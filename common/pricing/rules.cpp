// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/rules.h"

#include "common/invariant.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hpcbill::pricing
{
namespace
{

constexpr std::array actions{std::pair{Action::free, std::string_view("free")},
                             std::pair{Action::multiply, std::string_view("multiply")},
                             std::pair{Action::cap, std::string_view("cap")},
                             std::pair{Action::minimum, std::string_view("minimum")}};

bool admits(const Range& range, std::int64_t value)
{
    return (!range.min || value >= *range.min) && (!range.max || value <= *range.max);
}

bool admits(const Names& names, std::string_view text)
{
    return names.empty() || std::any_of(names.begin(), names.end(),
                                        [text](const std::string& name) { return matchesGlob(text, name); });
}

bool admitsOneOf(const Names& names, std::string_view list)
{
    if (names.empty())
        return true;
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (admits(names, list.substr(0, comma)))
            return true;
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return false;
}

} // namespace

std::string_view codeOf(Action action)
{
    const auto found = std::find_if(actions.begin(), actions.end(), [action](const auto& known) { return known.first == action; });
    invariant(found != actions.end(), "an action without a name");
    return found->second;
}

std::optional<Action> parseAction(std::string_view code)
{
    const auto found = std::find_if(actions.begin(), actions.end(), [code](const auto& known) { return known.second == code; });
    return found == actions.end() ? std::nullopt : std::optional(found->first);
}

Rules::Rules(std::vector<Rule> rules, Currency currency)
    : m_rules(std::move(rules))
    , m_currency(currency)
{
    invariant(m_rules.size() <= most, "there are more billing rules than can be told apart");
    for (const Rule& rule : m_rules)
        invariant(rule.factorMicro >= 0 && rule.factorMicro <= largestFactorMicro && rule.amountMinor >= 0,
                  "a billing rule is out of range");
}

AppliedRules Rules::applyingTo(const JobFacts& job) const
{
    AppliedRules applied = 0;
    for (std::size_t place = 0; place < m_rules.size(); ++place) {
        if (!obstacleOf(m_rules[place], job).empty())
            continue;
        applied |= AppliedRules{1} << place;
        if (!m_rules[place].goesOn)
            break;
    }
    return applied;
}

std::string_view obstacleOf(const Rule& rule, const JobFacts& job)
{
    if (!rule.enabled)
        return "disabled";
    const Condition& when = rule.when;
    if (!admits(when.state, job.state))
        return "state";
    // Of a code that is not known nothing can be said: no condition on it holds.
    if (!admits(when.exitCode, job.exitCode) || (job.exitCode < 0 && when.exitCode != Range{}))
        return "exit_code";
    if (!admits(when.elapsedSeconds, job.elapsedSeconds))
        return "elapsed_seconds";
    if (!admits(when.nodes, job.nodes))
        return "nodes";
    if (!admits(when.partition, job.partition))
        return "partition";
    if (!admits(when.qos, job.qos))
        return "qos";
    if (!admits(when.account, job.account))
        return "account";
    if (!admits(when.user, job.user))
        return "user";
    if (!admitsOneOf(when.gpuType, job.gpuTypes))
        return "gpu_type";
    return {};
}

std::vector<Rule> shippedRules()
{
    Rule nodeFailure;
    nodeFailure.name = "node failure is free";
    nodeFailure.when.state = {"NODE_FAIL"};
    Rule bootFailure;
    bootFailure.name = "boot failure is free";
    bootFailure.when.state = {"BOOT_FAIL"};
    return {nodeFailure, bootFailure};
}

bool matchesGlob(std::string_view text, std::string_view pattern)
{
    std::size_t at = 0;
    std::size_t read = 0;
    std::size_t star = std::string_view::npos; // the last `*`, which takes one byte more whenever what follows fails
    std::size_t taken = 0;
    while (at < text.size()) {
        if (read < pattern.size() && pattern[read] == '*') {
            star = read++;
            taken = at;
        } else if (read < pattern.size() && (pattern[read] == '?' || pattern[read] == text[at])) {
            ++read;
            ++at;
        } else if (star != std::string_view::npos) {
            read = star + 1;
            at = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', read) == std::string_view::npos;
}

} // namespace hpcbill::pricing
