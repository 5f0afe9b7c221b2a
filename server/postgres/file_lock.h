// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include <sys/types.h>

namespace hpcbill::postgres
{

/// A lock on a file: the kernel gives it up when its holder dies, however it dies. An open file description lock (fcntl(2)),
/// which can be looked at without being taken: a lock taken for a moment only to see whether it is free would now and then
/// make somebody else fail who takes it in earnest.
class FileLock final
{
public:
    enum class Holder { nobody, sharers, one };

    /// Makes the file unless it is there, owned by `owner` where we are root. Throws Unavailable.
    FileLock(const std::filesystem::path& path, uid_t owner);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    void lockShared();
    void lockExclusive();
    [[nodiscard]] bool tryExclusive();
    void unlock();

    /// Who else holds it.
    [[nodiscard]] Holder heldByOthers() const;

    /// The same for a file descriptor where memory must not be touched; false when another holds it.
    static bool tryExclusive(int file) noexcept;

private:
    int m_file;
};

} // namespace hpcbill::postgres
