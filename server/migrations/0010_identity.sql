-- Set when somebody else chose the password; whoever logs in with it has to choose another one first.
alter table users add column password_must_change boolean not null default false;

-- What a session is called by those who list and end it: the hash of its token is nobody's business.
alter table sessions add column id bigint not null generated always as identity constraint sessions_id_unique unique;

-- For machines. `routes` are names of the route table ("GET /api/v1/jobs"), perhaps with a * at their end.
create table api_tokens (
    id           bigint      not null generated always as identity constraint api_tokens_pkey primary key,
    name         text        not null constraint api_tokens_name_unique unique
                             constraint api_tokens_name_plain check (name ~ '^[^[:cntrl:][:space:]]{1,64}$'),
    token_hash   bytea       not null constraint api_tokens_token_hash_unique unique
                             constraint api_tokens_token_hash_size check (octet_length(token_hash) = 32),
    roles        text[]      not null constraint api_tokens_roles_known
                             check (roles <@ array['auditor', 'operator', 'admin'] and cardinality(roles) > 0),
    routes       text[]      not null constraint api_tokens_routes_some check (cardinality(routes) > 0),
    created_at   timestamptz not null,
    created_by   text        not null,
    expires_at   timestamptz not null,
    last_used_at timestamptz
);
grant select, insert, update, delete on api_tokens to hpcbill_app;

-- In auth_throttle the empty name stands for a whole address (of IPv6 the /64 that a site is given): it counts the guesses at all
-- names from there. What has ended is found by these two.
create index auth_throttle_by_lock on auth_throttle (locked_until) where locked_until is not null;
create index auth_throttle_by_window on auth_throttle (window_started_at);
