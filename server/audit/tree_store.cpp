// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/tree_store.h"

#include "common/error.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace hpcbill::audit
{
namespace
{

constexpr postgres::Statement storedNodes{"audit.stored_nodes", R"sql(
    select n.level, n.index, n.hash
    from unnest($1::text[]::integer[], $2::text[]::bigint[]) as wanted (level, index)
    join audit_nodes n on n.level = wanted.level and n.index = wanted.index
)sql"};

constexpr postgres::Statement leavesOf{"audit.leaves_of", R"sql(
    select seq, leaf_hash from audit_log where seq = any ($1::text[]::bigint[]) order by seq
)sql"};

constexpr const char* copyNodes = "copy audit_nodes (level, index, hash) from stdin (format binary)";

void readStored(postgres::Transaction& tx, std::span<const Subtree> wanted, SubtreeHashes& hashes)
{
    std::vector<std::string> levels;
    std::vector<std::string> indexes;
    for (const Subtree& subtree : wanted) {
        if (subtree.level < storedLevelMin)
            continue;
        levels.push_back(std::to_string(subtree.level));
        indexes.push_back(std::to_string(subtree.index));
    }
    if (levels.empty())
        return;
    for (const auto& row : tx.execute(storedNodes, levels, indexes))
        hashes[{row.as<std::int32_t>(0), row.as<std::int64_t>(1)}] = readHash(row, 2);
}

void makeSmall(postgres::Transaction& tx, std::span<const Subtree> wanted, SubtreeHashes& hashes)
{
    std::vector<std::string> seqs;
    for (const Subtree& subtree : wanted) {
        for (std::int64_t leaf = 0; subtree.level < storedLevelMin && leaf < std::int64_t{1} << subtree.level; ++leaf)
            seqs.push_back(std::to_string((subtree.index << subtree.level) + leaf + 1));
    }
    if (seqs.empty())
        return;
    std::map<std::int64_t, Hash> leaves;
    for (const auto& row : tx.execute(leavesOf, seqs))
        leaves[row.as<std::int64_t>(0)] = readHash(row, 1);
    for (const Subtree& subtree : wanted) {
        if (subtree.level >= storedLevelMin)
            continue;
        const std::int64_t width = std::int64_t{1} << subtree.level;
        GrowingTree tree;
        auto leaf = leaves.find(subtree.index * width + 1);
        for (; tree.size() < width && leaf != leaves.end() && leaf->first == subtree.index * width + tree.size() + 1; ++leaf)
            tree.add(leaf->second);
        if (tree.size() == width)
            hashes[subtree] = tree.root();
    }
}

} // namespace

SubtreeHashes readSubtrees(postgres::Transaction& tx, std::span<const Subtree> subtrees)
{
    SubtreeHashes hashes;
    readStored(tx, subtrees, hashes);
    makeSmall(tx, subtrees, hashes);
    for (const Subtree& subtree : subtrees) {
        if (!hashes.contains(subtree)) {
            const std::int64_t first = (subtree.index << subtree.level) + 1;
            throw Conflict(logDamaged,
                           fmt::format("Of the audit log's records {} to {}, which a checkpoint was signed over, something is "
                                       "missing. Verify the log, and compare it with a backup.",
                                       first, first + (std::int64_t{1} << subtree.level) - 1));
        }
    }
    return hashes;
}

void storeSubtrees(postgres::Transaction& tx, const SubtreeHashes& hashes)
{
    auto copy = tx.copyIn(copyNodes);
    for (const auto& [subtree, hash] : hashes) {
        if (subtree.level >= storedLevelMin)
            copy.row().add(std::int32_t{subtree.level}).add(subtree.index).add(toBytes(hash));
    }
    copy.finish();
}

GrowingTree readTree(postgres::Transaction& tx, std::int64_t size)
{
    const std::vector<Subtree> subtrees = subtreesOf(0, size);
    const SubtreeHashes hashes = readSubtrees(tx, subtrees);
    std::vector<Hash> peaks;
    for (const Subtree& subtree : subtrees)
        peaks.push_back(hashes.at(subtree));
    return {size, std::move(peaks)};
}

Hash readHash(const postgres::Row& row, int column)
{
    const auto bytes = row.as<postgres::Bytes>(column);
    Hash hash{};
    // One of another length was put there by somebody who took the check away; zeros match no record, and the
    // verifier says so.
    if (bytes.size() != hash.size())
        return hash;
    std::transform(bytes.begin(), bytes.end(), hash.begin(),
                   [](std::byte byte) { return std::to_integer<std::uint8_t>(byte); });
    return hash;
}

postgres::Bytes toBytes(const Hash& hash)
{
    postgres::Bytes bytes(hash.size());
    std::transform(hash.begin(), hash.end(), bytes.begin(),
                   [](std::uint8_t byte) { return std::byte{byte}; });
    return bytes;
}

} // namespace hpcbill::audit
