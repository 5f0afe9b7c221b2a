// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/PagedTableModel.h"

namespace hpcbill::client
{

PagedTableModel::PagedTableModel(Limits limits, QObject* parent)
    : QAbstractTableModel(parent)
    , m_limits(limits)
{
}

void PagedTableModel::reload()
{
    beginResetModel();
    forgetAll();
    m_firstVisible = 0;
    m_lastVisible = 0;
    m_wantedRow.reset();
    m_requestedPage.reset();
    ++m_ticket; // an answer that is still on its way belongs to the old list
    endResetModel();
    ask(atEnd);
}

void PagedTableModel::forgetAll()
{
    dropAllRows(0);
    m_pages.clear();
    m_nextCursor.reset();
    m_hasFirstPage = false;
    m_rows = 0;
}

void PagedTableModel::renew()
{
    if (m_state != State::ready || m_requestedPage || m_wantedRow || m_firstVisible >= m_limits.pageRows)
        return;
    m_requestedPage = renewing;
    request(++m_ticket, std::nullopt, m_limits.pageRows);
}

void PagedTableModel::restart(int rows, const std::optional<QString>& nextCursor)
{
    beginResetModel();
    forgetAll();
    m_pages.push_back({std::nullopt, 0, rows, true});
    adoptRows(0);
    m_rows = rows;
    m_hasFirstPage = true;
    m_nextCursor = nextCursor;
    endResetModel();
}

void PagedTableModel::retry()
{
    if (m_state != State::failed)
        return;
    if (!m_hasFirstPage)
        ask(atEnd);
    else {
        setState(State::ready);
        readAround();
    }
}

int PagedTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : m_rows;
}

bool PagedTableModel::canFetchMore(const QModelIndex& parent) const
{
    return !parent.isValid() && m_nextCursor && !m_requestedPage && m_state == State::ready;
}

void PagedTableModel::fetchMore(const QModelIndex& parent)
{
    if (canFetchMore(parent))
        ask(atEnd);
}

void PagedTableModel::setVisibleRows(int first, int last)
{
    if (first != m_firstVisible)
        m_isGoingUp = first < m_firstVisible;
    m_firstVisible = first;
    m_lastVisible = std::max(first, last);
    readAround();
}

void PagedTableModel::wantRow(int row)
{
    m_wantedRow = row;
    readAround();
}

void PagedTableModel::ask(int page)
{
    m_requestedPage = page;
    ++m_ticket;
    const bool isFirst = page == atEnd && !m_hasFirstPage;
    if (isFirst)
        setState(State::loading);
    const std::optional<QString> cursor =
        page == atEnd ? m_nextCursor : m_pages[static_cast<std::size_t>(page)].cursor;
    request(m_ticket, cursor, m_limits.pageRows);
}

void PagedTableModel::pageArrived(quint64 ticket, int rows, const std::optional<QString>& nextCursor)
{
    if (ticket != m_ticket || !m_requestedPage)
        return;
    const int page = *m_requestedPage;
    // Still counted as asked for while views hear of the rows: they may call fetchMore() in the midst of it.
    if (page == renewing)
        restart(rows, nextCursor);
    else if (page == atEnd)
        appendPage(rows, nextCursor);
    else
        refillPage(page, rows, nextCursor);
    m_requestedPage.reset();
    setState(State::ready);
    if (page == renewing)
        emit renewed();
    letGo();
    readAround();
}

void PagedTableModel::pageFailed(quint64 ticket, const ApiError& error)
{
    if (ticket != m_ticket)
        return;
    const bool wasRenewing = m_requestedPage == renewing;
    m_requestedPage.reset();
    if (wasRenewing) {
        readAround(); // what is shown stays, as old as it is
        return;
    }
    m_error = error;
    setState(State::failed);
}

void PagedTableModel::appendPage(int rows, const std::optional<QString>& nextCursor)
{
    const Page page{m_nextCursor, m_rows, rows, true};
    if (rows > 0)
        beginInsertRows({}, m_rows, m_rows + rows - 1);
    m_pages.push_back(page);
    adoptRows(static_cast<int>(m_pages.size()) - 1);
    m_rows += rows;
    m_hasFirstPage = true;
    m_nextCursor = nextCursor;
    if (rows > 0)
        endInsertRows();
}

void PagedTableModel::refillPage(int number, int rows, const std::optional<QString>& nextCursor)
{
    Page& page = m_pages[static_cast<std::size_t>(number)];
    const bool isLast = static_cast<std::size_t>(number) + 1 == m_pages.size();
    const std::optional<QString> expected =
        isLast ? m_nextCursor : m_pages[static_cast<std::size_t>(number) + 1].cursor;
    if (rows == page.rows && nextCursor == expected) {
        page.isHeld = true;
        adoptRows(number);
        emit dataChanged(index(page.firstRow, 0), index(page.firstRow + rows - 1, columnCount() - 1));
        return;
    }
    // Rows came or went since it was first read: what follows would repeat or miss some, so the list
    // is read on from here.
    if (m_rows > page.firstRow) {
        beginRemoveRows({}, page.firstRow, m_rows - 1);
        m_rows = page.firstRow;
        m_nextCursor = page.cursor;
        m_pages.resize(static_cast<std::size_t>(number));
        // The rows that came are adopted below under the same number.
        dropAllRows(number);
        endRemoveRows();
    }
    appendPage(rows, nextCursor);
}

void PagedTableModel::readAround()
{
    if (m_wantedRow && (m_rows > *m_wantedRow || isComplete())) {
        const int row = std::min(*m_wantedRow, m_rows - 1);
        m_wantedRow.reset();
        emit wantedRowArrived(row);
    }
    if (m_requestedPage || m_state != State::ready)
        return;
    if (m_wantedRow) {
        ask(atEnd);
        return;
    }
    const auto [from, to] = wantedRows();
    const int lastPage = m_rows > 0 ? pageOf(std::min(to, m_rows - 1)) : -1;
    for (int page = m_rows > 0 ? pageOf(std::min(from, m_rows - 1)) : 0; page <= lastPage; ++page) {
        if (!m_pages[static_cast<std::size_t>(page)].isHeld) {
            ask(page);
            return;
        }
    }
    if (to >= m_rows && m_nextCursor)
        ask(atEnd);
}

std::pair<int, int> PagedTableModel::wantedRows() const
{
    const int ahead = m_limits.pageRows / 2;
    return {std::max(0, m_isGoingUp ? m_firstVisible - ahead : m_firstVisible),
            m_isGoingUp ? m_lastVisible : m_lastVisible + ahead};
}

void PagedTableModel::letGo()
{
    if (m_rows == 0)
        return;
    // What is wanted now is never let go, or it would be asked for again and again.
    const auto [from, to] = wantedRows();
    const int firstWanted = pageOf(std::min(from, m_rows - 1));
    const int lastWanted = pageOf(std::min(to, m_rows - 1));
    const auto distance = [firstWanted, lastWanted](int page) {
        return std::max(firstWanted - page, page - lastWanted);
    };
    int held = 0;
    for (const Page& page : m_pages)
        held += page.isHeld ? 1 : 0;
    while (held > m_limits.pagesHeld) {
        int furthest = -1;
        for (int page = 0; page < static_cast<int>(m_pages.size()); ++page) {
            if (!m_pages[static_cast<std::size_t>(page)].isHeld || distance(page) <= 0)
                continue;
            if (furthest < 0 || distance(page) > distance(furthest))
                furthest = page;
        }
        if (furthest < 0)
            return;
        Page& page = m_pages[static_cast<std::size_t>(furthest)];
        page.isHeld = false;
        dropRows(furthest);
        if (page.rows > 0) {
            emit dataChanged(index(page.firstRow, 0),
                             index(page.firstRow + page.rows - 1, columnCount() - 1));
        }
        --held;
    }
}

PagedTableModel::Place PagedTableModel::placeOf(int row) const
{
    const int number = pageOf(row);
    const Page& page = m_pages[static_cast<std::size_t>(number)];
    return {number, row - page.firstRow, page.isHeld};
}

int PagedTableModel::pageOf(int row) const
{
    const auto after = std::upper_bound(m_pages.begin(), m_pages.end(), row,
                                        [](int wanted, const Page& page) { return wanted < page.firstRow; });
    return static_cast<int>(after - m_pages.begin()) - 1;
}

void PagedTableModel::setState(State state)
{
    if (m_state == state && state != State::failed) {
        // New rows change what the view says of their number.
        if (state == State::ready)
            emit stateChanged();
        return;
    }
    m_state = state;
    emit stateChanged();
}

} // namespace hpcbill::client
