// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/routes.h"

#include "server/audit/audit.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/slurm/json.h"
#include "server/slurm/slurm.h"

namespace hpcbill::slurm
{
namespace
{

using http::Method;

/// One page of a list that is ordered by falling ids; `items` holds one more than `limit` when there is
/// another page.
template <typename Item>
http::Response pageOf(std::vector<Item> items, std::int64_t limit, std::string_view list)
{
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(items.size()) > limit) {
        items.pop_back();
        next = http::Cursor(list, {items.back().id}).encode();
    }
    auto json = nlohmann::ordered_json::array();
    for (const Item& item : items)
        json.push_back(toJson(item));
    return http::page(std::move(json), next);
}

http::Response listClusters(const http::Request& request, const Ingestion& ingestion, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto items = nlohmann::ordered_json::array();
    for (const Cluster& cluster : ingestion.clusters(tx))
        items.push_back(toJson(cluster));
    return http::page(std::move(items), std::nullopt);
}

http::Response listRuns(const http::Request& request, const Ingestion& ingestion, postgres::Pool& pool)
{
    http::Query query(request);
    const std::optional<std::string> cluster = query.text("cluster");
    const std::int64_t limit = query.limit();
    const std::optional<http::Cursor> cursor = query.cursor("ingest_runs", 1);
    query.finish();
    const std::optional<std::int64_t> before = cursor ? std::optional(cursor->integer(0)) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return pageOf(ingestion.runs(tx, cluster, limit + 1, before), limit, "ingest_runs");
}

http::Response listRejects(const http::Request& request, const Ingestion& ingestion, postgres::Pool& pool)
{
    std::vector<std::string_view> reasons;
    for (const RejectReason reason : rejectReasons)
        reasons.push_back(codeOf(reason));
    http::Query query(request);
    const RejectFilter filter{query.text("cluster"), query.choice("reason", reasons)};
    const std::int64_t limit = query.limit();
    const std::optional<http::Cursor> cursor = query.cursor("ingest_rejects", 1);
    query.finish();
    const std::optional<std::int64_t> before = cursor ? std::optional(cursor->integer(0)) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return pageOf(ingestion.rejects(tx, filter, limit + 1, before), limit, "ingest_rejects");
}

http::Response startRun(const http::Request& request, Ingestion& ingestion, audit::Log& log)
{
    http::JsonBody body(request);
    const std::string cluster = body->text("cluster");
    const std::optional<std::string> source = body->optionalText("source");
    PollOptions options;
    options.from = body->optionalTime("from");
    if (source && !(options.only = parseSourceKind(*source)))
        body->refuse("source", "must be slurmrestd, sacct or csv");
    body.finish();

    const audit::Event event{
        .by = request.actor(),
        .action = "ingest.requested",
        .targetType = "cluster",
        .targetId = cluster,
        .details = {{"source", source ? nlohmann::json(*source) : nlohmann::json()},
                    {"from", options.from ? nlohmann::json(toRfc3339(*options.from)) : nlohmann::json()}}};
    options.atBeginning = [&](postgres::Transaction& tx) { log.append(tx, event); };
    return http::json(toJson(ingestion.poll(cluster, options, {})), 201);
}

} // namespace

std::vector<http::Route> routes(Ingestion& ingestion, audit::Log& audit, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/clusters", api::readers,
         [&](const http::Request& request) { return listClusters(request, ingestion, pool); }},
        {Method::get, "/api/v1/ingest-runs", api::readers,
         [&](const http::Request& request) { return listRuns(request, ingestion, pool); }},
        {Method::post, "/api/v1/ingest-runs", api::operators,
         [&](const http::Request& request) { return startRun(request, ingestion, audit); }},
        {Method::get, "/api/v1/ingest-rejects", api::readers,
         [&](const http::Request& request) { return listRejects(request, ingestion, pool); }},
    };
}

} // namespace hpcbill::slurm
