-- What the audit log's server has said of it, signed (docs/audit-format.md, docs/adr/010). Append-only as the log itself: by privilege
-- and by trigger.

-- The key of the highest id signs; the private halves are sealed under APP_SECRET_KEY. The origin is the log's name and the key's.
create table audit_keys (
    id         bigint      not null generated always as identity constraint audit_keys_pkey primary key,
    origin     text        not null,
    public_key bytea       not null constraint audit_keys_public_key_unique unique
                           constraint audit_keys_public_key_size check (octet_length(public_key) = 32),
    sealed     bytea       not null,
    created_at timestamptz not null,
    created_by text        not null,
    size_before bigint     not null   -- of the newest checkpoint when it was made, -1 for none: the first larger one introduces it
);

-- Hashes of complete subtrees of the RFC 6962 tree over audit_log.leaf_hash: of 2^level leaves from seq index * 2^level + 1 on. Those of
-- less than 16 leaves are made of the leaves when they are needed.
create table audit_nodes (
    level integer not null constraint audit_nodes_level_range check (level between 4 and 62),
    index bigint  not null constraint audit_nodes_index_range check (index >= 0),
    hash  bytea   not null constraint audit_nodes_hash_size check (octet_length(hash) = 32),
    constraint audit_nodes_pkey primary key (level, index)
);

create table audit_checkpoints (
    size       bigint      not null constraint audit_checkpoints_pkey primary key
                           constraint audit_checkpoints_size_range check (size >= 0),
    root       bytea       not null constraint audit_checkpoints_root_size check (octet_length(root) = 32),
    head       bytea       not null constraint audit_checkpoints_head_size check (octet_length(head) = 32),  -- audit_log.hash of the last one
    note       text        not null,
    created_at timestamptz not null
);

create trigger audit_keys_append_only before update or delete on audit_keys
    for each row execute function refuse_change();
create trigger audit_keys_no_truncate before truncate on audit_keys
    for each statement execute function refuse_change();
create trigger audit_nodes_append_only before update or delete on audit_nodes
    for each row execute function refuse_change();
create trigger audit_nodes_no_truncate before truncate on audit_nodes
    for each statement execute function refuse_change();
create trigger audit_checkpoints_append_only before update or delete on audit_checkpoints
    for each row execute function refuse_change();
create trigger audit_checkpoints_no_truncate before truncate on audit_checkpoints
    for each statement execute function refuse_change();

grant select, insert on audit_keys, audit_nodes, audit_checkpoints to hpcbill_app;
