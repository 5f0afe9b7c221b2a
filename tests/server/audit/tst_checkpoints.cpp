// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints of the audit log and the proofs from one to another, over a real database.
#include "common/audit/merkle.h"
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <thread>

using namespace hpcbill;
using audit::Checkpoints;

namespace
{

const api::Actor admin{.name = "admin1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "req-1"};

/// What one server holds of the log.
struct Replica {
    explicit Replica(postgres::Pool& thePool, const std::string& secretKey = "key", const std::string& origin = "log.example/audit")
        : pool(thePool)
        , box(secretKey)
        , checkpoints({.pool = pool,
                       .audit = log,
                       .box = box,
                       .metrics = metrics,
                       .announce = [this](postgres::Transaction&, const audit::PublishedCheckpoint& made) { announced.push_back(made.note); }},
                      origin)
    {
    }

    postgres::Pool& pool;
    prometheus::Registry metrics;
    audit::Log log{metrics};
    crypto::SecretBox box;
    std::vector<std::string> announced;
    Checkpoints checkpoints;
};

std::vector<audit::NoteKey> trusted(const std::vector<audit::LogKey>& keys)
{
    std::vector<audit::NoteKey> all;
    for (const audit::LogKey& key : keys)
        all.push_back(key.key);
    return all;
}

} // namespace

class CheckpointsTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aCheckpointIsTheRootOfAllRecords();
    void nothingNewIsSignedUntilTheLogGrows();
    void aServerShowsTheSizeThatAnotherSigned();
    void theTreeGrowsInAnySteps();
    void everyProofOfASmallLogHolds();
    void whatLiesBeyondTheNewestIsRefused();
    void manyServersSignOneLine();
    void aCheckpointIsDueAfterItsInterval();
    void aNewKeyIsVouchedForByTheOld();
    void anotherSecretKeyNeedsANewSigningKey();
    void theLogKeepsItsName();
    void aLogThatWasCutOffIsNotSigned();
    void aLogThatWasCutOffWithItsCheckpointsIsNotSigned();
    void aLogThatWasWrittenAnewIsNotSigned();
    void theApplicationMayOnlyAppend_data();
    void theApplicationMayOnlyAppend();

private:
    void append(int count);
    /// What only a superuser may do who takes the triggers away first.
    void tamper(const std::string& sql);
    std::vector<audit::LogKey> keys();

    std::unique_ptr<support::TestDatabase> m_database;
    std::unique_ptr<Replica> m_replica;
};

void CheckpointsTest::init()
{
    m_replica.reset();
    m_database = std::make_unique<support::TestDatabase>();
    m_replica = std::make_unique<Replica>(m_database->pool());
}

void CheckpointsTest::append(int count)
{
    for (int number = 0; number < count; ++number) {
        postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
        m_replica->log.append(tx, {.by = admin, .action = "thing.made", .targetType = "thing", .targetId = std::to_string(number)});
        tx.commit();
    }
}

void CheckpointsTest::tamper(const std::string& sql)
{
    m_database->run("alter table audit_log disable trigger user; " + sql + "; alter table audit_log enable trigger user");
}

std::vector<audit::LogKey> CheckpointsTest::keys()
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    return m_replica->checkpoints.keys(tx);
}

void CheckpointsTest::aCheckpointIsTheRootOfAllRecords()
{
    append(37);
    const auto standing = m_replica->checkpoints.current();
    QVERIFY(!standing.fault);
    audit::GrowingTree tree;
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    m_replica->log.stream(tx, {}, [&](const audit::StoredRecord& stored, const std::optional<std::string>&) { tree.add(audit::leafHash(audit::canonical(stored.record))); });
    const auto opened = audit::openCheckpoint(standing.newest.note, trusted(m_replica->checkpoints.keys(tx)));
    QVERIFY2(opened.ok(), opened ? "" : opened.error().c_str());
    QVERIFY((*opened == audit::Checkpoint{"log.example/audit", 37, tree.root()}));
    QVERIFY(*opened == standing.newest.checkpoint);
    QCOMPARE(m_replica->announced, std::vector<std::string>{standing.newest.note});
    // The private half lies there sealed.
    QCOMPARE(m_database->value("select octet_length(sealed) from audit_keys"), std::string("72"));
}

void CheckpointsTest::nothingNewIsSignedUntilTheLogGrows()
{
    append(3);
    const std::string first = m_replica->checkpoints.current().newest.note;
    QCOMPARE(m_replica->checkpoints.current().newest.note, first);
    append(1);
    QVERIFY(m_replica->checkpoints.current().newest.note != first);
    QCOMPARE(m_database->value("select string_agg(size::text, ' ' order by size) from audit_checkpoints"), std::string("3 4"));
}

void CheckpointsTest::aServerShowsTheSizeThatAnotherSigned()
{
    append(3);
    Replica other(m_database->pool());
    QCOMPARE(m_replica->checkpoints.current().newest.checkpoint.size, std::int64_t{3});
    QCOMPARE(other.checkpoints.current().newest.checkpoint.size, std::int64_t{3});
    const std::string metrics = prometheus::TextSerializer().Serialize(other.metrics.Collect());
    QVERIFY2(metrics.find("\naudit_checkpoint_size 3") != std::string::npos, metrics.c_str());
}

void CheckpointsTest::theTreeGrowsInAnySteps()
{
    for (const int more : {1, 15, 1, 30, 64, 3}) {
        append(more);
        QVERIFY(!m_replica->checkpoints.current().fault);
    }
    // 114 records: 7 subtrees of 16, 3 of 32, 1 of 64.
    QCOMPARE(m_database->value("select string_agg(level || ':' || n, ' ' order by level) from (select level, count(*) as n from audit_nodes group by level) l"),
             std::string("4:7 5:3 6:1"));
}

void CheckpointsTest::everyProofOfASmallLogHolds()
{
    constexpr std::int64_t size = 40;
    append(size);
    m_replica->checkpoints.current();
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    for (std::int64_t to = 0; to <= size; to += 3) {
        for (std::int64_t from = 0; from <= to; ++from) {
            const auto proof = m_replica->checkpoints.consistency(tx, from, to);
            QVERIFY(audit::extends(from, proof.fromRoot, to, proof.toRoot, proof.hashes));
        }
        for (std::int64_t seq = 1; seq <= to; ++seq) {
            const auto proof = m_replica->checkpoints.inclusion(tx, seq, to);
            QVERIFY(audit::includes(to, proof.root, seq - 1, proof.leaf, proof.hashes));
        }
    }
    const auto whole = m_replica->checkpoints.consistency(tx, 7, std::nullopt);
    QCOMPARE(whole.to, size);
    QCOMPARE(whole.toRoot, m_replica->checkpoints.current().newest.checkpoint.root);
}

void CheckpointsTest::whatLiesBeyondTheNewestIsRefused()
{
    append(5);
    m_replica->checkpoints.current();
    append(5); // not signed yet
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    const Checkpoints& checkpoints = m_replica->checkpoints;
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.consistency(tx, 1, 6));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.consistency(tx, 6, std::nullopt));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.consistency(tx, 4, 3));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.consistency(tx, -1, 3));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.inclusion(tx, 6, std::nullopt));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.inclusion(tx, 4, 3));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.inclusion(tx, 0, 3));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, checkpoints.inclusion(tx, 1, 6));
}

void CheckpointsTest::manyServersSignOneLine()
{
    {
        std::vector<std::jthread> threads;
        for (int number = 0; number < 4; ++number) {
            threads.emplace_back([this] {
                Replica replica(m_database->pool(), "key", "log.example/audit");
                for (int round = 0; round < 10; ++round) {
                    append(1);
                    replica.checkpoints.current();
                }
            });
        }
    }
    QCOMPARE(m_replica->checkpoints.current().newest.checkpoint.size, std::int64_t{40});
    QCOMPARE(m_database->value("select count(*) from audit_keys"), std::string("1"));
    std::vector<audit::Checkpoint> all;
    std::istringstream sizes(m_database->value("select string_agg(size::text, ' ' order by size) from audit_checkpoints"));
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    for (std::int64_t size = 0; sizes >> size;) {
        const auto opened = audit::openCheckpoint(m_database->value("select note from audit_checkpoints where size = " + std::to_string(size)), trusted(keys()));
        QVERIFY(opened.ok());
        if (!all.empty())
            QVERIFY(audit::extends(all.back().size, all.back().root, size, opened->root, m_replica->checkpoints.consistency(tx, all.back().size, size).hashes));
        all.push_back(*opened);
    }
    QVERIFY(!all.empty());
}

void CheckpointsTest::aCheckpointIsDueAfterItsInterval()
{
    append(1);
    QVERIFY(m_replica->checkpoints.keepUp(std::chrono::hours(1)));
    append(1);
    QVERIFY(m_replica->checkpoints.keepUp(std::chrono::hours(1)));
    QCOMPARE(m_database->value("select max(size) from audit_checkpoints"), std::string("1"));
    QVERIFY(m_replica->checkpoints.keepUp(std::chrono::seconds(0)));
    QCOMPARE(m_database->value("select max(size) from audit_checkpoints"), std::string("2"));
}

void CheckpointsTest::aNewKeyIsVouchedForByTheOld()
{
    append(3);
    const std::string first = m_replica->checkpoints.current().newest.note;
    const audit::NoteKey old = keys().front().key;
    const audit::LogKey rotated = m_replica->checkpoints.rotateKey(admin);
    QVERIFY(!(rotated.key == old));
    QCOMPARE(keys().size(), std::size_t{2});
    QVERIFY(keys().front().key == rotated.key);
    QVERIFY(!keys().front().retiredAt);
    QCOMPARE(keys().back().retiredAt, std::optional(keys().front().createdAt));
    QCOMPARE(m_database->value("select action || ' ' || actor || ' ' || (details::jsonb ->> 'before') from audit_log where seq = 4"),
             "audit.key_rotated admin1 " + old.toText());

    // The first that the new one signs, the old one signs too; what the old one signed is as good as it was.
    const std::string second = m_replica->checkpoints.current().newest.note;
    QVERIFY(audit::openCheckpoint(second, std::vector{old}).ok());
    QVERIFY(audit::openCheckpoint(second, std::vector{rotated.key}).ok());
    QVERIFY(audit::openCheckpoint(first, std::vector{old}).ok());
    append(1);
    const std::string third = m_replica->checkpoints.current().newest.note;
    QVERIFY(!audit::openCheckpoint(third, std::vector{old}).ok());
    QVERIFY(audit::openCheckpoint(third, std::vector{rotated.key}).ok());
}

void CheckpointsTest::anotherSecretKeyNeedsANewSigningKey()
{
    append(1);
    m_replica->checkpoints.current();
    append(1);
    Replica other(m_database->pool(), "another key");
    QVERIFY_THROWS_EXCEPTION(Conflict, other.checkpoints.current());
    const audit::LogKey rotated = other.checkpoints.rotateKey(admin);
    const auto standing = other.checkpoints.current();
    QCOMPARE(standing.newest.checkpoint.size, std::int64_t{3});
    QVERIFY(audit::openCheckpoint(standing.newest.note, std::vector{rotated.key}).ok());
}

void CheckpointsTest::theLogKeepsItsName()
{
    append(1);
    m_replica->checkpoints.current();
    Replica renamed(m_database->pool(), "key", "elsewhere.example");
    append(1);
    QCOMPARE(renamed.checkpoints.current().newest.checkpoint.origin, std::string("log.example/audit"));
    QCOMPARE(renamed.checkpoints.rotateKey(admin).key.name(), std::string("log.example/audit"));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, Replica(m_database->pool(), "key", "two words"));
}

void CheckpointsTest::aLogThatWasCutOffWithItsCheckpointsIsNotSigned()
{
    append(10);
    const std::string note = m_replica->checkpoints.current().newest.note;
    append(30);
    m_replica->checkpoints.current();
    // What the tree has of it was forgotten.
    tamper("delete from audit_log where seq > 12; alter table audit_checkpoints disable trigger user; delete from audit_checkpoints where size > 10; "
           "alter table audit_checkpoints enable trigger user");
    append(10);
    const auto standing = m_replica->checkpoints.current();
    QCOMPARE(standing.newest.note, note);
    QVERIFY(standing.fault);
    m_replica->checkpoints.signAll(); // what is handed out is handed out all the same
}

void CheckpointsTest::aLogThatWasCutOffIsNotSigned()
{
    append(20);
    const std::string note = m_replica->checkpoints.current().newest.note;
    tamper("delete from audit_log where seq > 15");
    const auto standing = m_replica->checkpoints.current();
    QCOMPARE(standing.newest.note, note);
    QVERIFY(standing.fault);
    append(10); // the server goes on as if nothing had been, beyond what was signed
    QCOMPARE(m_replica->checkpoints.current().newest.note, note);
    QVERIFY(!m_replica->checkpoints.keepUp(std::chrono::seconds(0)));
    QCOMPARE(m_database->value("select count(*) from audit_checkpoints"), std::string("1"));
}

void CheckpointsTest::aLogThatWasWrittenAnewIsNotSigned()
{
    append(20);
    const std::string note = m_replica->checkpoints.current().newest.note;
    tamper("delete from audit_log");
    append(21);
    const auto standing = m_replica->checkpoints.current();
    QCOMPARE(standing.newest.note, note);
    QVERIFY(standing.fault);
}

void CheckpointsTest::theApplicationMayOnlyAppend_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("column");
    QTest::newRow("keys") << "audit_keys" << "created_by";
    QTest::newRow("nodes") << "audit_nodes" << "level";
    QTest::newRow("checkpoints") << "audit_checkpoints" << "note";
}

void CheckpointsTest::theApplicationMayOnlyAppend()
{
    QFETCH(QString, table);
    QFETCH(QString, column);
    append(20);
    m_replica->checkpoints.current();
    const std::string name = table.toStdString();
    const std::string update = "update " + name + " set " + column.toStdString() + " = " + column.toStdString();
    for (const std::string& sql : {update, "delete from " + name, "truncate " + name}) {
        // Nor may the superuser, unless the trigger is taken off first.
        QVERIFY_THROWS_EXCEPTION(postgres::QueryError, m_database->run(sql));
        QVERIFY_THROWS_EXCEPTION(postgres::QueryError, m_database->run("set role hpcbill_app; " + sql));
    }
    QVERIFY(m_database->value("select count(*) from " + name) != "0");
}

QTEST_GUILESS_MAIN(CheckpointsTest)
#include "tst_checkpoints.moc"
