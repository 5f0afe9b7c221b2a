// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"
#include "server/payments/providers/provider.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::payments
{

/// Reads what providers send, of which nothing is certain: what is not there and what is of another type are
/// both none, and nothing throws.

/// An object of JSON. The error is a sentence.
Result<nlohmann::json, std::string> parseObject(std::string_view text);

using JsonPath = std::initializer_list<const char*>;
std::optional<std::string> textAt(const nlohmann::json& json, JsonPath path);
/// An id or a code: 1 to 255 visible characters, so that it fits an index and a log.
std::optional<std::string> wordAt(const nlohmann::json& json, JsonPath path);
std::optional<std::int64_t> integerAt(const nlohmann::json& json, JsonPath path);
bool isTrueAt(const nlohmann::json& json, JsonPath path);
/// Null where nothing is.
const nlohmann::json& valueAt(const nlohmann::json& json, JsonPath path);

/// Our own reference, as providers give it back: a positive number in plain digits.
std::optional<PaymentId> parsePaymentId(const std::optional<std::string>& text);

/// "THB" for "thb".
std::string upperCase(std::string text);

} // namespace hpcbill::payments
