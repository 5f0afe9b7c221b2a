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

class EventStreams;
class Log;

/// /api/v1/audit, its export and its verification, and /api/v1/events.
std::vector<http::Route> routes(Log& log, EventStreams& events, postgres::Pool& pool);

} // namespace hpcbill::audit
