// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/AuditRibbon.h"

#include <QPainter>

namespace hpcbill::client
{

AuditRibbon::AuditRibbon(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
{
    setObjectName("auditRibbon");
    setFixedWidth(4);
}

void AuditRibbon::setNewest(qint64 seq)
{
    m_newest = seq;
    update();
}

void AuditRibbon::setVerified(qint64 seq, qint64 brokenSeq)
{
    m_verified = seq;
    m_broken = brokenSeq;
    update();
}

void AuditRibbon::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.color("line"));
    const qint64 newest = std::max({m_newest, m_verified, m_broken, qint64{1}});
    const auto y = [this, newest](qint64 seq) {
        return static_cast<int>((newest - seq) * height() / newest);
    };
    if (m_verified > 0)
        painter.fillRect(QRect(0, y(m_verified), width(), height() - y(m_verified)), m_theme.color("good"));
    if (m_broken > 0)
        painter.fillRect(QRect(0, std::min(y(m_broken), height() - 6), width(), 6), m_theme.color("bad"));
}

} // namespace hpcbill::client
