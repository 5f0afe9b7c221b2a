// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_result.h"

#include <QAbstractTableModel>

#include <vector>

namespace hpcbill::client
{

/// A table over a list of the server that is read page by page, by keyset cursors. Rows join at the end as
/// one scrolls; pages that are far from what is seen are let go and read again, by their own cursor, when one
/// comes back. Nothing here waits: a row that is not there yet shows as `…`. Row types and columns:
/// PagedRows<Row>.
class PagedTableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// What is known of the list as a whole.
    enum class State { idle, loading, ready, failed };

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const ApiError& error() const { return m_error; }
    /// True when the last row of the list is there.
    [[nodiscard]] bool isComplete() const { return m_hasFirstPage && !m_nextCursor; }

    /// Forgets all and asks for the first page.
    void reload();
    /// Asks again for what failed.
    void retry();
    /// Reads the first page again and shows it when it has come, so that nothing blinks; further down in the
    /// list, where rows would jump, nothing happens.
    void renew();
    /// What the view shows: pages around it are kept and read ahead, further in the direction of scrolling.
    void setVisibleRows(int first, int last);
    /// Reads on until there is a row of that number, or the list ends: to return to a place.
    void wantRow(int row);

    int rowCount(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

    /// How many rows are asked for at once, and how many are held at most.
    struct Limits {
        int pageRows = 200;
        int pagesHeld = 40;
    };

signals:
    void stateChanged();
    /// What renew() asked for is there.
    void renewed();
    /// The row that wantRow() asked for is there, or the list ended before it.
    void wantedRowArrived(int row);

protected:
    explicit PagedTableModel(Limits limits, QObject* parent);

    /// Asks the server for the page at the cursor; empty means the first. Answered by pageArrived() or
    /// pageFailed().
    virtual void request(quint64 ticket, const std::optional<QString>& cursor, int limit) = 0;
    virtual void adoptRows(int page) = 0; ///< the rows just received become those of the page
    virtual void dropRows(int page) = 0;
    virtual void dropAllRows(int fromPage) = 0;

    void pageArrived(quint64 ticket, int rows, const std::optional<QString>& nextCursor);
    void pageFailed(quint64 ticket, const ApiError& error);

    struct Place {
        int page;
        int row; ///< within the page
        bool isHeld;
    };
    [[nodiscard]] Place placeOf(int row) const;
    void retitle() { emit headerDataChanged(Qt::Horizontal, 0, columnCount() - 1); }

private:
    struct Page {
        std::optional<QString> cursor; // where it begins; none is the first page
        int firstRow = 0;
        int rows = 0;
        bool isHeld = true;
    };
    static constexpr int atEnd = -1;   // m_requestedPage: the page after the last
    static constexpr int renewing = -2; // m_requestedPage: the first page, in place of all

    void ask(int page);
    void forgetAll();
    void restart(int rows, const std::optional<QString>& nextCursor);
    void appendPage(int rows, const std::optional<QString>& nextCursor);
    void refillPage(int page, int rows, const std::optional<QString>& nextCursor);
    /// The rows that are to be held: what is seen, and half a page ahead in the direction of scrolling.
    [[nodiscard]] std::pair<int, int> wantedRows() const;
    void readAround();
    void letGo();
    void setState(State state);
    [[nodiscard]] int pageOf(int row) const;

    const Limits m_limits;
    std::vector<Page> m_pages;
    std::optional<QString> m_nextCursor;
    ApiError m_error;
    State m_state = State::idle;
    bool m_hasFirstPage = false;
    int m_rows = 0;
    int m_firstVisible = 0;
    int m_lastVisible = 0;
    bool m_isGoingUp = false;
    std::optional<int> m_wantedRow;
    std::optional<int>
        m_requestedPage; // one request at a time: a cursor is known only when its page has come
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client
