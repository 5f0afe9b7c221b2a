// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/currency.h"
#include "common/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hpcbill
{

/// An amount in minor units of one currency (THB 12.34 is 1234). May be negative: credit notes.
class Money final
{
public:
    constexpr Money(std::int64_t minorUnits, Currency currency)
        : m_minorUnits(minorUnits)
        , m_currency(currency)
    {
    }

    [[nodiscard]] std::int64_t minorUnits() const { return m_minorUnits; }
    [[nodiscard]] const Currency& currency() const { return m_currency; }

    /// Both throw Conflict("currency_mismatch") across currencies and AmountTooLarge on overflow.
    Money& operator+=(const Money& other);
    Money& operator-=(const Money& other);
    friend Money operator+(Money left, const Money& right) { return left += right; }
    friend Money operator-(Money left, const Money& right) { return left -= right; }

    bool operator==(const Money&) const = default;

private:
    std::int64_t m_minorUnits;
    Currency m_currency;
};

/// Reads "12.34", "-0.50": exactly as many decimals as the currency has, no sign '+', no spaces, no
/// separators. The error is a sentence for the field at fault.
Result<Money, std::string> parseMoney(std::string_view text, const Currency& currency);

/// "12.34" for THB, "12" for JPY, "12.345" for KWD. parseMoney(toDecimal(m), m.currency()) is m.
std::string toDecimal(const Money& money);

} // namespace hpcbill
