// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDate>
#include <QDateTime>
#include <QUrlQuery>

namespace hpcbill::client
{

/// The days that the window looks at, both included; whole days in UTC, as usage is booked. An invalid end is
/// open.
struct TimeRange {
    QDate first;
    QDate last;

    /// The first moment inside; invalid where the range is open.
    [[nodiscard]] QDateTime from() const
    {
        return first.isValid() ? QDateTime(first, QTime(0, 0), Qt::UTC) : QDateTime();
    }
    /// The first moment after; invalid where the range is open.
    [[nodiscard]] QDateTime to() const
    {
        return last.isValid() ? QDateTime(last.addDays(1), QTime(0, 0), Qt::UTC) : QDateTime();
    }
    /// `from` and `to` of the contract, where they are bounded.
    void addTo(QUrlQuery& query) const;

    bool operator==(const TimeRange&) const = default;
};

} // namespace hpcbill::client
