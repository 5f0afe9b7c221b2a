// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/idempotency.h"

#include "common/error.h"
#include "server/postgres/transaction.h"

#include <algorithm>

namespace hpcbill::postgres
{
namespace
{

constexpr Statement lockKey{"idempotency.lock_key", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.idempotency.' || $1::text || ' ' || $2::text, 0))
)sql"};

constexpr Statement keyUse{"idempotency.key_use", R"sql(
    select resource_id, request_hash from idempotency_keys where actor = $1 and key = $2
)sql"};

constexpr Statement addKey{"idempotency.add_key", R"sql(
    insert into idempotency_keys (actor, key, request_hash, resource_id, created_at) values ($1, $2, $3, $4, $5)
)sql"};

Bytes bytesOf(const std::string& text)
{
    Bytes bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

} // namespace

std::optional<std::string> claimKey(Transaction& tx, const std::string& actor, const api::IdempotencyKey& key)
{
    tx.execute(lockKey, actor, key.key);
    const auto use = tx.execute(keyUse, actor, key.key);
    if (use.empty())
        return std::nullopt;
    if (use[0].as<Bytes>(1) != bytesOf(key.requestHash))
        throw Conflict("idempotency_key_reused",
                       "This Idempotency-Key came with another body before: take a new key for a new order.");
    return use[0].as<std::string>(0);
}

void rememberKey(Transaction& tx, const std::string& actor, const api::IdempotencyKey& key, const std::string& made)
{
    tx.execute(addKey, actor, key.key, bytesOf(key.requestHash), made, tx.now());
}

} // namespace hpcbill::postgres
