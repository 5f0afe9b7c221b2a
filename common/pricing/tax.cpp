// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/pricing/tax.h"

#include "common/invariant.h"
#include "common/money/decimal.h"
#include "common/pricing/exact_amount.h"

namespace hpcbill::pricing
{
namespace
{

constexpr int decimals = 6;
constexpr std::int64_t hundredPercent = 100'000'000; // in millionths of a per cent

} // namespace

std::string_view codeOf(TaxMode mode)
{
    switch (mode) {
    case TaxMode::exclusive:
        return "exclusive";
    case TaxMode::inclusive:
        return "inclusive";
    }
    violated("a tax mode without a name", std::source_location::current());
}

std::optional<TaxMode> parseTaxMode(std::string_view code)
{
    for (const TaxMode mode : {TaxMode::exclusive, TaxMode::inclusive}) {
        if (codeOf(mode) == code)
            return mode;
    }
    return std::nullopt;
}

TaxRate TaxRate::fromMicroPercent(std::int64_t microPercent)
{
    invariant(microPercent >= 0 && microPercent <= hundredPercent, "a tax is 0 to 100 per cent");
    return TaxRate(microPercent);
}

Result<TaxRate, std::string> parseTaxRate(std::string_view text)
{
    const std::string wanted = "must be per cent from 0 to 100 with at most six decimals, like 7 or 8.25";
    const auto decimal = parseDecimal(text);
    if (!decimal || decimal->places > decimals)
        return fail(wanted);
    std::int64_t micro = decimal->units;
    for (int place = decimal->places; place < decimals; ++place) {
        if (__builtin_mul_overflow(micro, std::int64_t{10}, &micro))
            return fail(wanted);
    }
    if (micro > hundredPercent)
        return fail(wanted);
    return TaxRate::fromMicroPercent(micro);
}

std::string toDecimal(const TaxRate& rate)
{
    return decimalText(rate.microPercent(), decimals);
}

Taxed taxed(const Money& sum, const TaxRate& rate, TaxMode mode)
{
    invariant(sum.minorUnits() >= 0, "what items come to is not negative");
    // 63 bits times 27 bits. No tax is larger than what it is taken of, so the quotient fits 63 bits again.
    const Int128 product = static_cast<Int128>(sum.minorUnits()) * rate.microPercent();
    const Int128 whole = mode == TaxMode::inclusive ? hundredPercent + rate.microPercent() : hundredPercent;
    const Money tax(static_cast<std::int64_t>(dividedHalfToEven(product, whole)), sum.currency());
    if (mode == TaxMode::inclusive)
        return {sum - tax, tax, sum};
    return {sum, tax, sum + tax};
}

} // namespace hpcbill::pricing
