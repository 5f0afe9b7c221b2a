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

/// /api/v1/billing-rules.
std::vector<http::Route> ruleRoutes(BillingRules& rules, postgres::Pool& pool);

} // namespace hpcbill::rates
