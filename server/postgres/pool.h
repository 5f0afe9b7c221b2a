// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/connection.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hpcbill::postgres
{

/// How many connections there are to what, and how they behave.
struct PoolOptions {
    std::string conninfo;
    std::size_t size = 16;
    SessionOptions session{.role = "hpcbill_app",
                           .statementTimeout = std::chrono::minutes(5),
                           .lockTimeout = std::chrono::seconds(30)};
    std::chrono::milliseconds acquireTimeout = std::chrono::seconds(5); ///< then Overloaded is thrown
};

struct PoolStats {
    std::size_t idle = 0;
    std::size_t inUse = 0;
};

/// The process's connections, made as they are needed, at most `size` of them. Shared by all threads. A connection that broke is
/// replaced, so that a database that went away and came back is simply used again.
class Pool final
{
public:
    explicit Pool(PoolOptions options) : m_options(std::move(options)) {}

    [[nodiscard]] PoolStats stats() const;
    /// A session like the pool's own that the pool does not count: for listening, which keeps it for good. Throws Unavailable.
    [[nodiscard]] std::unique_ptr<Connection> connect() const;

private:
    friend class Transaction;
    /// Throws Overloaded when none becomes free in time, Unavailable when none can be made.
    std::unique_ptr<Connection> acquire();
    void release(std::unique_ptr<Connection> connection) noexcept;

    const PoolOptions m_options;
    mutable std::mutex m_mutex;
    std::condition_variable m_freed;
    std::vector<std::unique_ptr<Connection>> m_idle; ///< guarded by m_mutex
    std::size_t m_inUse = 0;                         ///< guarded by m_mutex
};

} // namespace hpcbill::postgres
