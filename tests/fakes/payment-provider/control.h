// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/fakes/payment-provider/ledger.h"

#include <string>

namespace hpcbill::fakes
{

/// /control: how a test or a demo moves this program. README.md has it all. `url` is this program's own.
Reply answerControl(Ledger& ledger, const Ask& ask, const std::string& url);

} // namespace hpcbill::fakes
