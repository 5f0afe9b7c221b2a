// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/cluster_files.h"

#include "server/postgres/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <string_view>

#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hpcbill::postgres
{
namespace
{

namespace fs = std::filesystem;

/// The room for a path in sockaddr_un, without its final NUL.
constexpr std::size_t socketPathMax = 107;
constexpr std::string_view socketName = "/.s.PGSQL.5432";

std::optional<Account> accountOf(const passwd* entry)
{
    if (!entry)
        return std::nullopt;
    return Account{entry->pw_uid, entry->pw_gid, entry->pw_name};
}

Account accountById(uid_t uid)
{
    return accountOf(getpwuid(uid)).value_or(Account{uid, getegid(), std::to_string(uid)});
}

uid_t ownerOf(const fs::path& path)
{
    struct stat status {};
    if (stat(path.c_str(), &status) != 0)
        throw Unavailable(fmt::format("cannot look at {}: {}", path.string(), std::strerror(errno)));
    return status.st_uid;
}

/// PostgreSQL refuses to run as root.
Account chooseAccount(const fs::path& directory)
{
    if (geteuid() != 0)
        return accountById(geteuid());
    if (fs::exists(directory) && ownerOf(directory) != 0)
        return accountById(ownerOf(directory));
    if (const auto postgres = accountOf(getpwnam("postgres")))
        return *postgres;
    if (const auto nobody = accountOf(getpwnam("nobody")))
        return *nobody;
    throw Unavailable("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody: start this "
                      "program as an ordinary user");
}

bool isOurs(const fs::path& entry)
{
    static const std::set<std::string, std::less<>> names{"data",       "data.making",     "sockets",     "start.lock",
                                                          "users.lock", "supervisor.lock", "postgres.log"};
    return names.contains(entry.filename().string());
}

void claimDirectory(const fs::path& directory, const Account& account)
{
    const uid_t owner = ownerOf(directory);
    if (owner == account.uid)
        return;
    if (geteuid() != 0) {
        throw Unavailable(fmt::format("{} belongs to the user {}: start this program as that user, or name another directory",
                                      directory.string(), accountById(owner).name));
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        if (!isOurs(entry.path())) {
            throw Unavailable(fmt::format("{} holds other files ({}): name an empty directory for the embedded database, or one "
                                          "that is not there yet",
                                          directory.string(), entry.path().filename().string()));
        }
    }
    if (chown(directory.c_str(), account.uid, account.gid) != 0) {
        throw Unavailable(fmt::format("cannot give {} to the user {}: {}", directory.string(), account.name, std::strerror(errno)));
    }
}

void requireTraversable(const fs::path& directory, const Account& account)
{
    std::vector<fs::path> steps;
    fs::path step;
    for (const fs::path& part : directory) {
        step /= part;
        steps.push_back(step);
    }
    const std::size_t good = countEnterable(account, steps);
    if (good < steps.size()) {
        throw Unavailable(fmt::format("the user {}, as which PostgreSQL runs, cannot enter {}: allow it (chmod o+x), or name a "
                                      "directory elsewhere",
                                      account.name, steps[good].string()));
    }
}

/// FNV-1a: a short name for a long path, the same in every process.
std::uint64_t shortNameOf(std::string_view path)
{
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : path)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    return hash;
}

std::string firstLine(const fs::path& file)
{
    std::string line;
    std::ifstream stream(file);
    std::getline(stream, line);
    return line;
}

std::optional<fs::path> newestUnder(const fs::path& root, std::string_view prefix)
{
    std::optional<fs::path> newest;
    int newestVersion = 0;
    std::error_code missing;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, missing)) {
        const std::string name = entry.path().filename().string();
        int version = 0;
        if (!name.starts_with(prefix))
            continue;
        std::from_chars(name.data() + prefix.size(), name.data() + name.size(), version);
        if (version > newestVersion && fs::exists(entry.path() / "bin/initdb")) {
            newest = entry.path() / "bin";
            newestVersion = version;
        }
    }
    return newest;
}

std::optional<fs::path> onPath()
{
    const char* path = std::getenv("PATH");
    std::string_view rest = path ? path : "";
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        const fs::path directory(rest.substr(0, end));
        if (fs::exists(directory / "initdb") && fs::exists(directory / "postgres"))
            return directory;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

bool isAlive(pid_t pid)
{
    return kill(pid, 0) == 0 || errno == EPERM;
}

bool runsIn(pid_t pid, const fs::path& data)
{
    std::error_code gone;
    return fs::read_symlink(fmt::format("/proc/{}/cwd", pid), gone) == data;
}

/// False when it still lived after `polls` pauses.
bool waitForEnd(pid_t pid, int polls)
{
    for (int poll = 0; poll < polls; ++poll) {
        if (!isAlive(pid))
            return true;
        pauseBetweenPolls();
    }
    return !isAlive(pid);
}

} // namespace

fs::path ClusterFiles::sockets() const
{
    const fs::path inside = directory / "sockets";
    // A comma parts directories in PostgreSQL's settings and hosts in libpq's, a double quote ends one.
    if (inside.string().size() + socketName.size() <= socketPathMax && inside.string().find_first_of(",\"") == std::string::npos)
        return inside;
    return fmt::format("/tmp/hpcbill-{}-{:016x}", account.uid, shortNameOf(directory.string()));
}

ClusterFiles prepareDirectory(const fs::path& wanted)
{
    const fs::path absolute = fs::weakly_canonical(fs::absolute(wanted));
    ClusterFiles files{absolute.has_filename() ? absolute : absolute.parent_path(), chooseAccount(absolute)};
    std::error_code error;
    if (fs::create_directories(files.directory, error))
        fs::permissions(files.directory, fs::perms::owner_all, error);
    if (error)
        throw Unavailable(fmt::format("cannot make the directory {}: {}", files.directory.string(), error.message()));
    if (!fs::is_directory(files.directory))
        throw Unavailable(fmt::format("{} is not a directory", files.directory.string()));
    claimDirectory(files.directory, files.account);
    requireTraversable(files.directory, files.account);
    return files;
}

void prepareSockets(const ClusterFiles& files)
{
    const fs::path sockets = files.sockets();
    if (mkdir(sockets.c_str(), 0700) == 0) {
        if (geteuid() == 0 && chown(sockets.c_str(), files.account.uid, files.account.gid) != 0)
            throw Unavailable(fmt::format("cannot give {} to {}: {}", sockets.string(), files.account.name, std::strerror(errno)));
    } else if (errno != EEXIST) {
        throw Unavailable(fmt::format("cannot make {}: {}", sockets.string(), std::strerror(errno)));
    }
    // Whoever may enter it is the database's superuser, and in /tmp somebody else could have been there first.
    struct stat status {};
    if (lstat(sockets.c_str(), &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != files.account.uid
        || (status.st_mode & 0077) != 0) {
        throw Unavailable(fmt::format("{} is not a directory of the user {} alone: remove it", sockets.string(), files.account.name));
    }
}

void initialize(const ClusterFiles& files)
{
    if (fs::exists(files.data()))
        return;
    const fs::path making = files.directory / "data.making";
    fs::remove_all(making);
    const int status = runProgram(files.account,
                                  {(findPrograms(files) / "initdb").string(), "--pgdata=" + making.string(), "--username=postgres",
                                   "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-instructions"},
                                  files.log());
    if (status != 0)
        throw Unavailable(fmt::format("initdb failed with status {}:\n{}", status, endOfLog(files)));
    fs::rename(making, files.data()); // initdb has flushed all of it to the disk
}

fs::path findPrograms(const ClusterFiles& files)
{
    const fs::path debian = "/usr/lib/postgresql";
    if (fs::exists(files.data() / "PG_VERSION")) {
        const std::string version = firstLine(files.data() / "PG_VERSION");
        for (const fs::path& candidate : {debian / version / "bin", fs::path("/usr/pgsql-" + version) / "bin"}) {
            if (fs::exists(candidate / "postgres"))
                return candidate;
        }
    }
    for (const auto& found : {newestUnder(debian, ""), newestUnder("/usr", "pgsql-"), onPath()}) {
        if (found)
            return *found;
    }
    throw Unavailable("PostgreSQL's programs initdb and postgres are not installed here: install PostgreSQL (Debian: postgresql), "
                      "or set DATABASE_URL to a PostgreSQL elsewhere");
}

void stopOrphan(const ClusterFiles& files)
{
    const fs::path pidFile = files.data() / "postmaster.pid";
    const std::string line = firstLine(pidFile);
    pid_t pid = 0;
    std::from_chars(line.data(), line.data() + line.size(), pid);
    if (pid <= 1 || !isAlive(pid))
        return; // PostgreSQL itself clears the file of a process that is no more
    if (!runsIn(pid, files.data())) {
        // The number went to another process, after a restart of the machine or the container. PostgreSQL would believe in it.
        fs::remove(pidFile);
        return;
    }
    constexpr int aMinute = 3000;
    kill(pid, SIGINT);
    if (waitForEnd(pid, aMinute))
        return;
    kill(pid, SIGQUIT);
    if (!waitForEnd(pid, aMinute))
        throw Unavailable(fmt::format("the database process {} of {} cannot be stopped", pid, files.directory.string()));
}

std::string endOfLog(const ClusterFiles& files)
{
    constexpr std::streamoff shown = 2000;
    std::ifstream stream(files.log(), std::ios::binary | std::ios::ate);
    const std::streamoff size = stream.tellg();
    stream.seekg(std::max<std::streamoff>(0, size - shown));
    return {std::istreambuf_iterator<char>(stream), {}};
}

void pauseBetweenPolls()
{
    poll(nullptr, 0, 20);
}

} // namespace hpcbill::postgres
