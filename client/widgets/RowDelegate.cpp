// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/RowDelegate.h"

#include "client/models/column.h"

#include <QPainter>

namespace hpcbill::client
{

namespace
{

constexpr int padding = 8; // as in the header
constexpr int iconSize = 16;

} // namespace

void RowDelegate::setIcons(const Theme& theme)
{
    m_theme = &theme;
    connect(&theme, &Theme::changed, this, [this] { m_icons.clear(); });
}

const QIcon& RowDelegate::icon(const QString& name) const
{
    QIcon& drawn = m_icons[name];
    if (drawn.isNull())
        drawn = m_theme->icon(name.section(':', 0, 0), name.section(':', 1));
    return drawn;
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const bool isSelected = option.state & QStyle::State_Selected;
    if (isSelected)
        painter->fillRect(option.rect, option.palette.highlight());
    else if (option.features & QStyleOptionViewItem::Alternate)
        painter->fillRect(option.rect, option.palette.alternateBase());
    const QString text = index.data(Qt::DisplayRole).toString();
    if (text.isEmpty())
        return;
    QRect room = option.rect.adjusted(padding, 0, -padding, 0);
    const QString name = m_theme ? index.data(iconRole).toString() : QString();
    if (!name.isEmpty()) {
        icon(name).paint(painter, QRect(room.left(), room.center().y() - iconSize / 2 + 1, iconSize, iconSize));
        room.setLeft(room.left() + iconSize + padding);
    }
    painter->setPen(option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
    const int alignment = index.data(Qt::TextAlignmentRole).toInt();
    const bool fits = option.fontMetrics.horizontalAdvance(text) <= room.width();
    painter->drawText(room, alignment | Qt::TextSingleLine,
                      fits ? text : option.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
}

} // namespace hpcbill::client
