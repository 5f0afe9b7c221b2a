// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/pricing/rules.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace hpcbill::http
{
class JsonObject;
}

namespace hpcbill::rates
{

/// The list as the API tells it and as versions keep it.
nlohmann::ordered_json toJson(const pricing::Rules& rules);

/// Reads the member `rules` of a body. What is wrong is noted with its place ("rules[2].when.state"); the result
/// then lacks it. Amounts are in `currency`.
pricing::Rules readRules(http::JsonObject& body, const Currency& currency);

/// Reads what toJson() wrote.
pricing::Rules parseRules(std::string_view json, const Currency& currency);

} // namespace hpcbill::rates
