// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identity.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::identity
{

struct Sweeper::Insides {
    Insides(Sessions& theSessions, std::chrono::seconds theInterval)
        : sessions(theSessions)
        , interval(theInterval)
        , thread([this](const std::stop_token& stop) { run(stop); })
    {
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            try {
                sessions.sweep();
            } catch (const std::exception& error) { // the database may be gone for a while
                Poco::Logger::get("identity").warning(fmt::format("ended locks and sessions stay for now: {}", error.what()));
            }
            std::unique_lock resting(mutex);
            wake.wait_for(resting, stop, interval, [] { return false; });
        }
    }

    Sessions& sessions;
    const std::chrono::seconds interval;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::jthread thread; // last: it uses the others
};

Sweeper::Sweeper(Sessions& sessions, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(sessions, interval))
{
}

Sweeper::~Sweeper() = default;

} // namespace hpcbill::identity
