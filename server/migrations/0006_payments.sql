alter table receipts
    add column paid_how    text constraint receipts_paid_how_known check (paid_how in ('webhook', 'poll', 'manual', 'statement')),
    add column paid_method text;
grant update (paid_how, paid_method) on receipts to hpcbill_app;

-- Whatever the programs do: a void receipt stays void, and nothing becomes void without its jobs being freed by the same hand.
create function guard_receipt_life() returns trigger language plpgsql as $$
begin
    if (old.status, new.status) not in (('pending', 'paid'), ('pending', 'void'), ('paid', 'pending'), ('paid', 'void')) then
        raise exception 'receipt % cannot go from % to %', old.number, old.status, new.status using errcode = 'check_violation',
            constraint = 'receipts_life';
    end if;
    return new;
end
$$;
create trigger receipts_life before update of status on receipts
    for each row when (old.status is distinct from new.status) execute function guard_receipt_life();

-- A payment changes only while its receipt's row is locked, so that two messages about one receipt take turns.
create table payments (
    id                  bigint      not null generated always as identity constraint payments_pkey primary key,
    receipt_id          bigint      not null constraint payments_receipt_id_fkey references receipts (id),
    provider            text        not null,
    external_payment_id text,        -- null until the provider has answered
    status              text        not null constraint payments_status_known
                                    check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
    amount              numeric     not null constraint payments_amount_positive check (amount > 0),
    currency            text        not null,
    checkout_url        text,
    created_at          timestamptz not null,
    created_by          text        not null,
    updated_at          timestamptz not null,
    attention           text        constraint payments_attention_known check (attention in
                                    ('paid_twice', 'receipt_void', 'late_failure', 'amount_differs', 'currency_differs')),
    -- what the provider said when it was last asked
    asked_at            timestamptz,
    asked_standing      text        constraint payments_asked_standing_known check (asked_standing in ('open', 'paid', 'failed', 'expired')),
    asked_amount        text,
    asked_currency      text,
    asked_error         text,
    next_ask_at         timestamptz,
    stuck_told          integer     not null default 0,  -- 1 after the first hour was told of, 2 after the first day
    constraint payments_external_unique unique (provider, external_payment_id)
);
create unique index payments_one_pending on payments (receipt_id) where status = 'pending';
create index payments_by_receipt on payments (receipt_id, id);
create index payments_to_look_at on payments (created_at, id) where status = 'pending' or attention is not null;
create index payments_to_ask on payments (next_ask_at) where next_ask_at is not null;

create function guard_payment_begin() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from receipts r where r.id = new.receipt_id and r.status = 'pending') then
        raise exception 'receipt % is not pending: nothing is to be paid', new.receipt_id using errcode = 'check_violation',
            constraint = 'payments_receipt_is_pending';
    end if;
    return new;
end
$$;
create trigger payments_begin before insert on payments for each row execute function guard_payment_begin();

-- What the provider said whenever it was asked; the same answer several times in a row is one row.
create table payment_asks (
    id         bigint      not null generated always as identity constraint payment_asks_pkey primary key,
    payment_id bigint      not null constraint payment_asks_payment_id_fkey references payments (id),
    first_at   timestamptz not null,
    last_at    timestamptz not null,
    times      integer     not null,
    asked_by   text        not null,
    standing   text,
    amount     text,
    currency   text,
    error      text
);
create index payment_asks_by_payment on payment_asks (payment_id, id);

create table webhook_secrets (
    id                 bigint      not null generated always as identity constraint webhook_secrets_pkey primary key,
    provider           text        not null,
    name               text        not null,
    sealed             bytea       not null,  -- secretbox under APP_SECRET_KEY
    fingerprint        bytea       not null,
    from_configuration boolean     not null,
    created_at         timestamptz not null,
    created_by         text        not null,
    last_used_at       timestamptz,  -- to the minute
    retired_at         timestamptz,
    retired_by         text
);
create unique index webhook_secrets_once_in_force on webhook_secrets (provider, fingerprint) where retired_at is null;

-- Every webhook that came in, whatever was thought of it. One that comes again is counted.
create table payment_events (
    id                bigint      not null generated always as identity constraint payment_events_pkey primary key,
    provider          text        not null,
    external_event_id text,
    event_type        text,
    payment_id        bigint      constraint payment_events_payment_id_fkey references payments (id),  -- of an unverified one: what it claims
    signature_ok      boolean     not null,
    secret_id         bigint      constraint payment_events_secret_id_fkey references webhook_secrets (id),
    outcome           text        not null,
    detail            text,
    reported_standing text,
    reported_amount   text,
    reported_currency text,
    received_at       timestamptz not null,
    last_received_at  timestamptz not null,
    deliveries        bigint      not null,
    replays           integer     not null default 0,
    body              bytea       not null,
    headers           jsonb       not null  -- those that the signature is in, of the last delivery
);
create unique index payment_events_once on payment_events (provider, external_event_id)
    where signature_ok and external_event_id is not null;
create unique index payment_events_same_body on payment_events (provider, sha256(body))
    where not signature_ok or external_event_id is null;
create index payment_events_by_payment on payment_events (payment_id, id) where payment_id is not null;

grant select, insert, update on payments, payment_asks, webhook_secrets, payment_events to hpcbill_app;

-- What was done to one thing: the timeline of a payment.
create index audit_log_by_target on audit_log (target_type, target_id, seq) where target_id is not null;
