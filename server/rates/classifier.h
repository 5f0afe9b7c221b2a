// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/rates/tiers.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2
{
class RE2;
}

namespace hpcbill::rates
{

/// The rules of a classifier, ready to be asked. Pure: the same names and rules, the same answers.
class Classifier final
{
public:
    /// Takes rules of which patternFault() has nothing to say.
    explicit Classifier(std::vector<TierRule> rules);
    ~Classifier();
    Classifier(Classifier&&) noexcept;

    /// The place, from 0, of the first rule that matches the name.
    [[nodiscard]] std::optional<std::size_t> decide(std::string_view user) const;
    /// Whether the rule at this place, from 0, matches the name.
    [[nodiscard]] bool matches(std::size_t place, std::string_view user) const;
    [[nodiscard]] const std::vector<TierRule>& rules() const { return m_rules; }

private:
    std::vector<TierRule> m_rules;
    std::vector<std::unique_ptr<re2::RE2>> m_expressions; ///< by rule; null for those that are none
};

/// The longest pattern, in bytes, and the most rules.
constexpr std::size_t longestPattern = 200;
constexpr std::size_t mostTierRules = 200;

/// What is wrong with a pattern, as a sentence; nothing where it is good.
std::optional<std::string> patternFault(TierMatch match, const std::string& pattern);

} // namespace hpcbill::rates
