// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/supervisor.h"

#include "server/postgres/errors.h"
#include "server/postgres/file_lock.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hpcbill::postgres
{
namespace
{

// Between fork() and exec() of a program with threads only async-signal-safe calls are allowed: everything that needs memory
// is made ready before, and what runs in the child is system calls alone.

constexpr int cannotStart = 127;
constexpr long pollNanoseconds = 100'000'000;
constexpr int ticksToFastShutdown = 600; ///< then immediate: the write-ahead log makes up for it

/// Argument or path texts as exec wants them; valid as long as `texts` is.
std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> result;
    for (std::string& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// Gives up root for good. The raw calls, because the C library's would signal the threads that this child does not have.
bool become(const Account& account)
{
    if (geteuid() != 0)
        return true;
    return syscall(SYS_setgroups, 0, nullptr) == 0
           && syscall(SYS_setresgid, account.gid, account.gid, account.gid) == 0
           && syscall(SYS_setresuid, account.uid, account.uid, account.uid) == 0;
}

void resetSignals()
{
    for (int signal = 1; signal < NSIG; ++signal)
        std::signal(signal, SIG_DFL);
}

void useFiles(const char* log)
{
    const int null = open("/dev/null", O_RDONLY);
    const int output = open(log, O_WRONLY | O_APPEND | O_CREAT, 0600);
    dup2(null, STDIN_FILENO);
    dup2(output < 0 ? null : output, STDOUT_FILENO);
    dup2(output < 0 ? null : output, STDERR_FILENO);
    close_range(3, ~0U, 0);
}

void unblockSignals()
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Everything that the supervisor touches, in the form that it may touch.
struct Prepared {
    const Account& account;
    char* const* command;
    const char* log;
    const char* usersLock;
    const char* supervisorLock;
};

pid_t launch(const Prepared& prepared)
{
    const pid_t child = fork();
    if (child != 0)
        return child;
    // A database without its supervisor would never be stopped; whoever still uses it starts another supervisor.
    prctl(PR_SET_PDEATHSIG, SIGINT);
    unblockSignals();
    execv(prepared.command[0], prepared.command);
    _exit(cannotStart);
}

void stop(pid_t child)
{
    kill(child, SIGINT); // "fast shutdown": sessions are ended, everything is written
    for (int tick = 0; waitpid(child, nullptr, WNOHANG) == 0; ++tick) {
        if (tick == ticksToFastShutdown)
            kill(child, SIGQUIT);
        const timespec pause{0, pollNanoseconds / 5};
        nanosleep(&pause, nullptr);
    }
}

[[noreturn]] void supervise(const Prepared& prepared)
{
    if (chdir("/") != 0)
        _exit(cannotStart);
    setsid(); // a Ctrl-C at the terminal is for the server, which still needs its database then
    resetSignals();
    if (!become(prepared.account))
        _exit(cannotStart);
    prctl(PR_SET_NAME, "hpcbill-pg");
    useFiles(prepared.log);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);

    const int own = open(prepared.supervisorLock, O_RDWR | O_CLOEXEC);
    const int users = open(prepared.usersLock, O_RDWR | O_CLOEXEC);
    if (own < 0 || users < 0 || !FileLock::tryExclusive(own))
        _exit(cannotStart);

    sigset_t childEnded;
    sigemptyset(&childEnded);
    sigaddset(&childEnded, SIGCHLD);
    pid_t child = launch(prepared);
    int ticksToRelaunch = 0;
    while (!FileLock::tryExclusive(users)) {
        const timespec pause{0, pollNanoseconds};
        sigtimedwait(&childEnded, nullptr, &pause);
        if (child > 0 && waitpid(child, nullptr, WNOHANG) == child) {
            child = -1;
            ticksToRelaunch = 3; // sessions of a killed postmaster need a moment to notice and go
        } else if (child <= 0 && --ticksToRelaunch <= 0) {
            child = launch(prepared);
        }
    }
    if (child > 0)
        stop(child);
    _exit(0);
}

int statusOf(pid_t child)
{
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            throw Unavailable(fmt::format("lost a child process: {}", std::strerror(errno)));
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

pid_t forkOrThrow()
{
    const pid_t child = fork();
    if (child < 0)
        throw Unavailable(fmt::format("cannot start a process for the embedded database: {}", std::strerror(errno)));
    return child;
}

} // namespace

int runProgram(const Account& account, const std::vector<std::string>& arguments, const std::filesystem::path& log)
{
    std::vector<std::string> texts = arguments;
    const std::vector<char*> argv = pointers(texts);
    const pid_t child = forkOrThrow();
    if (child == 0) {
        resetSignals();
        unblockSignals();
        if (!become(account) || chdir("/") != 0)
            _exit(cannotStart);
        useFiles(log.c_str());
        execv(argv[0], argv.data());
        _exit(cannotStart);
    }
    return statusOf(child);
}

std::size_t countEnterable(const Account& account, const std::vector<std::filesystem::path>& directories)
{
    constexpr std::size_t exitCodes = 120; // below those of signals and of `cannotStart`; deeper paths are taken as good
    const pid_t child = forkOrThrow();
    if (child == 0) {
        if (!become(account))
            _exit(0);
        int good = 0;
        for (const std::filesystem::path& directory : directories) {
            if (chdir(directory.c_str()) != 0 || static_cast<std::size_t>(good) == exitCodes)
                break;
            ++good;
        }
        _exit(good);
    }
    const auto good = static_cast<std::size_t>(statusOf(child));
    return good == exitCodes ? directories.size() : good;
}

pid_t startSupervisor(const Supervision& supervision)
{
    std::vector<std::string> texts = supervision.command;
    const std::vector<char*> command = pointers(texts);
    const Prepared prepared{.account = supervision.account,
                            .command = command.data(),
                            .log = supervision.log.c_str(),
                            .usersLock = supervision.usersLock.c_str(),
                            .supervisorLock = supervision.supervisorLock.c_str()};
    const pid_t supervisor = forkOrThrow();
    if (supervisor == 0)
        supervise(prepared);
    return supervisor;
}

bool hasEnded(pid_t supervisor)
{
    return waitpid(supervisor, nullptr, WNOHANG) != 0;
}

} // namespace hpcbill::postgres
