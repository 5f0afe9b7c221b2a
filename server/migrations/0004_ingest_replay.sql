-- What it takes to read a reject again after a fix: the first line and the delimiter of its text, where it had them.
alter table ingest_rejects
    add column header      text,
    add column delimiter   text,
    add column resolved_at timestamptz;  -- when it was read again and understood
create index ingest_rejects_unresolved on ingest_rejects (cluster_id, id) where resolved_at is null;
