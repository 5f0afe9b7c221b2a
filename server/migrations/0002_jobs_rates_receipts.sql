create table clusters (
    id         integer     not null generated always as identity constraint clusters_pkey primary key,
    name       text        not null constraint clusters_name_unique unique
                           constraint clusters_name_plain check (name ~ '^[A-Za-z0-9_.-]{1,64}$'),
    time_zone  text        not null default 'UTC',  -- of times that a source writes without a zone
    created_at timestamptz not null
);

-- One row per run of a job: Slurm's job ids wrap and requeued jobs keep theirs, so the moment of submission is part of the key.
create table jobs (
    cluster_id         integer     not null constraint jobs_cluster_id_fkey references clusters (id),
    job_id             bigint      not null,
    submit_at          timestamptz not null,
    display_id         text        not null,
    eligible_at        timestamptz,
    started_at         timestamptz,
    ended_at           timestamptz,
    username           text        not null,
    account            text        not null,
    partition          text        not null,
    qos                text        not null,
    state              text        not null,
    cancelled_by       text,
    exit_code          text,
    name               text        not null,
    name_bytes         bytea,       -- the name as Slurm gave it, where it is not UTF-8 and `name` had to escape some of it
    node_list          text        not null,
    nodes              bigint      not null constraint jobs_nodes_positive check (nodes >= 0),
    cpus               bigint      not null constraint jobs_cpus_positive check (cpus >= 0),
    gpus               bigint      not null constraint jobs_gpus_positive check (gpus >= 0),
    memory_mib         bigint      not null constraint jobs_memory_positive check (memory_mib >= 0),
    elapsed_seconds    bigint      not null constraint jobs_elapsed_positive check (elapsed_seconds >= 0),
    suspended_seconds  bigint      not null constraint jobs_suspended_positive check (suspended_seconds >= 0),
    cpu_seconds        bigint      not null,
    gpu_seconds        bigint      not null,
    memory_mib_seconds bigint      not null,
    booked_on          date,        -- the UTC day of the end; null while it runs and for what never had nodes: such rows cost nothing
    constraint jobs_pkey primary key (cluster_id, job_id, submit_at),
    constraint jobs_booked_when_ended check (booked_on is null or ended_at is not null)
) partition by range (submit_at);
create index jobs_by_submit on jobs (submit_at, cluster_id, job_id);
create index jobs_by_user_and_end on jobs (username, ended_at) where booked_on is not null;

-- Makes the partition of a month (its first day), unless it is there. The new table has its indexes before it is
-- attached, and ATTACH lets readers and writers of the others go on.
create function ensure_jobs_partition(month date) returns void
    language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    part  text := 'jobs_' || to_char(month, 'YYYYMM');
    lower timestamptz := month::timestamp at time zone 'UTC';
    upper timestamptz := (month + interval '1 month') at time zone 'UTC';
begin
    if extract(day from month) <> 1 then
        raise exception 'a partition starts on the first day of a month, not on %', month;
    end if;
    if to_regclass('public.' || part) is not null then return; end if;
    perform pg_advisory_xact_lock(hashtextextended('hpcbill.jobs_partition', 0));
    if to_regclass('public.' || part) is not null then return; end if;
    execute format('create table public.%I (like public.jobs including defaults including constraints including indexes)', part);
    execute format('alter table public.jobs attach partition public.%I for values from (%L) to (%L)', part, lower, upper);
end
$$;
revoke all on function ensure_jobs_partition(date) from public;

create table usage_daily (
    day                date    not null,
    cluster_id         integer not null constraint usage_daily_cluster_id_fkey references clusters (id),
    account            text    not null,
    username           text    not null,
    partition          text    not null,
    jobs               bigint  not null,
    cpu_seconds        bigint  not null,
    gpu_seconds        bigint  not null,
    memory_mib_seconds bigint  not null,
    constraint usage_daily_pkey primary key (day, cluster_id, account, username, partition)
);
create index usage_daily_by_user on usage_daily (username, day);

create table tiers (
    name           text    not null constraint tiers_pkey primary key constraint tiers_name_plain check (name ~ '^[a-z][a-z0-9_-]{0,31}$'),
    position       integer not null constraint tiers_position_unique unique,
    is_default     boolean not null,
    receipt_prefix text    not null constraint tiers_receipt_prefix_unique unique
);
create unique index tiers_one_default on tiers (is_default) where is_default;
insert into tiers (name, position, is_default, receipt_prefix) values
    ('mu', 1, true, 'MU'), ('gov', 2, false, 'GOV'), ('private', 3, false, 'PRIVATE');

create table tier_overrides (
    username   text        not null constraint tier_overrides_pkey primary key,
    tier       text        not null constraint tier_overrides_tier_fkey references tiers (name),
    author     text        not null,
    reason     text        not null,
    created_at timestamptz not null
);

-- The tier of a user: the override, else the default. Resolved when asked for, so that it is right at once when one is set.
create function tier_of(username text) returns text language sql stable as $$
    select coalesce((select o.tier from tier_overrides o where o.username = $1), (select t.name from tiers t where t.is_default))
$$;

-- Rates are never edited: a change is a new version. Per hour of one core, one GPU, one GiB.
create table rate_versions (
    id             bigint         not null generated always as identity constraint rate_versions_pkey primary key,
    tier           text           not null constraint rate_versions_tier_fkey references tiers (name),
    cpu            numeric(18, 6) not null constraint rate_versions_cpu_positive check (cpu >= 0),
    gpu            numeric(18, 6) not null constraint rate_versions_gpu_positive check (gpu >= 0),
    mem            numeric(18, 6) not null constraint rate_versions_mem_positive check (mem >= 0),
    currency       text           not null constraint rate_versions_currency_form check (currency ~ '^[A-Z]{3}$'),
    effective_from timestamptz    not null,
    author         text           not null,
    reason         text           not null,
    created_at     timestamptz    not null
);
create index rate_versions_by_tier on rate_versions (tier, effective_from desc, id desc);

create table receipt_numbers (
    prefix      text    not null,
    year        integer not null,
    last_number bigint  not null,
    constraint receipt_numbers_pkey primary key (prefix, year)
);

create table receipts (
    id                 bigint         not null generated always as identity constraint receipts_pkey primary key,
    number             text           not null constraint receipts_number_unique unique,
    username           text           not null,
    period_from        timestamptz    not null,  -- the earliest end among its jobs
    period_to          timestamptz    not null,  -- the cut-off: every job ended before it
    status             text           not null constraint receipts_status_known check (status in ('pending', 'paid', 'void')),
    tier               text           not null constraint receipts_tier_fkey references tiers (name),
    rate_version_id    bigint         not null constraint receipts_rate_version_id_fkey references rate_versions (id),
    rate_cpu           numeric(18, 6) not null,
    rate_gpu           numeric(18, 6) not null,
    rate_mem           numeric(18, 6) not null,
    currency           text           not null,
    jobs               bigint         not null constraint receipts_has_jobs check (jobs > 0),
    subtotal           numeric        not null,
    tax                numeric        not null,
    total              numeric        not null,
    created_at         timestamptz    not null,  -- also the moment at which tier and rates were locked
    created_by         text           not null,
    paid_at            timestamptz,
    external_reference text,
    replaces           bigint         constraint receipts_replaces_fkey references receipts (id),
    replaced_by        bigint         constraint receipts_replaced_by_fkey references receipts (id),
    constraint receipts_total_adds_up check (total = subtotal + tax and subtotal >= 0 and tax >= 0),
    constraint receipts_paid_has_moment check ((status = 'paid') = (paid_at is not null) or status = 'void')
);
create index receipts_by_user on receipts (username, id desc);

create table receipt_items (
    receipt_id         bigint      not null constraint receipt_items_receipt_id_fkey references receipts (id),
    line               bigint      not null,
    cluster_id         integer     not null,
    job_id             bigint      not null,
    submit_at          timestamptz not null,
    cpu_seconds        bigint      not null,
    gpu_seconds        bigint      not null,
    memory_mib_seconds bigint      not null,
    amount             numeric     not null constraint receipt_items_amount_positive check (amount >= 0),
    freed_at           timestamptz,
    constraint receipt_items_pkey primary key (receipt_id, line),
    constraint receipt_items_job_fkey foreign key (cluster_id, job_id, submit_at) references jobs (cluster_id, job_id, submit_at)
);
-- A job stands on at most one receipt that is not void.
create unique index receipt_items_one_live_receipt on receipt_items (cluster_id, job_id, submit_at) where freed_at is null;

grant execute on function ensure_jobs_partition(date) to hpcbill_app;
grant select, insert, update on clusters, jobs, receipt_numbers to hpcbill_app;
grant select, insert, update, delete on usage_daily to hpcbill_app;
grant select on tiers to hpcbill_app;
grant select, insert, update, delete on tier_overrides to hpcbill_app;
grant select, insert on rate_versions to hpcbill_app;
-- What was issued stays as it was: of a receipt only its life may change, of an item only that it was freed.
grant select, insert, update (status, paid_at, external_reference, replaced_by) on receipts to hpcbill_app;
grant select, insert, update (freed_at) on receipt_items to hpcbill_app;
