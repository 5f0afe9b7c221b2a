// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include <csignal>

namespace hpcbill::cli
{

/// Ctrl-C and SIGTERM ask for an orderly end while this lives: what is under way is finished, the next thing is
/// not begun.
class Interruption final
{
public:
    Interruption();
    [[nodiscard]] std::stop_token token() const { return m_stop.get_token(); }
    [[nodiscard]] bool requested() const { return m_stop.stop_requested(); }
    /// Until the end is asked for, or so long.
    void wait(std::chrono::milliseconds limit);

private:
    sigset_t m_signals{};
    std::stop_source m_stop;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_waiter;
};

/// One line on the terminal, renewed twice a second; nothing where standard error is a file.
class ProgressLine final
{
public:
    ProgressLine();
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    /// `text` is asked for when it is time for it.
    void show(const std::function<std::string()>& text);

private:
    bool m_shown;
    bool m_written = false;
    std::chrono::steady_clock::time_point m_last{};
};

} // namespace hpcbill::cli
