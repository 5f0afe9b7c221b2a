// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/Theme.h"

#include <QSettings>
#include <QTableView>

#include <functional>

namespace hpcbill::client
{

/// A dense table of whole rows: Ctrl+C copies them as tab-separated text with headers and raw values, the
/// widths and order of columns are remembered, and a paged model is told what is seen.
class TableView final : public QTableView
{
    Q_OBJECT

public:
    /// `name` is the object's name and the key under which the columns are remembered.
    TableView(const QString& name, QSettings& settings, QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    /// Keeps the row and the position when the paged model is renewed: rows are told apart by `keyOf(row)`.
    void keepPlaceBy(std::function<QString(int row)> keyOf);
    /// Draws the icons that the model names beside its words.
    void setIcons(const Theme& theme);
    /// Headers and the selected rows, tab-separated, columns in their order on the screen.
    [[nodiscard]] QString selectedText() const;
    /// Widths for columns that nobody has changed yet, in pixels, from the left.
    void setDefaultWidths(const QList<int>& widths);

signals:
    /// The row that the keyboard or the mouse went to; -1 for none.
    void rowEntered(int row);

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void copySelected();
    void tellVisibleRows();
    void remember();

    void restorePlace();
    void standStillWhileRowsLeave(QAbstractItemModel* model);

    QSettings& m_settings;
    std::function<QString(int)> m_keyOf;
    QString m_keptKey;
    int m_keptPosition = 0;
    bool m_isRestoring = false; ///< rows come and go by themselves: none is entered
    bool m_isChosenLeaving = false;
    bool m_isRestored = false;
};

} // namespace hpcbill::client
