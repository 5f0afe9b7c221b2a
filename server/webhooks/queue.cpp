// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/queue.h"

#include "common/invariant.h"
#include "server/http/csrf.h"
#include "server/postgres/transaction.h"

namespace hpcbill::webhooks
{
namespace
{

// One that somebody else is just taking is passed over. Not `for update`: whoever adds events refers to the
// row.
constexpr postgres::Statement takeEndpoint{"webhooks.take_endpoint", R"sql(
    update webhook_endpoints
    set lease = $2, leased_until = $3
    where id = (
        select e.id
        from webhook_endpoints e
        cross join lateral (
            select d.next_attempt_at
            from webhook_deliveries d
            where d.endpoint_id = e.id and d.status = 'pending'
            order by d.place
            limit 1
        ) head
        where e.status = 'active' and e.deleted_at is null and (e.leased_until is null or e.leased_until <= $1)
          and head.next_attempt_at <= $1
        order by head.next_attempt_at
        limit 1
        for no key update of e skip locked
    )
    returning id, url
)sql"};

// Read again now that the endpoint is ours: the delivery that made it due may have been made by somebody who
// gave the endpoint back between the look at the queue and the lock.
constexpr postgres::Statement nextDelivery{"webhooks.next_delivery", R"sql(
    with head as (
        select d.id, d.event_id, d.next_attempt_at
        from webhook_deliveries d
        where d.endpoint_id = $1 and d.status = 'pending'
        order by d.place
        limit 1
    )
    update webhook_deliveries d
    set attempts = d.attempts + 1, last_attempt_at = $2, trying_since = coalesce(d.trying_since, $2)
    from head join outbox o on o.id = head.event_id
    where d.id = head.id and head.next_attempt_at <= $2
    returning d.id, o.message_id, o.payload
)sql"};

constexpr postgres::Statement beginTry{"webhooks.begin_try", R"sql(
    insert into webhook_tries (delivery_id, started_at) values ($1, $2) returning id
)sql"};

constexpr postgres::Statement sealedSecrets{"webhooks.sealed_secrets", R"sql(
    select sealed from webhook_endpoint_secrets where endpoint_id = $1 and (expires_at is null or expires_at > $2) order by id desc
)sql"};

constexpr postgres::Statement endTry{"webhooks.end_try", R"sql(
    update webhook_tries set status = $2, error = $3, duration_ms = $4 where id = $1
)sql"};

constexpr postgres::Statement lockTaken{"webhooks.lock_taken", R"sql(
    select d.trying_since, d.failures, e.status, e.failing_since
    from webhook_endpoints e join webhook_deliveries d on d.id = $3
    where e.id = $1 and e.lease = $2
    for no key update of e
)sql"};

constexpr postgres::Statement markDelivered{"webhooks.mark_delivered", R"sql(
    update webhook_deliveries
    set status = 'delivered', next_attempt_at = null, last_status = $2, last_error = null, delivered_at = $3
    where id = $1
)sql"};

constexpr postgres::Statement markFailed{"webhooks.mark_failed", R"sql(
    update webhook_deliveries
    set status = case when $4::timestamptz is null then 'dead' else 'pending' end, next_attempt_at = $4,
        failures = failures + 1, last_status = $2, last_error = $3
    where id = $1
)sql"};

constexpr postgres::Statement countSuccess{"webhooks.count_success", R"sql(
    update webhook_endpoints
    set consecutive_failures = 0, failing_since = null, last_success_at = $2, lease = null, leased_until = null
    where id = $1
)sql"};

constexpr postgres::Statement countFailure{"webhooks.count_failure", R"sql(
    update webhook_endpoints
    set consecutive_failures = consecutive_failures + 1, failing_since = coalesce(failing_since, $2), last_failure_at = $2,
        last_error = $3, lease = null, leased_until = null
    where id = $1
)sql"};

constexpr postgres::Statement giveEndpointBack{"webhooks.give_endpoint_back", R"sql(
    update webhook_endpoints set lease = null, leased_until = null where id = $1 and lease = $2
)sql"};

constexpr postgres::Statement pauseOne{"webhooks.pause", R"sql(
    update webhook_endpoints set status = 'paused', paused_reason = $2 where id = $1
)sql"};

std::int64_t number(EndpointId id)
{
    return static_cast<std::int64_t>(id);
}

std::int64_t number(DeliveryId id)
{
    return static_cast<std::int64_t>(id);
}

} // namespace

std::optional<Errand> takeErrand(postgres::Transaction& tx, std::chrono::seconds leaseTime)
{
    Errand errand;
    errand.at = tx.now();
    errand.lease = http::randomToken();
    const postgres::Result endpoints =
        tx.execute(takeEndpoint, tx.now(), errand.lease, tx.now() + leaseTime);
    if (endpoints.empty())
        return std::nullopt;
    errand.endpoint = EndpointId{endpoints[0].as<std::int64_t>(0)};
    errand.url = endpoints[0].as<std::string>(1);
    const postgres::Result deliveries = tx.execute(nextDelivery, number(errand.endpoint), tx.now());
    if (deliveries.empty())
        return std::nullopt;
    errand.delivery = DeliveryId{deliveries[0].as<std::int64_t>(0)};
    errand.messageId = deliveries[0].as<std::string>(1);
    errand.body = deliveries[0].as<std::string>(2);
    errand.tryId = tx.execute(beginTry, number(errand.delivery), tx.now())[0].as<std::int64_t>(0);
    for (const postgres::Row row : tx.execute(sealedSecrets, number(errand.endpoint), tx.now()))
        errand.sealedSecrets.push_back(row.as<postgres::Bytes>(0));
    return errand;
}

void finishTry(postgres::Transaction& tx, const Errand& errand, const TryResult& result)
{
    tx.execute(endTry, errand.tryId, result.status, result.error, result.duration.count());
}

std::optional<Standing> lockStanding(postgres::Transaction& tx, const Errand& errand)
{
    const postgres::Result rows =
        tx.execute(lockTaken, number(errand.endpoint), errand.lease, number(errand.delivery));
    if (rows.empty())
        return std::nullopt;
    const auto status = parseEndpointStatus(rows[0].as<std::string>(2));
    invariant(status.has_value(), "the schema allows known statuses only");
    return Standing{.tryingSince = rows[0].as<std::optional<UtcTime>>(0).value_or(errand.at),
                    .failures = rows[0].as<std::int32_t>(1),
                    .endpointStatus = *status,
                    .failingSince = rows[0].as<std::optional<UtcTime>>(3)};
}

void writeDelivered(postgres::Transaction& tx, const Errand& errand, const TryResult& result)
{
    tx.execute(markDelivered, number(errand.delivery), result.status, tx.now());
    tx.execute(countSuccess, number(errand.endpoint), tx.now());
}

void writeFailed(postgres::Transaction& tx, const Errand& errand, const TryResult& result,
                 std::optional<UtcTime> next)
{
    tx.execute(markFailed, number(errand.delivery), result.status, result.error, next);
    tx.execute(countFailure, number(errand.endpoint), tx.now(), result.error);
}

void giveBack(postgres::Transaction& tx, const Errand& errand)
{
    tx.execute(giveEndpointBack, number(errand.endpoint), errand.lease);
}

void pauseEndpoint(postgres::Transaction& tx, EndpointId id, PauseReason reason)
{
    tx.execute(pauseOne, number(id), codeOf(reason));
}

} // namespace hpcbill::webhooks
