// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/checkpoint_store.h"

#include "server/audit/tree_store.h"
#include "server/postgres/transaction.h"

namespace hpcbill::audit
{
namespace
{

constexpr postgres::Statement newestCheckpoint{"audit.newest_checkpoint", R"sql(
    select size, root, head, note, created_at from audit_checkpoints order by size desc limit 1
)sql"};

constexpr postgres::Statement addCheckpoint{"audit.add_checkpoint", R"sql(
    insert into audit_checkpoints (size, root, head, note, created_at) values ($1, $2, $3, $4, $5)
)sql"};

constexpr postgres::Statement listKeys{"audit.keys", R"sql(
    select k.origin, k.public_key, k.created_at, k.sealed,
           (select c.note from audit_checkpoints c where c.size > k.size_before order by c.size limit 1) as introduction
    from audit_keys k order by k.id desc
)sql"};

constexpr postgres::Statement insertKey{"audit.add_key", R"sql(
    insert into audit_keys (origin, public_key, sealed, created_at, created_by, size_before)
    values ($1, $2, $3, $4, $5, (select coalesce(max(size), -1) from audit_checkpoints))
)sql"};

NoteKey readKey(const postgres::Row& row)
{
    return {row.as<std::string>(0), readHash(row, 1)}; // a key is as long as a hash
}

} // namespace

std::optional<StoredCheckpoint> readNewest(postgres::Transaction& tx)
{
    const auto rows = tx.execute(newestCheckpoint);
    if (rows.empty())
        return std::nullopt;
    const auto row = rows[0];
    StoredCheckpoint stored;
    PublishedCheckpoint& published = stored.published;
    published.checkpoint.size = row.as<std::int64_t>(0);
    published.checkpoint.root = readHash(row, 1);
    stored.head = readHash(row, 2);
    published.note = row.as<std::string>(3);
    published.createdAt = row.as<UtcTime>(4);
    published.checkpoint.origin = published.note.substr(0, published.note.find('\n'));
    return stored;
}

void storeCheckpoint(postgres::Transaction& tx, const StoredCheckpoint& stored)
{
    const PublishedCheckpoint& published = stored.published;
    tx.execute(addCheckpoint, published.checkpoint.size, toBytes(published.checkpoint.root), toBytes(stored.head),
               published.note, published.createdAt);
}

std::vector<SealedKey> readSealedKeys(postgres::Transaction& tx)
{
    std::vector<SealedKey> keys;
    for (const auto& row : tx.execute(listKeys))
        keys.push_back({readKey(row), row.as<postgres::Bytes>(3)});
    return keys;
}

std::vector<LogKey> readKeys(postgres::Transaction& tx)
{
    std::vector<LogKey> keys;
    for (const auto& row : tx.execute(listKeys)) {
        const auto createdAt = row.as<UtcTime>(2);
        const auto retiredAt = keys.empty() ? std::nullopt : std::optional(keys.back().createdAt);
        keys.push_back({readKey(row), createdAt, retiredAt, row.as<std::optional<std::string>>(4)});
    }
    return keys;
}

void storeKey(postgres::Transaction& tx, const NoteKey& key, const postgres::Bytes& sealedSeed, const std::string& by)
{
    tx.execute(insertKey, key.name(), toBytes(key.bytes()), sealedSeed, tx.now(), by);
}

} // namespace hpcbill::audit
