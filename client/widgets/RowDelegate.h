// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

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

    /// Draws the icons that a model names by iconRole.
    void setIcons(const Theme& theme);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    [[nodiscard]] const QIcon& icon(const QString& name) const;

    const Theme* m_theme = nullptr;
    mutable QHash<QString, QIcon> m_icons; // as drawn for the present colours
};

} // namespace hpcbill::client
