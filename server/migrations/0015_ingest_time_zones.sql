-- In which zone times without one were read. A row that is read again is read in the zone of the text that it came from.
alter table ingest_rejects add column time_zone text;  -- null in rows of before: the cluster's
