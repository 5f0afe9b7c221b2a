// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

} // namespace hpcbill::usage
