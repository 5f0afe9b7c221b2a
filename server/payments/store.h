// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::postgres
{
class Row;
class Transaction;
} // namespace hpcbill::postgres

namespace hpcbill::payments
{

/// Which receipt a payment pays. Throws NotFound.
receipts::ReceiptId receiptOf(postgres::Transaction& tx, PaymentId id);
/// Throws NotFound.
Payment readPayment(postgres::Transaction& tx, PaymentId id);
/// Those with these ids, oldest first.
std::vector<Payment> readPayments(postgres::Transaction& tx, const std::vector<PaymentId>& ids);
std::vector<Payment> readPage(postgres::Transaction& tx, const PaymentFilter& filter, std::int64_t limit,
                              std::optional<PaymentId> before);
std::optional<PaymentId> pendingOf(postgres::Transaction& tx, receipts::ReceiptId receipt);
std::vector<PaymentId> succeededOf(postgres::Transaction& tx, receipts::ReceiptId receipt);
/// What a provider's message says of which payment it is about.
struct Clue {
    std::optional<std::string> externalId;
    std::optional<PaymentId> reference;
    std::optional<std::string> receiptNumber;
};
/// The payment that the provider calls so; else the one of that number, if the provider's id is not known of it
/// or its receipt is named as well: that is another checkout of it.
std::optional<PaymentId> identify(postgres::Transaction& tx, const std::string& provider, const Clue& clue);

/// A new pending payment of the receipt.
PaymentId addPayment(postgres::Transaction& tx, const receipts::Receipt& receipt, const std::string& provider,
                     const std::string& createdBy);
/// Status, attention and the provider's id; what has ended is not asked about any more.
void writePayment(postgres::Transaction& tx, const Payment& payment);
void writeCheckout(postgres::Transaction& tx, PaymentId id, const Checkout& checkout, UtcTime nextAsk);
/// When the provider is asked next; none for no more.
void scheduleAsk(postgres::Transaction& tx, PaymentId id, const std::optional<UtcTime>& at);
/// Keeps what the provider answered: the last answer with the payment, each change of it in its history.
void writeAsked(postgres::Transaction& tx, PaymentId id, const Asked& asked, const std::string& askedBy);

/// Takes up to `limit` payments that are due to be asked about for this process: nobody else takes them for an
/// interval, or for twelve where they are older than a day.
std::vector<PaymentId> claimDue(postgres::Transaction& tx, std::int64_t limit, std::chrono::seconds interval);

/// When a pending payment is told of.
struct StuckStage {
    int number = 1;
    std::chrono::seconds fromAge{};
    std::optional<std::chrono::seconds> untilAge; ///< from then on the next stage tells
};
/// Pending payments of that age of which this stage was not told yet, marked as told.
std::vector<PaymentId> claimStuck(postgres::Transaction& tx, const StuckStage& stage);
/// The age of the oldest pending payment.
std::chrono::seconds oldestPending(postgres::Transaction& tx);

} // namespace hpcbill::payments
