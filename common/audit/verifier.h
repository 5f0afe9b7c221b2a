// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// What is wrong with a record.
enum class Fault {
    altered,     ///< its fields do not give the stored leaf hash, or its hashes do not fit together
    chainBroken, ///< its previous hash is not the hash of the record before
    missing,     ///< the record of this number is not there
    outOfOrder,  ///< a number that was already passed: repeated, inserted or moved
};

/// "altered", "chain_broken", "missing", "out_of_order".
std::string_view codeOf(Fault fault);

/// The first bad record and why.
struct Finding {
    std::int64_t seq = 0;
    Fault fault{};
    std::string detail; ///< a sentence

    bool operator==(const Finding&) const = default;
};

/// Checks records one after another, in constant memory: the same for server, desktop and command line.
class Verifier final
{
public:
    /// From the first record of the log on.
    Verifier() = default;
    /// From record `firstSeq` on; the first record's previous hash is taken on trust.
    static Verifier ofWindow(std::int64_t firstSeq);

    /// False from the first bad record on; finding() then tells it.
    bool add(const StoredRecord& stored);

    [[nodiscard]] const std::optional<Finding>& finding() const { return m_finding; }
    /// How many records were found good, and the hash of the last of them (32 zero bytes before the first).
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] const Hash& head() const { return m_head; }

private:
    bool found(std::int64_t seq, Fault fault, std::string detail);

    std::int64_t m_nextSeq = 1;
    bool m_headKnown = true;
    std::int64_t m_count = 0;
    Hash m_head{};
    std::optional<Finding> m_finding;
};

} // namespace hpcbill::audit
