// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/paged_rows.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace hpcbill::client;

namespace
{

/// A list like those of the server: keyset pages of numbers, descending; a cursor is the number after which a
/// page begins. Answers come when they are let through, in the order asked.
class NumberList final
{
public:
    using Done = Answer<ListPage<int>>;

    explicit NumberList(int count)
    {
        for (int number = count; number > 0; --number)
            m_numbers.append(number);
    }

    void ask(const std::optional<QString>& cursor, int limit, const Done& done)
    {
        ++m_asked;
        m_waiting.append({cursor, limit, done});
    }

    /// Answers all that is asked, and all that is asked because of it.
    void answerAll()
    {
        while (!m_waiting.isEmpty())
            answerNext();
    }

    void answerNext()
    {
        const Waiting waiting = m_waiting.takeFirst();
        if (m_isDown) {
            waiting.done(ApiError{.kind = ApiError::Kind::unreachable,
                                  .title = {},
                                  .detail = {},
                                  .requestId = {},
                                  .fields = {}});
            return;
        }
        ListPage<int> page;
        qsizetype at = 0;
        while (waiting.cursor && at < m_numbers.size() && m_numbers.at(at) >= waiting.cursor->toInt())
            ++at;
        page.items = m_numbers.mid(at, waiting.limit);
        if (at + waiting.limit < m_numbers.size())
            page.nextCursor = QString::number(page.items.last());
        waiting.done(page);
    }

    [[nodiscard]] int asked() const { return m_asked; }
    void setDown(bool isDown) { m_isDown = isDown; }
    void remove(int number) { m_numbers.removeAll(number); }
    void add(int number) { m_numbers.prepend(number); }

private:
    struct Waiting {
        std::optional<QString> cursor;
        int limit;
        Done done;
    };
    QList<int> m_numbers;
    QList<Waiting> m_waiting;
    int m_asked = 0;
    bool m_isDown = false;
};

std::vector<Column<int>> columns()
{
    return {{"number", "Number", true,
             [](const int& number, const QLocale&) { return QString::number(number); },
             [](const int& number) { return QString::number(number); }}};
}

std::unique_ptr<PagedRows<int>> makeModel(NumberList& list, PagedTableModel::Limits limits)
{
    return std::make_unique<PagedRows<int>>(
        columns(),
        [&list](const std::optional<QString>& cursor, int limit, QObject*, const NumberList::Done& done) {
            list.ask(cursor, limit, done);
        },
        nullptr, limits);
}

} // namespace

class PagedRowsTest final : public QObject
{
    Q_OBJECT

private slots:
    void theFirstPageComesByItselfAndTheNextWhenScrolled();
    void everyRowIsReachedOnceInOrder();
    void farPagesAreLetGoAndComeBackWhenSeen();
    void aPageThatChangedMeanwhileIsReadOnFromThere();
    void aFailureKeepsWhatIsThereAndIsRetried();
    void anAnswerToAnOlderQuestionIsDropped();
    void aPlaceFarDownIsReadUpTo();
    void anEmptyListIsReadyAndEmpty();
    void whatIsNewAppearsWithoutAnEmptyMoment();
    void aListReadFarDownIsLeftInPeace();
};

void PagedRowsTest::theFirstPageComesByItselfAndTheNextWhenScrolled()
{
    NumberList list(100);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 10});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    QCOMPARE(model->state(), PagedTableModel::State::loading);
    list.answerNext();
    QCOMPARE(model->state(), PagedTableModel::State::ready);
    QCOMPARE(model->rowCount(), 20);
    model->setVisibleRows(0, 8); // within half a page of the end: nothing is read ahead yet
    QCOMPARE(list.asked(), 1);
    model->setVisibleRows(6, 14);
    list.answerAll();
    QCOMPARE(model->rowCount(), 40);
    QVERIFY(!model->isComplete());
}

void PagedRowsTest::everyRowIsReachedOnceInOrder()
{
    NumberList list(95);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 3});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    for (int row = 0; row < 95; ++row) {
        model->setVisibleRows(row, row + 5);
        list.answerAll();
        QVERIFY(model->rowAt(row));
        QCOMPARE(*model->rowAt(row), 95 - row);
    }
    QCOMPARE(model->rowCount(), 95);
    QVERIFY(model->isComplete());
    QCOMPARE(list.asked(), 5);
}

void PagedRowsTest::farPagesAreLetGoAndComeBackWhenSeen()
{
    NumberList list(200);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 3});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    for (int row = 0; row < 200; row += 10) {
        model->setVisibleRows(row, row + 9);
        list.answerAll();
    }
    QCOMPARE(model->rowCount(), 200);
    QVERIFY(!model->rowAt(0));
    QCOMPARE(model->index(0, 0).data().toString(), QString("…"));
    int held = 0;
    for (int row = 0; row < 200; ++row)
        held += model->rowAt(row) ? 1 : 0;
    QCOMPARE(held, 60); // the bound holds

    model->setVisibleRows(0, 9);
    list.answerAll();
    QVERIFY(model->rowAt(0));
    QCOMPARE(*model->rowAt(0), 200);
    QCOMPARE(model->rowCount(), 200);
}

void PagedRowsTest::aPageThatChangedMeanwhileIsReadOnFromThere()
{
    NumberList list(100);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 2});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    for (int row = 0; row < 100; row += 10) {
        model->setVisibleRows(row, row + 9);
        list.answerAll();
    }
    QVERIFY(!model->rowAt(25));
    list.remove(75); // in the second page
    model->setVisibleRows(20, 29);
    list.answerAll();
    for (int row = 20; row < 99; ++row) {
        model->setVisibleRows(row, row + 5);
        list.answerAll();
        QVERIFY(model->rowAt(row));
        QCOMPARE(*model->rowAt(row), row < 25 ? 100 - row : 99 - row);
    }
    QCOMPARE(model->rowCount(), 99);
}

void PagedRowsTest::aFailureKeepsWhatIsThereAndIsRetried()
{
    NumberList list(100);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 10});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    list.setDown(true);
    model->setVisibleRows(10, 19);
    list.answerAll();
    QCOMPARE(model->state(), PagedTableModel::State::failed);
    QCOMPARE(model->error().kind, ApiError::Kind::unreachable);
    QCOMPARE(model->rowCount(), 20);
    QVERIFY(!model->canFetchMore({})); // no hammering
    list.setDown(false);
    model->retry();
    list.answerAll();
    QCOMPARE(model->state(), PagedTableModel::State::ready);
    QCOMPARE(model->rowCount(), 40);
}

void PagedRowsTest::anAnswerToAnOlderQuestionIsDropped()
{
    NumberList list(30);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 10});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    model->reload(); // the filter changed before the first answer came
    list.answerNext();
    QCOMPARE(model->rowCount(), 0);
    QCOMPARE(model->state(), PagedTableModel::State::loading);
    list.answerNext();
    QCOMPARE(model->rowCount(), 20);
}

void PagedRowsTest::aPlaceFarDownIsReadUpTo()
{
    NumberList list(300);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 40});
    QSignalSpy arrived(model.get(), &PagedTableModel::wantedRowArrived);
    model->reload();
    model->wantRow(150);
    list.answerAll();
    QCOMPARE(arrived.size(), 1);
    QCOMPARE(arrived.first().first().toInt(), 150);
    QVERIFY(model->rowCount() > 150);

    model->reload();
    model->wantRow(1'000);
    list.answerAll();
    QCOMPARE(arrived.size(), 2);
    QCOMPARE(arrived.last().first().toInt(), 299); // the list is shorter by now
}

void PagedRowsTest::anEmptyListIsReadyAndEmpty()
{
    NumberList list(0);
    const auto model = makeModel(list, {.pageRows = 20, .pagesHeld = 10});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    QCOMPARE(model->state(), PagedTableModel::State::ready);
    QCOMPARE(model->rowCount(), 0);
    QVERIFY(model->isComplete());
    QCOMPARE(list.asked(), 1);
}

void PagedRowsTest::whatIsNewAppearsWithoutAnEmptyMoment()
{
    NumberList list(25);
    const auto model = makeModel(list, {10, 3});
    const QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::Fatal);
    model->reload();
    list.answerAll();
    QSignalSpy renewed(model.get(), &PagedTableModel::renewed);
    list.add(26);
    model->renew();
    QVERIFY(model->rowCount() >= 10); // until the answer comes
    list.answerNext();
    QCOMPARE(renewed.size(), 1);
    QCOMPARE(*model->rowAt(0), 26);
    list.answerAll();
    list.setDown(true);
    const int before = model->rowCount();
    model->renew();
    list.answerAll();
    QCOMPARE(model->state(), PagedTableModel::State::ready);
    QCOMPARE(model->rowCount(), before);
}

void PagedRowsTest::aListReadFarDownIsLeftInPeace()
{
    NumberList list(50);
    const auto model = makeModel(list, {10, 9});
    model->reload();
    list.answerAll();
    model->wantRow(30);
    list.answerAll();
    model->setVisibleRows(25, 30);
    list.answerAll();
    const int asked = list.asked();
    model->renew();
    QCOMPARE(list.asked(), asked);
}

QTEST_GUILESS_MAIN(PagedRowsTest)
#include "tst_paged_rows.moc"
