-- What the jobs of a row of usage_daily cost, by their tiers: those on a receipt what it says, the others what held when the row
-- was priced. Made of the jobs, and made anew when something that it depends on has changed; until then the row is stale, and
-- whoever reads it prices its jobs.
create table usage_costs (
    day                date    not null,
    cluster_id         integer not null,
    account            text    not null,
    username           text    not null,
    partition          text    not null,
    tier               text    not null,
    currency           text    not null,
    jobs               bigint  not null,
    cpu_seconds        bigint  not null,
    gpu_seconds        bigint  not null,
    memory_mib_seconds bigint  not null,
    cost               numeric not null,
    constraint usage_costs_pkey primary key (day, cluster_id, account, username, partition, tier, currency),
    constraint usage_costs_rollup_fkey foreign key (day, cluster_id, account, username, partition)
        references usage_daily (day, cluster_id, account, username, partition) on update cascade on delete cascade
);
create index usage_costs_by_user on usage_costs (username, day);

-- What a row was priced with, beside priced_revision, priced_tier and rule_version_id. Its columns `cost` and `rate_version_id`
-- never came into use; a later release drops them.
alter table usage_daily
    add column unbilled_jobs bigint not null default 0,  -- of its jobs, those that have no receipt: a new price list concerns only them
    add column priced_rates  bigint;                     -- which rates of the tier were in force, as the server tells them apart

-- Receipts that were made or became void, until the rows of their jobs have been priced again.
create table usage_rebilled (
    id       bigint not null generated always as identity constraint usage_rebilled_pkey primary key,
    username text   not null,
    from_day date   not null,
    to_day   date   not null
);

-- Every row of usage_daily with the tier of its unbilled jobs, that tier's rates (as the caller tells them apart), and whether
-- usage_costs says what its jobs cost now.
create function usage_standing(tier_names text[], tier_rates bigint[], rules bigint)
    returns table (day date, cluster_id integer, account text, username text, partition text, jobs bigint, revision bigint, tier text,
                   rates bigint, is_fresh boolean)
    language sql stable parallel safe as $$
    select u.day, u.cluster_id, u.account, u.username, u.partition, u.jobs, u.revision, coalesce(o.tier, a.tier, t.tier, d.name), n.rates,
           u.priced_revision = u.revision and r.username is null
           and (u.unbilled_jobs = 0
                or coalesce(u.priced_tier = coalesce(o.tier, a.tier, t.tier, d.name) and u.priced_rates = n.rates
                            and u.rule_version_id = $3, false))
    from usage_daily u
    cross join (select t.name from tiers t where t.is_default) d
    left join tier_overrides o on o.username = u.username
    left join account_tiers a on a.account = u.account
    left join user_tiers t on t.username = u.username
    left join unnest($1, $2) as n (tier, rates) on n.tier = coalesce(o.tier, a.tier, t.tier, d.name)
    left join (select b.username, min(b.from_day) as from_day, max(b.to_day) as to_day from usage_rebilled b group by b.username) r
           on r.username = u.username and u.day between r.from_day and r.to_day
$$;

grant select, insert, update, delete on usage_costs to hpcbill_app;
grant select, insert, delete on usage_rebilled to hpcbill_app;
