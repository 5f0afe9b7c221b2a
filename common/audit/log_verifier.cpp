// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/log_verifier.h"

#include "common/audit/canonical_json.h"
#include "common/audit/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace hpcbill::audit
{
namespace
{

/// Whether it is a note in whose signatures none of the keys is named.
bool isOfOthers(std::string_view note, const std::vector<NoteKey>& keys)
{
    const auto read = parseNote(note);
    return read && std::ranges::none_of(read->signatures, [&keys](const NoteSignature& signature) {
        return std::ranges::any_of(keys, [&signature](const NoteKey& key) { return key.isNamedBy(signature); });
    });
}

std::optional<GrowingTree> readTree(std::string_view line)
{
    const auto json = parseStrictJson(line);
    if (!json || json->size() != 1 || !json->contains("tree"))
        return std::nullopt;
    const auto& tree = json->at("tree");
    const bool isTree = tree.is_object() && tree.size() == 2 && tree.contains("size") && tree.at("size").is_number_integer() &&
                        tree.contains("hashes") && tree.at("hashes").is_array();
    if (!isTree)
        return std::nullopt;
    const auto size = tree.at("size").get<std::int64_t>();
    std::vector<Hash> peaks;
    for (const auto& text : tree.at("hashes")) {
        const auto hash = parseHash(text.is_string() ? text.get<std::string>() : std::string());
        if (!hash)
            return std::nullopt;
        peaks.push_back(*hash);
    }
    if (size < 0 || std::cmp_not_equal(std::popcount(static_cast<std::uint64_t>(size)), peaks.size()))
        return std::nullopt;
    return GrowingTree(size, std::move(peaks));
}

std::string lineOf(std::string_view name, std::string_view text)
{
    std::string line = fmt::format("{{\"{}\":", name);
    appendCanonicalText(line, text);
    return line + '}';
}

} // namespace

std::string keyLine(const NoteKey& key)
{
    return lineOf("key", key.toText());
}

std::string checkpointLine(std::string_view note)
{
    return lineOf("checkpoint", note);
}

std::string treeLine(const GrowingTree& before)
{
    std::vector<std::string> hashes;
    for (const Hash& peak : before.peaks())
        hashes.push_back(toHex(peak));
    return nlohmann::ordered_json{{"tree", {{"size", before.size()}, {"hashes", hashes}}}}.dump();
}

void prepare(std::string_view line, PreparedLine& prepared)
{
    prepared.text = line;
    prepared.isRecord = readOwnSpelling(line, prepared.record);
    if (prepared.isRecord)
        prepared.hasOwnHashes = hasOwnHashes(prepared.record);
}

LogVerifier::LogVerifier(std::vector<NoteKey> trusted, Extent extent)
    : m_keys(std::move(trusted))
    , m_hasOwnKeys(!m_keys.empty())
    , m_extent(extent)
{
}

Result<Checkpoint, std::string> LogVerifier::keep(std::string_view note)
{
    if (m_hasOwnKeys) {
        auto opened = openCheckpoint(note, m_keys);
        if (!opened)
            return fail(opened.error());
    }
    const auto read = parseNote(note);
    if (!read)
        return fail(read.error());
    auto checkpoint = parseCheckpoint(read->text);
    if (!checkpoint)
        return fail(checkpoint.error());
    m_isSigned = true;
    m_verifier.expect(*checkpoint);
    return checkpoint;
}

bool LogVerifier::addLine(std::string_view line)
{
    prepare(line, m_line);
    return addLine(m_line);
}

bool LogVerifier::addLine(const PreparedLine& prepared)
{
    ++m_lines;
    if (prepared.isRecord) {
        begin(prepared.record.seq);
        return m_verifier.add(prepared.record, prepared.hasOwnHashes);
    }
    const std::string_view line = prepared.text;
    if (line.starts_with("{\"key\":") || line.starts_with("{\"checkpoint\":"))
        return addOther(line);
    if (line.starts_with("{\"tree\":"))
        return addTree(line);
    const auto record = parseRecord(line);
    return record ? addRecord(*record) : refuse(fmt::format("is not a record: {}", record.error()));
}

bool LogVerifier::addOther(std::string_view line)
{
    const auto json = parseStrictJson(line);
    if (!json || json->size() != 1 || !json->begin().value().is_string())
        return refuse("is neither a record nor a key nor a checkpoint");
    const auto& text = json->begin().value().get_ref<const std::string&>();
    if (json->contains("checkpoint"))
        return addCheckpoint(text);
    const auto key = NoteKey::parse(text);
    return key ? addKey(*key) : refuse(key.error());
}

bool LogVerifier::addTree(std::string_view line)
{
    const auto tree = readTree(line);
    if (!tree)
        return refuse("holds a tree that cannot be read");
    if (m_verifier.finding())
        return false;
    return m_verifier.startBehind(*tree) || refuse("holds a tree, and records stood before it");
}

bool LogVerifier::addKey(const NoteKey& key)
{
    if (!m_hasOwnKeys)
        m_keys.push_back(key);
    return !m_verifier.finding();
}

bool LogVerifier::addCheckpoint(std::string_view note)
{
    if (m_verifier.finding())
        return false;
    const auto opened = openCheckpoint(note, m_keys);
    if (!opened && m_hasOwnKeys && isOfOthers(note, m_keys))
        return true; // of no weight
    if (!opened)
        return refuse(fmt::format("holds a checkpoint that {}", opened.error()));
    m_isSigned = true;
    if (opened->size == m_verifier.nextSeq() - 1) // where it belongs; the newest one stands before the records as well
        ++m_checkpoints;
    if (m_verifier.expect(*opened))
        return !m_verifier.finding();
    return m_verifier.found(opened->size, Fault::reordered, fmt::format("the checkpoint of {} records stands behind more than these", opened->size));
}

bool LogVerifier::addRecord(const HashedRecord& record)
{
    begin(record.seq);
    return m_verifier.add(record);
}

void LogVerifier::begin(std::int64_t seq)
{
    if (m_firstSeq != 0)
        return;
    m_firstSeq = seq;
    if (m_extent == Extent::anyPart && m_firstSeq > 1 && m_verifier.nextSeq() == 1)
        m_verifier = Verifier::ofWindow(m_firstSeq);
}

void LogVerifier::finish()
{
    m_verifier.finish();
    if (!m_verifier.finding() && m_hasOwnKeys && !m_isSigned)
        m_verifier.found(1, Fault::rewritten, "nothing in it is signed by the key that is trusted: it may all have been written anew");
}

bool LogVerifier::refuse(std::string_view what)
{
    const std::int64_t seq = m_verifier.nextSeq();
    const std::string place = !m_place.empty() ? m_place : m_lines > 0 ? fmt::format("line {}", m_lines) : fmt::format("what stands before record {}", seq);
    return m_verifier.found(seq, Fault::altered, fmt::format("{} {}", place, what));
}

} // namespace hpcbill::audit
