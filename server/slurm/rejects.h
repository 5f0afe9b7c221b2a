// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"
#include "server/slurm/batch_writer.h"
#include "server/slurm/store.h"

#include <optional>
#include <span>
#include <vector>

namespace hpcbill::slurm
{

/// Keeps what was not kept before; of the rest, that it was seen again and is not understood after all.
void keepRejects(postgres::Transaction& tx, const BatchTarget& target, std::span<const Reject> rejects);

std::vector<KeptReject> listRejects(postgres::Transaction& tx, const RejectFilter& filter, std::int64_t limit,
                                    std::optional<std::int64_t> before);

/// Reads one again. None when it is still not understood: nothing is then handed on. What was cut off, by its
/// source or because it was too long to be kept whole, is never understood: the half of a number is a number.
std::optional<std::vector<JobRecord>> readAgain(const KeptReject& reject);

/// Unresolved rejects of the filter with ids above `after`, oldest first, locked until the transaction ends.
std::vector<KeptReject> lockUnresolved(postgres::Transaction& tx, const RejectFilter& filter,
                                       std::int64_t after, std::int64_t limit);
void resolve(postgres::Transaction& tx, std::span<const std::int64_t> rejects);

} // namespace hpcbill::slurm
