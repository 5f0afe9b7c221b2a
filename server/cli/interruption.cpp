// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cli/interruption.h"

#include <fmt/format.h>

#include <ctime>
#include <unistd.h>

namespace hpcbill::cli
{

Interruption::Interruption()
{
    sigemptyset(&m_signals);
    sigaddset(&m_signals, SIGINT);
    sigaddset(&m_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
    m_waiter = std::jthread([this](const std::stop_token& done) {
        const timespec tenth{.tv_sec = 0, .tv_nsec = 100'000'000};
        while (!done.stop_requested()) {
            if (sigtimedwait(&m_signals, nullptr, &tenth) > 0)
                m_stop.request_stop();
        }
    });
}

void Interruption::wait(std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, token(), limit, [] { return false; });
}

ProgressLine::ProgressLine()
    : m_shown(isatty(STDERR_FILENO) == 1)
{
}

ProgressLine::~ProgressLine()
{
    if (m_written)
        fmt::print(stderr, "\n");
}

void ProgressLine::show(const std::function<std::string()>& text)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_shown || now - m_last < std::chrono::milliseconds(500))
        return;
    m_last = now;
    m_written = true;
    fmt::print(stderr, "\r{} ", text());
}

} // namespace hpcbill::cli
