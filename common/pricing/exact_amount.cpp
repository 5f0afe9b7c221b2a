// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/exact_amount.h"

#include "common/error.h"
#include "common/invariant.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace hpcbill::pricing
{
namespace
{

[[noreturn]] void tooLarge()
{
    throw AmountTooLarge("The cost of a job is out of range; check its usage, the rates and the rules.");
}

/// Checked integers throw std::range_error or std::overflow_error; to callers both are an amount that is too large.
template <typename Compute>
auto checked(Compute compute)
{
    try {
        return compute();
    } catch (const std::range_error&) {
        tooLarge();
    } catch (const std::overflow_error&) {
        tooLarge();
    }
}

Int256 powerOfTen(int exponent)
{
    return checked([&] {
        Int256 power = 1;
        for (int place = 0; place < exponent; ++place)
            power *= 10;
        return power;
    });
}

Int256 denominatorOf(const ExactAmount& amount)
{
    return checked([&]() -> Int256 { return powerOfTen(amount.decimals) * exactDenominator; });
}

bool isSmaller(const ExactAmount& a, const ExactAmount& b)
{
    const int decimals = std::max(a.decimals, b.decimals);
    return checked([&] {
        return a.numerator * powerOfTen(decimals - a.decimals) < b.numerator * powerOfTen(decimals - b.decimals);
    });
}

} // namespace

ExactAmount multiplied(const ExactAmount& amount, std::int64_t micro)
{
    if (micro == 0)
        return {};
    int decimals = 6;
    for (; decimals > 0 && micro % 10 == 0; --decimals) // a half is one decimal: room for more factors
        micro /= 10;
    return checked([&] { return ExactAmount{amount.numerator * micro, amount.decimals + decimals}; });
}

ExactAmount exactly(const Money& money)
{
    return {Int256(money.minorUnits()) * (exactDenominator / money.currency().minorPerMajor()), 0};
}

ExactAmount smallerOf(const ExactAmount& a, const ExactAmount& b)
{
    return isSmaller(b, a) ? b : a;
}

ExactAmount largerOf(const ExactAmount& a, const ExactAmount& b)
{
    return isSmaller(a, b) ? b : a;
}

Money rounded(const ExactAmount& amount, const Currency& currency)
{
    // exactDenominator holds 10^6, and no currency has more than four decimals: this division leaves no rest.
    const Int256 minor = dividedHalfToEven<Int256>(amount.numerator, denominatorOf(amount) / currency.minorPerMajor());
    if (minor > std::numeric_limits<std::int64_t>::max() || minor < std::numeric_limits<std::int64_t>::min())
        tooLarge();
    return {static_cast<std::int64_t>(minor), currency};
}

Money rounded(Int128 numerator, const Currency& currency)
{
    const Int128 minor = dividedHalfToEven<Int128>(numerator, exactDenominator / currency.minorPerMajor());
    if (minor > std::numeric_limits<std::int64_t>::max() || minor < std::numeric_limits<std::int64_t>::min())
        tooLarge();
    return {static_cast<std::int64_t>(minor), currency};
}

std::string toDecimal(const ExactAmount& amount, int places)
{
    invariant(places >= 0 && places <= 18, "decimals of an exact amount are 0 to 18");
    const Int256 denominator = denominatorOf(amount);
    const bool negative = amount.numerator < 0;
    const Int256 magnitude = negative ? -amount.numerator : amount.numerator;
    // Whole part and rest apart: the numerator of a sum times 10^18 need not fit. With no decimals the half must look
    // at the whole part to find the even one.
    Int256 whole = places == 0 ? dividedHalfToEven<Int256>(magnitude, denominator) : magnitude / denominator;
    const Int256 scale = powerOfTen(places);
    Int256 fraction = 0;
    if (places > 0) {
        fraction = checked([&] { return dividedHalfToEven<Int256>(magnitude % denominator * scale, denominator); });
        if (fraction == scale) {
            ++whole;
            fraction = 0;
        }
    }
    std::string text = whole.str();
    if (places > 0) {
        const std::string decimals = fraction.str();
        text += '.' + std::string(static_cast<std::size_t>(places) - decimals.size(), '0') + decimals;
    }
    return negative && (whole != 0 || fraction != 0) ? '-' + text : text;
}

std::string toFraction(const ExactAmount& amount)
{
    const Int256 denominator = denominatorOf(amount);
    const Int256 divisor = boost::multiprecision::gcd(amount.numerator, denominator);
    const Int256 reducedNumerator = amount.numerator / divisor;
    const Int256 reduced = denominator / divisor;
    return reduced == 1 ? reducedNumerator.str() : reducedNumerator.str() + '/' + reduced.str();
}

} // namespace hpcbill::pricing
