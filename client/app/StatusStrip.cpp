// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/StatusStrip.h"

namespace hpcbill::client
{

StatusStrip::StatusStrip(QWidget* parent)
    : QWidget(parent)
    , m_layout(new QHBoxLayout(this))
    , m_server(new QLabel(this))
    , m_user(new QLabel(this))
{
    setObjectName("statusStrip");
    setAttribute(Qt::WA_StyledBackground);
    m_server->setObjectName("statusServer");
    m_user->setObjectName("statusUser");
    m_layout->setContentsMargins(12, 2, 12, 2);
    m_layout->setSpacing(16);
    for (QLabel* label : {m_server, m_user}) {
        label->setProperty("kind", "quiet");
        label->setTextFormat(Qt::PlainText);
        m_layout->addWidget(label);
    }
    m_layout->addStretch();
}

void StatusStrip::setServer(const QString& text)
{
    m_server->setText(text);
}

void StatusStrip::setUser(const QString& text)
{
    m_user->setText(text);
}

void StatusStrip::setBadge(const QString& page, const Badge& badge)
{
    QPushButton*& button = m_badges[page];
    if (!button) {
        button = new QPushButton(this);
        button->setObjectName("status-" + page);
        button->setProperty("kind", "status");
        m_layout->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, page] { emit pageWanted(page); });
    }
    const bool isTold = badge.sentence.contains(badge.mark); // a number stands in its sentence already
    button->setText(isTold ? badge.sentence : QString("%1 %2").arg(badge.sentence, badge.mark));
    button->setVisible(!badge.sentence.isEmpty());
    setStyleProperty(button, "meaning", meaningName(badge.meaning));
}

} // namespace hpcbill::client
