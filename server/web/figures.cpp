// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/web/figures.h"

#include "common/pricing/pricing.h"

namespace hpcbill::web
{

std::string grouped(std::string_view decimal)
{
    const std::size_t sign = decimal.starts_with('-') ? 1 : 0;
    const std::size_t point = std::min(decimal.find('.'), decimal.size());
    std::string text(decimal);
    for (std::size_t place = point; place > sign + 3;) {
        place -= 3;
        text.insert(place, ",");
    }
    return text;
}

std::string amountOf(const Money& money)
{
    return grouped(toDecimal(money));
}

std::string amountWithCurrency(const Money& money)
{
    return fmt::format("{} {}", money.currency().code(), amountOf(money));
}

// Both are told to `pricing` as the amount that a rate of 1 per hour would cost, so that there is one
// rounding in the program.
std::string hoursOf(std::int64_t seconds)
{
    return grouped(pricing::toDecimal(pricing::ExactAmount{pricing::Int128{seconds} * 1024 * 1'000'000}, 2));
}

std::string gibHoursOf(std::int64_t mibSeconds)
{
    return grouped(pricing::toDecimal(pricing::ExactAmount{pricing::Int128{mibSeconds} * 1'000'000}, 2));
}

std::string elapsedOf(std::int64_t seconds)
{
    const std::int64_t days = seconds / 86400;
    const std::int64_t hours = seconds / 3600 % 24;
    const std::int64_t minutes = seconds / 60 % 60;
    if (days == 0)
        return fmt::format("{}:{:02}:{:02}", hours, minutes, seconds % 60);
    return fmt::format("{} d {:02}:{:02}:{:02}", days, hours, minutes, seconds % 60);
}

std::string momentOf(const std::optional<UtcTime>& time)
{
    if (!time)
        return "–";
    std::string text = toRfc3339(*time).substr(0, 16);
    text[10] = ' ';
    return text;
}

std::string stateOf(std::string_view code, const Texts& texts)
{
    const std::string_view word = code.substr(0, code.find(' ')); // "CANCELLED by 1000"
    const std::string key = fmt::format("state_{}", word);
    return texts.has(key) ? texts.at(key) : std::string(code);
}

} // namespace hpcbill::web
