// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/RowDelegate.h"

#include <QPainter>

namespace hpcbill::client
{

namespace
{

constexpr int padding = 8; // as in the header

} // namespace

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
    const QRect room = option.rect.adjusted(padding, 0, -padding, 0);
    painter->setPen(option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text));
    const int alignment = index.data(Qt::TextAlignmentRole).toInt();
    const bool fits = option.fontMetrics.horizontalAdvance(text) <= room.width();
    painter->drawText(room, alignment | Qt::TextSingleLine,
                      fits ? text : option.fontMetrics.elidedText(text, Qt::ElideRight, room.width()));
}

} // namespace hpcbill::client
