// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <nlohmann/json.hpp>

namespace hpcbill::receipts
{

/// A line of a receipt as /api/v1/receipts shows it.
nlohmann::ordered_json toJson(const ReceiptItem& item);

/// A user of GET /api/v1/receipt-runs/preview.
nlohmann::ordered_json toJson(const RunForecast& user);

} // namespace hpcbill::receipts
