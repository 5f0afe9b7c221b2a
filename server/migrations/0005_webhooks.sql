-- Events on their way out. Ids are given under a lock that is held until commit, so their order is that of the commits.
create table outbox (
    id         bigint      not null generated always as identity constraint outbox_pkey primary key,
    message_id text        not null constraint outbox_message_id_unique unique,  -- the same in every delivery of it
    event_type text        not null,
    payload    text        not null,  -- the body as it is sent and signed: not a byte of it may change between tries
    created_at timestamptz not null
);

-- Who wants to hear of them. One that is deleted keeps its row, because its deliveries stay.
create table webhook_endpoints (
    id            bigint      not null generated always as identity constraint webhook_endpoints_pkey primary key,
    url           text        not null,
    description   text        not null,
    event_types   text[]      not null,  -- empty: all
    status        text        not null constraint webhook_endpoints_status_known check (status in ('active', 'paused')),
    paused_reason text        constraint webhook_endpoints_paused_reason_known check (paused_reason in ('requested', 'gone', 'failing')),
    created_at    timestamptz not null,
    created_by    text        not null,
    deleted_at    timestamptz,
    -- how it does
    consecutive_failures integer not null default 0,
    failing_since   timestamptz,  -- the first of them
    last_success_at timestamptz,
    last_failure_at timestamptz,
    last_error      text,
    -- whoever delivers to it has it for himself until then; of a process that died nobody need know
    lease           text,
    leased_until    timestamptz,
    constraint webhook_endpoints_pause_has_reason check ((status = 'paused') = (paused_reason is not null)),
    constraint webhook_endpoints_lease_ends check ((lease is null) = (leased_until is null)),
    constraint webhook_endpoints_failures_have_begun check ((consecutive_failures = 0) = (failing_since is null))
);

-- What deliveries are signed with: the newest, and for a while those before it.
create table webhook_endpoint_secrets (
    id          bigint      not null generated always as identity constraint webhook_endpoint_secrets_pkey primary key,
    endpoint_id bigint      not null constraint webhook_endpoint_secrets_endpoint_id_fkey references webhook_endpoints (id),
    sealed      bytea       not null,  -- under APP_SECRET_KEY
    created_at  timestamptz not null,
    expires_at  timestamptz
);
create unique index webhook_endpoint_secrets_one_newest on webhook_endpoint_secrets (endpoint_id) where expires_at is null;

create sequence webhook_queue;

-- One event for one endpoint.
create table webhook_deliveries (
    id              bigint      not null generated always as identity constraint webhook_deliveries_pkey primary key,
    endpoint_id     bigint      not null constraint webhook_deliveries_endpoint_id_fkey references webhook_endpoints (id),
    event_id        bigint      not null constraint webhook_deliveries_event_id_fkey references outbox (id),
    event_type      text        not null,
    status          text        not null default 'pending'
                                constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'dead')),
    place           bigint      not null default nextval('webhook_queue'),  -- an endpoint's deliveries are tried in this order
    attempts        integer     not null default 0,
    created_at      timestamptz not null,
    trying_since    timestamptz,            -- the three days in which it is tried count from here
    failures        integer     not null default 0,  -- since then
    next_attempt_at timestamptz,
    last_attempt_at timestamptz,
    last_status     integer,
    last_error      text,
    delivered_at    timestamptz,
    constraint webhook_deliveries_pending_is_due check ((status = 'pending') = (next_attempt_at is not null)),
    constraint webhook_deliveries_delivered_has_moment check (status <> 'delivered' or delivered_at is not null)
);
alter sequence webhook_queue owned by webhook_deliveries.place;
create index webhook_deliveries_queue on webhook_deliveries (endpoint_id, place) where status = 'pending';
create index webhook_deliveries_dead on webhook_deliveries (endpoint_id, id) where status = 'dead';
create index webhook_deliveries_by_endpoint on webhook_deliveries (endpoint_id, id);
create index webhook_deliveries_by_type on webhook_deliveries (event_type, id);

-- Written before a request leaves, finished with its outcome: one without is of a process that died meanwhile.
create table webhook_tries (
    id          bigint      not null generated always as identity constraint webhook_tries_pkey primary key,
    delivery_id bigint      not null constraint webhook_tries_delivery_id_fkey references webhook_deliveries (id),
    started_at  timestamptz not null,
    status      integer,  -- of HTTP
    error       text,
    duration_ms bigint
);
create index webhook_tries_by_delivery on webhook_tries (delivery_id, id);

grant select, insert on outbox to hpcbill_app;
grant select, insert, update on webhook_endpoints, webhook_deliveries, webhook_tries to hpcbill_app;
grant select, insert, update, delete on webhook_endpoint_secrets to hpcbill_app;
grant usage on sequence webhook_queue to hpcbill_app;
