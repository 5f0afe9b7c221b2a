// SPDX-License-Identifier: GPL-3.0-or-later
// What the use cases of tiers share of SQL.
#pragma once

#include "server/audit/audit.h"
#include "server/postgres/transaction.h"
#include "server/rates/tiers.h"

#include <optional>
#include <string>
#include <vector>

namespace hpcbill::rates
{

/// Until the end of the transaction nobody else changes tiers, and nobody classifies a new name.
void lockTiers(postgres::Transaction& tx);
/// Until the end of the transaction nobody changes tiers.
void shareTiers(postgres::Transaction& tx);

/// The name of the tier of those of whom nothing else says one.
std::string defaultTier(postgres::Transaction& tx);
/// Throws InvalidInput{field}.
void requireTier(postgres::Transaction& tx, const std::string& tier, const std::string& field);

std::optional<AssignedTier> overrideOf(postgres::Transaction& tx, const std::string& user);
std::optional<AssignedTier> tierOfAccount(postgres::Transaction& tx, const std::string& account);
AssignedTier readAssigned(const postgres::Row& row);

/// Takes away the overrides that are equal to their user's natural tier.
std::vector<AssignedTier> removeRedundantOverrides(postgres::Transaction& tx);

/// The record of an override that was set, changed or taken away.
audit::Event overrideEvent(const std::string& user, const std::optional<AssignedTier>& before, const std::optional<AssignedTier>& after,
                           const std::string& reason, const api::Actor& by);

} // namespace hpcbill::rates
