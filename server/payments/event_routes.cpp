// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/event_routes.h"

#include "common/error.h"
#include "common/utf8.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/payments/events.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/secrets.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

using http::Method;
using http::Request;

/// Providers' messages have a few kilobytes.
constexpr std::size_t webhookMax = std::size_t{256} * 1024;

/// 200 tells the provider that it is kept and need not be sent again; anything that could not be kept throws,
/// becomes a 5xx, and is sent again.
http::Response takeWebhook(const Request& request, Payments& payments, const std::string& provider)
{
    if (request.body().size() > webhookMax)
        throw PayloadTooLarge(fmt::format("A webhook has at most {} bytes.", webhookMax));
    const api::Actor from{.name = "provider:" + provider,
                          .role = std::nullopt,
                          .address = request.address(),
                          .requestId = request.requestId()};
    const Outcome outcome = payments.receive(provider, request.headers(), request.body(), from);
    if (outcome == Outcome::badSignature)
        throw InvalidInput("signature", "Does not verify: the message is kept, and changes nothing.");
    return http::json({{"status", "ok"}, {"outcome", codeOf(outcome)}});
}

http::Response listEvents(const Request& request, postgres::Pool& pool)
{
    http::Query query(request);
    EventFilter filter;
    const auto payment = query.integer("payment_id", 1, INT64_MAX);
    filter.provider = query.text("provider");
    const auto outcome = query.text("outcome");
    if (outcome) {
        filter.outcome = parseOutcome(*outcome);
        if (!filter.outcome)
            query.refuse("outcome", "is none that there is");
    }
    filter.isGenuine = query.boolean("signature_ok");
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("payment_events", 1);
    query.finish();
    if (payment)
        filter.payment = static_cast<PaymentId>(*payment);
    const auto before = cursor ? std::optional(cursor->integer(0)) : std::nullopt;

    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = readEvents(tx, filter, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("payment_events", {page.back().id}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const StoredEvent& event : page)
        items.push_back(toJson(event));
    return http::page(std::move(items), next);
}

http::Response showEvent(const Request& request, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const std::int64_t id = request.integerParameter("id");
    auto json = toJson(readEvent(tx, id));
    const EventContent content = readContent(tx, id);
    // Bytes that are no text are shown as far as they are.
    json["body"] = isUtf8(content.body) ? content.body : fmt::format("({} bytes that are no text)", content.body.size());
    json["headers"] = nlohmann::ordered_json::object();
    for (const auto& [name, value] : content.headers)
        json["headers"][name] = value;
    return http::json(json);
}

http::Response replayEvent(const Request& request, Payments& payments, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const std::string reason = body->text("reason");
    body.finish();
    const std::int64_t id = request.integerParameter("id");
    payments.replay(id, reason, request.actor());
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return http::json(toJson(readEvent(tx, id)));
}

http::Response showSecrets(const Request& request, const Payments& payments, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("payment_secrets", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto page = payments.secrets(tx, limit + 1, cursor ? std::optional(cursor->integer(0)) : std::nullopt);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor("payment_secrets", {page.back().id}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Secret& secret : page)
        items.push_back(toJson(secret));
    return http::page(std::move(items), next);
}

http::Response addNewSecret(const Request& request, Payments& payments)
{
    http::JsonBody body(request);
    NewSecret order;
    order.provider = body->text("provider", {.min = 1, .max = 64});
    order.name = body->text("name", {.min = 1, .max = 200});
    order.secret = body->text("secret", {.min = NewSecret::bytesMin, .max = 500});
    body.finish();
    const auto key = request.idempotency(fmt::format("{}\n{}", order.provider, order.name));
    const Secret added = payments.addSecret(order, key, request.actor());
    return http::created(toJson(added), fmt::format("/api/v1/payment-secrets/{}", added.id));
}

} // namespace

std::vector<http::Route> eventRoutes(Payments& payments, postgres::Pool& pool)
{
    return {
        {Method::post, "/payments/webhook", api::anyone,
         [&](const Request& r) { return takeWebhook(r, payments, payments.settings().defaultProvider); }},
        {Method::post, "/payments/webhook/{provider}", api::anyone,
         [&](const Request& r) { return takeWebhook(r, payments, r.parameter("provider")); }},
        {Method::get, "/api/v1/payment-events", api::readers, [&](const Request& r) { return listEvents(r, pool); }},
        {Method::get, "/api/v1/payment-events/{id}", api::readers,
         [&](const Request& r) { return showEvent(r, pool); }},
        {Method::post, "/api/v1/payment-events/{id}/replay", api::operators,
         [&](const Request& r) { return replayEvent(r, payments, pool); }},
        {Method::get, "/api/v1/payment-secrets", api::admins, [&](const Request& r) { return showSecrets(r, payments, pool); }},
        {Method::post, "/api/v1/payment-secrets", api::admins,
         [&](const Request& r) { return addNewSecret(r, payments); }},
        {Method::delete_, "/api/v1/payment-secrets/{id}", api::admins,
         [&](const Request& r) {
             payments.retireSecret(r.integerParameter("id"), r.actor());
             return http::noContent();
         }},
    };
}

} // namespace hpcbill::payments
