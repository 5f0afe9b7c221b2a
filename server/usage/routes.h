// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::usage
{

class JobStore;

/// /api/v1/jobs, /api/v1/jobs.csv and /api/v1/usage.
std::vector<http::Route> routes(const JobStore& jobs, postgres::Pool& pool);

} // namespace hpcbill::usage
