// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/currency.h"

#include <algorithm>
#include <iterator>

namespace hpcbill
{
namespace
{

// ISO 4217, list one (active codes), by their number of minor digits. Two digits are the rule.
constexpr std::string_view zeroDigits[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                           "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::string_view threeDigits[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
constexpr std::string_view fourDigits[] = {"CLF", "UYW"};
constexpr std::string_view twoDigits[] = {
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD",
    "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW",
    "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR",
    "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR",
    "ILS", "INR", "IRR", "JMD", "KES", "KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV",
    "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN",
    "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD",
    "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH",
    "USD", "USN", "UYU", "UZS", "VED", "VES", "WST", "XCD", "YER", "ZAR", "ZMW"};

template <std::size_t N>
bool holds(const std::string_view (&codes)[N], std::string_view code)
{
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

} // namespace

Result<Currency, std::string> Currency::parse(std::string_view code)
{
    int digits = -1;
    if (holds(twoDigits, code))
        digits = 2;
    else if (holds(zeroDigits, code))
        digits = 0;
    else if (holds(threeDigits, code))
        digits = 3;
    else if (holds(fourDigits, code))
        digits = 4;
    if (digits < 0)
        return fail(std::string("must be a currency code of ISO 4217 in capitals, like THB"));
    return Currency{{code[0], code[1], code[2]}, digits};
}

std::int64_t Currency::minorPerMajor() const
{
    std::int64_t power = 1;
    for (int digit = 0; digit < m_minorDigits; ++digit)
        power *= 10;
    return power;
}

} // namespace hpcbill
