// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/column.h"
#include "client/pages/usage/usage_api.h"

#include <vector>

namespace hpcbill::client
{

/// The columns of the table of jobs.
std::vector<Column<Job>> jobColumns();
/// The columns of the table of groups; the first is the key.
std::vector<Column<UsageGroup>> groupColumns();

/// A state of Slurm in the present language, with its own name kept where there is no common word.
QString shownState(const QString& state);
/// A key of usage as it is read: months and days in the language, `(none)` for an empty one.
QString shownKey(GroupBy by, const QString& key, const QLocale& locale);

} // namespace hpcbill::client
