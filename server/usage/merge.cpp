// SPDX-License-Identifier: GPL-3.0-or-later
// From a batch of records to jobs and rollups: one COPY and one set-based statement, whatever the size of the
// batch.
#include "server/usage/usage.h"

#include "common/error.h"
#include "server/postgres/copy.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/stored_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace hpcbill::usage
{
namespace
{

constexpr postgres::Statement createStage{"usage.create_stage", R"sql(
    create temporary table if not exists job_stage (
        ordinal bigint not null, job_id bigint not null, submit_at timestamptz not null, display_id text not null,
        eligible_at timestamptz, started_at timestamptz, ended_at timestamptz,
        username text not null, account text not null, partition text not null, qos text not null, state text not null,
        cancelled_by text, exit_code text, name text not null, name_bytes bytea, node_list text not null,
        nodes bigint not null, cpus bigint not null, gpus bigint not null, gpu_types text not null, memory_mib bigint not null,
        elapsed_seconds bigint not null, suspended_seconds bigint not null,
        cpu_seconds bigint not null, gpu_seconds bigint not null, memory_mib_seconds bigint not null,
        booked boolean not null
    ) on commit delete rows
)sql"};

// A second batch of the same transaction must not find the first one.
constexpr postgres::Statement clearStage{"usage.clear_stage", "delete from job_stage"};

constexpr const char* copyStage = R"sql(
    copy job_stage (ordinal, job_id, submit_at, display_id, eligible_at, started_at, ended_at, username, account, partition, qos,
                    state, cancelled_by, exit_code, name, name_bytes, node_list, nodes, cpus, gpus, gpu_types, memory_mib,
                    elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked)
    from stdin (format binary)
)sql";

// The same key in one transaction is handled by one statement at a time; another batch of the cluster waits
// here.
constexpr postgres::Statement lockCluster{"usage.lock_cluster", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.usage.merge', $1::int))
)sql"};

constexpr postgres::Statement knownZone{"usage.known_zone", R"sql(
    select 1 from pg_timezone_names where name = $1
)sql"};

constexpr postgres::Statement ensureComingPartitions{"usage.ensure_coming_partitions", R"sql(
    select ensure_jobs_partition((date_trunc('month', $1::timestamptz at time zone 'UTC') + ahead * interval '1 month')::date)
    from generate_series(0, 2) as ahead
)sql"};

constexpr postgres::Statement ensurePartitions{"usage.ensure_partitions", R"sql(
    select ensure_jobs_partition(m.month)
    from (select distinct date_trunc('month', ((submit_at at time zone 'UTC') at time zone $1) at time zone 'UTC')::date as month
          from job_stage) m
    order by m.month
)sql"};

// The limit makes the join with jobs a probe of its primary key per staged row. Left to itself the planner,
// which has no statistics of a cluster's first days, takes the cluster's rows for few, reads them all and
// compares each with each: measured at 62 s for a batch that takes 0.4 s this way. For the same reason known rows
// are updated by way of a conflict; new ones, of which the lock says that they stay new, are spared the look for one.
constexpr postgres::Statement mergeStage{"usage.merge_stage", R"sql(
    with staged as (
        select distinct on (s.job_id, (s.submit_at at time zone 'UTC') at time zone $2)
               s.ordinal, s.job_id, (s.submit_at at time zone 'UTC') at time zone $2 as submit_at, s.display_id,
               (s.eligible_at at time zone 'UTC') at time zone $2 as eligible_at,
               (s.started_at at time zone 'UTC') at time zone $2 as started_at,
               (s.ended_at at time zone 'UTC') at time zone $2 as ended_at,
               s.username, s.account, s.partition, s.qos, s.state, s.cancelled_by, s.exit_code, s.name, s.name_bytes, s.node_list,
               s.nodes, s.cpus, s.gpus, s.gpu_types, s.memory_mib, s.elapsed_seconds, s.suspended_seconds,
               s.cpu_seconds, s.gpu_seconds, s.memory_mib_seconds, s.booked
        from job_stage s
        order by 2, 3, (s.ended_at is not null) desc, s.ordinal desc
    ),
    changed as materialized (
        select s.*, coalesce(s.exit_code, j.end_exit_code) as best_exit_code, case when s.booked then (s.ended_at at time zone 'UTC')::date end as booked_on,
               j.job_id is not null as known, j.booked_on as old_booked_on, j.account as old_account, j.username as old_username,
               j.partition as old_partition, j.cpu_seconds as old_cpu_seconds, j.gpu_seconds as old_gpu_seconds,
               j.memory_mib_seconds as old_memory_mib_seconds, j.state as old_state, j.qos as old_qos,
               j.exit_code as old_exit_code, j.gpu_types as old_gpu_types, j.elapsed_seconds as old_elapsed_seconds, j.nodes as old_nodes
        from staged s
        left join lateral (
            select k.job_id, k.display_id, k.eligible_at, k.started_at, k.ended_at, k.username, k.account, k.partition, k.qos, k.state,
                   k.cancelled_by, k.exit_code, k.name, k.name_bytes, k.node_list, k.nodes, k.cpus, k.gpus, k.gpu_types, k.memory_mib,
                   k.elapsed_seconds, k.suspended_seconds, k.cpu_seconds, k.gpu_seconds, k.memory_mib_seconds, k.booked_on,
                   case when k.ended_at is not null then k.exit_code end as end_exit_code -- what runs has none yet
            from jobs k
            where k.cluster_id = $1 and k.job_id = s.job_id and k.submit_at = s.submit_at
            limit 1
        ) j on true
        where j.job_id is null
           or ((j.ended_at is null or s.ended_at is not null)
               and (j.display_id, j.eligible_at, j.started_at, j.ended_at, j.username, j.account, j.partition, j.qos, j.state,
                    j.cancelled_by, j.exit_code, j.name, j.name_bytes, j.node_list, j.nodes, j.cpus, j.gpus, j.gpu_types, j.memory_mib,
                    j.elapsed_seconds, j.suspended_seconds, j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds,
                    j.booked_on is not null)
                   is distinct from
                   (s.display_id, s.eligible_at, s.started_at, s.ended_at, s.username, s.account, s.partition, s.qos, s.state,
                    s.cancelled_by, coalesce(s.exit_code, j.end_exit_code), s.name, s.name_bytes, s.node_list, s.nodes, s.cpus, s.gpus,
                    s.gpu_types, s.memory_mib, s.elapsed_seconds, s.suspended_seconds, s.cpu_seconds, s.gpu_seconds, s.memory_mib_seconds,
                    s.booked))
    ),
    added as (
        insert into jobs (cluster_id, job_id, submit_at, display_id, eligible_at, started_at, ended_at, username, account,
                          partition, qos, state, cancelled_by, exit_code, name, name_bytes, node_list, nodes, cpus, gpus,
                          gpu_types, memory_mib, elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on)
        select $1, c.job_id, c.submit_at, c.display_id, c.eligible_at, c.started_at, c.ended_at, c.username, c.account,
               c.partition, c.qos, c.state, c.cancelled_by, c.best_exit_code, c.name, c.name_bytes, c.node_list, c.nodes, c.cpus, c.gpus,
               c.gpu_types, c.memory_mib, c.elapsed_seconds, c.suspended_seconds, c.cpu_seconds, c.gpu_seconds, c.memory_mib_seconds, c.booked_on
        from changed c
        where not c.known
    ),
    amended as (
        insert into jobs (cluster_id, job_id, submit_at, display_id, eligible_at, started_at, ended_at, username, account,
                          partition, qos, state, cancelled_by, exit_code, name, name_bytes, node_list, nodes, cpus, gpus,
                          gpu_types, memory_mib, elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on)
        select $1, c.job_id, c.submit_at, c.display_id, c.eligible_at, c.started_at, c.ended_at, c.username, c.account,
               c.partition, c.qos, c.state, c.cancelled_by, c.best_exit_code, c.name, c.name_bytes, c.node_list, c.nodes, c.cpus, c.gpus,
               c.gpu_types, c.memory_mib, c.elapsed_seconds, c.suspended_seconds, c.cpu_seconds, c.gpu_seconds, c.memory_mib_seconds, c.booked_on
        from changed c
        where c.known
        on conflict (cluster_id, job_id, submit_at) do update
        set display_id = excluded.display_id, eligible_at = excluded.eligible_at, started_at = excluded.started_at,
            ended_at = excluded.ended_at, username = excluded.username, account = excluded.account,
            partition = excluded.partition, qos = excluded.qos, state = excluded.state, cancelled_by = excluded.cancelled_by,
            exit_code = excluded.exit_code, name = excluded.name, name_bytes = excluded.name_bytes,
            node_list = excluded.node_list, nodes = excluded.nodes, cpus = excluded.cpus, gpus = excluded.gpus,
            gpu_types = excluded.gpu_types, memory_mib = excluded.memory_mib, elapsed_seconds = excluded.elapsed_seconds,
            suspended_seconds = excluded.suspended_seconds, cpu_seconds = excluded.cpu_seconds,
            gpu_seconds = excluded.gpu_seconds, memory_mib_seconds = excluded.memory_mib_seconds, booked_on = excluded.booked_on
    ),
    deltas as (
        select c.booked_on as day, c.account, c.username, c.partition, 1 as jobs, c.cpu_seconds, c.gpu_seconds, c.memory_mib_seconds
        from changed c
        where c.booked_on is not null
        union all
        select c.old_booked_on, c.old_account, c.old_username, c.old_partition, -1, -c.old_cpu_seconds, -c.old_gpu_seconds,
               -c.old_memory_mib_seconds
        from changed c
        where c.old_booked_on is not null
    ),
    booked as (
        insert into usage_daily as u (day, cluster_id, account, username, partition, jobs, cpu_seconds, gpu_seconds, memory_mib_seconds)
        select d.day, $1, d.account, d.username, d.partition, sum(d.jobs), sum(d.cpu_seconds), sum(d.gpu_seconds),
               sum(d.memory_mib_seconds)
        from deltas d
        group by d.day, d.account, d.username, d.partition
        on conflict (day, cluster_id, account, username, partition) do update
        set revision = u.revision + 1, jobs = u.jobs + excluded.jobs, cpu_seconds = u.cpu_seconds + excluded.cpu_seconds,
            gpu_seconds = u.gpu_seconds + excluded.gpu_seconds,
            memory_mib_seconds = u.memory_mib_seconds + excluded.memory_mib_seconds
    )
    select count(*) filter (where not c.known), count(*) filter (where c.known),
           count(*) filter (where c.old_booked_on is not null),
           coalesce((
               select jsonb_agg(jsonb_build_object(
                          'job_id', a.job_id, 'submit_at', to_char(a.submit_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                          'receipt', r.number,
                          'before', jsonb_build_object('user', a.old_username, 'account', a.old_account,
                              'partition', a.old_partition, 'qos', a.old_qos, 'state', a.old_state, 'exit_code', a.old_exit_code,
                              'gpu_types', a.old_gpu_types, 'elapsed_seconds', a.old_elapsed_seconds, 'nodes', a.old_nodes,
                              'cpu_seconds', a.old_cpu_seconds, 'gpu_seconds', a.old_gpu_seconds,
                              'memory_mib_seconds', a.old_memory_mib_seconds),
                          'after', jsonb_build_object('user', a.username, 'account', a.account,
                              'partition', a.partition, 'qos', a.qos, 'state', a.state, 'exit_code', a.best_exit_code,
                              'gpu_types', a.gpu_types, 'elapsed_seconds', a.elapsed_seconds, 'nodes', a.nodes, 'cpu_seconds', a.cpu_seconds,
                              'gpu_seconds', a.gpu_seconds, 'memory_mib_seconds', a.memory_mib_seconds))
                      order by a.job_id, a.submit_at)
               from changed a
               join lateral (select i.receipt_id from receipt_items i
                             where i.cluster_id = $1 and i.job_id = a.job_id and i.submit_at = a.submit_at and i.freed_at is null
                             limit 1) i on true
               join receipts r on r.id = i.receipt_id
               where a.known
                 and ((a.username, a.account, a.partition, a.qos, a.state, a.cpu_seconds, a.gpu_seconds, a.memory_mib_seconds,
                       a.gpu_types, a.elapsed_seconds, a.nodes)
                      is distinct from
                      (a.old_username, a.old_account, a.old_partition, a.old_qos, a.old_state, a.old_cpu_seconds,
                       a.old_gpu_seconds, a.old_memory_mib_seconds, a.old_gpu_types, a.old_elapsed_seconds, a.old_nodes)
                      or split_part(a.best_exit_code, ':', 1) <> split_part(a.old_exit_code, ':', 1)) -- known before and after
           ), '[]')::text
    from changed c
)sql"};

constexpr postgres::Statement newUsers{"usage.new_users", R"sql(
    select distinct s.username from job_stage s where not exists (select from user_tiers u where u.username = s.username)
)sql"};

constexpr postgres::Statement dropEmptyRollups{"usage.drop_empty_rollups", R"sql(
    delete from usage_daily where cluster_id = $1 and jobs = 0
)sql"};

void stage(postgres::CopyWriter& copy, std::int64_t ordinal, const slurm::JobRecord& record)
{
    const StoredText name = toStoredText(record.name);
    copy.row()
        .add(ordinal)
        .add(record.jobId)
        .add(record.submitAt)
        .add(record.displayId)
        .add(record.eligibleAt)
        .add(record.startedAt)
        .add(record.endedAt)
        .add(toStoredText(record.user).text)
        .add(toStoredText(record.account).text)
        .add(toStoredText(record.partition).text)
        .add(toStoredText(record.qos).text)
        .add(record.state)
        .add(record.cancelledBy)
        .add(record.exitCode < 0 ? std::nullopt : std::optional(fmt::format("{}:{}", record.exitCode, record.exitSignal)))
        .add(name.text)
        .add(name.bytes)
        .add(toStoredText(record.nodeList).text)
        .add(record.nodes)
        .add(record.cpus)
        .add(record.gpus)
        .add(toStoredText(record.gpuTypes).text)
        .add(record.memoryMib)
        .add(record.elapsedSeconds)
        .add(record.suspendedSeconds)
        .add(slurm::cpuSeconds(record))
        .add(slurm::gpuSeconds(record))
        .add(slurm::memoryMibSeconds(record))
        .add(slurm::isFinished(record) && slurm::ranOnNodes(record));
}

} // namespace

void JobStore::makePartitionsAhead(postgres::Transaction& tx) const
{
    tx.execute(ensureComingPartitions, tx.now());
}

MergeCounts JobStore::merge(postgres::Transaction& tx, ClusterId cluster,
                            std::span<const slurm::JobRecord> records, std::string_view timeZone) const
{
    MergeCounts counts;
    if (records.empty())
        return counts;
    const std::string zone(timeZone);
    if (zone != "UTC" && tx.execute(knownZone, zone).empty()) {
        throw InvalidInput("time_zone",
                           "PostgreSQL knows no time zone of this name; write it like Asia/Bangkok");
    }

    tx.execute(createStage);
    tx.execute(clearStage);
    {
        postgres::CopyWriter copy = tx.copyIn(copyStage);
        std::int64_t ordinal = 0;
        for (const slurm::JobRecord& record : records)
            stage(copy, ordinal++, record);
        copy.finish();
    }
    tx.execute(ensurePartitions, zone);
    tx.execute(lockCluster, static_cast<std::int32_t>(cluster));
    const auto result = tx.execute(mergeStage, static_cast<std::int32_t>(cluster), zone);
    const auto row = result[0];
    counts.added = row.as<std::int64_t>(0);
    counts.changed = row.as<std::int64_t>(1);
    counts.unchanged = static_cast<std::int64_t>(records.size()) - counts.added - counts.changed;
    counts.amended = nlohmann::json::parse(row.as<std::string>(3)).get<std::vector<nlohmann::json>>();
    if (row.as<std::int64_t>(2) > 0)
        tx.execute(dropEmptyRollups, static_cast<std::int32_t>(cluster));
    std::vector<std::string> users;
    for (const auto& user : tx.execute(newUsers))
        users.push_back(user.as<std::string>(0));
    m_tiers.learn(tx, users);
    return counts;
}

} // namespace hpcbill::usage
