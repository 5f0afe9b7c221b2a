// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/time_range.h"

namespace hpcbill::client
{

void TimeRange::addTo(QUrlQuery& query) const
{
    if (first.isValid())
        query.addQueryItem("from", from().toString(Qt::ISODate));
    if (last.isValid())
        query.addQueryItem("to", to().toString(Qt::ISODate));
}

} // namespace hpcbill::client
