// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/Banner.h"

#include "client/widgets/error_text.h"

#include <QAccessible>
#include <QHBoxLayout>

namespace hpcbill::client
{

Banner::Banner(Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_action(new QPushButton(this))
    , m_close(new QPushButton(this))
{
    setProperty("kind", "banner");
    m_text->setObjectName("bannerText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_action->setObjectName("bannerAction");
    m_close->setObjectName("bannerClose");
    m_close->setProperty("kind", "link");
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 8, 6);
    layout->setSpacing(8);
    layout->addWidget(m_icon);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close);
    hide();
    connect(m_action, &QPushButton::clicked, this, &Banner::actionWanted);
    connect(m_close, &QPushButton::clicked, this, &QWidget::hide);
    connect(&m_theme, &Theme::changed, this, &Banner::drawIcon);
}

void Banner::tell(Meaning meaning, const QString& text, const QString& action)
{
    m_meaning = meaning;
    setStyleProperty(this, "meaning", meaningName(meaning));
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_close->setAccessibleName(tr("Dismiss the message"));
    m_close->setToolTip(m_close->accessibleName());
    drawIcon();
    show();
    setAccessibleName(text);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void Banner::tell(const ApiError& error)
{
    const QString request = requestText(error);
    tell(Meaning::bad,
         request.isEmpty() ? errorText(error) : QString("%1 (%2)").arg(errorText(error), request));
}

void Banner::setLasting()
{
    m_close->hide();
}

void Banner::drawIcon()
{
    const QString token = m_meaning == Meaning::plain ? "quiet" : meaningName(m_meaning);
    m_icon->setPixmap(m_theme.icon(m_meaning == Meaning::plain ? "attention" : meaningName(m_meaning), token)
                          .pixmap(20, 20));
    m_close->setIcon(m_theme.icon("close", "quiet"));
}

} // namespace hpcbill::client
