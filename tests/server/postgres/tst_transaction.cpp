// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/transaction.h"

#include "server/postgres/errors.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <atomic>
#include <thread>

#include <numeric>

using namespace hpcbill;
using postgres::Mode;
using postgres::Statement;
using postgres::Transaction;

class TransactionTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void whatWasCommittedIsThere();
    void whatWasNotCommittedIsRolledBack();
    void aFailedStatementCannotBeCommitted();
    void aReadOnlyTransactionRefusesToWrite();
    void runsAsTheApplicationRole();
    void everyTypeComesBackAsItWasGiven();
    void nullComesBackAsNothing();
    void aNulInATextIsRefusedAndNotCutOff();
    void arraysKeepEveryByte();
    void timesAreUtcWhateverTheRoleIsSetTo();
    void aViolationTellsTheConstraint();
    void aStatementThatTakesTooLongIsATimeout();
    void twoThatWaitForEachOtherEndInASerializationFailure();
    void streamingSeesEveryRowInOrder();
    void aStreamLastsAsLongAsItsReader();
    void aStreamWaitsForTheDatabaseAsLongAsAStatementMay();
    void aReaderThatGivesUpLeavesTheConnectionFit();
    void aPipelineAnswersInOrder();
    void aPipelineTellsTheFirstFailure();
    void whatIsLeftToTheCommitRunsWithIt();
    void whatGoesWrongAtTheCommitUndoesAll();
    void copiedRowsEqualWhatWasWritten();
    void aCopyThatIsGivenUpWritesNothing();
    void aCopyOfWrongRowsIsRefused();
    void numbersAreCopiedToTheLastDecimal();

private:
    std::unique_ptr<support::TestDatabase> m_database;
};

namespace
{

/// What a statement may take here: long enough for a new connection's first ones on a loaded machine.
constexpr std::chrono::milliseconds patience{2000};

constexpr Statement insertNumber{"t.insert", "insert into numbers (n) values ($1)"};
constexpr Statement insertText{"t.insert_text", "insert into numbers (n) values ($1::text::bigint)"};
constexpr Statement countNumbers{"t.count", "select count(*) from numbers"};
constexpr Statement series{"t.series", "select n from generate_series(1, $1::bigint) n order by n"};

std::int64_t count(support::TestDatabase& database)
{
    Transaction tx(database.pool(), Mode::readOnly);
    return tx.execute(countNumbers)[0].as<std::int64_t>(0);
}

} // namespace

void TransactionTest::initTestCase()
{
    m_database = std::make_unique<support::TestDatabase>(support::Schema::empty);
    m_database->run("create table numbers (n bigint not null constraint numbers_once unique);"
                    "create table kinds (a bigint, b integer, c boolean, d text, e bytea, f timestamptz);"
                    "grant select, insert, update, delete on numbers, kinds to hpcbill_app");
}

void TransactionTest::whatWasCommittedIsThere()
{
    const std::int64_t before = count(*m_database);
    Transaction tx(m_database->pool(), Mode::readWrite);
    QCOMPARE(tx.execute(insertNumber, 1).affectedRows(), 1);
    tx.commit();
    QCOMPARE(count(*m_database), before + 1);
}

void TransactionTest::whatWasNotCommittedIsRolledBack()
{
    const std::int64_t before = count(*m_database);
    {
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.execute(insertNumber, 2);
        QCOMPARE(tx.execute(countNumbers)[0].as<std::int64_t>(0), before + 1);
    }
    QCOMPARE(count(*m_database), before);
}

void TransactionTest::aFailedStatementCannotBeCommitted()
{
    const std::int64_t before = count(*m_database);
    Transaction tx(m_database->pool(), Mode::readWrite);
    tx.execute(insertNumber, 3);
    QVERIFY_EXCEPTION_THROWN(tx.execute(insertText, "x"), postgres::QueryError);
    QVERIFY_EXCEPTION_THROWN(tx.commit(), postgres::QueryError);
    QCOMPARE(count(*m_database), before);
}

void TransactionTest::aReadOnlyTransactionRefusesToWrite()
{
    Transaction tx(m_database->pool(), Mode::readOnly);
    QVERIFY_EXCEPTION_THROWN(tx.execute(insertNumber, 4), postgres::QueryError);
}

void TransactionTest::runsAsTheApplicationRole()
{
    constexpr Statement whoAmI{"t.who", "select current_user::text, session_user::text"};
    postgres::Pool asOwner({.conninfo = m_database->ownerUrl()});
    Transaction tx(asOwner, Mode::readOnly);
    QCOMPARE(tx.execute(whoAmI)[0].as<std::string>(0), std::string("hpcbill_app"));
    QCOMPARE(tx.execute(whoAmI)[0].as<std::string>(1), std::string("hpcbill_owner"));
}

void TransactionTest::everyTypeComesBackAsItWasGiven()
{
    constexpr Statement echo{
        "t.echo", "select $1::boolean, $2::integer, $3::bigint, $4::text, $5::timestamptz, $6::date, "
                  "$7::bytea, $8::text::numeric(18, 6)::text"};
    const UtcTime moment =
        std::chrono::sys_days{std::chrono::year{1969} / 12 / 31} + std::chrono::microseconds(86'399'999'999);
    const std::chrono::sys_days day{std::chrono::year{2024} / 2 / 29};
    const postgres::Bytes bytes{std::byte{0}, std::byte{0x5c}, std::byte{0xff}, std::byte{0x27}};
    const std::string text = "a 'quote', a \\ and \u0e44\u0e17\u0e22";
    Transaction tx(m_database->pool(), Mode::readOnly);
    const auto result =
        tx.execute(echo, true, std::int32_t{-2147483647 - 1}, std::numeric_limits<std::int64_t>::min(), text,
                   moment, day, bytes, "12.345678");
    const postgres::Row row = result[0];
    QCOMPARE(row.as<bool>(0), true);
    QCOMPARE(row.as<std::int32_t>(1), std::numeric_limits<std::int32_t>::min());
    QCOMPARE(row.as<std::int64_t>(2), std::numeric_limits<std::int64_t>::min());
    QCOMPARE(row.as<std::string>(3), text);
    QVERIFY(row.as<UtcTime>(4) == moment);
    QVERIFY(row.as<std::chrono::sys_days>(5) == day);
    QVERIFY(row.as<postgres::Bytes>(6) == bytes);
    QCOMPARE(row.as<std::string>(7), std::string("12.345678"));
}

void TransactionTest::nullComesBackAsNothing()
{
    constexpr Statement echo{"t.echo_null", "select $1::text, $2::bigint, $3::timestamptz, $4::text"};
    Transaction tx(m_database->pool(), Mode::readOnly);
    const auto result =
        tx.execute(echo, nullptr, std::optional<std::int64_t>{}, std::optional<UtcTime>{}, "");
    QVERIFY(!result[0].as<std::optional<std::string>>(0));
    QVERIFY(!result[0].as<std::optional<std::int64_t>>(1));
    QVERIFY(!result[0].as<std::optional<UtcTime>>(2));
    QCOMPARE(result[0].as<std::optional<std::string>>(3).value(), std::string());
}

void TransactionTest::aNulInATextIsRefusedAndNotCutOff()
{
    constexpr Statement echo{"t.echo_text", "select $1::text"};
    Transaction tx(m_database->pool(), Mode::readOnly);
    QVERIFY_EXCEPTION_THROWN(tx.execute(echo, std::string("admin\0x", 7)), postgres::QueryError);
    QVERIFY_EXCEPTION_THROWN(tx.execute(echo, std::vector<std::string>{std::string("a\0", 2)}),
                             postgres::QueryError);
    QCOMPARE(tx.execute(echo, "admin")[0].as<std::string>(0), std::string("admin"));
}

void TransactionTest::arraysKeepEveryByte()
{
    constexpr Statement unnest{"t.unnest",
                               "select t from unnest($1::text[]) with ordinality as u (t, i) order by i"};
    const std::vector<std::string> texts{"", "NULL", "a,b", "{c}", "\"d\"", "\\e", " f ", "\u0e01\n"};
    Transaction tx(m_database->pool(), Mode::readOnly);
    const auto result = tx.execute(unnest, texts);
    std::vector<std::string> read;
    for (const postgres::Row row : result)
        read.push_back(row.as<std::string>(0));
    QVERIFY(read == texts);
    QVERIFY(tx.execute(unnest, std::vector<std::string>{}).empty());
}

void TransactionTest::timesAreUtcWhateverTheRoleIsSetTo()
{
    m_database->run("alter role hpcbill_app in database " + m_database->value("select current_database()") +
                    " set timezone = 'Asia/Bangkok'");
    constexpr Statement moment{"t.moment", "select timestamptz '2026-11-23 00:30:00+07'"};
    postgres::Pool pool({.conninfo = m_database->appUrl()});
    Transaction tx(pool, Mode::readOnly);
    const UtcTime expected =
        std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + std::chrono::minutes(17 * 60 + 30);
    QVERIFY(tx.execute(moment)[0].as<UtcTime>(0) == expected);
}

void TransactionTest::aViolationTellsTheConstraint()
{
    Transaction tx(m_database->pool(), Mode::readWrite);
    tx.execute(insertNumber, 5);
    try {
        tx.execute(insertNumber, 5);
        QFAIL("the second row was taken");
    } catch (const postgres::ConstraintViolation& violation) {
        QCOMPARE(violation.constraint(), std::string("numbers_once"));
        QCOMPARE(violation.sqlstate(), std::string("23505"));
    }
}

void TransactionTest::aStatementThatTakesTooLongIsATimeout()
{
    constexpr Statement slow{"t.slow", "select pg_sleep(600)::text"};
    postgres::Pool pool({.conninfo = m_database->appUrl(), .session = {.role = "", .statementTimeout = patience}});
    {
        Transaction tx(pool, Mode::readOnly);
        QVERIFY_EXCEPTION_THROWN(tx.execute(slow), postgres::Timeout);
    }
    Transaction tx(pool, Mode::readOnly);
    QCOMPARE(tx.execute(series, 1)[0].as<std::int64_t>(0), 1);
}

void TransactionTest::twoThatWaitForEachOtherEndInASerializationFailure()
{
    constexpr Statement lock{"t.lock", "select pg_advisory_xact_lock($1::bigint)"};
    std::atomic<int> failures = 0;
    std::atomic<int> holding = 0;
    const auto cross = [&](int first, int second) {
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.execute(lock, first);
        ++holding;
        while (holding < 2)
            std::this_thread::yield();
        try {
            tx.execute(lock, second);
        } catch (const postgres::SerializationFailure&) {
            ++failures;
        }
    };
    {
        const std::jthread one(cross, 1, 2);
        const std::jthread other(cross, 2, 1);
    }
    QCOMPARE(failures.load(), 1);
}

void TransactionTest::streamingSeesEveryRowInOrder()
{
    Transaction tx(m_database->pool(), Mode::readOnly);
    std::int64_t rows = 0;
    bool inOrder = true;
    tx.queryStream(
        series, [&](const postgres::Row& row) { inOrder = inOrder && row.as<std::int64_t>(0) == ++rows; },
        100'000);
    QCOMPARE(rows, 100'000);
    QVERIFY(inOrder);
}

void TransactionTest::aStreamLastsAsLongAsItsReader()
{
    constexpr Statement wide{"t.wide", "select repeat('x', 10000) from generate_series(1, 10000) n"}; // far more than lines hold
    constexpr Statement limit{"t.limit", "select current_setting('statement_timeout')"};
    postgres::Pool pool({.conninfo = m_database->appUrl(), .session = {.role = "", .statementTimeout = patience}});
    Transaction tx(pool, Mode::readOnly);
    std::int64_t rows = 0;
    tx.queryStream(wide, [&](const postgres::Row&) {
        if (++rows % 1000 == 0)
            for (const QDeadlineTimer busy(patience / 4); !busy.hasExpired();) {}
    });
    QCOMPARE(rows, 10'000);
    QCOMPARE(tx.execute(limit)[0].as<std::string>(0), std::string("2s"));
}

void TransactionTest::aStreamWaitsForTheDatabaseAsLongAsAStatementMay()
{
    constexpr Statement stuck{"t.stuck", "select n from generate_series(1, 2) n where n = 1 or pg_sleep(600)::text is null"};
    postgres::Pool pool({.conninfo = m_database->appUrl(),
                         .size = 1,
                         .session = {.role = "", .statementTimeout = patience}});
    QElapsedTimer clock;
    clock.start();
    {
        Transaction tx(pool, Mode::readOnly);
        QVERIFY_EXCEPTION_THROWN(tx.queryStream(stuck, [](const postgres::Row&) {}), postgres::Timeout);
    }
    QVERIFY(clock.elapsed() < 120'000);
    Transaction tx(pool, Mode::readOnly);
    QCOMPARE(tx.execute(series, 1)[0].as<std::int64_t>(0), 1);
}

void TransactionTest::aReaderThatGivesUpLeavesTheConnectionFit()
{
    postgres::Pool pool({.conninfo = m_database->appUrl(), .size = 1});
    {
        Transaction tx(pool, Mode::readOnly);
        QVERIFY_EXCEPTION_THROWN(
            tx.queryStream(
                series, [](const postgres::Row&) { throw std::domain_error("enough"); }, 10'000'000),
            std::domain_error);
    }
    QCOMPARE(pool.stats().idle, std::size_t{1});
    Transaction tx(pool, Mode::readOnly);
    QCOMPARE(tx.execute(series, 3).size(), 3);
}

void TransactionTest::aPipelineAnswersInOrder()
{
    Transaction tx(m_database->pool(), Mode::readWrite);
    const std::vector<postgres::Call> calls{{insertNumber, postgres::Parameters::of(100)},
                                            {insertNumber, postgres::Parameters::of(101)},
                                            {series, postgres::Parameters::of(2)}};
    const auto results = tx.pipeline(calls);
    QCOMPARE(results.size(), std::size_t{3});
    QCOMPARE(results[1].affectedRows(), 1);
    QCOMPARE(results[2].size(), 2);
    QCOMPARE(tx.execute(series, 4).size(), 4); // the connection is back to one at a time
}

void TransactionTest::aPipelineTellsTheFirstFailure()
{
    postgres::Pool pool({.conninfo = m_database->appUrl(), .size = 1});
    {
        Transaction tx(pool, Mode::readWrite);
        const std::vector<postgres::Call> calls{{insertNumber, postgres::Parameters::of(200)},
                                                {insertNumber, postgres::Parameters::of(200)},
                                                {insertNumber, postgres::Parameters::of(201)}};
        QVERIFY_EXCEPTION_THROWN(tx.pipeline(calls), postgres::ConstraintViolation);
    }
    QCOMPARE(pool.stats().idle, std::size_t{1});
    Transaction tx(pool, Mode::readOnly);
    QCOMPARE(tx.execute(series, 4).size(), 4);
}

void TransactionTest::whatIsLeftToTheCommitRunsWithIt()
{
    const std::int64_t before = count(*m_database);
    {
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.runAtCommit({insertNumber, postgres::Parameters::of(901)});
        tx.runAtCommit({insertNumber, postgres::Parameters::of(902)});
        QCOMPARE(tx.execute(countNumbers)[0].as<std::int64_t>(0), before);
        tx.commit();
    }
    QCOMPARE(count(*m_database), before + 2);
    {
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.runAtCommit({insertNumber, postgres::Parameters::of(903)});
    }
    QCOMPARE(count(*m_database), before + 2);
}

void TransactionTest::whatGoesWrongAtTheCommitUndoesAll()
{
    const std::int64_t before = count(*m_database);
    {
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.execute(insertNumber, 911);
        tx.runAtCommit({insertNumber, postgres::Parameters::of(912)});
        tx.runAtCommit({insertNumber, postgres::Parameters::of(911)});
        QVERIFY_THROWS_EXCEPTION(postgres::ConstraintViolation, tx.commit());
    }
    QCOMPARE(count(*m_database), before);
    {
        // As it is where nothing was left to the commit: a statement that failed cannot be committed over.
        Transaction tx(m_database->pool(), Mode::readWrite);
        tx.runAtCommit({insertNumber, postgres::Parameters::of(913)});
        QVERIFY_THROWS_EXCEPTION(postgres::QueryError, tx.execute(insertText, "no number"));
        QVERIFY_THROWS_EXCEPTION(postgres::QueryError, tx.commit());
    }
    QCOMPARE(count(*m_database), before);
}

void TransactionTest::copiedRowsEqualWhatWasWritten()
{
    constexpr const char* copyKinds = "copy kinds (a, b, c, d, e, f) from stdin (format binary)";
    constexpr Statement readKinds{"t.kinds", "select a, b, c, d, e, f from kinds order by a nulls last"};
    constexpr std::int64_t rows = 20'000; // several buffers full
    const UtcTime moment =
        std::chrono::sys_days{std::chrono::year{1999} / 12 / 31} + std::chrono::microseconds(1);
    const postgres::Bytes bytes{std::byte{0}, std::byte{255}};
    Transaction tx(m_database->pool(), Mode::readWrite);
    {
        postgres::CopyWriter copy = tx.copyIn(copyKinds);
        for (std::int64_t i = 0; i < rows; ++i) {
            copy.row()
                .add(i)
                .add(static_cast<std::int32_t>(-i))
                .add(i % 2 == 0)
                .add(std::string(static_cast<std::size_t>(i % 97), 'x'))
                .add(bytes)
                .add(moment + std::chrono::microseconds(i));
        }
        copy.row()
            .addNull()
            .addNull()
            .addNull()
            .add(std::optional<std::string>{})
            .addNull()
            .add(std::optional<UtcTime>{});
        copy.finish();
    }
    std::int64_t i = 0;
    bool equal = true;
    tx.queryStream(readKinds, [&](const postgres::Row& row) {
        if (i < rows) {
            equal = equal && row.as<std::int64_t>(0) == i && row.as<std::int32_t>(1) == -i &&
                    row.as<bool>(2) == (i % 2 == 0) &&
                    row.as<std::string>(3).size() == static_cast<std::size_t>(i % 97) &&
                    row.as<postgres::Bytes>(4) == bytes &&
                    row.as<UtcTime>(5) == moment + std::chrono::microseconds(i);
        } else {
            for (int column = 0; column < 6; ++column)
                equal = equal && row.isNull(column);
        }
        ++i;
    });
    QCOMPARE(i, rows + 1);
    QVERIFY(equal);
}

void TransactionTest::aCopyThatIsGivenUpWritesNothing()
{
    const std::int64_t before = count(*m_database);
    {
        Transaction tx(m_database->pool(), Mode::readWrite);
        postgres::CopyWriter copy = tx.copyIn("copy numbers (n) from stdin (format binary)");
        for (std::int64_t n = 1000; n < 100'000; ++n)
            copy.row().add(n);
    }
    QCOMPARE(count(*m_database), before);
}

void TransactionTest::aCopyOfWrongRowsIsRefused()
{
    Transaction tx(m_database->pool(), Mode::readWrite);
    postgres::CopyWriter copy = tx.copyIn("copy numbers (n) from stdin (format binary)");
    copy.row().add(std::int32_t{7}); // half as wide as the column
    QVERIFY_EXCEPTION_THROWN(copy.finish(), postgres::QueryError);
}

void TransactionTest::numbersAreCopiedToTheLastDecimal()
{
    m_database->run("create table amounts (n numeric); grant select, insert on amounts to hpcbill_app");
    const std::vector<Decimal> amounts{{0, 0},        {0, 2},      {1, 0},          {1, 2},         {10, 2},       {100, 2},
                                       {9999, 0},     {10'000, 0}, {10'000, 4},     {10'001, 4},    {123'456, 2},  {99'999'999, 4},
                                       {1'000'000, 2}, {5, 12},    {1'000'000, 12}, {INT64_MAX, 0}, {INT64_MAX, 3}, {INT64_MAX, 12}};
    Transaction tx(m_database->pool(), Mode::readWrite);
    postgres::CopyWriter copy = tx.copyIn("copy amounts (n) from stdin (format binary)");
    for (const Decimal& amount : amounts)
        copy.row().add(amount);
    copy.finish();
    tx.commit();
    std::string expected;
    for (const Decimal& amount : amounts)
        expected += decimalText(amount.units, amount.places) + " ";
    QCOMPARE(m_database->value("select string_agg(n::text, ' ') || ' ' from amounts"), expected);
    // What was copied is what PostgreSQL itself makes of the text, digit by digit: it can be compared, added and sent on.
    QCOMPARE(m_database->value("select count(*) from amounts where n <> n::text::numeric or numeric_send(n) <> numeric_send(n::text::numeric)"),
             std::string("0"));
}

QTEST_GUILESS_MAIN(TransactionTest)
#include "tst_transaction.moc"
