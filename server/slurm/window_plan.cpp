// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/window_plan.h"

#include <algorithm>

namespace hpcbill::slurm
{
namespace
{

constexpr std::chrono::seconds longest = std::chrono::days(32);
constexpr std::int64_t few = 2'000;
constexpr std::int64_t many = 50'000;

} // namespace

std::optional<Window> WindowPlan::next() const
{
    if (m_at >= m_end)
        return std::nullopt;
    return Window{m_at, std::min(m_at + m_length, m_end)};
}

void WindowPlan::finished(const Window& window, std::int64_t ended)
{
    m_at = window.to;
    if (ended < few)
        m_length = std::min(m_length * 2, longest);
    else if (ended > many)
        m_length = std::max(m_length / 2, std::chrono::seconds(1));
}

bool WindowPlan::halve(const Window& window)
{
    const std::chrono::seconds length = window.to - window.from;
    if (length <= std::chrono::seconds(1))
        return false;
    m_length = length / 2;
    return true;
}

} // namespace hpcbill::slurm
