// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill
{
class Currency;
}
namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::usage
{

class JobStore;

/// /api/v1/jobs, /api/v1/jobs.csv, /api/v1/usage and /api/v1/rates/simulate, whose amounts are in `currency`.
std::vector<http::Route> routes(const JobStore& jobs, postgres::Pool& pool, const Currency& currency);

} // namespace hpcbill::usage
