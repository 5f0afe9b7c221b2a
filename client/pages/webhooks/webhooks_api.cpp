// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/webhooks/webhooks_api.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

Endpoint readEndpoint(const JsonFields& fields)
{
    Endpoint endpoint;
    endpoint.id = fields.decimal("id");
    endpoint.url = fields.text("url");
    endpoint.description = fields.textOrEmpty("description");
    const QJsonArray types = fields.array("event_types");
    for (const QJsonValue& type : types)
        endpoint.eventTypes << type.toString();
    endpoint.status = fields.text("status");
    endpoint.pausedReason = fields.textOrEmpty("paused_reason");
    endpoint.createdAt = fields.time("created_at");
    endpoint.createdBy = fields.textOrEmpty("created_by");
    endpoint.failures = fields.integer("consecutive_failures");
    endpoint.lastSuccessAt = fields.timeOrNone("last_success_at");
    endpoint.lastFailureAt = fields.timeOrNone("last_failure_at");
    endpoint.lastError = fields.textOrEmpty("last_error");
    endpoint.pending = fields.integer("pending");
    endpoint.dead = fields.integer("dead");
    const QJsonArray secrets = fields.array("secrets");
    for (qsizetype i = 0; i < secrets.size(); ++i) {
        const JsonFields secret(secrets.at(i).toObject(), QString("secrets[%1]").arg(i));
        endpoint.secrets.append({secret.time("created_at"), secret.timeOrNone("expires_at")});
    }
    return endpoint;
}

Delivery readDelivery(const JsonFields& fields)
{
    return {fields.decimal("id"),
            fields.decimal("endpoint_id"),
            fields.text("endpoint_url"),
            fields.text("message_id"),
            fields.text("event_type"),
            fields.text("status"),
            fields.integer("attempts"),
            fields.time("created_at"),
            fields.timeOrNone("next_attempt_at"),
            fields.timeOrNone("last_attempt_at"),
            fields.has("last_status") ? fields.decimal("last_status") : QString(),
            fields.textOrEmpty("last_error"),
            fields.timeOrNone("delivered_at")};
}

DeliveryDetails readDetails(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    DeliveryDetails details{readDelivery(fields), fields.textOrEmpty("payload"), {}};
    const QJsonArray tries = fields.array("tries");
    for (qsizetype i = 0; i < tries.size(); ++i) {
        const JsonFields one(tries.at(i).toObject(), QString("tries[%1]").arg(i));
        details.tries.append({one.time("at"), one.has("status") ? one.decimal("status") : QString(),
                              one.textOrEmpty("error"),
                              one.has("duration_ms") ? one.decimal("duration_ms") : QString()});
    }
    return details;
}

EndpointWithSecret readWithSecret(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    return {readEndpoint(fields), fields.text("secret")};
}

QByteArray bodyOf(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

void fetchEndpoints(RestClient& api, QObject* context, const Answer<QList<Endpoint>>& done)
{
    // A site has a handful: the longest page holds them all.
    Call call{.path = apiPath({"webhook-endpoints"})};
    addParameter(call.query, "limit", "1000");
    const auto read = [](const RawAnswer& answer) {
        return readList<Endpoint>(answer.body, readEndpoint).items;
    };
    api.fetch<QList<Endpoint>>(call, context, read, done);
}

void fetchEndpoint(RestClient& api, const QString& id, QObject* context, const Answer<Endpoint>& done)
{
    const auto read = [](const RawAnswer& answer) {
        Endpoint endpoint = readEndpoint(readObject(answer.body));
        endpoint.etag = answer.etag;
        return endpoint;
    };
    api.fetch<Endpoint>({.path = apiPath({"webhook-endpoints", id})}, context, read, done);
}

void addEndpoint(RestClient& api, const EndpointOrder& order, QObject* context,
                 const Answer<EndpointWithSecret>& done)
{
    const Call call{.method = "POST",
                    .path = apiPath({"webhook-endpoints"}),
                    .body = bodyOf({{"url", order.url},
                                    {"description", order.description},
                                    {"event_types", QJsonArray::fromStringList(order.eventTypes)}})};
    api.fetch<EndpointWithSecret>(call, context, readWithSecret, done);
}

void changeEndpoint(RestClient& api, const Endpoint& endpoint, const QJsonObject& changes, QObject* context,
                    const Answer<RawAnswer>& done)
{
    api.send({.method = "PATCH",
              .path = apiPath({"webhook-endpoints", endpoint.id}),
              .body = bodyOf(changes),
              .ifMatch = endpoint.etag},
             context, done);
}

void deleteEndpoint(RestClient& api, const Endpoint& endpoint, QObject* context, const Answer<RawAnswer>& done)
{
    api.send({.method = "DELETE", .path = apiPath({"webhook-endpoints", endpoint.id}), .ifMatch = endpoint.etag},
             context, done);
}

void rotateSecret(RestClient& api, const QString& id, int overlapHours, QObject* context,
                  const Answer<EndpointWithSecret>& done)
{
    const Call call{.method = "POST",
                    .path = apiPath({"webhook-endpoints", id, "rotate"}),
                    .body = bodyOf({{"overlap_hours", overlapHours}})};
    api.fetch<EndpointWithSecret>(call, context, readWithSecret, done);
}

void fetchDeliveries(RestClient& api, const DeliveryFilter& filter, const std::optional<QString>& cursor, int limit,
                     QObject* context, const Answer<ListPage<Delivery>>& done)
{
    Call call{.path = apiPath({"webhook-deliveries"})};
    addParameter(call.query, "limit", QString::number(limit));
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    if (!filter.endpointId.isEmpty())
        addParameter(call.query, "endpoint_id", filter.endpointId);
    if (!filter.status.isEmpty())
        addParameter(call.query, "status", filter.status);
    const auto read = [](const RawAnswer& answer) { return readList<Delivery>(answer.body, readDelivery); };
    api.fetch<ListPage<Delivery>>(call, context, read, done);
}

void fetchDelivery(RestClient& api, const QString& id, QObject* context, const Answer<DeliveryDetails>& done)
{
    api.fetch<DeliveryDetails>({.path = apiPath({"webhook-deliveries", id})}, context, readDetails, done);
}

void redeliver(RestClient& api, const QString& id, const QString& reason, QObject* context,
               const Answer<RawAnswer>& done)
{
    api.send({.method = "POST",
              .path = apiPath({"webhook-deliveries", id, "redeliver"}),
              .body = bodyOf({{"reason", reason}})},
             context, done);
}

} // namespace hpcbill::client
