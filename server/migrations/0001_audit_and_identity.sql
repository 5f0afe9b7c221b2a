-- The audit log: append-only by privilege (the application may insert and select) and by trigger (nobody may
-- update, delete or truncate). docs/audit-format.md says how the hashes are made.
create table audit_log (
    seq         bigint      not null constraint audit_log_pkey primary key,
    v           smallint    not null constraint audit_log_v_known check (v = 1),
    ts          timestamptz not null,
    actor       text,
    actor_role  text,
    action      text        not null,
    target_type text,
    target_id   text,
    outcome     text        not null,
    request_id  text,
    address     text,
    details     text        not null,  -- canonical JSON (RFC 8785), kept as text so that not a byte of it can change unseen
    leaf_hash   bytea       not null constraint audit_log_leaf_hash_size check (octet_length(leaf_hash) = 32),
    prev_hash   bytea       not null constraint audit_log_prev_hash_size check (octet_length(prev_hash) = 32),
    hash        bytea       not null constraint audit_log_hash_size check (octet_length(hash) = 32)
);
create unique index audit_log_no_forks on audit_log (prev_hash);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_append_only before update or delete on audit_log
    for each row execute function refuse_change();
create trigger audit_log_no_truncate before truncate on audit_log
    for each statement execute function refuse_change();

create table users (
    id                  bigint      not null generated always as identity constraint users_pkey primary key,
    username            text        not null constraint users_username_unique unique
                                    constraint users_username_plain check (username ~ '^[^[:cntrl:][:space:]]{1,128}$'),
    password_hash       text        not null,
    role                text        not null constraint users_role_known check (role in ('user', 'auditor', 'operator', 'admin')),
    disabled_at         timestamptz,
    created_at          timestamptz not null,
    password_changed_at timestamptz not null
);

create table sessions (
    token_hash   bytea       not null constraint sessions_pkey primary key
                             constraint sessions_token_hash_size check (octet_length(token_hash) = 32),
    user_id      bigint      not null constraint sessions_user_id_fkey references users (id),
    kind         text        not null constraint sessions_kind_known check (kind in ('api', 'web')),
    address      text,
    created_at   timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at   timestamptz not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

create table auth_throttle (
    id                bigint      not null generated always as identity constraint auth_throttle_pkey primary key,
    username          text        not null,
    address           text        not null,
    failures          integer     not null constraint auth_throttle_failures_positive check (failures >= 0),
    window_started_at timestamptz not null,
    locked_until      timestamptz,
    constraint auth_throttle_key unique (username, address)
);

-- What a POST with an Idempotency-Key made, so that the same key and body answer with the same thing.
create table idempotency_keys (
    actor        text        not null,
    key          text        not null constraint idempotency_keys_key_size check (length(key) between 1 and 255),
    request_hash bytea       not null,
    resource_id  text        not null,
    created_at   timestamptz not null,
    constraint idempotency_keys_pkey primary key (actor, key)
);

grant select, insert on audit_log to hpcbill_app;
grant select, insert, update on users to hpcbill_app;
grant select, insert, update, delete on sessions, auth_throttle to hpcbill_app;
grant select, insert, delete on idempotency_keys to hpcbill_app;
