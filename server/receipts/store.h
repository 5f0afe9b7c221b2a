// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/items.h"
#include "server/receipts/receipts.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hpcbill::receipts
{

/// Makes every other receipt of this user wait until the transaction ends.
void lockUser(postgres::Transaction& tx, const std::string& username);

/// "mu", "gov", …: the tier that this user has now.
std::string tierOf(postgres::Transaction& tx, const std::string& username);

/// Makes the header of a receipt. It has to get items and a number before the transaction ends.
ReceiptId writeHeader(postgres::Transaction& tx, const Terms& terms, const std::string& createdBy);
/// Gives it what its items come to and, last of all, the next number of its tier's prefix: whoever else numbers one
/// waits from here to the end of the transaction.
void issue(postgres::Transaction& tx, ReceiptId id, const Totals& totals, const pricing::Tax& tax);

/// Makes every other change of this receipt wait until the transaction ends. Nothing happens where there is none.
void lockReceipt(postgres::Transaction& tx, ReceiptId id);
void writePaid(postgres::Transaction& tx, ReceiptId id, const Settlement& settlement);
void writeUnpaid(postgres::Transaction& tx, ReceiptId id);
/// Its jobs become free to be billed again.
void writeVoid(postgres::Transaction& tx, ReceiptId id);
/// Takes back the whole of a receipt that was paid. Numbered as receipts are.
void writeCreditNote(postgres::Transaction& tx, ReceiptId id, const std::string& reason, const std::string& createdBy);
void writeReplacedBy(postgres::Transaction& tx, ReceiptId id, ReceiptId successor);

std::optional<Receipt> readReceipt(postgres::Transaction& tx, ReceiptId id);
std::vector<Receipt> readReceipts(postgres::Transaction& tx, const std::optional<std::string>& username,
                                  const std::optional<Status>& status, std::int64_t limit,
                                  std::optional<ReceiptId> before);

} // namespace hpcbill::receipts
