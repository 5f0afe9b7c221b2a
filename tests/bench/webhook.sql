-- What the server runs for one webhook that pays a receipt, for pgbench: the same statements in the same order and as many
-- round trips (a colon within a text would be taken for a variable of pgbench's). Client C of the run takes the payments first + C * share + 1 and on.
\set n :n + 1
\set id :first + :client_id * :share + :n
begin transaction read write;
select transaction_timestamp() as now \gset
select id as secret, sealed from webhook_secrets where provider = 'stripe' and retired_at is null order by id desc \gset
select id as payment from payments where provider = 'stripe' and (external_payment_id = 'cs_' || :id or (id = :id and external_payment_id is null)) \gset
select receipt_id as receipt from payments where id = :payment \gset
select 1 from receipts where id = :receipt for update;
select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text, r.rate_mem::text, r.currency,
       r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by, r.paid_at, r.paid_how, r.paid_method,
       r.external_reference, r.replaces, r.replaced_by
from receipts r where r.id = :receipt;
select p.id, p.receipt_id, r.number, r.username, p.provider, p.external_payment_id, p.status, p.amount::text, p.currency, p.checkout_url, p.created_at,
       p.created_by, p.updated_at, p.attention, p.asked_at, p.asked_standing, p.asked_amount, p.asked_currency, p.asked_error
from payments p join receipts r on r.id = p.receipt_id
where p.id = any (array[:payment]::bigint[]) order by p.created_at, p.id;
insert into payment_events as e (provider, external_event_id, event_type, payment_id, signature_ok, secret_id, outcome, detail, reported_standing,
    reported_amount, reported_currency, received_at, last_received_at, deliveries, body, headers)
values ('stripe', 'evt_' || :id, 'checkout.session.completed', :payment, true, :secret, 'applied', null, 'paid', '1.00', 'THB', :now, :now, 1,
        convert_to(repeat('x', 260), 'UTF8'), '{"Content-Type": "application/json", "Stripe-Signature": "t=1795443257,v1=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}')
on conflict (provider, external_event_id) where signature_ok and external_event_id is not null
do update set deliveries = e.deliveries + 1, last_received_at = excluded.last_received_at
returning e.id, e.outcome, e.deliveries;
update webhook_secrets set last_used_at = :now where id = :secret and (last_used_at is null or last_used_at < :now::timestamptz - interval '1 minute');
update payments set status = 'succeeded', attention = null, external_payment_id = 'cs_' || :id, updated_at = :now, next_ask_at = null where id = :payment;
update receipts set status = 'paid', paid_at = :now, paid_how = 'webhook', paid_method = 'stripe', external_reference = 'cs_' || :id where id = :receipt;
select r.id, r.number, r.username, r.period_from, r.period_to, r.status, r.tier, r.rate_cpu::text, r.rate_gpu::text, r.rate_mem::text, r.currency,
       r.jobs, r.subtotal::text, r.tax::text, r.total::text, r.created_at, r.created_by, r.paid_at, r.paid_how, r.paid_method,
       r.external_reference, r.replaces, r.replaced_by
from receipts r where r.id = :receipt;
select pg_advisory_xact_lock(hashtextextended('hpcbill.outbox', 0));
with event as (insert into outbox (message_id, event_type, payload, created_at) values ('msg_a' || :id, 'receipt.paid', repeat('x', 900), :now) returning id)
insert into webhook_deliveries (endpoint_id, event_id, event_type, created_at, next_attempt_at)
select e.id, event.id, 'receipt.paid', :now, :now from event cross join webhook_endpoints e
where e.deleted_at is null and (e.event_types = '{}' or 'receipt.paid' = any (e.event_types));
select pg_advisory_xact_lock(hashtextextended('hpcbill.outbox', 0));
with event as (insert into outbox (message_id, event_type, payload, created_at) values ('msg_b' || :id, 'payment.succeeded', repeat('x', 500), :now) returning id)
insert into webhook_deliveries (endpoint_id, event_id, event_type, created_at, next_attempt_at)
select e.id, event.id, 'payment.succeeded', :now, :now from event cross join webhook_endpoints e
where e.deleted_at is null and (e.event_types = '{}' or 'payment.succeeded' = any (e.event_types));
select pg_advisory_xact_lock(hashtextextended('hpcbill.audit', 0));
select seq as last, encode(hash, 'hex') as head from audit_log order by seq desc limit 1 \gset
insert into audit_log (seq, v, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details, leaf_hash, prev_hash, hash)
values (:last + 1, 1, :now, 'provider-stripe', null, 'payment.settled', 'payment', :id::text, 'ok', repeat('r', 32), '127.0.0.1', repeat('x', 350),
        sha256(convert_to(:id::text, 'UTF8')), decode(:head::text, 'hex'), sha256(decode(:head::text, 'hex') || sha256(convert_to(:id::text, 'UTF8'))));
commit;
