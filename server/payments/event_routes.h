// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::payments
{

class Payments;

/// The providers' webhooks in, what came in, and the secrets that verify it.
std::vector<http::Route> eventRoutes(Payments& payments, postgres::Pool& pool);

} // namespace hpcbill::payments
