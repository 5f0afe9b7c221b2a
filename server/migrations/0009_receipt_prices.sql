-- What a receipt's items were priced at: one row for each version of rates. Most receipts have one; those of a user with jobs
-- under accounts of several tiers, and those that bill at the rates of the jobs' ends, may have more.
create table receipt_prices (
    receipt_id      bigint  not null constraint receipt_prices_receipt_id_fkey references receipts (id),
    rate_version_id bigint  not null constraint receipt_prices_rate_version_id_fkey references rate_versions (id),
    jobs            bigint  not null constraint receipt_prices_has_jobs check (jobs > 0),
    amount          numeric not null constraint receipt_prices_amount_positive check (amount >= 0),
    constraint receipt_prices_pkey primary key (receipt_id, rate_version_id)
);
create function refuse_edit() returns trigger language plpgsql as $$
begin
    raise exception '% is added to and never changed', tg_table_name using errcode = 'check_violation', constraint = tg_name;
end
$$;
create trigger receipt_prices_kept before update or delete or truncate on receipt_prices for each statement execute function refuse_edit();
-- Versions are what receipts refer to: they stay as they are, whoever asks.
create trigger rate_versions_kept before update or delete or truncate on rate_versions for each statement execute function refuse_edit();
create trigger billing_rule_versions_kept before update or delete or truncate on billing_rule_versions for each statement execute function refuse_edit();
grant select, insert on receipt_prices to hpcbill_app;
