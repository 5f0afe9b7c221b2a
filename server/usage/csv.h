// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/usage/usage.h"

#include <functional>
#include <iosfwd>

namespace hpcbill::usage
{

/// Writes jobs as CSV (RFC 4180), with a heading, one after another as `source` hands them to the function that it is given.
/// Text that a spreadsheet would take for a formula is led by an apostrophe.
void writeCsv(std::ostream& out, const std::function<void(const std::function<void(const Job&)>&)>& source);

} // namespace hpcbill::usage
