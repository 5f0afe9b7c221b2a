// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>

namespace hpcbill::client
{

/// Exact decimals as text (`-1234.50`), the form in which money, rates and hours travel. Nothing here makes
/// a floating-point number of them.

/// True for an optional minus, digits, and optionally a point and digits.
bool isDecimal(const QString& text);

/// The same digits as the language writes them: grouped by thousands, its decimal point. What is no decimal
/// is returned as it is.
QString localized(const QString& decimal, const QLocale& locale);

/// The same, cut after `places` decimals where all that follows are zeros anyway; never rounds.
QString localizedShort(const QString& decimal, int placesMin, const QLocale& locale);

/// The same with no more than `places` decimals, half away from zero: for quantities in a narrow column, beside
/// which the exact figure can be had. Never for money.
QString localizedRounded(const QString& decimal, int places, const QLocale& locale);

/// Negative, zero or positive, as a is less than, equal to or greater than b. What is no decimal is least.
int compareDecimals(const QString& a, const QString& b);

/// What somebody typed, in plain form: grouping and spaces removed, a decimal comma of the language made a
/// point.
QString plainDecimal(const QString& typed, const QLocale& locale);

} // namespace hpcbill::client
