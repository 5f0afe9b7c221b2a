// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"

#include <string>

namespace hpcbill::slurm
{

/// One slurmdbd serves several clusters, and what asks it is not always told of one alone: their jobs must not
/// be billed as one cluster's, nor each of them under the names of all.
class OneCluster final
{
public:
    /// Of a file of sacct's lines.
    static constexpr const char* cureOfFile = "write a file for each of them, with sacct --clusters=NAME";

    /// Jobs of `wanted` (its name in Slurm) are let through and no others. Where it is empty, those of the
    /// cluster that is seen first; another one is then a failure, of which `cure` says what to do.
    OneCluster(std::string wanted, std::string cure);

    /// `sink` and this must outlive what is returned.
    [[nodiscard]] RecordSink in(const RecordSink& sink);

private:
    [[nodiscard]] bool isTaken(const std::string& cluster);

    std::string m_wanted;
    std::string m_cure;
    std::string m_seen;
};

} // namespace hpcbill::slurm
