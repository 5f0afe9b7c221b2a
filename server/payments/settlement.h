// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// What is known here of a payment, as far as it decides.
struct Position {
    PaymentStatus payment = PaymentStatus::pending;
    std::optional<Attention> attention;
    receipts::Status receipt = receipts::Status::pending;
    bool isReceiptPaidByIt = false; ///< the receipt names what the word is about as what paid it
    bool isOtherCheckout = false;   ///< the word is about another checkout of the payment than the one that is known
    Money due{0, Currency::thb()};
};

/// What a provider's word changes.
struct Decision {
    Outcome outcome = Outcome::noChange;
    PaymentStatus payment = PaymentStatus::pending; ///< afterwards
    std::optional<Attention> attention;             ///< afterwards
    bool paysReceipt = false;
    std::string detail; ///< a sentence for operators; empty where the outcome says it all

    bool operator==(const Decision&) const = default;
};

/// What follows from `state`. Pure; the whole table of cases stands in tests/server/payments/tst_settlement.cpp.
/// Money that came in is never forgotten: where it cannot pay the receipt, the payment asks for attention.
Decision decide(const Position& position, const ProviderState& state);

/// Another amount came than is due: it can pay nothing, and the provider has nothing open any more.
bool isMoneyOff(const std::optional<Attention>& attention);

/// Why a payment changes: for the record.
struct Cause {
    receipts::PaidHow how = receipts::PaidHow::webhook;
    std::optional<std::int64_t> event;
    std::optional<std::string> reason;
};

/// A payment, its receipt locked, and where that leaves it.
struct Held {
    Payment payment;
    receipts::Receipt receipt;

    /// For a word about the provider's `externalId`.
    [[nodiscard]] Position position(const std::string& externalId) const;
};

/// Locks the payment's receipt and reads both. Throws NotFound.
Held hold(postgres::Transaction& tx, const Payments::Insides& insides, PaymentId payment);

/// Carries a decision out: payment, receipt, events on their way, and last the audit record. True when anything
/// changed. `countSettled()` is due once it is committed.
bool carryOut(postgres::Transaction& tx, Payments::Insides& insides, const Held& held, const Decision& decision,
              const ProviderState& state, const Cause& cause, const api::Actor& by);
void countSettled(Payments::Insides& insides, const Held& held, const Decision& decision,
                  receipts::PaidHow how);

} // namespace hpcbill::payments
