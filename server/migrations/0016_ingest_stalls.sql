-- When reading a cluster last moved on, and since when consumers of webhooks know that it does not: ingest.stalled is sent once per stall.
alter table ingest_positions add column moved_at timestamptz;
update ingest_positions set moved_at = read_until;
alter table ingest_positions alter column moved_at set not null;
alter table clusters add column stalled_at timestamptz;
