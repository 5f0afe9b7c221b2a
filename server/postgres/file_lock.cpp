// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/file_lock.h"

#include "server/postgres/errors.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hpcbill::postgres
{
namespace
{

void lockOrThrow(int file, int operation)
{
    while (flock(file, operation) != 0) {
        if (errno != EINTR)
            throw Unavailable(fmt::format("cannot lock a file of the embedded database: {}", std::strerror(errno)));
    }
}

} // namespace

FileLock::FileLock(const std::filesystem::path& path, uid_t owner)
    : m_file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600))
{
    if (m_file < 0)
        throw Unavailable(fmt::format("cannot open {}: {}", path.string(), std::strerror(errno)));
    if (geteuid() == 0 && fchown(m_file, owner, static_cast<gid_t>(-1)) != 0) {
        const int error = errno;
        close(m_file);
        throw Unavailable(fmt::format("cannot give {} to the database's user: {}", path.string(), std::strerror(error)));
    }
}

FileLock::~FileLock()
{
    close(m_file);
}

void FileLock::lockShared()
{
    lockOrThrow(m_file, LOCK_SH);
}

void FileLock::lockExclusive()
{
    lockOrThrow(m_file, LOCK_EX);
}

bool FileLock::tryShared()
{
    return flock(m_file, LOCK_SH | LOCK_NB) == 0;
}

bool FileLock::tryExclusive()
{
    return flock(m_file, LOCK_EX | LOCK_NB) == 0;
}

void FileLock::unlock()
{
    flock(m_file, LOCK_UN);
}

} // namespace hpcbill::postgres
