// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/pricing/rules.h"
#include "server/print/canvas.h"
#include "server/receipts/receipts.h"
#include "server/texts/texts.h"

#include <functional>
#include <optional>
#include <string>

namespace hpcbill::receipts::pdf
{

/// What stands on a printed receipt beside its items.
struct Content {
    const Receipt& receipt;
    std::string address; ///< the receipt's own URL, as a QR code too; empty for none
    std::optional<std::string> replaces; ///< numbers of other receipts
    std::optional<std::string> replacedBy;
    pricing::Rules rules;                 ///< those that it was priced with
    pricing::AppliedRules applied = 0;    ///< to any of its items
    const texts::Texts& texts;
};

/// Calls its argument with each item, in their order.
using EachItem = std::function<void(const std::function<void(const ReceiptItem&)>&)>;

void draw(print::Canvas& canvas, const Content& content, const EachItem& eachItem);

} // namespace hpcbill::receipts::pdf
