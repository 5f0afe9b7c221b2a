// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/routes.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/slurm/json.h"
#include "server/slurm/slurm.h"
#include "server/slurm/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

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
    const std::int64_t limit = query.limit();
    const std::optional<http::Cursor> cursor = query.cursor("clusters", 1);
    query.finish();
    const std::optional<std::string> after = cursor ? std::optional(cursor->text(0)) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto items = nlohmann::ordered_json::array();
    std::vector<Cluster> clusters = ingestion.clusters(tx);
    std::ranges::sort(clusters, {}, &Cluster::name); // by bytes, as cursors are compared, whatever the database's own order is
    std::string last;
    for (const Cluster& cluster : clusters) {
        if (after && cluster.name <= *after)
            continue;
        if (std::ssize(items) == limit)
            return http::page(std::move(items), http::Cursor("clusters", {last}).encode());
        items.push_back(toJson(cluster));
        last = cluster.name;
    }
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
    const RejectFilter filter{query.text("cluster"), query.choice("reason", reasons),
                              query.boolean("resolved")};
    const std::int64_t limit = query.limit();
    const std::optional<http::Cursor> cursor = query.cursor("ingest_rejects", 1);
    query.finish();
    const std::optional<std::int64_t> before = cursor ? std::optional(cursor->integer(0)) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return pageOf(ingestion.rejects(tx, filter, limit + 1, before), limit, "ingest_rejects");
}

/// The run that was asked for with the same key before.
std::optional<Run> runBefore(postgres::Transaction& tx, const api::Actor& by, const std::optional<api::IdempotencyKey>& key)
{
    const auto made = key ? postgres::claimKey(tx, by.name, *key) : std::nullopt;
    return made ? std::optional(findRun(tx, static_cast<RunId>(std::stoll(*made)))) : std::nullopt;
}

http::Response startRun(const http::Request& request, Ingestion& ingestion, audit::Log& log, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const std::string cluster = body->text("cluster");
    const std::optional<std::string> source = body->optionalText("source");
    PollOptions options;
    options.from = body->optionalTime("from");
    if (source && !(options.only = parseSourceKind(*source)))
        body->refuse("source", "must be slurmrestd, sacct or csv");
    body.finish();

    const auto key = request.idempotency();
    {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        if (const auto run = runBefore(tx, request.actor(), key))
            return http::json(toJson(*run), 201);
    }
    const audit::Event event{
        .by = request.actor(),
        .action = "ingest.requested",
        .targetType = "cluster",
        .targetId = cluster,
        .details = {{"source", source ? nlohmann::json(*source) : nlohmann::json()},
                    {"from", options.from ? nlohmann::json(toRfc3339(*options.from)) : nlohmann::json()}}};
    options.atBeginning = [&](postgres::Transaction& tx, std::int64_t run) {
        // Two with one key: the first one has begun and ended since this one looked.
        if (runBefore(tx, event.by, key))
            throw Conflict("ingest_busy", "The same run was asked for at the same time. Ask again to be told what came of it.");
        if (key)
            postgres::rememberKey(tx, event.by.name, *key, std::to_string(run));
        log.append(tx, event);
    };
    return http::json(toJson(ingestion.poll(cluster, options, {})), 201);
}

http::Response replayRejects(const http::Request& request, Ingestion& ingestion)
{
    http::JsonBody body(request);
    RejectFilter filter;
    filter.cluster = body->optionalText("cluster");
    filter.reason = body->optionalText("reason");
    const std::int64_t after = body->optionalInteger("after").value_or(0);
    if (filter.reason && std::none_of(std::begin(rejectReasons), std::end(rejectReasons),
                                      [&](RejectReason reason) { return codeOf(reason) == *filter.reason; }))
        body->refuse("reason", "is not a reason for which rows are put aside");
    body.finish();
    return http::json(toJson(ingestion.replay(filter, after, request.actor())));
}

/// Makes the cluster, or changes the zone of one that is there.
http::Response putCluster(const http::Request& request, const audit::Log& log, postgres::Pool& pool)
{
    const std::string name = request.parameter("name");
    http::JsonBody body(request);
    const std::string zone = body->text("time_zone");
    body.finish();

    postgres::Transaction tx(pool, postgres::Mode::readWrite);
    const std::optional<ClusterRow> before = lockClusterRow(tx, name);
    if (before) {
        http::requireMatch(request, etagOf(before->timeZone));
        changeTimeZone(tx, before->id, zone);
        if (const auto other = otherZone(tx, before->id, zone); other && zone != before->timeZone)
            throw Conflict("cluster_time_zone",
                           fmt::format("Jobs of this cluster were read from times without a zone as those of {}. In another zone "
                                       "the same jobs would be added a second time. Make a cluster of another name in the zone {}, "
                                       "and read the files into that.",
                                       *other, zone));
    } else {
        if (request.header("If-Match")) // of a cluster that there is no more, or never was
            throw Stale(fmt::format("There is no cluster {}. Without If-Match it is made.", name));
        ensureCluster(tx, name, zone);
    }
    const Cluster after = slurm::listClusters(tx, name).at(0);
    if (!before || before->timeZone != zone) {
        log.append(tx, {.by = request.actor(),
                        .action = before ? "cluster.changed" : "cluster.created",
                        .targetType = "cluster",
                        .targetId = name,
                        .details = {{"before", before ? nlohmann::json{{"time_zone", before->timeZone}}
                                                      : nlohmann::json()},
                                    {"after", {{"time_zone", zone}}}}});
    }
    tx.commit();
    http::Response response = http::json(toJson(after), before ? 200 : 201);
    response.set("ETag", etagOf(after.timeZone));
    return response;
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
         [&](const http::Request& request) { return startRun(request, ingestion, audit, pool); }},
        {Method::get, "/api/v1/ingest-rejects", api::readers,
         [&](const http::Request& request) { return listRejects(request, ingestion, pool); }},
        {Method::post, "/api/v1/ingest-rejects/replay", api::operators,
         [&](const http::Request& request) { return replayRejects(request, ingestion); }},
        {Method::put, "/api/v1/clusters/{name}", api::admins,
         [&](const http::Request& request) { return putCluster(request, audit, pool); }},
    };
}

} // namespace hpcbill::slurm
