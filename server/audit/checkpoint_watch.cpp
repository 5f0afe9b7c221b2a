// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::audit
{
namespace
{

constexpr std::chrono::seconds retryPause{30};

} // namespace

struct CheckpointWatch::Insides {
    Insides(Checkpoints& checkpoints, std::chrono::seconds interval)
        : thread([&checkpoints, interval](const std::stop_token& stop) {
            std::mutex mutex;
            std::condition_variable_any wake;
            while (!stop.stop_requested()) {
                std::chrono::seconds pause = interval;
                try {
                    checkpoints.keepUp(interval);
                } catch (const std::exception& error) {
                    // The database may be gone for a while: the next round tries again, and soon.
                    pause = std::min(interval, retryPause);
                    Poco::Logger::get("audit").error(std::string("no checkpoint was signed: ") + error.what());
                }
                std::unique_lock lock(mutex);
                wake.wait_for(lock, stop, pause, [] { return false; });
            }
        })
    {
    }

    std::jthread thread;
};

CheckpointWatch::CheckpointWatch(Checkpoints& checkpoints, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(checkpoints, interval))
{
}

CheckpointWatch::~CheckpointWatch() = default;

} // namespace hpcbill::audit
