// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/result.h"
#include "server/payments/providers/provider.h"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::payments::stripe
{

inline constexpr std::string_view completed = "checkout.session.completed";
inline constexpr std::string_view asyncSucceeded = "checkout.session.async_payment_succeeded";
inline constexpr std::string_view asyncFailed = "checkout.session.async_payment_failed";
inline constexpr std::string_view expired = "checkout.session.expired";

/// What Stripe is told of an amount: whole units of a currency's smallest part as Stripe counts them, which
/// for some currencies is not ISO 4217's. The error says why it takes no such amount; it is never rounded,
/// for then another amount would be paid than is owed.
Result<std::int64_t, std::string> amountFor(const Money& money);
/// The same way back, as a decimal in ISO 4217's digits; none for a currency that is not known. `currency` in
/// capitals.
std::optional<std::string> decimalOf(std::int64_t amount, std::string_view currency);

/// How a Checkout Session stands, its payment intent expanded or not. None for what is no session.
std::optional<ProviderState> stateOf(const nlohmann::json& session);
/// The payment that a session, or another object of ours, is about.
std::optional<PaymentId> paymentOf(const nlohmann::json& object);

/// An Event object.
Result<ProviderEvent, std::string> parseEvent(std::string_view body);

} // namespace hpcbill::payments::stripe
