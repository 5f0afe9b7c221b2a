// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// What is wrong with a log.
enum class Fault {
    altered,   ///< a record is not what was hashed, or was replaced by another one
    missing,   ///< the record of this number is not there, and later ones are
    inserted,  ///< a record that the others do not know of stands among them
    reordered, ///< another record of the log stands in this one's place
    cutOff,    ///< a checkpoint was signed over records that are not there at the end
    rewritten, ///< all fits together, and is not what a checkpoint was signed over
};

/// "altered", "missing", "inserted", "reordered", "cut_off", "rewritten".
std::string_view codeOf(Fault fault);

/// The first bad record and why.
struct Finding {
    std::int64_t seq = 0; ///< of the bad record, or of the first that is in doubt
    Fault fault{};
    std::string detail;                     ///< a sentence
    std::optional<std::int64_t> checkpoint; ///< the size of the checkpoint that shows it

    bool operator==(const Finding&) const = default;
};

} // namespace hpcbill::audit
