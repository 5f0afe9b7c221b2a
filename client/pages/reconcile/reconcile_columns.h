// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/column.h"
#include "client/pages/reconcile/reconcile_api.h"

#include <vector>

namespace hpcbill::client
{

std::vector<Column<StuckCase>> queueColumns();
std::vector<Column<Payment>> paymentColumns();
std::vector<Column<PaymentEvent>> eventColumns();

} // namespace hpcbill::client
