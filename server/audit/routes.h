// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::audit
{

class Log;

/// /api/v1/audit, its export and its verification.
std::vector<http::Route> routes(Log& log, postgres::Pool& pool);

} // namespace hpcbill::audit
