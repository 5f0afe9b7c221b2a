// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// Where a payment is told of: the conduct may let it tell the truth in one place and not in the other.
enum class Place { event, answer };

/// The JSON that the two providers have for a payment. `url` is this program's own.
Json stripeSession(const Payment& payment, const ReportConduct& report, Place place, const std::string& url);
/// Stripe's payment intent, for those who ask with expand[]=payment_intent.
Json stripeIntent(const Payment& payment);
Json omiseCharge(const Payment& payment, const ReportConduct& report, Place place, const std::string& url);

/// An event that tells of the payment as it stands.
Event eventOf(const Payment& payment, const std::string& type, const ReportConduct& report,
              const std::string& url);

} // namespace hpcbill::fakes
