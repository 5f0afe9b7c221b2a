// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// A row of a bank statement, as far as it can be read.
struct StatementLine {
    std::int64_t line = 0; ///< in the file, from 1
    std::optional<std::string> bookedOn; ///< as the bank wrote it
    std::string reference;               ///< what the payer and the bank wrote
    std::optional<Money> amount;         ///< that came in
    std::string fault;                   ///< why it could not be read; empty where it could
    std::vector<std::string> receiptNumbers; ///< that may be meant by its texts: `MU-2026-000123`
};

/// Reads a bank's CSV: separated by comma, semicolon, tab or bar, its columns told by their names in English or
/// Thai, wherever the row of names stands. Amounts are those that came in. Throws InvalidInput{"csv"}.
std::vector<StatementLine> readStatement(const std::string& csv, const Currency& currency);

/// What a row would do.
enum class MatchVerdict { matched, differs, unmatched, ambiguous, alreadyPaid, void_, unreadable };
/// "matched", "differs", "unmatched", "ambiguous", "already_paid", "void", "unreadable".
std::string_view codeOf(MatchVerdict verdict);

struct StatementMatch {
    StatementLine line;
    MatchVerdict verdict = MatchVerdict::unmatched;
    std::optional<receipts::ReceiptId> receipt;
    std::optional<std::string> receiptNumber;
    std::optional<std::string> username;
    std::optional<Money> expected;
    std::string detail;
};

struct StatementPreview {
    std::string name;
    std::string digest; ///< of everything below: what is settled is what was shown
    std::vector<StatementMatch> rows;
    Currency currency = Currency::thb();
};

/// What the statement would settle, by the receipts' numbers in its texts and the exact amount. Changes nothing.
StatementPreview preview(postgres::Transaction& tx, const std::string& name, std::vector<StatementLine> lines,
                         const Currency& currency);

struct StatementOrder {
    std::string name;
    std::string csv;
    std::string digest;
    std::vector<std::int64_t> lines;
    std::string reason;
};

/// Marks the receipts of the chosen rows paid: all of them or, where anything differs from the preview, none and
/// Conflict.
std::vector<StatementMatch> settle(Payments::Insides& insides, const StatementOrder& order,
                                   const Currency& currency, const api::Actor& by);

} // namespace hpcbill::payments
