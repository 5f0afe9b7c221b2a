// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/merkle.h"

#include "common/invariant.h"

#include <algorithm>
#include <bit>

namespace hpcbill::audit
{
namespace
{

constexpr std::string_view nodePrefix{"\x01", 1};

std::uint64_t bits(std::int64_t number)
{
    return static_cast<std::uint64_t>(number);
}

/// The largest power of two that is less than `size`, which is 2 at least.
std::int64_t split(std::int64_t size)
{
    return static_cast<std::int64_t>(std::bit_floor(bits(size - 1)));
}

/// The hash of neighbours that are ever smaller: MTH of a range whose complete subtrees these are.
Hash joined(std::span<const Hash> peaks)
{
    if (peaks.empty())
        return sha256({});
    Hash root = peaks.back();
    for (auto peak = peaks.rbegin() + 1; peak != peaks.rend(); ++peak)
        root = nodeHash(*peak, root);
    return root;
}

/// SUBPROOF of RFC 6962, 2.1.2, over the leaves from `begin` to before `end`.
void planSubproof(ProofPlan& plan, std::int64_t from, std::int64_t begin, std::int64_t end, bool isWhole)
{
    if (from == end) {
        if (!isWhole)
            plan.push_back(subtreesOf(begin, end));
        return;
    }
    const std::int64_t middle = begin + split(end - begin);
    if (from <= middle) {
        planSubproof(plan, from, begin, middle, isWhole);
        plan.push_back(subtreesOf(middle, end));
    } else {
        planSubproof(plan, from, middle, end, false);
        plan.push_back(subtreesOf(begin, middle));
    }
}

} // namespace

Hash nodeHash(const Hash& left, const Hash& right)
{
    return sha256({nodePrefix, bytesOf(left), bytesOf(right)});
}

GrowingTree::GrowingTree(std::int64_t size, std::vector<Hash> peaks)
    : m_size(size)
    , m_peaks(std::move(peaks))
{
    invariant(size >= 0 && m_peaks.size() == static_cast<std::size_t>(std::popcount(bits(size))),
              "a tree has a peak for each bit of its size");
}

void GrowingTree::add(const Hash& leaf, const Completed& completed)
{
    Hash hash = leaf;
    int level = 0;
    for (std::uint64_t before = bits(m_size); (before & 1U) != 0; before >>= 1U) {
        hash = nodeHash(m_peaks.back(), hash);
        m_peaks.pop_back();
        ++level;
        if (completed)
            completed({level, m_size >> level}, hash);
    }
    m_peaks.push_back(hash);
    ++m_size;
}

Hash GrowingTree::root() const
{
    return joined(m_peaks);
}

std::vector<Subtree> subtreesOf(std::int64_t begin, std::int64_t end)
{
    std::vector<Subtree> subtrees;
    while (begin < end) {
        const int level = static_cast<int>(std::bit_width(bits(end - begin))) - 1;
        subtrees.push_back({level, begin >> level});
        begin += std::int64_t{1} << level;
    }
    return subtrees;
}

ProofPlan planInclusion(std::int64_t index, std::int64_t size)
{
    invariant(0 <= index && index < size, "the leaf is in the tree");
    ProofPlan plan; // from the root down; a proof goes up
    std::int64_t begin = 0;
    std::int64_t end = size;
    while (end - begin > 1) {
        const std::int64_t middle = begin + split(end - begin);
        if (index < middle) {
            plan.push_back(subtreesOf(middle, end));
            end = middle;
        } else {
            plan.push_back(subtreesOf(begin, middle));
            begin = middle;
        }
    }
    std::reverse(plan.begin(), plan.end());
    return plan;
}

ProofPlan planConsistency(std::int64_t from, std::int64_t to)
{
    invariant(0 <= from && from <= to, "a tree only grows");
    ProofPlan plan;
    if (from > 0)
        planSubproof(plan, from, 0, to, true);
    return plan;
}

std::vector<Hash> proofOf(const ProofPlan& plan, const std::function<Hash(const Subtree&)>& hashOf)
{
    std::vector<Hash> proof;
    proof.reserve(plan.size());
    for (const std::vector<Subtree>& subtrees : plan)
        proof.push_back(rootOf(subtrees, hashOf));
    return proof;
}

Hash rootOf(std::span<const Subtree> subtrees, const std::function<Hash(const Subtree&)>& hashOf)
{
    std::vector<Hash> hashes(subtrees.size());
    std::transform(subtrees.begin(), subtrees.end(), hashes.begin(), hashOf);
    return joined(hashes);
}

bool includes(std::int64_t size, const Hash& root, std::int64_t index, const Hash& leaf, std::span<const Hash> proof)
{
    if (index < 0 || index >= size)
        return false;
    std::uint64_t node = bits(index);
    std::uint64_t last = bits(size - 1); // the last node of the level
    Hash hash = leaf;
    for (const Hash& sibling : proof) {
        if (last == 0)
            return false;
        if ((node & 1U) != 0 || node == last) {
            hash = nodeHash(sibling, hash);
            while ((node & 1U) == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            hash = nodeHash(hash, sibling);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && hash == root;
}

bool extends(std::int64_t from, const Hash& fromRoot, std::int64_t to, const Hash& toRoot, std::span<const Hash> proof)
{
    if (from < 0 || from > to)
        return false;
    if (from == 0)
        return proof.empty() && fromRoot == sha256({}) && (to > 0 || toRoot == fromRoot);
    if (from == to)
        return proof.empty() && fromRoot == toRoot;
    std::uint64_t node = bits(from - 1);
    std::uint64_t last = bits(to - 1);
    while ((node & 1U) != 0) {
        node >>= 1U;
        last >>= 1U;
    }
    // Where `from` is a power of two its root is itself the first hash, and not in the proof.
    const bool isPeak = std::has_single_bit(bits(from));
    if (!isPeak && proof.empty())
        return false;
    Hash before = isPeak ? fromRoot : proof.front();
    Hash after = before;
    for (const Hash& sibling : proof.subspan(isPeak ? 0 : 1)) {
        if (last == 0)
            return false;
        if ((node & 1U) != 0 || node == last) {
            before = nodeHash(sibling, before);
            after = nodeHash(sibling, after);
            while ((node & 1U) == 0 && node != 0) {
                node >>= 1U;
                last >>= 1U;
            }
        } else {
            after = nodeHash(after, sibling);
        }
        node >>= 1U;
        last >>= 1U;
    }
    return last == 0 && before == fromRoot && after == toRoot;
}

} // namespace hpcbill::audit
