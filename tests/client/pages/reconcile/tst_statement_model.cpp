// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/reconcile/StatementModel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace hpcbill::client;

namespace
{

StatementRow row(qint64 line, const QString& verdict, const QString& amount)
{
    StatementRow made;
    made.line = line;
    made.verdict = verdict;
    made.amount = {amount, "THB"};
    made.expected = made.amount;
    return made;
}

} // namespace

class StatementModelTest final : public QObject
{
    Q_OBJECT

private slots:
    void whatMatchesIsTickedAndNothingElseCanBe();
    void theSumIsExact();
};

void StatementModelTest::whatMatchesIsTickedAndNothingElseCanBe()
{
    StatementModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
    QSignalSpy changed(&model, &StatementModel::ticksChanged);
    model.setRows({row(2, "matched", "45.00"), row(3, "differs", "44.00"), row(4, "matched", "10.00")});
    QCOMPARE(model.tickedLines(), QList<qint64>({2, 4}));
    QVERIFY(!model.setData(model.index(1, 0), Qt::Checked, Qt::CheckStateRole));
    QVERIFY(!model.index(1, 0).data(Qt::CheckStateRole).isValid());
    QVERIFY(model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(model.tickedLines(), QList<qint64>({4}));
    QCOMPARE(model.tickedSum().amount, QString("10.00"));
    QCOMPARE(changed.size(), 2);
}

void StatementModelTest::theSumIsExact()
{
    StatementModel model;
    QVERIFY(model.tickedSum().amount.isEmpty());
    QList<StatementRow> rows;
    for (int line = 1; line <= 1'000; ++line)
        rows.append(row(line, "matched", "90071992547409.93"));
    model.setRows(rows);
    QCOMPARE(model.tickedSum().amount, QString("90071992547409930.00"));
    QCOMPARE(model.tickedSum().currency, QString("THB"));
}

QTEST_GUILESS_MAIN(StatementModelTest)
#include "tst_statement_model.moc"
