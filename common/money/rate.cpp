// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/rate.h"

#include "common/invariant.h"
#include "common/money/decimal.h"

namespace hpcbill
{
namespace
{

constexpr int ratePlaces = 6;

} // namespace

Rate Rate::fromMicro(std::int64_t microPerHour)
{
    invariant(microPerHour >= 0, "a rate is negative");
    return Rate(microPerHour);
}

Result<Rate, std::string> parseRate(std::string_view text)
{
    constexpr std::string_view expected =
        "must be a decimal number from 0 with at most six decimals, like 1.250000";
    const std::optional<Decimal> decimal = parseDecimal(text);
    if (!decimal || decimal->places > ratePlaces)
        return fail(std::string(expected));
    std::int64_t micro = decimal->units;
    for (int place = decimal->places; place < ratePlaces; ++place) {
        if (__builtin_mul_overflow(micro, 10, &micro))
            return fail(std::string("is too large for a rate"));
    }
    return Rate::fromMicro(micro);
}

std::string toDecimal(const Rate& rate)
{
    return decimalText(rate.microPerHour(), ratePlaces);
}

} // namespace hpcbill
