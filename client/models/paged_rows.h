// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/PagedTableModel.h"
#include "client/models/column.h"

namespace hpcbill::client
{

/// PagedTableModel over rows of a type: its columns, and how one page is fetched.
template <typename Row>
class PagedRows final : public PagedTableModel
{
public:
    /// Asks for a page: cursor (none is the first page), limit, context, answer.
    using Fetch =
        std::function<void(const std::optional<QString>&, int, QObject*, const Answer<ListPage<Row>>&)>;

    PagedRows(std::vector<Column<Row>> columns, Fetch fetch, QObject* parent, Limits limits = {})
        : PagedTableModel(limits, parent)
        , m_columns(std::move(columns))
        , m_fetch(std::move(fetch))
    {
    }

    int columnCount(const QModelIndex& parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
    }

    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!checkIndex(index, CheckIndexOption::IndexIsValid))
            return {};
        const Row* row = rowAt(index.row());
        const Column<Row>& column = m_columns[static_cast<std::size_t>(index.column())];
        if (row)
            return cellOf(column, *row, role);
        return role == Qt::DisplayRole ? QVariant(QStringLiteral("…")) : QVariant();
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) {
            return QAbstractTableModel::headerData(section, orientation, role);
        }
        return headerOf(m_columns[static_cast<std::size_t>(section)], role);
    }

    /// The row, or null while it is not held.
    [[nodiscard]] const Row* rowAt(int row) const
    {
        const Place place = placeOf(row);
        if (!place.isHeld)
            return nullptr;
        return &m_rows[static_cast<std::size_t>(place.page)][place.row];
    }

    void retranslate() { retitle(); }

protected:
    void request(quint64 ticket, const std::optional<QString>& cursor, int limit) override
    {
        m_fetch(cursor, limit, this, [this, ticket](const ApiResult<ListPage<Row>>& page) {
            if (!page) {
                pageFailed(ticket, page.error());
                return;
            }
            m_received = page.value().items;
            pageArrived(ticket, static_cast<int>(m_received.size()), page.value().nextCursor);
            m_received.clear();
        });
    }

    void adoptRows(int page) override
    {
        if (m_rows.size() <= static_cast<std::size_t>(page))
            m_rows.resize(static_cast<std::size_t>(page) + 1);
        m_rows[static_cast<std::size_t>(page)] = m_received;
    }

    void dropRows(int page) override { m_rows[static_cast<std::size_t>(page)].clear(); }
    void dropAllRows(int fromPage) override { m_rows.resize(static_cast<std::size_t>(fromPage)); }

private:
    const std::vector<Column<Row>> m_columns;
    const Fetch m_fetch;
    std::vector<QList<Row>> m_rows; // by page; empty where it is not held
    QList<Row> m_received;
};

} // namespace hpcbill::client
