// SPDX-License-Identifier: GPL-3.0-or-later
// Many who print at once: a few draw, the others wait a little or are told to come again.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <atomic>
#include <latch>
#include <sstream>
#include <thread>

using namespace hpcbill;

class PrintLoadTest : public QObject
{
    Q_OBJECT

private slots:
    void aFewAreDrawnAtOnce();
    void longOnesDoNotHoldUpShortOnes();
};

namespace
{

/// Many who print one receipt at once, and take nothing of it before they are asked whether they finished.
class Readers final
{
public:
    Readers(const receipts::Printout& printout, int count)
        : m_count(count)
    {
        for (int reader = 0; reader < count; ++reader)
            m_threads.emplace_back([&] { read(printout); });
    }
    ~Readers() { open(); }
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    /// Waits until each has begun or was told to come again.
    [[nodiscard]] bool areSettled() const
    {
        return QTest::qWaitFor([&] { return m_drawn + m_refused == m_count; }, 60'000);
    }
    [[nodiscard]] int drawn() const { return m_drawn; }
    int finished()
    {
        open();
        m_threads.clear();
        return m_finished;
    }

private:
    struct Gate final : std::stringbuf {
        explicit Gate(Readers& theReaders)
            : readers(theReaders)
        {
        }
        std::streamsize xsputn(const char* text, std::streamsize count) override
        {
            if (!std::exchange(isDrawn, true))
                ++readers.m_drawn;
            readers.m_opened.wait();
            return std::stringbuf::xsputn(text, count);
        }
        Readers& readers;
        bool isDrawn = false;
    };

    void read(const receipts::Printout& printout)
    {
        Gate gate(*this);
        std::ostream out(&gate);
        try {
            printout.write(out);
            ++m_finished;
        } catch (const Overloaded& overloaded) {
            m_refused += overloaded.retryAfter().count() > 0 ? 1 : 0;
        }
    }

    void open()
    {
        if (!m_opened.try_wait())
            m_opened.count_down();
    }

    const int m_count;
    std::latch m_opened{1};
    std::atomic<int> m_drawn = 0;
    std::atomic<int> m_refused = 0;
    std::atomic<int> m_finished = 0;
    std::vector<std::jthread> m_threads;
};


/// A receipt of alice's for so many jobs, and one of bob's for one.
struct Billed {
    explicit Billed(int jobs)
    {
        std::vector<slurm::JobRecord> records;
        for (int id = 0; id <= jobs; ++id) {
            records.push_back(support::finishedJob(id + 1));
            records.back().user = id == 0 ? "bob" : "alice";
        }
        const auto cluster = support::addCluster(ground.database, "testbed");
        {
            postgres::Transaction tx(ground.database.pool(), postgres::Mode::readWrite);
            ground.jobs.merge(tx, cluster, records);
            tx.commit();
        }
        for (const char* user : {"alice", "bob"})
            receipts.create(user, support::at("2027-01-01T00:00:00Z"), std::nullopt, {.name = "finance1", .role = api::Role::admin, .address = "", .requestId = ""});
    }

    receipts::Printout printoutOf(int id)
    {
        postgres::Transaction tx(ground.database.pool(), postgres::Mode::readOnly);
        return printer.print(receipts.find(tx, receipts::ReceiptId{id}), "en");
    }

    support::Ground ground;
    prometheus::Registry metrics;
    receipts::Receipts receipts{receipts::Receipts::Parts{.pool = ground.database.pool(), .audit = ground.audit, .prices = ground.prices, .outbox = ground.outbox, .metrics = metrics}, {}, {}};
    receipts::Printer printer{receipts::Printer::Parts{.pool = ground.database.pool(), .receipts = receipts, .prices = ground.prices}, ""};
};

std::string printed(const receipts::Printout& printout)
{
    std::ostringstream out;
    printout.write(out);
    return out.str();
}

} // namespace

void PrintLoadTest::aFewAreDrawnAtOnce()
{
    Billed billed(3);
    const receipts::Printout printout = billed.printoutOf(1);
    Readers readers(printout, 24);
    QVERIFY(readers.areSettled());
    QVERIFY2(readers.drawn() >= 1 && readers.drawn() <= 8, std::to_string(readers.drawn()).c_str());
    QCOMPARE(readers.finished(), readers.drawn());
    QVERIFY(printed(printout).starts_with("%PDF"));
}

void PrintLoadTest::longOnesDoNotHoldUpShortOnes()
{
    Billed billed(20'000);
    const receipts::Printout longOne = billed.printoutOf(1);
    Readers readers(longOne, 12);
    QVERIFY(readers.areSettled()); // those who draw stand still
    QCOMPARE(readers.drawn(), 2);
    QVERIFY(printed(billed.printoutOf(2)).starts_with("%PDF"));
    QCOMPARE(readers.finished(), 2);
}

QTEST_GUILESS_MAIN(PrintLoadTest)
#include "tst_print_load.moc"
