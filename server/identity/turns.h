// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

namespace hpcbill::identity
{

/// Lets a few at a time do what takes much memory. Who waits is ranked, the least first, then whoever came
/// first; when too many wait, the one with the highest rank gives way. So a crowd of guessers, who rank by what
/// they have failed, does not keep others from logging in.
class Turns final
{
public:
    /// Of `waitingMax` each holds up a thread, for `patience` at most.
    Turns(int atOnce, std::size_t waitingMax, std::chrono::milliseconds patience);

    /// A turn, given back at the end of its scope.
    class Turn final
    {
    public:
        /// Throws Overloaded when it is not to be had.
        Turn(Turns& turns, std::int64_t rank);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

    private:
        Turns& m_turns;
    };

    /// How many wait at present.
    std::size_t waiting() const;

private:
    enum class State { waiting, admitted, displaced };
    struct Waiter {
        std::int64_t rank = 0;
        std::uint64_t ticket = 0;
        State state = State::waiting;
    };
    struct Earlier {
        bool operator()(const Waiter* left, const Waiter* right) const
        {
            return left->rank != right->rank ? left->rank < right->rank : left->ticket < right->ticket;
        }
    };

    void take(std::int64_t rank);
    void give();

    const std::size_t m_waitingMax;
    const std::chrono::milliseconds m_patience;
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_free;                           // guarded by m_mutex
    std::uint64_t m_tickets = 0;          // guarded by m_mutex
    std::set<Waiter*, Earlier> m_waiting; // guarded by m_mutex; on their threads' stacks
};

} // namespace hpcbill::identity
