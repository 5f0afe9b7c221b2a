// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/webhooks.h"

#include "server/http/csrf.h"
#include "server/postgres/transaction.h"

namespace hpcbill::webhooks
{
namespace
{

constexpr postgres::Statement lockOutbox{"webhooks.lock_outbox", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.outbox', 0))
)sql"};

constexpr postgres::Statement addEvent{"webhooks.add_event", R"sql(
    insert into outbox (message_id, event_type, payload, created_at) values ($1, $2, $3, $4)
)sql"};

} // namespace

void Outbox::add(postgres::Transaction& tx, const Event& event) const
{
    const nlohmann::ordered_json payload{
        {"type", event.type}, {"timestamp", toRfc3339(tx.now())}, {"data", event.data}};
    tx.execute(lockOutbox);
    tx.execute(addEvent, "msg_" + http::randomToken(), event.type, payload.dump(), tx.now());
}

} // namespace hpcbill::webhooks
