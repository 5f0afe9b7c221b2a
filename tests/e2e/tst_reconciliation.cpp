// SPDX-License-Identifier: GPL-3.0-or-later
// Each diagnosis from its cause: the provider misbehaves, the queue says what is wrong, and the next step helps.
#include "tests/support/payment_world.h"

#include <QtTest>

#include <fmt/format.h>

#include <memory>

using namespace hpcbill;
using support::Answer;
using support::BegunPayment;
using Json = nlohmann::ordered_json;

namespace
{

bool saysSo(const Json& item, std::string_view words)
{
    for (const Json& sentence : item.at("evidence")) {
        if (sentence.get<std::string>().find(words) != std::string::npos)
            return true;
    }
    return false;
}

const Json reason{{"reason", "the payer called"}};

} // namespace

class ReconciliationTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_world = std::make_unique<support::PaymentWorld>(); }
    void cleanupTestCase() { m_world.reset(); }
    void cleanup();

    void nothingWasHeard();
    void nobodyPays();
    void messagesCannotBeVerified();
    void theAmountDiffers();
    void theCurrencyDiffers();
    void whatCameInWrongIsEnded_data();
    void whatCameInWrongIsEnded();
    void paidAndNotHowMuch();
    void theReceiptWasVoid();
    void paidTwice();
    void theProvidersMoneyPaysOnceTheHandIsTakenBack_data();
    void theProvidersMoneyPaysOnceTheHandIsTakenBack();
    void aFailureAfterTheSuccess();
    void theProviderCannotBeAsked();
    void theProviderNeverAnswered();
    void youngPaymentsAreNotInTheQueue();
    void theQueueIsPagedOldestFirst();
    void theTimelineTellsEverything();

private:
    BegunPayment begin() { return m_world->begin(fmt::format("payer{}", ++m_payers)); }
    BegunPayment beginLongAgo();
    void pay(const BegunPayment& begun);
    std::string receiptStatus(const BegunPayment& begun);
    void expect(const BegunPayment& begun, const char* diagnosis, const char* nextStep);

    std::unique_ptr<support::PaymentWorld> m_world;
    int m_payers = 0;
};

void ReconciliationTest::cleanup()
{
    // The provider behaves again, and nothing is left over for the next case.
    m_world->provider.conduct({{"webhooks", nullptr}, {"report", nullptr}, {"answers", nullptr}});
    m_world->provider.conduct({{"webhooks", {{"retries", 0}}}});
}

BegunPayment ReconciliationTest::beginLongAgo()
{
    const BegunPayment begun = begin();
    m_world->age(begun, "2 hours");
    return begun;
}

void ReconciliationTest::pay(const BegunPayment& begun)
{
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
}

std::string ReconciliationTest::receiptStatus(const BegunPayment& begun)
{
    return m_world->admin.get(fmt::format("/api/v1/receipts/{}", begun.receipt)).json().at("status").get<std::string>();
}

void ReconciliationTest::expect(const BegunPayment& begun, const char* diagnosis, const char* nextStep)
{
    const Json item = m_world->stuck(begun);
    QVERIFY2(item.is_object(), m_world->payment(begun).dump().c_str());
    QCOMPARE(item.at("diagnosis").get<std::string>(), std::string(diagnosis));
    QCOMPARE(item.at("next_step").get<std::string>(), std::string(nextStep));
}

void ReconciliationTest::nothingWasHeard()
{
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"webhooks", {{"silent", true}}}});
    pay(begun);
    expect(begun, "no_event", "ask_provider");
    const Json after = m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    QCOMPARE(after.at("status").get<std::string>(), std::string("succeeded"));
    QCOMPARE(receiptStatus(begun), std::string("paid"));
    QVERIFY(m_world->stuck(begun).is_null());
}

void ReconciliationTest::nobodyPays()
{
    const BegunPayment begun = beginLongAgo();
    m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    expect(begun, "checkout_abandoned", "cancel");
    QVERIFY(saysSo(m_world->stuck(begun), "said: open"));
    const Json after = m_world->act(fmt::format("payments/{}/cancel", begun.payment), reason);
    QCOMPARE(after.at("status").get<std::string>(), std::string("cancelled"));
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(m_world->provider.payment(begun.externalId).at("standing").get<std::string>(), std::string("expired"));
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/payments/{}/cancel", begun.payment), reason).status, 409);
}

void ReconciliationTest::messagesCannotBeVerified()
{
    const std::string other = "whsec_that_only_the_provider_has";
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"webhooks", {{"sign_with", other}, {"copies", 3}}}});
    pay(begun);
    expect(begun, "signature_failed", "restore_secret_and_replay");
    const Json item = m_world->stuck(begun);
    QCOMPARE(item.at("facts").at("signature_failures").get<int>(), 3);
    QVERIFY(saysSo(item, "3 messages about it could not be verified"));
    QCOMPARE(receiptStatus(begun), std::string("pending"));

    const auto event = item.at("facts").at("replayable_event_ids").at(0).get<std::int64_t>();
    const std::string replay = fmt::format("/api/v1/payment-events/{}/replay", event);
    const Answer tooEarly = m_world->operator_.post(replay, reason);
    QCOMPARE(tooEarly.status, 409);
    QVERIFY(tooEarly.body.find("still_refused") != std::string::npos);
    QCOMPARE(m_world->admin.post("/api/v1/payment-secrets", {{"provider", "stripe"}, {"name", "the provider's"}, {"secret", other}}).status, 201);
    QCOMPARE(m_world->operator_.post(replay, reason).json().at("outcome").get<std::string>(), std::string("applied"));
    QCOMPARE(receiptStatus(begun), std::string("paid"));
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(m_world->operator_.post(replay, reason).status, 409);
}

void ReconciliationTest::theAmountDiffers()
{
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"report", {{"amount", 4475}}}});
    pay(begun);
    expect(begun, "amount_differs", "check_amount");
    QVERIFY(saysSo(m_world->stuck(begun), "44.75 THB was paid, 45.00 THB is due, 0.25 THB too little."));
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt),
                 {{"method", "bank_transfer"}, {"external_reference", "KB-1"}, {"reason", "the rest came by transfer"}});
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(receiptStatus(begun), std::string("paid"));
}

void ReconciliationTest::theCurrencyDiffers()
{
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"report", {{"currency", "usd"}}}});
    pay(begun);
    expect(begun, "currency_differs", "check_amount");
    QVERIFY(saysSo(m_world->stuck(begun), "45.00 USD was paid, 45.00 THB is due."));
    QCOMPARE(receiptStatus(begun), std::string("pending"));
}

void ReconciliationTest::whatCameInWrongIsEnded_data()
{
    QTest::addColumn<Json>("report");
    QTest::addColumn<QString>("diagnosis");
    QTest::addColumn<bool>("isCancelled");

    QTest::newRow("the amount, cancelled") << Json{{"amount", 4475}} << "amount_differs" << true;
    QTest::newRow("the currency, cancelled") << Json{{"currency", "usd"}} << "currency_differs" << true;
    QTest::newRow("the amount, resolved") << Json{{"amount", 4475}} << "amount_differs" << false;
}

void ReconciliationTest::whatCameInWrongIsEnded()
{
    QFETCH(const Json, report);
    QFETCH(const QString, diagnosis);
    QFETCH(const bool, isCancelled);
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"report", report}});
    pay(begun);
    const auto expectDifference = [&] { expect(begun, diagnosis.toUtf8().constData(), "check_amount"); };
    expectDifference();
    if (isCancelled) {
        const Json after = m_world->act(fmt::format("payments/{}/cancel", begun.payment), reason);
        QCOMPARE(after.at("status").get<std::string>(), std::string("cancelled"));
        expectDifference(); // its money is still there
    }
    m_world->act(fmt::format("payments/{}/resolve", begun.payment), {{"reason", "returned at the provider"}});
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("cancelled"));
    QCOMPARE(m_world->server.database().value(
                 fmt::format("select count(next_ask_at) from payments where id = {}", begun.payment)),
             std::string("0"));
    QCOMPARE(receiptStatus(begun), std::string("pending"));
}

void ReconciliationTest::paidAndNotHowMuch()
{
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"report", {{"leave_amount_out", true}}}});
    pay(begun);
    m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    expect(begun, "provider_says_paid", "mark_paid");
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt),
                 {{"method", "provider"}, {"external_reference", begun.externalId}, {"reason", "seen on the dashboard"}});
    QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("succeeded"));
    QVERIFY(m_world->stuck(begun).is_null());
}

void ReconciliationTest::theReceiptWasVoid()
{
    const BegunPayment begun = begin();
    QCOMPARE(m_world->admin.post(fmt::format("/api/v1/receipts/{}/void", begun.receipt), reason).status, 200);
    pay(begun);
    expect(begun, "receipt_void", "refund_and_resolve");
    QCOMPARE(receiptStatus(begun), std::string("void"));
    m_world->act(fmt::format("payments/{}/resolve", begun.payment), {{"reason", "refunded at the provider"}});
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/payments/{}/resolve", begun.payment), reason).status, 409);
}

void ReconciliationTest::paidTwice()
{
    const BegunPayment begun = begin();
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt),
                 {{"method", "bank_transfer"}, {"external_reference", "KB-7"}, {"reason", "on the statement"}});
    QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("cancelled"));
    pay(begun);
    expect(begun, "paid_twice", "refund_and_resolve");
    QVERIFY(saysSo(m_world->stuck(begun), "reference KB-7"));
    QCOMPARE(m_world->server.database().value(
                 fmt::format("select external_reference from receipts where id = {}", begun.receipt)),
             std::string("KB-7"));
}

void ReconciliationTest::theProvidersMoneyPaysOnceTheHandIsTakenBack_data()
{
    QTest::addColumn<bool>("isByItsReference");
    QTest::addColumn<bool>("isPaidBefore");
    QTest::addColumn<bool>("isSilent");

    QTest::newRow("marked paid by its reference, then paid and told") << true << false << false;
    QTest::newRow("marked paid by its reference, then paid and not told") << true << false << true;
    QTest::newRow("marked paid by its reference, which was paid") << true << true << false;
    QTest::newRow("paid twice") << false << true << false;
}

void ReconciliationTest::theProvidersMoneyPaysOnceTheHandIsTakenBack()
{
    QFETCH(const bool, isByItsReference);
    QFETCH(const bool, isPaidBefore);
    QFETCH(const bool, isSilent);
    const BegunPayment begun = begin();
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt),
                 {{"method", "provider"}, {"external_reference", isByItsReference ? begun.externalId : "KB-8"}, {"reason", "seen"}});
    if (isPaidBefore)
        pay(begun);
    m_world->act(fmt::format("receipts/{}/revert", begun.receipt), {{"reason", "the wrong receipt"}});
    if (!isPaidBefore) {
        QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("pending"));
        m_world->provider.conduct({{"webhooks", {{"silent", isSilent}}}});
        pay(begun);
        if (isSilent)
            m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
        QCOMPARE(receiptStatus(begun), std::string("paid"));
    }
    QTRY_COMPARE_WITH_TIMEOUT(receiptStatus(begun), std::string("paid"), 60'000); // the watch asks by itself
    const Json receipt = m_world->admin.get(fmt::format("/api/v1/receipts/{}", begun.receipt)).json();
    QCOMPARE(receipt.at("external_reference").get<std::string>(), begun.externalId);
    QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("succeeded"));
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(m_world->server.database().value(
                 fmt::format("select count(next_ask_at) from payments where id = {}", begun.payment)),
             std::string("0"));
}

void ReconciliationTest::aFailureAfterTheSuccess()
{
    // The bank refuses, the payer pays by other means, and the two messages overtake each other.
    const BegunPayment begun = begin();
    m_world->provider.conduct({{"webhooks", {{"hold", true}}}});
    m_world->provider.act("pay", {{"id", begun.externalId}, {"promise", true}});
    m_world->provider.act("fail", {{"id", begun.externalId}});
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.conduct({{"webhooks", {{"hold", false}}}});
    m_world->provider.act("release", {{"order", "reversed"}});
    m_world->provider.waitUntilQuiet();
    expect(begun, "late_failure", "refund_and_resolve");
    QCOMPARE(receiptStatus(begun), std::string("paid"));
    m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    QVERIFY(m_world->stuck(begun).is_null());
    QCOMPARE(receiptStatus(begun), std::string("paid"));
}

void ReconciliationTest::theProviderCannotBeAsked()
{
    const BegunPayment begun = beginLongAgo();
    m_world->provider.conduct({{"answers", {{"status", 500}}}});
    const Answer refused = m_world->operator_.post(fmt::format("/api/v1/payments/{}/refresh", begun.payment), reason);
    QCOMPARE(refused.status, 502);
    QVERIFY(refused.body.find("provider_failed") != std::string::npos);
    expect(begun, "provider_unreachable", "wait");
}

void ReconciliationTest::theProviderNeverAnswered()
{
    m_world->provider.conduct({{"answers", {{"status", 503}}}});
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, begin());
    BegunPayment begun;
    begun.payment = std::stoll(m_world->server.database().value("select max(id) from payments where external_payment_id is null"));
    m_world->age(begun, "2 hours");
    expect(begun, "provider_unreachable", "cancel");
    m_world->act(fmt::format("payments/{}/cancel", begun.payment), reason);
    QVERIFY(m_world->stuck(begun).is_null());
}

void ReconciliationTest::youngPaymentsAreNotInTheQueue()
{
    QVERIFY(m_world->stuck(begin()).is_null());
}

void ReconciliationTest::theQueueIsPagedOldestFirst()
{
    const BegunPayment older = begin();
    m_world->age(older, "3 days");
    const BegunPayment newer = begin();
    m_world->age(newer, "2 days");
    const Json first = m_world->operator_.get("/api/v1/reconciliation?limit=1").json();
    QCOMPARE(first.at("items").at(0).at("id").get<std::int64_t>(), older.payment);
    const Json second =
        m_world->operator_.get("/api/v1/reconciliation?limit=1&cursor=" + first.at("next_cursor").get<std::string>()).json();
    QCOMPARE(second.at("items").at(0).at("id").get<std::int64_t>(), newer.payment);
    for (const BegunPayment& begun : {older, newer})
        m_world->act(fmt::format("payments/{}/cancel", begun.payment), reason);
}

void ReconciliationTest::theTimelineTellsEverything()
{
    const BegunPayment begun = begin(); // a young one: of an old one the watch would tell at a moment of its own
    m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    m_world->provider.conduct({{"webhooks", {{"sign_with", "whsec_of_somebody_else_altogether"}}}});
    pay(begun);
    m_world->act(fmt::format("payments/{}/refresh", begun.payment), reason);
    std::vector<std::string> kinds;
    const Json payment = m_world->payment(begun);
    for (const Json& entry : payment.at("timeline"))
        kinds.push_back(entry.at("kind").get<std::string>());
    QCOMPARE(kinds, (std::vector<std::string>{"checkout_opened", "asked", "event", "asked", "settled"}));
}

QTEST_GUILESS_MAIN(ReconciliationTest)
#include "tst_reconciliation.moc"
