// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/money/money.h"

#include "common/error.h"
#include "common/money/decimal.h"

namespace hpcbill
{
namespace
{

void requireSame(const Currency& left, const Currency& right)
{
    if (left != right)
        throw Conflict("currency_mismatch", "Amounts in " + std::string(left.code()) + " and " +
                                                std::string(right.code()) + " cannot be added.");
}

} // namespace

Money& Money::operator+=(const Money& other)
{
    requireSame(m_currency, other.m_currency);
    if (__builtin_add_overflow(m_minorUnits, other.m_minorUnits, &m_minorUnits))
        throw AmountTooLarge("The sum of two amounts is out of range.");
    return *this;
}

Money& Money::operator-=(const Money& other)
{
    requireSame(m_currency, other.m_currency);
    if (__builtin_sub_overflow(m_minorUnits, other.m_minorUnits, &m_minorUnits))
        throw AmountTooLarge("The difference of two amounts is out of range.");
    return *this;
}

Result<Money, std::string> parseMoney(std::string_view text, const Currency& currency)
{
    const bool negative = text.starts_with('-');
    const std::optional<Decimal> decimal = parseDecimal(negative ? text.substr(1) : text);
    if (!decimal || decimal->places != currency.minorDigits())
        return fail("must be an amount in " + std::string(currency.code()) + " with exactly " +
                    std::to_string(currency.minorDigits()) + " decimals, like " +
                    decimalText(12 * currency.minorPerMajor(), currency.minorDigits()));
    return Money(negative ? -decimal->units : decimal->units, currency);
}

std::string toDecimal(const Money& money)
{
    return decimalText(money.minorUnits(), money.currency().minorDigits());
}

} // namespace hpcbill
