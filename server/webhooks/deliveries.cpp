// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::webhooks
{
namespace
{

constexpr postgres::Statement listDeliveries{"webhooks.list_deliveries", R"sql(
    select d.id, d.endpoint_id, e.url, o.message_id, d.event_type, d.status, d.attempts, d.created_at, d.next_attempt_at,
           d.last_attempt_at, d.last_status, d.last_error, d.delivered_at
    from webhook_deliveries d
    join webhook_endpoints e on e.id = d.endpoint_id
    join outbox o on o.id = d.event_id
    where ($1::bigint is null or d.id = $1) and ($2::bigint is null or d.endpoint_id = $2)
      and ($3::text is null or d.status = $3) and ($4::text is null or d.event_type = $4)
      and ($5::bigint is null or d.id < $5)
    order by d.id desc
    limit $6
)sql"};

constexpr postgres::Statement findPayload{"webhooks.find_payload", R"sql(
    select o.payload from webhook_deliveries d join outbox o on o.id = d.event_id where d.id = $1
)sql"};

constexpr postgres::Statement listTries{"webhooks.list_tries", R"sql(
    select started_at, status, error, duration_ms from webhook_tries where delivery_id = $1 order by id
)sql"};

// The endpoint's row too, in the order in which the courier takes them: what is decided here holds until
// commit.
constexpr postgres::Statement lockEndpointOf{"webhooks.lock_endpoint_of", R"sql(
    select e.deleted_at is not null
    from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
    where d.id = $1
    for no key update of e
)sql"};

constexpr postgres::Statement redeliverOne{"webhooks.redeliver", R"sql(
    update webhook_deliveries
    set place = case when status = 'pending' then place else nextval('webhook_queue') end,
        status = 'pending', next_attempt_at = $2, trying_since = null, failures = 0
    where id = $1
)sql"};

std::int64_t number(DeliveryId id)
{
    return static_cast<std::int64_t>(id);
}

Delivery readDelivery(const postgres::Row& row)
{
    const auto status = parseDeliveryStatus(row.as<std::string>(5));
    invariant(status.has_value(), "the schema allows known statuses only");
    const auto lastStatus = row.as<std::optional<std::int32_t>>(10);
    return {.id = DeliveryId{row.as<std::int64_t>(0)},
            .endpoint = EndpointId{row.as<std::int64_t>(1)},
            .endpointUrl = row.as<std::string>(2),
            .messageId = row.as<std::string>(3),
            .eventType = row.as<std::string>(4),
            .status = *status,
            .attempts = row.as<std::int32_t>(6),
            .createdAt = row.as<UtcTime>(7),
            .nextAttemptAt = row.as<std::optional<UtcTime>>(8),
            .lastAttemptAt = row.as<std::optional<UtcTime>>(9),
            .lastStatus = lastStatus ? std::optional<std::int64_t>(*lastStatus) : std::nullopt,
            .lastError = row.as<std::optional<std::string>>(11),
            .deliveredAt = row.as<std::optional<UtcTime>>(12)};
}

Delivery findOne(postgres::Transaction& tx, DeliveryId id)
{
    const postgres::Result rows =
        tx.execute(listDeliveries, number(id), nullptr, nullptr, nullptr, nullptr, std::int64_t{1});
    if (rows.empty())
        throw NotFound(fmt::format("There is no webhook delivery {}.", number(id)));
    return readDelivery(rows[0]);
}

} // namespace

std::vector<Delivery> Deliveries::list(postgres::Transaction& tx, const DeliveryFilter& filter,
                                       std::int64_t limit, std::optional<DeliveryId> before) const
{
    std::optional<std::int64_t> endpoint;
    if (filter.endpoint)
        endpoint = static_cast<std::int64_t>(*filter.endpoint);
    std::optional<std::string> status;
    if (filter.status)
        status = codeOf(*filter.status);
    std::optional<std::int64_t> beforeNumber;
    if (before)
        beforeNumber = number(*before);
    std::vector<Delivery> deliveries;
    for (const postgres::Row row :
         tx.execute(listDeliveries, nullptr, endpoint, status, filter.eventType, beforeNumber, limit))
        deliveries.push_back(readDelivery(row));
    return deliveries;
}

DeliveryWithTries Deliveries::find(postgres::Transaction& tx, DeliveryId id) const
{
    DeliveryWithTries found{.delivery = findOne(tx, id), .payload = {}, .tries = {}};
    found.payload = tx.execute(findPayload, number(id))[0].as<std::string>(0);
    for (const postgres::Row row : tx.execute(listTries, number(id))) {
        const auto status = row.as<std::optional<std::int32_t>>(1);
        found.tries.push_back({.at = row.as<UtcTime>(0),
                               .status = status ? std::optional<std::int64_t>(*status) : std::nullopt,
                               .error = row.as<std::optional<std::string>>(2),
                               .durationMs = row.as<std::optional<std::int64_t>>(3)});
    }
    return found;
}

Delivery Deliveries::redeliver(DeliveryId id, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const postgres::Result locked = tx.execute(lockEndpointOf, number(id));
    const Delivery before = findOne(tx, id);
    if (locked[0].as<bool>(0))
        throw Conflict("endpoint_deleted", "Its endpoint was deleted: nobody is there to get it.");
    tx.execute(redeliverOne, number(id), tx.now());
    Delivery after = findOne(tx, id);
    m_audit.append(
        tx, {.by = by,
             .action = "webhook_delivery.redelivered",
             .targetType = "webhook_delivery",
             .targetId = std::to_string(number(id)),
             .details = {{"reason", reason},
                         {"message_id", before.messageId},
                         {"event_type", before.eventType},
                         {"endpoint_id", static_cast<std::int64_t>(before.endpoint)},
                         {"before", {{"status", codeOf(before.status)}, {"attempts", before.attempts}}}}});
    tx.commit();
    return after;
}

} // namespace hpcbill::webhooks
