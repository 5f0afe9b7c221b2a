// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"

namespace hpcbill::client
{

/// A row of a bank statement, and what settling it would do.
struct StatementRow {
    qint64 line = 0; ///< in the file
    QString bookedOn; ///< as the bank wrote it
    QString reference;
    Money amount; ///< without an amount where it could not be read
    QString verdict; ///< matched, differs, unmatched, ambiguous, already_paid, void, unreadable
    QString receiptNumber;
    QString username;
    Money expected;
    QString detail;
};

struct StatementTotal {
    QString verdict;
    qint64 rows = 0;
    Money amount;
};

struct StatementPreview {
    QString name;
    QString digest;
    QList<StatementRow> rows;
    QList<StatementTotal> totals;
};

/// The file as it is sent, and what of it is to be settled.
struct StatementOrder {
    QString name;
    QString csv;
    QString digest;
    QList<qint64> lines;
    QString reason;
};

struct SettledRow {
    QString receiptNumber;
    Money amount;
};

/// Changes nothing.
void previewStatement(RestClient& api, const QString& name, const QString& csv, QObject* context,
                      const Answer<StatementPreview>& done);
/// All lines of the order or none.
void settleStatement(RestClient& api, const StatementOrder& order, QObject* context,
                     const Answer<QList<SettledRow>>& done);

} // namespace hpcbill::client
