// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/time/time.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace hpcbill::api
{

/// {"amount":"12.34","currency":"THB"}
nlohmann::ordered_json toJson(const Money& money);

/// RFC 3339 in UTC, or null.
nlohmann::ordered_json toJson(const std::optional<UtcTime>& time);

/// The value, or null.
template <typename T>
nlohmann::ordered_json orNull(const std::optional<T>& value)
{
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

} // namespace hpcbill::api
