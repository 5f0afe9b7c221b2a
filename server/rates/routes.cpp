// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/routes.h"

#include "common/error.h"
#include "common/time/time.h"
#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/rates/rule_routes.h"
#include "server/rates/tier_routes.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::rates
{
namespace
{

using http::Method;

/// Decimal literals made of integers: no JSON library here writes a number that is neither integer nor
/// double.
std::string formulaJson(const RateVersion& version)
{
    return fmt::format(
        R"({{"type":"{}","unit":"per-hour","rates":{{"cpu":{},"gpu":{},"mem":{}}},"currency":"{}"}})",
        version.tier, toDecimal(version.rates.cpu), toDecimal(version.rates.gpu),
        toDecimal(version.rates.mem), version.currency.code());
}

/// The version in force of one tier; NotFound for a tier that there is not.
RateVersion inForceOf(const RateBook& rates, postgres::Transaction& tx, const std::string& tier)
{
    const RateTable table = rates.inForce(tx, tx.now());
    const auto found = table.find(tier);
    if (found == table.end())
        throw NotFound(fmt::format("There is no tier {}.", tier));
    return found->second;
}

/// Of what /formula shows and of the newest version, which differ while one is scheduled: whoever changes the rates must have seen
/// neither of them change.
std::string formulaTag(const RateVersion& inForce, const RateVersion& newest)
{
    return inForce.id == newest.id ? etagOf(newest)
                                   : fmt::format("\"{}.{}.{}\"", newest.tier, static_cast<std::int64_t>(inForce.id),
                                                 static_cast<std::int64_t>(newest.id));
}

http::Response showFormula(const http::Request& request, const RateBook& rates, postgres::Pool& pool)
{
    http::Query query(request);
    const auto tier = query.text("type");
    if (!tier)
        query.refuse("type", "missing: the tier whose rates you want, as in /formula?type=mu");
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const RateVersion version = inForceOf(rates, tx, *tier);
    http::Response response = http::text("application/json", formulaJson(version));
    response.set("Cache-Control", "no-cache");
    return http::withEtag(request, std::move(response), formulaTag(version, rates.newest(tx, *tier)));
}

http::Response changeFormula(const http::Request& request, RateBook& rates, postgres::Pool& pool)
{
    http::JsonBody body(request);
    RateChange order{
        .tier = body->text("type"), .rates = readRates(body.root()), .effectiveFrom = {}, .reason = {}};
    order.reason = body->optionalText("reason").value_or("changed by POST /formula");
    body.finish();
    std::optional<RateVersionId> expected;
    // Programs of long standing send no If-Match here; those that do are protected.
    if (request.header("If-Match")) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        const RateVersion newest = rates.newest(tx, order.tier);
        http::requireMatch(request, formulaTag(inForceOf(rates, tx, order.tier), newest));
        expected = newest.id;
    }
    const RateVersion made = rates.change(order, expected, request.actor());
    http::Response response =
        http::text("application/json", fmt::format(R"({{"ok":true,"updated":{}}})", formulaJson(made)));
    response.set("ETag", etagOf(made));
    return response;
}

http::Response changeRates(const http::Request& request, RateBook& rates, postgres::Pool& pool)
{
    http::JsonBody body(request);
    RateChange order{.tier = request.parameter("tier"),
                     .rates = readRates(body.root()),
                     .effectiveFrom = body->optionalTime("effective_from"),
                     .reason = body->text("reason")};
    body.finish();
    const RateVersionId expected = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        const RateVersion newest = rates.newest(tx, order.tier);
        http::requireMatch(request, etagOf(newest));
        return newest.id;
    }();
    const RateVersion made = rates.change(order, expected, request.actor());
    http::Response response = http::json(toJson(made));
    response.set("ETag", etagOf(made));
    return response;
}

http::Response listRates(const http::Request& request, const RateBook& rates, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("rates", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto items = nlohmann::ordered_json::array();
    std::string last;
    for (const auto& [tier, version] : rates.inForce(tx, tx.now())) {
        if (cursor && tier <= cursor->text(0))
            continue;
        if (std::ssize(items) == limit)
            return http::page(std::move(items), http::Cursor("rates", {last}).encode());
        last = tier;
        nlohmann::ordered_json item = toJson(version);
        const RateVersion newest = rates.newest(tx, tier);
        // What a change has to name is the newest version, which may be one that is not in force yet.
        item["etag"] = etagOf(newest);
        item["scheduled"] = newest.id == version.id ? nlohmann::ordered_json(nullptr) : toJson(newest);
        items.push_back(std::move(item));
    }
    return http::page(std::move(items), std::nullopt);
}

http::Response listHistory(const http::Request& request, const RateBook& rates, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("rate_history", 1);
    query.finish();
    std::optional<RateVersionId> before;
    if (cursor)
        before = static_cast<RateVersionId>(cursor->integer(0));

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const std::string& tier = request.parameter("tier");
    auto versions = rates.history(tx, tier, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(versions.size()) > limit) {
        versions.pop_back();
        next = http::Cursor("rate_history", {static_cast<std::int64_t>(versions.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const RateVersion& version : versions)
        items.push_back(toJson(version));
    http::Response response = http::page(std::move(items), next);
    response.set("ETag", etagOf(rates.newest(tx, tier)));
    return response;
}

} // namespace

std::vector<http::Route> routes(RateBook& rates, BillingRules& rules, Tiers& tiers, postgres::Pool& pool)
{
    std::vector<http::Route> table{
        {Method::get, "/formula", api::anyone,
         [&](const http::Request& r) { return showFormula(r, rates, pool); }},
        {Method::post, "/formula", api::admins,
         [&](const http::Request& r) { return changeFormula(r, rates, pool); }},
        {Method::get, "/api/v1/rates", api::readers,
         [&](const http::Request& r) { return listRates(r, rates, pool); }},
        {Method::get, "/api/v1/rates/{tier}/history", api::readers,
         [&](const http::Request& r) { return listHistory(r, rates, pool); }},
        {Method::put, "/api/v1/rates/{tier}", api::admins,
         [&](const http::Request& r) { return changeRates(r, rates, pool); }},
    };
    for (http::Route& route : ruleRoutes(rules, pool))
        table.push_back(std::move(route));
    for (http::Route& route : tierRoutes(tiers, pool))
        table.push_back(std::move(route));
    return table;
}

} // namespace hpcbill::rates
