// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/audit/sha256.h"
#include "common/audit/signed_note.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// What a server says of its log at one moment (C2SP tlog-checkpoint, https://c2sp.org/tlog-checkpoint): that its first `size`
/// records have this root. Kept elsewhere, it is what a log that was cut off or written anew cannot agree with.
struct Checkpoint {
    std::string origin; ///< the log's name: a line
    std::int64_t size = 0;
    Hash root{}; ///< of the tree of the first `size` records (merkle.h)

    bool operator==(const Checkpoint&) const = default;
};

/// The three lines that are signed.
std::string toText(const Checkpoint& checkpoint);
/// Reads the text of a note; lines behind the third are allowed and mean nothing to us. The error is a sentence.
Result<Checkpoint, std::string> parseCheckpoint(std::string_view text);

/// The signed note of a checkpoint.
std::string signedNote(const Checkpoint& checkpoint, const NoteSigner& signer);
/// Reads a signed note and verifies it by one of the keys. The error is a sentence.
Result<Checkpoint, std::string> openCheckpoint(std::string_view note, std::span<const NoteKey> trusted);

} // namespace hpcbill::audit
