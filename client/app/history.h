// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/time_range.h"

#include <QVariantMap>

#include <vector>

namespace hpcbill::client
{

/// A place in the program: a page, the days, and what the page says of its filters and position.
struct Stop {
    QString page;
    TimeRange range;
    QVariantMap place;
};

/// Where one has been, as a browser keeps it: going somewhere new forgets what lay ahead.
class History final
{
public:
    [[nodiscard]] bool isEmpty() const { return m_stops.empty(); }
    [[nodiscard]] bool canGoBack() const { return m_at > 0; }
    [[nodiscard]] bool canGoForward() const { return m_at + 1 < m_stops.size(); }
    /// Where one is; its place is brought up to date before leaving.
    [[nodiscard]] Stop& current() { return m_stops[m_at]; }
    const Stop& goBack() { return m_stops[--m_at]; }
    const Stop& goForward() { return m_stops[++m_at]; }

    void goTo(Stop stop)
    {
        if (!m_stops.empty())
            m_stops.resize(m_at + 1);
        m_stops.push_back(std::move(stop));
        if (m_stops.size() > stopsMax)
            m_stops.erase(m_stops.begin());
        m_at = m_stops.size() - 1;
    }

private:
    static constexpr std::size_t stopsMax = 200;
    std::vector<Stop> m_stops;
    std::size_t m_at = 0;
};

} // namespace hpcbill::client
