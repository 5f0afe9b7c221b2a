// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace hpcbill::slurm
{

/// What is run, without a shell.
struct Program {
    std::string path; ///< looked up in PATH where it has no slash
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment = {}; ///< beside our own
    std::chrono::seconds longestRun;
};

/// Runs it and hands its standard output to `read`. Asked to stop, or after its longest run, it is sent
/// SIGINT, and SIGKILL five seconds later. Throws SourceFailure when it could not be run, was ended so, or
/// ended with another status than 0: with what it said; else what `read` threw.
void runProgram(const Program& program, const std::function<void(std::istream&)>& read,
                const std::stop_token& stop);

} // namespace hpcbill::slurm
