// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/currency.h"
#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::payments
{

class Payments;

/// Payments, what came in about them, the queue of those that are stuck, bank statements, and the providers' way
/// in. `currency` is that of bank statements.
std::vector<http::Route> routes(Payments& payments, postgres::Pool& pool, const Currency& currency);

} // namespace hpcbill::payments
