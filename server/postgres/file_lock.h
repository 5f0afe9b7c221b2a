// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <sys/types.h>

namespace hpcbill::postgres
{

/// A lock on a file (flock(2)): the kernel gives it up when its holder dies, however it dies. One thread at a time.
class FileLock final
{
public:
    /// Makes the file unless it is there, owned by `owner` where we are root. Throws Unavailable.
    FileLock(const std::filesystem::path& path, uid_t owner);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    void lockShared();
    void lockExclusive();
    [[nodiscard]] bool tryShared();
    [[nodiscard]] bool tryExclusive();
    void unlock();

private:
    int m_file;
};

} // namespace hpcbill::postgres
