// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/models/list_rows.h"
#include "client/widgets/TableView.h"
#include "client/widgets/ViewState.h"

namespace hpcbill::client
{

/// One of the page's lists: all of its rows, those of them that pass the filter in a table, and how it was read.
template <typename Row>
struct Listed {
    using Key = std::function<QString(const Row&)>;

    Listed(const char* name, const std::vector<Column<Row>>& columnsShown, const Key& keyOf, QSettings& settings,
           QWidget* parent)
        : columns(columnsShown)
        , key(keyOf)
        , model(new ListRows<Row>(columnsShown, parent))
        , table(new TableView(name, settings, parent))
    {
        table->setModel(model);
        table->setSortingEnabled(true);
    }

    /// What was read, or why it could not be; what was there before stays where it could not.
    void take(const ApiResult<QList<Row>>& answer)
    {
        error.reset();
        if (answer) {
            isRead = true;
            all = answer.value();
        } else if (!isRead) {
            error = answer.error();
        }
    }

    /// Shows the rows in which every word of the filter occurs, in whatever column.
    void filter(const QString& text)
    {
        const QStringList words = text.split(' ', Qt::SkipEmptyParts);
        const QLocale locale;
        QList<Row> passing;
        for (const Row& row : all) {
            const auto hasWord = [&](const QString& word) {
                return std::any_of(columns.begin(), columns.end(), [&](const Column<Row>& column) {
                    return column.shown(row, locale).contains(word, Qt::CaseInsensitive);
                });
            };
            if (std::all_of(words.begin(), words.end(), hasWord))
                passing.append(row);
        }
        model->updateRows(passing, key);
    }

    [[nodiscard]] const Row* find(const QString& wanted) const
    {
        const auto found = std::find_if(all.begin(), all.end(), [&](const Row& row) { return key(row) == wanted; });
        return found == all.end() ? nullptr : &*found;
    }

    const std::vector<Column<Row>> columns;
    const Key key;
    ListRows<Row>* model;
    TableView* table;
    ViewState* state = nullptr;
    QList<Row> all;
    std::optional<ApiError> error;
    bool isRead = false;
    quint64 ticket = 0; ///< of the last question; what earlier ones bring is old
};

} // namespace hpcbill::client
