// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hpcbill::slurm
{

/// Reads a length of time: "[DD-]HH:MM:SS", "MM:SS", with a fraction of at most six decimals ("00:00.002").
/// Not negative. Nothing for "UNLIMITED", "INVALID", "Partition_Limit" and the like.
std::optional<std::chrono::microseconds> parseDuration(std::string_view text);

/// A moment as Slurm prints it.
struct SlurmTime {
    std::optional<UtcTime> at; ///< none for "Unknown", "None", "N/A", nothing, and epoch 0
    bool isLocal = false;      ///< a wall clock of a zone that the text does not name, read as if it were UTC
};

/// Reads epoch seconds ("1795432355"), "2016-12-22T07:15:12" (local), and the words for "not yet". Nothing
/// for anything else.
std::optional<SlurmTime> parseSlurmTime(std::string_view text);

/// Digits and nothing else, within int64.
std::optional<std::int64_t> parseCount(std::string_view text);

} // namespace hpcbill::slurm
