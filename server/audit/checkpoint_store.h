// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/audit/audit.h"
#include "server/postgres/result.h"

#include <optional>
#include <string>
#include <vector>

namespace hpcbill::audit
{

/// A checkpoint with the chain's hash at its last record, by which a log that was changed is noticed before more is signed.
struct StoredCheckpoint {
    PublishedCheckpoint published;
    Hash head{};
};

std::optional<StoredCheckpoint> readNewest(postgres::Transaction& tx);
void storeCheckpoint(postgres::Transaction& tx, const StoredCheckpoint& stored);

/// A key with its private half, as it is sealed.
struct SealedKey {
    NoteKey key;
    postgres::Bytes seed;
};

/// The one that signs first, here and below.
std::vector<SealedKey> readSealedKeys(postgres::Transaction& tx);
std::vector<LogKey> readKeys(postgres::Transaction& tx);
void storeKey(postgres::Transaction& tx, const NoteKey& key, const postgres::Bytes& sealedSeed, const std::string& by);

} // namespace hpcbill::audit
