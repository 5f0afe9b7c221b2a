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

class BillingRules;
class RateBook;
class Tiers;

/// /formula, and below /api/v1: rates, billing-rules, tiers, tier-rules, tier-overrides and account-tiers.
std::vector<http::Route> routes(RateBook& rates, BillingRules& rules, Tiers& tiers, postgres::Pool& pool);

} // namespace hpcbill::rates
