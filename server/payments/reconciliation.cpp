// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/reconciliation.h"

#include "common/error.h"
#include "server/payments/store.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace hpcbill::payments
{
namespace
{

constexpr postgres::Statement queuePage{"payments.queue_page", R"sql(
    select id from payments
    where (status = 'pending' or attention is not null)
      and (status <> 'pending' or attention is not null or created_at <= $1)
      and ($2::timestamptz is null or (created_at, id) > ($2, $3::bigint))
    order by created_at, id
    limit $4
)sql"};

// Evidence is what a secret verified: an unsigned message of Omise's is a hint, which anybody can send.
constexpr postgres::Statement factsOf{"payments.facts", R"sql(
    select p.id, refused.deliveries, refused.first_at, refused.last_at,
           (select max(greatest(s.created_at, s.retired_at)) from webhook_secrets s where s.provider = p.provider),
           coalesce(verified.reported_amount, p.asked_amount), coalesce(verified.reported_currency, p.asked_currency),
           (select coalesce(sum(a.times), 0)::bigint from payment_asks a where a.payment_id = p.id),
           verified.last_received_at, r.status, r.paid_how, r.external_reference,
           (select coalesce(json_agg(e.id order by e.id), '[]')::text from payment_events e
            where e.payment_id = p.id
              and e.outcome in ('bad_signature', 'unknown_payment', 'amount_unknown', 'amount_differs', 'currency_differs', 'waiting'))
    from payments p
    join receipts r on r.id = p.receipt_id
    left join lateral (select sum(e.deliveries)::bigint as deliveries, min(e.received_at) as first_at, max(e.last_received_at) as last_at
                       from payment_events e
                       where e.payment_id = p.id and not e.signature_ok) refused on true
    left join lateral (select e.reported_amount, e.reported_currency, e.last_received_at
                       from payment_events e
                       where e.payment_id = p.id and e.signature_ok and e.secret_id is not null
                       order by e.last_received_at desc
                       limit 1) verified on true
    where p.id = any ($1::text[]::bigint[])
)sql"};

constexpr postgres::Statement askHistory{"payments.ask_history", R"sql(
    select first_at, times, asked_by, standing, amount, currency, error from payment_asks where payment_id = $1 order by id
)sql"};

constexpr postgres::Statement eventHistory{"payments.event_history", R"sql(
    select id, received_at, deliveries, event_type, signature_ok, outcome, detail, reported_standing, reported_amount, reported_currency
    from payment_events
    where payment_id = $1
    order by id
    limit 500
)sql"};

// What people and the system itself did, from the audit log.
constexpr postgres::Statement actHistory{"payments.act_history", R"sql(
    select ts, action, actor, details from audit_log
    where target_type = 'payment' and target_id = $1::text and action <> 'payment.asked'
       or target_type = 'receipt' and target_id = $2::text and action in ('receipt.paid', 'receipt.reverted', 'receipt.voided')
    order by seq
    limit 500
)sql"};

Facts toFacts(const postgres::Row& row, const Money& expected)
{
    Facts facts;
    facts.expected = expected;
    facts.signatureFailures = row.as<std::optional<std::int64_t>>(1).value_or(0);
    facts.firstSignatureFailureAt = row.as<std::optional<UtcTime>>(2);
    facts.lastSignatureFailureAt = row.as<std::optional<UtcTime>>(3);
    facts.secretsChangedAt = row.as<std::optional<UtcTime>>(4);
    facts.reportedAmount = row.as<std::optional<std::string>>(5);
    facts.reportedCurrency = row.as<std::optional<std::string>>(6);
    facts.asks = row.as<std::int64_t>(7);
    facts.lastEventAt = row.as<std::optional<UtcTime>>(8);
    facts.receiptStatus = receipts::parseStatus(row.as<std::string>(9)).value_or(receipts::Status::pending);
    if (const auto how = row.as<std::optional<std::string>>(10))
        facts.receiptPaidHow = receipts::parsePaidHow(*how);
    facts.receiptPaidReference = row.as<std::optional<std::string>>(11);
    for (const auto& id : nlohmann::json::parse(row.as<std::string>(12)))
        facts.replayableEvents.push_back(id.get<std::int64_t>());
    return facts;
}

std::vector<Case> casesOf(postgres::Transaction& tx, const std::vector<PaymentId>& ids)
{
    std::vector<Payment> payments = readPayments(tx, ids);
    std::map<PaymentId, Money> due;
    std::vector<std::string> numbers;
    for (const Payment& payment : payments) {
        due.emplace(payment.id, payment.amount);
        numbers.push_back(fmt::to_string(static_cast<std::int64_t>(payment.id)));
    }
    std::map<PaymentId, Facts> facts;
    for (const auto& row : tx.execute(factsOf, numbers)) {
        const auto id = static_cast<PaymentId>(row.as<std::int64_t>(0));
        facts.emplace(id, toFacts(row, due.at(id)));
    }
    std::vector<Case> cases;
    for (Payment& payment : payments) {
        Case one{.payment = std::move(payment), .age = {}, .facts = {}, .finding = {}};
        one.facts = std::move(facts.at(one.payment.id));
        one.age = std::chrono::floor<std::chrono::seconds>(tx.now() - one.payment.createdAt);
        one.finding = diagnose(one.payment, one.facts);
        cases.push_back(std::move(one));
    }
    return cases;
}

TimelineEntry toEntry(UtcTime at, std::string kind)
{
    TimelineEntry entry;
    entry.at = at;
    entry.kind = std::move(kind);
    return entry;
}

void addEvents(postgres::Transaction& tx, const Payment& payment, std::vector<TimelineEntry>& entries)
{
    for (const auto& row : tx.execute(eventHistory, static_cast<std::int64_t>(payment.id))) {
        TimelineEntry entry = toEntry(row.as<UtcTime>(1), "event");
        entry.event = row.as<std::int64_t>(0);
        entry.count = row.as<std::int64_t>(2);
        entry.eventType = row.as<std::optional<std::string>>(3);
        entry.isGenuine = row.as<bool>(4);
        entry.outcome = row.as<std::string>(5);
        entry.standing = row.as<std::optional<std::string>>(7);
        entry.amount = row.as<std::optional<std::string>>(8);
        entry.currency = row.as<std::optional<std::string>>(9);
        entry.text = fmt::format("{} from {}: {}. {}", entry.eventType.value_or("A message"), payment.provider,
                                 *entry.outcome, row.as<std::optional<std::string>>(6).value_or(""));
        entries.push_back(std::move(entry));
    }
}

void addAsks(postgres::Transaction& tx, const Payment& payment, std::vector<TimelineEntry>& entries)
{
    for (const auto& row : tx.execute(askHistory, static_cast<std::int64_t>(payment.id))) {
        TimelineEntry entry = toEntry(row.as<UtcTime>(0), "asked");
        entry.count = row.as<std::int32_t>(1);
        entry.actor = row.as<std::string>(2);
        entry.standing = row.as<std::optional<std::string>>(3);
        entry.amount = row.as<std::optional<std::string>>(4);
        entry.currency = row.as<std::optional<std::string>>(5);
        const auto error = row.as<std::optional<std::string>>(6);
        entry.outcome = error;
        entry.text = error ? fmt::format("{} could not be asked: {}", payment.provider, *error)
                           : fmt::format("{} was asked: {} {} {}", payment.provider, entry.standing.value_or(""),
                                         entry.amount.value_or(""), entry.currency.value_or(""));
        entries.push_back(std::move(entry));
    }
}

std::string kindOf(const std::string& action)
{
    static const std::map<std::string, std::string, std::less<>> kinds{
        {"payment.started", "checkout_opened"}, {"payment.settled", "settled"},
        {"payment.failed", "failed"},           {"payment.cancelled", "cancelled"},
        {"payment.resolved", "resolved"},       {"payment.stuck", "stuck"},
        {"payment.disputed", "disputed"},       {"receipt.paid", "marked_paid"},
        {"receipt.reverted", "reverted"},       {"receipt.voided", "receipt_voided"}};
    const auto found = kinds.find(action);
    return found == kinds.end() ? action : found->second;
}

void addActs(postgres::Transaction& tx, const Payment& payment, std::vector<TimelineEntry>& entries)
{
    const std::string id = fmt::to_string(static_cast<std::int64_t>(payment.id));
    for (const auto& row : tx.execute(actHistory, id, payment.receiptNumber)) {
        TimelineEntry entry = toEntry(row.as<UtcTime>(0), kindOf(row.as<std::string>(1)));
        entry.actor = row.as<std::optional<std::string>>(2);
        const auto details = nlohmann::json::parse(row.as<std::string>(3));
        if (details.contains("reason"))
            entry.reason = details.at("reason").get<std::string>();
        entry.text = fmt::format("{} by {}", row.as<std::string>(1), entry.actor.value_or("the system"));
        entries.push_back(std::move(entry));
    }
}

} // namespace

std::vector<Case> queue(postgres::Transaction& tx, std::chrono::seconds stuckAfter, std::int64_t limit,
                        const std::optional<QueuePlace>& after)
{
    std::optional<UtcTime> createdAfter;
    std::optional<std::int64_t> idAfter;
    if (after) {
        createdAfter = after->createdAt;
        idAfter = after->id;
    }
    std::vector<PaymentId> ids;
    for (const auto& row : tx.execute(queuePage, tx.now() - stuckAfter, createdAfter, idAfter, limit))
        ids.push_back(static_cast<PaymentId>(row.as<std::int64_t>(0)));
    return casesOf(tx, ids);
}

Case examineCase(postgres::Transaction& tx, PaymentId id)
{
    auto cases = casesOf(tx, {id});
    if (cases.empty())
        throw NotFound(fmt::format("There is no payment {}.", static_cast<std::int64_t>(id)));
    return std::move(cases.front());
}

std::vector<TimelineEntry> timeline(postgres::Transaction& tx, const Payment& payment)
{
    std::vector<TimelineEntry> entries;
    addEvents(tx, payment, entries);
    addAsks(tx, payment, entries);
    addActs(tx, payment, entries); // at the same moment, what was heard comes before what was done about it
    std::ranges::stable_sort(entries, {}, &TimelineEntry::at);
    return entries;
}

} // namespace hpcbill::payments
