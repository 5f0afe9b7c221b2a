// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/list_rows.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace hpcbill::client;

namespace
{

struct Sum {
    QString name;
    QString amount;
};

std::vector<Column<Sum>> columns()
{
    return {{"name", "Name", false, [](const Sum& sum, const QLocale&) { return sum.name; },
             [](const Sum& sum) { return sum.name; }},
            {"amount", "Amount", true,
             [](const Sum& sum, const QLocale& locale) { return localized(sum.amount, locale); },
             [](const Sum& sum) { return sum.amount; }}};
}

QStringList names(const ListRows<Sum>& model)
{
    QStringList all;
    for (const Sum& sum : model.rows())
        all << sum.name;
    return all;
}

} // namespace

class ListRowsTest final : public QObject
{
    Q_OBJECT

private slots:
    void amountsSortAsExactNumbers();
    void aSelectedRowStaysTheSameRowWhenSorted();
    void newRowsComeInWithoutDisturbingTheOthers_data();
    void newRowsComeInWithoutDisturbingTheOthers();
};

void ListRowsTest::amountsSortAsExactNumbers()
{
    ListRows<Sum> model(columns(), nullptr);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows({{"b", "9007199254740992.10"}, {"a", "9007199254740992.2"}, {"c", "9"}, {"d", "10"}});
    model.sort(1, Qt::AscendingOrder);
    QCOMPARE(names(model), QStringList({"c", "d", "b", "a"}));
    model.sort(1, Qt::DescendingOrder);
    QCOMPARE(names(model), QStringList({"a", "b", "d", "c"}));
    model.sort(0, Qt::AscendingOrder);
    QCOMPARE(names(model), QStringList({"a", "b", "c", "d"}));
}

void ListRowsTest::aSelectedRowStaysTheSameRowWhenSorted()
{
    ListRows<Sum> model(columns(), nullptr);
    model.setRows({{"b", "2"}, {"a", "1"}});
    const QPersistentModelIndex chosen = model.index(0, 0);
    model.sort(0, Qt::AscendingOrder);
    QCOMPARE(chosen.row(), 1);
    QCOMPARE(chosen.data().toString(), QString("b"));
}

void ListRowsTest::newRowsComeInWithoutDisturbingTheOthers_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<QStringList>("after");
    const QStringList all{"a", "b", "c", "d"};
    QTest::newRow("one left") << all << QStringList{"a", "c", "d"};
    QTest::newRow("one came at the end") << all << QStringList{"a", "b", "c", "d", "e"};
    QTest::newRow("one came in between") << all << QStringList{"a", "x", "b", "c", "d"};
    QTest::newRow("some left and some came") << all << QStringList{"b", "x", "d", "y"};
    QTest::newRow("one went elsewhere") << all << QStringList{"c", "a", "b", "d"};
    QTest::newRow("all reversed") << all << QStringList{"d", "c", "b", "a"};
    QTest::newRow("all left") << all << QStringList{};
    QTest::newRow("all came") << QStringList{} << all;
}

void ListRowsTest::newRowsComeInWithoutDisturbingTheOthers()
{
    QFETCH(QStringList, before);
    QFETCH(QStringList, after);
    const auto rowsOf = [](const QStringList& names, const QString& amount) {
        QList<Sum> rows;
        for (const QString& name : names)
            rows.append({name, amount});
        return rows;
    };
    ListRows<Sum> model(columns(), nullptr);
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    model.setRows(rowsOf(before, "1"));
    const QPersistentModelIndex chosen = model.index(1, 0);
    model.updateRows(rowsOf(after, "2"), [](const Sum& sum) { return sum.name; });
    QCOMPARE(names(model), after);
    for (const Sum& sum : model.rows())
        QCOMPARE(sum.amount, QString("2"));
    // Where it did not have to move, what was chosen is still the same row.
    if (before.contains("b") && after.contains("b") && after != QStringList(before.rbegin(), before.rend()))
        QCOMPARE(chosen.data().toString(), QString("b"));
}

QTEST_GUILESS_MAIN(ListRowsTest)
#include "tst_list_rows.moc"
