// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace hpcbill
{

/// A currency of ISO 4217: its code and how many decimals its minor unit has (THB 2, JPY 0, KWD 3).
class Currency final
{
public:
    /// Refuses what ISO 4217 does not list, and lower case.
    static Result<Currency, std::string> parse(std::string_view code);

    /// The default of the product.
    static constexpr Currency thb() { return Currency{{'T', 'H', 'B'}, 2}; }

    [[nodiscard]] std::string_view code() const { return {m_code.data(), m_code.size()}; }
    [[nodiscard]] int minorDigits() const { return m_minorDigits; }
    /// 10 to the power of minorDigits(): minor units in one major unit.
    [[nodiscard]] std::int64_t minorPerMajor() const;

    bool operator==(const Currency&) const = default;

private:
    constexpr Currency(std::array<char, 3> code, int minorDigits)
        : m_code(code)
        , m_minorDigits(minorDigits)
    {
    }

    std::array<char, 3> m_code;
    int m_minorDigits;
};

} // namespace hpcbill
