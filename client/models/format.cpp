// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/format.h"

#include "client/models/decimal.h"

#include <QCoreApplication>

namespace hpcbill::client
{

namespace
{

QString signOf(const QString& currency)
{
    if (currency == "THB")
        return QStringLiteral("฿");
    if (currency == "EUR")
        return QStringLiteral("€");
    if (currency == "GBP")
        return QStringLiteral("£");
    if (currency == "JPY")
        return QStringLiteral("¥");
    if (currency == "USD")
        return QStringLiteral("$");
    return currency;
}

} // namespace

QString shownMoney(const Money& money, const QLocale& locale)
{
    if (money.amount.isEmpty())
        return {};
    return signOf(money.currency) + QChar(QChar::Nbsp) + localized(money.amount, locale);
}

QString shownTime(const QDateTime& moment, const QLocale& locale)
{
    if (!moment.isValid())
        return {};
    return locale.toString(moment.toLocalTime(), "d MMM yyyy HH:mm:ss");
}

QString shownSince(const QDateTime& moment, const QLocale& locale)
{
    if (moment.isValid() && moment.toSecsSinceEpoch() == 0)
        return QCoreApplication::translate("format", "the beginning");
    return shownTime(moment, locale);
}

QString shownDate(const QDate& date, const QLocale& locale)
{
    return date.isValid() ? locale.toString(date, "d MMM yyyy") : QString();
}

QString rawTime(const QDateTime& moment)
{
    return moment.isValid() ? moment.toUTC().toString(Qt::ISODateWithMs) : QString();
}

QString shownDuration(qint64 seconds)
{
    const qint64 days = seconds / 86'400;
    const QString clock = QString("%1:%2:%3")
                              .arg(seconds % 86'400 / 3'600, 2, 10, QChar('0'))
                              .arg(seconds % 3'600 / 60, 2, 10, QChar('0'))
                              .arg(seconds % 60, 2, 10, QChar('0'));
    return days > 0 ? QString("%1-%2").arg(days).arg(clock) : clock;
}

} // namespace hpcbill::client
