// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/operations/routes.h"

#include "common/error.h"
#include "server/http/csrf.h"
#include "server/http/proxies.h"
#include "server/http/query.h"
#include "server/http/reading.h"
#include "server/operations/embedded.h"
#include "server/postgres/errors.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <nlohmann/json.hpp>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>

namespace hpcbill::operations
{
namespace
{

using http::Method;

// Reads a table of ours, so that a database without our schema is not ready either.
constexpr postgres::Statement probe{"operations.probe", R"sql(
    select count(*) from tiers
)sql"};

/// What /readyz and /metrics tell of the database.
class Readiness final
{
public:
    Readiness(postgres::Pool& pool, prometheus::Registry& metrics)
        : m_pool(pool)
        , m_dbReady(prometheus::BuildGauge()
                        .Name("db_ready")
                        .Help("1 while the database can be used.")
                        .Register(metrics)
                        .Add({}))
        , m_ready(prometheus::BuildGauge()
                      .Name("hpc_ready")
                      .Help("1 while /readyz answers 200.")
                      .Register(metrics)
                      .Add({}))
        , m_connections(prometheus::BuildGauge()
                            .Name("db_pool_connections")
                            .Help("Connections of this process to the database.")
                            .Register(metrics))
        , m_idle(m_connections.Add({{"state", "idle"}}))
        , m_inUse(m_connections.Add({{"state", "in_use"}}))
    {
    }

    /// Whether the database can be used; why not goes to the log, because /readyz answers everybody.
    bool check()
    {
        bool ready = true;
        try {
            postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
            tx.execute(probe);
        } catch (const postgres::DatabaseError& error) {
            Poco::Logger::get("operations").warning(std::string("not ready: ") + error.what());
            ready = false;
        }
        m_dbReady.Set(ready ? 1 : 0);
        m_ready.Set(ready ? 1 : 0);
        const postgres::PoolStats stats = m_pool.stats();
        m_idle.Set(static_cast<double>(stats.idle));
        m_inUse.Set(static_cast<double>(stats.inUse));
        return ready;
    }

private:
    postgres::Pool& m_pool;
    prometheus::Gauge& m_dbReady;
    prometheus::Gauge& m_ready;
    prometheus::Family<prometheus::Gauge>& m_connections;
    prometheus::Gauge& m_idle;
    prometheus::Gauge& m_inUse;
};

http::Response ready(const http::Request& request, Readiness& readiness)
{
    http::Query query(request);
    query.finish();
    if (readiness.check())
        return http::json({{"status", "ok"}});
    return http::json(
        {{"status", "error"}, {"checks", {{"database", "cannot be used; the server's log says why"}}}}, 500);
}

bool bringsToken(const http::Request& request, const MetricsAccess& access)
{
    const std::string given = http::bearerToken(request.header("Authorization").value_or(""));
    if (given.empty())
        return false;
    return http::isSameSecret(given, access.token) || (access.admits && access.admits(given));
}

} // namespace

std::vector<http::Route> routes(postgres::Pool& pool, prometheus::Registry& metrics,
                                const MetricsAccess& access)
{
    const auto readiness =
        std::make_shared<Readiness>(pool, metrics); // shared by the two routes below, which outlive this call
    const http::Networks networks(access.networks, "METRICS_NETWORKS");
    std::vector<http::Route> table{
        {Method::get, "/healthz", api::anyone,
         [](const http::Request&) { return http::json({{"status", "ok"}}); }},
        {Method::get, "/readyz", api::anyone,
         [readiness](const http::Request& r) { return ready(r, *readiness); }},
        {Method::get, "/api/openapi.yaml", api::anyone,
         [](const http::Request&) {
             return http::text("application/yaml", std::string(embedded("openapi.yaml")));
         }},
    };
    if (access.enabled) {
        table.push_back({Method::get, "/metrics", api::anyone,
                         [readiness, networks, &metrics, access](const http::Request& request) {
                             if (!networks.contain(request.address()) && !bringsToken(request, access)) {
                                 throw Forbidden("Metrics are for the networks in METRICS_NETWORKS and for "
                                                 "bearers of METRICS_TOKEN or of an API token for \"GET /metrics\".");
                             }
                             readiness->check();
                             return http::text("text/plain; version=0.0.4; charset=utf-8",
                                               prometheus::TextSerializer().Serialize(metrics.Collect()));
                         }});
    }
    return table;
}

} // namespace hpcbill::operations
