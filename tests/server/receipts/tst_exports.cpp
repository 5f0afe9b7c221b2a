// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/transaction.h"
#include "server/receipts/exports.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <memory>
#include <sstream>

using namespace hpcbill;

class ExportsTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void receiptsAreListedWithTheirFilters();
    void paidReceiptsAreThoseOfTheWindow();
    void itemsAreThoseOfTheReceipt();
    void itemsOfManyReceiptsAddUp();
    void aFormulaIsNoFormula();

private:
    /// The lines that `write` makes, without the heading.
    QStringList lines(const std::function<void(std::ostream&, postgres::Transaction&)>& write);

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<receipts::Receipts> m_receipts;
};

// Receipt 1 of alice is paid and void, 2 of bob pending, 3 of carol paid.
void ExportsTest::initTestCase()
{
    const api::Actor finance{.name = "finance1", .role = api::Role::admin, .address = "", .requestId = ""};
    m_ground = std::make_unique<support::Ground>();
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{.pool = m_ground->database.pool(),
                                                                                .audit = m_ground->audit,
                                                                                .prices = m_ground->prices,
                                                                                .outbox = m_ground->outbox,
                                                                                .metrics = m_ground->metrics});
    std::vector<slurm::JobRecord> jobs;
    for (std::int64_t id = 1; id <= 30; ++id) {
        jobs.push_back(support::finishedJob(id));
        jobs.back().user = std::array{"alice", "bob", "carol"}.at(static_cast<std::size_t>(id % 3));
        jobs.back().name = "=cmd|' /C calc'!A0, \"quoted\"";
    }
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        m_ground->jobs.merge(tx, cluster, jobs);
        tx.commit();
    }
    for (const char* user : {"alice", "bob", "carol"}) {
        const auto receipt = m_receipts->create(user, support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
        if (std::string(user) == "bob")
            continue;
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        m_receipts->markPaid(tx, m_receipts->lock(tx, receipt.id), {receipts::PaidHow::manual, "bank_transfer", "+66-1"});
        tx.commit();
    }
    m_receipts->voidReceipt(receipts::ReceiptId{1}, {.reason = "wrong", .hasCreditNote = true}, finance);
}

QStringList ExportsTest::lines(const std::function<void(std::ostream&, postgres::Transaction&)>& write)
{
    std::ostringstream out;
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    write(out, tx);
    QStringList all = QString::fromStdString(out.str()).split("\r\n");
    all.removeFirst();
    all.removeLast();
    return all;
}

void ExportsTest::receiptsAreListedWithTheirFilters()
{
    const auto all = lines([](auto& out, auto& tx) { receipts::writeReceiptsCsv(out, tx, {}); });
    QCOMPARE(all.size(), 3);
    QVERIFY2(all[0].startsWith("3,\"MU-"), qPrintable(all[0]));
    QVERIFY2(all[0].contains(",\"paid\",\"mu\",10,\"THB\",22.50,0.00,22.50,,0.000000,\"exclusive\","), qPrintable(all[0]));
    QVERIFY2(all[0].contains(",\"manual\",\"bank_transfer\",\"'+66-1\",,,"), qPrintable(all[0]));
    QVERIFY2(all[2].contains(",\"void\",") && all[2].endsWith("-000001\""), qPrintable(all[2]));
    QCOMPARE(lines([](auto& out, auto& tx) { receipts::writeReceiptsCsv(out, tx, {.username = "bob", .status = {}}); }).size(), 1);
    QCOMPARE(lines([](auto& out, auto& tx) { receipts::writeReceiptsCsv(out, tx, {.username = "bob", .status = receipts::Status::paid}); }).size(), 0);
}

void ExportsTest::paidReceiptsAreThoseOfTheWindow()
{
    m_ground->database.run("update receipts set paid_at = '2026-11-10' where id = 3");
    const auto at = support::at("2026-11-10T00:00:00Z");
    const auto in = [&](const receipts::Window& window) {
        return lines([&](auto& out, auto& tx) { receipts::writePaidCsv(out, tx, window); }).size();
    };
    QCOMPARE(in({}), 2);
    QCOMPARE(in({.from = at, .to = at + std::chrono::seconds(1)}), 1);
    QCOMPARE(in({.from = {}, .to = at}), in({}) - in({.from = at, .to = {}}));
}

void ExportsTest::itemsAreThoseOfTheReceipt()
{
    const auto items = lines([](auto& out, auto& tx) { receipts::writeItemsCsv(out, tx, receipts::ReceiptId{2}); });
    QCOMPARE(items.size(), 10);
    QVERIFY2(items[0].contains(",\"pending\",\"bob\",1,\"testbed\",1,\"1\","), qPrintable(items[0]));
    QVERIFY2(items[0].endsWith(",7200,0,1843200,2.25,\"THB\""), qPrintable(items[0]));
}

void ExportsTest::itemsOfManyReceiptsAddUp()
{
    QCOMPARE(lines([](auto& out, auto& tx) { receipts::writeItemsCsv(out, tx, receipts::Window{}); }).size(), 30);
    QCOMPARE(lines([](auto& out, auto& tx) {
                 receipts::writeItemsCsv(out, tx, receipts::Window{.from = {}, .to = support::at("2026-01-01T00:00:00Z")});
             }).size(),
             0);
}

void ExportsTest::aFormulaIsNoFormula()
{
    const auto items = lines([](auto& out, auto& tx) { receipts::writeItemsCsv(out, tx, receipts::ReceiptId{2}); });
    const QString cell = ",\"'=cmd|' /C calc'!A0, \"\"quoted\"\"\",";
    QVERIFY2(items[0].contains(cell), qPrintable(items[0]));
}

QTEST_GUILESS_MAIN(ExportsTest)
#include "tst_exports.moc"
