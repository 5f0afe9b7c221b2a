// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/routes.h"

#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/json.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::webhooks
{
namespace
{

using http::Method;
using http::Request;

constexpr http::JsonObject::TextLimits urlLimits{.min = 1, .max = 2000};
constexpr http::JsonObject::TextLimits descriptionLimits{.min = 0, .max = 200};
constexpr std::int64_t longestOverlap = 30 * 24; // hours

Endpoints::EtagCheck checkOf(const Request& request)
{
    return [&request](std::string_view etag) { http::requireMatch(request, etag); };
}

http::Response listEndpoints(const Request& request, const Endpoints& endpoints, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("webhook_endpoints", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = endpoints.list(tx, limit + 1,
                               cursor ? std::optional(static_cast<EndpointId>(cursor->integer(0))) : std::nullopt);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("webhook_endpoints", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Endpoint& endpoint : page)
        items.push_back(toJson(endpoint));
    return http::page(std::move(items), next);
}

http::Response showEndpoint(const Request& request, const Endpoints& endpoints, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const Endpoint endpoint = endpoints.find(tx, request.id<EndpointId>("id"));
    return http::withEtag(request, http::json(toJson(endpoint)), etagOf(endpoint));
}

http::Response addEndpoint(const Request& request, Endpoints& endpoints)
{
    http::JsonBody body(request);
    EndpointOrder order;
    order.url = body->text("url", urlLimits);
    order.description = body->optionalText("description", descriptionLimits).value_or("");
    if (body->has("event_types"))
        order.eventTypes = body->texts("event_types");
    body.finish();
    const EndpointWithSecret made = endpoints.add(order, request.idempotency(), request.actor());
    http::Response response = http::created(toJson(made), fmt::format("/api/v1/webhook-endpoints/{}",
                                                                      static_cast<std::int64_t>(made.endpoint.id)));
    response.set("ETag", etagOf(made.endpoint));
    return response;
}

http::Response changeEndpoint(const Request& request, Endpoints& endpoints)
{
    http::JsonBody body(request);
    EndpointChange change;
    change.url = body->optionalText("url", urlLimits);
    change.description = body->optionalText("description", descriptionLimits);
    if (body->has("event_types"))
        change.eventTypes = body->texts("event_types");
    if (const auto status = body->optionalText("status")) {
        change.status = parseEndpointStatus(*status);
        if (!change.status)
            body->refuse("status", "Must be active or paused.");
    }
    body.finish();
    const Endpoint endpoint =
        endpoints.change(request.id<EndpointId>("id"), change, checkOf(request), request.actor());
    http::Response response = http::json(toJson(endpoint));
    response.set("ETag", etagOf(endpoint));
    return response;
}

http::Response rotateSecret(const Request& request, Endpoints& endpoints)
{
    http::JsonBody body(request);
    const std::int64_t hours = body->optionalInteger("overlap_hours").value_or(24);
    if (hours < 0 || hours > longestOverlap)
        body->refuse("overlap_hours", fmt::format("Must be from 0 to {}.", longestOverlap));
    body.finish();
    const EndpointWithSecret made =
        endpoints.rotate(request.id<EndpointId>("id"), std::chrono::hours(hours), request.idempotency(), request.actor());
    http::Response response = http::json(toJson(made));
    response.set("ETag", etagOf(made.endpoint));
    return response;
}

http::Response listDeliveries(const Request& request, const Deliveries& deliveries, postgres::Pool& pool)
{
    http::Query query(request);
    DeliveryFilter filter;
    const auto endpoint = query.integer("endpoint_id", 1, INT64_MAX);
    const auto status = query.choice("status", {"pending", "delivered", "dead"});
    filter.eventType = query.choice("event_type", {eventTypes.begin(), eventTypes.end()});
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("webhook_deliveries", 1);
    query.finish();
    if (endpoint)
        filter.endpoint = static_cast<EndpointId>(*endpoint);
    if (status)
        filter.status = parseDeliveryStatus(*status);

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = deliveries.list(tx, filter, limit + 1,
                                cursor ? std::optional(static_cast<DeliveryId>(cursor->integer(0))) : std::nullopt);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("webhook_deliveries", {static_cast<std::int64_t>(page.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Delivery& delivery : page)
        items.push_back(toJson(delivery));
    return http::page(std::move(items), next);
}

http::Response showDelivery(const Request& request, const Deliveries& deliveries, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return http::json(toJson(deliveries.find(tx, request.id<DeliveryId>("id"))));
}

http::Response redeliver(const Request& request, Deliveries& deliveries)
{
    http::JsonBody body(request);
    const std::string reason = body->text("reason");
    body.finish();
    return http::json(toJson(deliveries.redeliver(request.id<DeliveryId>("id"), reason, request.actor())));
}

} // namespace

std::vector<http::Route> routes(Endpoints& endpoints, Deliveries& deliveries, postgres::Pool& pool)
{
    return {
        {Method::get, "/api/v1/webhook-endpoints", api::admins,
         [&](const Request& r) { return listEndpoints(r, endpoints, pool); }},
        {Method::post, "/api/v1/webhook-endpoints", api::admins,
         [&](const Request& r) { return addEndpoint(r, endpoints); }},
        {Method::get, "/api/v1/webhook-endpoints/{id}", api::admins,
         [&](const Request& r) { return showEndpoint(r, endpoints, pool); }},
        {Method::patch, "/api/v1/webhook-endpoints/{id}", api::admins,
         [&](const Request& r) { return changeEndpoint(r, endpoints); }},
        {Method::delete_, "/api/v1/webhook-endpoints/{id}", api::admins,
         [&](const Request& r) {
             endpoints.remove(r.id<EndpointId>("id"), checkOf(r), r.actor());
             return http::noContent();
         }},
        {Method::post, "/api/v1/webhook-endpoints/{id}/rotate", api::admins,
         [&](const Request& r) { return rotateSecret(r, endpoints); }},
        {Method::get, "/api/v1/webhook-deliveries", api::readers,
         [&](const Request& r) { return listDeliveries(r, deliveries, pool); }},
        {Method::get, "/api/v1/webhook-deliveries/{id}", api::readers,
         [&](const Request& r) { return showDelivery(r, deliveries, pool); }},
        {Method::post, "/api/v1/webhook-deliveries/{id}/redeliver", api::operators,
         [&](const Request& r) { return redeliver(r, deliveries); }},
    };
}

} // namespace hpcbill::webhooks
