// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::slurm
{

/// A job's state as Slurm prints it, taken apart.
struct State {
    std::string_view base;                  ///< "CANCELLED"
    std::optional<std::string> cancelledBy; ///< "1003" of "CANCELLED by 1003"
};

/// Reads "COMPLETED", "CANCELLED by 1003", "CANCELLED+" (cut by a column's width). Nothing for a word that
/// Slurm does not have: what it would mean for the bill is not known.
std::optional<State> parseState(std::string_view text);

/// Nothing more will be used in this record. REQUEUED and RESIZING are final: the run that they end has used
/// resources, and what follows is a record of its own.
bool isFinalState(std::string_view base);

} // namespace hpcbill::slurm
