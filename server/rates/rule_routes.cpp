// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/rule_routes.h"

#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"

namespace hpcbill::rates
{
namespace
{

using http::Method;

http::Response answer(const RuleVersion& version)
{
    http::Response response = http::json(toJson(version));
    response.set("ETag", etagOf(version));
    return response;
}

http::Response showRules(const http::Request& request, const BillingRules& rules, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return answer(rules.inForce(tx));
}

http::Response changeRules(const http::Request& request, BillingRules& rules, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const pricing::Rules wanted = readRules(body.root(), rules.currency());
    const std::string reason = body->text("reason");
    body.finish();
    const RuleVersion seen = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        return rules.inForce(tx);
    }();
    http::requireMatch(request, etagOf(seen));
    return answer(rules.change(wanted, reason, seen.id, request.actor()));
}

http::Response listHistory(const http::Request& request, const BillingRules& rules, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("billing_rules", 1);
    query.finish();
    std::optional<RuleVersionId> before;
    if (cursor)
        before = static_cast<RuleVersionId>(cursor->integer(0));
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto versions = rules.history(tx, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(versions.size()) > limit) {
        versions.pop_back();
        next = http::Cursor("billing_rules", {static_cast<std::int64_t>(versions.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const RuleVersion& version : versions)
        items.push_back(toJson(version));
    return http::page(std::move(items), next);
}

} // namespace

std::vector<http::Route> ruleRoutes(BillingRules& rules, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/billing-rules", api::readers,
         [&](const http::Request& r) { return showRules(r, rules, pool); }},
        {Method::put, "/api/v1/billing-rules", api::admins,
         [&](const http::Request& r) { return changeRules(r, rules, pool); }},
        {Method::get, "/api/v1/billing-rules/history", api::readers,
         [&](const http::Request& r) { return listHistory(r, rules, pool); }},
    };
}

} // namespace hpcbill::rates
