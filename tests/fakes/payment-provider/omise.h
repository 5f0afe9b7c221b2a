// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// /charges, and the picture of a charge's QR code. `url` is this program's own.
Reply answerOmise(Ledger& ledger, const Ask& ask, const std::string& url);

} // namespace hpcbill::fakes
