// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/receipts/receipts.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hpcbill::receipts
{

/// The id of what this key made for the actor before; whoever comes with the same key meanwhile waits. Throws Conflict
/// (`idempotency_key_reused`) where it came with another request.
std::optional<std::int64_t> claimKey(postgres::Transaction& tx, const std::string& actor, const IdempotencyKey& key);
void rememberKey(postgres::Transaction& tx, const std::string& actor, const IdempotencyKey& key, std::int64_t made);

} // namespace hpcbill::receipts
