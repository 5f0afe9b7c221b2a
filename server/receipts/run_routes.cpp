// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/json.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/json.h"
#include "server/receipts/receipts.h"
#include "server/receipts/routes.h"

#include <fmt/format.h>

namespace hpcbill::receipts
{
namespace
{

using http::Method;

nlohmann::ordered_json shown(const Runs& runs, postgres::Transaction& tx, const Run& run)
{
    auto json = toJson(run);
    auto failures = nlohmann::ordered_json::array();
    for (const RunFailure& failure : runs.failures(tx, run.id))
        failures.push_back({{"username", failure.username}, {"error", failure.error}});
    json["failures"] = std::move(failures);
    return json;
}

http::Response beginRun(const http::Request& request, Runs& runs)
{
    http::JsonBody body(request);
    const auto month = parseMonth(body->text("month"));
    if (!month)
        body->refuse("month", "must be a month like 2026-10");
    body.finish();
    const Runs::Begun begun = runs.begin(*month, request.idempotency(), request.actor());
    auto response = http::json(toJson(begun.run), begun.isNew ? 202 : 200);
    return response.set("Location", fmt::format("/api/v1/receipt-runs/{}", static_cast<std::int64_t>(begun.run.id)));
}

http::Response listRuns(const http::Request& request, const Runs& runs, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("receipt_runs", 1);
    query.finish();
    const auto before = cursor ? std::optional(static_cast<RunId>(cursor->integer(0))) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = runs.list(tx, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("receipt_runs", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Run& run : page)
        items.push_back(toJson(run));
    return http::page(std::move(items), next);
}

http::Response showRun(const http::Request& request, const Runs& runs, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return http::json(shown(runs, tx, runs.find(tx, request.id<RunId>("id"))));
}

http::Response previewRun(const http::Request& request, const Runs& runs, postgres::Pool& pool)
{
    http::Query query(request);
    const auto text = query.text("month");
    const auto month = text ? parseMonth(*text) : std::nullopt;
    if (!month)
        query.refuse("month", "must be a month like 2026-10");
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("receipt_run_preview", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto users = runs.forecast(tx, *month, limit + 1, cursor ? std::optional(cursor->text(0)) : std::nullopt);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(users.size()) > limit) {
        users.pop_back();
        next = http::Cursor("receipt_run_preview", {users.back().username}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const RunForecast& user : users) {
        if (user.jobs > 0 || user.running > 0 || user.neverStarted > 0)
            items.push_back(toJson(user));
    }
    return http::page(std::move(items), next);
}

http::Response changeRun(const http::Request& request, Runs& runs,
                         Run (Runs::*change)(RunId, const std::string&, const api::Actor&))
{
    http::JsonBody body(request);
    const std::string reason = body->text("reason");
    body.finish();
    return http::json(toJson((runs.*change)(request.id<RunId>("id"), reason, request.actor())));
}

} // namespace

std::vector<http::Route> runRoutes(Runs& runs, postgres::Pool& pool)
{
    return {
        {Method::post, "/api/v1/receipt-runs", api::admins, [&](const http::Request& r) { return beginRun(r, runs); }},
        {Method::get, "/api/v1/receipt-runs", api::readers, [&](const http::Request& r) { return listRuns(r, runs, pool); }},
        {Method::get, "/api/v1/receipt-runs/preview", api::readers,
         [&](const http::Request& r) { return previewRun(r, runs, pool); }},
        {Method::get, "/api/v1/receipt-runs/{id}", api::readers,
         [&](const http::Request& r) { return showRun(r, runs, pool); }},
        {Method::post, "/api/v1/receipt-runs/{id}/cancel", api::admins,
         [&](const http::Request& r) { return changeRun(r, runs, &Runs::cancel); }},
        {Method::post, "/api/v1/receipt-runs/{id}/retry", api::admins,
         [&](const http::Request& r) { return changeRun(r, runs, &Runs::retry); }},
    };
}

} // namespace hpcbill::receipts
