// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/decimal.h"

namespace hpcbill
{

std::optional<Decimal> parseDecimal(std::string_view text)
{
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (whole.empty() || (point != std::string_view::npos && fraction.empty()))
        return std::nullopt;
    if (whole.size() > 1 && whole.front() == '0')
        return std::nullopt;
    constexpr std::size_t mostPlaces = 18; // 10^18 is the largest power of ten that fits
    if (fraction.size() > mostPlaces)
        return std::nullopt;

    Decimal decimal;
    decimal.places = static_cast<int>(fraction.size());
    for (const std::string_view part : {whole, fraction}) {
        for (const char c : part) {
            if (c < '0' || c > '9')
                return std::nullopt;
            if (__builtin_mul_overflow(decimal.units, 10, &decimal.units) ||
                __builtin_add_overflow(decimal.units, c - '0', &decimal.units))
                return std::nullopt;
        }
    }
    return decimal;
}

std::string decimalText(std::int64_t units, int places)
{
    // The magnitude is taken unsigned: the smallest int64 has no positive counterpart.
    std::uint64_t magnitude =
        units < 0 ? ~static_cast<std::uint64_t>(units) + 1 : static_cast<std::uint64_t>(units);
    std::string reversed;
    int digits = 0;
    do {
        if (digits == places && places > 0)
            reversed += '.';
        reversed += static_cast<char>('0' + magnitude % 10);
        magnitude /= 10;
        ++digits;
    } while (magnitude != 0 || digits <= places);
    if (units < 0)
        reversed += '-';
    return {reversed.rbegin(), reversed.rend()};
}

} // namespace hpcbill
