// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/rejects.h"

#include "common/slurm/sacct.h"
#include "server/postgres/copy.h"
#include "server/postgres/transaction.h"
#include "server/slurm/jobs_answer.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr postgres::Statement createStage{"slurm.create_reject_stage", R"sql(
    create temporary table if not exists reject_stage (
        ordinal bigint not null, reason text not null, detail text not null, place bigint not null, raw bytea not null,
        header text, delimiter text
    ) on commit delete rows
)sql"};

// A second batch of the same transaction must not find the first one.
constexpr postgres::Statement clearStage{"slurm.clear_reject_stage", "delete from reject_stage"};

constexpr const char* copyStage =
    "copy reject_stage (ordinal, reason, detail, place, raw, header, delimiter) from stdin (format binary)";

constexpr postgres::Statement mergeStage{"slurm.merge_rejects", R"sql(
    insert into ingest_rejects as r (cluster_id, run_id, source, reason, detail, place, raw, header, delimiter,
                                     time_zone, first_seen_at, last_seen_at)
    select distinct on (sha256(s.raw)) $1::int, $2::bigint, $3, s.reason, s.detail, s.place, s.raw, s.header, s.delimiter,
           $4, $5::timestamptz, $5::timestamptz
    from reject_stage s
    order by sha256(s.raw), s.ordinal desc
    on conflict (cluster_id, sha256(raw)) do update
    set run_id = excluded.run_id, source = excluded.source, reason = excluded.reason, detail = excluded.detail,
        place = excluded.place, header = excluded.header, delimiter = excluded.delimiter, time_zone = excluded.time_zone,
        last_seen_at = excluded.last_seen_at, resolved_at = null
)sql"};

#define HPCBILL_REJECT_COLUMNS                                                                               \
    "r.id, c.name, r.run_id, r.source, r.reason, r.detail, r.place, r.raw, r.header, r.delimiter, "          \
    "r.first_seen_at, r.last_seen_at, r.resolved_at, r.cluster_id, coalesce(r.time_zone, c.time_zone) "                             \
    "from ingest_rejects r join clusters c on c.id = r.cluster_id "

constexpr postgres::Statement selectRejects{
    "slurm.select_rejects",
    "select " HPCBILL_REJECT_COLUMNS
    "where ($1::text is null or c.name = $1) and ($2::text is null or r.reason = $2)"
    " and ($3::boolean is null or (r.resolved_at is not null) = $3) and ($4::bigint is null or r.id < $4)"
    " order by r.id desc limit $5"};

constexpr postgres::Statement lockRejects{
    "slurm.lock_rejects", "select " HPCBILL_REJECT_COLUMNS
                          "where ($1::text is null or c.name = $1) and ($2::text is null or r.reason = $2)"
                          " and r.resolved_at is null and r.id > $3 order by r.id limit $4 for update of r"};

#undef HPCBILL_REJECT_COLUMNS

constexpr postgres::Statement resolveRejects{"slurm.resolve_rejects", R"sql(
    update ingest_rejects set resolved_at = $2 where id = any($1::text[]::bigint[])
)sql"};

postgres::Bytes bytesOf(const std::string& text)
{
    const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

std::string textOf(const postgres::Bytes& bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A sentence may quote what it is about; the database takes UTF-8 without NUL only.
std::string storable(const std::string& sentence)
{
    std::string text =
        nlohmann::json(sentence).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text = nlohmann::json::parse(text).get<std::string>();
    std::erase(text, '\0');
    return text;
}

KeptReject rejectOf(const postgres::Row& row)
{
    KeptReject reject;
    reject.id = row.as<std::int64_t>(0);
    reject.cluster = row.as<std::string>(1);
    reject.runId = row.as<std::int64_t>(2);
    reject.source = row.as<std::string>(3);
    reject.reason = row.as<std::string>(4);
    reject.detail = row.as<std::string>(5);
    reject.place = row.as<std::int64_t>(6);
    reject.raw = textOf(row.as<postgres::Bytes>(7));
    reject.header = row.as<std::optional<std::string>>(8).value_or("");
    reject.delimiter = row.as<std::optional<std::string>>(9).value_or("");
    reject.firstSeenAt = row.as<UtcTime>(10);
    reject.lastSeenAt = row.as<UtcTime>(11);
    reject.resolvedAt = row.as<std::optional<UtcTime>>(12);
    reject.clusterId = static_cast<usage::ClusterId>(row.as<std::int32_t>(13));
    reject.timeZone = row.as<std::string>(14);
    return reject;
}

} // namespace

void keepRejects(postgres::Transaction& tx, const BatchTarget& target, std::span<const Reject> rejects)
{
    if (rejects.empty())
        return;
    tx.execute(createStage);
    tx.execute(clearStage);
    postgres::CopyWriter copy = tx.copyIn(copyStage);
    std::int64_t ordinal = 0;
    for (const Reject& reject : rejects) {
        copy.row()
            .add(ordinal++)
            .add(codeOf(reject.reason))
            .add(storable(reject.detail))
            .add(static_cast<std::int64_t>(reject.place))
            .add(bytesOf(reject.raw))
            .add(reject.header.empty() ? std::nullopt : std::optional(storable(reject.header)))
            .add(reject.delimiter.empty() ? std::nullopt : std::optional(storable(reject.delimiter)));
    }
    copy.finish();
    tx.execute(mergeStage, static_cast<std::int32_t>(target.cluster.id), static_cast<std::int64_t>(target.run),
               codeOf(target.source), target.timeZone, tx.now());
}

std::vector<KeptReject> listRejects(postgres::Transaction& tx, const RejectFilter& filter, std::int64_t limit,
                                    std::optional<std::int64_t> before)
{
    std::vector<KeptReject> rejects;
    for (const postgres::Row row :
         tx.execute(selectRejects, filter.cluster, filter.reason, filter.resolved, before, limit))
        rejects.push_back(rejectOf(row));
    return rejects;
}

std::vector<KeptReject> lockUnresolved(postgres::Transaction& tx, const RejectFilter& filter,
                                       std::int64_t after, std::int64_t limit)
{
    std::vector<KeptReject> rejects;
    for (const postgres::Row row : tx.execute(lockRejects, filter.cluster, filter.reason, after, limit))
        rejects.push_back(rejectOf(row));
    return rejects;
}

void resolve(postgres::Transaction& tx, std::span<const std::int64_t> rejects)
{
    std::vector<std::string> ids;
    for (const std::int64_t id : rejects)
        ids.push_back(std::to_string(id));
    tx.execute(resolveRejects, ids, tx.now());
}

std::optional<std::vector<JobRecord>> readAgain(const KeptReject& reject)
{
    if (reject.reason == codeOf(RejectReason::cutLine) || reject.reason == codeOf(RejectReason::tooLong))
        return std::nullopt;
    std::vector<JobRecord> jobs;
    bool understood = true;
    const auto onJob = [&jobs](JobRecord&& job) { jobs.push_back(std::move(job)); };
    const auto onReject = [&understood](Reject&&) { understood = false; };
    try {
        if (reject.source == codeOf(SourceKind::slurmrestd)) {
            const RecordSink sink{onJob, onReject};
            readJobsAnswer(R"({"errors":[],"jobs":[)" + reject.raw + "]}", sink);
        } else {
            SacctReader reader(onJob, onReject, reject.delimiter.empty() ? "|" : reject.delimiter);
            if (!reject.header.empty())
                reader.feed(reject.header + "\n");
            reader.feed(reject.raw);
            reader.feed("\n");
            reader.finish();
        }
    } catch (const SourceFailure&) {
        return std::nullopt;
    } catch (const UnreadableLog&) {
        return std::nullopt;
    }
    return understood ? std::optional(std::move(jobs)) : std::nullopt;
}

} // namespace hpcbill::slurm
