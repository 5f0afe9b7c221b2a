// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks of providers: from raw bytes to what they change.
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/payments/events.h"
#include "server/payments/insides.h"
#include "server/payments/secrets.h"
#include "server/payments/settlement.h"
#include "server/payments/store.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <Poco/String.h>
#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

/// A message on its way through one transaction.
struct Passage {
    postgres::Transaction& tx;
    Payments::Insides& insides;
    Provider& provider;
    api::Actor by;
};

/// Those that a signature may be in; nothing else of a stranger's request is kept.
http::TextPairs signatureHeaders(const http::TextPairs& headers)
{
    http::TextPairs kept;
    for (const auto& [name, value] : headers) {
        if (Poco::icompare(name, std::string("content-type")) == 0 ||
            Poco::toLower(name).find("signature") != std::string::npos)
            kept.emplace_back(name, value);
    }
    return kept;
}

/// What the message is, by its bytes and the secrets; nothing is changed yet.
NewEvent examine(const Passage& passage, const http::TextPairs& headers, const std::string& body, UtcTime sentBy)
{
    NewEvent event;
    event.provider = passage.provider.name();
    event.body = body;
    event.headers = signatureHeaders(headers);
    event.verdict = passage.provider.verify(
        headers, body, secretsInForce(passage.tx, passage.insides, event.provider), sentBy);
    if (auto parsed = passage.provider.parse(body)) {
        event.parsed = *std::move(parsed);
        Clue clue{.externalId = {}, .reference = event.parsed->payment, .receiptNumber = {}};
        if (const auto& state = event.parsed->state) {
            clue.externalId = state->externalPaymentId;
            clue.receiptNumber = state->receiptNumber;
        }
        event.payment = identify(passage.tx, event.provider, clue);
    } else {
        event.detail = parsed.error();
    }
    return event;
}

/// What it comes to: the outcome goes into the event, and the decision is what remains to be carried out.
std::optional<Decision> judge(const Passage& passage, NewEvent& event, const std::optional<Held>& held)
{
    event.outcome = Outcome::unreadable;
    if (!event.verdict.isGenuine) {
        event.outcome = Outcome::badSignature;
        event.detail = event.verdict.reason;
        return std::nullopt;
    }
    if (!event.parsed)
        return std::nullopt;
    if (!event.parsed->state) {
        event.outcome = Outcome::notAboutPayments;
        return std::nullopt;
    }
    if (!held) {
        event.outcome = Outcome::unknownPayment;
        event.detail = fmt::format("No payment here is called {} by {}.", event.parsed->state->externalPaymentId,
                                   event.provider);
        return std::nullopt;
    }
    if (passage.provider.needsReadBack()) {
        event.outcome = Outcome::waiting;
        return std::nullopt;
    }
    Decision decision = decide(held->position(event.parsed->state->externalPaymentId), *event.parsed->state);
    event.outcome = decision.outcome;
    event.detail = decision.detail;
    return decision;
}

struct Taken {
    Outcome outcome = Outcome::unreadable;
    bool isReplay = false;
    std::optional<PaymentId> toBeAsked; ///< the provider has yet to confirm it
    std::optional<Held> held;
    std::optional<Decision> decision; ///< that was carried out
};

void carryOutEvent(const Passage& passage, const NewEvent& event, std::int64_t id, Taken& taken,
                   const std::optional<Decision>& decision, const std::optional<std::string>& reason)
{
    if (event.verdict.secretId)
        noteUse(passage.tx, *event.verdict.secretId);
    if (event.outcome == Outcome::waiting)
        taken.toBeAsked = event.payment;
    if (!decision)
        return;
    if (carryOut(passage.tx, passage.insides, *taken.held, *decision, *event.parsed->state,
                 {receipts::PaidHow::webhook, id, reason}, passage.by))
        taken.decision = decision;
}

/// Has the provider confirm an event that is kept already: whatever becomes of the question, the event is.
void confirm(Payments::Insides& insides, const NewEvent& event, PaymentId payment,
             const std::optional<std::string>& reason, const api::Actor& by)
{
    const auto log = [](const char* fault) { Poco::Logger::get("payments").warning(fault); };
    // Where the provider cannot be asked, the watch asks again, and the event waits until then.
    try {
        askAbout(insides, payment, event.parsed->state->externalPaymentId, reason, by);
    } catch (const ProviderFailure& failure) {
        log(failure.what());
    } catch (const Error& error) {
        log(error.what());
    }
}

} // namespace

Outcome Payments::receive(const std::string& provider, const http::TextPairs& headers, const std::string& body,
                          const api::Actor& from)
{
    Insides& insides = *m_insides;
    Provider& sender = insides.provider(provider);
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const Passage passage{tx, insides, sender, from};
    NewEvent event = examine(passage, headers, body, tx.now());
    Taken taken;
    if (event.verdict.isGenuine && event.payment)
        taken.held = hold(tx, insides, *event.payment);
    const auto decision = judge(passage, event, taken.held);
    const Kept kept = keepEvent(tx, event);
    taken.isReplay = !kept.isNew;
    if (event.verdict.isGenuine && (kept.isNew || mayBeTakenAgain(kept.outcomeBefore))) {
        if (!kept.isNew)
            writeOutcome(tx, kept.id, event, false);
        carryOutEvent(passage, event, kept.id, taken, decision, std::nullopt);
    }
    tx.commit();

    const auto type = event.parsed ? std::optional(event.parsed->eventType) : std::nullopt;
    const bool isCountedAsReplay = taken.isReplay && event.verdict.isGenuine && !taken.decision;
    insides.metrics.countEvent(event.provider, type,
                               isCountedAsReplay ? std::string_view("replay") : codeOf(event.outcome));
    if (taken.decision)
        countSettled(insides, *taken.held, *taken.decision, receipts::PaidHow::webhook);
    if (taken.toBeAsked)
        confirm(insides, event, *taken.toBeAsked, std::nullopt, from);
    return event.outcome;
}

Outcome Payments::replay(std::int64_t id, const std::string& reason, const api::Actor& by)
{
    Insides& insides = *m_insides;
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const StoredEvent stored = readEvent(tx, id);
    const EventContent content = readContent(tx, id);
    if (!mayBeTakenAgain(stored.outcome))
        throw Conflict("already_applied",
                       fmt::format("Event {} was taken already, with the outcome {}.", id, codeOf(stored.outcome)));
    const Passage passage{tx, insides, insides.provider(stored.provider), by};
    // The age of the signature is judged by when the message came: it was in time then.
    NewEvent event = examine(passage, content.headers, content.body, stored.lastReceivedAt);
    if (!event.verdict.isGenuine)
        throw Conflict("still_refused",
                       fmt::format("Event {} is refused still: {} Put the secret that signed it back in force "
                                   "first.",
                                   id, event.verdict.reason));
    Taken taken;
    if (event.payment)
        taken.held = hold(tx, insides, *event.payment);
    const auto decision = judge(passage, event, taken.held);
    if (!stored.isGenuine && hasGenuineTwin(tx, stored))
        throw Conflict("already_applied",
                       fmt::format("The same event came once more with a good signature and was taken then: {} "
                                   "needs no replay.",
                                   id));
    writeOutcome(tx, id, event, true);
    carryOutEvent(passage, event, id, taken, decision, reason);
    if (!taken.decision)
        insides.parts.audit.append(tx, {.by = by,
                                        .action = "payment_event.replayed",
                                        .targetType = "payment_event",
                                        .targetId = fmt::to_string(id),
                                        .details = {{"outcome", codeOf(event.outcome)}, {"reason", reason}}});
    tx.commit();
    if (taken.decision)
        countSettled(insides, *taken.held, *taken.decision, receipts::PaidHow::webhook);
    if (taken.toBeAsked)
        confirm(insides, event, *taken.toBeAsked, reason, by);
    return event.outcome;
}

} // namespace hpcbill::payments
