// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/audit/audit.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>

#include <memory>
#include <thread>

using namespace hpcbill;

class AuditLogTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void recordsAreChainedFromOne();
    void aRolledBackChangeLeavesNoRecord();
    void eightWritersLeaveNoForkAndNoGap();
    void aByteChangedInAnyColumnIsFound_data();
    void aByteChangedInAnyColumnIsFound();
    void aDeletedRecordIsFound();
    void theApplicationMayOnlyAppend_data();
    void theApplicationMayOnlyAppend();
    void notEvenTheSuperuserMayWhileTheTriggersStand();

private:
    void append(const std::string& action, const nlohmann::json& details = nlohmann::json::object());
    audit::Verification verify();

    std::unique_ptr<support::TestDatabase> m_database;
    std::unique_ptr<prometheus::Registry> m_metrics;
    std::unique_ptr<audit::Log> m_log;
};

void AuditLogTest::init()
{
    m_database = std::make_unique<support::TestDatabase>();
    m_metrics = std::make_unique<prometheus::Registry>();
    m_log = std::make_unique<audit::Log>(*m_metrics);
}

void AuditLogTest::append(const std::string& action, const nlohmann::json& details)
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
    m_log->append(
        tx, {.by = {.name = "admin1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "req-1"},
             .action = action,
             .targetType = "thing",
             .targetId = "7",
             .details = details});
    tx.commit();
}

audit::Verification AuditLogTest::verify()
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    return audit::verify(*m_log, tx);
}

void AuditLogTest::recordsAreChainedFromOne()
{
    append("thing.made", {{"after", {{"name", "ชื่อ \"x\""}, {"count", 3}}}, {"before", nullptr}});
    append("thing.changed");
    const auto verification = verify();
    QVERIFY(!verification.finding);
    QCOMPARE(verification.records, 2);
    QCOMPARE(m_database->value("select string_agg(seq::text, ' ' order by seq) from audit_log"),
             std::string("1 2"));
}

void AuditLogTest::aRolledBackChangeLeavesNoRecord()
{
    append("thing.made");
    {
        postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
        m_log->append(tx, {.by = {}, .action = "thing.lost", .targetType = {}, .targetId = {}});
    }
    append("thing.changed");
    QCOMPARE(verify().records, 2);
    QVERIFY(!verify().finding);
}

void AuditLogTest::eightWritersLeaveNoForkAndNoGap()
{
    {
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < 8; ++writer) {
            writers.emplace_back([this] {
                for (int i = 0; i < 25; ++i)
                    append("thing.changed");
            });
        }
    }
    const auto verification = verify();
    QVERIFY2(!verification.finding, verification.finding ? verification.finding->detail.c_str() : "");
    QCOMPARE(verification.records, 200);
}

void AuditLogTest::aByteChangedInAnyColumnIsFound_data()
{
    QTest::addColumn<QString>("assignment");
    QTest::newRow("ts") << "ts = ts + interval '1 microsecond'";
    QTest::newRow("actor") << "actor = 'admin2'";
    QTest::newRow("actor to null") << "actor = null";
    QTest::newRow("role") << "actor_role = 'user'";
    QTest::newRow("action") << "action = 'thing.mada'";
    QTest::newRow("target type") << "target_type = 'thinh'";
    QTest::newRow("target id") << "target_id = '8'";
    QTest::newRow("outcome") << "outcome = 'no'";
    QTest::newRow("request id") << "request_id = 'req-2'";
    QTest::newRow("address") << "address = '127.0.0.2'";
    QTest::newRow("details") << "details = replace(details, '3', '4')";
    QTest::newRow("spelling of the details") << "details = details || ' '";
    QTest::newRow("leaf hash") << "leaf_hash = set_byte(leaf_hash, 5, (get_byte(leaf_hash, 5) + 1) % 256)";
    QTest::newRow("previous hash")
        << "prev_hash = set_byte(prev_hash, 5, (get_byte(prev_hash, 5) + 1) % 256)";
    QTest::newRow("hash") << "hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)";
}

void AuditLogTest::aByteChangedInAnyColumnIsFound()
{
    QFETCH(QString, assignment);
    for (int i = 0; i < 5; ++i)
        append("thing.made", {{"count", 3}});
    m_database->run("set session_replication_role = replica; update audit_log set " +
                    assignment.toStdString() + " where seq = 3; reset session_replication_role");
    const auto verification = verify();
    QVERIFY(verification.finding.has_value());
    QCOMPARE(verification.finding->seq, 3);
    QCOMPARE(verification.records, 2);
}

void AuditLogTest::aDeletedRecordIsFound()
{
    for (int i = 0; i < 5; ++i)
        append("thing.made");
    m_database->run("set session_replication_role = replica; delete from audit_log where seq = 3; reset "
                    "session_replication_role");
    const auto verification = verify();
    QVERIFY(verification.finding.has_value());
    QCOMPARE(verification.finding->seq, 3);
    QCOMPARE(verification.finding->fault, audit::Fault::missing);
}

void AuditLogTest::theApplicationMayOnlyAppend_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::newRow("update") << QByteArray("update audit_log set actor = 'x'");
    QTest::newRow("delete") << QByteArray("delete from audit_log");
    QTest::newRow("truncate") << QByteArray("truncate audit_log");
    QTest::newRow("disable the triggers") << QByteArray("alter table audit_log disable trigger all");
}

void AuditLogTest::theApplicationMayOnlyAppend()
{
    QFETCH(QByteArray, sql);
    append("thing.made");
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
    const postgres::Statement statement{QTest::currentDataTag(), sql.constData()};
    try {
        tx.execute(statement);
        QFAIL("the application's role was allowed to");
    } catch (const postgres::QueryError& refused) {
        QCOMPARE(refused.sqlstate(), std::string("42501"));
    }
}

void AuditLogTest::notEvenTheSuperuserMayWhileTheTriggersStand()
{
    append("thing.made");
    for (const char* sql :
         {"update audit_log set actor = 'x'", "delete from audit_log", "truncate audit_log"}) {
        QVERIFY_EXCEPTION_THROWN(m_database->run(sql), postgres::QueryError);
    }
}

QTEST_GUILESS_MAIN(AuditLogTest)
#include "tst_log.moc"
