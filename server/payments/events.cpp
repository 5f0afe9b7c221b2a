// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/events.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::payments
{
namespace
{

// Genuine ones are known by the provider's id of the event; what cannot be trusted, or says no id, by its bytes.
constexpr postgres::Statement keepGenuine{"payments.keep_genuine_event", R"sql(
    insert into payment_events as e
        (provider, external_event_id, event_type, payment_id, signature_ok, secret_id, outcome, detail, reported_standing,
         reported_amount, reported_currency, received_at, last_received_at, deliveries, body, headers)
    values ($1, $2, $3, $4, true, $5, $6, $7, $8, $9, $10, $11, $11, 1, $12, $13::text::jsonb)
    on conflict (provider, external_event_id) where signature_ok and external_event_id is not null
    do update set deliveries = e.deliveries + 1, last_received_at = excluded.last_received_at
    returning e.id, e.outcome, e.deliveries
)sql"};

constexpr postgres::Statement keepDoubtful{"payments.keep_doubtful_event", R"sql(
    insert into payment_events as e
        (provider, external_event_id, event_type, payment_id, signature_ok, secret_id, outcome, detail, reported_standing,
         reported_amount, reported_currency, received_at, last_received_at, deliveries, body, headers)
    values ($1, $2, $3, $4, $14, $5, $6, $7, $8, $9, $10, $11, $11, 1, $12, $13::text::jsonb)
    on conflict (provider, sha256(body)) where not signature_ok or external_event_id is null
    do update set deliveries = e.deliveries + 1, last_received_at = excluded.last_received_at, headers = excluded.headers,
                  detail = excluded.detail
    returning e.id, e.outcome, e.deliveries
)sql"};

constexpr postgres::Statement updateOutcome{"payments.update_event_outcome", R"sql(
    update payment_events
    set outcome = $2, detail = $3, payment_id = coalesce($4, payment_id), signature_ok = $5, secret_id = $6,
        replays = replays + $7::int
    where id = $1
)sql"};

constexpr postgres::Statement updateWaiting{"payments.end_waiting", R"sql(
    update payment_events set outcome = $3
    where payment_id = $1 and outcome = 'waiting' and position(convert_to($2::text, 'UTF8') in body) > 0
)sql"};

constexpr postgres::Statement eventById{"payments.event_by_id", R"sql(
    select id, provider, external_event_id, event_type, payment_id, signature_ok, secret_id, outcome, detail, reported_amount,
           reported_currency, received_at, last_received_at, deliveries, replays
    from payment_events
    where id = $1
)sql"};

constexpr postgres::Statement eventsPage{"payments.events_page", R"sql(
    select id, provider, external_event_id, event_type, payment_id, signature_ok, secret_id, outcome, detail, reported_amount,
           reported_currency, received_at, last_received_at, deliveries, replays
    from payment_events
    where ($1::bigint is null or payment_id = $1) and ($2::text is null or provider = $2)
      and ($3::text is null or outcome = $3) and ($4::boolean is null or signature_ok = $4) and ($5::bigint is null or id < $5)
    order by id desc
    limit $6
)sql"};

constexpr postgres::Statement genuineTwin{"payments.genuine_twin", R"sql(
    select exists (select 1 from payment_events
                   where provider = $1 and external_event_id = $2 and signature_ok and external_event_id is not null)
)sql"};

constexpr postgres::Statement eventContent{"payments.event_content", R"sql(
    select body, headers::text from payment_events where id = $1
)sql"};

postgres::Bytes toBytes(const std::string& text)
{
    postgres::Bytes bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

std::string toText(const postgres::Bytes& bytes)
{
    std::string text(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), text.begin(),
                   [](std::byte byte) { return std::to_integer<char>(byte); });
    return text;
}

std::optional<std::int64_t> raw(const std::optional<PaymentId>& id)
{
    if (!id)
        return std::nullopt;
    return static_cast<std::int64_t>(*id);
}

Outcome outcomeOf(const std::string& code)
{
    const auto outcome = parseOutcome(code);
    invariant(outcome.has_value(), "outcomes of events are written by their codes");
    return *outcome;
}

/// Header values are bytes; those that are no UTF-8 cannot stand in JSON and cannot verify anything.
std::string headersText(const http::TextPairs& headers)
{
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (const auto& [name, value] : headers)
        object[name] = value;
    return object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<std::string> present(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

StoredEvent toEvent(const postgres::Row& row)
{
    StoredEvent event;
    event.id = row.as<std::int64_t>(0);
    event.provider = row.as<std::string>(1);
    event.externalId = row.as<std::optional<std::string>>(2);
    event.type = row.as<std::optional<std::string>>(3);
    if (const auto payment = row.as<std::optional<std::int64_t>>(4))
        event.payment = static_cast<PaymentId>(*payment);
    event.isGenuine = row.as<bool>(5);
    event.secretId = row.as<std::optional<std::int64_t>>(6);
    event.outcome = outcomeOf(row.as<std::string>(7));
    event.detail = row.as<std::optional<std::string>>(8);
    event.reportedAmount = row.as<std::optional<std::string>>(9);
    event.reportedCurrency = row.as<std::optional<std::string>>(10);
    event.receivedAt = row.as<UtcTime>(11);
    event.lastReceivedAt = row.as<UtcTime>(12);
    event.deliveries = row.as<std::int64_t>(13);
    event.replays = row.as<std::int32_t>(14);
    return event;
}

} // namespace

bool mayBeTakenAgain(Outcome outcome)
{
    switch (outcome) {
    case Outcome::badSignature:
    case Outcome::unknownPayment:
    case Outcome::amountUnknown:
    case Outcome::amountDiffers:
    case Outcome::currencyDiffers:
    case Outcome::unreadable:
    case Outcome::waiting:
        return true;
    case Outcome::applied:
    case Outcome::noChange:
    case Outcome::receiptVoid:
    case Outcome::paidTwice:
    case Outcome::lateFailure:
    case Outcome::notAboutPayments:
        return false;
    }
    return false;
}

Kept keepEvent(postgres::Transaction& tx, const NewEvent& event)
{
    std::optional<std::string> externalId;
    std::optional<std::string> type;
    std::optional<std::string> standing;
    std::optional<std::string> amount;
    std::optional<std::string> currency;
    if (event.parsed) {
        externalId = present(event.parsed->externalEventId);
        type = present(event.parsed->eventType);
        if (const auto& state = event.parsed->state) {
            standing = codeOf(state->standing);
            amount = state->amount;
            currency = state->currency;
        }
    }
    const std::string outcome(codeOf(event.outcome));
    const auto detail = present(event.detail);
    const auto body = toBytes(event.body);
    const std::string headers = headersText(event.headers);
    const auto kept =
        event.verdict.isGenuine && externalId
            ? tx.execute(keepGenuine, event.provider, externalId, type, raw(event.payment),
                         event.verdict.secretId, outcome, detail, standing, amount, currency, tx.now(), body,
                         headers)
            : tx.execute(keepDoubtful, event.provider, externalId, type, raw(event.payment),
                         event.verdict.secretId, outcome, detail, standing, amount, currency, tx.now(), body,
                         headers, event.verdict.isGenuine);
    return {.id = kept[0].as<std::int64_t>(0),
            .isNew = kept[0].as<std::int64_t>(2) == 1,
            .outcomeBefore = outcomeOf(kept[0].as<std::string>(1))};
}

void writeOutcome(postgres::Transaction& tx, std::int64_t id, const NewEvent& event, bool isReplay)
{
    tx.execute(updateOutcome, id, std::string(codeOf(event.outcome)), present(event.detail), raw(event.payment),
               event.verdict.isGenuine, event.verdict.secretId, isReplay ? 1 : 0);
}

void endWaiting(postgres::Transaction& tx, PaymentId payment, const std::string& externalId, Outcome outcome)
{
    tx.execute(updateWaiting, static_cast<std::int64_t>(payment), externalId, std::string(codeOf(outcome)));
}

StoredEvent readEvent(postgres::Transaction& tx, std::int64_t id)
{
    const auto found = tx.execute(eventById, id);
    if (found.empty())
        throw NotFound(fmt::format("There is no payment event {}.", id));
    return toEvent(found[0]);
}

EventContent readContent(postgres::Transaction& tx, std::int64_t id)
{
    const auto found = tx.execute(eventContent, id);
    if (found.empty())
        throw NotFound(fmt::format("There is no payment event {}.", id));
    EventContent content{toText(found[0].as<postgres::Bytes>(0)), {}};
    const auto headers = nlohmann::json::parse(found[0].as<std::string>(1));
    for (const auto& [name, value] : headers.items())
        content.headers.emplace_back(name, value.get<std::string>());
    return content;
}

bool hasGenuineTwin(postgres::Transaction& tx, const StoredEvent& event)
{
    return tx.execute(genuineTwin, event.provider, event.externalId)[0].as<bool>(0);
}

std::vector<StoredEvent> readEvents(postgres::Transaction& tx, const EventFilter& filter, std::int64_t limit,
                                    std::optional<std::int64_t> before)
{
    std::optional<std::string> outcome;
    if (filter.outcome)
        outcome = codeOf(*filter.outcome);
    std::vector<StoredEvent> events;
    for (const auto& row :
         tx.execute(eventsPage, raw(filter.payment), filter.provider, outcome, filter.isGenuine, before, limit))
        events.push_back(toEvent(row));
    return events;
}

} // namespace hpcbill::payments
