// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace hpcbill
{

/// A price per hour of one resource, in millionths of the currency's major unit; never negative.
class Rate final
{
public:
    constexpr Rate() = default;
    /// `microPerHour` below zero is a bug.
    static Rate fromMicro(std::int64_t microPerHour);

    [[nodiscard]] std::int64_t microPerHour() const { return m_microPerHour; }

    auto operator<=>(const Rate&) const = default;

private:
    explicit constexpr Rate(std::int64_t microPerHour)
        : m_microPerHour(microPerHour)
    {
    }

    std::int64_t m_microPerHour = 0;
};

/// Reads "1.25", "0.000001", "3": at most six decimals, no sign, no exponent, no spaces.
/// The error is a sentence for the field at fault.
Result<Rate, std::string> parseRate(std::string_view text);

/// Always six places: "1.250000".
std::string toDecimal(const Rate& rate);

} // namespace hpcbill
