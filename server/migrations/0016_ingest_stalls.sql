-- When reading a cluster last moved on, and since when consumers of webhooks know that it does not: ingest.stalled is sent once per stall.
alter table ingest_positions add column moved_at timestamptz;  -- null where the program of before was the last to read on
alter table clusters add column stalled_at timestamptz;
