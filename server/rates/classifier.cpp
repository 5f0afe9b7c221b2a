// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/classifier.h"

#include "common/invariant.h"
#include "common/pricing/rules.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <array>
#include <utility>

namespace hpcbill::rates
{
namespace
{

constexpr std::array matches{TierMatch::exact, TierMatch::suffix, TierMatch::glob, TierMatch::regex};

// RE2 walks a name once, whatever the expression: its time is bounded by construction, where a limit on the time of another
// library would make the answer depend on how busy the machine is. What it cannot do that way (looking around, back
// references) it refuses. The memory bounds what repetitions such as (a{1000}){1000} may grow to.
re2::RE2::Options options()
{
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(std::int64_t{1} << 20);
    return options;
}

} // namespace

std::string_view codeOf(TierMatch match)
{
    switch (match) {
    case TierMatch::exact:
        return "exact";
    case TierMatch::suffix:
        return "suffix";
    case TierMatch::glob:
        return "glob";
    case TierMatch::regex:
        return "regex";
    }
    return {};
}

std::optional<TierMatch> parseTierMatch(std::string_view code)
{
    for (const TierMatch match : matches) {
        if (codeOf(match) == code)
            return match;
    }
    return std::nullopt;
}

std::optional<std::string> patternFault(TierMatch match, const std::string& pattern)
{
    if (pattern.empty() || pattern.size() > longestPattern)
        return fmt::format("1 to {} bytes", longestPattern);
    if (match != TierMatch::regex)
        return std::nullopt;
    const re2::RE2 expression(pattern, options());
    if (expression.ok())
        return std::nullopt;
    return fmt::format("is no regular expression of RE2, which has neither look-around nor back references: {}", expression.error());
}

Classifier::Classifier(std::vector<TierRule> rules)
    : m_rules(std::move(rules))
{
    for (const TierRule& rule : m_rules) {
        m_expressions.push_back(rule.match == TierMatch::regex ? std::make_unique<re2::RE2>(rule.pattern, options()) : nullptr);
        invariant(m_expressions.back() == nullptr || m_expressions.back()->ok(), "expressions are checked when they are read");
    }
}

Classifier::~Classifier() = default;
Classifier::Classifier(Classifier&&) noexcept = default;

bool Classifier::matches(std::size_t place, std::string_view user) const
{
    const TierRule& rule = m_rules.at(place);
    switch (rule.match) {
    case TierMatch::exact:
        return user == rule.pattern;
    case TierMatch::suffix:
        return user.ends_with(rule.pattern);
    case TierMatch::glob:
        return pricing::matchesGlob(user, rule.pattern);
    case TierMatch::regex:
        return re2::RE2::PartialMatch(re2::StringPiece(user.data(), user.size()), *m_expressions.at(place));
    }
    return false;
}

std::optional<std::size_t> Classifier::decide(std::string_view user) const
{
    for (std::size_t place = 0; place < m_rules.size(); ++place) {
        if (matches(place, user))
            return place;
    }
    return std::nullopt;
}

} // namespace hpcbill::rates
