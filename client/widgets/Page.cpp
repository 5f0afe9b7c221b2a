// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/Page.h"

#include <QEvent>
#include <QStyle>

namespace hpcbill::client
{

QString meaningName(Meaning meaning)
{
    switch (meaning) {
    case Meaning::plain:
        return "plain";
    case Meaning::good:
        return "good";
    case Meaning::attention:
        return "attention";
    case Meaning::bad:
        return "bad";
    }
    return {};
}

void setStyleProperty(QWidget* widget, const char* name, const QVariant& value)
{
    if (widget->property(name) == value)
        return;
    widget->setProperty(name, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

void Page::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QWidget::changeEvent(event);
}

} // namespace hpcbill::client
