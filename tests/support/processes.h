// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <sys/types.h>

namespace hpcbill::support
{

/// The postmaster of the embedded cluster in this directory; 0 where none has written its pid.
pid_t postmasterOf(const std::filesystem::path& directory);
/// 0 for a process that there is not.
pid_t parentOf(pid_t pid);
/// False for one that has ended and was not waited for.
bool isRunning(pid_t pid);

} // namespace hpcbill::support
