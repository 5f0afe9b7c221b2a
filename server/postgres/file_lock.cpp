// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/file_lock.h"

#include "server/postgres/errors.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace hpcbill::postgres
{
namespace
{

/// The whole file.
struct flock rangeOf(short type)
{
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    return range;
}

void lockOrThrow(int file, short type)
{
    struct flock range = rangeOf(type);
    while (fcntl(file, F_OFD_SETLKW, &range) != 0) {
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
    lockOrThrow(m_file, F_RDLCK);
}

void FileLock::lockExclusive()
{
    lockOrThrow(m_file, F_WRLCK);
}

bool FileLock::tryExclusive()
{
    return tryExclusive(m_file);
}

bool FileLock::tryExclusive(int file) noexcept
{
    struct flock range = rangeOf(F_WRLCK);
    return fcntl(file, F_OFD_SETLK, &range) == 0;
}

void FileLock::unlock()
{
    lockOrThrow(m_file, F_UNLCK);
}

FileLock::Holder FileLock::heldByOthers() const
{
    struct flock range = rangeOf(F_WRLCK);
    if (fcntl(m_file, F_OFD_GETLK, &range) != 0)
        throw Unavailable(fmt::format("cannot look at a lock of the embedded database: {}", std::strerror(errno)));
    switch (range.l_type) {
    case F_RDLCK: return Holder::sharers;
    case F_WRLCK: return Holder::one;
    default: return Holder::nobody;
    }
}

} // namespace hpcbill::postgres
