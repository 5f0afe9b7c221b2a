// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/rates/tiers.h"

#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

namespace hpcbill::http
{
class JsonObject;
}

namespace hpcbill::rates
{

/// The rules as the API tells them and as versions keep them.
nlohmann::ordered_json toJson(const std::vector<TierRule>& rules);
/// Reads what that wrote.
std::vector<TierRule> parseTierRules(std::string_view json);
/// Reads the member `rules` of a body: what is wrong is noted with its place ("rules[2].pattern").
std::vector<TierRule> readTierRules(http::JsonObject& body);

nlohmann::ordered_json toJson(const TierRuleVersion& version);
/// An override, with the tier that the user would have without it.
nlohmann::ordered_json toJson(const TierDecision& decision);
nlohmann::ordered_json toJson(const TierEffect& effect);
nlohmann::ordered_json toJson(const std::vector<Tier>& tiers);
nlohmann::ordered_json accountJson(const AssignedTier& account);

} // namespace hpcbill::rates
