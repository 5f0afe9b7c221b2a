// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/turns.h"

#include "common/error.h"

namespace hpcbill::identity
{

namespace
{

[[noreturn]] void refuse()
{
    throw Overloaded("Too many are logging in at once. Try again in a moment.", std::chrono::seconds(5));
}

} // namespace

Turns::Turns(int atOnce, std::size_t waitingMax, std::chrono::milliseconds patience)
    : m_waitingMax(waitingMax)
    , m_patience(patience)
    , m_free(atOnce)
{
}

Turns::Turn::Turn(Turns& turns, std::int64_t rank)
    : m_turns(turns)
{
    m_turns.take(rank);
}

Turns::Turn::~Turn()
{
    m_turns.give();
}

std::size_t Turns::waiting() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size();
}

void Turns::take(std::int64_t rank)
{
    std::unique_lock lock(m_mutex);
    if (m_free > 0) { // then nobody waits
        --m_free;
        return;
    }
    Waiter self{rank, ++m_tickets, State::waiting};
    if (m_waiting.size() >= m_waitingMax) {
        if (m_waiting.empty() || !Earlier()(&self, *m_waiting.rbegin()))
            refuse();
        const auto last = std::prev(m_waiting.end());
        (*last)->state = State::displaced;
        m_waiting.erase(last);
        m_changed.notify_all();
    }
    m_waiting.insert(&self);
    m_changed.wait_for(lock, m_patience, [&self] { return self.state != State::waiting; });
    if (self.state == State::admitted)
        return;
    m_waiting.erase(&self);
    refuse();
}

void Turns::give()
{
    const std::lock_guard lock(m_mutex);
    if (m_waiting.empty()) {
        ++m_free;
        return;
    }
    (*m_waiting.begin())->state = State::admitted;
    m_waiting.erase(m_waiting.begin());
    m_changed.notify_all();
}

} // namespace hpcbill::identity
