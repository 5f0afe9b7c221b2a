// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/webhooks.h"

#include "common/invariant.h"
#include "server/http/csrf.h"
#include "server/postgres/transaction.h"

#include <algorithm>

namespace hpcbill::webhooks
{
namespace
{

constexpr postgres::Statement lockOutbox{"webhooks.lock_outbox", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.outbox', 0))
)sql"};

// A paused endpoint collects: going on, it hears of everything.
constexpr postgres::Statement addEvent{"webhooks.add_event", R"sql(
    with event as (
        insert into outbox (message_id, event_type, payload, created_at) values ($1, $2, $3, $4) returning id
    )
    insert into webhook_deliveries (endpoint_id, event_id, event_type, created_at, next_attempt_at)
    select e.id, event.id, $2, $4, $4
    from event cross join webhook_endpoints e
    where e.deleted_at is null and (e.event_types = '{}' or $2 = any (e.event_types))
)sql"};

} // namespace

void Outbox::add(postgres::Transaction& tx, const Event& event) const
{
    invariant(std::find(eventTypes.begin(), eventTypes.end(), event.type) != eventTypes.end(),
              "events are of a type that consumers can ask for");
    const nlohmann::ordered_json payload{
        {"type", event.type}, {"timestamp", toRfc3339(tx.now())}, {"data", event.data}};
    // With COMMIT, after every row that the transaction locks: whoever waits for the outbox has nothing left to wait for but the
    // log, which comes after it.
    tx.runAtCommit({lockOutbox, {}});
    tx.runAtCommit({addEvent, postgres::Parameters::of("msg_" + http::randomToken(), event.type, payload.dump(), tx.now())});
}

} // namespace hpcbill::webhooks
