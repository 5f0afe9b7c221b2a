// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/TableView.h"

#include "client/models/PagedTableModel.h"
#include "client/models/column.h"
#include "client/widgets/RowDelegate.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QScrollBar>

namespace hpcbill::client
{

namespace
{

constexpr int compactRow = 26; // compact, as the design's tokens say

QString settingKey(const QString& name)
{
    return "tables/" + name + "/columns";
}

/// A cell must not break the table that it is copied into.
QString cellText(const QVariant& value)
{
    return value.toString().replace('\t', ' ').replace('\n', ' ');
}

} // namespace

TableView::TableView(const QString& name, QSettings& settings, QWidget* parent)
    : QTableView(parent)
    , m_settings(settings)
{
    setObjectName(name);
    setItemDelegate(new RowDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setAlternatingRowColors(true);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the table, as it leaves every other control
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(compactRow);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setMinimumSectionSize(40);
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TableView::tellVisibleRows);
    connect(horizontalHeader(), &QHeaderView::sectionResized, this, &TableView::remember);
    connect(horizontalHeader(), &QHeaderView::sectionMoved, this, &TableView::remember);
}

void TableView::setModel(QAbstractItemModel* model)
{
    standStillWhileRowsLeave(model);
    QTableView::setModel(model);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!m_isRestoring)
                    emit rowEntered(current.isValid() ? current.row() : -1);
            });
    connect(model, &QAbstractItemModel::modelReset, this, [this] { emit rowEntered(-1); });
    connect(model, &QAbstractItemModel::rowsInserted, this, &TableView::tellVisibleRows,
            Qt::QueuedConnection);
}

void TableView::standStillWhileRowsLeave(QAbstractItemModel* model)
{
    // Qt moves on to the neighbour of a row that is taken out. Nobody chose that one, so it is not entered, and
    // not shown as chosen either. Connected before the selection hears of it.
    connect(model, &QAbstractItemModel::rowsAboutToBeRemoved, this,
            [this](const QModelIndex&, int first, int last) {
                const int current = currentIndex().row();
                m_isChosenLeaving = current >= first && current <= last;
                m_isRestoring = true;
            });
    connect(model, &QAbstractItemModel::rowsRemoved, this, [this] {
        if (m_isChosenLeaving)
            clearSelection();
        m_isRestoring = false;
    });
}

void TableView::keepPlaceBy(std::function<QString(int)> keyOf)
{
    m_keyOf = std::move(keyOf);
    connect(model(), &QAbstractItemModel::modelAboutToBeReset, this, [this] {
        m_keptKey = currentIndex().isValid() ? m_keyOf(currentIndex().row()) : QString();
        m_keptPosition = verticalScrollBar()->value();
    });
    if (auto* paged = qobject_cast<PagedTableModel*>(model()))
        connect(paged, &PagedTableModel::renewed, this, &TableView::restorePlace);
}

void TableView::setIcons(const Theme& theme)
{
    if (auto* rows = qobject_cast<RowDelegate*>(itemDelegate()))
        rows->setIcons(theme);
}

void TableView::restorePlace()
{
    m_isRestoring = true; // it is the row that was chosen before: nothing is entered
    for (int row = 0; !m_keptKey.isEmpty() && row < model()->rowCount(); ++row) {
        if (m_keyOf(row) != m_keptKey)
            continue;
        selectRow(row);
        break;
    }
    verticalScrollBar()->setValue(m_keptPosition);
    m_isRestoring = false;
}

void TableView::setDefaultWidths(const QList<int>& widths)
{
    m_isRestored = false;
    for (int column = 0; column < widths.size(); ++column)
        setColumnWidth(column, widths.at(column));
    const QByteArray remembered = m_settings.value(settingKey(objectName())).toByteArray();
    if (!remembered.isEmpty())
        horizontalHeader()->restoreState(remembered);
    m_isRestored = true;
}

void TableView::remember()
{
    // Resizes while columns are being made are not the user's wish.
    if (m_isRestored)
        m_settings.setValue(settingKey(objectName()), horizontalHeader()->saveState());
}

QString TableView::selectedText() const
{
    QModelIndexList rows = selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end(),
              [](const QModelIndex& a, const QModelIndex& b) { return a.row() < b.row(); });
    const QHeaderView* header = horizontalHeader();
    QStringList lines;
    QStringList cells;
    for (int place = 0; place < header->count(); ++place) {
        cells << cellText(model()->headerData(header->logicalIndex(place), Qt::Horizontal));
    }
    lines << cells.join('\t');
    for (const QModelIndex& row : rows) {
        cells.clear();
        for (int place = 0; place < header->count(); ++place) {
            cells << cellText(row.siblingAtColumn(header->logicalIndex(place)).data(rawRole));
        }
        lines << cells.join('\t');
    }
    return lines.join('\n') + '\n';
}

void TableView::copySelected()
{
    if (selectionModel()->hasSelection())
        QGuiApplication::clipboard()->setText(selectedText());
}

void TableView::tellVisibleRows()
{
    if (auto* paged = qobject_cast<PagedTableModel*>(model())) {
        const int first = std::max(0, rowAt(0));
        const int last = rowAt(viewport()->height() - 1);
        paged->setVisibleRows(first, last < 0 ? first + viewport()->height() / compactRow : last);
    }
}

void TableView::changeEvent(QEvent* event)
{
    // Numbers and dates of the rows follow the language.
    if (event->type() == QEvent::LanguageChange)
        viewport()->update();
    QTableView::changeEvent(event);
}

void TableView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelected();
        return;
    }
    if (event->key() == Qt::Key_Escape && selectionModel()->hasSelection()) {
        clearSelection();
        setCurrentIndex({});
        event->ignore(); // a page closes its pane by the same key
        return;
    }
    QTableView::keyPressEvent(event);
}

void TableView::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    tellVisibleRows();
}

void TableView::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* copy = menu->addAction(tr("Copy rows"), this, &TableView::copySelected);
    copy->setShortcut(QKeySequence::Copy);
    copy->setEnabled(selectionModel()->hasSelection());
    menu->popup(event->globalPos());
}

} // namespace hpcbill::client
