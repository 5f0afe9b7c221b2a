// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <iosfwd>
#include <optional>
#include <string>

namespace hpcbill::receipts
{

// CSV (RFC 4180) with a heading, written as the rows come from the database, in constant memory. docs/exports.md names the
// columns; they are only ever added to, at the end.

/// Which receipts; what is absent does not restrict. Windows: `from` inclusive, `to` exclusive.
struct ReceiptFilter {
    std::optional<std::string> username;
    std::optional<Status> status;
};
struct Window {
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
};

/// Newest first.
void writeReceiptsCsv(std::ostream& out, postgres::Transaction& tx, const ReceiptFilter& filter);
/// Receipts that were paid in the window, in the order in which they were; those that became void later say so.
void writePaidCsv(std::ostream& out, postgres::Transaction& tx, const Window& paid);
/// The lines of one receipt.
void writeItemsCsv(std::ostream& out, postgres::Transaction& tx, ReceiptId receipt);
/// The lines of all receipts made in the window.
void writeItemsCsv(std::ostream& out, postgres::Transaction& tx, const Window& created);

} // namespace hpcbill::receipts
