// SPDX-License-Identifier: GPL-3.0-or-later
// What the database itself refuses, to its superuser as well.
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;

class GuardsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void whatTheDatabaseRefuses_data();
    void whatTheDatabaseRefuses();
    void aPaymentOfAVoidReceiptIsPutOnRecordAsSuch();
    void aColumnThatComesLaterIsGuardedToo();
    void theApplicationHasNoRightToMoney_data();
    void theApplicationHasNoRightToMoney();

private:
    std::unique_ptr<support::Ground> m_ground;
};

// Receipt 1 is pending, 2 paid, 3 void, 4 was paid and has a credit note.
void GuardsTest::initTestCase()
{
    const api::Actor finance{.name = "finance1", .role = api::Role::admin, .address = "", .requestId = ""};
    m_ground = std::make_unique<support::Ground>();
    receipts::Receipts receipts({.pool = m_ground->database.pool(),
                                 .audit = m_ground->audit,
                                 .prices = m_ground->prices,
                                 .outbox = m_ground->outbox,
                                 .metrics = m_ground->metrics});
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    for (std::int64_t id = 1; id <= 4; ++id) {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        m_ground->jobs.merge(tx, cluster, std::vector{support::finishedJob(id)});
        tx.commit();
        const auto made = receipts.create("alice", support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
        QCOMPARE(static_cast<std::int64_t>(made.id), id);
    }
    m_ground->database.run("insert into payments (receipt_id, provider, status, amount, currency, created_at, created_by, updated_at) "
                           "select id, 'dummy', 'pending', total, currency, now(), 'alice', now() from receipts");
    for (const std::int64_t id : {2, 4}) {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        receipts.markPaid(tx, receipts.lock(tx, receipts::ReceiptId{id}), {receipts::PaidHow::manual, "bank", "KB"});
        tx.commit();
    }
    receipts.voidReceipt(receipts::ReceiptId{3}, {.reason = "wrong"}, finance);
    receipts.voidReceipt(receipts::ReceiptId{4}, {.reason = "wrong", .hasCreditNote = true}, finance);
}

void GuardsTest::whatTheDatabaseRefuses_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QString>("constraint");
    const auto row = [](const char* name, const char* sql, const char* constraint) { QTest::newRow(name) << sql << constraint; };
    row("a job on a second live receipt",
        "insert into receipt_items select 2, 99, cluster_id, job_id, submit_at, 0, 0, 0, 0, null from receipt_items where receipt_id = 1",
        "receipt_items_one_live_receipt");
    row("other money", "update receipts set subtotal = subtotal + 1, total = total + 1 where id = 1", "receipts_issued");
    row("other rates", "update receipts set rate_cpu = 9 where id = 2", "receipts_issued");
    row("other tax", "update receipts set tax_rate = 7, tax_label = 'VAT' where id = 1", "receipts_issued");
    row("another number", "update receipts set number = 'MU-2026-000077' where id = 1", "receipts_issued");
    row("no number any more", "update receipts set number = null where id = 1", "receipts_issued");
    row("another user", "update receipts set username = 'bob' where id = 1", "receipts_issued");
    row("another predecessor", "update receipts set replaces = 3 where id = 1", "receipts_issued");
    row("another item", "update receipt_items set amount = 0 where receipt_id = 1", "receipt_items_issued");
    row("an item of another receipt", "update receipt_items set receipt_id = 2, line = 2 where receipt_id = 1", "receipt_items_issued");
    row("a job freed of a live receipt", "update receipt_items set freed_at = now() where receipt_id = 1", "receipt_items_freed_when_void");
    row("a freed job taken back", "update receipt_items set freed_at = null where receipt_id = 3", "receipt_items_issued");
    row("one item more",
        "insert into receipt_items select 1, 2, cluster_id, job_id, submit_at, 0, 0, 0, 0, null from receipt_items where receipt_id = 3",
        "receipt_items_added_late");
    row("a receipt without a number",
        "insert into receipts (username, period_from, period_to, status, tier, rate_version_id, rate_cpu, rate_gpu, rate_mem, currency, jobs, "
        "subtotal, tax, total, created_at, created_by) select username, period_from, period_to, 'pending', tier, rate_version_id, 1, 1, 1, "
        "currency, 0, 0, 0, 0, now(), 'x' from receipts where id = 1",
        "receipts_numbered");
    row("void with its jobs", "update receipts set status = 'void' where id = 1", "receipts_void_frees");
    row("void without a credit note",
        "update receipts set status = 'void' where id = 2; update receipt_items set freed_at = now() where receipt_id = 2",
        "receipts_void_needs_credit_note");
    row("void as if never paid", "update receipts set status = 'void', paid_at = null where id = 2", "receipts_void_keeps_paid_at");
    row("void, then pending", "update receipts set status = 'pending' where id = 3", "receipts_life");
    row("void, then paid", "update receipts set status = 'paid', paid_at = now() where id = 3", "receipts_life");
    row("a credit note of what was not paid",
        "insert into credit_notes (number, receipt_id, subtotal, tax, total, currency, reason, created_at, created_by) "
        "select 'CN-2026-000009', id, subtotal, tax, total, currency, 'x', now(), 'x' from receipts where id = 1",
        "credit_notes_of_paid_receipt");
    row("a credit note over less",
        "insert into credit_notes (number, receipt_id, subtotal, tax, total, currency, reason, created_at, created_by) "
        "select 'CN-2026-000009', id, 1, 0, 1, currency, 'x', now(), 'x' from receipts where id = 2",
        "credit_notes_of_paid_receipt");
    row("a credit note beside a live receipt",
        "insert into credit_notes (number, receipt_id, subtotal, tax, total, currency, reason, created_at, created_by) "
        "select 'CN-2026-000009', id, subtotal, tax, total, currency, 'x', now(), 'x' from receipts where id = 2",
        "credit_notes_receipt_is_void");
    row("a second credit note",
        "insert into credit_notes (number, receipt_id, subtotal, tax, total, currency, reason, created_at, created_by) "
        "select 'CN-2026-000009', id, subtotal, tax, total, currency, 'x', now(), 'x' from receipts where id = 4",
        "credit_notes_one_per_receipt");
    row("another credit note", "update credit_notes set total = 0, subtotal = 0", "credit_notes_kept");
    row("no receipt any more", "delete from receipts where id = 3", "receipts_kept");
    row("no items any more", "delete from receipt_items where receipt_id = 3", "receipt_items_kept");
    row("no credit note any more", "delete from credit_notes", "credit_notes_kept");
    row("nothing any more", "truncate receipts, receipt_items, receipt_prices, credit_notes, payments, payment_events, payment_asks, receipt_run_users",
        "receipts_kept");
    row("no items at all", "truncate receipt_items", "receipt_items_kept");
    row("no credit notes at all", "truncate credit_notes", "credit_notes_kept");
    row("a payment of a void receipt",
        "insert into payments (receipt_id, provider, status, amount, currency, created_at, created_by, updated_at) "
        "select id, 'dummy', 'pending', total, currency, now(), 'alice', now() from receipts where id = 3",
        "payments_receipt_is_pending");
    row("a payment that succeeds for a void receipt", "update payments set status = 'succeeded' where receipt_id = 3", "payments_receipt_is_void");
}

void GuardsTest::whatTheDatabaseRefuses()
{
    QFETCH(QString, sql);
    QFETCH(QString, constraint);
    try {
        m_ground->database.run(sql.toStdString());
        QFAIL("it was taken");
    } catch (const postgres::ConstraintViolation& violation) {
        QCOMPARE(QString::fromStdString(violation.constraint()), constraint);
    }
}

void GuardsTest::aPaymentOfAVoidReceiptIsPutOnRecordAsSuch()
{
    m_ground->database.run("update payments set status = 'succeeded', attention = 'receipt_void' where receipt_id = 3");
    m_ground->database.run("update payments set attention = null where receipt_id = 3"); // looked at, and the money returned
    QCOMPARE(m_ground->database.value("select status from payments where receipt_id = 3"), std::string("succeeded"));
}

void GuardsTest::aColumnThatComesLaterIsGuardedToo()
{
    m_ground->database.run("alter table receipts add column address text; alter table receipt_items add column note text");
    QVERIFY_THROWS_EXCEPTION(postgres::ConstraintViolation, m_ground->database.run("update receipts set address = 'x' where id = 1"));
    QVERIFY_THROWS_EXCEPTION(postgres::ConstraintViolation, m_ground->database.run("update receipt_items set note = 'x' where receipt_id = 3"));
}

void GuardsTest::theApplicationHasNoRightToMoney_data()
{
    QTest::addColumn<QString>("sql");
    for (const char* sql : {"update receipts set total = total + 1, subtotal = subtotal + 1", "update receipts set number = 'MU-1'",
                            "update receipt_items set amount = 0", "delete from receipts", "delete from receipt_items",
                            "update credit_notes set reason = 'x'", "delete from credit_notes", "truncate receipts cascade"})
        QTest::addRow("%s", sql) << sql;
}

void GuardsTest::theApplicationHasNoRightToMoney()
{
    QFETCH(QString, sql);
    postgres::Connection application(m_ground->database.appUrl(), {.role = "hpcbill_app"});
    try {
        application.script(sql.toStdString());
        QFAIL("the application's role was allowed to");
    } catch (const postgres::QueryError& refused) {
        QCOMPARE(refused.sqlstate(), std::string("42501"));
    }
}

QTEST_GUILESS_MAIN(GuardsTest)
#include "tst_guards.moc"
