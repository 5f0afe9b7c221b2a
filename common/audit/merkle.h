// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/sha256.h"

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace hpcbill::audit
{

// The Merkle tree of RFC 6962, section 2.1, over the leaf hashes of the records: leaf 0 is record 1.

/// SHA-256(0x01 || left || right).
Hash nodeHash(const Hash& left, const Hash& right);

/// A complete subtree: over the 2^level leaves from index · 2^level on. Its hash never changes once it is full.
struct Subtree {
    int level = 0;
    std::int64_t index = 0;

    auto operator<=>(const Subtree&) const = default;
};

/// A tree as it grows, of which only the roots of its largest complete subtrees are kept: 64 hashes at most.
class GrowingTree final
{
public:
    /// Told of each subtree of two leaves and more that became complete.
    using Completed = std::function<void(const Subtree&, const Hash&)>;

    GrowingTree() = default;
    /// Goes on where a tree of `size` leaves ended, with the hashes of subtreesOf(0, size).
    GrowingTree(std::int64_t size, std::vector<Hash> peaks);

    void add(const Hash& leaf, const Completed& completed = {});

    [[nodiscard]] std::int64_t size() const { return m_size; }
    /// The largest first.
    [[nodiscard]] const std::vector<Hash>& peaks() const { return m_peaks; }
    /// Of the empty tree, SHA-256 of nothing.
    [[nodiscard]] Hash root() const;

private:
    std::int64_t m_size = 0;
    std::vector<Hash> m_peaks;
};

/// The complete subtrees that cover the leaves from `begin` to before `end`, from left to right. `begin` is 0 or as in a proof of
/// RFC 6962: a multiple of the largest power of two below the range's size.
std::vector<Subtree> subtreesOf(std::int64_t begin, std::int64_t end);

/// What a proof is made of: of each of its hashes, in their order, the subtrees that it comes from. So that they can be
/// read all at once.
using ProofPlan = std::vector<std::vector<Subtree>>;

/// PATH(index, D[size]); 0 ≤ index < size.
ProofPlan planInclusion(std::int64_t index, std::int64_t size);
/// PROOF(from, D[to]); 0 ≤ from ≤ to. Empty from 0 and from `to` itself.
ProofPlan planConsistency(std::int64_t from, std::int64_t to);
std::vector<Hash> proofOf(const ProofPlan& plan, const std::function<Hash(const Subtree&)>& hashOf);
/// The root of the tree that subtreesOf(0, size) cover.
Hash rootOf(std::span<const Subtree> subtrees, const std::function<Hash(const Subtree&)>& hashOf);

/// Whether the proof shows that `leaf` is leaf `index` of the tree of `size` leaves with that root (RFC 9162, 2.1.3.2).
bool includes(std::int64_t size, const Hash& root, std::int64_t index, const Hash& leaf, std::span<const Hash> proof);
/// Whether the proof shows that the tree of `to` leaves began as that of `from` leaves (RFC 9162, 2.1.4.2). Every tree began as
/// the empty one, with an empty proof.
bool extends(std::int64_t from, const Hash& fromRoot, std::int64_t to, const Hash& toRoot, std::span<const Hash> proof);

} // namespace hpcbill::audit
