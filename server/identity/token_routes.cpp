// SPDX-License-Identifier: GPL-3.0-or-later
// api-tokens: for machines
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/identity/identity.h"
#include "server/identity/json.h"
#include "server/identity/routes.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

using http::Admission;
using http::Method;
using http::Request;
using http::Response;
using http::Surface;
using Json = nlohmann::ordered_json;

constexpr std::string_view tokensPath = "/api/v1/api-tokens";

Response listTokens(const Request& request, const ApiTokens& tokens, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("api-tokens", 1);
    query.finish();
    const auto before = cursor ? std::optional(static_cast<ApiTokenId>(cursor->integer(0))) : std::nullopt;
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    std::vector<ApiToken> page = tokens.list(tx, limit + 1, before);
    std::optional<std::string> next;
    if (std::ssize(page) > limit) {
        page.pop_back();
        next = http::Cursor("api-tokens", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    Json items = Json::array();
    for (const ApiToken& token : page)
        items.push_back(toJson(token));
    return http::page(std::move(items), next);
}

Response addToken(const Request& request, ApiTokens& tokens, const std::vector<http::Route>& table)
{
    http::JsonBody body(request);
    NewApiToken order;
    order.name = body->text("name");
    for (const std::string& code : body->texts("roles")) {
        if (const auto role = api::parseRole(code))
            order.scope.roles.push_back(*role);
        else
            body->refuse("roles", "Must name one or more of auditor, operator, admin.");
    }
    order.scope.routes = body->texts("routes");
    order.expiresAt = body->time("expires_at");
    body.finish();
    const ApiTokenWithSecret made = tokens.add(order, table, request.idempotency(), request.actor());
    Json json = toJson(made.token);
    json["token"] = made.secret ? Json(*made.secret) : Json(nullptr);
    return http::created(json, fmt::format("{}/{}", tokensPath, static_cast<std::int64_t>(made.token.id)));
}

} // namespace

std::vector<http::Route> tokenRoutes(ApiTokens& tokens, const std::vector<http::Route>& table, postgres::Pool& pool)
{
    const std::string tokenPath = std::string(tokensPath) + "/{id}";
    return {
        {Method::get, std::string(tokensPath), api::admins,
         [&](const Request& request) { return listTokens(request, tokens, pool); }},
        {Method::post, std::string(tokensPath), api::admins,
         [&](const Request& request) { return addToken(request, tokens, table); }, Surface::api, Admission::people},
        {Method::get, tokenPath, api::admins,
         [&](const Request& request) {
             postgres::Transaction tx(pool, postgres::Mode::readOnly);
             return http::json(toJson(tokens.find(tx, request.id<ApiTokenId>("id"))));
         }},
        {Method::delete_, tokenPath, api::admins,
         [&tokens](const Request& request) {
             tokens.revoke(request.id<ApiTokenId>("id"), request.actor());
             return http::noContent();
         },
         Surface::api, Admission::people},
    };
}

} // namespace hpcbill::identity
