// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/currency.h"
#include "common/money/money.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <cstdint>
#include <string>

namespace hpcbill::pricing
{

/// 128 bits: the widest sum, 100 years of 10^6 CPUs at a rate of 10^9 per hour, needs 113 of them.
__extension__ typedef __int128 Int128;

/// Room for that sum after several rules have multiplied it; overflow throws instead of wrapping.
using Int256 = boost::multiprecision::checked_int256_t;

/// 3600 s x 1024 MiB x 10^6 micro-units: over it every product of seconds and a rate is whole.
constexpr std::int64_t exactDenominator = std::int64_t{3600} * 1024 * 1'000'000;

/// An amount before rounding: `numerator` over exactDenominator x 10^decimals, in major units of the currency.
struct ExactAmount {
    Int256 numerator = 0;
    int decimals = 0; ///< what factors of rules have added to the denominator

    bool operator==(const ExactAmount&) const = default;
};

/// The amount times `micro` millionths. Throws AmountTooLarge.
ExactAmount multiplied(const ExactAmount& amount, std::int64_t micro);

/// The same amount without the rounding that Money has had.
ExactAmount exactly(const Money& money);

/// Of two amounts the smaller, of equal ones the first. Throws AmountTooLarge.
ExactAmount smallerOf(const ExactAmount& a, const ExactAmount& b);
ExactAmount largerOf(const ExactAmount& a, const ExactAmount& b);

/// The one rounding of a job: to the currency's minor unit, half to even. Throws AmountTooLarge.
Money rounded(const ExactAmount& amount, const Currency& currency);
/// The same of a sum that no rule has touched.
Money rounded(Int128 numerator, const Currency& currency);

/// The amount with `places` decimals (0 to 18), half to even. For showing; sums are made before rounding.
std::string toDecimal(const ExactAmount& amount, int places);

/// The amount as a fraction in lowest terms, "1250/9"; whole amounts have no denominator.
std::string toFraction(const ExactAmount& amount);

/// `numerator` / `denominator` to the nearest whole number, a half to the even one. `denominator` is positive.
template <typename Integer>
Integer dividedHalfToEven(const Integer& numerator, const Integer& denominator)
{
    Integer quotient = numerator / denominator; // towards zero
    const Integer remainder = numerator - quotient * denominator; // one division instead of two
    const Integer magnitude = remainder < 0 ? Integer(-remainder) : remainder;
    const Integer complement = denominator - magnitude;
    if (magnitude > complement || (magnitude == complement && quotient % 2 != 0))
        quotient += numerator < 0 ? -1 : 1;
    return quotient;
}

} // namespace hpcbill::pricing
