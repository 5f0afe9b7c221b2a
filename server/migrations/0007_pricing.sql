-- The types of a job's GPUs, in order, with commas: "a100,h100". Empty where Slurm named none, and for jobs that came before this column.
alter table jobs add column gpu_types text not null default '';

-- Windows of time over all users. Jobs arrive about in the order of their ends, so summaries of blocks are enough, and cost
-- the merge nothing.
create index jobs_by_end on jobs using brin (ended_at) with (autosummarize = on);

-- The whole ordered list of rules, as it was agreed at one moment. Never edited: a change is a new version.
create table billing_rule_versions (
    id         bigint      not null generated always as identity constraint billing_rule_versions_pkey primary key,
    rules      jsonb       not null constraint billing_rule_versions_list check (jsonb_typeof(rules) = 'array'),
    currency   text        not null constraint billing_rule_versions_currency_form check (currency ~ '^[A-Z]{3}$'),
    author     text        not null,
    reason     text        not null,
    created_at timestamptz not null
);

create table tier_rule_versions (
    id         bigint      not null generated always as identity constraint tier_rule_versions_pkey primary key,
    rules      jsonb       not null constraint tier_rule_versions_list check (jsonb_typeof(rules) = 'array'),
    author     text        not null,
    reason     text        not null,
    created_at timestamptz not null
);

-- What the classifier says of each user name that was ever seen. Kept, so that statements know tiers too.
create table user_tiers (
    username text    not null constraint user_tiers_pkey primary key,
    tier     text    constraint user_tiers_tier_fkey references tiers (name),  -- null: no rule matches
    rule     integer constraint user_tiers_rule_with_tier check ((rule is null) = (tier is null))  -- its place in the list, from 1
);
insert into user_tiers (username) select distinct u.username from usage_daily u;

create table account_tiers (
    account    text        not null constraint account_tiers_pkey primary key,
    tier       text        not null constraint account_tiers_tier_fkey references tiers (name),
    author     text        not null,
    reason     text        not null,
    created_at timestamptz not null
);

-- The tier at which a user's jobs under an account are priced: the user's override, else the account's tier, else what the
-- classifier says, else the default.
create function tier_of(username text, account text) returns text language sql stable as $$
    select coalesce((select o.tier from tier_overrides o where o.username = $1),
                    (select a.tier from account_tiers a where a.account = $2),
                    (select u.tier from user_tiers u where u.username = $1),
                    (select t.name from tiers t where t.is_default))
$$;
create or replace function tier_of(username text) returns text language sql stable as $$
    select coalesce((select o.tier from tier_overrides o where o.username = $1),
                    (select u.tier from user_tiers u where u.username = $1),
                    (select t.name from tiers t where t.is_default))
$$;

-- What a receipt was priced with. Receipts from before these columns had no rules, and one rate for all their items.
alter table receipts add column rule_version_id bigint constraint receipts_rule_version_id_fkey references billing_rule_versions (id);
alter table receipt_items
    add column rate_version_id bigint,                     -- null: that of the receipt
    add column rules_applied   bigint not null default 0;  -- bit n: the rule at place n (from 0) of the receipt's rules applied

-- The sum of the jobs' costs and what they were priced with. A merge that touches the row raises `revision` and so makes it stale.
alter table usage_daily
    add column revision        bigint not null default 1,
    add column priced_revision bigint not null default 0,
    add column cost            numeric,
    add column priced_tier     text,
    add column rate_version_id bigint,
    add column rule_version_id bigint;

grant select, insert on billing_rule_versions, tier_rule_versions to hpcbill_app;
grant select, insert, update on user_tiers to hpcbill_app;
grant select, insert, update, delete on account_tiers to hpcbill_app;
grant insert, update (position, is_default) on tiers to hpcbill_app;
