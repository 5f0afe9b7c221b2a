// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/store.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr postgres::Statement insertCluster{"slurm.insert_cluster", R"sql(
    insert into clusters (name, time_zone, created_at) values ($1, $2, $3) on conflict (name) do nothing
)sql"};

constexpr postgres::Statement knownZone{"slurm.known_zone",
                                        "select 1 from pg_timezone_names where name = $1"};

constexpr postgres::Statement selectCluster{"slurm.select_cluster", R"sql(
    select id, name, time_zone from clusters where name = $1
)sql"};

constexpr postgres::Statement selectClusterForUpdate{"slurm.select_cluster_for_update", R"sql(
    select id, name, time_zone from clusters where name = $1 for update
)sql"};

constexpr postgres::Statement updateZone{"slurm.update_zone",
                                         "update clusters set time_zone = $2 where id = $1"};

constexpr postgres::Statement selectOtherZone{"slurm.select_other_zone", R"sql(
    select r.time_zone from ingest_runs r
    where r.cluster_id = $1 and r.time_zone <> $2 and r.added > 0
    order by r.id desc limit 1
)sql"};

constexpr postgres::Statement lockCluster{"slurm.lock_cluster", R"sql(
    select pg_try_advisory_xact_lock(hashtextextended('hpcbill.slurm.run', $1::int))
)sql"};

constexpr postgres::Statement askAnything{"slurm.keep_alive", "select 1"};

constexpr postgres::Statement selectPosition{"slurm.select_position", R"sql(
    select read_until, swept_at, csv_version from ingest_positions where cluster_id = $1
)sql"};

// Never backwards: a poll that was asked to read an old stretch again must not make the next one forget what
// is newer.
constexpr postgres::Statement upsertPosition{"slurm.upsert_position", R"sql(
    with position as (
        insert into ingest_positions as p (cluster_id, read_until, swept_at, csv_version, moved_at) values ($1, $2, $3, $4, $5)
        on conflict (cluster_id) do update
        set read_until = greatest(p.read_until, excluded.read_until), swept_at = coalesce(excluded.swept_at, p.swept_at),
            csv_version = coalesce(excluded.csv_version, p.csv_version),
            moved_at = case when excluded.read_until > p.read_until then excluded.moved_at else p.moved_at end
        returning cluster_id, moved_at
    )
    update clusters c set stalled_at = null from position p where c.id = p.cluster_id and p.moved_at = $5 and c.stalled_at is not null
)sql"};

constexpr postgres::Statement selectLastPoll{"slurm.select_last_poll", R"sql(
    select r.started_at from ingest_runs r where r.cluster_id = $1 and r.kind = 'poll' order by r.id desc limit 1
)sql"};

constexpr postgres::Statement insertRun{"slurm.insert_run", R"sql(
    insert into ingest_runs (cluster_id, kind, status, started_at) values ($1, $2, 'running', $3) returning id
)sql"};

constexpr postgres::Statement closeRuns{"slurm.close_runs", R"sql(
    update ingest_runs
    set status = 'failed', finished_at = $2, notes = notes || '[{"source": "", "text": "the program ended before the run did"}]'
    where cluster_id = $1 and status = 'running'
)sql"};

constexpr postgres::Statement addCounts{"slurm.add_counts", R"sql(
    update ingest_runs
    set jobs_read = jobs_read + $2, added = added + $3, changed = changed + $4, unchanged = unchanged + $5,
        rejected = rejected + $6, time_zone = coalesce($7, time_zone)
    where id = $1
)sql"};

constexpr postgres::Statement closeRun{"slurm.close_run", R"sql(
    update ingest_runs
    set status = $2, source = $3, window_from = $4, window_to = $5, notes = $6::jsonb, finished_at = $7
    where id = $1
)sql"};

constexpr postgres::Statement selectClusters{"slurm.select_clusters", R"sql(
    select c.name, c.time_zone, c.created_at, p.read_until, r.id
    from clusters c
    left join ingest_positions p on p.cluster_id = c.id
    left join lateral (select max(r.id) as id from ingest_runs r where r.cluster_id = c.id) r on true
    where $1::text is null or c.name = $1
    order by c.name
)sql"};

#define HPCBILL_RUN_COLUMNS                                                                                  \
    "r.id, c.name, r.kind, r.source, r.status, r.started_at, r.finished_at, r.window_from, r.window_to, "    \
    "r.jobs_read, "                                                                                          \
    "r.added, r.changed, r.unchanged, r.rejected, r.notes::text"

constexpr postgres::Statement selectRuns{
    "slurm.select_runs",
    "select " HPCBILL_RUN_COLUMNS " from ingest_runs r join clusters c on c.id = r.cluster_id"
    " where ($1::text is null or c.name = $1) and ($2::bigint is null or r.id < $2)"
    " order by r.id desc limit $3"};

constexpr postgres::Statement selectRun{"slurm.select_run",
                                        "select " HPCBILL_RUN_COLUMNS
                                        " from ingest_runs r join clusters c on c.id = r.cluster_id"
                                        " where r.id = $1"};

#undef HPCBILL_RUN_COLUMNS

std::int32_t number(usage::ClusterId id)
{
    return static_cast<std::int32_t>(id);
}
std::int64_t number(RunId id)
{
    return static_cast<std::int64_t>(id);
}

std::string toJson(const std::vector<RunNote>& notes)
{
    auto list = nlohmann::json::array();
    for (const RunNote& note : notes)
        list.push_back({{"source", note.source}, {"text", note.text}});
    // What a program said on its way down may be anything.
    return list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Run runOf(const postgres::Row& row)
{
    Run run;
    run.id = row.as<std::int64_t>(0);
    run.cluster = row.as<std::string>(1);
    run.kind = row.as<std::string>(2);
    if (const auto source = row.as<std::optional<std::string>>(3))
        run.source = parseSourceKind(*source);
    run.status = row.as<std::string>(4);
    run.startedAt = row.as<UtcTime>(5);
    run.finishedAt = row.as<std::optional<UtcTime>>(6);
    run.windowFrom = row.as<std::optional<UtcTime>>(7);
    run.windowTo = row.as<std::optional<UtcTime>>(8);
    run.jobsRead = row.as<std::int64_t>(9);
    run.added = row.as<std::int64_t>(10);
    run.changed = row.as<std::int64_t>(11);
    run.unchanged = row.as<std::int64_t>(12);
    run.rejected = row.as<std::int64_t>(13);
    for (const auto& note : nlohmann::json::parse(row.as<std::string>(14)))
        run.notes.push_back({note.at("source").get<std::string>(), note.at("text").get<std::string>()});
    return run;
}

} // namespace

namespace
{

void requireKnownZone(postgres::Transaction& tx, const std::string& timeZone)
{
    if (tx.execute(knownZone, timeZone).empty())
        throw InvalidInput("time_zone",
                           "PostgreSQL knows no time zone of this name; write it like Asia/Bangkok");
}

ClusterRow clusterRowOf(const postgres::Row& row)
{
    return {static_cast<usage::ClusterId>(row.as<std::int32_t>(0)), row.as<std::string>(1),
            row.as<std::string>(2)};
}

} // namespace

std::optional<ClusterRow> lockClusterRow(postgres::Transaction& tx, const std::string& name)
{
    const auto found = tx.execute(selectClusterForUpdate, name);
    return found.empty() ? std::nullopt : std::optional(clusterRowOf(found[0]));
}

void changeTimeZone(postgres::Transaction& tx, usage::ClusterId cluster, const std::string& timeZone)
{
    requireKnownZone(tx, timeZone);
    tx.execute(updateZone, number(cluster), timeZone);
}

ClusterRow ensureCluster(postgres::Transaction& tx, const std::string& name, const std::string& timeZone)
try {
    requireKnownZone(tx, timeZone);
    auto found = tx.execute(selectCluster, name);
    if (found.empty()) {
        tx.execute(insertCluster, name, timeZone, tx.now());
        found = tx.execute(selectCluster, name);
    }
    invariant(!found.empty(), "a cluster that was made is not there");
    return clusterRowOf(found[0]);
} catch (const postgres::ConstraintViolation& violation) {
    if (violation.constraint() != "clusters_name_plain")
        throw;
    throw InvalidInput("cluster", "must be 1 to 64 letters, digits, points, hyphens or underscores");
}

std::optional<std::string> otherZone(postgres::Transaction& tx, usage::ClusterId cluster,
                                     const std::string& timeZone)
{
    const auto found = tx.execute(selectOtherZone, number(cluster), timeZone);
    return found.empty() ? std::nullopt : std::optional(found[0].as<std::string>(0));
}

bool tryLockCluster(postgres::Transaction& tx, usage::ClusterId cluster)
{
    return tx.execute(lockCluster, number(cluster))[0].as<bool>(0);
}

void keepAlive(postgres::Transaction& tx)
{
    tx.execute(askAnything);
}

std::optional<Position> findPosition(postgres::Transaction& tx, usage::ClusterId cluster)
{
    const auto found = tx.execute(selectPosition, number(cluster));
    if (found.empty())
        return std::nullopt;
    return Position{found[0].as<UtcTime>(0), found[0].as<std::optional<UtcTime>>(1),
                    found[0].as<std::optional<std::string>>(2)};
}

void savePosition(postgres::Transaction& tx, usage::ClusterId cluster, const Position& position)
{
    tx.execute(upsertPosition, number(cluster), position.readUntil, position.sweptAt, position.csvVersion, tx.now());
}

std::optional<UtcTime> lastPoll(postgres::Transaction& tx, usage::ClusterId cluster)
{
    const auto found = tx.execute(selectLastPoll, number(cluster));
    return found.empty() ? std::nullopt : std::optional(found[0].as<UtcTime>(0));
}

RunId beginRun(postgres::Transaction& tx, usage::ClusterId cluster, std::string_view kind)
{
    return static_cast<RunId>(tx.execute(insertRun, number(cluster), kind, tx.now())[0].as<std::int64_t>(0));
}

void closeAbandonedRuns(postgres::Transaction& tx, usage::ClusterId cluster)
{
    tx.execute(closeRuns, number(cluster), tx.now());
}

void addToRun(postgres::Transaction& tx, RunId run, const BatchCounts& counts)
{
    tx.execute(addCounts, number(run), counts.jobsRead, counts.merged.added, counts.merged.changed,
               counts.merged.unchanged, counts.rejected, counts.timeZone);
}

void finishRun(postgres::Transaction& tx, RunId run, bool succeeded, std::optional<SourceKind> source,
               const std::optional<std::pair<UtcTime, UtcTime>>& window, const std::vector<RunNote>& notes)
{
    std::optional<std::string_view> sourceCode;
    if (source)
        sourceCode = codeOf(*source);
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
    if (window) {
        from = window->first;
        to = window->second;
    }
    tx.execute(closeRun, number(run), succeeded ? "succeeded" : "failed", sourceCode, from, to, toJson(notes),
               tx.now());
}

std::vector<Cluster> listClusters(postgres::Transaction& tx, const std::optional<std::string>& name)
{
    std::vector<Cluster> clusters;
    for (const postgres::Row row : tx.execute(selectClusters, name)) {
        Cluster cluster;
        cluster.name = row.as<std::string>(0);
        cluster.timeZone = row.as<std::string>(1);
        cluster.createdAt = row.as<UtcTime>(2);
        cluster.readUntil = row.as<std::optional<UtcTime>>(3);
        if (const auto run = row.as<std::optional<std::int64_t>>(4))
            cluster.lastRun = findRun(tx, static_cast<RunId>(*run));
        clusters.push_back(std::move(cluster));
    }
    return clusters;
}

std::vector<Run> listRuns(postgres::Transaction& tx, const std::optional<std::string>& cluster,
                          std::int64_t limit, std::optional<std::int64_t> before)
{
    std::vector<Run> runs;
    for (const postgres::Row row : tx.execute(selectRuns, cluster, before, limit))
        runs.push_back(runOf(row));
    return runs;
}

Run findRun(postgres::Transaction& tx, RunId run)
{
    const auto found = tx.execute(selectRun, number(run));
    if (found.empty())
        throw NotFound("There is no such run.");
    return runOf(found[0]);
}

} // namespace hpcbill::slurm
