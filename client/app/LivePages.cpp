// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/LivePages.h"

using namespace std::chrono_literals;

namespace hpcbill::client
{

LivePages::LivePages(const PageContext& context, QObject* parent)
    : QObject(parent)
    , m_api(context.api)
    , m_events(context.api, context.session)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(300ms);
    m_minute.setInterval(60s);
    m_minute.start();
    connect(&m_gather, &QTimer::timeout, this, &LivePages::catchUp);
    connect(&m_minute, &QTimer::timeout, this, [this] {
        if (m_events.state() != EventStream::State::live)
            hearOfAll();
    });
    connect(&m_events, &EventStream::heard, this, &LivePages::hear);
    connect(&m_events, &EventStream::mayHaveMissed, this, &LivePages::hearOfAll);
}

void LivePages::hear(const ServerEvent& event)
{
    for (Page* page : std::as_const(m_pages)) {
        if (page->concerns(event))
            m_behind.insert(page);
    }
    if (!m_behind.isEmpty() && !m_gather.isActive())
        m_gather.start();
}

void LivePages::hearOfAll()
{
    m_behind = QSet<Page*>(m_pages.begin(), m_pages.end());
    if (!m_gather.isActive())
        m_gather.start();
}

void LivePages::catchUp()
{
    // Without a session or a server there is nothing to be had; both, when they come back, refresh all pages.
    if (m_api.isAway() || m_events.state() == EventStream::State::silent)
        return;
    const QSet<Page*> behind = std::exchange(m_behind, {});
    for (Page* page : behind) {
        if (!page->isVisible())
            m_unseen.insert(page);
        page->catchUp();
    }
}

void LivePages::arrive(Page* page)
{
    if (m_unseen.remove(page))
        page->catchUp();
}

} // namespace hpcbill::client
