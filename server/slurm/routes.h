// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::slurm
{

class Ingestion;

/// clusters, ingest-runs, ingest-rejects.
std::vector<http::Route> routes(Ingestion& ingestion, audit::Log& audit, postgres::Pool& pool);

} // namespace hpcbill::slurm
