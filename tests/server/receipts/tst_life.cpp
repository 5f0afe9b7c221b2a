// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of receipts: numbers, tax, void, credit note, re-issue.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/json.h"
#include "server/receipts/receipts.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <memory>
#include <thread>

using namespace hpcbill;

namespace
{

const api::Actor finance{
    .name = "finance1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "r1"};

/// The code of the refusal; empty where there was none.
template <typename Act>
std::string refusal(const Act& act)
{
    try {
        act();
    } catch (const Conflict& conflict) {
        return conflict.code();
    }
    return {};
}

pricing::Tax tax(const char* rate, pricing::TaxMode mode)
{
    return {.label = "VAT", .rate = *pricing::parseTaxRate(rate), .mode = mode};
}

} // namespace

class LifeTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void aReceiptUnderWayHoldsUpNoOthersNumber();
    void aReceiptThatWasNotCommittedLeavesNoGap();
    void taxIsOnTopOrContained_data();
    void taxIsOnTopOrContained();
    void taxThatChangesLaterLeavesReceiptsAsTheyWere();
    void whatCostsNothingIsPaidAtOnce();
    void whatIsPaidBecomesVoidWithACreditNoteOnly();
    void creditNotesAreNumberedByThemselves();
    void onlyWhatWasPaidIsCredited();
    void aVoidReceiptIsIssuedAgainAtWhatHoldsNow();
    void aPendingReceiptIsVoidedAndIssuedAgainAtOnce();
    void jobsThatWereAmendedAwayGoToTheirOwner();
    void nothingLeftToIssueAgainChangesNothing_data();
    void nothingLeftToIssueAgainChangesNothing();
    void whatCannotBeIssuedAgain();
    void aReceiptIsIssuedAgainOnce();
    void theSameKeyIssuesAgainOnce();
    void aJobWithoutSenseIsNotBilled();

private:
    receipts::Receipt bill(const std::string& user = "alice")
    {
        return m_receipts->create(user, support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
    }
    void pay(receipts::ReceiptId id);
    void merge(const std::vector<slurm::JobRecord>& records);
    std::string value(const std::string& sql) const { return m_ground->database.value(sql); }
    std::string events() const { return value("select string_agg(event_type, ' ' order by id) from outbox"); }
    void setUp(const Currency& currency, const pricing::Tax& taxRule);

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<receipts::Receipts> m_receipts;
};

void LifeTest::setUp(const Currency& currency, const pricing::Tax& taxRule)
{
    m_receipts.reset();
    m_ground = std::make_unique<support::Ground>(currency);
    m_receipts = std::make_unique<receipts::Receipts>(receipts::Receipts::Parts{.pool = m_ground->database.pool(),
                                                                                .audit = m_ground->audit,
                                                                                .prices = m_ground->prices,
                                                                                .outbox = m_ground->outbox,
                                                                                .metrics = m_ground->metrics},
                                                      taxRule);
}

void LifeTest::init()
{
    setUp(Currency::thb(), {});
}

void LifeTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, cluster, records);
    tx.commit();
}

void LifeTest::pay(receipts::ReceiptId id)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_receipts->markPaid(tx, m_receipts->lock(tx, id), {receipts::PaidHow::manual, "bank_transfer", "KB-1"});
    tx.commit();
}

void LifeTest::aReceiptUnderWayHoldsUpNoOthersNumber()
{
    merge(support::manyJobs(100, 3));
    // A receipt whose header and items are written, by somebody who takes his time.
    postgres::Connection slow(m_ground->database.superuserUrl(), {});
    slow.script("begin; insert into receipts (username, period_from, period_to, status, tier, rate_version_id, rate_cpu, rate_gpu, rate_mem, "
                "currency, jobs, subtotal, tax, total, created_at, created_by) select 'slow', now(), now(), 'pending', 'mu', min(id), 1, 1, 1, "
                "'THB', 0, 0, 0, 0, now(), 'x' from rate_versions");
    QCOMPARE(bill("alice").number.substr(7), std::string("-000001"));
    QCOMPARE(bill("bob").number.substr(7), std::string("-000002"));
    slow.script("rollback");
    QCOMPARE(bill("carol").number.substr(7), std::string("-000003"));
}

void LifeTest::aReceiptThatWasNotCommittedLeavesNoGap()
{
    merge(support::manyJobs(100, 3));
    const auto cutOff = support::at("2027-01-01T00:00:00Z");
    bill("alice");
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
        QCOMPARE(m_receipts->bill(tx, "bob", cutOff, finance, [](receipts::ReceiptId) {})->number.substr(7), std::string("-000002"));
    } // not committed
    QCOMPARE(bill("carol").number.substr(7), std::string("-000002"));
    QCOMPARE(value("select count(*) from receipts"), std::string("2"));
}

void LifeTest::taxIsOnTopOrContained_data()
{
    QTest::addColumn<QString>("currency");
    QTest::addColumn<QString>("rate");
    QTest::addColumn<bool>("isInclusive");
    for (const char* currency : {"THB", "JPY", "KWD"}) {
        for (const char* rate : {"7", "8.875"}) {
            QTest::addRow("%s %s on top", currency, rate) << currency << rate << false;
            QTest::addRow("%s %s contained", currency, rate) << currency << rate << true;
        }
    }
}

void LifeTest::taxIsOnTopOrContained()
{
    QFETCH(QString, currency);
    QFETCH(QString, rate);
    QFETCH(bool, isInclusive);
    const auto mode = isInclusive ? pricing::TaxMode::inclusive : pricing::TaxMode::exclusive;
    setUp(*Currency::parse(currency.toStdString()), tax(rate.toUtf8().constData(), mode));
    merge(support::manyJobs(200, 17));
    const auto receipt = bill();
    QCOMPARE(receipt.subtotal + receipt.tax, receipt.total);
    QVERIFY(receipt.tax.minorUnits() > 0);
    QCOMPARE(receipt.total.currency(), *Currency::parse(currency.toStdString()));
    const auto json = toJson(receipt);
    QCOMPARE(json.at("tax_label").get<std::string>(), std::string("VAT"));
    QCOMPARE(json.at("tax_mode").get<std::string>(), std::string(isInclusive ? "inclusive" : "exclusive"));
    QCOMPARE(json.at("tax_rate").get<std::string>(), toDecimal(*pricing::parseTaxRate(rate.toStdString())));
    // A second time, in the database's numeric, from the items.
    const std::string digits = std::to_string(receipt.total.currency().minorDigits());
    QCOMPARE(value("select r.tax = (case when x.exact - floor(x.exact) = 0.5 then 2 * round(x.exact / 2) else round(x.exact) end) / 10 ^ " + digits
                   + " and s.sum = case r.tax_mode when 'inclusive' then r.total else r.subtotal end "
                     "from receipts r, lateral (select sum(i.amount) from receipt_items i where i.receipt_id = r.id) s, "
                     "lateral (select s.sum * r.tax_rate / (100 + case r.tax_mode when 'inclusive' then r.tax_rate else 0 end) * 10 ^ "
                   + digits + ") x (exact)"),
             std::string("t"));
}

void LifeTest::taxThatChangesLaterLeavesReceiptsAsTheyWere()
{
    setUp(Currency::thb(), tax("7", pricing::TaxMode::exclusive));
    merge({support::finishedJob(1)});
    const auto before = bill();
    QCOMPARE(toDecimal(before.tax), std::string("0.16")); // 2.25 x 7 % = 0.1575
    const receipts::Receipts later({.pool = m_ground->database.pool(),
                                    .audit = m_ground->audit,
                                    .prices = m_ground->prices,
                                    .outbox = m_ground->outbox,
                                    .metrics = m_ground->metrics},
                                   tax("10", pricing::TaxMode::inclusive));
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QVERIFY(toJson(later.find(tx, before.id)) == toJson(before));
}

void LifeTest::whatCostsNothingIsPaidAtOnce()
{
    m_ground->rates.change({.tier = "mu", .rates = {}, .effectiveFrom = {}, .reason = "free of charge"}, std::nullopt, finance);
    m_ground->database.run("truncate outbox cascade");
    merge({support::finishedJob(1)});
    const auto receipt = bill();
    QCOMPARE(receipt.status, receipts::Status::paid);
    QCOMPARE(receipt.paidHow, std::optional(receipts::PaidHow::nothingDue));
    QVERIFY(receipt.paidAt && !receipt.paidMethod && !receipt.externalReference);
    QCOMPARE(events(), std::string("receipt.created receipt.paid"));
    QCOMPARE(value("select string_agg(action || ' ' || (details::json->>'paid_how'), ',') from audit_log where target_type = 'receipt'"),
             std::string("receipt.created nothing_due"));
    QCOMPARE(refusal([&] {
                 postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
                 m_receipts->revertPaid(tx, m_receipts->lock(tx, receipt.id));
             }),
             std::string("nothing_due"));
}

void LifeTest::whatIsPaidBecomesVoidWithACreditNoteOnly()
{
    setUp(Currency::thb(), tax("7", pricing::TaxMode::exclusive));
    merge({support::finishedJob(1)});
    const auto receipt = bill();
    pay(receipt.id);
    QCOMPARE(refusal([&] { m_receipts->voidReceipt(receipt.id, {.reason = "wrong"}, finance); }), std::string("credit_note_needed"));
    QCOMPARE(value("select count(*) from credit_notes"), std::string("0"));

    const auto firstOfTheYear = [this] { return "CN-" + value("select extract(year from now() at time zone 'UTC')") + "-000001"; };
    const std::string before = firstOfTheYear();
    const auto gone = m_receipts->voidReceipt(receipt.id, {.reason = "wrong", .hasCreditNote = true}, finance);
    QCOMPARE(gone.status, receipts::Status::void_);
    QVERIFY(gone.creditNote.has_value());
    if (gone.creditNote->number != before) // the year may have ended meanwhile
        QCOMPARE(gone.creditNote->number, firstOfTheYear());
    QCOMPARE(gone.creditNote->total, receipt.total);
    QCOMPARE(toJson(gone).at("credit_note").at("reason").get<std::string>(), std::string("wrong"));
    QVERIFY(gone.paidAt.has_value()); // it was, and that stays
    QCOMPARE(value("select subtotal || ' ' || tax || ' ' || total || ' ' || currency from credit_notes"), std::string("2.25 0.16 2.41 THB"));
    QCOMPARE(events(), std::string("receipt.created receipt.paid receipt.voided"));
    QCOMPARE(value("select details::json->>'credit_note' from audit_log where action = 'receipt.voided'"), gone.creditNote->number);
    QCOMPARE(bill().total, receipt.total); // its jobs are free again
}

void LifeTest::creditNotesAreNumberedByThemselves()
{
    merge(support::manyJobs(100, 3));
    for (const char* user : {"alice", "bob", "carol"}) {
        const auto receipt = bill(user);
        if (receipt.status == receipts::Status::pending)
            pay(receipt.id);
        if (std::string(user) == "bob") {
            postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
            static constexpr postgres::Statement waste{"test.waste", "select next_number('CN', now())"};
            tx.execute(waste); // and not committed
        }
        m_receipts->voidReceipt(receipt.id, {.reason = "all wrong", .hasCreditNote = true}, finance);
    }
    QCOMPARE(value("select string_agg(right(number, 6), ' ' order by id) from credit_notes"), std::string("000001 000002 000003"));
}

void LifeTest::onlyWhatWasPaidIsCredited()
{
    merge({support::finishedJob(1)});
    const auto receipt = bill();
    QCOMPARE(refusal([&] { m_receipts->voidReceipt(receipt.id, {.reason = "x", .hasCreditNote = true}, finance); }), std::string("not_paid"));
    m_receipts->voidReceipt(receipt.id, {.reason = "x"}, finance);
    QCOMPARE(refusal([&] { m_receipts->voidReceipt(receipt.id, {.reason = "x", .hasCreditNote = true}, finance); }), std::string("receipt_void"));
}

void LifeTest::aVoidReceiptIsIssuedAgainAtWhatHoldsNow()
{
    merge({support::finishedJob(1), support::finishedJob(2)});
    const auto old = bill();
    merge({support::finishedJob(3)}); // came later, and is not on the receipt that is replaced
    m_receipts->voidReceipt(old.id, {.reason = "wrong rate"}, finance);
    m_ground->rates.change({.tier = "mu", .rates = {.cpu = Rate::fromMicro(3'000'000), .gpu = {}, .mem = {}}, .effectiveFrom = {}, .reason = "right"},
                    std::nullopt, finance);
    const auto next = m_receipts->reissue(old.id, "right rate", std::nullopt, finance);
    QCOMPARE(next.jobs, 2);
    QCOMPARE(toDecimal(next.total), std::string("12.00"));
    QCOMPARE(next.replaces, std::optional(old.id));
    QCOMPARE(next.to, old.to);
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QCOMPARE(m_receipts->find(tx, old.id).replacedBy, std::optional(next.id));
    QCOMPARE(value("select details::json->>'replaces' || ': ' || (details::json->>'reason') from audit_log where target_id = '" + next.number + "'"),
             old.number + ": right rate");
}

void LifeTest::aPendingReceiptIsVoidedAndIssuedAgainAtOnce()
{
    merge({support::finishedJob(1)});
    const auto old = bill();
    const auto next = m_receipts->reissue(old.id, "address", std::nullopt, finance);
    QCOMPARE(value("select string_agg(status || ' ' || right(number, 1), ' ' order by id) from receipts"), std::string("void 1 pending 2"));
    QCOMPARE(next.total, old.total);
    QCOMPARE(events(), std::string("receipt.created receipt.voided receipt.created"));
    QCOMPARE(value("select string_agg(action, ' ' order by seq) from audit_log where target_type = 'receipt'"),
             std::string("receipt.created receipt.voided receipt.created"));
}

void LifeTest::jobsThatWereAmendedAwayGoToTheirOwner()
{
    merge({support::finishedJob(1), support::finishedJob(2), support::finishedJob(3)});
    const auto old = bill();
    auto bobs = support::finishedJob(2);
    bobs.user = "bob";
    auto later = support::finishedJob(3);
    later.endedAt = support::at("2027-01-01T00:00:00Z"); // the receipt's cut-off
    merge({bobs, later});
    const auto next = m_receipts->reissue(old.id, "amended", std::nullopt, finance);
    QCOMPARE(next.username, std::string("alice"));
    QCOMPARE(next.jobs, 1);
    QCOMPARE(value("select job_id from receipt_items where freed_at is null"), std::string("1"));
    QCOMPARE(bill("bob").jobs, 1);
    QCOMPARE(m_receipts->create("alice", support::at("2027-01-02T00:00:00Z"), std::nullopt, finance).jobs, 1);
}

void LifeTest::nothingLeftToIssueAgainChangesNothing_data()
{
    QTest::addColumn<bool>("isVoid");
    QTest::newRow("pending") << false;
    QTest::newRow("void") << true;
}

void LifeTest::nothingLeftToIssueAgainChangesNothing()
{
    QFETCH(bool, isVoid);
    merge({support::finishedJob(1)});
    const auto old = bill();
    if (isVoid)
        m_receipts->voidReceipt(old.id, {.reason = "wrong user"}, finance);
    auto bobs = support::finishedJob(1);
    bobs.user = "bob";
    merge({bobs});
    const std::string before = events();
    QCOMPARE(refusal([&] { m_receipts->reissue(old.id, "x", std::nullopt, finance); }), std::string("nothing_to_bill"));
    QCOMPARE(value("select string_agg(status, ' ') from receipts"), std::string(isVoid ? "void" : "pending"));
    QCOMPARE(value("select count(*) from receipt_items where freed_at is null"), std::string(isVoid ? "0" : "1"));
    QCOMPARE(events(), before);
    if (!isVoid)
        m_receipts->voidReceipt(old.id, {.reason = "wrong user"}, finance);
    QCOMPARE(bill("bob").jobs, 1);
}

void LifeTest::whatCannotBeIssuedAgain()
{
    merge({support::finishedJob(1)});
    const auto old = bill();
    pay(old.id);
    QCOMPARE(refusal([&] { m_receipts->reissue(old.id, "x", std::nullopt, finance); }), std::string("credit_note_needed"));
    m_receipts->voidReceipt(old.id, {.reason = "x", .hasCreditNote = true}, finance);
    bill();
    QCOMPARE(refusal([&] { m_receipts->reissue(old.id, "x", std::nullopt, finance); }), std::string("nothing_to_bill"));
    QVERIFY_THROWS_EXCEPTION(NotFound, m_receipts->reissue(receipts::ReceiptId{99}, "x", std::nullopt, finance));
    QCOMPARE(value("select count(*) || ' ' || max(right(number, 6)) from receipts"), std::string("2 000002"));
}

void LifeTest::aReceiptIsIssuedAgainOnce()
{
    merge({support::finishedJob(1)});
    const auto old = bill();
    std::atomic<int> made = 0;
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> clients;
        for (int client = 0; client < 6; ++client)
            clients.emplace_back([&] {
                const std::string code = refusal([&] { m_receipts->reissue(old.id, "x", std::nullopt, finance); });
                made += code.empty() ? 1 : 0;
                refused += code == "already_reissued" ? 1 : 0;
            });
    }
    QCOMPARE(made.load(), 1);
    QCOMPARE(refused.load(), 5);
    QCOMPARE(value("select count(*) from receipts"), std::string("2"));
}

void LifeTest::theSameKeyIssuesAgainOnce()
{
    merge({support::finishedJob(1)});
    const auto old = bill();
    const receipts::IdempotencyKey key{"key-1", std::string(32, 'a')};
    const auto first = m_receipts->reissue(old.id, "x", key, finance);
    QCOMPARE(m_receipts->reissue(old.id, "x", key, finance).number, first.number);
    QCOMPARE(refusal([&] { m_receipts->reissue(old.id, "y", receipts::IdempotencyKey{"key-1", std::string(32, 'b')}, finance); }),
             std::string("idempotency_key_reused"));
}

void LifeTest::aJobWithoutSenseIsNotBilled()
{
    merge({support::finishedJob(1)});
    m_ground->database.run("update jobs set cpu_seconds = -1");
    QCOMPARE(refusal([&] { bill(); }), std::string("job_not_billable"));
    QCOMPARE(value("select count(*) from receipts"), std::string("0"));
}

QTEST_GUILESS_MAIN(LifeTest)
#include "tst_life.moc"
