// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/column.h"
#include "client/pages/rates/rates_api.h"

#include <vector>

namespace hpcbill::client
{

/// `CPU`, `GPU`, `Memory` of a field's name.
QString rateFieldTitle(const char* field);
/// `per core-hour` and the like.
QString rateFieldUnit(const char* field);
/// True for what the server takes as a rate: a decimal that is not negative, of at most six decimals.
bool isRate(const QString& decimal);
/// By how much a rate changes, exactly and with its sign: `+0.25`; empty where it does not, or one is no
/// rate.
QString rateDifference(const QString& was, const QString& will, const QLocale& locale);
/// True where both are the same rate, however many zeros they end in.
bool isSameRate(const QString& a, const QString& b);

std::vector<Column<RateVersion>> historyColumns();

} // namespace hpcbill::client
