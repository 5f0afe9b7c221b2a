// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/record.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// All that verifying needs of a record: the bytes that are hashed, and the hashes that were stored beside them.
struct HashedRecord {
    std::int64_t seq = 0;
    std::string canonical;
    Hash leafHash{};
    Hash prevHash{};
    Hash hash{};
};

/// Whether its leaf hash is that of its bytes, and its hash that of its leaf behind the one it says it continues.
bool hasOwnHashes(const HashedRecord& record);

HashedRecord hashedOf(const StoredRecord& stored);

/// What its leaf hash would be under another number.
Hash leafUnder(const HashedRecord& record, std::int64_t seq);

/// Reads a line that is spelled as toJson() spells it, several times faster than parseRecord(), into `record`, whose memory is
/// used again. False for any other line, good or bad: parseRecord() then tells.
bool readOwnSpelling(std::string_view line, HashedRecord& record);

} // namespace hpcbill::audit
