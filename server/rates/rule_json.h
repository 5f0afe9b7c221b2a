// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/pricing/rules.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace hpcbill::rates
{

/// The list as the API tells it and as versions keep it.
nlohmann::ordered_json toJson(const pricing::Rules& rules);

/// Reads what toJson() wrote.
pricing::Rules parseRules(std::string_view json, const Currency& currency);

} // namespace hpcbill::rates
