// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/supervisor.h"

#include <filesystem>
#include <string>

namespace hpcbill::postgres
{

/// What lies where in the directory of an embedded cluster, and who it belongs to.
struct ClusterFiles {
    std::filesystem::path directory;
    Account account; ///< runs the database and owns its files: us, or an unprivileged user where we are root

    [[nodiscard]] std::filesystem::path data() const { return directory / "data"; }
    [[nodiscard]] std::filesystem::path log() const { return directory / "postgres.log"; }
    /// Held for as long as it takes to start.
    [[nodiscard]] std::filesystem::path startLock() const { return directory / "start.lock"; }
    [[nodiscard]] std::filesystem::path usersLock() const { return directory / "users.lock"; }
    [[nodiscard]] std::filesystem::path supervisorLock() const { return directory / "supervisor.lock"; }
    /// Where the socket is: in the directory, or where its path would be too long for a socket, in a short one of our own.
    [[nodiscard]] std::filesystem::path sockets() const;
};

/// Makes the directory unless it is there, and gives it to whom it has to belong. Throws Unavailable with what to do.
ClusterFiles prepareDirectory(const std::filesystem::path& directory);

/// Makes the directory of the socket unless it is there. Throws Unavailable when it is not ours alone.
void prepareSockets(const ClusterFiles& files);

/// Makes the cluster unless it is there. What a killed attempt left half finished is made anew.
void initialize(const ClusterFiles& files);

/// PostgreSQL's programs: of the version that made the data if there is any, else the newest.
std::filesystem::path findPrograms(const ClusterFiles& files);

/// Ends a database that runs in the directory without a supervisor, and clears a pid file that names somebody else's process.
void stopOrphan(const ClusterFiles& files);

/// The last lines of the log, for a message.
std::string endOfLog(const ClusterFiles& files);

/// Waits for as long as a poll of something that gives no signal should pause.
void pauseBetweenPolls();

} // namespace hpcbill::postgres
