// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QLocale>
#include <QVariant>

#include <functional>

namespace hpcbill::client
{

/// The role under which a model gives the raw value: what is copied and shown as the tooltip.
constexpr int rawRole = Qt::UserRole + 1;
/// The role under which a model names the icon before a cell's text and its colour: `good:quiet`.
constexpr int iconRole = Qt::UserRole + 2;

/// One column over rows of a type: how a row is shown in a language, and its raw value.
template <typename Row>
struct Column {
    using Text = std::function<QString(const Row&)>;

    // A constructor: GCC 12 stumbles over a default of the member where Row is a test's own type.
    Column(const char* columnId, const char* columnTitle, bool columnIsNumber,
           std::function<QString(const Row&, const QLocale&)> columnShown, Text columnRaw, Text columnIcon = nullptr)
        : id(columnId)
        , title(columnTitle)
        , isNumber(columnIsNumber)
        , shown(std::move(columnShown))
        , raw(std::move(columnRaw))
        , icon(std::move(columnIcon))
    {
    }

    const char* id;    ///< stable: names the column in settings
    const char* title; ///< English, marked by QT_TRANSLATE_NOOP("columns", …)
    bool isNumber;     ///< right-aligned, and sorted as an exact decimal by what `raw` gives
    std::function<QString(const Row&, const QLocale&)> shown;
    std::function<QString(const Row&)> raw;
    std::function<QString(const Row&)> icon; ///< name and token, `good:quiet`; only beside words
};

/// The title in the present language.
inline QString columnTitle(const char* title)
{
    return QCoreApplication::translate("columns", title);
}

/// What a cell answers to a role of Qt's item views.
template <typename Row>
QVariant cellOf(const Column<Row>& column, const Row& row, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return column.shown(row, QLocale());
    case Qt::ToolTipRole:
    case rawRole:
        return column.raw(row);
    case iconRole:
        return column.icon ? QVariant(column.icon(row)) : QVariant();
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

/// What a horizontal header answers.
template <typename Row>
QVariant headerOf(const Column<Row>& column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return columnTitle(column.title);
    case rawRole:
        return QString::fromLatin1(column.id);
    case Qt::TextAlignmentRole:
        return static_cast<int>(Qt::AlignVCenter | (column.isNumber ? Qt::AlignRight : Qt::AlignLeft));
    default:
        return {};
    }
}

} // namespace hpcbill::client
