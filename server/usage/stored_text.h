// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::usage
{

/// Bytes as PostgreSQL's text can hold them: UTF-8 without NUL.
struct StoredText {
    std::string text; ///< each byte that is not part of valid UTF-8, and each NUL, written as \xNN
    std::optional<std::string> bytes; ///< what was given, where `text` differs from it
};

/// Slurm lets names hold any bytes; none of them is lost here.
StoredText toStoredText(std::string_view bytes);

/// The exit code of what is stored as Slurm writes it, "1:0" with the signal behind; -1 where it is not known.
std::int64_t exitCodeOf(const std::optional<std::string>& stored);

} // namespace hpcbill::usage
