// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/events.h"
#include "server/payments/payments.h"
#include "server/payments/reconciliation.h"
#include "server/payments/secrets.h"
#include "server/payments/statement.h"

#include <nlohmann/json.hpp>

namespace hpcbill::payments
{

nlohmann::ordered_json toJson(const Payment& payment);
nlohmann::ordered_json toJson(const StoredEvent& event);
nlohmann::ordered_json toJson(const Secret& secret);
nlohmann::ordered_json toJson(const Facts& facts);
/// A payment of the queue: its own fields, what is wrong, how one knows, what to do.
nlohmann::ordered_json toJson(const Case& stuck);
nlohmann::ordered_json toJson(const TimelineEntry& entry, const Currency& currency);
nlohmann::ordered_json toJson(const StatementPreview& preview);

} // namespace hpcbill::payments
