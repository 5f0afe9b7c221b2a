// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/settlement.h"

#include "server/audit/audit.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/store.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

Decision unchanged(const Position& position, Outcome outcome, std::string detail = {})
{
    return {outcome, position.payment, position.attention, false, std::move(detail)};
}

Decision needsAttention(const Position& position, Attention attention, Outcome outcome, std::string detail)
{
    return {outcome, position.payment, attention, false, std::move(detail)};
}

/// The amount that came in against the amount due: nothing when they are the same.
std::optional<Decision> mismatch(const Position& position, const ProviderState& state)
{
    const std::string due = fmt::format("{} {}", toDecimal(position.due), position.due.currency().code());
    if (!state.amount || !state.currency)
        return unchanged(position, Outcome::amountUnknown,
                         fmt::format("The provider says paid and not how much; {} is due.", due));
    if (*state.currency != position.due.currency().code())
        return needsAttention(position, Attention::currencyDiffers, Outcome::currencyDiffers,
                              fmt::format("{} {} was paid, {} is due.", *state.amount, *state.currency, due));
    const auto paid = parseMoney(*state.amount, position.due.currency());
    if (!paid || *paid != position.due)
        return needsAttention(position, Attention::amountDiffers, Outcome::amountDiffers,
                              fmt::format("{} {} was paid, {} is due.", *state.amount, *state.currency, due));
    return std::nullopt;
}

Decision decidePaid(const Position& position, const ProviderState& state)
{
    // A pending receipt: what paid it was taken back by hand, and this money is there still.
    const bool isThatKnown = !position.isOtherCheckout || position.isReceiptPaidByIt;
    if (position.payment == PaymentStatus::succeeded && position.receipt != receipts::Status::pending && isThatKnown)
        return unchanged(position, Outcome::noChange);
    if (auto differs = mismatch(position, state))
        return *std::move(differs);
    switch (position.receipt) {
    case receipts::Status::pending:
        return {Outcome::applied, PaymentStatus::succeeded, std::nullopt, true, {}};
    case receipts::Status::void_:
        return {Outcome::receiptVoid, PaymentStatus::succeeded, Attention::receiptVoid, false,
                "The receipt is void: nobody owes it, and the money is to be returned."};
    case receipts::Status::paid:
        if (position.isReceiptPaidByIt) // an operator had entered this very payment by hand
            return {Outcome::applied, PaymentStatus::succeeded, std::nullopt, false, {}};
        return {Outcome::paidTwice, PaymentStatus::succeeded, Attention::paidTwice, false,
                "The receipt had been paid otherwise: one of the two is to be returned."};
    }
    return unchanged(position, Outcome::noChange);
}

Decision decideEnded(const Position& position, PaymentStatus ended, const ProviderState& state)
{
    switch (position.payment) {
    case PaymentStatus::pending:
        return {Outcome::applied, ended, position.attention, false, state.reason.value_or("")};
    case PaymentStatus::succeeded:
        if (ended == PaymentStatus::failed)
            return needsAttention(position, Attention::lateFailure, Outcome::lateFailure,
                                  "It failed after it had been paid: look at the provider's dashboard which of "
                                  "the two holds.");
        return unchanged(position, Outcome::noChange);
    case PaymentStatus::failed:
    case PaymentStatus::cancelled:
        return unchanged(position, Outcome::noChange);
    }
    return unchanged(position, Outcome::noChange);
}

const char* actionOf(const Decision& decision)
{
    if (decision.payment == PaymentStatus::succeeded)
        return decision.outcome == Outcome::lateFailure ? "payment.disputed" : "payment.settled";
    if (decision.payment == PaymentStatus::failed)
        return "payment.failed";
    return decision.payment == PaymentStatus::cancelled ? "payment.cancelled" : "payment.disputed";
}

std::string nameOf(const std::optional<Attention>& attention)
{
    return attention ? std::string(codeOf(*attention)) : std::string();
}

} // namespace

Decision decide(const Position& position, const ProviderState& state)
{
    // Of a second checkout only its money counts: that it ended ends nothing.
    if (position.isOtherCheckout && state.standing != Standing::paid)
        return unchanged(position, Outcome::noChange, "It is about another checkout of the payment.");
    switch (state.standing) {
    case Standing::open:
        return unchanged(position, Outcome::noChange);
    case Standing::paid:
        return decidePaid(position, state);
    case Standing::failed:
        return decideEnded(position, PaymentStatus::failed, state);
    case Standing::expired:
        return decideEnded(position, PaymentStatus::cancelled, state);
    }
    return unchanged(position, Outcome::noChange);
}

bool isMoneyOff(const std::optional<Attention>& attention)
{
    return attention == Attention::amountDiffers || attention == Attention::currencyDiffers;
}

Position Held::position(const std::string& externalId) const
{
    const bool isOther = payment.externalId && !externalId.empty() && externalId != *payment.externalId;
    const std::optional<std::string> about = isOther ? externalId : payment.externalId;
    return {.payment = payment.status,
            .attention = payment.attention,
            .receipt = receipt.status,
            .isReceiptPaidByIt =
                receipt.status == receipts::Status::paid && about && receipt.externalReference == about,
            .isOtherCheckout = isOther,
            .due = payment.amount};
}

Held hold(postgres::Transaction& tx, const Payments::Insides& insides, PaymentId id)
{
    const receipts::ReceiptId receipt = receiptOf(tx, id);
    receipts::Receipt locked = insides.parts.receipts.lock(tx, receipt);
    return {readPayment(tx, id), std::move(locked)};
}

bool carryOut(postgres::Transaction& tx, Payments::Insides& insides, const Held& held, const Decision& decision,
              const ProviderState& state, const Cause& cause, const api::Actor& by)
{
    const Position before = held.position(state.externalPaymentId);
    if (decision.payment == before.payment && decision.attention == before.attention && !decision.paysReceipt)
        return false;
    Payment after = held.payment;
    after.status = decision.payment;
    after.attention = decision.attention;
    if (decision.paysReceipt || !after.externalId) // of two checkouts the payment keeps the one that paid
        after.externalId = state.externalPaymentId.empty() ? after.externalId : state.externalPaymentId;
    writePayment(tx, after);
    if (decision.paysReceipt)
        insides.parts.receipts.markPaid(
            tx, held.receipt, {cause.how, held.payment.provider, after.externalId.value_or("")});

    after.updatedAt = tx.now();
    if (decision.payment != before.payment && decision.payment == PaymentStatus::succeeded)
        insides.parts.outbox.add(tx, {"payment.succeeded", toJson(after)});
    else if (decision.payment != before.payment)
        insides.parts.outbox.add(tx, {"payment.failed", toJson(after)});

    nlohmann::json details{{"receipt", held.receipt.number},
                           {"provider", held.payment.provider},
                           {"external_payment_id",
                            state.externalPaymentId.empty() ? after.externalId.value_or("") : state.externalPaymentId},
                           {"amount", toDecimal(held.payment.amount)},
                           {"currency", held.payment.amount.currency().code()},
                           {"how", receipts::codeOf(cause.how)},
                           {"before", {{"status", codeOf(before.payment)}, {"attention", nameOf(before.attention)}}},
                           {"after", {{"status", codeOf(after.status)}, {"attention", nameOf(after.attention)}}}};
    if (cause.event)
        details["event"] = *cause.event;
    if (cause.reason)
        details["reason"] = *cause.reason;
    if (!decision.detail.empty())
        details["detail"] = decision.detail;
    insides.parts.audit.append(tx, {.by = by,
                                    .action = actionOf(decision),
                                    .targetType = "payment",
                                    .targetId = fmt::to_string(static_cast<std::int64_t>(held.payment.id)),
                                    .details = std::move(details)});
    return true;
}

void countSettled(Payments::Insides& insides, const Held& held, const Decision& decision, receipts::PaidHow how)
{
    if (decision.paysReceipt)
        insides.parts.receipts.countPaid(how);
    if (decision.payment == PaymentStatus::succeeded && held.payment.status != PaymentStatus::succeeded)
        insides.metrics.countFinalized(held.payment.provider);
}

} // namespace hpcbill::payments
