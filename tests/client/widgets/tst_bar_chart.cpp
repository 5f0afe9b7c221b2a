// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/BarChart.h"

#include <QSignalSpy>
#include <QTest>

using namespace hpcbill::client;

class BarChartTest final : public QObject
{
    Q_OBJECT

private slots:
    void hoveringReadsTheExactFigure();
    void aClickChoosesTheBarUnderIt();
    void theKeyboardReadsAndChoosesToo();
    void namesThatAreCutAlikeKeepTheirBars();
};

namespace
{

QList<BarChart::Bar> bars()
{
    return {{"a", "A", "10", "10.000000 core-hours"},
            {"b", "B", "9007199254740993.1", "9,007,199,254,740,993.1 core-hours"}};
}

QPoint middleOf(const BarChart& chart, int bar)
{
    const QRectF area = chart.chart()->plotArea();
    return QPointF(area.left() + area.width() * (2 * bar + 1) / 4, area.center().y()).toPoint();
}

} // namespace

void BarChartTest::hoveringReadsTheExactFigure()
{
    Theme theme(Theme::Kind::light);
    BarChart chart(theme);
    chart.resize(600, 300);
    chart.setBars("CPU", bars());
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QSignalSpy read(&chart, &BarChart::barRead);
    QTest::mouseMove(chart.viewport(), middleOf(chart, 1));
    QTRY_VERIFY(!read.isEmpty());
    QCOMPARE(read.last().first().toString(), QString("B\n9,007,199,254,740,993.1 core-hours"));
}

void BarChartTest::aClickChoosesTheBarUnderIt()
{
    Theme theme(Theme::Kind::light);
    BarChart chart(theme);
    chart.resize(600, 300);
    chart.setBars("CPU", bars());
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QSignalSpy chosen(&chart, &BarChart::barChosen);
    QTest::mouseClick(chart.viewport(), Qt::LeftButton, {},
                      middleOf(chart, 0)); // far above the low bar: its column answers
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.first().first().toString(), QString("a"));
    QTest::mouseClick(chart.viewport(), Qt::LeftButton, {}, QPoint(2, 2)); // outside the plot
    QCOMPARE(chosen.size(), 1);
}

void BarChartTest::theKeyboardReadsAndChoosesToo()
{
    Theme theme(Theme::Kind::dark);
    BarChart chart(theme);
    chart.resize(600, 300);
    chart.setBars("CPU", bars());
    chart.show();
    QSignalSpy read(&chart, &BarChart::barRead);
    QSignalSpy chosen(&chart, &BarChart::barChosen);
    QTest::keyClick(&chart, Qt::Key_Right);
    QCOMPARE(read.last().first().toString(), QString("A\n10.000000 core-hours"));
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Right); // stays on the last
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(chosen.first().first().toString(), QString("b"));
}

void BarChartTest::namesThatAreCutAlikeKeepTheirBars()
{
    Theme theme(Theme::Kind::light);
    BarChart chart(theme);
    chart.resize(800, 300);
    const QString longName(60, 'x');
    chart.setBars("Jobs", {{"1", longName + "1", "1", "1"},
                           {"2", longName + "2", "2", "2"},
                           {"", "", "3", "3"},
                           {"4", "", "4", "4"}});
    chart.show();
    QSignalSpy chosen(&chart, &BarChart::barChosen);
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Right);
    QTest::keyClick(&chart, Qt::Key_Return);
    QCOMPARE(chosen.first().first().toString(), QString("2"));
    QCOMPARE(chart.bars().size(), 4);
}

QTEST_MAIN(BarChartTest)
#include "tst_bar_chart.moc"
