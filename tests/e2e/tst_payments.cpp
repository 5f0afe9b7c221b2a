// SPDX-License-Identifier: GPL-3.0-or-later
// Payments through the providers, from the payer's click to the receipt that is paid.
#include "server/crypto/hmac.h"
#include "tests/support/payment_world.h"
#include "tests/support/stripe_messages.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <fmt/format.h>

#include <chrono>
#include <memory>

using namespace hpcbill;
using support::Answer;
using support::BegunPayment;
using support::PaymentWorld;
using Json = nlohmann::ordered_json;

namespace
{

const Json reason{{"reason", "the payer called"}};

constexpr std::int64_t due = 4500; // satang

std::string paidEvent(const std::string& event, const std::string& session, const std::string& reference = "")
{
    return support::stripePaid(event, session, due, reference);
}

} // namespace

class PaymentsTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_world = std::make_unique<PaymentWorld>(); }
    void cleanupTestCase() { m_world.reset(); }
    void cleanup();

    void aWebhookSettlesTheReceiptOnce();
    void aForgedWebhookIsKeptAndChangesNothing();
    void whatIsNotAWebhookIsKeptToo();
    void aWebhookForAPaymentThatIsNotKnownYetIsTakenWhenItComesAgain();
    void hugeWebhooksAndUnknownProvidersAreRefused();
    void secretsRotateWithAnOverlap();
    void theCommandLineRotatesToo();
    void aSecretThatCannotBeOpenedKeepsNoOtherFromVerifying();
    void secretsNeverLeave();
    void aProviderThatIsDownIsNoHarm();
    void webhooksThatNeverComeAreMadeUpFor();
    void stuckPaymentsAreToldOfTwice();
    void promptPayIsConfirmedByAskingOmise();
    void whatWasMarkedPaidIsTakenBack();
    void actionsNeedAReason();
    void aStatementSettlesManyAtOnce();
    void aStatementThatChangedSettlesNothing();
    void inProductionThereIsNoSimulator();
    void whatBecameOfAMessageIsNotWrittenOver();

private:
    BegunPayment begin() { return m_world->begin(fmt::format("payer{}", ++m_payers)); }
    Answer post(const std::string& body, const std::string& signature) const;
    std::string value(const std::string& sql) const { return m_world->server.database().value(sql); }
    std::string statusOf(std::int64_t receipt) const;

    std::unique_ptr<PaymentWorld> m_world;
    int m_payers = 0;
};

void PaymentsTest::cleanup()
{
    m_world->provider.conduct({{"webhooks", nullptr}, {"report", nullptr}, {"answers", nullptr}});
    m_world->provider.conduct({{"webhooks", {{"retries", 0}}}});
}

Answer PaymentsTest::post(const std::string& body, const std::string& signature) const
{
    return m_world->server.nobody().ask("POST", "/payments/webhook/stripe", body,
                                        {{"Content-Type", "application/json"}, {"Stripe-Signature", signature}});
}

std::string PaymentsTest::statusOf(std::int64_t receipt) const
{
    return value(fmt::format("select status from receipts where id = {}", receipt));
}

void PaymentsTest::aWebhookSettlesTheReceiptOnce()
{
    const BegunPayment begun = begin();
    const std::string before = value("select count(*) from outbox where event_type <> 'audit.checkpoint'");
    m_world->provider.conduct({{"webhooks", {{"copies", 4}}}});
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    QCOMPARE(statusOf(begun.receipt), std::string("paid"));
    QCOMPARE(value(fmt::format("select sum(deliveries)::text || ' ' || count(*) from payment_events where payment_id = {}", begun.payment)),
             std::string("4 1"));
    QCOMPARE(value(fmt::format("select string_agg(event_type, ' ' order by id) from (select id, event_type from outbox "
                               "where event_type <> 'audit.checkpoint' order by id offset {}) o", before)),
             std::string("receipt.paid payment.succeeded"));
    QCOMPARE(value(fmt::format("select count(*) from audit_log where action = 'payment.settled' and target_id = '{}'", begun.payment)),
             std::string("1"));
    const Json receipt = m_world->admin.get(fmt::format("/api/v1/receipts/{}", begun.receipt)).json();
    QCOMPARE(receipt.at("paid_how").get<std::string>(), std::string("webhook"));
    QCOMPARE(receipt.at("external_reference").get<std::string>(), begun.externalId);
    const std::string metrics = m_world->server.nobody().get("/metrics").body;
    QVERIFY(metrics.find("payments_finalized_total{provider=\"stripe\"} 1\n") != std::string::npos);
    QVERIFY(metrics.find("event=\"checkout.session.completed\",outcome=\"replay\",provider=\"stripe\"} 3") != std::string::npos);
}

void PaymentsTest::aForgedWebhookIsKeptAndChangesNothing()
{
    const BegunPayment begun = begin();
    const std::string body = paidEvent("evt_forged", begun.externalId);
    const std::string secret = PaymentWorld::stripeSecret;
    const std::string old = fmt::format("t=1000000000,v1={}", crypto::toHex(crypto::hmacSha256(secret, "1000000000." + body)));
    for (const std::string& signature : {support::stripeSignature(body, "whsec_of_a_stranger"), support::stripeSignature(body + " ", secret), old,
                                         std::string(), std::string("t=x,v1=y"), std::string("v1=")})
        QCOMPARE(post(body, signature).status, 400);
    QCOMPARE(statusOf(begun.receipt), std::string("pending"));
    const Json events = m_world->operator_.get(fmt::format("/api/v1/payment-events?payment_id={}&signature_ok=false", begun.payment)).json();
    QCOMPARE(events.at("items").size(), std::size_t{1});
    QCOMPARE(events.at("items").at(0).at("deliveries").get<int>(), 6);
    QCOMPARE(events.at("items").at(0).at("outcome").get<std::string>(), std::string("bad_signature"));

    // The provider's own message of that name is not taken for a repetition.
    QCOMPARE(post(body, support::stripeSignature(body, secret)).json().at("outcome").get<std::string>(), std::string("applied"));
    QCOMPARE(statusOf(begun.receipt), std::string("paid"));
}

void PaymentsTest::whatIsNotAWebhookIsKeptToo()
{
    for (const std::string& body : {std::string("not JSON"), std::string("[]"), std::string("{\"id\":7}"), std::string("\0\xff\xfe", 3), std::string(" ")}) {
        const std::string before = value("select count(*) from payment_events");
        QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).status, 200);
        QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).status, 200);
        QCOMPARE(value("select count(*) from payment_events"), std::to_string(std::stoi(before) + 1));
    }
    QVERIFY(m_world->operator_.get("/api/v1/payment-events?outcome=unreadable").json().at("items").size() >= 4);
    const std::string other = R"({"id":"evt_other","object":"event","type":"customer.created","data":{"object":{"id":"cus_1","object":"customer"}}})";
    QCOMPARE(post(other, support::stripeSignature(other, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("not_about_payments"));
}

void PaymentsTest::aWebhookForAPaymentThatIsNotKnownYetIsTakenWhenItComesAgain()
{
    const BegunPayment begun = begin();
    m_world->server.database().run(fmt::format("update payments set external_payment_id = 'cs_other' where id = {}", begun.payment));
    const std::string body = paidEvent("evt_early", begun.externalId);
    QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("unknown_payment"));
    QCOMPARE(m_world->operator_.get("/api/v1/payment-events?outcome=unknown_payment").json().at("items").size(), std::size_t{1});
    m_world->server.database().run(fmt::format("update payments set external_payment_id = '{}' where id = {}", begun.externalId, begun.payment));
    QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("applied"));
    QCOMPARE(statusOf(begun.receipt), std::string("paid"));

    // Before we know the provider's id, our own reference finds it.
    const BegunPayment other = begin();
    m_world->server.database().run(fmt::format("update payments set external_payment_id = null where id = {}", other.payment));
    const std::string early = paidEvent("evt_by_reference", other.externalId, std::to_string(other.payment));
    QCOMPARE(post(early, support::stripeSignature(early, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("applied"));
    QCOMPARE(statusOf(other.receipt), std::string("paid"));
}

void PaymentsTest::hugeWebhooksAndUnknownProvidersAreRefused()
{
    const std::string huge(300 * 1024, ' ');
    QCOMPARE(post(huge, support::stripeSignature(huge, PaymentWorld::stripeSecret)).status, 413);
    QCOMPARE(m_world->server.nobody().ask("POST", "/payments/webhook/paypal", "{}", {}).status, 404);
    QCOMPARE(m_world->server.nobody().ask("POST", "/payments/webhook", "{}", {}).status, 400); // the default provider's
}

void PaymentsTest::secretsRotateWithAnOverlap()
{
    const std::string next = "whsec_of_the_next_month";
    const Answer added = m_world->admin.post("/api/v1/payment-secrets", {{"provider", "stripe"}, {"name", "December"}, {"secret", next}});
    QCOMPARE(added.status, 201);
    QCOMPARE(m_world->admin.post("/api/v1/payment-secrets", {{"provider", "stripe"}, {"name", "again"}, {"secret", next}}).status, 409);
    for (const std::string& secret : {std::string(PaymentWorld::stripeSecret), next}) {
        const BegunPayment begun = begin();
        const std::string body = paidEvent(fmt::format("evt_rotation_{}", begun.payment), begun.externalId);
        QCOMPARE(post(body, support::stripeSignature(body, secret)).json().at("outcome").get<std::string>(), std::string("applied"));
    }
    const Json all = m_world->admin.get("/api/v1/payment-secrets").json();
    for (const Json& secret : all.at("items"))
        QVERIFY(secret.at("last_used_at").is_string());

    const std::int64_t id = added.json().at("id").get<std::int64_t>();
    QCOMPARE(m_world->admin.ask("DELETE", fmt::format("/api/v1/payment-secrets/{}", id), "", {}).status, 204);
    const BegunPayment begun = begin();
    const std::string body = paidEvent("evt_too_late", begun.externalId);
    QCOMPARE(post(body, support::stripeSignature(body, next)).status, 400);
    QCOMPARE(statusOf(begun.receipt), std::string("pending"));
    QCOMPARE(value("select string_agg(action, ' ' order by seq) from audit_log where target_type = 'payment_secret'"),
             std::string("payment_secret.added payment_secret.added payment_secret.retired"));
}

void PaymentsTest::theCommandLineRotatesToo()
{
    const std::string next = "whsec_typed_at_the_prompt";
    const support::Outcome rotated = m_world->server.hpcbill({"--json", "secrets", "rotate", "stripe", "--name", "January"}, next + "\n");
    QVERIFY2(rotated.exitCode == 0, rotated.errors.c_str());
    QVERIFY((rotated.output + rotated.errors).find(next) == std::string::npos);
    const std::string id = Json::parse(rotated.output).at("id").dump();
    const BegunPayment begun = begin();
    const std::string body = paidEvent("evt_january", begun.externalId);
    QCOMPARE(post(body, support::stripeSignature(body, next)).status, 200);
    QVERIFY(m_world->server.hpcbill({"secrets", "list"}).output.find("January") != std::string::npos);
    QCOMPARE(m_world->server.hpcbill({"secrets", "retire", id}).exitCode, 0);
    const std::string other = paidEvent("evt_february", begun.externalId);
    QCOMPARE(post(other, support::stripeSignature(other, next)).status, 400);
    QCOMPARE(m_world->server.hpcbill({"secrets", "rotate", "stripe"}, "short\n").exitCode, 2);
    QCOMPARE(m_world->server.hpcbill({"secrets", "rotate", "paypal"}, next + "\n").exitCode, 3);
    QCOMPARE(m_world->server.hpcbill({"secrets", "retire", "999"}).exitCode, 3);
}

void PaymentsTest::aSecretThatCannotBeOpenedKeepsNoOtherFromVerifying()
{
    // As after a change of APP_SECRET_KEY.
    m_world->server.database().run("insert into webhook_secrets (provider, name, sealed, fingerprint, from_configuration, created_at, created_by) "
                                   "values ('stripe', 'of another key', decode(repeat('00', 60), 'hex'), 'x', false, now(), 'admin')");
    const BegunPayment begun = begin();
    const std::string body = paidEvent("evt_beside_a_sealed_one", begun.externalId);
    QCOMPARE(post(body, support::stripeSignature(body, "whsec_that_was_sealed_under_another")).status, 400);
    QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("applied"));
    QCOMPARE(statusOf(begun.receipt), std::string("paid"));
    QCOMPARE(value("select count(*) from payment_events where outcome = 'bad_signature' and external_event_id = 'evt_beside_a_sealed_one'"), std::string("1"));
    m_world->server.database().run("update webhook_secrets set retired_at = now(), retired_by = 'admin' where name = 'of another key'");
}

void PaymentsTest::secretsNeverLeave()
{
    const std::string secret = PaymentWorld::stripeSecret;
    QCOMPARE(value("select count(*) from webhook_secrets where position('" + secret + "'::bytea in sealed) > 0"), std::string("0"));
    for (const char* path : {"/api/v1/payment-secrets", "/api/v1/audit?limit=1000", "/api/v1/payment-events?limit=1000", "/metrics"}) {
        const Answer answer = m_world->admin.get(path);
        QVERIFY(answer.body.find(secret) == std::string::npos);
        QTRY_VERIFY_WITH_TIMEOUT(m_world->server.hasLogged(answer), 60'000);
    }
    QVERIFY(m_world->server.log().find(secret) == std::string::npos);
    QVERIFY(m_world->server.log().find("sk_test_site") == std::string::npos);
}

void PaymentsTest::aProviderThatIsDownIsNoHarm()
{
    const std::string user = fmt::format("payer{}", ++m_payers);
    const std::int64_t receipt = m_world->makeReceipt(user);
    static_cast<void>(m_world->server.signedIn(user, "user"));
    support::Visitor payer(m_world->server.baseUrl());
    payer.logIn(user, "password of " + user);
    const std::string page = fmt::format("/me/receipts/{}", receipt);
    const std::string start = fmt::format("/payments/receipt/{}/start", receipt);
    m_world->provider.conduct({{"answers", {{"cut", true}}}});
    const Answer failed = payer.submit(page, start, {});
    QCOMPARE(failed.status, 502);
    QVERIFY(support::has(failed, "Nothing was charged"));
    m_world->provider.conduct({{"answers", nullptr}});
    const Answer begun = payer.submit(page, start, {});
    QCOMPARE(begun.status, 303);
    QVERIFY(begun.header("location").starts_with(m_world->provider.url()));
    QVERIFY(begun.header("content-security-policy").find(m_world->provider.url()) != std::string::npos ||
            payer.get(page).header("content-security-policy").find(m_world->provider.url()) != std::string::npos);
    QCOMPARE(payer.submit(page, start, {}).header("location"), begun.header("location"));
    QCOMPARE(value(fmt::format("select count(*) from payments where receipt_id = {}", receipt)), std::string("1"));
}

void PaymentsTest::webhooksThatNeverComeAreMadeUpFor()
{
    PaymentWorld impatient(support::Environment{{"PAYMENT_ASK_INTERVAL_SEC", "1"}});
    impatient.provider.conduct({{"webhooks", {{"silent", true}}}});
    const BegunPayment paid = impatient.begin("alice");
    const BegunPayment expired = impatient.begin("bob");
    const BegunPayment failed = impatient.begin("carol");
    impatient.provider.act("pay", {{"id", paid.externalId}});
    impatient.provider.act("expire", {{"id", expired.externalId}});
    impatient.provider.act("pay", {{"id", failed.externalId}, {"promise", true}});
    impatient.provider.act("fail", {{"id", failed.externalId}});
    QTRY_COMPARE_WITH_TIMEOUT(impatient.payment(paid).at("status").get<std::string>(), std::string("succeeded"), 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(impatient.payment(expired).at("status").get<std::string>(), std::string("cancelled"), 60'000);
    QTRY_COMPARE_WITH_TIMEOUT(impatient.payment(failed).at("status").get<std::string>(), std::string("failed"), 60'000);
    QCOMPARE(impatient.server.database().value(fmt::format("select status || ' ' || paid_how from receipts where id = {}", paid.receipt)),
             std::string("paid poll"));
}

void PaymentsTest::stuckPaymentsAreToldOfTwice()
{
    const BegunPayment begun = begin();
    const auto told = [&] {
        return value(fmt::format("select count(*) from outbox where event_type = 'payment.stuck' and payload::json->'data'->>'id' = '{}'", begun.payment));
    };
    m_world->age(begun, "61 minutes");
    QTRY_COMPARE_WITH_TIMEOUT(told(), std::string("1"), 60'000);
    m_world->age(begun, "23 hours");
    QTRY_COMPARE_WITH_TIMEOUT(told(), std::string("2"), 60'000);
    QTRY_VERIFY_WITH_TIMEOUT(m_world->server.nobody().get("/metrics").body.find("payments_pending_oldest_seconds 8") != std::string::npos, 60'000);
    m_world->act(fmt::format("payments/{}/cancel", begun.payment), reason);

    // One that is found only after a day is told of once.
    const BegunPayment late = begin();
    m_world->age(late, "2 days");
    const auto toldOfLate = [&] {
        return value(fmt::format("select count(*) from outbox where event_type = 'payment.stuck' and payload::json->'data'->>'id' = '{}'", late.payment));
    };
    QTRY_COMPARE_WITH_TIMEOUT(toldOfLate(), std::string("1"), 60'000);
    QCOMPARE(value(fmt::format("select stuck_told from payments where id = {}", late.payment)), std::string("2"));
    m_world->act(fmt::format("payments/{}/cancel", late.payment), reason);
}

void PaymentsTest::promptPayIsConfirmedByAskingOmise()
{
    PaymentWorld omise(support::Environment{{"PAYMENT_PROVIDER", "omise"}});
    const BegunPayment begun = omise.begin("alice");
    // Anybody may claim that it was paid; Omise itself says that it was not.
    const std::string forged = Json{{"object", "event"}, {"id", "evnt_test_forged"}, {"key", "charge.complete"},
                                    {"data", {{"object", "charge"}, {"id", begun.externalId}, {"status", "successful"}, {"paid", true}, {"amount", 4500}, {"currency", "thb"}}}}.dump();
    QCOMPARE(omise.server.nobody().ask("POST", "/payments/webhook/omise", forged, {{"Content-Type", "application/json"}}).status, 200);
    QCOMPARE(omise.payment(begun).at("status").get<std::string>(), std::string("pending"));
    omise.provider.act("pay", {{"id", begun.externalId}});
    omise.provider.waitUntilQuiet();
    QCOMPARE(omise.payment(begun).at("status").get<std::string>(), std::string("succeeded"));
    QCOMPARE(omise.server.database().value("select count(*) from payment_events where outcome = 'waiting'"), std::string("0"));
}

void PaymentsTest::whatWasMarkedPaidIsTakenBack()
{
    const std::int64_t receipt = m_world->makeReceipt(fmt::format("payer{}", ++m_payers));
    const Json order{{"method", "cash"}, {"external_reference", "desk 12"}, {"reason", "paid at the desk"}};
    m_world->act(fmt::format("receipts/{}/mark-paid", receipt), order);
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/receipts/{}/mark-paid", receipt), order).status, 409);
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/receipts/{}/void", receipt), reason).status, 403);
    QCOMPARE(m_world->admin.post(fmt::format("/api/v1/receipts/{}/void", receipt), reason).status, 409);
    const Json back = m_world->act(fmt::format("receipts/{}/revert", receipt), {{"reason", "the wrong receipt"}});
    QCOMPARE(back.at("status").get<std::string>(), std::string("pending"));
    QVERIFY(back.at("external_reference").is_null());
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/receipts/{}/revert", receipt), reason).status, 409);
}

void PaymentsTest::actionsNeedAReason()
{
    const BegunPayment begun = begin();
    for (const std::string& path : {fmt::format("payments/{}/refresh", begun.payment), fmt::format("payments/{}/cancel", begun.payment),
                                    fmt::format("payments/{}/resolve", begun.payment), fmt::format("receipts/{}/revert", begun.receipt),
                                    std::string("payment-events/1/replay")}) {
        for (const Json& body : {Json::object(), Json{{"reason", ""}}, Json{{"reason", "  "}}, Json{{"reason", 7}}, Json{{"reason", "x"}, {"force", true}}})
            QCOMPARE(m_world->operator_.post("/api/v1/" + path, body).status, 400);
    }
    QCOMPARE(m_world->payment(begun).at("status").get<std::string>(), std::string("pending"));
}

void PaymentsTest::aStatementSettlesManyAtOnce()
{
    const BegunPayment first = begin();
    const BegunPayment second = begin();
    const BegunPayment third = begin();
    const std::string csv = fmt::format("Date,Description,Amount\n"
                                        "2026-11-20,Transfer {},45.00\n"
                                        "2026-11-21,\"for {}, thanks\",45.00\n"
                                        "2026-11-22,{},44.00\n"
                                        "2026-11-22,salary,99.00\n",
                                        first.receiptNumber, second.receiptNumber, third.receiptNumber);
    const Json shown = m_world->act("reconciliation/statements/preview", {{"name", "november.csv"}, {"csv", csv}});
    std::vector<std::string> verdicts;
    for (const Json& row : shown.at("rows"))
        verdicts.push_back(row.at("verdict").get<std::string>());
    QCOMPARE(verdicts, (std::vector<std::string>{"matched", "matched", "differs", "unmatched"}));
    QCOMPARE(statusOf(first.receipt), std::string("pending"));

    Json order{{"name", "november.csv"}, {"csv", csv}, {"digest", shown.at("digest")}, {"lines", {2, 3, 4}}, {"reason", "statement of November"}};
    QCOMPARE(m_world->operator_.post("/api/v1/reconciliation/statements/settle", order).status, 400); // line 4 differs
    QCOMPARE(statusOf(first.receipt), std::string("pending"));
    order["lines"] = {2, 3};
    const Json settled = m_world->act("reconciliation/statements/settle", order);
    QCOMPARE(settled.at("settled").size(), std::size_t{2});
    QCOMPARE(statusOf(first.receipt), std::string("paid"));
    QCOMPARE(statusOf(second.receipt), std::string("paid"));
    QCOMPARE(statusOf(third.receipt), std::string("pending"));
    QCOMPARE(value(fmt::format("select paid_how || ': ' || external_reference from receipts where id = {}", first.receipt)),
             fmt::format("statement: november.csv line 2: Transfer {}", first.receiptNumber));
    QCOMPARE(m_world->payment(first).at("status").get<std::string>(), std::string("cancelled"));
}

void PaymentsTest::aStatementThatChangedSettlesNothing()
{
    const BegunPayment first = begin();
    const BegunPayment second = begin();
    const std::string csv = fmt::format("Details,Amount\n{},45.00\n{},45.00\n", first.receiptNumber, second.receiptNumber);
    const Json shown = m_world->act("reconciliation/statements/preview", {{"name", "n"}, {"csv", csv}});
    m_world->act(fmt::format("receipts/{}/mark-paid", second.receipt), {{"method", "cash"}, {"external_reference", "1"}, {"reason", "paid at the desk"}});
    const Json order{{"name", "n"}, {"csv", csv}, {"digest", shown.at("digest")}, {"lines", {2, 3}}, {"reason", "statement"}};
    const Answer refused = m_world->operator_.post("/api/v1/reconciliation/statements/settle", order);
    QCOMPARE(refused.status, 409);
    QVERIFY(refused.body.find("statement_changed") != std::string::npos);
    QCOMPARE(statusOf(first.receipt), std::string("pending"));
}

void PaymentsTest::inProductionThereIsNoSimulator()
{
    const support::TestServer production({{"APP_ENV", "production"},
                                          {"APP_SECRET_KEY", "0123456789abcdef0123456789abcdef"},
                                          {"PAYMENT_PROVIDER", "stripe"},
                                          {"PUBLIC_URL", "https://billing.example.org"},
                                          {"STRIPE_API_URL", m_world->provider.url()},
                                          {"STRIPE_SECRET_KEY", "sk_test_site"}});
    QCOMPARE(production.nobody().ask("POST", "/payments/simulate", "", {}).status, 404);
    QCOMPARE(production.nobody().ask("GET", "/payments/simulate", "", {}).status, 404);
    QCOMPARE(m_world->server.nobody().ask("GET", "/payments/simulate", "", {}).status, 405); // in development there is one
    QCOMPARE(production.nobody().ask("POST", "/payments/webhook/dummy", "{}", {}).status, 404);
}

void PaymentsTest::whatBecameOfAMessageIsNotWrittenOver()
{
    const BegunPayment begun = begin();
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt), {{"method", "cash"}, {"external_reference", "1"}, {"reason", "paid at the desk"}});
    const std::string body = paidEvent("evt_twice", begun.externalId);
    QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).json().at("outcome").get<std::string>(), std::string("paid_twice"));
    QCOMPARE(post(body, support::stripeSignature(body, PaymentWorld::stripeSecret)).status, 200);
    const Json event = m_world->operator_.get(fmt::format("/api/v1/payment-events?payment_id={}", begun.payment)).json().at("items").at(0);
    QCOMPARE(event.at("outcome").get<std::string>(), std::string("paid_twice"));
    QCOMPARE(event.at("deliveries").get<int>(), 2);
    QCOMPARE(m_world->operator_.post(fmt::format("/api/v1/payment-events/{}/replay", event.at("id").get<int>()), reason).status, 409);
}

QTEST_GUILESS_MAIN(PaymentsTest)
#include "tst_payments.moc"
