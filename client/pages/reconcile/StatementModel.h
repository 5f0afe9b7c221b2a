// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/column.h"
#include "client/pages/reconcile/statement_api.h"

#include <QAbstractTableModel>
#include <QSet>

#include <vector>

namespace hpcbill::client
{

/// What would be settled, in words: `matches`, `another amount`.
QString verdictText(const QString& code);

/// The rows of a statement; those that match a receipt are ticked, and can be unticked. No other can be ticked.
class StatementModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    explicit StatementModel(QObject* parent = nullptr);

    void setRows(const QList<StatementRow>& rows);
    [[nodiscard]] QList<qint64> tickedLines() const;
    /// The exact sum of the ticked rows; without an amount where none is ticked.
    [[nodiscard]] Money tickedSum() const;
    void retranslate() { emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

signals:
    void ticksChanged();

private:
    const std::vector<Column<StatementRow>> m_columns;
    QList<StatementRow> m_rows;
    QSet<qint64> m_ticked; // lines
};

} // namespace hpcbill::client
