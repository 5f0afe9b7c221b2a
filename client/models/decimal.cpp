// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/decimal.h"

#include <QRegularExpression>

namespace hpcbill::client
{

namespace
{

struct Parts {
    bool isNegative = false;
    QString whole;    // without leading zeros
    QString fraction; // without trailing zeros
};

Parts split(QString decimal)
{
    Parts parts;
    if (decimal.startsWith('-')) {
        parts.isNegative = true;
        decimal.remove(0, 1);
    }
    const qsizetype point = decimal.indexOf('.');
    parts.whole = point < 0 ? decimal : decimal.left(point);
    parts.fraction = point < 0 ? QString() : decimal.mid(point + 1);
    while (parts.whole.startsWith('0'))
        parts.whole.remove(0, 1);
    while (parts.fraction.endsWith('0'))
        parts.fraction.chop(1);
    if (parts.whole.isEmpty() && parts.fraction.isEmpty())
        parts.isNegative = false; // -0 is 0
    return parts;
}

int compareSizes(const Parts& a, const Parts& b)
{
    if (a.whole.size() != b.whole.size())
        return a.whole.size() < b.whole.size() ? -1 : 1;
    if (const int order = a.whole.compare(b.whole))
        return order;
    // Equally long wholes: fractions compare as text, because neither ends in a zero.
    return a.fraction.compare(b.fraction);
}

} // namespace

bool isDecimal(const QString& text)
{
    static const QRegularExpression form("^-?[0-9]+(\\.[0-9]+)?$");
    return form.match(text).hasMatch();
}

QString localized(const QString& decimal, const QLocale& locale)
{
    if (!isDecimal(decimal))
        return decimal;
    const bool isNegative = decimal.startsWith('-');
    const QString digits = isNegative ? decimal.mid(1) : decimal;
    const qsizetype point = digits.indexOf('.');
    QString shown = point < 0 ? digits : digits.left(point);
    for (qsizetype place = shown.size() - 3; place > 0; place -= 3)
        shown.insert(place, locale.groupSeparator());
    if (point >= 0)
        shown += locale.decimalPoint() + digits.mid(point + 1);
    return isNegative ? locale.negativeSign() + shown : shown;
}

QString localizedShort(const QString& decimal, int placesMin, const QLocale& locale)
{
    if (!isDecimal(decimal))
        return decimal;
    const qsizetype point = decimal.indexOf('.');
    if (point < 0)
        return localized(decimal, locale);
    QString shown = decimal;
    while (shown.size() - point - 1 > placesMin && shown.endsWith('0'))
        shown.chop(1);
    if (shown.endsWith('.'))
        shown.chop(1);
    return localized(shown, locale);
}

QString localizedRounded(const QString& decimal, int places, const QLocale& locale)
{
    const qsizetype point = decimal.indexOf('.');
    if (!isDecimal(decimal) || point < 0 || decimal.size() - point - 1 <= places)
        return localized(decimal, locale);
    QString digits = decimal.left(point + 1 + places);
    if (decimal.at(point + 1 + places) >= '5') {
        qsizetype at = digits.size() - 1;
        for (; at >= 0 && digits.at(at) != '-'; --at) {
            if (digits.at(at) == '.')
                continue;
            if (digits.at(at) != '9') {
                digits[at] = QChar(digits.at(at).unicode() + 1);
                break;
            }
            digits[at] = '0';
        }
        if (at < 0 || digits.at(at) == '-')
            digits.insert(at + 1, '1');
    }
    if (digits.endsWith('.'))
        digits.chop(1);
    return localized(digits, locale);
}

int compareDecimals(const QString& a, const QString& b)
{
    const bool isA = isDecimal(a);
    const bool isB = isDecimal(b);
    if (!isA || !isB)
        return static_cast<int>(isA) - static_cast<int>(isB);
    const Parts left = split(a);
    const Parts right = split(b);
    if (left.isNegative != right.isNegative)
        return left.isNegative ? -1 : 1;
    return left.isNegative ? compareSizes(right, left) : compareSizes(left, right);
}

QString plainDecimal(const QString& typed, const QLocale& locale)
{
    QString plain = typed.simplified();
    plain.remove(' ').remove(QChar::Nbsp).remove(locale.groupSeparator());
    if (locale.decimalPoint() != ".")
        plain.replace(locale.decimalPoint(), ".");
    return plain;
}

} // namespace hpcbill::client
