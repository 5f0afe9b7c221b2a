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

QTEST_GUILESS_MAIN(ListRowsTest)
#include "tst_list_rows.moc"
