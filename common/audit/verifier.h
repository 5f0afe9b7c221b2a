// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/checkpoint.h"
#include "common/audit/finding.h"
#include "common/audit/hashed_record.h"
#include "common/audit/merkle.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// Checks records one after another against their hashes, the chain and checkpoints, in constant memory: the same for server,
/// desktop and command line. Where a record is bad, the one behind it is waited for: it tells what has happened.
class Verifier final
{
public:
    /// From the first record of the log on.
    Verifier() = default;
    /// From record `firstSeq` on; the first record's previous hash is taken on trust, and checkpoints cannot be compared with.
    static Verifier ofWindow(std::int64_t firstSeq);
    /// From the record behind a tree on, which is taken on trust until a checkpoint agrees. False once there were records.
    bool startBehind(GrowingTree tree);

    /// The log once began with that many records of that root; to be told before more than these are added. False when it is
    /// too late for that.
    bool expect(const Checkpoint& checkpoint);

    /// False once it is settled what is wrong; finding() then tells it.
    bool add(const HashedRecord& record) { return add(record, hasOwnHashes(record)); }
    /// Where hasOwnHashes() was asked before, on another thread.
    bool add(const HashedRecord& record, bool hasOwnHashes);
    bool add(const StoredRecord& stored) { return add(hashedOf(stored)); }
    /// There are no more records.
    void finish();

    [[nodiscard]] const std::optional<Finding>& finding() const { return m_finding; }
    /// How many records were found good, and the hash of the last of them (32 zero bytes before the first).
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] const Hash& head() const { return m_head; }
    /// The number that is expected next.
    [[nodiscard]] std::int64_t nextSeq() const { return m_nextSeq; }
    /// Up to which record a checkpoint was found to agree; 0 without any.
    [[nodiscard]] std::int64_t confirmed() const { return m_confirmed; }

    /// Told from outside: what the checker of a record or a checkpoint found.
    bool found(std::int64_t seq, Fault fault, std::string detail, std::optional<std::int64_t> checkpoint = {});

private:
    void accept(const HashedRecord& record);
    /// What is wrong with the suspect, seen with the record behind it where there is one.
    bool judge(const HashedRecord* next);
    bool judgeNumber(const HashedRecord* next);
    bool judgeLeaf(const HashedRecord* next);
    bool foundMissing();
    bool foundRewritten();

    std::int64_t m_nextSeq = 1;
    std::int64_t m_count = 0;
    std::optional<Hash> m_before;                 ///< hash of the last but one
    bool m_headKnown = true;
    Hash m_head{};
    std::optional<GrowingTree> m_tree = GrowingTree(); ///< none for a window
    std::map<std::int64_t, Hash> m_expected;      ///< roots by size, of what is not there yet
    std::int64_t m_confirmed = 0;
    std::optional<std::int64_t> m_mismatch;       ///< size of a checkpoint that does not agree, unless the next record tells more
    std::optional<HashedRecord> m_suspect;
    std::optional<std::int64_t> m_gap;            ///< not there, unless it comes later
    std::optional<Finding> m_finding;
};

} // namespace hpcbill::audit
