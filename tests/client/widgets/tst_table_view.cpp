// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/list_rows.h"
#include "client/widgets/TableView.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace hpcbill::client;

namespace
{

struct Item {
    QString name;
    QString amount;
};

std::vector<Column<Item>> columns()
{
    return {{"name", "Name", false, [](const Item& item, const QLocale&) { return item.name; },
             [](const Item& item) { return item.name; }},
            {"amount", "Amount", true,
             [](const Item& item, const QLocale& locale) { return localized(item.amount, locale); },
             [](const Item& item) { return item.amount; }}};
}

} // namespace

class TableViewTest final : public QObject
{
    Q_OBJECT

private slots:
    void copyingTakesHeadersAndRawValues();
    void copyingFollowsTheOrderOfColumnsOnTheScreen();
    void columnsAreRemembered();
    void escapeGivesUpTheSelection();
    void theNeighbourOfARowThatLeftIsNotEntered();
};

void TableViewTest::copyingTakesHeadersAndRawValues()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    ListRows<Item> model(columns(), nullptr);
    model.setRows({{"a\tb", "1204.50"}, {"c", "7"}, {"d", "8"}});
    TableView view("items", settings);
    view.setModel(&model);
    view.show();
    QCOMPARE(model.index(0, 1).data().toString(),
             localized("1204.50", QLocale())); // shown in the language, copied raw
    view.selectRow(1);
    view.selectionModel()->select(model.index(0, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTest::keyClick(&view, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), QString("Name\tAmount\na b\t1204.50\nc\t7\n"));
}

void TableViewTest::copyingFollowsTheOrderOfColumnsOnTheScreen()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    ListRows<Item> model(columns(), nullptr);
    model.setRows({{"a", "1"}});
    TableView view("items", settings);
    view.setModel(&model);
    view.horizontalHeader()->moveSection(1, 0);
    view.selectRow(0);
    QCOMPARE(view.selectedText(), QString("Amount\tName\n1\ta\n"));
}

void TableViewTest::columnsAreRemembered()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    ListRows<Item> model(columns(), nullptr);
    {
        TableView view("items", settings);
        view.setModel(&model);
        view.setDefaultWidths({100, 50});
        QCOMPARE(view.columnWidth(0), 100);
        view.setColumnWidth(0, 222);
        view.horizontalHeader()->moveSection(1, 0);
    }
    TableView view("items", settings);
    view.setModel(&model);
    view.setDefaultWidths({100, 50});
    QCOMPARE(view.columnWidth(0), 222);
    QCOMPARE(view.horizontalHeader()->visualIndex(1), 0);
}

void TableViewTest::escapeGivesUpTheSelection()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    ListRows<Item> model(columns(), nullptr);
    model.setRows({{"a", "1"}});
    TableView view("items", settings);
    view.setModel(&model);
    QSignalSpy entered(&view, &TableView::rowEntered);
    view.selectRow(0);
    QCOMPARE(entered.last().first().toInt(), 0);
    QTest::keyClick(&view, Qt::Key_Escape);
    QVERIFY(!view.selectionModel()->hasSelection());
    QCOMPARE(entered.last().first().toInt(), -1);
}

void TableViewTest::theNeighbourOfARowThatLeftIsNotEntered()
{
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    ListRows<Item> model(columns(), nullptr);
    model.setRows({{"a", "1"}, {"b", "2"}, {"c", "3"}});
    TableView view("items", settings);
    view.setModel(&model);
    view.selectRow(1);
    QSignalSpy entered(&view, &TableView::rowEntered);
    const auto name = [](const Item& item) { return item.name; };
    model.updateRows({{"b", "2"}, {"c", "3"}}, name);
    QCOMPARE(view.currentIndex().row(), 0); // the same row, one place up
    QVERIFY(view.selectionModel()->isRowSelected(0, {}));
    model.updateRows({{"c", "3"}}, name);
    QVERIFY(!view.selectionModel()->hasSelection());
    QCOMPARE(entered.size(), 0);
    view.selectRow(0);
    QVERIFY(view.selectionModel()->isRowSelected(0, {}));
}

QTEST_MAIN(TableViewTest)
#include "tst_table_view.moc"
