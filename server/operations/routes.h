// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <functional>
#include <string>
#include <vector>

namespace prometheus
{
class Registry;
}
namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::operations
{

/// Who may read /metrics: callers from these networks (CIDR), whoever brings the token, where one is set, and
/// bearers whom `admits` knows.
struct MetricsAccess {
    bool enabled = true;
    std::vector<std::string> networks;
    std::string token;
    std::function<bool(const std::string& bearer)> admits;
};

/// /healthz, /readyz, /metrics and the API's description. Both references outlive the routes.
std::vector<http::Route> routes(postgres::Pool& pool, prometheus::Registry& metrics,
                                const MetricsAccess& access);

} // namespace hpcbill::operations
