// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"

#include "server/postgres/transaction.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <algorithm>

namespace hpcbill::audit
{
namespace
{

// Taken before the last record is read: whoever appends next reads only after this transaction has ended.
// Each statement of a READ COMMITTED transaction sees what was committed before it began, so the reader
// behind the lock sees the newest record.
constexpr postgres::Statement lockChain{"audit.lock_chain", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.audit', 0))
)sql"};

constexpr postgres::Statement lastRecord{"audit.last_record", R"sql(
    select seq, hash from audit_log order by seq desc limit 1
)sql"};

// Those who listen hear of it once the transaction is committed (EventStreams).
constexpr postgres::Statement appendRecord{"audit.append_record", R"sql(
    with appended as (insert into audit_log (seq, v, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
                           leaf_hash, prev_hash, hash)
    values ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    returning seq)
    select pg_notify('hpcbill_audit', seq::text) from appended
)sql"};

constexpr postgres::Statement recordsUp{"audit.records_up", R"sql(
    select seq, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
           leaf_hash, prev_hash, hash
    from audit_log
    where seq > $1
    order by seq
    limit $2
)sql"};

constexpr postgres::Statement recordsDown{"audit.records_down", R"sql(
    select seq, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
           leaf_hash, prev_hash, hash
    from audit_log
    where $1::bigint is null or seq < $1
    order by seq desc
    limit $2
)sql"};

Hash readHash(const postgres::Row& row, int column)
{
    const auto bytes = row.as<postgres::Bytes>(column);
    Hash hash{};
    // One of another length was put there by somebody who took the check away; zeros match no record, and the
    // verifier says so.
    if (bytes.size() != hash.size())
        return hash;
    std::transform(bytes.begin(), bytes.end(), hash.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    return hash;
}

postgres::Bytes toBytes(const Hash& hash)
{
    postgres::Bytes bytes(hash.size());
    std::transform(hash.begin(), hash.end(), bytes.begin(),
                   [](std::uint8_t byte) { return std::byte{byte}; });
    return bytes;
}

StoredRecord readStored(const postgres::Row& row)
{
    StoredRecord stored;
    Record& record = stored.record;
    record.seq = row.as<std::int64_t>(0);
    record.ts = row.as<UtcTime>(1);
    record.actor = row.as<std::optional<std::string>>(2);
    record.actorRole = row.as<std::optional<std::string>>(3);
    record.action = row.as<std::string>(4);
    record.targetType = row.as<std::optional<std::string>>(5);
    record.targetId = row.as<std::optional<std::string>>(6);
    record.outcome = row.as<std::string>(7);
    record.requestId = row.as<std::optional<std::string>>(8);
    record.address = row.as<std::optional<std::string>>(9);
    record.details = row.as<std::string>(10);
    stored.leafHash = readHash(row, 11);
    stored.prevHash = readHash(row, 12);
    stored.hash = readHash(row, 13);
    return stored;
}

std::optional<std::string> present(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

} // namespace

Log::Log(prometheus::Registry& metrics)
    : m_records(prometheus::BuildCounter()
                    .Name("audit_records_total")
                    .Help("Records appended to the audit log by this process.")
                    .Register(metrics)
                    .Add({}))
{
}

void Log::append(postgres::Transaction& tx, const Event& event) const
{
    StoredRecord stored;
    Record& record = stored.record;
    record.ts = tx.now();
    record.actor = present(event.by.name);
    if (event.by.role)
        record.actorRole = api::codeOf(*event.by.role);
    record.action = event.action;
    record.targetType = event.targetType;
    record.targetId = event.targetId;
    record.outcome = event.outcome;
    record.requestId = present(event.by.requestId);
    record.address = present(event.by.address);
    record.details = canonicalDetails(event.details);

    tx.execute(lockChain);
    const auto last = tx.execute(lastRecord);
    record.seq = last.empty() ? 1 : last[0].as<std::int64_t>(0) + 1;
    if (!last.empty())
        stored.prevHash = readHash(last[0], 1);
    stored.leafHash = leafHash(canonical(record));
    stored.hash = chainHash(stored.prevHash, stored.leafHash);
    tx.execute(appendRecord, record.seq, record.ts, record.actor, record.actorRole, record.action,
               record.targetType, record.targetId, record.outcome, record.requestId, record.address,
               record.details, toBytes(stored.leafHash), toBytes(stored.prevHash), toBytes(stored.hash));
    m_records.Increment();
}

std::vector<StoredRecord> Log::page(postgres::Transaction& tx, bool ascending, std::int64_t limit,
                                    std::optional<std::int64_t> after) const
{
    const auto result =
        ascending ? tx.execute(recordsUp, after.value_or(0), limit) : tx.execute(recordsDown, after, limit);
    std::vector<StoredRecord> records;
    for (const auto& row : result)
        records.push_back(readStored(row));
    return records;
}

void Log::stream(postgres::Transaction& tx, std::int64_t fromSeq,
                 const std::function<void(const StoredRecord&)>& sink) const
{
    tx.queryStream(
        recordsUp, [&](const postgres::Row& row) { sink(readStored(row)); }, fromSeq - 1,
        std::optional<std::int64_t>{});
}

Verification verify(const Log& log, postgres::Transaction& tx)
{
    Verifier verifier;
    log.stream(tx, 1, [&verifier](const StoredRecord& record) { verifier.add(record); });
    return {verifier.count(), verifier.head(), verifier.finding()};
}

} // namespace hpcbill::audit
