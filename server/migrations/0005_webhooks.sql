-- Events on their way out. Ids are given under a lock that is held until commit, so their order is that of the commits.
create table outbox (
    id         bigint      not null generated always as identity constraint outbox_pkey primary key,
    message_id text        not null constraint outbox_message_id_unique unique,  -- the same in every delivery of it
    event_type text        not null,
    payload    text        not null,  -- the body as it is sent and signed: not a byte of it may change between tries
    created_at timestamptz not null
);

grant select, insert on outbox to hpcbill_app;
