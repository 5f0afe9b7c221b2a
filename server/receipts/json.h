// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <nlohmann/json.hpp>

namespace hpcbill::receipts
{

/// A receipt, and a line of one, as /api/v1/receipts shows them.
nlohmann::ordered_json toJson(const Receipt& receipt);
nlohmann::ordered_json toJson(const ReceiptItem& item);

} // namespace hpcbill::receipts
