// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/window_plan.h"

#include <QtTest>

#include <rapidcheck.h>

using namespace hpcbill::slurm;
using namespace std::chrono_literals;

namespace
{

std::chrono::sys_seconds at(std::int64_t seconds)
{
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

} // namespace

class TestWindowPlan : public QObject
{
    Q_OBJECT

private slots:
    void aShortStretchIsOneWindow();
    void shortAnswersMakeWindowsLonger();
    void longAnswersMakeWindowsShorter();
    void aSecondCannotBeHalved();
    void windowsCoverTheStretchWithoutGaps();
};

void TestWindowPlan::aShortStretchIsOneWindow()
{
    WindowPlan plan(at(100), at(7300));
    QVERIFY(plan.next() == (Window{at(100), at(7300)}));
    plan.finished(*plan.next(), 5);
    QVERIFY(!plan.next());
    QVERIFY(!WindowPlan(at(100), at(100)).next());
}

void TestWindowPlan::shortAnswersMakeWindowsLonger()
{
    WindowPlan plan(at(0), at(86400 * 730));
    std::vector<std::int64_t> days;
    while (const auto window = plan.next()) {
        days.push_back((window->to - window->from).count() / 86400);
        plan.finished(*window, 0);
    }
    QCOMPARE(std::vector<std::int64_t>(days.begin(), days.begin() + 7),
             (std::vector<std::int64_t>{1, 2, 4, 8, 16, 32, 32}));
    QVERIFY(days.size() < 30);
}

void TestWindowPlan::longAnswersMakeWindowsShorter()
{
    WindowPlan plan(at(0), at(86400 * 10));
    plan.finished(*plan.next(), 1'000'000);
    QCOMPARE((plan.next()->to - plan.next()->from).count(), std::int64_t{43200});
    QVERIFY(plan.halve(*plan.next()));
    QVERIFY(plan.next() == (Window{at(86400), at(86400 + 21600)}));
}

void TestWindowPlan::aSecondCannotBeHalved()
{
    WindowPlan plan(at(0), at(86400));
    int halvings = 0;
    while (plan.halve(*plan.next()))
        ++halvings;
    QCOMPARE(halvings, 16); // 86400 s to 1 s
    QVERIFY(plan.next() == (Window{at(0), at(1)}));
}

void TestWindowPlan::windowsCoverTheStretchWithoutGaps()
{
    QVERIFY(rc::check([] {
        const auto length = *rc::gen::inRange<std::int64_t>(1, 86400 * 400);
        WindowPlan plan(at(1000), at(1000 + length));
        std::chrono::sys_seconds covered = at(1000);
        while (const auto window = plan.next()) {
            RC_ASSERT(window->from == covered);
            RC_ASSERT(window->to > window->from);
            RC_ASSERT(window->to <= at(1000 + length));
            // Too large, or read whole with any number of records.
            if (window->to - window->from > 1h && *rc::gen::inRange(0, 4) == 0) {
                RC_ASSERT(plan.halve(*window));
                continue;
            }
            plan.finished(*window, *rc::gen::elementOf(std::vector<std::int64_t>{0, 10'000, 40'000}));
            covered = window->to;
        }
        RC_ASSERT(covered == at(1000 + length));
    }));
}

QTEST_GUILESS_MAIN(TestWindowPlan)
#include "tst_window_plan.moc"
