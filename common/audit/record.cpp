// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/record.h"

#include "common/audit/canonical_json.h"
#include "common/error.h"

#include <set>

namespace hpcbill::audit
{
namespace
{

using nlohmann::json;

constexpr std::string_view leafPrefix{"\0", 1};
constexpr std::int64_t largestExactInteger = (std::int64_t{1} << 53U) - 1;

void appendTextOrNull(std::string& out, const std::optional<std::string>& text)
{
    if (text)
        appendCanonicalText(out, *text);
    else
        out += "null";
}

void requireExactDetails(const json& value)
{
    if (value.is_number_float())
        throw InvalidInput("details", "holds a fraction; write amounts as decimal text");
    const bool isLarge =
        value.is_number_unsigned()
            ? value.get<std::uint64_t>() > std::uint64_t{largestExactInteger}
            : value.is_number_integer() && (value.get<std::int64_t>() > largestExactInteger ||
                                            value.get<std::int64_t>() < -largestExactInteger);
    if (isLarge)
        throw InvalidInput("details", "holds a number beyond 2^53-1; write it as text");
    if (value.is_structured()) {
        for (const json& element : value)
            requireExactDetails(element);
    }
}

/// The sentence that refuses a record; never leaves parseRecord().
struct Unreadable {
    std::string why;
};

const std::string& text(const json& object, const char* name)
{
    const json& value = object.at(name);
    if (!value.is_string())
        throw Unreadable{std::string(name) + " is not a text"};
    return value.get_ref<const std::string&>();
}

std::optional<std::string> textOrNull(const json& object, const char* name)
{
    if (object.at(name).is_null())
        return std::nullopt;
    return text(object, name);
}

std::int64_t integer(const json& object, const char* name)
{
    const json& value = object.at(name);
    if (!value.is_number_integer() || value.get<std::int64_t>() < 1 ||
        value.get<std::int64_t>() > largestExactInteger)
        throw Unreadable{std::string(name) + " is not a whole number from 1"};
    return value.get<std::int64_t>();
}

Hash hashOf(const json& object, const char* name)
{
    Result<Hash, std::string> hash = parseHash(text(object, name));
    if (!hash)
        throw Unreadable{std::string(name) + " " + hash.error()};
    return *hash;
}

UtcTime timeOf(const json& object)
{
    const std::string& ts = text(object, "ts");
    const Result<UtcTime, std::string> time = parseRfc3339(ts);
    if (!time || toRfc3339Micros(*time) != ts)
        throw Unreadable{"ts is not a UTC time with six decimals"};
    return *time;
}

void requireMembers(const json& object)
{
    static const std::set<std::string> members = {
        "seq",       "ts",          "actor",     "actor_role", "action",
        "target_id", "target_type", "outcome",   "request_id", "address",
        "details",   "leaf_hash",   "prev_hash", "hash",       "v"};
    if (!object.is_object())
        throw Unreadable{"is not an object"};
    for (const auto& [name, value] : object.items()) {
        if (!members.contains(name))
            throw Unreadable{"has a member \"" + name + "\" that no hash covers"};
    }
    for (const std::string& name : members) {
        if (!object.contains(name))
            throw Unreadable{"lacks the member \"" + name + '"'};
    }
}

StoredRecord recordOf(const json& object)
{
    requireMembers(object);
    if (integer(object, "v") != 1)
        throw Unreadable{"has a version that this program does not know"};
    if (!object.at("details").is_object())
        throw Unreadable{"details is not an object"};
    StoredRecord stored;
    stored.record.seq = integer(object, "seq");
    stored.record.ts = timeOf(object);
    stored.record.actor = textOrNull(object, "actor");
    stored.record.actorRole = textOrNull(object, "actor_role");
    stored.record.action = text(object, "action");
    stored.record.targetType = textOrNull(object, "target_type");
    stored.record.targetId = textOrNull(object, "target_id");
    stored.record.outcome = text(object, "outcome");
    stored.record.requestId = textOrNull(object, "request_id");
    stored.record.address = textOrNull(object, "address");
    stored.record.details = canonicalDetails(object.at("details"));
    stored.leafHash = hashOf(object, "leaf_hash");
    stored.prevHash = hashOf(object, "prev_hash");
    stored.hash = hashOf(object, "hash");
    return stored;
}

} // namespace

std::string toHex(const Hash& hash)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * hash.size());
    for (const std::uint8_t byte : hash) {
        hex += digits[byte >> 4U];
        hex += digits[byte & 0xFU];
    }
    return hex;
}

Result<Hash, std::string> parseHash(std::string_view hex)
{
    constexpr std::string_view digits = "0123456789abcdef";
    Hash hash{};
    if (hex.size() != 2 * hash.size() || hex.find_first_not_of(digits) != std::string_view::npos)
        return fail(std::string("is not a SHA-256 in 64 lower-case hexadecimal digits"));
    for (std::size_t at = 0; at < hash.size(); ++at)
        hash[at] = static_cast<std::uint8_t>(digits.find(hex[2 * at]) << 4U | digits.find(hex[2 * at + 1]));
    return hash;
}

std::string canonicalDetails(const json& details)
{
    if (!details.is_object())
        throw InvalidInput("details", "must be an object");
    requireExactDetails(details);
    return canonicalJson(details);
}

std::string canonical(const Record& record)
{
    // The members stand in the order of RFC 8785 already, so nothing needs sorting.
    std::string out = "{\"action\":";
    appendCanonicalText(out, record.action);
    out += ",\"actor\":";
    appendTextOrNull(out, record.actor);
    out += ",\"actor_role\":";
    appendTextOrNull(out, record.actorRole);
    out += ",\"address\":";
    appendTextOrNull(out, record.address);
    out += ",\"details\":" + record.details;
    out += ",\"outcome\":";
    appendCanonicalText(out, record.outcome);
    out += ",\"request_id\":";
    appendTextOrNull(out, record.requestId);
    out += ",\"seq\":" + std::to_string(record.seq);
    out += ",\"target_id\":";
    appendTextOrNull(out, record.targetId);
    out += ",\"target_type\":";
    appendTextOrNull(out, record.targetType);
    out += ",\"ts\":\"" + toRfc3339Micros(record.ts) + "\",\"v\":" + std::to_string(record.v) + '}';
    return out;
}

Hash leafHash(std::string_view canonicalRecord)
{
    return sha256({leafPrefix, canonicalRecord});
}

Hash chainHash(const Hash& prev, const Hash& leaf)
{
    return sha256({bytesOf(prev), bytesOf(leaf)});
}

std::string toJson(const StoredRecord& stored)
{
    const Record& record = stored.record;
    std::string out =
        "{\"seq\":" + std::to_string(record.seq) + ",\"ts\":\"" + toRfc3339Micros(record.ts) + '"';
    const auto member = [&out](std::string_view name, const std::optional<std::string>& value) {
        out += ",\"" + std::string(name) + "\":";
        appendTextOrNull(out, value);
    };
    member("actor", record.actor);
    member("actor_role", record.actorRole);
    member("action", record.action);
    member("target_type", record.targetType);
    member("target_id", record.targetId);
    member("outcome", record.outcome);
    member("request_id", record.requestId);
    member("address", record.address);
    out += ",\"details\":" + record.details;
    member("leaf_hash", toHex(stored.leafHash));
    member("prev_hash", toHex(stored.prevHash));
    member("hash", toHex(stored.hash));
    return out + ",\"v\":" + std::to_string(record.v) + '}';
}

Result<StoredRecord, std::string> parseRecord(std::string_view line)
try {
    const Result<json, std::string> object = parseStrictJson(line);
    if (!object)
        return fail(object.error());
    return recordOf(*object);
} catch (const Unreadable& fault) {
    return fail(fault.why);
} catch (const InvalidInput& fault) {
    return fail(std::string(fault.what()));
}

} // namespace hpcbill::audit
