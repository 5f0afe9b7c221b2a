// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace hpcbill::http
{

/// Text as a cell of CSV (RFC 4180), always in quotes. What a spreadsheet would take for a formula is led by
/// an apostrophe (OWASP, "CSV Injection").
std::string csvCell(std::string_view text);

} // namespace hpcbill::http
