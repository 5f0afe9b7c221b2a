// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"

#include <optional>
#include <string>

namespace hpcbill::postgres
{

class Transaction;

/// The id of what this key made for the actor before; whoever comes with the same key meanwhile waits. Throws Conflict
/// (`idempotency_key_reused`) where it came with another request.
std::optional<std::string> claimKey(Transaction& tx, const std::string& actor, const api::IdempotencyKey& key);
void rememberKey(Transaction& tx, const std::string& actor, const api::IdempotencyKey& key, const std::string& made);

} // namespace hpcbill::postgres
