// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/hashed_record.h"

#include "common/audit/own_spelling.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace hpcbill::audit
{
namespace
{

void join(std::string& joined, std::initializer_list<std::string_view> pieces)
{
    std::size_t size = 0;
    for (const std::string_view piece : pieces)
        size += piece.size();
    joined.resize(size);
    char* end = joined.data();
    for (const std::string_view piece : pieces)
        end = std::copy(piece.begin(), piece.end(), end);
}

} // namespace

bool hasOwnHashes(const HashedRecord& record)
{
    return leafHash(record.canonical) == record.leafHash && chainHash(record.prevHash, record.leafHash) == record.hash;
}

HashedRecord hashedOf(const StoredRecord& stored)
{
    return {stored.record.seq, canonical(stored.record), stored.leafHash, stored.prevHash, stored.hash};
}

Hash leafUnder(const HashedRecord& record, std::int64_t seq)
{
    // Behind the last `,"seq":` stand only texts, in which it would be escaped.
    const std::string_view text = record.canonical;
    const std::size_t from = text.rfind(",\"seq\":") + 7;
    return sha256({std::string_view("\0", 1), text.substr(0, from), std::to_string(seq), text.substr(text.find(',', from))});
}

bool readOwnSpelling(std::string_view line, HashedRecord& record)
{
    OwnSpelling reader(line);
    std::array<std::string_view, 9> texts; // as they are spelled, with their quotes
    const auto text = [&](std::string_view name, std::string_view& spelled, bool mayBeNull) {
        return reader.skip(name) && reader.takeText(spelled, mayBeNull);
    };
    std::string_view seq;
    std::string_view details;
    auto& [ts, actor, actorRole, action, targetType, targetId, outcome, requestId, address] = texts;
    const bool isRead = reader.skip("{\"seq\":") && reader.takeInteger(seq) && text(",\"ts\":", ts, false) &&
                        text(",\"actor\":", actor, true) && text(",\"actor_role\":", actorRole, true) &&
                        text(",\"action\":", action, false) && text(",\"target_type\":", targetType, true) &&
                        text(",\"target_id\":", targetId, true) && text(",\"outcome\":", outcome, false) &&
                        text(",\"request_id\":", requestId, true) && text(",\"address\":", address, true) &&
                        reader.skip(",\"details\":") && reader.takeObject(details) && reader.skip(",\"leaf_hash\":\"") &&
                        reader.takeHash(record.leafHash) && reader.skip("\",\"prev_hash\":\"") && reader.takeHash(record.prevHash) &&
                        reader.skip("\",\"hash\":\"") && reader.takeHash(record.hash) && reader.skip("\",\"v\":1}") && reader.isAtEnd();
    if (!isRead || !isOwnTime(ts) || !toInteger(seq, record.seq) || record.seq < 1)
        return false;
    join(record.canonical, {"{\"action\":", action, ",\"actor\":", actor, ",\"actor_role\":", actorRole, ",\"address\":", address, ",\"details\":", details,
                            ",\"outcome\":", outcome, ",\"request_id\":", requestId, ",\"seq\":", seq, ",\"target_id\":", targetId,
                            ",\"target_type\":", targetType, ",\"ts\":", ts, ",\"v\":1}"});
    return true;
}

} // namespace hpcbill::audit
