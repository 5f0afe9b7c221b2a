// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <optional>
#include <vector>

namespace hpcbill::receipts
{

/// What the staged items of a receipt come to.
struct StagedTotals {
    std::int64_t jobs = 0;
    std::optional<UtcTime> firstEnd;
    Money sum;
};

/// Who is billed, until when, at what.
struct Terms {
    std::string username;
    UtcTime cutOff;
    std::string tier;
    std::int64_t rateVersionId = 0;
    pricing::Rates rates;
    Currency currency;
};

/// Makes every other receipt of this user wait until the transaction ends.
void lockUser(postgres::Transaction& tx, const std::string& username);

/// "mu", "gov", …: the tier that this user has now.
std::string tierOf(postgres::Transaction& tx, const std::string& username);

/// Prices the user's unbilled jobs into the stage of this transaction, a bounded batch at a time.
StagedTotals stageItems(postgres::Transaction& tx, const Terms& terms);

/// Makes the receipt of what was staged, under the next number of the tier's prefix. Throws Conflict when one
/// of the jobs stands on a live receipt already.
ReceiptId writeReceipt(postgres::Transaction& tx, const Terms& terms, const StagedTotals& totals,
                       const std::string& createdBy);

/// Makes every other change of this receipt wait until the transaction ends. Nothing happens where there is none.
void lockReceipt(postgres::Transaction& tx, ReceiptId id);
void writePaid(postgres::Transaction& tx, ReceiptId id, const Settlement& settlement);
void writeUnpaid(postgres::Transaction& tx, ReceiptId id);
/// Its jobs become free to be billed again.
void writeVoid(postgres::Transaction& tx, ReceiptId id);

std::optional<Receipt> readReceipt(postgres::Transaction& tx, ReceiptId id);
std::vector<Receipt> readReceipts(postgres::Transaction& tx, const std::optional<std::string>& username,
                                  const std::optional<Status>& status, std::int64_t limit,
                                  std::optional<ReceiptId> before);
std::vector<ReceiptItem> readItems(postgres::Transaction& tx, const Receipt& receipt, std::int64_t limit,
                                   std::int64_t after);

/// The receipt that this key made for the actor, and the hash of the body that it came with.
struct KeyUse {
    ReceiptId receipt{};
    std::string requestHash;
};
std::optional<KeyUse> claimKey(postgres::Transaction& tx, const std::string& actor,
                               const IdempotencyKey& key);
void rememberKey(postgres::Transaction& tx, const std::string& actor, const IdempotencyKey& key,
                 ReceiptId receipt);

} // namespace hpcbill::receipts
