// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace hpcbill::postgres
{

/// Whom a child process runs as.
struct Account {
    uid_t uid = 0;
    gid_t gid = 0;
    std::string name;
};

/// Runs a program to its end as `account`, its output appended to `log`; its exit status, 128 + n for signal n.
/// The log has to be one that `account` may write.
int runProgram(const Account& account, const std::vector<std::string>& arguments, const std::filesystem::path& log);

/// The number of leading entries of `directories` that `account` can enter.
std::size_t countEnterable(const Account& account, const std::vector<std::filesystem::path>& directories);

/// What a supervisor minds.
struct Supervision {
    Account account;
    std::vector<std::string> command;     ///< the postmaster's, its path first
    std::filesystem::path log;            ///< gets the output
    std::filesystem::path usersLock;      ///< held shared by every program that uses the database
    std::filesystem::path supervisorLock; ///< held exclusively by the supervisor while it lives
};

/// Starts a process that runs the database, starts it again should it die, and shuts it down when nobody holds the users' lock
/// any more. It belongs to no program: whichever of them ends first, or is killed, the others keep their database, and after the
/// last one nothing is left running. Does not wait for the database. The caller asks hasEnded() in the end, lest a zombie stays.
pid_t startSupervisor(const Supervision& supervision);

/// Whether the supervisor that this process started has ended; its process entry is then freed.
bool hasEnded(pid_t supervisor);

} // namespace hpcbill::postgres
