// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill
{

/// A decimal number as it was written: 12.30 has units 1230 and two places.
struct Decimal {
    std::int64_t units = 0;
    int places = 0;
};

/// Reads an unsigned decimal: digits, and after a point at least one more. Nothing for signs, exponents,
/// spaces, for leading zeros ("007"), for more than 18 places and for what does not fit. `units` counts in the
/// last place that was written.
std::optional<Decimal> parseDecimal(std::string_view text);

/// `units` in steps of 10^-places as text: (1230, 2) is "12.30". Negative units get a minus sign.
std::string decimalText(std::int64_t units, int places);

} // namespace hpcbill
