// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"

#include "server/audit/tree_store.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <utility>

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

// The number and the hash before it are known to the database alone until the lock is held; asking for them first would hold it for a
// round trip more. So the leaf is hashed here, of the canonical bytes before and behind the number: docs/audit-format.md, "Hashes".
// Those who listen hear of it once the transaction is committed (EventStreams).
constexpr postgres::Statement appendRecord{"audit.append_record", R"sql(
    with last as (select seq, hash from audit_log order by seq desc limit 1),
    place as (
        select coalesce((select seq from last), 0) + 1 as seq, coalesce((select hash from last), decode(repeat('00', 32), 'hex')) as prev
    ),
    hashed as (
        select seq, prev, sha256('\x00'::bytea || $11::bytea || convert_to(seq::text, 'UTF8') || $12::bytea) as leaf from place
    ),
    appended as (
        insert into audit_log (seq, v, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
                               leaf_hash, prev_hash, hash)
        select seq, 1, $1::timestamptz, $2, $3, $4, $5, $6, $7, $8, $9, $10, leaf, prev, sha256(prev || leaf) from hashed
        returning seq
    )
    select pg_notify('hpcbill_audit', seq::text) from appended
)sql"};

constexpr postgres::Statement recordsUp{"audit.records_up", R"sql(
    select seq, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
           leaf_hash, prev_hash, hash, v
    from audit_log
    where seq > $1
    order by seq
    limit $2
)sql"};

// Both by their primary keys, side by side.
constexpr postgres::Statement withCheckpoints{"audit.with_checkpoints", R"sql(
    select l.seq, l.ts, l.actor, l.actor_role, l.action, l.target_type, l.target_id, l.outcome, l.request_id, l.address, l.details,
           l.leaf_hash, l.prev_hash, l.hash, l.v, c.note
    from audit_log l left join audit_checkpoints c on c.size = l.seq
    where l.seq between $1 and $2
    order by l.seq
)sql"};

constexpr postgres::Statement recordsDown{"audit.records_down", R"sql(
    select seq, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details,
           leaf_hash, prev_hash, hash, v
    from audit_log
    where $1::bigint is null or seq < $1
    order by seq desc
    limit $2
)sql"};

/// A time that no record was ever written with ('infinity', the year 10000) fits no more than any other that it was changed to.
UtcTime readTime(const postgres::Row& row, int column)
{
    try {
        return row.as<UtcTime>(column);
    } catch (const postgres::QueryError&) {
        return {};
    }
}

StoredRecord readStored(const postgres::Row& row)
{
    StoredRecord stored;
    Record& record = stored.record;
    record.seq = row.as<std::int64_t>(0);
    record.ts = readTime(row, 1);
    record.actor = row.as<std::optional<std::string>>(2);
    record.actorRole = row.as<std::optional<std::string>>(3);
    record.action = row.as<std::string>(4);
    record.targetType = row.as<std::optional<std::string>>(5);
    record.targetId = row.as<std::optional<std::string>>(6);
    record.outcome = row.as<std::string>(7);
    record.requestId = row.as<std::optional<std::string>>(8);
    record.address = row.as<std::optional<std::string>>(9);
    record.details = row.as<std::string>(10);
    record.v = row.as<std::int64_t>(14);
    stored.leafHash = readHash(row, 11);
    stored.prevHash = readHash(row, 12);
    stored.hash = readHash(row, 13);
    return stored;
}

postgres::Bytes bytesOf(std::string_view text)
{
    postgres::Bytes bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

/// The canonical bytes before and behind the record's number.
std::pair<postgres::Bytes, postgres::Bytes> aroundNumber(const Record& record)
{
    const std::string text = canonical(record);
    const std::string_view number = ",\"seq\":0,"; // behind it stand only texts, in which it would be escaped
    const std::size_t at = text.rfind(number);
    return {bytesOf(text.substr(0, at + number.size() - 2)), bytesOf(text.substr(at + number.size() - 1))};
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
    Record record;
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

    const auto [before, behind] = aroundNumber(record);
    // With COMMIT, so that the log's lock is held for no round trip: everybody who appends waits for it.
    tx.runAtCommit({lockChain, {}});
    tx.runAtCommit({appendRecord,
                    postgres::Parameters::of(record.ts, record.actor, record.actorRole, record.action, record.targetType, record.targetId,
                                             record.outcome, record.requestId, record.address, record.details, before, behind)});
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

void Log::stream(postgres::Transaction& tx, const Range& range,
                 const std::function<void(const StoredRecord&, const std::optional<std::string>& note)>& sink) const
{
    tx.queryStream(
        withCheckpoints, [&](const postgres::Row& row) { sink(readStored(row), row.as<std::optional<std::string>>(15)); }, range.first, range.last);
}

} // namespace hpcbill::audit
