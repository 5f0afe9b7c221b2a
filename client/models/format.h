// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/json_fields.h"

#include <QLocale>

namespace hpcbill::client
{

/// Money in the language: `฿ 1,204.50`; a currency without a sign of its own is named.
QString shownMoney(const Money& money, const QLocale& locale);
/// Date and time of day, to the second, in the computer's zone. Empty for an invalid time.
QString shownTime(const QDateTime& moment, const QLocale& locale);
/// The same, and in words where it is the beginning of time (1970), from which a server's first rates hold.
QString shownSince(const QDateTime& moment, const QLocale& locale);
QString shownDate(const QDate& date, const QLocale& locale);
/// RFC 3339 in UTC: what is copied and shown in tooltips. Empty for an invalid time.
QString rawTime(const QDateTime& moment);
/// `2-13:20:05` days, hours, minutes, seconds, as Slurm writes it.
QString shownDuration(qint64 seconds);

} // namespace hpcbill::client
