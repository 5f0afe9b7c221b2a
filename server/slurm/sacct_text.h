// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/slurm/sacct.h"
#include "server/slurm/source.h"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string>

namespace hpcbill::slurm
{

/// Reads a stream of sacct's lines, plain or compressed by gzip or zstd, to its end, in constant memory.
/// `onBytes` (may be empty) is told how many bytes of the stream were read so far. Throws UnreadableLog;
/// SourceFailure when the stream breaks or a stop is asked for.
SacctSummary readSacctText(std::istream& text, const RecordSink& sink, Tail tail,
                           const std::string& delimiter, const std::function<void(std::uint64_t)>& onBytes,
                           const std::stop_token& stop);

} // namespace hpcbill::slurm
