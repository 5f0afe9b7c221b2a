// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/webhooks.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::webhooks
{
namespace
{

// So many endpoints may keep us waiting at a time; each is waited for by one thread at most.
constexpr int threadCount = 8;
// How long an event waits at most before somebody looks. Looking costs one indexed query; a notification at
// each commit would make committing transactions wait for each other.
constexpr std::chrono::milliseconds lookInterval{500};

} // namespace

struct Deliverer::Insides {
    explicit Insides(Courier& theCourier)
        : courier(theCourier)
    {
        for (int count = 0; count < threadCount; ++count)
            threads.emplace_back([this](const std::stop_token& stop) { run(stop); });
    }

    ~Insides()
    {
        for (std::jthread& thread : threads)
            thread.request_stop(); // all of them before the first is waited for
    }

    /// One thread looks for work at a time. Having found some it leaves the looking to the next.
    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::unique_lock looking(lookout);
            if (!stop.stop_requested() && !deliver(stop, looking)) {
                std::unique_lock resting(rest);
                wake.wait_for(resting, stop, lookInterval, [] { return false; });
            }
        }
    }

    bool deliver(const std::stop_token& stop, std::unique_lock<std::mutex>& looking)
    {
        try {
            return courier.deliverNext(stop, [&looking] { looking.unlock(); });
        } catch (const std::exception& error) {
            // The database may be gone for a while. What was taken is free again a minute later.
            Poco::Logger::get("webhooks")
                .error(fmt::format("webhooks could not be delivered: {}", error.what()));
            return false;
        }
    }

    Courier& courier;
    std::mutex lookout;
    std::mutex rest;
    std::condition_variable_any wake;
    std::vector<std::jthread>
        threads; // last: everything else exists when they start, and still when they end
};

Deliverer::Deliverer(Courier& courier)
    : m_insides(std::make_unique<Insides>(courier))
{
}

Deliverer::~Deliverer() = default;

} // namespace hpcbill::webhooks
