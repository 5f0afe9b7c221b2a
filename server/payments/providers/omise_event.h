// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"
#include "server/payments/providers/provider.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::payments::omise
{

inline constexpr std::string_view created = "charge.create";
inline constexpr std::string_view completed = "charge.complete";
inline constexpr std::string_view expired = "charge.expire";

/// How a charge stands. None for what is no charge, and for a status that is not known.
std::optional<ProviderState> stateOf(const nlohmann::json& charge);

/// An Event object.
Result<ProviderEvent, std::string> parseEvent(std::string_view body);

} // namespace hpcbill::payments::omise
