// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/verifier.h"

#include "common/invariant.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hpcbill::audit
{
namespace
{

/// How far from its place a record's own number is looked for. Each try is one hash.
constexpr std::int64_t searchedNumbers = 10'000;

bool hasOwnLeaf(const HashedRecord& record)
{
    return leafHash(record.canonical) == record.leafHash;
}

bool fitsTogether(const HashedRecord& record)
{
    return chainHash(record.prevHash, record.leafHash) == record.hash;
}

/// The number under which the record was hashed, the nearest first; none where its fields were changed.
std::optional<std::int64_t> ownNumber(const HashedRecord& record)
{
    for (std::int64_t distance = 1; distance <= searchedNumbers; ++distance) {
        for (const std::int64_t seq : {record.seq - distance, record.seq + distance}) {
            if (seq > 0 && leafUnder(record, seq) == record.leafHash)
                return seq;
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view codeOf(Fault fault)
{
    switch (fault) {
    case Fault::altered:
        return "altered";
    case Fault::missing:
        return "missing";
    case Fault::inserted:
        return "inserted";
    case Fault::reordered:
        return "reordered";
    case Fault::cutOff:
        return "cut_off";
    case Fault::rewritten:
        return "rewritten";
    }
    violated("a fault without a name", std::source_location::current());
}

Verifier Verifier::ofWindow(std::int64_t firstSeq)
{
    Verifier verifier;
    if (firstSeq == 1)
        return verifier;
    verifier.m_nextSeq = firstSeq;
    verifier.m_headKnown = false;
    verifier.m_tree.reset();
    return verifier;
}

bool Verifier::startBehind(GrowingTree tree)
{
    if (m_nextSeq != 1 || m_suspect || m_gap || m_finding)
        return false;
    m_nextSeq = tree.size() + 1;
    m_headKnown = tree.size() == 0;
    m_tree = std::move(tree);
    // What was told of less is not in it; what was told of just this is the tree's own proof.
    while (!m_expected.empty() && m_expected.begin()->first <= m_tree->size()) {
        const auto& [size, root] = *m_expected.begin();
        if (size == m_tree->size() && root == m_tree->root())
            m_confirmed = size;
        else if (size == m_tree->size())
            m_mismatch = size;
        m_expected.erase(m_expected.begin());
    }
    return true;
}

bool Verifier::expect(const Checkpoint& checkpoint)
{
    if (!m_tree || m_finding || m_suspect || m_gap)
        return true; // something else is wrong already
    if (checkpoint.size < m_tree->size())
        return false;
    if (checkpoint.size > m_tree->size()) {
        const auto [known, isNew] = m_expected.emplace(checkpoint.size, checkpoint.root);
        if (!isNew && known->second != checkpoint.root)
            found(m_confirmed + 1, Fault::rewritten,
                  fmt::format("two checkpoints of {} records contradict each other", checkpoint.size), checkpoint.size);
        return true;
    }
    if (checkpoint.root != m_tree->root())
        m_mismatch = m_mismatch.value_or(checkpoint.size);
    else if (!m_mismatch)
        m_confirmed = checkpoint.size;
    return true;
}

bool Verifier::add(const HashedRecord& record, bool hasOwnHashes)
{
    if (m_finding)
        return false;
    if (m_suspect)
        return judge(&record);
    if (m_gap) {
        if (record.seq != *m_gap)
            return true;
        return found(*m_gap, Fault::reordered, fmt::format("record {} stands behind later ones", *m_gap));
    }
    const bool isGood = record.seq == m_nextSeq && hasOwnHashes && (!m_headKnown || record.prevHash == m_head);
    if (!isGood) {
        m_suspect = record;
        return true;
    }
    if (m_mismatch)
        return foundRewritten();
    accept(record);
    return true;
}

void Verifier::finish()
{
    if (m_finding)
        return;
    if (m_suspect)
        judge(nullptr);
    if (m_finding)
        return;
    if (m_gap) {
        foundMissing();
    } else if (m_mismatch) {
        foundRewritten();
    } else if (!m_expected.empty()) {
        const std::int64_t size = m_expected.rbegin()->first;
        found(m_nextSeq, Fault::cutOff,
              fmt::format("records {} to {}, which a checkpoint was signed over, are not there: the log was cut off", m_nextSeq, size), size);
    }
}

void Verifier::accept(const HashedRecord& record)
{
    m_before = m_headKnown ? std::optional(m_head) : std::nullopt;
    m_head = record.hash;
    m_headKnown = true;
    ++m_nextSeq;
    ++m_count;
    if (!m_tree)
        return;
    m_tree->add(record.leafHash);
    const auto expected = m_expected.find(m_tree->size());
    if (expected == m_expected.end())
        return;
    if (expected->second == m_tree->root())
        m_confirmed = m_tree->size();
    else
        m_mismatch = m_tree->size();
    m_expected.erase(expected);
}

bool Verifier::judge(const HashedRecord* next)
{
    const HashedRecord& bad = *m_suspect;
    const std::int64_t seq = m_nextSeq;
    if (bad.seq != seq)
        return judgeNumber(next);
    const bool hasPredecessor = m_headKnown && m_count > 0;
    if (hasPredecessor && bad.hash == m_head)
        return found(seq, Fault::inserted, fmt::format("record {} stands there once more, as record {}", seq - 1, seq));
    if (next && bad.prevHash == next->hash)
        return found(seq, Fault::reordered, fmt::format("what stands in the place of record {} comes after the one behind it", seq));
    if (m_headKnown && next && next->prevHash == m_head)
        return found(seq, Fault::inserted, fmt::format("the record behind record {} continues the one before it", seq));
    if (hasPredecessor && m_before && bad.prevHash == *m_before && fitsTogether(bad))
        return found(seq - 1, Fault::inserted, fmt::format("the record behind record {} continues the one before it", seq - 1));
    if (!hasOwnLeaf(bad))
        return judgeLeaf(next);
    if (!fitsTogether(bad))
        return found(seq, Fault::altered, fmt::format("the hashes of record {} do not fit together", seq));
    // By itself it is as it was hashed, but what it continues is not the record before it.
    if (!hasPredecessor)
        return found(seq, Fault::altered, fmt::format("record {} continues another one, and is the first", seq));
    if (!next)
        return found(seq, Fault::inserted, fmt::format("record {} does not continue the one before it", seq));
    return found(seq - 1, Fault::altered, fmt::format("record {} was replaced: the one behind it continues another one", seq - 1));
}

bool Verifier::judgeNumber(const HashedRecord* next)
{
    const std::int64_t seq = m_suspect->seq;
    if (seq < m_nextSeq)
        return found(seq, Fault::inserted, fmt::format("record {} stands where record {} belongs, which was there before", seq, m_nextSeq));
    if (next && next->seq == m_nextSeq)
        return found(m_nextSeq, Fault::reordered, fmt::format("record {} stands where record {} belongs", seq, m_nextSeq));
    m_gap = m_nextSeq;
    m_suspect.reset();
    return true;
}

bool Verifier::judgeLeaf(const HashedRecord* next)
{
    const HashedRecord& bad = *m_suspect;
    const std::int64_t seq = bad.seq;
    if (const auto own = ownNumber(bad)) {
        const bool isShift = !next || leafUnder(*next, next->seq + *own - seq) == next->leafHash;
        if (isShift && *own > seq)
            return found(seq, Fault::missing, fmt::format("records {} to {} were taken out, and those behind them given their numbers", seq, *own - 1));
        if (isShift)
            return found(*own, Fault::inserted, fmt::format("records {} to {} were put in, and those behind them given other numbers", *own, seq - 1));
        return found(seq, Fault::reordered, fmt::format("what stands there as record {} is record {}", seq, *own));
    }
    if (next && leafUnder(bad, next->seq) == next->leafHash)
        return found(seq, Fault::reordered, fmt::format("what record {} says is what record {} said", seq, next->seq));
    if (!next && !fitsTogether(bad))
        return found(seq, Fault::inserted, fmt::format("nothing of record {} fits the log", seq));
    return found(seq, Fault::altered, fmt::format("the fields of record {} do not give its leaf hash", seq));
}

bool Verifier::foundMissing()
{
    return found(*m_gap, Fault::missing, fmt::format("record {} is not there, and later ones are", *m_gap));
}

bool Verifier::foundRewritten()
{
    m_finding = Finding{m_confirmed + 1, Fault::rewritten,
                        fmt::format("the first {} records are not those that a checkpoint was signed over: they were written anew since", *m_mismatch),
                        m_mismatch};
    if (m_confirmed > 0)
        m_finding->detail += fmt::format("; up to record {} they are as they were", m_confirmed);
    const std::int64_t before = m_nextSeq - 1 - m_count; // records that were not to be looked at
    m_count = std::max<std::int64_t>(m_confirmed - before, 0);
    return false;
}

bool Verifier::found(std::int64_t seq, Fault fault, std::string detail, std::optional<std::int64_t> checkpoint)
{
    if (m_mismatch && seq > *m_mismatch)
        return foundRewritten();
    m_count = std::min(m_count, std::max<std::int64_t>(seq - (m_nextSeq - m_count), 0));
    m_finding = Finding{seq, fault, std::move(detail), checkpoint};
    return false;
}

} // namespace hpcbill::audit
