// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/StatementModel.h"

#include "client/models/decimal.h"
#include "client/models/format.h"
#include "common/money/money.h"

#include <QHash>

namespace hpcbill::client
{

namespace
{

QString verdictIcon(const StatementRow& row)
{
    if (row.verdict == "matched")
        return "good:good";
    if (row.verdict == "differs" || row.verdict == "void" || row.verdict == "unreadable")
        return row.verdict == "differs" ? "differs:bad" : "bad:bad";
    return row.verdict == "already_paid" ? "twice:quiet" : "attention:attention";
}

Column<StatementRow> textColumn(const char* id, const char* title, QString StatementRow::* text)
{
    return {id, title, false, [text](const StatementRow& row, const QLocale&) { return row.*text; },
            [text](const StatementRow& row) { return row.*text; }};
}

Column<StatementRow> moneyColumn(const char* id, const char* title, Money StatementRow::* money)
{
    return {id, title, true,
            [money](const StatementRow& row, const QLocale& locale) { return shownMoney(row.*money, locale); },
            [money](const StatementRow& row) { return (row.*money).amount; }};
}

std::vector<Column<StatementRow>> columns()
{
    return {
        {"verdict", QT_TRANSLATE_NOOP("columns", "Result"), false,
         [](const StatementRow& row, const QLocale&) { return verdictText(row.verdict); },
         [](const StatementRow& row) { return row.verdict; }, verdictIcon},
        {"line", QT_TRANSLATE_NOOP("columns", "Line"), true,
         [](const StatementRow& row, const QLocale& locale) { return localized(QString::number(row.line), locale); },
         [](const StatementRow& row) { return QString::number(row.line); }},
        textColumn("booked", QT_TRANSLATE_NOOP("columns", "Booked"), &StatementRow::bookedOn),
        moneyColumn("amount", QT_TRANSLATE_NOOP("columns", "Amount"), &StatementRow::amount),
        textColumn("receipt", QT_TRANSLATE_NOOP("columns", "Receipt"), &StatementRow::receiptNumber),
        moneyColumn("expected", QT_TRANSLATE_NOOP("columns", "Due"), &StatementRow::expected),
        textColumn("user", QT_TRANSLATE_NOOP("columns", "User"), &StatementRow::username),
        textColumn("reference", QT_TRANSLATE_NOOP("columns", "Reference"), &StatementRow::reference),
        textColumn("detail", QT_TRANSLATE_NOOP("columns", "Remark"), &StatementRow::detail),
    };
}

} // namespace

QString verdictText(const QString& code)
{
    static const QHash<QString, const char*> words{
        {"matched", QT_TRANSLATE_NOOP("reconcile", "matches")},
        {"differs", QT_TRANSLATE_NOOP("reconcile", "another amount")},
        {"unmatched", QT_TRANSLATE_NOOP("reconcile", "no receipt found")},
        {"ambiguous", QT_TRANSLATE_NOOP("reconcile", "several receipts")},
        {"already_paid", QT_TRANSLATE_NOOP("reconcile", "paid already")},
        {"void", QT_TRANSLATE_NOOP("reconcile", "receipt is void")},
        {"unreadable", QT_TRANSLATE_NOOP("reconcile", "cannot be read")},
    };
    const char* word = words.value(code);
    return word ? QCoreApplication::translate("reconcile", word) : code;
}

StatementModel::StatementModel(QObject* parent)
    : QAbstractTableModel(parent)
    , m_columns(columns())
{
}

void StatementModel::setRows(const QList<StatementRow>& rows)
{
    beginResetModel();
    m_rows = rows;
    m_ticked.clear();
    for (const StatementRow& row : rows) {
        if (row.verdict == "matched")
            m_ticked.insert(row.line);
    }
    endResetModel();
    emit ticksChanged();
}

QList<qint64> StatementModel::tickedLines() const
{
    QList<qint64> lines;
    for (const StatementRow& row : m_rows) {
        if (m_ticked.contains(row.line))
            lines.append(row.line);
    }
    return lines;
}

Money StatementModel::tickedSum() const
{
    std::optional<hpcbill::Money> sum;
    for (const StatementRow& row : m_rows) {
        if (!m_ticked.contains(row.line))
            continue;
        const auto currency = Currency::parse(row.expected.currency.toStdString());
        if (!currency)
            return {};
        const auto amount = parseMoney(row.expected.amount.toStdString(), currency.value());
        if (!amount)
            return {};
        sum = sum ? *sum + amount.value() : amount.value();
    }
    if (!sum)
        return {};
    return {QString::fromStdString(toDecimal(*sum)), QString::fromStdString(std::string(sum->currency().code()))};
}

int StatementModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int StatementModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_columns.size());
}

QVariant StatementModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const StatementRow& row = m_rows.at(index.row());
    if (role == Qt::CheckStateRole && index.column() == 0 && row.verdict == "matched")
        return static_cast<int>(m_ticked.contains(row.line) ? Qt::Checked : Qt::Unchecked);
    return cellOf(m_columns[static_cast<std::size_t>(index.column())], row, role);
}

bool StatementModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable))
        return false;
    const qint64 line = m_rows.at(index.row()).line;
    if (value.toInt() == Qt::Checked)
        m_ticked.insert(line);
    else
        m_ticked.remove(line);
    emit dataChanged(index, index, {Qt::CheckStateRole});
    emit ticksChanged();
    return true;
}

Qt::ItemFlags StatementModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == 0 && m_rows.at(index.row()).verdict == "matched")
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

QVariant StatementModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return QAbstractTableModel::headerData(section, orientation, role);
    return headerOf(m_columns[static_cast<std::size_t>(section)], role);
}

} // namespace hpcbill::client
