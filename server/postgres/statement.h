// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace hpcbill::postgres
{

/// SQL with a name that is its own among all statements: prepared under it, and told by it in errors.
struct Statement {
    const char* name;
    const char* sql;
};

} // namespace hpcbill::postgres
