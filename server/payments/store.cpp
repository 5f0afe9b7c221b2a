// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/store.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

constexpr postgres::Statement receiptOfPayment{"payments.receipt_of", R"sql(
    select receipt_id from payments where id = $1
)sql"};

constexpr postgres::Statement paymentsById{"payments.by_id", R"sql(
    select p.id, p.receipt_id, r.number, r.username, p.provider, p.external_payment_id, p.status, p.amount::text, p.currency,
           p.checkout_url, p.created_at, p.created_by, p.updated_at, p.attention, p.asked_at, p.asked_standing, p.asked_amount,
           p.asked_currency, p.asked_error
    from payments p
    join receipts r on r.id = p.receipt_id
    where p.id = any ($1::text[]::bigint[])
    order by p.created_at, p.id
)sql"};

constexpr postgres::Statement paymentsPage{"payments.page", R"sql(
    select p.id, p.receipt_id, r.number, r.username, p.provider, p.external_payment_id, p.status, p.amount::text, p.currency,
           p.checkout_url, p.created_at, p.created_by, p.updated_at, p.attention, p.asked_at, p.asked_standing, p.asked_amount,
           p.asked_currency, p.asked_error
    from payments p
    join receipts r on r.id = p.receipt_id
    where ($1::text is null or p.status = $1) and ($2::text is null or p.provider = $2)
      and ($3::bigint is null or p.receipt_id = $3) and ($4::bigint is null or p.id < $4)
    order by p.id desc
    limit $5
)sql"};

constexpr postgres::Statement pendingOfReceipt{"payments.pending_of", R"sql(
    select id from payments where receipt_id = $1 and status = 'pending'
)sql"};

constexpr postgres::Statement succeededOfReceipt{"payments.succeeded_of", R"sql(
    select id from payments where receipt_id = $1 and status = 'succeeded' order by id
)sql"};

constexpr postgres::Statement identifyPayment{"payments.identify", R"sql(
    select p.id from payments p
    where p.provider = $1
      and (p.external_payment_id = $2
           or p.id = $3 and (p.external_payment_id is null or $4 = (select r.number from receipts r where r.id = p.receipt_id)))
    order by coalesce(p.external_payment_id = $2, false) desc
    limit 1
)sql"};

constexpr postgres::Statement insertPayment{"payments.add", R"sql(
    insert into payments (receipt_id, provider, status, amount, currency, created_at, created_by, updated_at)
    values ($1, $2, 'pending', $3::text::numeric, $4, $5, $6, $5)
    returning id
)sql"};

constexpr postgres::Statement updatePayment{"payments.update", R"sql(
    update payments
    set status = $2, attention = $3, external_payment_id = $4, updated_at = $5,
        next_ask_at = case when $2 = 'pending' then next_ask_at end
    where id = $1
)sql"};

constexpr postgres::Statement updateCheckout{"payments.update_checkout", R"sql(
    update payments set external_payment_id = $2, checkout_url = $3, updated_at = $4, next_ask_at = $5 where id = $1
)sql"};

constexpr postgres::Statement updateNextAsk{"payments.update_next_ask", R"sql(
    update payments set next_ask_at = $2 where id = $1
)sql"};

constexpr postgres::Statement updateAsked{"payments.update_asked", R"sql(
    update payments
    set asked_at = $2, asked_standing = $3, asked_amount = $4, asked_currency = $5, asked_error = $6
    where id = $1
)sql"};

constexpr postgres::Statement repeatAsk{"payments.repeat_ask", R"sql(
    update payment_asks a
    set last_at = $2, times = a.times + 1
    where a.id = (select max(id) from payment_asks where payment_id = $1)
      and a.asked_by = $3 and a.standing is not distinct from $4 and a.amount is not distinct from $5
      and a.currency is not distinct from $6 and a.error is not distinct from $7
)sql"};

constexpr postgres::Statement insertAsk{"payments.add_ask", R"sql(
    insert into payment_asks (payment_id, first_at, last_at, times, asked_by, standing, amount, currency, error)
    values ($1, $2, $2, 1, $3, $4, $5, $6, $7)
)sql"};

// Young payments are asked about once per interval, those of a day once per twelve intervals. What ended here and
// may still be open at the provider is due until it is closed there.
constexpr postgres::Statement claimDuePayments{"payments.claim_due", R"sql(
    update payments p
    set next_ask_at = $1::timestamptz + make_interval(secs => $2::bigint * case when p.created_at > $1::timestamptz - interval '1 day' then 1 else 12 end)
    from (select id from payments
          where next_ask_at <= $1
          order by next_ask_at
          limit $3
          for update skip locked) due
    where p.id = due.id
    returning p.id
)sql"};

constexpr postgres::Statement claimStuckPayments{"payments.claim_stuck", R"sql(
    update payments p
    set stuck_told = $2
    where p.id in (select id from payments
                   where status = 'pending' and created_at <= $1 and ($3::timestamptz is null or created_at > $3) and stuck_told < $2
                   order by id limit 100 for update skip locked)
    returning p.id
)sql"};

constexpr postgres::Statement oldestPendingMoment{"payments.oldest_pending", R"sql(
    select min(created_at) from payments where status = 'pending'
)sql"};

std::int64_t raw(PaymentId id)
{
    return static_cast<std::int64_t>(id);
}

std::vector<PaymentId> idsOf(const postgres::Result& rows)
{
    std::vector<PaymentId> ids;
    for (const auto& row : rows)
        ids.push_back(static_cast<PaymentId>(row.as<std::int64_t>(0)));
    return ids;
}

std::optional<std::string> codeOrNone(const std::optional<Attention>& attention)
{
    if (!attention)
        return std::nullopt;
    return std::string(codeOf(*attention));
}

std::optional<std::string> codeOrNone(const std::optional<Standing>& standing)
{
    if (!standing)
        return std::nullopt;
    return std::string(codeOf(*standing));
}

Payment toPayment(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(8));
    invariant(static_cast<bool>(currency), "a payment's currency is that of its receipt");
    const auto amount = parseMoney(row.as<std::string>(7), *currency);
    invariant(static_cast<bool>(amount), "amounts of a payment have the decimals of its currency");
    const auto status = parsePaymentStatus(row.as<std::string>(6));
    invariant(status.has_value(), "payments_status_known admits no other status");
    Payment payment;
    payment.id = static_cast<PaymentId>(row.as<std::int64_t>(0));
    payment.receipt = static_cast<receipts::ReceiptId>(row.as<std::int64_t>(1));
    payment.receiptNumber = row.as<std::string>(2);
    payment.username = row.as<std::string>(3);
    payment.provider = row.as<std::string>(4);
    payment.externalId = row.as<std::optional<std::string>>(5);
    payment.status = *status;
    payment.amount = *amount;
    payment.checkoutUrl = row.as<std::optional<std::string>>(9);
    payment.createdAt = row.as<UtcTime>(10);
    payment.createdBy = row.as<std::string>(11);
    payment.updatedAt = row.as<UtcTime>(12);
    if (const auto attention = row.as<std::optional<std::string>>(13))
        payment.attention = parseAttention(*attention);
    if (const auto at = row.as<std::optional<UtcTime>>(14)) {
        payment.asked = Asked{.at = *at,
                              .standing = std::nullopt,
                              .amount = row.as<std::optional<std::string>>(16),
                              .currency = row.as<std::optional<std::string>>(17),
                              .error = row.as<std::optional<std::string>>(18)};
        if (const auto standing = row.as<std::optional<std::string>>(15))
            payment.asked->standing = parseStanding(*standing);
    }
    return payment;
}

} // namespace

receipts::ReceiptId receiptOf(postgres::Transaction& tx, PaymentId id)
{
    const auto found = tx.execute(receiptOfPayment, raw(id));
    if (found.empty())
        throw NotFound(fmt::format("There is no payment {}.", raw(id)));
    return static_cast<receipts::ReceiptId>(found[0].as<std::int64_t>(0));
}

Payment readPayment(postgres::Transaction& tx, PaymentId id)
{
    auto found = readPayments(tx, {id});
    if (found.empty())
        throw NotFound(fmt::format("There is no payment {}.", raw(id)));
    return std::move(found.front());
}

std::vector<Payment> readPayments(postgres::Transaction& tx, const std::vector<PaymentId>& ids)
{
    std::vector<std::string> numbers;
    for (const PaymentId id : ids)
        numbers.push_back(fmt::to_string(raw(id)));
    std::vector<Payment> payments;
    for (const auto& row : tx.execute(paymentsById, numbers))
        payments.push_back(toPayment(row));
    return payments;
}

std::vector<Payment> readPage(postgres::Transaction& tx, const PaymentFilter& filter, std::int64_t limit,
                              std::optional<PaymentId> before)
{
    std::optional<std::string> status;
    if (filter.status)
        status = codeOf(*filter.status);
    std::optional<std::int64_t> receipt;
    if (filter.receipt)
        receipt = static_cast<std::int64_t>(*filter.receipt);
    std::optional<std::int64_t> last;
    if (before)
        last = raw(*before);
    std::vector<Payment> payments;
    for (const auto& row : tx.execute(paymentsPage, status, filter.provider, receipt, last, limit))
        payments.push_back(toPayment(row));
    return payments;
}

std::optional<PaymentId> pendingOf(postgres::Transaction& tx, receipts::ReceiptId receipt)
{
    const auto ids = idsOf(tx.execute(pendingOfReceipt, static_cast<std::int64_t>(receipt)));
    return ids.empty() ? std::nullopt : std::optional(ids.front());
}

std::vector<PaymentId> succeededOf(postgres::Transaction& tx, receipts::ReceiptId receipt)
{
    return idsOf(tx.execute(succeededOfReceipt, static_cast<std::int64_t>(receipt)));
}

std::optional<PaymentId> identify(postgres::Transaction& tx, const std::string& provider, const Clue& clue)
{
    std::optional<std::int64_t> number;
    if (clue.reference)
        number = raw(*clue.reference);
    const auto ids = idsOf(tx.execute(identifyPayment, provider, clue.externalId, number, clue.receiptNumber));
    return ids.empty() ? std::nullopt : std::optional(ids.front());
}

PaymentId addPayment(postgres::Transaction& tx, const receipts::Receipt& receipt, const std::string& provider,
                     const std::string& createdBy)
{
    const auto added =
        tx.execute(insertPayment, static_cast<std::int64_t>(receipt.id), provider, toDecimal(receipt.total),
                   std::string(receipt.total.currency().code()), tx.now(), createdBy);
    return static_cast<PaymentId>(added[0].as<std::int64_t>(0));
}

void writePayment(postgres::Transaction& tx, const Payment& payment)
{
    tx.execute(updatePayment, raw(payment.id), std::string(codeOf(payment.status)),
               codeOrNone(payment.attention), payment.externalId, tx.now());
}

void writeCheckout(postgres::Transaction& tx, PaymentId id, const Checkout& checkout, UtcTime nextAsk)
{
    tx.execute(updateCheckout, raw(id), checkout.externalPaymentId, checkout.url, tx.now(), nextAsk);
}

void scheduleAsk(postgres::Transaction& tx, PaymentId id, const std::optional<UtcTime>& at)
{
    tx.execute(updateNextAsk, raw(id), at);
}

void writeAsked(postgres::Transaction& tx, PaymentId id, const Asked& asked, const std::string& askedBy)
{
    const auto standing = codeOrNone(asked.standing);
    tx.execute(updateAsked, raw(id), asked.at, standing, asked.amount, asked.currency, asked.error);
    const auto repeated =
        tx.execute(repeatAsk, raw(id), asked.at, askedBy, standing, asked.amount, asked.currency, asked.error);
    if (repeated.affectedRows() == 0)
        tx.execute(insertAsk, raw(id), asked.at, askedBy, standing, asked.amount, asked.currency, asked.error);
}

std::vector<PaymentId> claimDue(postgres::Transaction& tx, std::int64_t limit, std::chrono::seconds interval)
{
    return idsOf(tx.execute(claimDuePayments, tx.now(), interval.count(), limit));
}

std::vector<PaymentId> claimStuck(postgres::Transaction& tx, const StuckStage& stage)
{
    std::optional<UtcTime> youngerThan;
    if (stage.untilAge)
        youngerThan = tx.now() - *stage.untilAge;
    return idsOf(tx.execute(claimStuckPayments, tx.now() - stage.fromAge, stage.number, youngerThan));
}

std::chrono::seconds oldestPending(postgres::Transaction& tx)
{
    const auto moment = tx.execute(oldestPendingMoment)[0].as<std::optional<UtcTime>>(0);
    return moment ? std::chrono::floor<std::chrono::seconds>(tx.now() - *moment) : std::chrono::seconds(0);
}

} // namespace hpcbill::payments
