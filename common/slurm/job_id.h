// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hpcbill::slurm
{

/// A job id as Slurm prints it: "10", "8_1" (array task), "8_[3-9%2]" (tasks that wait), "14+1" (component of
/// a heterogeneous job), each with a step behind a dot: "10.batch", "8_1.0", "14+0.extern".
struct JobIdText {
    std::int64_t base = 0;                 ///< the number in front
    std::optional<std::int64_t> task;      ///< 1 of "8_1"
    bool isTaskRange = false;              ///< "8_[3-9%2]"
    std::optional<std::int64_t> component; ///< 1 of "14+1"
    std::string_view step;                 ///< "batch", "extern", "0"; empty for the job itself
};

/// Nothing when it is not one.
std::optional<JobIdText> parseJobId(std::string_view text);

} // namespace hpcbill::slurm
