-- A receipt is written in one transaction: its header without a number, its items, and last of all its number with what the
-- items come to. So the row that keeps numbers without gaps is held for a moment only, however long the receipt is.
alter table receipts
    alter column number drop not null,
    drop constraint receipts_has_jobs,
    add constraint receipts_has_jobs check (jobs > 0 or number is null),
    add column tax_label text constraint receipts_tax_label_size check (length(tax_label) between 1 and 64),
    add column tax_rate  numeric(9, 6) not null default 0 constraint receipts_tax_rate_range check (tax_rate between 0 and 100),  -- percent
    add column tax_mode  text not null default 'exclusive' constraint receipts_tax_mode_known check (tax_mode in ('exclusive', 'inclusive')),
    add constraint receipts_tax_named check ((tax_rate = 0) = (tax_label is null)),
    drop constraint receipts_paid_how_known,
    add constraint receipts_paid_how_known check (paid_how in ('webhook', 'poll', 'manual', 'statement', 'nothing_due'));
create unique index receipts_replaces_once on receipts (replaces) where replaces is not null;
create index receipts_by_status on receipts (status, id desc);
create index receipts_by_paid_at on receipts (paid_at, id) where paid_at is not null;

create table credit_notes (
    id         bigint      not null generated always as identity constraint credit_notes_pkey primary key,
    number     text        not null constraint credit_notes_number_unique unique,
    receipt_id bigint      not null constraint credit_notes_receipt_id_fkey references receipts (id)
                           constraint credit_notes_one_per_receipt unique,
    subtotal   numeric     not null,
    tax        numeric     not null,
    total      numeric     not null,
    currency   text        not null,
    reason     text        not null,
    created_at timestamptz not null,
    created_by text        not null
);
-- Credit notes are numbered like receipts, under a prefix of their own.
alter table tiers add constraint tiers_receipt_prefix_free check (receipt_prefix <> 'CN');

-- What receipt_numbers gives out follows on without gaps: its row is held until commit, and a number that is rolled back is given
-- out again. Its transaction must be about to end.
create function next_number(wanted_prefix text, at timestamptz) returns text language sql as $$
    insert into receipt_numbers as n (prefix, year, last_number)
    values (wanted_prefix, extract(year from at at time zone 'UTC')::int, 1)
    on conflict (prefix, year) do update set last_number = n.last_number + 1
    returning prefix || '-' || to_char(year, 'FM0000') || '-' || case when last_number < 1000000 then to_char(last_number, 'FM000000') else last_number::text end
$$;

-- Gives a receipt its number and what its items come to. As its owner, so that the application needs no right to change money.
create function issue_receipt(receipt bigint, item_count bigint, first_end timestamptz, new_subtotal numeric, new_tax numeric, new_total numeric, at timestamptz)
    returns text language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    written record;
    issued  text;
begin
    select count(*) as items, coalesce(sum(i.amount), 0) as amount into written from receipt_items i where i.receipt_id = receipt;
    if written.items <> item_count or written.amount <> (select case r.tax_mode when 'inclusive' then new_total else new_subtotal end
                                                          from receipts r where r.id = receipt) then
        raise exception 'receipt % has % items of %, which is not what it bills', receipt, written.items, written.amount
            using errcode = 'check_violation', constraint = 'receipts_sum_of_items';
    end if;
    update receipts r
    set number = next_number((select t.receipt_prefix from tiers t where t.name = r.tier), at),
        jobs = item_count, period_from = first_end, subtotal = new_subtotal, tax = new_tax, total = new_total
    where r.id = receipt and r.number is null
    returning r.number into issued;
    if issued is null then
        raise exception 'receipt % has its number already, or is not there', receipt using errcode = 'check_violation', constraint = 'receipts_issued_once';
    end if;
    return issued;
end
$$;
revoke all on function issue_receipt(bigint, bigint, timestamptz, numeric, numeric, numeric, timestamptz) from public;

-- What follows holds for everybody, the owner of the tables and the superuser included.

create function guard_receipt_numbered() returns trigger language plpgsql as $$
begin
    if exists (select 1 from receipts r where r.id = new.id and r.number is null) then
        raise exception 'receipt % has no number', new.id using errcode = 'check_violation', constraint = 'receipts_numbered';
    end if;
    return null;
end
$$;
create constraint trigger receipts_numbered after insert on receipts deferrable initially deferred
    for each row when (new.number is null) execute function guard_receipt_numbered();

-- Of an issued receipt only its life changes; whatever column is added later is part of what was issued.
create function guard_receipt_issued() returns trigger language plpgsql as $$
declare
    as_issued receipts := new;
begin
    as_issued.status             := old.status;
    as_issued.paid_at            := old.paid_at;
    as_issued.paid_how           := old.paid_how;
    as_issued.paid_method        := old.paid_method;
    as_issued.external_reference := old.external_reference;
    if old.replaced_by is null then
        as_issued.replaced_by := null;
    end if;
    if as_issued is distinct from old then
        raise exception 'receipt % was issued: what it says stays as it is', old.number using errcode = 'check_violation',
            constraint = 'receipts_issued';
    end if;
    return new;
end
$$;
create trigger receipts_issued before update on receipts
    for each row when (old.number is not null) execute function guard_receipt_issued();

create or replace function guard_receipt_life() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (('pending', 'paid'), ('pending', 'void'), ('paid', 'pending'), ('paid', 'void')) then
        raise exception 'receipt % cannot go from % to %', old.number, old.status, new.status using errcode = 'check_violation',
            constraint = 'receipts_life';
    end if;
    if new.status = 'void' and new.paid_at is distinct from old.paid_at then
        raise exception 'receipt % keeps the moment at which it was paid', old.number using errcode = 'check_violation',
            constraint = 'receipts_void_keeps_paid_at';
    end if;
    return new;
end
$$;

-- The credit note may come after the receipt is void: its number is the last thing that its transaction takes.
create function guard_void_credited() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from credit_notes c where c.receipt_id = new.id) then
        raise exception 'receipt % was paid: it becomes void with a credit note only', new.number using errcode = 'check_violation',
            constraint = 'receipts_void_needs_credit_note';
    end if;
    return null;
end
$$;
create constraint trigger receipts_void_needs_credit_note after update of status on receipts deferrable initially deferred
    for each row when (old.status = 'paid' and new.status = 'void') execute function guard_void_credited();

-- A void receipt holds no job any more.
create function guard_void_frees() returns trigger language plpgsql as $$
begin
    if exists (select 1 from receipt_items i where i.receipt_id = new.id and i.freed_at is null) then
        raise exception 'receipt % is void and still holds jobs', new.number using errcode = 'check_violation', constraint = 'receipts_void_frees';
    end if;
    return null;
end
$$;
create constraint trigger receipts_void_frees after update of status on receipts deferrable initially deferred
    for each row when (new.status = 'void') execute function guard_void_frees();

-- Of an item only that it was freed may change, once.
create function guard_item_issued() returns trigger language plpgsql as $$
declare
    as_issued receipt_items := new;
begin
    as_issued.freed_at := old.freed_at;
    if as_issued is distinct from old or old.freed_at is not null then
        raise exception 'item % of receipt % was issued: what it says stays as it is', old.line, old.receipt_id
            using errcode = 'check_violation', constraint = 'receipt_items_issued';
    end if;
    return new;
end
$$;
create trigger receipt_items_issued before update on receipt_items for each row execute function guard_item_issued();

create function guard_items_freed() returns trigger language plpgsql as $$
begin
    if exists (select 1 from changed i join receipts r on r.id = i.receipt_id where i.freed_at is not null and r.status <> 'void') then
        raise exception 'jobs are freed when their receipt becomes void, not before' using errcode = 'check_violation',
            constraint = 'receipt_items_freed_when_void';
    end if;
    return null;
end
$$;
create trigger receipt_items_freed after update on receipt_items referencing new table as changed
    for each statement execute function guard_items_freed();

-- Items join a receipt in the transaction that makes it, never later.
create function guard_items_added() returns trigger language plpgsql as $$
begin
    if exists (select 1 from (select distinct a.receipt_id from added a) i join receipts r on r.id = i.receipt_id
               where r.number is not null and r.xmin <> pg_current_xact_id()::xid) then
        raise exception 'a receipt that was issued takes no more items' using errcode = 'check_violation', constraint = 'receipt_items_added_late';
    end if;
    return null;
end
$$;
create trigger receipt_items_added after insert on receipt_items referencing new table as added
    for each statement execute function guard_items_added();

create function guard_credit_note() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from receipts r where r.id = new.receipt_id and r.paid_at is not null
                   and (r.subtotal, r.tax, r.total, r.currency) = (new.subtotal, new.tax, new.total, new.currency)) then
        raise exception 'a credit note takes back the whole of a paid receipt' using errcode = 'check_violation',
            constraint = 'credit_notes_of_paid_receipt';
    end if;
    return new;
end
$$;
create trigger credit_notes_begin before insert on credit_notes for each row execute function guard_credit_note();

create function guard_credited_is_void() returns trigger language plpgsql as $$
begin
    if exists (select 1 from receipts r where r.id = new.receipt_id and r.status <> 'void') then
        raise exception 'the receipt of credit note % is not void', new.number using errcode = 'check_violation',
            constraint = 'credit_notes_receipt_is_void';
    end if;
    return null;
end
$$;
create constraint trigger credit_notes_receipt_is_void after insert on credit_notes deferrable initially deferred
    for each row execute function guard_credited_is_void();

create function refuse_removal() returns trigger language plpgsql as $$
begin
    raise exception '% is never taken from %', lower(tg_op), tg_table_name using errcode = 'check_violation', constraint = tg_name;
end
$$;
create trigger receipts_kept before delete or truncate on receipts for each statement execute function refuse_removal();
create trigger receipt_items_kept before delete or truncate on receipt_items for each statement execute function refuse_removal();
create trigger credit_notes_kept before update or delete or truncate on credit_notes for each statement execute function refuse_removal();

-- Money that came in for a void receipt is put on record as such, never as its payment.
create function guard_payment_success() returns trigger language plpgsql as $$
begin
    if new.attention is distinct from 'receipt_void' and exists (select 1 from receipts r where r.id = new.receipt_id and r.status = 'void') then
        raise exception 'receipt % is void: nobody owes it', new.receipt_id using errcode = 'check_violation',
            constraint = 'payments_receipt_is_void';
    end if;
    return new;
end
$$;
create trigger payments_success before update of status on payments
    for each row when (new.status = 'succeeded' and old.status <> 'succeeded') execute function guard_payment_success();

-- A month is billed by a run: one transaction per user, by whichever process claims the user's row.
create table receipt_runs (
    id          bigint      not null generated always as identity constraint receipt_runs_pkey primary key,
    month       date        not null constraint receipt_runs_month_first check (extract(day from month) = 1),
    cut_off     timestamptz not null,
    currency    text        not null,
    status      text        not null constraint receipt_runs_status_known check (status in ('running', 'finished', 'cancelled', 'failed')),
    started_at  timestamptz not null,
    finished_at timestamptz,
    created_by  text        not null,
    created_by_role text,  -- null: somebody at the shell
    request_id  text        not null,
    address     text        not null,
    constraint receipt_runs_finished_has_moment check ((status = 'running') = (finished_at is null))
);
create unique index receipt_runs_one_running on receipt_runs (month) where status = 'running';

create table receipt_run_users (
    run_id     bigint  not null constraint receipt_run_users_run_id_fkey references receipt_runs (id),
    username   text    not null,
    outcome    text    not null constraint receipt_run_users_outcome_known check (outcome in ('pending', 'billed', 'nothing_to_bill', 'failed')),
    receipt_id bigint  constraint receipt_run_users_receipt_id_fkey references receipts (id),
    error      text,
    attempts   integer not null default 0,
    constraint receipt_run_users_pkey primary key (run_id, username),
    constraint receipt_run_users_billed_has_receipt check ((outcome = 'billed') = (receipt_id is not null)),
    constraint receipt_run_users_failed_has_error check (outcome <> 'failed' or error is not null)
);
create index receipt_run_users_pending on receipt_run_users (run_id, username) where outcome = 'pending';

-- What a month's run leaves out: jobs that run, and what never had nodes.
create index jobs_not_booked on jobs (username, submit_at) where booked_on is null;

grant execute on function issue_receipt(bigint, bigint, timestamptz, numeric, numeric, numeric, timestamptz) to hpcbill_app;
grant select, insert on credit_notes to hpcbill_app;
grant select, insert, update (status, finished_at) on receipt_runs to hpcbill_app;
grant select, insert, update (outcome, receipt_id, error, attempts) on receipt_run_users to hpcbill_app;
