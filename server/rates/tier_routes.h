// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::rates
{

class Tiers;

/// /api/v1/tiers, /api/v1/tier-rules, /api/v1/tier-overrides and /api/v1/account-tiers.
std::vector<http::Route> tierRoutes(Tiers& tiers, postgres::Pool& pool);

} // namespace hpcbill::rates
