// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/omise.h"
#include "server/payments/providers/omise_event.h"
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
/// As Omise hands them out: "old key" and "new key" in base64.
const std::vector<SigningSecret> secrets{{1, "b2xkIGtleQ=="}, {2, "bmV3IGtleQ=="}};

CheckoutOrder orderOf(std::int64_t satang = 123'450, std::int64_t payment = 17)
{
    return {.payment = PaymentId{payment},
            .receiptNumber = "2026-0001",
            .description = "Receipt 2026-0001 & more",
            .amount = Money(satang, Currency::thb()),
            .returnUrl = "http://site.example/payments/thanks?rid=4"};
}

std::string signatureOf(const std::string& key, std::int64_t time, const std::string& body)
{
    const QByteArray message = QByteArray::number(qint64(time)) + "." + QByteArray::fromStdString(body);
    return QMessageAuthenticationCode::hash(message, QByteArray::fromStdString(key),
                                            QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

std::string eventBody(const std::string& type, const Json& changes)
{
    Json charge{{"object", "charge"},
                {"id", "chrg_test_1"},
                {"amount", 123450},
                {"currency", "THB"},
                {"status", "pending"},
                {"expired", false},
                {"metadata", {{"payment_id", "17"}}}};
    charge.merge_patch(changes);
    return Json{{"object", "event"}, {"id", "evnt_test_1"}, {"key", type}, {"data", charge}}.dump();
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

class TestOmise : public QObject
{
    Q_OBJECT

private slots:
    void aCheckoutTellsWhatIsOwedAndByWhom();
    void withoutAPageOneIsSentToTheQrCode();
    void theSameOrderGivesTheSameCheckout();
    void whatCanNoLongerBePaidIsNotGoneOnWith();
    void aPaymentStandsAsOmiseSays();
    void anOpenCheckoutIsExpired();
    void whatOmiseRefusesIsTold();
    void whatCannotBeAskedFails_data();
    void whatCannotBeAskedFails();
    void answersOfAnotherKindFail_data();
    void answersOfAnotherKindFail();
    void webhooksAreVerifiedWhereTheyAreSigned_data();
    void webhooksAreVerifiedWhereTheyAreSigned();
    void eventsTellHowAPaymentStands_data();
    void eventsTellHowAPaymentStands();
    void otherEventsTellOfNoStanding();
    void whatCannotBeReadIsRefused_data();
    void whatCannotBeReadIsRefused();
    void aWebhookOfTheProviderIsTakenWhole();
};

void TestOmise::aCheckoutTellsWhatIsOwedAndByWhom()
{
    const PaymentProvider provider;
    provider.conduct({{"omise", {{"secret_key", "skey_test_ours"}}}});
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const Checkout checkout = omise.createCheckout(orderOf());
    QCOMPARE(checkout.url, provider.url() + "/pay/" + checkout.externalPaymentId);
    const Json there = provider.payment(checkout.externalPaymentId);
    QCOMPARE(there["amount"], 123450);
    QCOMPARE(there["currency"], "THB");
    QCOMPARE(there["metadata"], (Json{{"payment_id", "17"}, {"receipt_number", "2026-0001"}}));
    QCOMPARE(there["description"], "Receipt 2026-0001 & more");
    QCOMPARE(there["return_url"], "http://site.example/payments/thanks?rid=4");
    QVERIFY(omise.needsReadBack());
}

void TestOmise::withoutAPageOneIsSentToTheQrCode()
{
    AnsweringServer server([](const SeenRequest& request) {
        if (request.query.contains("order"))
            return CannedAnswer{.body = R"({"object": "list", "data": []})"};
        return CannedAnswer{.body = R"({"object": "charge", "id": "chrg_1", "authorize_uri": null, "source":
            {"scannable_code": {"image": {"download_uri": "https://api.omise.co/charges/chrg_1/documents/d/downloads/x"}}}})"};
    });
    Omise omise({.apiUrl = server.url(), .secretKey = "skey_test_ours"});
    QCOMPARE(omise.createCheckout(orderOf()).url,
             std::string("https://api.omise.co/charges/chrg_1/documents/d/downloads/x"));
}

void TestOmise::theSameOrderGivesTheSameCheckout()
{
    const PaymentProvider provider;
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const std::string first = omise.createCheckout(orderOf()).externalPaymentId;
    const std::string other = omise.createCheckout(orderOf(123'450, 18)).externalPaymentId;
    QVERIFY(other != first);
    QCOMPARE(omise.createCheckout(orderOf()).externalPaymentId, first);
    QVERIFY(omise.createCheckout(orderOf(99'900)).externalPaymentId != first);
}

void TestOmise::whatCanNoLongerBePaidIsNotGoneOnWith()
{
    const PaymentProvider provider;
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const std::string first = omise.createCheckout(orderOf()).externalPaymentId;
    omise.expire(first);
    QVERIFY(omise.createCheckout(orderOf()).externalPaymentId != first);
}

void TestOmise::aPaymentStandsAsOmiseSays()
{
    const PaymentProvider provider;
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const std::string paid = omise.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(omise.read(paid).standing, Standing::open);
    provider.act("pay", {{"id", paid}});
    const ProviderState state = omise.read(paid);
    QCOMPARE(state.standing, Standing::paid);
    QCOMPARE(state.amount, std::optional<std::string>("1234.50"));
    QCOMPARE(state.currency, std::optional<std::string>("THB"));

    const std::string failed = omise.createCheckout(orderOf(5'000)).externalPaymentId;
    provider.act("fail", {{"id", failed}, {"code", "insufficient_balance"}});
    QCOMPARE(omise.read(failed).standing, Standing::failed);
    QCOMPARE(omise.read(failed).reason, std::optional<std::string>("insufficient_balance"));
}

void TestOmise::anOpenCheckoutIsExpired()
{
    const PaymentProvider provider;
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const std::string id = omise.createCheckout(orderOf()).externalPaymentId;
    QCOMPARE(omise.expire(id).standing, Standing::expired);
    QCOMPARE(omise.expire(id).standing, Standing::expired);
    const std::string paid = omise.createCheckout(orderOf()).externalPaymentId;
    provider.act("pay", {{"id", paid}});
    QCOMPARE(omise.expire(paid).standing, Standing::paid);
}

void TestOmise::whatOmiseRefusesIsTold()
{
    const PaymentProvider provider;
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    QCOMPARE(failureOf([&] { omise.createCheckout(orderOf(100)); }),
             std::string("Omise answered 400: amount must be at least 2000"));
}

void TestOmise::whatCannotBeAskedFails_data()
{
    QTest::addColumn<QString>("conduct");
    QTest::addColumn<QString>("reason");
    QTest::newRow("another key") << R"({"omise": {"secret_key": "skey_test_other"}})"
                                 << "Omise answered 401: authentication failed";
    QTest::newRow("an error there") << R"({"answers": {"status": 503}})" << "Omise answered 503: ";
    QTest::newRow("no answer") << R"({"answers": {"cut": true}})" << "Omise cannot be asked: ";
    QTest::newRow("an answer too late") << R"({"answers": {"delay_ms": 60000}})" << "Omise cannot be asked: ";
}

void TestOmise::whatCannotBeAskedFails()
{
    QFETCH(QString, conduct);
    QFETCH(QString, reason);
    const PaymentProvider provider;
    const std::string id =
        Omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"}).createCheckout(orderOf()).externalPaymentId;
    const bool isAnswered = !reason.contains("cannot be asked");
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours", .timeout = std::chrono::seconds(isAnswered ? 60 : 1)});
    provider.conduct(Json::parse(conduct.toStdString()));
    for (const std::string& told : {failureOf([&] { omise.createCheckout(orderOf(5'000)); }),
                                    failureOf([&] { omise.read(id); }), failureOf([&] { omise.expire(id); })})
        QVERIFY2(told.starts_with(reason.toStdString()), told.c_str());
}

void TestOmise::answersOfAnotherKindFail_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("no JSON") << "<html>Please wait</html>";
    QTest::newRow("no charge") << R"({"id": "chrg_1", "object": "refund", "status": "successful"})";
    QTest::newRow("another charge") << R"({"id": "chrg_2", "object": "charge", "status": "successful"})";
    QTest::newRow("a status that nobody knows")
        << R"({"id": "chrg_1", "object": "charge", "status": "splendid"})";
}

void TestOmise::answersOfAnotherKindFail()
{
    QFETCH(QString, body);
    AnsweringServer server([&body](const SeenRequest&) { return CannedAnswer{.body = body.toStdString()}; });
    Omise omise({.apiUrl = server.url(), .secretKey = "skey_test_ours"});
    QVERIFY_THROWS_EXCEPTION(ProviderFailure, omise.read("chrg_1"));
    QVERIFY_THROWS_EXCEPTION(ProviderFailure, omise.expire("chrg_1"));
    QVERIFY_THROWS_EXCEPTION(ProviderFailure, omise.createCheckout(orderOf()));
}

void TestOmise::webhooksAreVerifiedWhereTheyAreSigned_data()
{
    QTest::addColumn<QString>("signature");
    QTest::addColumn<QString>("time");
    QTest::addColumn<int>("secretCount");
    QTest::addColumn<int>("secret");
    QTest::addColumn<QString>("reason");
    const std::int64_t time = now.time_since_epoch().count();
    const QString at = QString::number(time);
    const QString byOld = QString::fromStdString(signatureOf("old key", time, "{}"));
    const QString byNew = QString::fromStdString(signatureOf("new key", time, "{}"));
    const QString byText = QString::fromStdString(signatureOf("bmV3IGtleQ==", time, "{}"));
    const QString early = QString::fromStdString(signatureOf("new key", time - 900, "{}"));
    QTest::newRow("one") << byNew << at << 2 << 2 << "";
    QTest::newRow("two while one is replaced") << byOld + "," + byNew << at << 1 << 1 << "";
    QTest::newRow("two with a space") << QString(64, '0') + ", " + byOld << at << 2 << 1 << "";
    QTest::newRow("none, but there are secrets")
        << QString() << at << 2 << 0 << "The header Omise-Signature is missing, and a secret is in force.";
    QTest::newRow("none, and there is no secret") << QString() << at << 0 << 0 << "";
    QTest::newRow("one, but there is no secret") << byNew << at << 0 << 0 << "";
    QTest::newRow("by a secret that is not in force")
        << byNew << at << 1 << 0 << "No secret in force matches the signature.";
    QTest::newRow("by the secret's text and not its bytes")
        << byText << at << 2 << 0 << "No secret in force matches the signature.";
    QTest::newRow("empty") << "" << at << 2 << 0
                           << "The header holds no signature of the kind that is checked.";
    QTest::newRow("without a time") << byNew << QString() << 2 << 0
                                    << "The signature does not say when it was made.";
    QTest::newRow("old") << early << QString::number(time - 900) << 2 << 0
                         << "The signature is 15 minutes old.";
}

void TestOmise::webhooksAreVerifiedWhereTheyAreSigned()
{
    QFETCH(QString, signature);
    QFETCH(QString, time);
    QFETCH(int, secretCount);
    QFETCH(int, secret);
    QFETCH(QString, reason);
    http::TextPairs headers;
    if (!signature.isNull())
        headers.emplace_back("Omise-Signature", signature.toStdString());
    if (!time.isNull())
        headers.emplace_back("Omise-Signature-Timestamp", time.toStdString());
    const std::vector<SigningSecret> inForce(secrets.begin(), secrets.begin() + secretCount);
    const Verdict verdict = Omise({}).verify(headers, "{}", inForce, now);
    QCOMPARE(QString::fromStdString(verdict.reason), reason);
    QCOMPARE(verdict.isGenuine, reason.isEmpty());
    QCOMPARE(int(verdict.secretId.value_or(0)), secret);
}

void TestOmise::eventsTellHowAPaymentStands_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("changes");
    QTest::addColumn<int>("standing");
    QTest::addColumn<QString>("amount");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, std::string_view type, const char* changes, Standing standing,
                        const QString& amount = "1234.50", const QString& reason = QString()) {
        QTest::newRow(name) << QString::fromUtf8(type.data(), qsizetype(type.size())) << changes
                            << int(standing) << amount << reason;
    };
    row("just made", omise::created, "{}", Standing::open);
    row("paid", omise::completed, R"({"status": "successful"})", Standing::paid);
    row("failed", omise::completed, R"({"status": "failed", "failure_code": "payment_rejected"})",
        Standing::failed, "1234.50", "payment_rejected");
    row("reversed", omise::completed, R"({"status": "reversed"})", Standing::failed, "1234.50", "reversed");
    row("expired", omise::expired, R"({"status": "expired", "expired": true})", Standing::expired);
    row("expired and still called pending", omise::expired, R"({"expired": true})", Standing::expired);
    row("paid although expired", omise::completed, R"({"status": "successful", "expired": true})",
        Standing::paid);
    row("no amount", omise::completed, R"({"status": "successful", "amount": null})", Standing::paid,
        QString());
    row("an amount as text", omise::completed, R"({"status": "successful", "amount": "123450"})",
        Standing::paid, QString());
    row("in small letters", omise::completed, R"({"status": "successful", "currency": "thb"})",
        Standing::paid);
    row("yen", omise::completed, R"({"status": "successful", "currency": "JPY"})", Standing::paid, "123450");
}

void TestOmise::eventsTellHowAPaymentStands()
{
    QFETCH(QString, type);
    QFETCH(QString, changes);
    QFETCH(int, standing);
    QFETCH(QString, amount);
    QFETCH(QString, reason);
    const auto read = Omise({}).parse(eventBody(type.toStdString(), Json::parse(changes.toStdString())));
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().c_str());
    QCOMPARE(read->externalEventId, std::string("evnt_test_1"));
    QCOMPARE(read->eventType, type.toStdString());
    QVERIFY(read->payment == PaymentId{17});
    QCOMPARE(read->state->externalPaymentId, std::string("chrg_test_1"));
    QCOMPARE(int(read->state->standing), standing);
    QCOMPARE(read->state->amount, amount.isNull() ? std::nullopt : std::optional(amount.toStdString()));
    QCOMPARE(read->state->reason, reason.isNull() ? std::nullopt : std::optional(reason.toStdString()));
}

void TestOmise::otherEventsTellOfNoStanding()
{
    const auto read = Omise({}).parse(
        R"({"object": "event", "id": "evnt_2", "key": "refund.create", "data": {"object": "refund", "charge": "chrg_test_1"}})");
    QVERIFY(read.ok());
    QVERIFY(!read->payment && !read->state);
}

void TestOmise::whatCannotBeReadIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no JSON") << QByteArray("id=evnt_1");
    QTest::newRow("no object") << QByteArray("\"event\"");
    QTest::newRow("very deep") << QByteArray(500'000, '[');
    QTest::newRow("no event") << QByteArray(
        R"({"object": "charge", "id": "chrg_1", "key": "charge.complete"})");
    QTest::newRow("no key") << QByteArray(R"({"object": "event", "id": "evnt_1"})");
    QTest::newRow("no charge") << QByteArray(
        R"({"object": "event", "id": "evnt_1", "key": "charge.complete", "data": 7})");
    QTest::newRow("a status that nobody knows") << QByteArray(
        R"({"object": "event", "id": "e", "key": "charge.complete", "data": {"object": "charge", "id": "c", "status": "x"}})");
}

void TestOmise::whatCannotBeReadIsRefused()
{
    QFETCH(QByteArray, body);
    const auto read = Omise({}).parse(std::string_view(body.data(), std::size_t(body.size())));
    QVERIFY(!read.ok());
    QVERIFY(read.error().ends_with('.'));
}

void TestOmise::aWebhookOfTheProviderIsTakenWhole()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const PaymentProvider provider;
    provider.conduct({{"omise", {{"webhook_url", merchant.url()}, {"webhook_secrets", {*secrets[1].value}}}}});
    Omise omise({.apiUrl = provider.url(), .secretKey = "skey_test_ours"});
    const std::string id = omise.createCheckout(orderOf()).externalPaymentId;
    provider.act("pay", {{"id", id}});
    provider.waitUntilQuiet();
    const SeenRequest seen = merchant.seen().at(1); // the first one tells that the charge was made
    const std::string time = seen.headers.at("omise-signature-timestamp");
    const UtcTime sentAt{std::chrono::seconds(std::stoll(time))};
    const Verdict verdict = omise.verify(
        {{"omise-signature", seen.headers.at("omise-signature")}, {"omise-signature-timestamp", time}},
        seen.body, secrets, sentAt);
    QVERIFY2(verdict.isGenuine, verdict.reason.c_str());
    QCOMPARE(verdict.secretId, std::optional<std::int64_t>(2));
    const auto read = omise.parse(seen.body);
    QVERIFY2(read.ok(), read.ok() ? "" : read.error().c_str());
    QVERIFY(read->payment == PaymentId{17});
    QCOMPARE(read->state->externalPaymentId, id);
    QCOMPARE(read->state->standing, Standing::paid);
}

QTEST_GUILESS_MAIN(TestOmise)
#include "tst_omise.moc"
