// SPDX-License-Identifier: GPL-3.0-or-later
// PromptPay through Omise, which has no idempotency keys and need not sign: what it says is asked for again.
#include "tests/support/payment_world.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <fmt/format.h>

#include <array>
#include <memory>
#include <thread>

using namespace hpcbill;
using support::Answer;
using support::BegunPayment;
using Json = nlohmann::ordered_json;

namespace
{

/// Long enough for something to happen meanwhile on a slow machine, and less than the 20 s after which the server gives up.
constexpr int slowAnswerMs = 12'000;

const Json reason{{"reason", "the payer called"}};

std::string standingOf(const Json& charge)
{
    return charge.at("standing").get<std::string>();
}

} // namespace

class PromptPayTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_world = std::make_unique<support::PaymentWorld>(support::Environment{{"PAYMENT_PROVIDER", "omise"}}); }
    void cleanupTestCase() { m_world.reset(); }
    void cleanup();

    void startingTwiceAtOnceLeavesOneChargeOpen();
    void moneyOnASecondChargeIsNotLost_data();
    void moneyOnASecondChargeIsNotLost();
    void whatEndsWhileItBeginsIsClosedThere();
    void aMessageMayComeBeforeTheChargeIsKnown();
    void aMessageThatNamesAnothersChargeSettlesNothing();
    void aReplayThatCannotBeConfirmedIsTakenAllTheSame();
    void whatIsUnsignedIsNoEvidence();

private:
    BegunPayment begin() { return m_world->begin(fmt::format("payer{}", ++m_payers)); }
    std::string payer();
    support::Visitor loggedIn(const std::string& username) const;
    static Answer start(support::Visitor& visitor, std::int64_t receipt);
    std::vector<Json> chargesFor(std::int64_t payment) const;
    Answer tell(const std::string& event, const std::string& charge, const BegunPayment& about, int satang = 4500) const;
    std::string value(const std::string& sql) const { return m_world->server.database().value(sql); }
    std::string receiptStatus(std::int64_t id) const { return value(fmt::format("select status from receipts where id = {}", id)); }

    std::unique_ptr<support::PaymentWorld> m_world;
    int m_payers = 0;
};

void PromptPayTest::cleanup()
{
    m_world->provider.conduct({{"webhooks", nullptr}, {"report", nullptr}, {"answers", nullptr}});
    m_world->provider.conduct({{"webhooks", {{"retries", 0}}}});
}

std::string PromptPayTest::payer()
{
    const std::string name = fmt::format("payer{}", ++m_payers);
    static_cast<void>(m_world->server.signedIn(name, "user"));
    return name;
}

support::Visitor PromptPayTest::loggedIn(const std::string& username) const
{
    support::Visitor visitor(m_world->server.baseUrl());
    visitor.logIn(username, "password of " + username);
    return visitor;
}

Answer PromptPayTest::start(support::Visitor& visitor, std::int64_t receipt)
{
    return visitor.submit(fmt::format("/me/receipts/{}", receipt), fmt::format("/payments/receipt/{}/start", receipt), {});
}

std::vector<Json> PromptPayTest::chargesFor(std::int64_t payment) const
{
    std::vector<Json> charges;
    const Json all = m_world->provider.client().get("/control/payments").json();
    for (const Json& charge : all.at("payments")) {
        if (charge.at("metadata").value("payment_id", "") == std::to_string(payment))
            charges.push_back(charge);
    }
    return charges;
}

/// An unsigned message that the charge was paid.
Answer PromptPayTest::tell(const std::string& event, const std::string& charge, const BegunPayment& about, int satang) const
{
    const Json body{{"object", "event"},
                    {"id", event},
                    {"key", "charge.complete"},
                    {"data",
                     {{"object", "charge"},
                      {"id", charge},
                      {"status", "successful"},
                      {"amount", satang},
                      {"currency", "THB"},
                      {"metadata", {{"payment_id", std::to_string(about.payment)}, {"receipt_number", about.receiptNumber}}}}}};
    return m_world->server.nobody().ask("POST", "/payments/webhook/omise", body.dump(), {{"Content-Type", "application/json"}});
}

void PromptPayTest::startingTwiceAtOnceLeavesOneChargeOpen()
{
    const std::string name = payer();
    const std::int64_t receipt = m_world->makeReceipt(name);
    m_world->provider.conduct({{"answers", {{"delay_ms", slowAnswerMs}, {"only", "create"}}}});
    std::array<support::Visitor, 2> visitors{loggedIn(name), loggedIn(name)}; // before they start, for that takes its time
    std::array<Answer, 2> answers;
    {
        std::vector<std::jthread> payers;
        for (std::size_t at = 0; at < answers.size(); ++at)
            payers.emplace_back([&, at] { answers[at] = start(visitors[at], receipt); });
    }
    QCOMPARE(answers[0].status, 303);
    QCOMPARE(answers[1].status, 303);
    QCOMPARE(answers[0].header("location"), answers[1].header("location"));
    const auto charges = chargesFor(std::stoll(value(fmt::format("select id from payments where receipt_id = {}", receipt))));
    QCOMPARE(charges.size(), std::size_t{2}); // both were made: neither was known when the other one was
    const std::string kept = value(fmt::format("select external_payment_id from payments where receipt_id = {}", receipt));
    for (const Json& charge : charges)
        QCOMPARE(standingOf(charge), std::string(charge.at("id") == kept ? "open" : "expired"));
    m_world->provider.waitUntilQuiet();
    QCOMPARE(value(fmt::format("select status from payments where receipt_id = {}", receipt)), std::string("pending"));
}

void PromptPayTest::moneyOnASecondChargeIsNotLost_data()
{
    QTest::addColumn<bool>("isPaidBefore");

    QTest::newRow("instead of the first") << false;
    QTest::newRow("after the first") << true;
}

void PromptPayTest::moneyOnASecondChargeIsNotLost()
{
    QFETCH(const bool, isPaidBefore);
    const BegunPayment begun = begin();
    // As it was where the second charge could not be closed.
    const Answer made = m_world->provider.client().ask(
        "POST", "/charges",
        fmt::format("amount=4500&currency=THB&source[type]=promptpay&return_uri=http://site.example/&metadata[payment_id]={}&metadata[receipt_number]={}",
                    begun.payment, begun.receiptNumber),
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Basic c2tleV90ZXN0X3NpdGU6"}});
    QCOMPARE(made.status, 200);
    const std::string second = made.json().at("id").get<std::string>();
    if (isPaidBefore)
        m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    m_world->provider.act("pay", {{"id", second}});
    m_world->provider.waitUntilQuiet();
    QCOMPARE(receiptStatus(begun.receipt), std::string("paid"));
    QCOMPARE(value(fmt::format("select external_reference from receipts where id = {}", begun.receipt)), isPaidBefore ? begun.externalId : second);
    const Json stuck = m_world->stuck(begun);
    if (isPaidBefore)
        QCOMPARE(stuck.at("diagnosis").get<std::string>(), std::string("paid_twice"));
    else
        QVERIFY(stuck.is_null());
    QCOMPARE(value("select count(*) from payment_events where outcome = 'waiting'"), std::string("0"));
}

void PromptPayTest::whatEndsWhileItBeginsIsClosedThere()
{
    const std::string name = payer();
    const std::int64_t receipt = m_world->makeReceipt(name);
    m_world->provider.conduct({{"answers", {{"delay_ms", slowAnswerMs}, {"only", "create"}}}});
    support::Visitor visitor = loggedIn(name);
    Answer started;
    const std::string payments = fmt::format("select coalesce(max(id), 0) from payments where receipt_id = {}", receipt);
    {
        const std::jthread paying([&] { started = start(visitor, receipt); });
        QTRY_VERIFY_WITH_TIMEOUT(value(payments) != "0", 60'000);
        m_world->act(fmt::format("payments/{}/cancel", value(payments)), reason);
    }
    QCOMPARE(started.status, 409);
    const auto charges = chargesFor(std::stoll(value(payments)));
    QCOMPARE(charges.size(), std::size_t{1});
    QCOMPARE(standingOf(charges.front()), std::string("expired"));
    QTRY_COMPARE_WITH_TIMEOUT(value(fmt::format("select status || ' ' || count(next_ask_at) from payments where receipt_id = {} group by status", receipt)),
                              std::string("cancelled 0"), 60'000);
}

void PromptPayTest::aMessageMayComeBeforeTheChargeIsKnown()
{
    const BegunPayment begun = begin();
    m_world->server.database().run(
        fmt::format("update payments set external_payment_id = null, checkout_url = null, next_ask_at = null where id = {}", begun.payment));
    QCOMPARE(tell(fmt::format("evnt_early_{}", begun.payment), begun.externalId, begun).status, 200);
    // Omise says that it is open, and from now on it is asked about.
    const Json after = m_world->payment(begun);
    QCOMPARE(after.at("status").get<std::string>(), std::string("pending"));
    QCOMPARE(after.at("external_payment_id").get<std::string>(), begun.externalId);
    QCOMPARE(value(fmt::format("select count(next_ask_at) from payments where id = {}", begun.payment)), std::string("1"));
    QCOMPARE(value("select count(*) from payment_events where outcome = 'waiting'"), std::string("0"));
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    QCOMPARE(receiptStatus(begun.receipt), std::string("paid"));
}

void PromptPayTest::aMessageThatNamesAnothersChargeSettlesNothing()
{
    const BegunPayment mine = begin();
    const BegunPayment other = begin();
    m_world->server.database().run(fmt::format("update payments set external_payment_id = null where id = {}", mine.payment));
    // A charge of ours that this database does not know, paid for another receipt.
    m_world->server.database().run(fmt::format("update payments set external_payment_id = 'chrg_elsewhere' where id = {}", other.payment));
    m_world->provider.conduct({{"webhooks", {{"silent", true}}}});
    m_world->provider.act("pay", {{"id", other.externalId}});
    const std::string event = fmt::format("evnt_foreign_{}", mine.payment);
    QCOMPARE(tell(event, other.externalId, mine).status, 200);
    QCOMPARE(receiptStatus(mine.receipt), std::string("pending"));
    QVERIFY(m_world->payment(mine).at("external_payment_id").is_null());
    QCOMPARE(value(fmt::format("select outcome from payment_events where external_event_id = '{}'", event)), std::string("unknown_payment"));
}

void PromptPayTest::aReplayThatCannotBeConfirmedIsTakenAllTheSame()
{
    const BegunPayment begun = begin();
    m_world->provider.conduct({{"answers", {{"status", 503}}}});
    const std::string name = fmt::format("evnt_unconfirmed_{}", begun.payment);
    QCOMPARE(tell(name, begun.externalId, begun).status, 200);
    const std::string event = value(fmt::format("select id from payment_events where external_event_id = '{}'", name));
    const Answer replayed = m_world->operator_.post(fmt::format("/api/v1/payment-events/{}/replay", event), reason);
    QCOMPARE(replayed.status, 200);
    QCOMPARE(replayed.json().at("outcome").get<std::string>(), std::string("waiting"));
    m_world->provider.conduct({{"answers", nullptr}});
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    QCOMPARE(receiptStatus(begun.receipt), std::string("paid"));
}

void PromptPayTest::whatIsUnsignedIsNoEvidence()
{
    const BegunPayment begun = begin();
    m_world->age(begun, "2 hours");
    QCOMPARE(tell(fmt::format("evnt_claim_{}", begun.payment), begun.externalId, begun, 999'900).status, 200);
    const Json item = m_world->stuck(begun);
    QVERIFY2(item.at("evidence").dump().find("9999.00") == std::string::npos, item.dump().c_str());
    QVERIFY2(item.at("evidence").dump().find("No verified message") != std::string::npos, item.dump().c_str());

    // Once a secret is in force, what is not signed is not Omise's.
    const Json added = m_world->admin.post("/api/v1/payment-secrets", {{"provider", "omise"}, {"name", "first"}, {"secret", "YSBzZWNyZXQgb2YgT21pc2U="}}).json();
    QCOMPARE(tell(fmt::format("evnt_unsigned_{}", begun.payment), begun.externalId, begun).status, 400);
    QCOMPARE(value(fmt::format("select outcome from payment_events where external_event_id = 'evnt_unsigned_{}'", begun.payment)),
             std::string("bad_signature"));
    QCOMPARE(m_world->admin.ask("DELETE", "/api/v1/payment-secrets/" + added.at("id").dump(), "", {}).status, 204);
}

QTEST_GUILESS_MAIN(PromptPayTest)
#include "tst_prompt_pay.moc"
