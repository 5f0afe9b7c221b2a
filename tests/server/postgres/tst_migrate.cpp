// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/migrate.h"

#include "server/postgres/connection.h"
#include "server/postgres/errors.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace hpcbill;
using postgres::migrate;
using postgres::Migration;

class MigrateTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void stepsAreAppliedOnceAndInOrder();
    void aFailingStepLeavesThoseBeforeIt();
    void aStepThatChangedSinceItWasAppliedIsRefused();
    void twoAtOnceOnAnEmptyDatabaseBothSucceed();
    void twoDatabasesOfOneClusterAtOnceBothSucceed();
    void theOwnerMayBecomeTheApplication();
    void theSchemaOfThisReleaseIsComplete();
    void theApplicationMayAppendToTheAuditLogAndNothingElse_data();
    void theApplicationMayAppendToTheAuditLogAndNothingElse();

private:
    /// Keeps the cluster running between the databases of the functions.
    std::unique_ptr<support::TestDatabase> m_migrated;
};

namespace
{

const std::vector<Migration> twoSteps{
    {1, "0001_first", "create table first (a bigint); insert into first values (1)"},
    {2, "0002_second", "alter table first add b text; create table second (c bigint)"}};

} // namespace

void MigrateTest::initTestCase()
{
    m_migrated = std::make_unique<support::TestDatabase>();
}

void MigrateTest::stepsAreAppliedOnceAndInOrder()
{
    const support::TestDatabase database(support::Schema::empty);
    const std::vector<Migration> one{twoSteps.front()};
    QCOMPARE(migrate(database.ownerUrl(), one), std::vector<std::string>{"0001_first"});
    QCOMPARE(migrate(database.ownerUrl(), twoSteps), std::vector<std::string>{"0002_second"});
    QVERIFY(migrate(database.ownerUrl(), twoSteps).empty());
    QCOMPARE(database.value("select count(*) from first"), std::string("1"));
    QCOMPARE(database.value(
                 "select string_agg(version || ' ' || name || ' ' || length(sha256), ', ' order by version) "
                 "from schema_migrations"),
             std::string("1 0001_first 64, 2 0002_second 64"));
}

void MigrateTest::aFailingStepLeavesThoseBeforeIt()
{
    const support::TestDatabase database(support::Schema::empty);
    std::vector<Migration> steps = twoSteps;
    steps[1].sql = "create table second (c bigint); select 1 / 0";
    QVERIFY_EXCEPTION_THROWN(migrate(database.ownerUrl(), steps), postgres::QueryError);
    QCOMPARE(database.value("select to_regclass('first')"), std::string("first"));
    QCOMPARE(database.value("select to_regclass('second')"), std::string());
    QCOMPARE(migrate(database.ownerUrl(), twoSteps), std::vector<std::string>{"0002_second"});
}

void MigrateTest::aStepThatChangedSinceItWasAppliedIsRefused()
{
    const support::TestDatabase database(support::Schema::empty);
    migrate(database.ownerUrl(), twoSteps);
    std::vector<Migration> steps = twoSteps;
    steps[0].sql = "create table first (a integer)";
    steps.push_back({3, "0003_third", "create table third (d bigint)"});
    QVERIFY_EXCEPTION_THROWN(migrate(database.ownerUrl(), steps), postgres::QueryError);
    QCOMPARE(database.value("select to_regclass('third')"), std::string());
}

void MigrateTest::twoAtOnceOnAnEmptyDatabaseBothSucceed()
{
    const support::TestDatabase database(support::Schema::empty);
    std::atomic<std::size_t> applied = 0;
    const auto run = [&] { applied += migrate(database.ownerUrl()).size(); };
    {
        const std::jthread one(run);
        const std::jthread other(run);
        const std::jthread third(run);
    }
    QCOMPARE(applied.load(), postgres::knownMigrations().size());
}

void MigrateTest::twoDatabasesOfOneClusterAtOnceBothSucceed()
{
    const support::TestDatabase one(support::Schema::empty);
    const support::TestDatabase other(support::Schema::empty);
    // The roles of a cluster are shared. A superuser is everybody already: only another login has to be given the application's role.
    const std::string login = "migrator_" + one.value("select current_database()");
    one.run("create role " + login + " createrole login");
    const auto give = [](const support::TestDatabase& database, const std::string& owner) {
        database.run("alter database " + database.value("select current_database()") + " owner to " + owner);
    };
    give(one, login);
    give(other, login);
    const auto as = [&login](std::string url) { return url.replace(url.find("postgres@"), 8, login); };
    for (int round = 0; round < 20; ++round) {
        one.run("revoke hpcbill_app from " + login);
        std::atomic<int> failures = 0;
        const auto run = [&](const support::TestDatabase& database) {
            try {
                migrate(as(database.superuserUrl()), twoSteps);
            } catch (const postgres::DatabaseError& error) {
                qWarning("%s", error.what());
                ++failures;
            }
        };
        {
            const std::jthread first([&] { run(one); });
            const std::jthread second([&] { run(other); });
        }
        QCOMPARE(failures.load(), 0);
        QCOMPARE(one.value("select pg_has_role('" + login + "', 'hpcbill_app', 'member')::text"), std::string("true"));
    }
    give(one, "hpcbill_owner");
    give(other, "hpcbill_owner");
    one.run("drop owned by " + login + " cascade");
    other.run("drop owned by " + login + " cascade");
    one.run("drop role " + login);
}

void MigrateTest::theOwnerMayBecomeTheApplication()
{
    postgres::Connection owner(m_migrated->ownerUrl(), {.role = "hpcbill_app"});
    QCOMPARE(owner.script("select current_user::text")[0].as<std::string>(0), std::string("hpcbill_app"));
}

void MigrateTest::theSchemaOfThisReleaseIsComplete()
{
    QVERIFY(!postgres::knownMigrations().empty());
    int version = 0;
    for (const Migration& step : postgres::knownMigrations())
        QCOMPARE(step.version, ++version);
    QCOMPARE(m_migrated->value("select count(*) from schema_migrations"), std::to_string(version));
    QVERIFY(migrate(m_migrated->ownerUrl()).empty());
}

void MigrateTest::theApplicationMayAppendToTheAuditLogAndNothingElse_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("sqlstate");
    const QString row =
        "insert into audit_log (seq, v, ts, action, outcome, details, leaf_hash, prev_hash, hash) values "
        "(1, 1, '2026-01-01', 'x', 'ok', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), "
        "'hex'), "
        "decode(repeat('00', 32), 'hex'))";
    QTest::newRow("insert") << row << "";
    QTest::newRow("select") << "select seq from audit_log" << "";
    QTest::newRow("update") << "update audit_log set action = 'y'" << "42501";
    QTest::newRow("delete") << "delete from audit_log" << "42501";
    QTest::newRow("truncate") << "truncate audit_log" << "42501";
    QTest::newRow("disable the triggers") << "alter table audit_log disable trigger all" << "42501";
    QTest::newRow("drop") << "drop table audit_log" << "42501";
}

void MigrateTest::theApplicationMayAppendToTheAuditLogAndNothingElse()
{
    QFETCH(QString, sql);
    QFETCH(QString, sqlstate);
    postgres::Connection application(m_migrated->appUrl(), {});
    QString refused;
    try {
        application.script("begin");
        application.script(sql.toStdString());
    } catch (const postgres::QueryError& error) {
        refused = QString::fromStdString(error.sqlstate());
    }
    QCOMPARE(refused, sqlstate);
}

QTEST_GUILESS_MAIN(MigrateTest)
#include "tst_migrate.moc"
