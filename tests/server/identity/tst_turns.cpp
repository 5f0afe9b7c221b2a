// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/turns.h"

#include "common/error.h"

#include <QtTest>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace hpcbill;
using identity::Turns;

namespace
{

constexpr std::chrono::seconds forLong{60};

/// Threads that want a turn, started one after the other: each waits before the next one comes.
class Crowd final
{
public:
    explicit Crowd(Turns& turns)
        : m_turns(turns)
    {
    }

    /// Comes with this rank, and is in the queue, or out of it again, when this returns.
    void add(const std::string& name, std::int64_t rank)
    {
        const std::size_t before = m_turns.waiting();
        const int refusedBefore = m_refused;
        m_threads.emplace_back([this, name, rank] {
            try {
                const Turns::Turn turn(m_turns, rank);
                tell(name);
            } catch (const Overloaded&) {
                tell("no " + name);
                ++m_refused;
            }
        });
        while (m_turns.waiting() == before && m_refused == refusedBefore)
            std::this_thread::yield();
    }
    /// What happened, in order, when all are done.
    std::string story()
    {
        m_threads.clear();
        return m_story;
    }
    int refused() const { return m_refused; }

private:
    void tell(const std::string& what)
    {
        const std::lock_guard lock(m_mutex);
        m_story += (m_story.empty() ? "" : ", ") + what;
    }

    Turns& m_turns;
    std::mutex m_mutex;
    std::string m_story; // guarded by m_mutex
    std::atomic<int> m_refused = 0;
    std::vector<std::jthread> m_threads; // last: joined before the others go
};

} // namespace

class TestTurns final : public QObject
{
    Q_OBJECT

private slots:
    void whoFailedLessComesFirstAndThenWhoCameFirst()
    {
        Turns turns(1, 8, forLong);
        Crowd crowd(turns);
        {
            const Turns::Turn mine(turns, 0);
            crowd.add("five", 5);
            crowd.add("three", 3);
            crowd.add("three again", 3);
            crowd.add("one", 1);
        }
        QCOMPARE(crowd.story(), std::string("one, three, three again, five"));
    }

    void whoFailedMostGivesWayWhenTooManyWait()
    {
        Turns turns(1, 2, forLong);
        Crowd crowd(turns);
        {
            const Turns::Turn mine(turns, 0);
            crowd.add("five", 5);
            crowd.add("three", 3);
            crowd.add("one", 1); // takes the place of five
            while (crowd.refused() < 1)
                std::this_thread::yield();
            crowd.add("late three", 3); // no better than who waits
            crowd.add("nine", 9);
        }
        QCOMPARE(crowd.story(), std::string("no five, no late three, no nine, one, three"));
    }

    void patienceEnds()
    {
        Turns turns(1, 2, std::chrono::milliseconds(1));
        const Turns::Turn mine(turns, 0);
        QVERIFY_THROWS_EXCEPTION(Overloaded, Turns::Turn(turns, 1));
        QCOMPARE(turns.waiting(), std::size_t{0});
    }

    void noMoreThanAllowedAreAtWork()
    {
        Turns turns(3, 100, forLong);
        std::atomic<int> atWork = 0;
        std::atomic<int> most = 0;
        {
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 16; ++thread)
                threads.emplace_back([&, thread] {
                    for (int time = 0; time < 200; ++time) {
                        const Turns::Turn turn(turns, thread % 4);
                        const int now = ++atWork;
                        int seen = most;
                        while (now > seen && !most.compare_exchange_weak(seen, now)) {
                        }
                        std::this_thread::yield();
                        --atWork;
                    }
                });
        }
        QVERIFY2(most <= 3, std::to_string(most).c_str());
        const Turns::Turn first(turns, 0), second(turns, 0), third(turns, 0); // all were given back
    }
};

QTEST_GUILESS_MAIN(TestTurns)
#include "tst_turns.moc"
