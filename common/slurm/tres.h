// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::slurm
{

/// What was allocated, as a TRES string tells it
/// ("billing=18,cpu=2,gres/gpu:a100=2,gres/gpu=2,mem=1G,node=1").
struct Tres {
    std::optional<std::int64_t> cpus;
    std::optional<std::int64_t> nodes;
    std::int64_t gpus = 0; ///< the total where it is given, else the sum over the types: never both
    std::string gpuTypes;  ///< "a100,h100": those that are named, see addGpuType()
    std::int64_t memoryMib = 0;
    std::optional<std::int64_t> energyJoules;
};

/// Reads Slurm's TRES strings, by name or by the fixed numeric ids ("1=2,2=1024,4=1"). TRES that are not
/// billed (billing, licenses, file systems) are passed over. The error is a sentence that names the part at
/// fault.
Result<Tres, std::string> parseTres(std::string_view text);

/// GPUs, and their types as addGpuType() lists them.
struct Gpus {
    std::int64_t count = 0;
    std::string types;
};

/// GPUs of one node in the older GRES spelling: "gpu:2", "gpu:a100:2(S:0-1)", "gres:gpu:1,craynetwork:1",
/// "(null)".
Result<Gpus, std::string> parseGresGpus(std::string_view text);

/// Puts a type into a list with commas between, in order and once, so that all sources tell the same.
void addGpuType(std::string& types, std::string_view type);

/// A size of memory in MiB: "512M", "62.50G", "1T", "2048K", or a number of MiB. What is not whole in MiB
/// becomes the nearest, half to even (Slurm itself counts in whole MiB).
std::optional<std::int64_t> parseMemoryMib(std::string_view text);

/// A count that Slurm may shorten by 1024s: "2048" and "2K" are the same.
std::optional<std::int64_t> parseShortCount(std::string_view text);

} // namespace hpcbill::slurm
