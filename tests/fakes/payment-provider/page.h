// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// GET /pay/{id}: what the payer sees. POST /pay/{id} with action=pay, fail or abandon: what the payer does,
/// and back.
Reply answerPayer(Ledger& ledger, const Ask& ask, const std::string& url);

/// A QR code as SVG.
std::string qrPicture(const std::string& text);

} // namespace hpcbill::fakes
