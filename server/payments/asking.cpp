// SPDX-License-Identifier: GPL-3.0-or-later
// What we ask providers, and the watch that asks by itself.
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/payments/events.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/settlement.h"
#include "server/payments/store.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/webhooks.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::payments
{
namespace
{

constexpr std::int64_t askedPerRound = 50;

struct Question {
    Payment payment;
    std::string externalId; ///< what is asked about
    bool isToEnd = false;   ///< nobody is to pay it any more

    [[nodiscard]] bool isAboutItsOwn() const { return payment.externalId == externalId; }
};

Question prepare(const Payments::Insides& insides, PaymentId id, const std::optional<std::string>& about)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readOnly);
    Question question{readPayment(tx, id), {}, false};
    if (!about && !question.payment.externalId)
        throw Conflict("not_started", fmt::format("{} never answered when payment {} was begun: there is nothing "
                                                  "to ask it about. Cancel the payment, or let the payer try again.",
                                                  question.payment.provider, static_cast<std::int64_t>(id)));
    question.externalId = about ? *about : *question.payment.externalId;
    const auto receipt = insides.parts.receipts.find(tx, question.payment.receipt);
    question.isToEnd = question.isAboutItsOwn() && (question.payment.status == PaymentStatus::cancelled ||
                                                    (question.payment.status == PaymentStatus::pending &&
                                                     receipt.status != receipts::Status::pending));
    return question;
}

std::string askedBy(const std::optional<std::string>& reason, const api::Actor& by)
{
    return reason ? by.name : systemActor.name;
}

void keepFailure(const Payments::Insides& insides, const Question& question, const std::string& failure,
                 const std::string& who)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    hold(tx, insides, question.payment.id);
    writeAsked(tx, question.payment.id,
               {.at = tx.now(), .standing = std::nullopt, .amount = {}, .currency = {}, .error = failure}, who);
    tx.commit();
}

ProviderState put(const Payments::Insides& insides, const Question& question, const std::string& who)
{
    Provider& provider = insides.provider(question.payment.provider);
    try {
        return question.isToEnd ? provider.expire(question.externalId) : provider.read(question.externalId);
    } catch (const ProviderFailure& failure) {
        if (question.isAboutItsOwn()) // anybody can name another one
            keepFailure(insides, question, failure.what(), who);
        throw;
    }
}

/// What became of an answer.
struct Answered {
    Held held;
    Decision decision;

    [[nodiscard]] bool isMoneyOff() const
    {
        return decision.payment == PaymentStatus::pending && payments::isMoneyOff(decision.attention);
    }
};

/// The payment takes the provider's id from an answer that names it, and is asked about from now on.
void adopt(postgres::Transaction& tx, const Payments::Insides& insides, Held& held, const ProviderState& state)
{
    held.payment.externalId = state.externalPaymentId;
    writePayment(tx, held.payment);
    const bool isPending = held.payment.status == PaymentStatus::pending;
    scheduleAsk(tx, held.payment.id, isPending ? tx.now() + insides.settings.askInterval : tx.now());
}

Answered take(Payments::Insides& insides, const Question& question, const ProviderState& state,
              const std::optional<std::string>& reason, const api::Actor& by)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const PaymentId id = question.payment.id;
    Held held = hold(tx, insides, id);
    const bool isNamed = state.payment == id && state.receiptNumber == held.receipt.number;
    if (held.payment.externalId != state.externalPaymentId && !isNamed) {
        endWaiting(tx, id, state.externalPaymentId, Outcome::unknownPayment);
        tx.commit();
        return {std::move(held), {.outcome = Outcome::unknownPayment, .payment = {}, .attention = {}, .detail = {}}};
    }
    if (!held.payment.externalId)
        adopt(tx, insides, held, state);
    const bool isItsOwn = held.payment.externalId == state.externalPaymentId;
    if (isItsOwn)
        writeAsked(tx, id,
                   {.at = tx.now(),
                    .standing = state.standing,
                    .amount = state.amount,
                    .currency = state.currency,
                    .error = std::nullopt},
                   askedBy(reason, by));
    Decision decision = decide(held.position(state.externalPaymentId), state);
    // A failure that came after the success left a doubt; the provider's own word ends it.
    const bool isPaidAfterAll = isItsOwn && state.standing == Standing::paid &&
                                held.payment.status == PaymentStatus::succeeded &&
                                held.payment.attention == Attention::lateFailure;
    if (isPaidAfterAll)
        decision.attention = std::nullopt;
    endWaiting(tx, id, state.externalPaymentId, decision.outcome);
    // One that has succeeded was asked about because its receipt is to be paid again: one answer does.
    const bool isAnswered = isItsOwn && (held.payment.status == PaymentStatus::succeeded ||
                                         (question.isToEnd && state.standing != Standing::open));
    if (isAnswered)
        scheduleAsk(tx, id, std::nullopt);
    const bool changed = carryOut(tx, insides, held, decision, state,
                                  {receipts::PaidHow::poll, std::nullopt, reason}, by);
    if (reason && !changed)
        insides.parts.audit.append(tx, {.by = by,
                                        .action = "payment.asked",
                                        .targetType = "payment",
                                        .targetId = fmt::to_string(static_cast<std::int64_t>(id)),
                                        .details = {{"standing", codeOf(state.standing)}, {"reason", *reason}}});
    tx.commit();
    if (changed)
        countSettled(insides, held, decision, receipts::PaidHow::poll);
    return {std::move(held), std::move(decision)};
}

void tellStuck(Payments::Insides& insides, const StuckStage& stage)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const auto stuck = readPayments(tx, claimStuck(tx, stage));
    if (stuck.empty())
        return;
    for (const Payment& payment : stuck) {
        auto data = toJson(payment);
        data["age_seconds"] = std::chrono::floor<std::chrono::seconds>(tx.now() - payment.createdAt).count();
        insides.parts.outbox.add(tx, {"payment.stuck", std::move(data)});
    }
    for (const Payment& payment : stuck)
        insides.parts.audit.append(
            tx, {.by = systemActor,
                 .action = "payment.stuck",
                 .targetType = "payment",
                 .targetId = fmt::to_string(static_cast<std::int64_t>(payment.id)),
                 .details = {{"receipt", payment.receiptNumber},
                             {"pending_since", toRfc3339(payment.createdAt)},
                             {"stage", stage.number}}});
    tx.commit();
}

std::vector<PaymentId> takeDue(const Payments::Insides& insides)
{
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    auto due = claimDue(tx, askedPerRound, insides.settings.askInterval);
    tx.commit();
    return due;
}

} // namespace

void Payments::ask(PaymentId id, const std::optional<std::string>& reason, const api::Actor& by)
{
    const Question question = prepare(*m_insides, id, std::nullopt);
    take(*m_insides, question, put(*m_insides, question, askedBy(reason, by)), reason, by);
}

void askAbout(Payments::Insides& insides, PaymentId id, const std::string& externalId,
              const std::optional<std::string>& reason, const api::Actor& by)
{
    const Question question = prepare(insides, id, externalId);
    take(insides, question, put(insides, question, askedBy(reason, by)), reason, by);
}

void Payments::cancel(PaymentId id, const std::string& reason, const api::Actor& by)
{
    Insides& insides = *m_insides;
    Question question;
    {
        postgres::Transaction tx(insides.parts.pool, postgres::Mode::readOnly);
        question = {readPayment(tx, id), {}, true};
        question.externalId = question.payment.externalId.value_or("");
    }
    if (question.payment.status != PaymentStatus::pending)
        throw Conflict("already_settled", fmt::format("Payment {} is {} already.", static_cast<std::int64_t>(id),
                                                      codeOf(question.payment.status)));
    std::optional<std::string> notClosed;
    if (question.payment.externalId) {
        try {
            const ProviderState state = put(insides, question, by.name);
            // Where the wrong amount came, that is put on record, and the payment can be ended all the same.
            if (state.standing == Standing::paid && !take(insides, question, state, reason, by).isMoneyOff())
                throw Conflict("provider_says_paid",
                               "The provider says that it has been paid; that was put on record instead of the "
                               "cancellation. Read the payment again.");
        } catch (const ProviderFailure& failure) {
            notClosed = failure.what();
        }
    }
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const Held held = hold(tx, insides, id);
    // The provider's own message about the end that we asked for may have come first.
    const bool isEnded = held.payment.status == PaymentStatus::cancelled;
    if (held.payment.status != PaymentStatus::pending && !isEnded)
        throw Conflict("already_settled", fmt::format("Payment {} is {} already.", static_cast<std::int64_t>(id),
                                                      codeOf(held.payment.status)));
    if (isEnded)
        insides.parts.audit.append(tx, {.by = by,
                                        .action = "payment.cancelled",
                                        .targetType = "payment",
                                        .targetId = fmt::to_string(static_cast<std::int64_t>(id)),
                                        .details = {{"receipt", held.receipt.number}, {"reason", reason}}});
    else
        carryOut(tx, insides, held,
                 {Outcome::applied, PaymentStatus::cancelled, held.payment.attention, false,
                  notClosed ? "The provider could not be told and is told later: " + *notClosed : ""},
                 {}, {receipts::PaidHow::manual, std::nullopt, reason}, by);
    if (notClosed && !isMoneyOff(held.payment.attention))
        scheduleAsk(tx, id, tx.now());
    tx.commit();
}

void Payments::watch(const std::stop_token& stop)
{
    Insides& insides = *m_insides;
    const PaymentSettings& settings = insides.settings;
    tellStuck(insides, {.number = 1, .fromAge = settings.stuckAfter, .untilAge = settings.stuckAgain});
    tellStuck(insides, {.number = 2, .fromAge = settings.stuckAgain, .untilAge = std::nullopt});
    for (const PaymentId id : takeDue(insides)) {
        if (stop.stop_requested())
            return;
        try {
            ask(id, std::nullopt, systemActor);
        } catch (const ProviderFailure& failure) {
            Poco::Logger::get("payments").warning(failure.what());
        } catch (const Error& error) {
            Poco::Logger::get("payments").debug(error.what()); // settled by somebody else meanwhile
        }
    }
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readOnly);
    insides.metrics.setOldest(oldestPending(tx));
}

struct Watch::Insides {
    Insides(Payments& payments, std::chrono::seconds interval)
        : thread([&payments, interval](const std::stop_token& stop) {
            std::mutex mutex;
            std::condition_variable_any wake;
            while (!stop.stop_requested()) {
                try {
                    payments.watch(stop);
                } catch (const std::exception& error) {
                    // The database may be gone for a while: the next round tries again.
                    Poco::Logger::get("payments").error(std::string("payments could not be watched: ") +
                                                        error.what());
                }
                std::unique_lock lock(mutex);
                wake.wait_for(lock, stop, interval, [] { return false; });
            }
        })
    {
    }

    std::jthread thread;
};

Watch::Watch(Payments& payments, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(payments, interval))
{
}

Watch::~Watch() = default;

} // namespace hpcbill::payments
