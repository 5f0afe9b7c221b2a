-- What a printed receipt says beside amounts. Kept as it was: settings change, and Slurm may amend a job that was billed.
-- Null in what was issued before.
alter table receipts
    add column issuer_name    text,
    add column issuer_address text,
    add column issuer_tax_id  text;
alter table receipt_items
    add column display_id text,
    add column job_name   text,
    add column ended_at   timestamptz;
