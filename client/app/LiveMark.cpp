// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/LiveMark.h"

#include "client/widgets/Page.h"

#include <QEvent>
#include <QHBoxLayout>

namespace hpcbill::client
{

LiveMark::LiveMark(EventStream& events, Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_events(events)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
{
    setObjectName("liveMark");
    m_text->setObjectName("liveText");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 0, 4, 0);
    layout->setSpacing(4);
    layout->addWidget(m_icon);
    layout->addWidget(m_text);
    connect(&m_events, &EventStream::stateChanged, this, &LiveMark::retranslate);
    connect(&m_theme, &Theme::changed, this, &LiveMark::retranslate);
    retranslate();
}

void LiveMark::retranslate()
{
    const bool isLive = m_events.state() == EventStream::State::live;
    m_icon->setPixmap(m_theme.icon(isLive ? "live" : "still", isLive ? "good" : "quiet").pixmap(16, 16));
    m_text->setText(isLive ? tr("live") : tr("not live"));
    setStyleProperty(m_text, "kind", isLive ? "good" : "quiet");
    setToolTip(isLive ? tr("What others do shows here at once")
                      : tr("The server does not tell of changes now: the page is read again every minute"));
    setAccessibleName(m_text->text());
    setAccessibleDescription(toolTip());
}

void LiveMark::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client
