// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace hpcbill::support
{

/// A message of Stripe's about a Checkout Session: that it was paid, so much in THB; our payment's number is the
/// session's reference.
std::string stripePaid(const std::string& event, const std::string& session, std::int64_t satang, const std::string& reference = {});
/// That the bank refused after the session was complete.
std::string stripeFailed(const std::string& event, const std::string& session, std::int64_t satang);

/// The header `Stripe-Signature` of the body, made now.
std::string stripeSignature(const std::string& body, const std::string& secret);

/// So many pending receipts, each with a payment of Stripe's session `cs_N` over N % 1000 + 1 satang, N from 1: SQL for
/// the superuser of a database that a server has opened.
std::string pendingStripePayments(std::int64_t count);

} // namespace hpcbill::support
