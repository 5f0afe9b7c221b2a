-- In which zone times without one were read. A row that is read again is read in the zone of the text that it came from.
alter table ingest_rejects add column time_zone text;  -- null in rows of before: the cluster's

-- The submit time is part of a run's key: the same text read in another zone is other runs, each of which would be billed.
alter table ingest_runs add column time_zone text;  -- null in runs that read no times without a zone
update ingest_runs r set time_zone = c.time_zone
from clusters c
where c.id = r.cluster_id and (r.kind = 'import' or r.source = 'csv') and r.added > 0;
