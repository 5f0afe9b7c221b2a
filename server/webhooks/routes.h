// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::webhooks
{

class Deliveries;
class Endpoints;

/// /api/v1/webhook-endpoints and /api/v1/webhook-deliveries.
std::vector<http::Route> routes(Endpoints& endpoints, Deliveries& deliveries, postgres::Pool& pool);

} // namespace hpcbill::webhooks
