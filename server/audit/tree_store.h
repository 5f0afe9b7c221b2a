// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/merkle.h"
#include "server/postgres/result.h"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace hpcbill::postgres
{
class Transaction;
}

namespace hpcbill::audit
{

/// Subtrees of fewer leaves are not stored but made of the leaves: that saves seven rows of eight, and costs a proof a look at
/// some dozens of records at most.
inline constexpr int storedLevelMin = 4;

using SubtreeHashes = std::map<Subtree, Hash>;

/// The code of the Conflict that is thrown where the log is not what a checkpoint was signed over.
inline constexpr const char* logDamaged = "audit_log_damaged";

/// The hashes of complete subtrees, in two statements at most. Throws Conflict{logDamaged} when one is not there.
SubtreeHashes readSubtrees(postgres::Transaction& tx, std::span<const Subtree> subtrees);
/// Stores those that are of a stored level.
void storeSubtrees(postgres::Transaction& tx, const SubtreeHashes& hashes);

/// The tree of the log's first records.
GrowingTree readTree(postgres::Transaction& tx, std::int64_t size);

Hash readHash(const postgres::Row& row, int column);
postgres::Bytes toBytes(const Hash& hash);

} // namespace hpcbill::audit
