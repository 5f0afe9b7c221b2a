// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/pricing.h"

#include "common/error.h"
#include "common/invariant.h"
#include "common/money/decimal.h"

#include <algorithm>
#include <limits>

namespace hpcbill::pricing
{
namespace
{

// Over exactDenominator a CPU- or GPU-second counts 1024 times, a MiB-second once.
constexpr std::int64_t mibPerGib = 1024;

[[noreturn]] void tooLarge()
{
    throw AmountTooLarge("The cost of a job is out of range; check its usage and the rates.");
}

Int128 product(std::int64_t seconds, const Rate& rate, std::int64_t weight)
{
    Int128 result = static_cast<Int128>(seconds) * rate.microPerHour(); // two 63-bit factors always fit
    if (__builtin_mul_overflow(result, static_cast<Int128>(weight), &result))
        tooLarge();
    return result;
}

Int128 sum(Int128 left, Int128 right)
{
    Int128 result = 0;
    if (__builtin_add_overflow(left, right, &result))
        tooLarge();
    return result;
}

/// The one rounding: to the nearest whole number, a half to the even one. `denominator` is positive.
Int128 dividedHalfToEven(Int128 numerator, Int128 denominator)
{
    Int128 quotient = numerator / denominator; // towards zero
    const Int128 remainder = numerator % denominator;
    const Int128 magnitude = remainder < 0 ? -remainder : remainder;
    const Int128 complement = denominator - magnitude;
    if (magnitude > complement || (magnitude == complement && quotient % 2 != 0))
        quotient += numerator < 0 ? -1 : 1;
    return quotient;
}

std::string digits(Int128 value)
{
    const bool negative = value < 0;
    std::string reversed;
    do {
        const int digit = static_cast<int>(value % 10);
        reversed += static_cast<char>('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative)
        reversed += '-';
    return {reversed.rbegin(), reversed.rend()};
}

std::int64_t microHours(std::int64_t seconds, std::int64_t perHour)
{
    // An hour has fewer seconds than micro-hours, so from 3 x 10^16 seconds on the result does not fit.
    const Int128 micro = dividedHalfToEven(static_cast<Int128>(seconds) * 1'000'000, perHour);
    if (micro > std::numeric_limits<std::int64_t>::max() || micro < std::numeric_limits<std::int64_t>::min())
        throw AmountTooLarge("A number of hours is out of range.");
    return static_cast<std::int64_t>(micro);
}

} // namespace

std::string_view codeOf(Resource resource)
{
    switch (resource) {
    case Resource::cpu:
        return "cpu";
    case Resource::gpu:
        return "gpu";
    case Resource::mem:
        return "mem";
    }
    violated("a resource without a name", std::source_location::current());
}

Charge price(const Usage& usage, const Rates& rates, const Currency& currency)
{
    invariant(usage.cpuSeconds >= 0 && usage.gpuSeconds >= 0 && usage.memoryMibSeconds >= 0,
              "usage is negative");
    const ChargeLine cpu{
        Resource::cpu, usage.cpuSeconds, rates.cpu, {product(usage.cpuSeconds, rates.cpu, mibPerGib)}};
    const ChargeLine gpu{
        Resource::gpu, usage.gpuSeconds, rates.gpu, {product(usage.gpuSeconds, rates.gpu, mibPerGib)}};
    const ChargeLine mem{
        Resource::mem, usage.memoryMibSeconds, rates.mem, {product(usage.memoryMibSeconds, rates.mem, 1)}};
    const ExactAmount exact{sum(sum(cpu.exact.numerator, gpu.exact.numerator), mem.exact.numerator)};

    // The denominator holds 10^6, and no currency has more than four decimals: this division leaves no rest.
    const Int128 minor = dividedHalfToEven(exact.numerator, exactDenominator / currency.minorPerMajor());
    if (minor > std::numeric_limits<std::int64_t>::max())
        tooLarge();
    return {Money(static_cast<std::int64_t>(minor), currency), {cpu, gpu, mem}, exact};
}

std::string toDecimal(const ExactAmount& amount, int places)
{
    invariant(places >= 0 && places <= 18, "decimals of an exact amount are 0 to 18");
    // Whole part and rest apart: the numerator times 10^18 would not fit.
    const bool negative = amount.numerator < 0;
    const Int128 whole = amount.numerator / exactDenominator;
    Int128 rest = amount.numerator % exactDenominator;
    Int128 scale = 1;
    for (int place = 0; place < places; ++place)
        scale *= 10;
    // With no decimals the half must look at the whole part to find the even one, so both are rounded
    // together.
    Int128 fraction = dividedHalfToEven((rest < 0 ? -rest : rest) * scale, exactDenominator);
    Int128 magnitude = whole < 0 ? -whole : whole;
    if (places == 0) {
        magnitude = dividedHalfToEven(negative ? -amount.numerator : amount.numerator, exactDenominator);
        fraction = 0;
    } else if (fraction == scale) {
        ++magnitude;
        fraction = 0;
    }
    std::string text = digits(magnitude);
    if (places > 0) {
        const std::string decimals = digits(fraction);
        text += '.' + std::string(static_cast<std::size_t>(places) - decimals.size(), '0') + decimals;
    }
    return negative && (magnitude != 0 || fraction != 0) ? '-' + text : text;
}

std::string toFraction(const ExactAmount& amount)
{
    Int128 a = amount.numerator < 0 ? -amount.numerator : amount.numerator;
    Int128 b = exactDenominator;
    while (a != 0) {
        const Int128 rest = b % a;
        b = a;
        a = rest;
    }
    const Int128 denominator = exactDenominator / b;
    const std::string numerator = digits(amount.numerator / b);
    return denominator == 1 ? numerator : numerator + '/' + digits(denominator);
}

std::string hoursFromSeconds(std::int64_t seconds)
{
    return decimalText(microHours(seconds, 3600), 6);
}

std::string gibHoursFromMibSeconds(std::int64_t mibSeconds)
{
    return decimalText(microHours(mibSeconds, 3600 * mibPerGib), 6);
}

} // namespace hpcbill::pricing
