// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/slurm.h"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

namespace hpcbill::slurm
{

/// The JWT that slurmrestd is asked with: from a command, a file or the settings, in this order.
class Token final
{
public:
    explicit Token(const SlurmrestdSettings& settings);

    /// A file is read each time; a command is run again a minute before the token it printed expires, and
    /// each time where that does not say when. Throws SourceFailure.
    const std::string& current(const std::stop_token& stop);

    /// It was refused. True when another one may be had: from the command, when this one was not just made.
    bool forget();

private:
    std::string m_fixed;
    std::filesystem::path m_file;
    std::vector<std::string> m_command;
    std::string m_value;
    std::optional<std::chrono::steady_clock::time_point> m_renewAt; ///< of a command's token
    bool m_isFresh = false;                                         ///< made by the call of current() before
};

/// From `iat` to `exp` (RFC 7519, 4.1.4 and 4.1.6), both by the clock of whoever made it; none where one is
/// missing or this is no JWT.
std::optional<std::chrono::seconds> lifetimeOf(const std::string& token);

} // namespace hpcbill::slurm
