// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/slurm/job_record.h"
#include "server/usage/usage.h"
#include "tests/support/test_database.h"

#include <string_view>
#include <vector>

namespace hpcbill::support
{

/// A moment in RFC 3339; a bug in the test when it is none.
UtcTime at(std::string_view rfc3339);

/// The cluster of this name, made where there is none.
usage::ClusterId addCluster(TestDatabase& database, const std::string& name);

/// A job of alice (physics, partition cpu): two cores and 512 MiB for an hour on 2 November 2026, completed.
slurm::JobRecord finishedJob(std::int64_t jobId);
/// The same before its end.
slurm::JobRecord runningJob(std::int64_t jobId);

/// Jobs of several users, accounts, partitions and months, some with GPUs, some that never ran; the same for the same seed.
std::vector<slurm::JobRecord> manyJobs(int count, unsigned seed);

} // namespace hpcbill::support
