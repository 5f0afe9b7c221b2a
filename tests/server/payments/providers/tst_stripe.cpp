// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/stripe.h"
#include "server/payments/providers/stripe_event.h"
#include "tests/support/answering_server.h"
#include "tests/support/payment_provider.h"

#include <QMessageAuthenticationCode>
#include <QtTest>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace hpcbill;
using namespace hpcbill::payments;
using namespace hpcbill::support;
using Json = nlohmann::ordered_json;

namespace
{

constexpr std::chrono::sys_seconds now{std::chrono::seconds(1'790'000'000)};
const std::vector<SigningSecret> secrets{{1, "whsec_old"}, {2, "whsec_new"}};

CheckoutOrder orderOf(std::int64_t satang = 123'450)
{
    return {.payment = PaymentId{17},
            .receiptNumber = "2026-0001",
            .description = "Receipt 2026-0001 & more",
            .amount = Money(satang, Currency::thb()),
            .returnUrl = "http://site.example/payments/thanks?rid=4"};
}

Money money(const QString& text, const QString& currency)
{
    const Currency known = Currency::parse(currency.toStdString()).value();
    return parseMoney(text.toStdString(), known).value();
}

std::string signatureOf(const std::string& secret, std::int64_t time, const std::string& body)
{
    const QByteArray message = QByteArray::number(qint64(time)) + "." + QByteArray::fromStdString(body);
    return QMessageAuthenticationCode::hash(message, QByteArray::fromStdString(secret),
                                            QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

std::string eventBody(const std::string& type, const Json& changes = {})
{
    Json session{
        {"id", "cs_test_1"},        {"object", "checkout.session"}, {"amount_total", 123450},
        {"currency", "thb"},        {"client_reference_id", "17"},  {"metadata", {{"payment_id", "17"}}},
        {"payment_intent", "pi_1"}, {"payment_status", "unpaid"},   {"status", "complete"}};
    session.merge_patch(changes);
    return Json{{"id", "evt_1"}, {"object", "event"}, {"type", type}, {"data", {{"object", session}}}}.dump();
}

template <typename Call>
std::string failureOf(Call call)
{
    try {
        call();
    } catch (const ProviderFailure& failure) {
        return failure.what();
    }
    return "no failure";
}

} // namespace

class TestStripe : public QObject
{
    Q_OBJECT

private slots:
    void amountsAreCountedAsStripeCounts_data();
    void amountsAreCountedAsStripeCounts();
    void amountsThatStripeCannotCountAreRefused_data();
    void amountsThatStripeCannotCountAreRefused();
    void aCheckoutTellsWhatIsOwedAndByWhom();
    void theSameOrderGivesTheSameCheckout();
    void anErrorOfStripesOwnIsNoLock();
    void aPaymentStandsAsStripeSays();
    void aFailedPaymentSaysWhy();
    void anOpenCheckoutIsExpired();
    void aPaidCheckoutIsNotExpired();
    void whatCannotBeAskedFails_data();
    void whatCannotBeAskedFails();
    void answersOfAnotherKindFail_data();
    void answersOfAnotherKindFail();
    void everySecretInForceVerifies();
    void whatIsNotStripesIsRefused_data();
    void whatIsNotStripesIsRefused();
    void eventsTellHowAPaymentStands_data();
    void eventsTellHowAPaymentStands();
    void otherEventsTellOfNoStanding();
    void whatCannotBeReadIsRefused_data();
    void whatCannotBeReadIsRefused();
    void aWebhookOfTheProviderIsTakenWhole();
    void browsersAreSentToStripesPage();
};

void TestStripe::amountsAreCountedAsStripeCounts_data()
{
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("currency");
    QTest::addColumn<qint64>("counted");
    QTest::newRow("two digits") << "1234.50" << "THB" << qint64{123450};
    QTest::newRow("none, there and here") << "500" << "JPY" << qint64{500};
    QTest::newRow("none here, two there: ISK") << "5" << "ISK" << qint64{500};
    QTest::newRow("none here, two there: UGX") << "1200" << "UGX" << qint64{120000};
    QTest::newRow("two here, none there: MGA") << "7000.00" << "MGA" << qint64{7000};
    QTest::newRow("three, the last 0") << "5.120" << "KWD" << qint64{5120};
}

void TestStripe::amountsAreCountedAsStripeCounts()
{
    QFETCH(QString, amount);
    QFETCH(QString, currency);
    QFETCH(qint64, counted);
    const auto there = stripe::amountFor(money(amount, currency));
    QVERIFY2(there.ok(), there.ok() ? "" : there.error().c_str());
    QCOMPARE(qint64(*there), counted);
    QCOMPARE(stripe::decimalOf(counted, currency.toStdString()), std::optional(amount.toStdString()));
}

void TestStripe::amountsThatStripeCannotCountAreRefused_data()
{
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("currency");
    QTest::addColumn<QString>("reason");
    QTest::newRow("a fils") << "5.124" << "KWD" << "Stripe takes KWD in steps of 0.010 only, and not 5.124.";
    QTest::newRow("part of an ariary")
        << "7000.20" << "MGA" << "Stripe takes no part of MGA as small as in 7000.20.";
    QTest::newRow("a thousandth that it does not have")
        << "1.001" << "LYD"
        << "Stripe takes no part of LYD as small as in 1.001.";
    QTest::newRow("too much") << "9223372036854775807" << "ISK"
                              << "9223372036854775807 ISK is more than Stripe takes.";
}

void TestStripe::amountsThatStripeCannotCountAreRefused()
{
    QFETCH(QString, amount);
    QFETCH(QString, currency);
    QFETCH(QString, reason);
    const auto there = stripe::amountFor(money(amount, currency));
    QVERIFY(!there.ok());
    QCOMPARE(QString::fromStdString(there.error()), reason);
}

void TestStripe::aCheckoutTellsWhatIsOwedAndByWhom()
{
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"secret_key", "sk_test_ours"}}}});
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const Checkout checkout = stripe.createCheckout(orderOf());
    QCOMPARE(checkout.url, provider.url() + "/pay/" + checkout.externalPaymentId);
    const Json there = provider.payment(checkout.externalPaymentId);
    QCOMPARE(there["amount"], 123450);
    QCOMPARE(there["currency"], "thb");
    QCOMPARE(there["reference"], "17");
    QCOMPARE(there["metadata"], (Json{{"payment_id", "17"}, {"receipt_number", "2026-0001"}}));
    QCOMPARE(there["description"], "Receipt 2026-0001 & more");
    QCOMPARE(there["return_url"], "http://site.example/payments/thanks?rid=4");
}

void TestStripe::theSameOrderGivesTheSameCheckout()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string first = stripe.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(stripe.createCheckout(orderOf()).externalPaymentId, first);
    QVERIFY(stripe.createCheckout(orderOf(99'900)).externalPaymentId != first);
}

void TestStripe::anErrorOfStripesOwnIsNoLock()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    for (int outage = 0; outage < 3; ++outage) { // each is kept under the key that it answered
        provider.conduct({{"answers", {{"status", 500}}}});
        QCOMPARE(failureOf([&] { stripe.createCheckout(orderOf()); }),
                 std::string("Stripe answered 500: An unknown error occurred"));
    }
    provider.conduct({{"answers", nullptr}});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(stripe.createCheckout(orderOf()).externalPaymentId, id);
}

void TestStripe::aPaymentStandsAsStripeSays()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(stripe.read(id).standing, Standing::open);
    provider.act("pay", {{"id", id}, {"promise", true}});
    QCOMPARE(stripe.read(id).standing, Standing::open);
    provider.act("pay", {{"id", id}});
    const ProviderState state = stripe.read(id);
    QCOMPARE(state.standing, Standing::paid);
    QCOMPARE(state.externalPaymentId, id);
    QCOMPARE(state.amount, std::optional<std::string>("1234.50"));
    QCOMPARE(state.currency, std::optional<std::string>("THB"));
    QCOMPARE(state.reason, std::nullopt);
}

void TestStripe::aFailedPaymentSaysWhy()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    provider.act("fail", {{"id", id}, {"code", "payment_intent_payment_attempt_failed"}});
    const ProviderState state = stripe.read(id);
    QCOMPARE(state.standing, Standing::failed);
    QCOMPARE(state.reason, std::optional<std::string>("payment_intent_payment_attempt_failed"));
}

void TestStripe::anOpenCheckoutIsExpired()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(stripe.expire(id).standing, Standing::expired);
    QCOMPARE(stripe.expire(id).standing, Standing::expired);
    QCOMPARE(stripe.read(id).standing, Standing::expired);
}

void TestStripe::aPaidCheckoutIsNotExpired()
{
    const PaymentProvider provider;
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    provider.act("pay", {{"id", id}});
    QCOMPARE(stripe.expire(id).standing, Standing::paid);
}

void TestStripe::whatCannotBeAskedFails_data()
{
    QTest::addColumn<QString>("conduct");
    QTest::addColumn<QString>("reason");
    QTest::newRow("another key") << R"({"stripe": {"secret_key": "sk_test_other"}})"
                                 << "Stripe answered 401: Invalid API Key provided: sk_test_****";
    QTest::newRow("an error there") << R"({"answers": {"status": 500}})"
                                    << "Stripe answered 500: An unknown error occurred";
    QTest::newRow("no answer") << R"({"answers": {"cut": true}})" << "Stripe cannot be asked: ";
    QTest::newRow("an answer too late")
        << R"({"answers": {"delay_ms": 60000}})" << "Stripe cannot be asked: ";
}

void TestStripe::whatCannotBeAskedFails()
{
    QFETCH(QString, conduct);
    QFETCH(QString, reason);
    const PaymentProvider provider;
    const std::string id =
        Stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"}).createCheckout(orderOf()).externalPaymentId;
    const bool isAnswered = !reason.contains("cannot be asked");
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours", .timeout = std::chrono::seconds(isAnswered ? 60 : 1)});
    provider.conduct(Json::parse(conduct.toStdString()));
    for (const std::string& told :
         {failureOf([&] { stripe.createCheckout(orderOf(5'000)); }), failureOf([&] { stripe.read(id); }),
          failureOf([&] { stripe.expire(id); })})
        QVERIFY2(told.starts_with(reason.toStdString()), told.c_str());
}

void TestStripe::answersOfAnotherKindFail_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("no JSON") << "<html>Please wait</html>";
    QTest::newRow("nothing") << "";
    QTest::newRow("a list") << "[]";
    QTest::newRow("no session") << R"({"id": "cs_1", "object": "customer", "payment_status": "paid"})";
    QTest::newRow("another session")
        << R"({"id": "cs_2", "object": "checkout.session", "payment_status": "paid"})";
    QTest::newRow("no standing") << R"({"id": "cs_1", "object": "checkout.session", "status": 7})";
}

void TestStripe::answersOfAnotherKindFail()
{
    QFETCH(QString, body);
    AnsweringServer server([&body](const SeenRequest&) { return CannedAnswer{.body = body.toStdString()}; });
    Stripe stripe({.apiUrl = server.url(), .secretKey = "sk_test_ours"});
    QVERIFY_THROWS_EXCEPTION(ProviderFailure, stripe.read("cs_1"));
    QVERIFY_THROWS_EXCEPTION(ProviderFailure, stripe.expire("cs_1"));
}

void TestStripe::everySecretInForceVerifies()
{
    const Stripe stripe({});
    const std::string body = R"({"a": "ใบเสร็จ"})";
    const std::int64_t time = now.time_since_epoch().count();
    for (const SigningSecret& secret : secrets) {
        const std::string header = fmt::format("t={},v1={},v1={}", time, std::string(64, '0'),
                                               signatureOf(*secret.value, time, body));
        const Verdict verdict = stripe.verify({{"stripe-signature", header}}, body, secrets, now);
        QVERIFY2(verdict.isGenuine, verdict.reason.c_str());
        QCOMPARE(verdict.secretId, std::optional(secret.id));
    }
}

void TestStripe::whatIsNotStripesIsRefused_data()
{
    QTest::addColumn<QString>("header");
    QTest::addColumn<int>("secretCount");
    QTest::addColumn<QString>("reason");
    const auto signedAt = [](std::int64_t ago, const std::string& secret = "whsec_new") {
        const std::int64_t time = now.time_since_epoch().count() - ago;
        return QString::fromStdString(fmt::format("t={},v1={}", time, signatureOf(secret, time, "{}")));
    };
    QTest::newRow("no header") << QString() << 2 << "The header Stripe-Signature is missing.";
    QTest::newRow("no time") << "v1=00" << 2 << "The signature does not say when it was made.";
    QTest::newRow("a time that is none")
        << "t=yesterday,v1=00" << 2 << "The signature does not say when it was made.";
    QTest::newRow("a time past all") << "t=99999999999999999999,v1=00" << 2
                                     << "The signature does not say when it was made.";
    QTest::newRow("no signature") << "t=1790000000,v0=00" << 2
                                  << "The header holds no signature of the kind that is checked.";
    QTest::newRow("no secret") << signedAt(0) << 0
                               << "No secret is in force: add the one that the provider signs with.";
    QTest::newRow("another secret") << signedAt(0, "whsec_other") << 2
                                    << "No secret in force matches the signature.";
    QTest::newRow("a retired secret") << signedAt(0) << 1 << "No secret in force matches the signature.";
    QTest::newRow("an empty signature")
        << "t=1790000000,v1=" << 2 << "No secret in force matches the signature.";
    QTest::newRow("old") << signedAt(12 * 60 + 30) << 2 << "The signature is 12 minutes old.";
    QTest::newRow("one second too old") << signedAt(301) << 2 << "The signature is 5 minutes old.";
    QTest::newRow("very old") << signedAt(3 * 86400) << 2 << "The signature is 3 days old.";
    QTest::newRow("of the future")
        << signedAt(-7 * 3600) << 2
        << "The signature is from 7 hours in the future: a clock is wrong, here or there.";
}

void TestStripe::whatIsNotStripesIsRefused()
{
    QFETCH(QString, header);
    QFETCH(int, secretCount);
    QFETCH(QString, reason);
    const Stripe stripe({});
    http::TextPairs headers;
    if (!header.isNull())
        headers.emplace_back("Stripe-Signature", header.toStdString());
    const std::vector<SigningSecret> inForce(secrets.begin(), secrets.begin() + secretCount);
    const Verdict verdict = stripe.verify(headers, "{}", inForce, now);
    QVERIFY(!verdict.isGenuine);
    QCOMPARE(QString::fromStdString(verdict.reason), reason);
    QCOMPARE(verdict.secretId, std::nullopt);
}

void TestStripe::eventsTellHowAPaymentStands_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("changes");
    QTest::addColumn<int>("standing");
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("currency");
    const auto row = [](const char* name, std::string_view type, const char* changes, Standing standing,
                        const QString& amount = "1234.50", const QString& currency = "THB") {
        QTest::newRow(name) << QString::fromUtf8(type.data(), qsizetype(type.size())) << changes
                            << int(standing) << amount << currency;
    };
    row("paid at once", stripe::completed, R"({"payment_status": "paid"})", Standing::paid);
    row("nothing was to be paid", stripe::completed, R"({"payment_status": "no_payment_required"})",
        Standing::paid);
    row("to be paid by the bank", stripe::completed, "{}", Standing::open);
    row("paid by the bank", stripe::asyncSucceeded, R"({"payment_status": "paid"})", Standing::paid);
    row("not paid by the bank", stripe::asyncFailed, "{}", Standing::failed);
    row("paid after it had failed", stripe::asyncFailed, R"({"payment_status": "paid"})", Standing::paid);
    row("nobody came", stripe::expired, R"({"status": "expired"})", Standing::expired);
    row("no amount", stripe::completed, R"({"payment_status": "paid", "amount_total": null})", Standing::paid,
        QString());
    row("a fraction", stripe::completed, R"({"payment_status": "paid", "amount_total": 123450.5})",
        Standing::paid, QString());
    row("an amount past all", stripe::completed,
        R"({"payment_status": "paid", "amount_total": 18446744073709551615})", Standing::paid, QString());
    row("as text", stripe::completed, R"({"payment_status": "paid", "amount_total": "123450"})",
        Standing::paid, QString());
    row("no currency", stripe::completed, R"({"payment_status": "paid", "currency": null})", Standing::paid,
        QString(), QString());
    row("a currency of no state", stripe::completed, R"({"payment_status": "paid", "currency": "zzz"})",
        Standing::paid, QString(), "ZZZ");
    row("half a krona", stripe::completed, R"({"payment_status": "paid", "currency": "isk"})", Standing::paid,
        "1234.50", "ISK");
    row("yen", stripe::completed, R"({"payment_status": "paid", "currency": "jpy"})", Standing::paid,
        "123450", "JPY");
}

void TestStripe::eventsTellHowAPaymentStands()
{
    QFETCH(QString, type);
    QFETCH(QString, changes);
    QFETCH(int, standing);
    QFETCH(QString, amount);
    QFETCH(QString, currency);
    const auto read = Stripe({}).parse(eventBody(type.toStdString(), Json::parse(changes.toStdString())));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().c_str());
    QCOMPARE(read->externalEventId, std::string("evt_1"));
    QCOMPARE(read->eventType, type.toStdString());
    QVERIFY(read->payment == PaymentId{17});
    QCOMPARE(read->state->externalPaymentId, std::string("cs_test_1"));
    QCOMPARE(int(read->state->standing), standing);
    QCOMPARE(read->state->amount, amount.isNull() ? std::nullopt : std::optional(amount.toStdString()));
    QCOMPARE(read->state->currency, currency.isNull() ? std::nullopt : std::optional(currency.toStdString()));
}

void TestStripe::otherEventsTellOfNoStanding()
{
    const auto read = Stripe({}).parse(
        R"({"id": "evt_2", "object": "event", "type": "payment_intent.created", "data": {"object": {"metadata": {"payment_id": "17"}}}})");
    QVERIFY(read.ok());
    QVERIFY(read->payment == PaymentId{17});
    QVERIFY(!read->state);
    const auto bare = Stripe({}).parse(R"({"id": "evt_3", "object": "event", "type": "account.updated"})");
    QVERIFY(bare.ok());
    QVERIFY(!bare->payment && !bare->state);
}

void TestStripe::whatCannotBeReadIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("id=evt_1");
    QTest::newRow("cut") << QByteArray(R"({"id": "evt_1")");
    QTest::newRow("bytes that are no UTF-8") << QByteArray("{\"id\": \"\xff\"}");
    QTest::newRow("no object") << QByteArray("[1]");
    QTest::newRow("very deep") << QByteArray(500'000, '[');
    QTest::newRow("no event") << QByteArray(R"({"id": "cs_1", "object": "checkout.session"})");
    QTest::newRow("an id that is a number") << QByteArray(R"({"id": 1, "object": "event", "type": "t"})");
    QTest::newRow("an id with a NUL")
        << QByteArray(R"({"id": "evt_\u0000", "object": "event", "type": "t"})");
    QTest::newRow("an id without an end")
        << QByteArray(R"({"object": "event", "type": "t", "id": ")") + QByteArray(256, 'e') + "\"}";
    QTest::newRow("no type") << QByteArray(R"({"id": "evt_1", "object": "event"})");
    QTest::newRow("no session") << QByteArray(
        R"({"id": "evt_1", "object": "event", "type": "checkout.session.completed"})");
    QTest::newRow("a session that is a list") << QByteArray(
        R"({"id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": []}})");
}

void TestStripe::whatCannotBeReadIsRefused()
{
    QFETCH(QByteArray, body);
    const auto read = Stripe({}).parse(std::string_view(body.data(), std::size_t(body.size())));
    QVERIFY(!read.ok());
    QVERIFY(read.error().ends_with('.'));
}

void TestStripe::aWebhookOfTheProviderIsTakenWhole()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"webhook_url", merchant.url()}, {"webhook_secrets", {"whsec_new"}}}}});
    Stripe stripe({.apiUrl = provider.url(), .secretKey = "sk_test_ours"});
    const std::string id = stripe.createCheckout(orderOf()).externalPaymentId;
    provider.act("pay", {{"id", id}});
    provider.waitUntilQuiet();
    const SeenRequest seen = merchant.seen().at(0);
    const std::string header = seen.headers.at("stripe-signature");
    const UtcTime sentAt{std::chrono::seconds(std::stoll(header.substr(2)))};
    const Verdict verdict = stripe.verify({{"Stripe-Signature", header}}, seen.body, secrets, sentAt);
    QVERIFY2(verdict.isGenuine, verdict.reason.c_str());
    const auto read = stripe.parse(seen.body);
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().c_str());
    QCOMPARE(read->eventType, std::string(stripe::completed));
    QVERIFY(read->payment == PaymentId{17});
    QCOMPARE(read->state->externalPaymentId, id);
    QCOMPARE(read->state->standing, Standing::paid);
    QCOMPARE(read->state->amount, std::optional<std::string>("1234.50"));
}

void TestStripe::browsersAreSentToStripesPage()
{
    QCOMPARE(Stripe({}).checkoutOrigin(), std::string("https://checkout.stripe.com"));
    QCOMPARE(Stripe({.apiUrl = "http://127.0.0.1:8080/x", .secretKey = {}}).checkoutOrigin(),
             std::string("http://127.0.0.1:8080"));
}

QTEST_GUILESS_MAIN(TestStripe)
#include "tst_stripe.moc"
