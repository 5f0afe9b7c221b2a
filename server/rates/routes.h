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

class RateBook;

/// /formula and /api/v1/rates.
std::vector<http::Route> routes(RateBook& rates, postgres::Pool& pool);

} // namespace hpcbill::rates
