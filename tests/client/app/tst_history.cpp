// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/history.h"

#include <QTest>

using namespace hpcbill::client;

class HistoryTest final : public QObject
{
    Q_OBJECT

private slots:
    void backAndForwardRetraceTheWay();
    void goingSomewhereNewForgetsWhatLayAhead();
    void theOldestStopsAreForgotten();
};

void HistoryTest::backAndForwardRetraceTheWay()
{
    History history;
    history.goTo({"usage", {}, {}});
    history.current().place = {{"row", 40}};
    history.goTo({"rates", {}, {}});
    QVERIFY(history.canGoBack() && !history.canGoForward());
    const Stop& back = history.goBack();
    QCOMPARE(back.page, QString("usage"));
    QCOMPARE(back.place["row"].toInt(), 40);
    QVERIFY(!history.canGoBack() && history.canGoForward());
    QCOMPARE(history.goForward().page, QString("rates"));
}

void HistoryTest::goingSomewhereNewForgetsWhatLayAhead()
{
    History history;
    history.goTo({"a", {}, {}});
    history.goTo({"b", {}, {}});
    history.goBack();
    history.goTo({"c", {}, {}});
    QVERIFY(!history.canGoForward());
    QCOMPARE(history.goBack().page, QString("a"));
}

void HistoryTest::theOldestStopsAreForgotten()
{
    History history;
    for (int i = 0; i < 1'000; ++i)
        history.goTo({QString::number(i), {}, {}});
    int steps = 0;
    while (history.canGoBack()) {
        history.goBack();
        ++steps;
    }
    QCOMPARE(steps, 199);
    QCOMPARE(history.current().page, QString("800"));
}

QTEST_GUILESS_MAIN(HistoryTest)
#include "tst_history.moc"
