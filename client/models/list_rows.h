// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/column.h"
#include "client/models/decimal.h"

#include <QAbstractTableModel>
#include <QSet>

#include <algorithm>
#include <optional>

namespace hpcbill::client
{

/// A table of rows that are all here: groups of usage, versions of a rate. Sorts numbers as exact decimals.
template <typename Row>
class ListRows final : public QAbstractTableModel
{
public:
    ListRows(std::vector<Column<Row>> columns, QObject* parent)
        : QAbstractTableModel(parent)
        , m_columns(std::move(columns))
    {
    }

    void setRows(const QList<Row>& rows)
    {
        beginResetModel();
        m_rows = inOrder(rows);
        endResetModel();
    }

    /// Becomes these rows, told apart by `key(row)`, by taking out, putting in and changing single ones: what is
    /// selected stays selected, and the view does not move. Rows that stay are taken to keep their order.
    template <typename Key>
    void updateRows(const QList<Row>& fresh, Key key)
    {
        const QList<Row> rows = inOrder(fresh);
        using KeyType = std::decay_t<decltype(key(std::declval<const Row&>()))>;
        QSet<KeyType> wanted;
        for (const Row& row : rows)
            wanted.insert(key(row));
        for (int place = rowCount() - 1; place >= 0; --place) {
            if (wanted.contains(key(m_rows.at(place))))
                continue;
            beginRemoveRows({}, place, place);
            m_rows.removeAt(place);
            endRemoveRows();
        }
        for (int place = 0; place < static_cast<int>(rows.size()); ++place) {
            const bool isHere = place < rowCount() && key(m_rows.at(place)) == key(rows.at(place));
            if (isHere) {
                m_rows[place] = rows.at(place);
                emit dataChanged(index(place, 0), index(place, columnCount() - 1));
                continue;
            }
            // One that changed its place is taken out there and put in here.
            for (int old = place + 1; old < rowCount(); ++old) {
                if (key(m_rows.at(old)) != key(rows.at(place)))
                    continue;
                beginRemoveRows({}, old, old);
                m_rows.removeAt(old);
                endRemoveRows();
                break;
            }
            beginInsertRows({}, place, place);
            m_rows.insert(place, rows.at(place));
            endInsertRows();
        }
    }
    [[nodiscard]] const QList<Row>& rows() const { return m_rows; }
    [[nodiscard]] const Row* rowAt(int row) const
    {
        return row >= 0 && row < m_rows.size() ? &m_rows.at(row) : nullptr;
    }
    void retranslate() { emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1); }

    int rowCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        return cellOf(m_columns[static_cast<std::size_t>(index.column())], m_rows.at(index.row()), role);
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
            return QAbstractTableModel::headerData(section, orientation, role);
        }
        return headerOf(m_columns[static_cast<std::size_t>(section)], role);
    }

    /// Also what comes later by setRows() and updateRows() is in this order.
    void sort(int section, Qt::SortOrder order) override
    {
        if (section < 0 || section >= columnCount())
            return;
        m_sorting = {section, order};
        emit layoutAboutToBeChanged({}, VerticalSortHint);
        const QList<Row> before = m_rows;
        const std::vector<int> places = sortedPlaces(before);
        std::vector<int> wentTo(places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            m_rows[static_cast<qsizetype>(i)] = before.at(places[i]);
            wentTo[static_cast<std::size_t>(places[i])] = static_cast<int>(i);
        }
        for (const QModelIndex& old : persistentIndexList()) {
            changePersistentIndex(old, index(wentTo[static_cast<std::size_t>(old.row())], old.column()));
        }
        emit layoutChanged({}, VerticalSortHint);
    }

private:
    [[nodiscard]] std::vector<int> sortedPlaces(const QList<Row>& rows) const
    {
        std::vector<int> places(static_cast<std::size_t>(rows.size()));
        for (std::size_t i = 0; i < places.size(); ++i)
            places[i] = static_cast<int>(i);
        const Column<Row>& column = m_columns[static_cast<std::size_t>(m_sorting->first)];
        std::stable_sort(places.begin(), places.end(), [&](int a, int b) {
            const QString left = column.raw(rows.at(a));
            const QString right = column.raw(rows.at(b));
            const int compared =
                column.isNumber ? compareDecimals(left, right) : left.compare(right, Qt::CaseInsensitive);
            return m_sorting->second == Qt::AscendingOrder ? compared < 0 : compared > 0;
        });
        return places;
    }

    [[nodiscard]] QList<Row> inOrder(const QList<Row>& rows) const
    {
        if (!m_sorting)
            return rows;
        QList<Row> ordered;
        ordered.reserve(rows.size());
        for (const int place : sortedPlaces(rows))
            ordered.append(rows.at(place));
        return ordered;
    }

    const std::vector<Column<Row>> m_columns;
    QList<Row> m_rows;
    std::optional<std::pair<int, Qt::SortOrder>> m_sorting;
};

} // namespace hpcbill::client
