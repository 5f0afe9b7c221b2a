// SPDX-License-Identifier: GPL-3.0-or-later
// What operators settle by hand.
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/payments/insides.h"
#include "server/payments/json.h"
#include "server/payments/manual.h"
#include "server/payments/settlement.h"
#include "server/payments/store.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

/// A payment under way ends with its receipt: settled when the reference is its own, else cancelled and, as soon
/// as the provider can be told, closed there.
std::optional<Payment> endPending(postgres::Transaction& tx, receipts::ReceiptId receipt,
                                  const std::string& reference)
{
    const auto pending = pendingOf(tx, receipt);
    if (!pending)
        return std::nullopt;
    Payment payment = readPayment(tx, *pending);
    const bool isThisOne = payment.externalId == reference;
    const bool isOpenThere = !isMoneyOff(payment.attention);
    payment.status = isThisOne ? PaymentStatus::succeeded : PaymentStatus::cancelled;
    payment.attention = std::nullopt;
    writePayment(tx, payment);
    if (!isThisOne && payment.externalId && isOpenThere)
        scheduleAsk(tx, payment.id, tx.now());
    return payment;
}

/// The provider's money counts again once what was entered by hand is taken back: that of the payment that was
/// settled by its own reference, and that which came a second time. What was resolved was returned.
std::vector<Payment> takeUpAgain(postgres::Transaction& tx, const receipts::Receipt& reverted)
{
    std::vector<Payment> takenUp;
    for (Payment& payment : readPayments(tx, succeededOf(tx, reverted.id))) {
        if (payment.externalId && payment.externalId == reverted.externalReference) {
            payment.status = PaymentStatus::pending;
            payment.attention = std::nullopt;
            writePayment(tx, payment);
        } else if (!payment.attention) {
            continue;
        }
        scheduleAsk(tx, payment.id, tx.now());
        takenUp.push_back(std::move(payment));
    }
    return takenUp;
}

} // namespace

SettledByHand settleByHand(postgres::Transaction& tx, Payments::Insides& insides, receipts::ReceiptId id,
                           const receipts::Settlement& settlement)
{
    const receipts::Receipt before = insides.parts.receipts.lock(tx, id);
    SettledByHand settled{insides.parts.receipts.markPaid(tx, before, settlement),
                          endPending(tx, id, settlement.externalReference)};
    if (settled.payment)
        insides.parts.outbox.add(tx, {settled.payment->status == PaymentStatus::succeeded ? "payment.succeeded"
                                                                                          : "payment.failed",
                                      toJson(*settled.payment)});
    return settled;
}

void recordSettledByHand(postgres::Transaction& tx, Payments::Insides& insides, const SettledByHand& settled,
                         const std::string& reason, const api::Actor& by)
{
    const receipts::Receipt& receipt = settled.receipt;
    nlohmann::json details{{"how", receipts::codeOf(receipt.paidHow.value_or(receipts::PaidHow::manual))},
                           {"method", receipt.paidMethod.value_or("")},
                           {"external_reference", receipt.externalReference.value_or("")},
                           {"total", toDecimal(receipt.total)},
                           {"currency", receipt.total.currency().code()},
                           {"reason", reason}};
    if (settled.payment)
        details["payment"] = {{"id", static_cast<std::int64_t>(settled.payment->id)},
                              {"status", codeOf(settled.payment->status)}};
    insides.parts.audit.append(tx, {.by = by,
                                    .action = "receipt.paid",
                                    .targetType = "receipt",
                                    .targetId = receipt.number,
                                    .details = std::move(details)});
}

receipts::Receipt Payments::markPaid(receipts::ReceiptId id, const receipts::Settlement& settlement,
                                     const std::string& reason, const api::Actor& by)
{
    Insides& insides = *m_insides;
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    SettledByHand settled = settleByHand(tx, insides, id, settlement);
    recordSettledByHand(tx, insides, settled, reason, by);
    tx.commit();
    insides.parts.receipts.countPaid(settlement.how);
    return std::move(settled.receipt);
}

receipts::Receipt Payments::revert(receipts::ReceiptId id, const std::string& reason, const api::Actor& by)
{
    Insides& insides = *m_insides;
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const receipts::Receipt before = insides.parts.receipts.lock(tx, id);
    receipts::Receipt receipt = insides.parts.receipts.revertPaid(tx, before);
    nlohmann::json details{{"paid_at", toRfc3339(before.paidAt.value_or(tx.now()))},
                           {"method", before.paidMethod.value_or("")},
                           {"external_reference", before.externalReference.value_or("")},
                           {"reason", reason}};
    for (const Payment& payment : takeUpAgain(tx, before))
        details["payments"].push_back(
            {{"id", static_cast<std::int64_t>(payment.id)}, {"status", codeOf(payment.status)}});
    insides.parts.audit.append(tx, {.by = by,
                                    .action = "receipt.reverted",
                                    .targetType = "receipt",
                                    .targetId = receipt.number,
                                    .details = std::move(details)});
    tx.commit();
    return receipt;
}

void Payments::resolve(PaymentId id, const std::string& reason, const api::Actor& by)
{
    Insides& insides = *m_insides;
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    Held held = hold(tx, insides, id);
    if (!held.payment.attention)
        throw Conflict("nothing_to_resolve",
                       fmt::format("Payment {} asks for nothing: it is {}.", static_cast<std::int64_t>(id),
                                   codeOf(held.payment.status)));
    const Attention attention = *held.payment.attention;
    held.payment.attention = std::nullopt;
    // What came is dealt with, and nothing else can come: the payer may begin anew.
    const bool isOver = held.payment.status == PaymentStatus::pending && isMoneyOff(attention);
    if (isOver)
        held.payment.status = PaymentStatus::cancelled;
    writePayment(tx, held.payment);
    if (isOver)
        insides.parts.outbox.add(tx, {"payment.failed", toJson(held.payment)});
    insides.parts.audit.append(tx, {.by = by,
                                    .action = "payment.resolved",
                                    .targetType = "payment",
                                    .targetId = fmt::to_string(static_cast<std::int64_t>(id)),
                                    .details = {{"attention", codeOf(attention)},
                                                {"status", codeOf(held.payment.status)},
                                                {"receipt", held.receipt.number},
                                                {"reason", reason}}});
    tx.commit();
}

} // namespace hpcbill::payments
