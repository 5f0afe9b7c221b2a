-- How far each cluster was read: jobs that ended before `read_until` are in the table of jobs.
create table ingest_positions (
    cluster_id    integer     not null constraint ingest_positions_pkey primary key
                              constraint ingest_positions_cluster_id_fkey references clusters (id),
    read_until    timestamptz not null,
    swept_at      timestamptz,   -- when a week was last read again, for records that slurmdbd got late
    csv_version   text           -- size and time of change of the file that was last read whole
);

create table ingest_runs (
    id          bigint      not null generated always as identity constraint ingest_runs_pkey primary key,
    cluster_id  integer     not null constraint ingest_runs_cluster_id_fkey references clusters (id),
    kind        text        not null constraint ingest_runs_kind_known check (kind in ('poll', 'import')),
    source      text        constraint ingest_runs_source_known check (source in ('slurmrestd', 'sacct', 'csv')),
    status      text        not null constraint ingest_runs_status_known check (status in ('running', 'succeeded', 'failed')),
    started_at  timestamptz not null,
    finished_at timestamptz,
    window_from timestamptz,
    window_to   timestamptz,
    jobs_read   bigint      not null default 0,
    added       bigint      not null default 0,
    changed     bigint      not null default 0,
    unchanged   bigint      not null default 0,
    rejected    bigint      not null default 0,
    notes       jsonb       not null default '[]',  -- [{"source", "text"}]: why sources failed, what else was seen
    constraint ingest_runs_finished_has_moment check ((status = 'running') = (finished_at is null))
);
create index ingest_runs_by_cluster on ingest_runs (cluster_id, id desc);

-- A row that could not be understood is here once, however often a source shows it.
create table ingest_rejects (
    id            bigint      not null generated always as identity constraint ingest_rejects_pkey primary key,
    cluster_id    integer     not null constraint ingest_rejects_cluster_id_fkey references clusters (id),
    run_id        bigint      not null constraint ingest_rejects_run_id_fkey references ingest_runs (id),  -- the last that saw it
    source        text        not null,
    reason        text        not null,
    detail        text        not null,
    place         bigint      not null,  -- line from 1, or position in a list
    raw           bytea       not null,
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null
);
create unique index ingest_rejects_once on ingest_rejects (cluster_id, sha256(raw));
create index ingest_rejects_by_cluster on ingest_rejects (cluster_id, id desc);

grant select, insert, update on ingest_positions, ingest_runs, ingest_rejects to hpcbill_app;
