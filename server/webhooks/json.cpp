// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/json.h"

#include "common/api/json.h"

namespace hpcbill::webhooks
{

using Json = nlohmann::ordered_json;

Json toJson(const Endpoint& endpoint)
{
    Json secrets = Json::array();
    for (const EndpointSecret& secret : endpoint.secrets)
        secrets.push_back({{"id", secret.id},
                           {"created_at", toRfc3339(secret.createdAt)},
                           {"expires_at", api::toJson(secret.expiresAt)}});
    return {{"id", static_cast<std::int64_t>(endpoint.id)},
            {"url", endpoint.url},
            {"description", endpoint.description},
            {"event_types", endpoint.eventTypes},
            {"status", codeOf(endpoint.status)},
            {"paused_reason", endpoint.pausedReason ? Json(codeOf(*endpoint.pausedReason)) : Json()},
            {"created_at", toRfc3339(endpoint.createdAt)},
            {"created_by", endpoint.createdBy},
            {"consecutive_failures", endpoint.consecutiveFailures},
            {"last_success_at", api::toJson(endpoint.lastSuccessAt)},
            {"last_failure_at", api::toJson(endpoint.lastFailureAt)},
            {"last_error", api::orNull(endpoint.lastError)},
            {"pending", endpoint.pending},
            {"dead", endpoint.dead},
            {"secrets", std::move(secrets)},
            {"etag", etagOf(endpoint)}};
}

Json toJson(const EndpointWithSecret& made)
{
    Json json = toJson(made.endpoint);
    json["secret"] = made.secret;
    return json;
}

Json toJson(const Delivery& delivery)
{
    return {{"id", static_cast<std::int64_t>(delivery.id)},
            {"endpoint_id", static_cast<std::int64_t>(delivery.endpoint)},
            {"endpoint_url", delivery.endpointUrl},
            {"message_id", delivery.messageId},
            {"event_type", delivery.eventType},
            {"status", codeOf(delivery.status)},
            {"attempts", delivery.attempts},
            {"created_at", toRfc3339(delivery.createdAt)},
            {"next_attempt_at", api::toJson(delivery.nextAttemptAt)},
            {"last_attempt_at", api::toJson(delivery.lastAttemptAt)},
            {"last_status", api::orNull(delivery.lastStatus)},
            {"last_error", api::orNull(delivery.lastError)},
            {"delivered_at", api::toJson(delivery.deliveredAt)}};
}

Json toJson(const DeliveryWithTries& delivery)
{
    Json json = toJson(delivery.delivery);
    json["payload"] = delivery.payload;
    json["tries"] = Json::array();
    for (const Try& one : delivery.tries)
        json["tries"].push_back({{"at", toRfc3339(one.at)},
                                 {"status", api::orNull(one.status)},
                                 {"error", api::orNull(one.error)},
                                 {"duration_ms", api::orNull(one.durationMs)}});
    return json;
}

} // namespace hpcbill::webhooks
