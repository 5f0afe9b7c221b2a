// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/tier_json.h"

#include "common/api/json.h"
#include "server/http/json.h"
#include "server/rates/classifier.h"

#include <fmt/format.h>

namespace hpcbill::rates
{
namespace
{

TierRule readRule(http::JsonObject& body)
{
    TierRule rule;
    const std::string code = body.text("match");
    const auto match = parseTierMatch(code);
    if (!match && !code.empty())
        body.refuse("match", "exact, suffix, glob or regex");
    rule.match = match.value_or(TierMatch::exact);
    rule.pattern = body.text("pattern", {.min = 1, .max = longestPattern});
    if (match && !rule.pattern.empty()) {
        if (const auto fault = patternFault(*match, rule.pattern))
            body.refuse("pattern", *fault);
    }
    rule.tier = body.text("tier", {.min = 1, .max = 32});
    return rule;
}

/// Who gave the tier, when and why; nulls where nobody did.
nlohmann::ordered_json originOf(const std::optional<AssignedTier>& assigned)
{
    const auto text = [&assigned](std::string AssignedTier::*member) {
        return assigned ? nlohmann::ordered_json((*assigned).*member) : nlohmann::ordered_json(nullptr);
    };
    return {{"author", text(&AssignedTier::author)},
            {"reason", text(&AssignedTier::reason)},
            {"created_at", api::toJson(assigned ? std::optional(assigned->createdAt) : std::nullopt)},
            {"etag", assigned ? nlohmann::ordered_json(etagOf(*assigned)) : nlohmann::ordered_json(nullptr)}};
}

} // namespace

nlohmann::ordered_json toJson(const std::vector<TierRule>& rules)
{
    auto list = nlohmann::ordered_json::array();
    for (const TierRule& rule : rules)
        list.push_back({{"match", codeOf(rule.match)}, {"pattern", rule.pattern}, {"tier", rule.tier}});
    return list;
}

std::vector<TierRule> readTierRules(http::JsonObject& body)
{
    std::vector<TierRule> rules;
    for (http::JsonObject& rule : body.objects("rules")) {
        if (rules.size() == mostTierRules) {
            body.refuse("rules", fmt::format("at most {}", mostTierRules));
            break;
        }
        rules.push_back(readRule(rule));
    }
    return rules;
}

std::vector<TierRule> parseTierRules(std::string_view json)
{
    http::JsonBody body(fmt::format(R"({{"rules":{}}})", json));
    std::vector<TierRule> rules = readTierRules(body.root());
    body.finish();
    return rules;
}

nlohmann::ordered_json toJson(const TierRuleVersion& version)
{
    return {{"rules", toJson(version.rules)},
            {"author", version.author},
            {"reason", version.reason},
            {"created_at", toRfc3339(version.createdAt)},
            {"etag", etagOf(version)}};
}

nlohmann::ordered_json toJson(const TierDecision& decision)
{
    nlohmann::ordered_json json{{"user", decision.user},
                                {"tier", decision.tier},
                                {"source", codeOf(decision.source)},
                                {"natural_tier", decision.naturalTier},
                                {"rule", api::orNull(decision.place)},
                                {"pattern", api::orNull(decision.pattern)}};
    json.update(originOf(decision.assigned));
    return json;
}

nlohmann::ordered_json toJson(const TierEffect& effect)
{
    auto removed = nlohmann::ordered_json::array();
    for (const AssignedTier& one : effect.removed)
        removed.push_back({{"user", one.name}, {"tier", one.tier}});
    return {{"users_changed", effect.usersChanged}, {"overrides_removed", std::move(removed)}};
}

nlohmann::ordered_json toJson(const std::vector<Tier>& tiers)
{
    auto list = nlohmann::ordered_json::array();
    for (const Tier& tier : tiers)
        list.push_back({{"name", tier.name}, {"receipt_prefix", tier.receiptPrefix}, {"is_default", tier.isDefault}});
    return list;
}

nlohmann::ordered_json accountJson(const AssignedTier& account)
{
    nlohmann::ordered_json json{{"account", account.name}, {"tier", account.tier}};
    json.update(originOf(account));
    return json;
}

} // namespace hpcbill::rates
