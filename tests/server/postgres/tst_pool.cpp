// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/pool.h"

#include "common/error.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace hpcbill;
using postgres::Mode;
using postgres::Pool;
using postgres::Transaction;

class PoolTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void connectionsAreUsedAgain();
    void neverMoreConnectionsThanItsSize();
    void whenAllAreInUseItSaysSoInTime();
    void aDatabaseThatIsAwayIsUnavailable();
    void connectionsThatTheDatabaseEndedAreReplaced();
    void aConnectionLostInATransactionCostsThatTransactionOnly();
    void aRoleThatIsMissingTakesNoPlaceInThePool();

private:
    std::unique_ptr<support::TestDatabase> m_database;
};

namespace
{

constexpr postgres::Statement one{"t.one", "select 1"};
constexpr postgres::Statement backend{"t.backend", "select pg_backend_pid()"};

std::int32_t backendOf(Pool& pool)
{
    Transaction tx(pool, Mode::readOnly);
    return tx.execute(backend)[0].as<std::int32_t>(0);
}

} // namespace

void PoolTest::initTestCase()
{
    m_database = std::make_unique<support::TestDatabase>(support::Schema::empty);
}

void PoolTest::connectionsAreUsedAgain()
{
    Pool pool({.conninfo = m_database->appUrl()});
    QCOMPARE(backendOf(pool), backendOf(pool));
    QCOMPARE(pool.stats().idle, std::size_t{1});
    QCOMPARE(pool.stats().inUse, std::size_t{0});
}

void PoolTest::neverMoreConnectionsThanItsSize()
{
    Pool pool({.conninfo = m_database->appUrl(), .size = 3, .acquireTimeout = std::chrono::seconds(60)});
    std::atomic<int> done = 0;
    std::atomic<bool> tooMany = false;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 12; ++thread) {
            threads.emplace_back([&] {
                for (int round = 0; round < 50; ++round) {
                    Transaction tx(pool, Mode::readOnly);
                    tx.execute(one);
                    const auto stats = pool.stats();
                    tooMany = tooMany || stats.inUse + stats.idle > 3;
                    ++done;
                }
            });
        }
    }
    QCOMPARE(done.load(), 600);
    QVERIFY(!tooMany);
    QCOMPARE(pool.stats().inUse, std::size_t{0});
}

void PoolTest::whenAllAreInUseItSaysSoInTime()
{
    Pool pool({.conninfo = m_database->appUrl(), .size = 1, .acquireTimeout = std::chrono::milliseconds(50)});
    {
        Transaction holder(pool, Mode::readOnly);
        QVERIFY_EXCEPTION_THROWN(Transaction(pool, Mode::readOnly), Overloaded);
    }
    Transaction(pool, Mode::readOnly).execute(one);
}

void PoolTest::aDatabaseThatIsAwayIsUnavailable()
{
    Pool pool({.conninfo = "postgresql://hpcbill_app@/nowhere?host=/nonexistent", .size = 2});
    for (int attempt = 0; attempt < 5; ++attempt)
        QVERIFY_EXCEPTION_THROWN(Transaction(pool, Mode::readOnly), postgres::Unavailable);
    QCOMPARE(pool.stats().inUse, std::size_t{0});
}

void PoolTest::connectionsThatTheDatabaseEndedAreReplaced()
{
    Pool pool({.conninfo = m_database->appUrl()});
    std::int32_t before = 0;
    {
        Transaction first(pool, Mode::readOnly);
        Transaction second(pool, Mode::readOnly);
        before = first.execute(backend)[0].as<std::int32_t>(0);
    }
    QCOMPARE(pool.stats().idle, std::size_t{2});
    m_database->run(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity where usename = 'hpcbill_app'"
        " and datname = current_database()");
    QVERIFY(backendOf(pool) != before);
    QCOMPARE(pool.stats().idle, std::size_t{1}); // the other one was as dead
}

void PoolTest::aConnectionLostInATransactionCostsThatTransactionOnly()
{
    Pool pool({.conninfo = m_database->appUrl(), .size = 1});
    {
        Transaction tx(pool, Mode::readWrite);
        m_database->run("select pg_terminate_backend(" +
                        std::to_string(tx.execute(backend)[0].as<std::int32_t>(0)) + ", 10000)");
        QVERIFY_EXCEPTION_THROWN(tx.execute(one), postgres::Unavailable);
        QVERIFY_EXCEPTION_THROWN(tx.commit(), postgres::Unavailable);
    }
    QCOMPARE(pool.stats().inUse, std::size_t{0});
    Transaction(pool, Mode::readOnly).execute(one);
}

void PoolTest::aRoleThatIsMissingTakesNoPlaceInThePool()
{
    Pool pool({.conninfo = m_database->ownerUrl(),
               .size = 1,
               .session = {.role = "nobody_of_this_name"},
               .acquireTimeout = std::chrono::milliseconds(50)});
    for (int attempt = 0; attempt < 3; ++attempt)
        QVERIFY_EXCEPTION_THROWN(Transaction(pool, Mode::readOnly), postgres::QueryError);
}

QTEST_GUILESS_MAIN(PoolTest)
#include "tst_pool.moc"
