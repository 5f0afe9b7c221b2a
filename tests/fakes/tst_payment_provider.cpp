// SPDX-License-Identifier: GPL-3.0-or-later
// The stand-in for Stripe and Omise says what the real ones say, and misbehaves as it is told.
#include "tests/support/answering_server.h"
#include "tests/support/payment_provider.h"
#include "tests/support/scratch_directory.h"

#include <QMessageAuthenticationCode>
#include <QtTest>

#include <nlohmann/json.hpp>

using namespace hpcbill::support;
using Json = nlohmann::ordered_json;

namespace
{

const std::string session =
    "mode=payment&success_url=http%3A%2F%2Fsite.example%2Fthanks&cancel_url=http%3A%2F%2Fsite.example%2Fback"
    "&client_reference_id=17&metadata[payment_id]=17&line_items[0][quantity]=1"
    "&line_items[0][price_data][currency]=thb&line_items[0][price_data][unit_amount]=123450"
    "&line_items[0][price_data][product_data][name]=Receipt+2026-0001";
const std::string charge = "amount=123450&currency=THB&source[type]=promptpay&description=Receipt+2026-0001"
                           "&metadata[payment_id]=17&return_uri=http%3A%2F%2Fsite.example%2Fthanks";

Headers formHeaders(const Headers& more = {})
{
    Headers headers{{"Authorization", "Bearer sk_test_site"},
                    {"Content-Type", "application/x-www-form-urlencoded"}};
    headers.insert(more.begin(), more.end());
    return headers;
}

Answer begin(const PaymentProvider& provider, const Headers& more = {})
{
    return provider.client().ask("POST", "/v1/checkout/sessions", session, formHeaders(more));
}

Answer beginCharge(const PaymentProvider& provider)
{
    return provider.client().ask("POST", "/charges", charge, formHeaders());
}

std::string hmacHex(const std::string& key, const std::string& message)
{
    return QMessageAuthenticationCode::hash(QByteArray::fromStdString(message),
                                            QByteArray::fromStdString(key), QCryptographicHash::Sha256)
        .toHex()
        .toStdString();
}

std::vector<std::string> typesOf(const std::vector<SeenRequest>& seen)
{
    std::vector<std::string> types;
    for (const SeenRequest& request : seen) {
        const Json event = Json::parse(request.body);
        types.push_back(event.value("type", event.value("key", "")));
    }
    return types;
}

} // namespace

class TestPaymentProvider : public QObject
{
    Q_OBJECT

private slots:
    void aSessionHasStripesShape();
    void stripeRefusesAsItDoes_data();
    void stripeRefusesAsItDoes();
    void theSameKeyGivesTheSameSession();
    void anExpiredSessionCannotBeExpiredAgain();
    void aChargeHasOmisesShape();
    void thePayersPageShowsAndPays();
    void webhooksAreSignedByEverySecret();
    void webhooksGoWrongAsTold();
    void aRefusedWebhookComesAgain();
    void amountsAreBentAsTold();
    void theApiFailsAsTold();
    void itGoesOnAfterARestart();
    void whatItDoesNotKnowIsRefused();
};

void TestPaymentProvider::aSessionHasStripesShape()
{
    const PaymentProvider provider;
    const Answer made = begin(provider);
    QCOMPARE(made.status, 200);
    const Json json = made.json();
    QCOMPARE(json["object"], "checkout.session");
    QVERIFY(json["id"].get<std::string>().starts_with("cs_test_"));
    QCOMPARE(json["amount_total"], 123450);
    QCOMPARE(json["currency"], "thb");
    QCOMPARE(json["client_reference_id"], "17");
    QCOMPARE(json["metadata"]["payment_id"], "17");
    QCOMPARE(json["status"], "open");
    QCOMPARE(json["payment_status"], "unpaid");
    QVERIFY(json["payment_intent"].is_null());
    const std::string id = json["id"];
    QCOMPARE(json["url"], provider.url() + "/pay/" + id);

    provider.act("pay", {{"id", id}});
    const Json paid = provider.client()
                          .get("/v1/checkout/sessions/" + id + "?expand[]=payment_intent", formHeaders())
                          .json();
    QCOMPARE(paid["status"], "complete");
    QCOMPARE(paid["payment_status"], "paid");
    QCOMPARE(paid["payment_intent"]["status"], "succeeded");
    QVERIFY(paid["url"].is_null());
}

void TestPaymentProvider::stripeRefusesAsItDoes_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("param");
    QTest::newRow("no currency") << "currency]=thb" << "currency]=" << "parameter_missing"
                                 << "line_items[0][price_data][currency]";
    QTest::newRow("no amount") << "unit_amount]=123450" << "unit_amount]=0" << "parameter_invalid_integer"
                               << "line_items[0][price_data][unit_amount]";
    QTest::newRow("an unknown parameter")
        << "client_reference_id" << "reference" << "parameter_unknown" << "reference";
    QTest::newRow("no address to go back to")
        << "success_url=http%3A" << "success_url=gopher%3A" << "url_invalid" << "success_url";
    QTest::newRow("a fraction of a krona") << "=thb&line_items[0][price_data][unit_amount]=123450"
                                           << "=isk&line_items[0][price_data][unit_amount]=123450"
                                           << "invalid_charge_amount_no_decimal_compatible"
                                           << "line_items[0][price_data][unit_amount]";
}

void TestPaymentProvider::stripeRefusesAsItDoes()
{
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(QString, code);
    QFETCH(QString, param);
    const PaymentProvider provider;
    const QString body = QString::fromStdString(session).replace(from, to);
    const Answer answer =
        provider.client().ask("POST", "/v1/checkout/sessions", body.toStdString(), formHeaders());
    QCOMPARE(answer.status, 400);
    const Json error = answer.json()["error"];
    QCOMPARE(error["type"], "invalid_request_error");
    QCOMPARE(QString::fromStdString(error["code"]), code);
    QCOMPARE(QString::fromStdString(error["param"]), param);
    QVERIFY(!error["message"].get<std::string>().empty());
}

void TestPaymentProvider::theSameKeyGivesTheSameSession()
{
    const PaymentProvider provider;
    const Answer first = begin(provider, {{"Idempotency-Key", "k1"}});
    const Answer again = begin(provider, {{"Idempotency-Key", "k1"}});
    QCOMPARE(again.json(), first.json());
    QCOMPARE(again.header("idempotent-replayed"), std::string("true"));
    const Answer other = provider.client().ask("POST", "/v1/checkout/sessions", session + "&locale=th",
                                               formHeaders({{"Idempotency-Key", "k1"}}));
    QCOMPARE(other.status, 400);
    QCOMPARE(other.json()["error"]["type"], "idempotency_error");
    QVERIFY(begin(provider, {{"Idempotency-Key", "k2"}}).json()["id"] != first.json()["id"]);
}

void TestPaymentProvider::anExpiredSessionCannotBeExpiredAgain()
{
    const PaymentProvider provider;
    const std::string path =
        "/v1/checkout/sessions/" + begin(provider).json()["id"].get<std::string>() + "/expire";
    QCOMPARE(provider.client().ask("POST", path, "", formHeaders()).json()["status"], "expired");
    const Answer again = provider.client().ask("POST", path, "", formHeaders());
    QCOMPARE(again.status, 400);
    QVERIFY(again.json()["error"]["message"].get<std::string>().find("`expired`") != std::string::npos);
    QCOMPARE(provider.client().ask("POST", "/v1/checkout/sessions/cs_none/expire", "", formHeaders()).status,
             404);
}

void TestPaymentProvider::aChargeHasOmisesShape()
{
    const PaymentProvider provider;
    const Answer made = beginCharge(provider);
    QCOMPARE(made.status, 200);
    const Json json = made.json();
    QCOMPARE(json["object"], "charge");
    QCOMPARE(json["status"], "pending");
    QCOMPARE(json["amount"], 123450);
    QCOMPARE(json["currency"], "THB");
    QCOMPARE(json["metadata"]["payment_id"], "17");
    QCOMPARE(json["source"]["type"], "promptpay");
    const std::string picture = json["source"]["scannable_code"]["image"]["download_uri"];
    QVERIFY(picture.starts_with(provider.url()));
    const Answer svg = provider.client().get(picture.substr(provider.url().size()));
    QCOMPARE(svg.header("content-type"), std::string("image/svg+xml"));

    const std::string id = json["id"];
    provider.act("fail", {{"id", id}, {"code", "insufficient_fund"}, {"message", "too little"}});
    const Json failed = provider.client().get("/charges/" + id, formHeaders()).json();
    QCOMPARE(failed["status"], "failed");
    QCOMPARE(failed["failure_code"], "insufficient_fund");
    QCOMPARE(
        provider.client().get("/charges?order=reverse_chronological", formHeaders()).json()["data"][0]["id"],
        id);

    const Answer missing = provider.client().get("/charges/chrg_test_none", formHeaders());
    QCOMPARE(missing.status, 404);
    QCOMPARE(missing.json()["object"], "error");
    QCOMPARE(missing.json()["code"], "not_found");
    QCOMPARE(provider.client().get("/charges/" + id).json()["code"], "authentication_failure");
}

void TestPaymentProvider::thePayersPageShowsAndPays()
{
    const PaymentProvider provider;
    const std::string id = beginCharge(provider).json()["id"];
    const Answer page = provider.client().get("/pay/" + id);
    QVERIFY(page.body.find("1234.50 THB") != std::string::npos);
    QVERIFY(page.body.find("<span id=\"reference\">17</span>") != std::string::npos);
    QVERIFY(page.body.find("<img id=\"qr\"") != std::string::npos);
    const Answer gone = provider.client().ask("POST", "/pay/" + id, "action=abandon", formHeaders());
    QCOMPARE(gone.status, 303);
    QCOMPARE(provider.payment(id)["standing"], "open");
    const Answer paid = provider.client().ask("POST", "/pay/" + id, "action=pay", formHeaders());
    QCOMPARE(paid.header("location"), std::string("http://site.example/thanks"));
    QCOMPARE(provider.payment(id)["standing"], "paid");
}

void TestPaymentProvider::webhooksAreSignedByEverySecret()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const PaymentProvider provider;
    const std::string omiseSecret = "b21pc2U="; // "omise"
    provider.conduct(
        {{"stripe",
          {{"webhook_url", merchant.url() + "/s"}, {"webhook_secrets", {"whsec_old", "whsec_new"}}}},
         {"omise", {{"webhook_url", merchant.url() + "/o"}, {"webhook_secrets", {omiseSecret}}}}});
    provider.act("pay", {{"id", begin(provider).json()["id"]}});
    beginCharge(provider);
    provider.waitUntilQuiet();

    const std::vector<SeenRequest> seen = merchant.seen();
    QCOMPARE(typesOf(seen), (std::vector<std::string>{"checkout.session.completed", "charge.create"}));
    const std::string header = seen[0].headers.at("stripe-signature");
    const std::string time = header.substr(2, header.find(',') - 2);
    QCOMPARE(header, "t=" + time + ",v1=" + hmacHex("whsec_old", time + "." + seen[0].body) +
                         ",v1=" + hmacHex("whsec_new", time + "." + seen[0].body));
    QCOMPARE(seen[1].headers.at("omise-signature"),
             hmacHex("omise", seen[1].headers.at("omise-signature-timestamp") + "." + seen[1].body));
}

void TestPaymentProvider::webhooksGoWrongAsTold()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"webhook_url", merchant.url()}, {"webhook_secrets", {"whsec_right"}}}}});
    const auto paid = [&provider] { return provider.act("pay", {{"id", begin(provider).json()["id"]}}); };

    provider.conduct({{"webhooks", {{"silent", true}}}});
    paid();
    provider.conduct({{"webhooks", {{"silent", false}, {"hold", true}}}});
    const std::string id = begin(provider).json()["id"];
    provider.act("pay", {{"id", id}, {"promise", true}});
    provider.act("fail", {{"id", id}});
    provider.waitUntilQuiet();
    QVERIFY(merchant.seen().empty());
    provider.act("release", {{"order", "reversed"}});
    provider.waitUntilQuiet();
    QCOMPARE(typesOf(merchant.seen()), (std::vector<std::string>{"checkout.session.async_payment_failed",
                                                                 "checkout.session.completed"}));

    provider.conduct({{"webhooks", {{"hold", false}, {"copies", 2}, {"sign_with", "whsec_wrong"}}}});
    paid();
    provider.waitUntilQuiet();
    const std::vector<SeenRequest> seen = merchant.seen();
    QCOMPARE(seen.size(), 4U);
    QCOMPARE(seen[2].body, seen[3].body);
    const std::string header = seen[3].headers.at("stripe-signature");
    const std::string time = header.substr(2, header.find(',') - 2);
    QCOMPARE(header, "t=" + time + ",v1=" + hmacHex("whsec_wrong", time + "." + seen[3].body));

    provider.conduct({{"webhooks", nullptr}});
    provider.conduct({{"webhooks", {{"unsigned", true}}}});
    const Json last = paid();
    provider.waitUntilQuiet();
    QVERIFY(!merchant.seen().back().headers.contains("stripe-signature"));
    provider.act("resend", {{"event", last["events"][0]["id"]}});
    provider.waitUntilQuiet();
    QCOMPARE(merchant.seen().size(), 6U);
}

void TestPaymentProvider::aRefusedWebhookComesAgain()
{
    int asked = 0; // only ever touched by the provider's one sender
    AnsweringServer merchant(
        [&asked](const SeenRequest&) { return CannedAnswer{.status = ++asked < 3 ? 500 : 200}; });
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"webhook_url", merchant.url()}, {"webhook_secrets", {"s"}}}},
                      {"webhooks", {{"retry_ms", 1}}}});
    const std::string id = begin(provider).json()["id"];
    provider.act("pay", {{"id", id}});
    provider.waitUntilQuiet();
    const Json letter = provider.payment(id)["events"][0]["letters"][0];
    QCOMPARE(letter["state"], "delivered");
    QCOMPARE(letter["attempts"], 3);
    QCOMPARE(merchant.seen()[0].body, merchant.seen()[2].body);
}

void TestPaymentProvider::amountsAreBentAsTold()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"webhook_url", merchant.url()}, {"webhook_secrets", {"s"}}}},
                      {"report", {{"amount", 100}, {"currency", "usd"}, {"in_answers", false}}}});
    const std::string id = begin(provider).json()["id"];
    provider.act("pay", {{"id", id}});
    provider.waitUntilQuiet();
    const Json told = Json::parse(merchant.seen()[0].body)["data"]["object"];
    QCOMPARE(told["amount_total"], 100);
    QCOMPARE(told["currency"], "usd");
    QCOMPARE(provider.client().get("/v1/checkout/sessions/" + id, formHeaders()).json()["amount_total"],
             123450);
    provider.conduct({{"report", {{"leave_amount_out", true}, {"in_answers", true}}}});
    QVERIFY(
        !provider.client().get("/v1/checkout/sessions/" + id, formHeaders()).json().contains("amount_total"));
}

void TestPaymentProvider::theApiFailsAsTold()
{
    const PaymentProvider provider;
    provider.conduct({{"stripe", {{"secret_key", "sk_test_other"}}}});
    QCOMPARE(begin(provider).status, 401);
    provider.conduct({{"stripe", nullptr}, {"answers", {{"status", 500}, {"only", "create"}}}});
    QCOMPARE(begin(provider).status, 500);
    QCOMPARE(provider.client().get("/v1/checkout/sessions/none", formHeaders()).status, 404);
    provider.conduct({{"answers", {{"cut", true}}}});
    QVERIFY_THROWS_EXCEPTION(std::exception, begin(provider));
}

void TestPaymentProvider::itGoesOnAfterARestart()
{
    AnsweringServer merchant([](const SeenRequest&) { return CannedAnswer{}; });
    const ScratchDirectory directory;
    PaymentProvider provider((directory.path() / "state.json").string());
    provider.conduct({{"stripe", {{"webhook_url", merchant.url()}, {"webhook_secrets", {"s"}}}},
                      {"webhooks", {{"hold", true}}}});
    const std::string id = begin(provider, {{"Idempotency-Key", "k"}}).json()["id"];
    provider.act("pay", {{"id", id}});
    const std::string url = provider.url();
    provider.stop();
    provider.start();
    QCOMPARE(provider.url(), url);
    QCOMPARE(provider.payment(id)["standing"], "paid");
    QCOMPARE(begin(provider, {{"Idempotency-Key", "k"}}).json()["id"], id);
    provider.act("release");
    provider.waitUntilQuiet();
    QCOMPARE(typesOf(merchant.seen()), std::vector<std::string>{"checkout.session.completed"});
}

void TestPaymentProvider::whatItDoesNotKnowIsRefused()
{
    const PaymentProvider provider;
    QCOMPARE(provider.client().post("/control", {{"webhook", {{"silent", true}}}}).status, 400);
    QCOMPARE(provider.client().post("/control", {{"webhooks", {{"silence", true}}}}).status, 400);
    QCOMPARE(provider.client().post("/control", {{"webhooks", {{"silent", "yes"}}}}).status, 400);
    QCOMPARE(provider.client().post("/control", {{"stripe", {{"webhook_secrets", {1}}}}}).status, 400);
    QCOMPARE(provider.client().post("/control/pay", {{"id", "cs_none"}}).status, 404);
    QCOMPARE(provider.client().post("/control/dance", Json::object()).status, 404);
}

QTEST_GUILESS_MAIN(TestPaymentProvider)
#include "tst_payment_provider.moc"
