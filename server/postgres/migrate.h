// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::postgres
{

/// A step of the schema: server/migrations/NNNN_what_it_does.sql.
struct Migration {
    int version = 0;
    std::string_view name; ///< "0001_audit_and_identity"
    std::string_view sql;
};

/// All steps that this program knows, in their order.
const std::vector<Migration>& knownMigrations();

/// Brings the schema up to date, each step in a transaction of its own, and returns the names of the steps that were missing.
/// `conninfo` logs in as the owner. Any number of programs may do this at once: one works, the others wait. Makes the role
/// hpcbill_app unless there is one. Throws QueryError when a step that was applied is not the one that this program knows.
std::vector<std::string> migrate(const std::string& conninfo, const std::vector<Migration>& steps = knownMigrations());

} // namespace hpcbill::postgres
