// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/pool.h"

#include "common/error.h"

namespace hpcbill::postgres
{

PoolStats Pool::stats() const
{
    const std::lock_guard lock(m_mutex);
    return {m_idle.size(), m_inUse};
}

std::unique_ptr<Connection> Pool::connect() const
{
    return std::make_unique<Connection>(m_options.conninfo, m_options.session);
}

std::unique_ptr<Connection> Pool::acquire()
{
    std::unique_lock lock(m_mutex);
    if (!m_freed.wait_for(lock, m_options.acquireTimeout, [this] { return m_inUse < m_options.size; })) {
        throw Overloaded("All connections to the database are in use.", std::chrono::seconds(1));
    }
    ++m_inUse;
    if (!m_idle.empty()) {
        auto connection = std::move(m_idle.back());
        m_idle.pop_back();
        return connection;
    }
    lock.unlock();
    try {
        return connect();
    } catch (const std::exception&) {
        lock.lock();
        --m_inUse;
        lock.unlock();
        m_freed.notify_one();
        throw;
    }
}

void Pool::release(std::unique_ptr<Connection> connection) noexcept
{
    {
        const std::lock_guard lock(m_mutex);
        --m_inUse;
        if (connection && connection->isUsable() && !connection->inTransaction()) {
            m_idle.push_back(std::move(connection));
        } else {
            // One that broke tells that the others, opened before, are likely broken too.
            m_idle.clear();
        }
    }
    m_freed.notify_one();
}

} // namespace hpcbill::postgres
