// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// /v1/checkout/sessions. `url` is this program's own.
Reply answerStripe(Ledger& ledger, const Ask& ask, const std::string& url);

/// What Stripe answers when it fails: what it told the same Idempotency-Key before, else the failure, which it
/// will tell again as it does any answer.
Reply failStripe(Ledger& ledger, const Ask& ask, const Reply& failure);

} // namespace hpcbill::fakes
