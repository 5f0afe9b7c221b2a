// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/verifier.h"

#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::audit
{

/// Lines of an export beside its records (docs/audit-format.md), without line feed.
std::string keyLine(const NoteKey& key);
std::string checkpointLine(std::string_view note);
/// What stands before the first record of a window: the tree over the records before it.
std::string treeLine(const GrowingTree& before);

/// A line of an export as far as it can be read by itself: without knowing those before it, and so on any thread.
struct PreparedLine {
    std::string_view text;
    bool isRecord = false; ///< in our own spelling; of others only the text is there
    HashedRecord record;   ///< its memory is used again
    bool hasOwnHashes = false;
};
void prepare(std::string_view line, PreparedLine& prepared);

/// Verifies a log with its keys and checkpoints: an exported file line by line, or what the database holds.
class LogVerifier final
{
public:
    /// Whether records may begin later than with the first: then what comes before is taken on trust.
    enum class Extent { whole, anyPart };

    /// With keys of one's own, what other keys signed is passed over, and something has to be signed by one of them. Without, the
    /// keys that come with the log are taken for the log's.
    explicit LogVerifier(std::vector<NoteKey> trusted = {}, Extent extent = Extent::whole);

    /// A signed note that was kept elsewhere. It counts although the log does not know its key, unless there are keys that are
    /// trusted. The error is a sentence.
    Result<Checkpoint, std::string> keep(std::string_view note);

    // What comes with the log, in its order; false once it is settled what is wrong.
    bool addLine(std::string_view line);
    bool addLine(const PreparedLine& line);
    bool addKey(const NoteKey& key);
    /// Before the records that come after it.
    bool addCheckpoint(std::string_view note);
    bool addRecord(const HashedRecord& record);
    bool addRecord(const StoredRecord& stored) { return addRecord(hashedOf(stored)); }
    /// Where the next thing stands, for sentences, where that is not a line: "row 7".
    void standAt(std::string place) { m_place = std::move(place); }
    /// What stands there cannot be read: why, as the rest of a sentence.
    bool refuse(std::string_view what);
    void finish();

    [[nodiscard]] const std::optional<Finding>& finding() const { return m_verifier.finding(); }
    [[nodiscard]] const Verifier& verifier() const { return m_verifier; }
    [[nodiscard]] std::int64_t firstSeq() const { return m_firstSeq; }
    /// How many checkpoints of the log, in their places, had a signature that counts.
    [[nodiscard]] std::int64_t checkpoints() const { return m_checkpoints; }

private:
    void begin(std::int64_t seq);
    bool addOther(std::string_view line);
    bool addTree(std::string_view line);

    Verifier m_verifier;
    PreparedLine m_line; // the one that is read, so that its memory is used again
    std::vector<NoteKey> m_keys;
    bool m_hasOwnKeys;
    bool m_isSigned = false; // by a key that counts, or kept elsewhere
    Extent m_extent;
    std::int64_t m_firstSeq = 0;
    std::int64_t m_lines = 0;
    std::string m_place;
    std::int64_t m_checkpoints = 0;
};

} // namespace hpcbill::audit
