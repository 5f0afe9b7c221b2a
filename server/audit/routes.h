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

class Checkpoints;
class EventStreams;
class Log;

/// /api/v1/audit, its exports and its verification.
std::vector<http::Route> routes(Log& log, Checkpoints& checkpoints, postgres::Pool& pool);
/// /api/v1/events.
std::vector<http::Route> eventRoutes(EventStreams& events);
/// /api/v1/audit/checkpoint and the proofs.
std::vector<http::Route> checkpointRoutes(Checkpoints& checkpoints, postgres::Pool& pool);

} // namespace hpcbill::audit
