// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hpcbill::slurm
{

/// Cuts a stretch of time into windows that are asked for one after another: a day at first, longer ones
/// while answers are short, shorter ones when they are long. A year of history then takes few questions, and
/// none that floods slurmdbd.
class WindowPlan final
{
public:
    WindowPlan(std::chrono::sys_seconds from, std::chrono::sys_seconds to)
        : m_at(from)
        , m_end(to)
    {
    }

    /// The window to ask for; none when all is read.
    [[nodiscard]] std::optional<Window> next() const;

    /// It was read whole, and so many jobs ended in it: those that run on stand in every window, however short.
    void finished(const Window& window, std::int64_t ended);

    /// Its answer was too large: the next one is half as long. False when it cannot be halved any more.
    bool halve(const Window& window);

private:
    std::chrono::sys_seconds m_at;
    std::chrono::sys_seconds m_end;
    std::chrono::seconds m_length = std::chrono::days(1);
};

} // namespace hpcbill::slurm
