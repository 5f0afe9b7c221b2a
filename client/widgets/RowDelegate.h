// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace hpcbill::client
{

/// Draws a cell of a dense table: its text in one line, cut with `…`, on the colours of the palette. Asking
/// the style sheet for each cell took twice the time of a whole repaint.
class RowDelegate final : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
};

} // namespace hpcbill::client
