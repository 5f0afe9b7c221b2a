// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Page.h"

#include <QSet>

namespace hpcbill::client
{

/// Lets pages catch up with what happens at the server: at once while it tells of it, else every minute. Many
/// events in a row, as a month's run makes them, are one reason to ask, not many.
class LivePages final : public QObject
{
    Q_OBJECT

public:
    LivePages(const PageContext& context, QObject* parent);

    void add(Page* page) { m_pages.append(page); }
    /// The page is in front now: it catches up with what it did not show meanwhile.
    void arrive(Page* page);
    [[nodiscard]] EventStream& events() { return m_events; }

private:
    void hear(const ServerEvent& event);
    void hearOfAll();
    void catchUp();

    RestClient& m_api;
    EventStream m_events;
    QList<Page*> m_pages;
    QSet<Page*> m_behind;
    QSet<Page*> m_unseen; // caught up while they were not in front, for their badges only
    QTimer m_gather;
    QTimer m_minute;
};

} // namespace hpcbill::client
