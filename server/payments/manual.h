// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// A receipt that was paid by hand, and the payment under way that ended with it.
struct SettledByHand {
    receipts::Receipt receipt;
    std::optional<Payment> payment;
};

/// Marks a receipt paid within the caller's transaction; throws Conflict unless it is pending. The record is the
/// second step, so that many receipts can be settled before the log is locked.
SettledByHand settleByHand(postgres::Transaction& tx, Payments::Insides& insides, receipts::ReceiptId id,
                           const receipts::Settlement& settlement);
void recordSettledByHand(postgres::Transaction& tx, Payments::Insides& insides, const SettledByHand& settled,
                         const std::string& reason, const api::Actor& by);

} // namespace hpcbill::payments
