// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::receipts
{

class Printer;
class Receipts;
class Runs;

/// /api/v1/receipts.
std::vector<http::Route> routes(Receipts& receipts, const Printer& printer, postgres::Pool& pool);
/// Downloads as CSV.
std::vector<http::Route> exportRoutes(const Receipts& receipts, postgres::Pool& pool);
/// /api/v1/receipt-runs.
std::vector<http::Route> runRoutes(Runs& runs, postgres::Pool& pool);

} // namespace hpcbill::receipts
