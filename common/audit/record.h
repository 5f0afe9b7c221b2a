// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/sha256.h"
#include "common/result.h"
#include "common/time/time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// Lower-case hexadecimal, 64 digits.
std::string toHex(const Hash& hash);
Result<Hash, std::string> parseHash(std::string_view hex);

/// One sensitive action, version 1 of the format. Absent texts are null in JSON.
struct Record {
    std::int64_t seq = 0; ///< from 1, without gaps
    UtcTime ts{};
    std::optional<std::string> actor;
    std::optional<std::string> actorRole;
    std::string action;
    std::optional<std::string> targetType;
    std::optional<std::string> targetId;
    std::string outcome;
    std::optional<std::string> requestId;
    std::optional<std::string> address;
    std::string details = "{}"; ///< canonical JSON of an object, made by canonicalDetails()
    std::int64_t v = 1;         ///< of the format; none but 1 is read

    bool operator==(const Record&) const = default;
};

/// A record with the hashes that were stored beside it.
struct StoredRecord {
    Record record;
    Hash leafHash{};
    Hash prevHash{};
    Hash hash{};

    bool operator==(const StoredRecord&) const = default;
};

/// Details for a record: an object of texts, whole numbers within ±(2^53-1), Booleans, null, lists and
/// objects. Throws InvalidInput{"details"} for anything else; amounts travel as decimal text.
std::string canonicalDetails(const nlohmann::json& details);

/// The bytes that are hashed: RFC 8785 JSON of the record's twelve members (docs/audit-format.md).
std::string canonical(const Record& record);

/// SHA-256(0x00 || canonical): the leaf of RFC 6962.
Hash leafHash(std::string_view canonicalRecord);

/// SHA-256(prev || leaf). The first record's prev is 32 zero bytes.
Hash chainHash(const Hash& prev, const Hash& leaf);

/// The record as the API and the exports write it: one JSON object without line feeds.
std::string toJson(const StoredRecord& stored);

/// Reads what toJson() writes; refuses members that no hash covers. The error is a sentence.
Result<StoredRecord, std::string> parseRecord(std::string_view json);

} // namespace hpcbill::audit
