// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/test_database.h"

#include <string>

namespace hpcbill::support
{

/// One line per table with the number of its rows and a digest of their contents: two are equal when nothing was changed
/// between them. Of `sessions` the number alone counts, because each request moves a session's end; the checkpoints of
/// the audit log, its key and what is told of them do not, because the server signs when it likes.
std::string snapshotOf(const TestDatabase& database);

} // namespace hpcbill::support
