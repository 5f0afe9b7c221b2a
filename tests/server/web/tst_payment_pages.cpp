// SPDX-License-Identifier: GPL-3.0-or-later
// Researchers pay: the way from the receipt to the page of thanks.
#include "common/error.h"
#include "tests/server/web/web_world.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;
using support::Answer;
using support::has;
using support::jobOf;
using support::Visitor;

class PaymentPagesTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_world.reset(); }

    void aReceiptIsPaidFromItsPage();
    void aFailedPaymentMayBeTriedAgain();
    void asLongAsItIsOpenThereIsOnePayment();
    void strangersFindNothing();
    void formsWithoutTheirTokenAreRefused();
    void whatIsVoidIsNotPaid();
    void badAddressesAreNamed();
    void outsideOfDevelopmentThereIsNoSimulator();
    void inThaiToo();

private:
    Visitor newVisitor(const std::string& who);
    Answer simulate(Visitor& visitor, const std::string& outcome);
    std::string value(const std::string& sql) { return m_world->database.value(sql); }

    std::unique_ptr<support::WebWorld> m_world;
};

void PaymentPagesTest::init()
{
    m_world = std::make_unique<support::WebWorld>();
    m_world->merge({jobOf(1, "alice", "a")});
    const api::Actor alice{"alice", api::Role::user, "127.0.0.1", "r1"};
    m_world->receipts.create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, alice);
}

Visitor PaymentPagesTest::newVisitor(const std::string& who)
{
    Visitor visitor(m_world->url());
    visitor.logIn(who, support::WebWorld::password);
    return visitor;
}

Answer PaymentPagesTest::simulate(Visitor& visitor, const std::string& outcome)
{
    return visitor.submit("/payments/thanks?rid=1", "/payments/simulate", {{"rid", "1"}, {"outcome", outcome}});
}

void PaymentPagesTest::aReceiptIsPaidFromItsPage()
{
    Visitor alice = newVisitor("alice");
    QVERIFY(has(alice.get("/me/receipts/1"), "Pay THB 2.25"));
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "No payment is under way."));
    const Answer begun = alice.submit("/me/receipts/1", "/payments/receipt/1/start", {});
    QCOMPARE(begun.status, 303);
    QCOMPARE(begun.header("location"), std::string("/payments/thanks?rid=1"));
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "has not arrived yet"));
    QCOMPARE(simulate(alice, "paid").header("location"), std::string("/payments/thanks?rid=1"));
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "the payment has arrived"));
    const Answer receipt = alice.get("/me/receipts/1");
    QVERIFY(has(receipt, ">paid<"));
    QVERIFY(!has(receipt, "/payments/receipt/1/start"));
    QCOMPARE(value("select status || ' ' || paid_how || ' ' || external_reference from receipts"),
             std::string("paid webhook dummy_1"));
    QCOMPARE(value("select string_agg(event_type, ' ' order by id) from outbox where event_type like 'p%' or event_type = 'receipt.paid'"),
             std::string("receipt.paid payment.succeeded"));
    QCOMPARE(alice.submit("/me/receipts/1", "/payments/receipt/1/start", {}).status, 409);
}

void PaymentPagesTest::aFailedPaymentMayBeTriedAgain()
{
    Visitor alice = newVisitor("alice");
    alice.submit("/me/receipts/1", "/payments/receipt/1/start", {});
    QCOMPARE(simulate(alice, "failed").status, 303);
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "No payment is under way."));
    QVERIFY(has(alice.get("/me/receipts/1"), "Pay THB 2.25"));
    alice.submit("/me/receipts/1", "/payments/receipt/1/start", {});
    simulate(alice, "paid");
    QCOMPARE(value("select string_agg(status, ' ' order by id) from payments"), std::string("failed succeeded"));
    QCOMPARE(value("select status from receipts"), std::string("paid"));
}

void PaymentPagesTest::asLongAsItIsOpenThereIsOnePayment()
{
    Visitor alice = newVisitor("alice");
    for (int time = 0; time < 3; ++time)
        QCOMPARE(alice.submit("/me/receipts/1", "/payments/receipt/1/start", {}).status, 303);
    QCOMPARE(value("select count(*) from payments"), std::string("1"));
    QCOMPARE(value("select count(*) from audit_log where action = 'payment.started'"), std::string("1"));
}

void PaymentPagesTest::strangersFindNothing()
{
    Visitor alice = newVisitor("alice");
    alice.submit("/me/receipts/1", "/payments/receipt/1/start", {});
    Visitor bob = newVisitor("bob");
    QCOMPARE(bob.get("/payments/thanks?rid=1").status, 404);
    QCOMPARE(bob.submit("/me", "/payments/receipt/1/start", {}).status, 404);
    QCOMPARE(bob.submit("/me", "/payments/simulate", {{"rid", "1"}, {"outcome", "paid"}}).status, 404);
    QCOMPARE(value("select status from receipts"), std::string("pending"));
    Visitor nobody(m_world->url());
    QCOMPARE(nobody.get("/payments/thanks?rid=1").status, 303);
    QCOMPARE(nobody.submit("/login", "/payments/receipt/1/start", {}).status, 401);
}

void PaymentPagesTest::formsWithoutTheirTokenAreRefused()
{
    Visitor alice = newVisitor("alice");
    for (const char* target : {"/payments/receipt/1/start", "/payments/simulate"}) {
        QCOMPARE(alice.post(target, {{"rid", "1"}, {"outcome", "paid"}}, "").status, 403);
        QCOMPARE(alice.post(target, {{"rid", "1"}, {"outcome", "paid"}}, std::string(43, 'A')).status, 403);
    }
    QCOMPARE(value("select count(*) from payments"), std::string("0"));
}

void PaymentPagesTest::whatIsVoidIsNotPaid()
{
    m_world->receipts.voidReceipt(receipts::ReceiptId{1}, {.reason = "wrong"}, {"finance1", api::Role::admin, "", ""});
    Visitor alice = newVisitor("alice");
    QVERIFY(!has(alice.get("/me/receipts/1"), "/payments/receipt/1/start"));
    QCOMPARE(alice.submit("/me/receipts/1", "/payments/receipt/1/start", {}).status, 409);
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "This receipt is void"));
}

void PaymentPagesTest::badAddressesAreNamed()
{
    Visitor alice = newVisitor("alice");
    for (const char* target : {"/payments/thanks", "/payments/thanks?rid=x", "/payments/thanks?rid=0"})
        QCOMPARE(alice.get(target).status, 400);
    QCOMPARE(alice.get("/payments/thanks?rid=99").status, 404);
    QCOMPARE(alice.submit("/me", "/payments/receipt/99/start", {}).status, 404);
    QCOMPARE(alice.submit("/me", "/payments/simulate", {{"rid", "1"}, {"outcome", "stolen"}}).status, 400);
}

void PaymentPagesTest::outsideOfDevelopmentThereIsNoSimulator()
{
    payments::PaymentSettings settings = support::WebWorld::paymentSettings();
    settings.mayBeSimulated = false;
    prometheus::Registry metrics;
    payments::Payments payments({m_world->database.pool(), m_world->audit, m_world->outbox, m_world->receipts,
                                 m_world->box, metrics},
                                settings, payments::makeProviders({.hasDummy = true}));
    const web::Site site({m_world->database.pool(), m_world->sessions, m_world->jobs, m_world->rates,
                          m_world->receipts, m_world->printer, payments, m_world->ingestion});
    for (const http::Route& route : site.routes())
        QVERIFY(route.pattern != "/payments/simulate");
    const api::Actor alice{"alice", api::Role::user, "127.0.0.1", "r1"};
    payments.start(receipts::ReceiptId{1}, alice);
    QVERIFY_THROWS_EXCEPTION(NotFound, payments.simulate(receipts::ReceiptId{1}, payments::Standing::paid, alice));
}

void PaymentPagesTest::inThaiToo()
{
    Visitor alice = newVisitor("alice");
    alice.submit("/me", "/i18n/set", {{"language", "th"}, {"next", "/me"}});
    QVERIFY(has(alice.get("/me/receipts/1"), "ชำระเงิน THB 2.25"));
    alice.submit("/me/receipts/1", "/payments/receipt/1/start", {});
    QVERIFY(has(alice.get("/payments/thanks?rid=1"), "ยังไม่ได้รับเงิน"));
}

QTEST_GUILESS_MAIN(PaymentPagesTest)
#include "tst_payment_pages.moc"
