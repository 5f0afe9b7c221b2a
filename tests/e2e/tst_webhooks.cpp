// SPDX-License-Identifier: GPL-3.0-or-later
// A consumer of the real server: set up over the API, told of what happens, with the npm package `standardwebhooks` as judge.
#include "tests/support/answering_server.h"
#include "tests/support/payment_world.h"

#include <QtTest>

#include <fmt/format.h>

#include <atomic>
#include <memory>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using support::SeenRequest;
using Json = nlohmann::ordered_json;

class WebhooksTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void theNpmPackageVerifiesWhatIsSent();
    void everyKindOfEventArrives();
    void aConsumerIsEditedByItsEtag();
    void privateAddressesAreRefusedUnlessAllowed();
    void wrongOrdersAreNamed_data();
    void wrongOrdersAreNamed();
    void deliveriesAreListedAndSentAgain();
    void secretsAreShownOnce();
    void everySeriesIsThereFromTheStart();

private:
    Json addConsumer(const Json& order = Json::object());
    /// How often the consumer was told of something.
    std::size_t heard() const;
    Json judge(const SeenRequest& request, const std::string& secret);
    std::vector<std::string> typesHeard();

    std::atomic<int> m_status = 200;
    std::unique_ptr<support::AnsweringServer> m_consumer;
    std::unique_ptr<support::PaymentWorld> m_world;
};

void WebhooksTest::init()
{
    m_status = 200;
    m_consumer = std::make_unique<support::AnsweringServer>([this](const SeenRequest&) { return support::CannedAnswer{.status = m_status}; });
    m_world = std::make_unique<support::PaymentWorld>(support::Environment{{"WEBHOOK_ALLOWED_NETWORKS", "127.0.0.0/8"}});
}

void WebhooksTest::cleanup()
{
    m_world.reset();
    m_consumer.reset();
}

Json WebhooksTest::addConsumer(const Json& order)
{
    Json whole{{"url", m_consumer->url() + "/hooks"}, {"description", "ledger"}};
    whole.update(order);
    const Answer made = m_world->admin.post("/api/v1/webhook-endpoints", whole);
    if (made.status != 201)
        throw std::runtime_error(made.body);
    return made.json();
}

std::size_t WebhooksTest::heard() const
{
    return m_consumer->seen().size();
}

std::vector<std::string> WebhooksTest::typesHeard()
{
    std::vector<std::string> types;
    for (const SeenRequest& request : m_consumer->seen())
        types.push_back(Json::parse(request.body).at("type").get<std::string>());
    return types;
}

Json WebhooksTest::judge(const SeenRequest& request, const std::string& secret)
{
    QProcess node;
    node.start("node", {HPCBILL_SOURCE_DIR "/tests/e2e/standard_webhooks.mjs", HPCBILL_BINARY_DIR "/npm"});
    node.write(QByteArray::fromStdString(Json{{"secret", secret}, {"headers", request.headers}, {"body", request.body}}.dump()));
    node.closeWriteChannel();
    if (!node.waitForFinished(120'000) || node.exitCode() != 0)
        throw std::runtime_error(node.readAllStandardError().toStdString());
    return Json::parse(node.readAllStandardOutput().toStdString());
}

void WebhooksTest::theNpmPackageVerifiesWhatIsSent()
{
    const Json made = addConsumer();
    m_world->makeReceipt("alice");
    QTRY_VERIFY_WITH_TIMEOUT(heard() >= 1, 60'000);
    const Json verdict = judge(m_consumer->seen().front(), made.at("secret").get<std::string>());
    QCOMPARE(verdict.at("as_it_came").get<bool>(), true);
    for (const char* forged : {"body_altered", "body_longer", "id_altered", "an_hour_old", "signature_missing", "another_secret"})
        QVERIFY2(!verdict.at(forged).get<bool>(), forged);
    QCOMPARE(verdict.at("payload").at("type").get<std::string>(), std::string("receipt.created"));
    QCOMPARE(verdict.at("payload").at("data").at("username").get<std::string>(), std::string("alice"));

    // While a secret is replaced, either verifies.
    const Json rotated = m_world->admin.post(fmt::format("/api/v1/webhook-endpoints/{}/rotate", made.at("id").get<int>()), {{"overlap_hours", 1}}).json();
    m_world->makeReceipt("bob");
    QTRY_VERIFY_WITH_TIMEOUT(heard() >= 2, 60'000);
    for (const Json& secret : {made.at("secret"), rotated.at("secret")})
        QVERIFY(judge(m_consumer->seen().back(), secret.get<std::string>()).at("as_it_came").get<bool>());
}

void WebhooksTest::everyKindOfEventArrives()
{
    addConsumer();
    const support::BegunPayment paid = m_world->begin("alice");
    m_world->provider.act("pay", {{"id", paid.externalId}});
    m_world->provider.waitUntilQuiet(); // so that it happens in this order
    const std::int64_t wrong = m_world->makeReceipt("bob");
    m_world->admin.post(fmt::format("/api/v1/receipts/{}/void", wrong), {{"reason", "wrong tier"}});
    const support::BegunPayment refused = m_world->begin("carol");
    m_world->provider.act("pay", {{"id", refused.externalId}, {"promise", true}});
    m_world->provider.act("fail", {{"id", refused.externalId}});
    m_world->provider.waitUntilQuiet();
    const Answer rates = m_world->admin.get("/api/v1/rates/mu/history");
    const Answer changed = m_world->admin.ask("PUT", "/api/v1/rates/mu", R"({"cpu":"2.000000","gpu":"6.000000","mem":"0.250000","reason":"a new year"})",
                                              {{"Content-Type", "application/json"}, {"If-Match", rates.header("etag")}});
    QVERIFY2(changed.status == 200, changed.body.c_str());
    const support::BegunPayment stuck = m_world->begin("dave");
    m_world->age(stuck, "2 hours");
    QTRY_VERIFY_WITH_TIMEOUT(heard() >= 10, 60'000);
    const std::vector<std::string> types = typesHeard();
    for (const char* type : {"receipt.created", "receipt.paid", "receipt.voided", "payment.succeeded", "payment.failed", "payment.stuck", "rates.changed"})
        QVERIFY2(std::ranges::find(types, type) != types.end(), type);
    // In the order in which it happened.
    QCOMPARE(types.at(0), std::string("receipt.created"));
    QCOMPARE(types.at(1), std::string("receipt.paid"));
    QCOMPARE(types.at(2), std::string("payment.succeeded"));
}

void WebhooksTest::aConsumerIsEditedByItsEtag()
{
    const std::string path = fmt::format("/api/v1/webhook-endpoints/{}", addConsumer().at("id").get<int>());
    const auto patch = [&](const std::string& body, const std::string& etag) {
        support::Headers headers{{"Content-Type", "application/json"}};
        if (!etag.empty())
            headers["If-Match"] = etag;
        return m_world->admin.ask("PATCH", path, body, headers);
    };
    const std::string etag = m_world->admin.get(path).header("etag");
    QVERIFY(!etag.empty());
    QCOMPARE(patch(R"({"description":"x"})", "").status, 428);
    QCOMPARE(patch(R"({"description":"x"})", "\"stale\"").status, 412);
    const Answer paused = patch(R"({"status":"paused"})", etag);
    QCOMPARE(paused.status, 200);
    QCOMPARE(paused.json().at("paused_reason").get<std::string>(), std::string("requested"));
    QCOMPARE(patch(R"({"status":"active"})", etag).status, 412);
    QCOMPARE(m_world->admin.ask("DELETE", path, "", {{"If-Match", etag}}).status, 412);
    QCOMPARE(m_world->admin.ask("DELETE", path, "", {{"If-Match", paused.header("etag")}}).status, 204);
    QCOMPARE(m_world->admin.get(path).status, 404);
    QCOMPARE(m_world->server.database().value("select string_agg(action, ' ' order by seq) from audit_log where target_type = 'webhook_endpoint'"),
             std::string("webhook_endpoint.created webhook_endpoint.changed webhook_endpoint.deleted"));
}

void WebhooksTest::privateAddressesAreRefusedUnlessAllowed()
{
    for (const char* url : {"http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://192.168.1.1/"})
        QCOMPARE(m_world->admin.post("/api/v1/webhook-endpoints", {{"url", url}}).status, 400);
    const support::PaymentWorld careful;
    QCOMPARE(careful.admin.post("/api/v1/webhook-endpoints", {{"url", m_consumer->url()}}).status, 400);
}

void WebhooksTest::wrongOrdersAreNamed_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("field");
    QTest::newRow("no url") << "{}" << "url";
    QTest::newRow("no url at all") << R"({"url":"ledger"})" << "url";
    QTest::newRow("unknown type") << R"({"url":"https://ledger.example.org/","event_types":["receipt.eaten"]})" << "event_types";
    QTest::newRow("types are no list") << R"({"url":"https://ledger.example.org/","event_types":"receipt.paid"})" << "event_types";
    QTest::newRow("unknown field") << R"({"url":"https://ledger.example.org/","secret":"mine"})" << "secret";
}

void WebhooksTest::wrongOrdersAreNamed()
{
    QFETCH(const QString, body);
    QFETCH(const QString, field);
    const Answer refused =
        m_world->admin.ask("POST", "/api/v1/webhook-endpoints", body.toStdString(), {{"Content-Type", "application/json"}});
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.json().at("errors").at(0).at("field").get<std::string>(), field.toStdString());
}

void WebhooksTest::deliveriesAreListedAndSentAgain()
{
    m_status = 500;
    const Json made = addConsumer({{"event_types", {"receipt.created"}}});
    m_world->makeReceipt("alice");
    QTRY_VERIFY_WITH_TIMEOUT(heard() >= 1, 60'000);
    const auto failures = [&] {
        return m_world->admin.get(fmt::format("/api/v1/webhook-endpoints/{}", made.at("id").get<int>())).json().at("consecutive_failures").get<int>();
    };
    QTRY_VERIFY_WITH_TIMEOUT(failures() > 0, 60'000);
    const Json list = m_world->operator_.get("/api/v1/webhook-deliveries?status=pending&event_type=receipt.created").json();
    QCOMPARE(list.at("items").size(), std::size_t{1});
    const std::int64_t id = list.at("items").at(0).at("id").get<std::int64_t>();
    const Json shown = m_world->operator_.get(fmt::format("/api/v1/webhook-deliveries/{}", id)).json();
    QCOMPARE(shown.at("tries").at(0).at("status").get<int>(), 500);
    QCOMPARE(Json::parse(shown.at("payload").get<std::string>()).at("type").get<std::string>(), std::string("receipt.created"));

    m_status = 200;
    const std::string redeliver = fmt::format("/api/v1/webhook-deliveries/{}/redeliver", id);
    QCOMPARE(m_world->operator_.post(redeliver, Json::object()).status, 400);
    QCOMPARE(m_world->operator_.post(redeliver, {{"reason", "the consumer was mended"}}).status, 200);
    const auto delivered = [&] {
        return m_world->operator_.get(fmt::format("/api/v1/webhook-deliveries/{}", id)).json().at("status").get<std::string>();
    };
    QTRY_COMPARE_WITH_TIMEOUT(delivered(), std::string("delivered"), 60'000);
    QCOMPARE(m_world->operator_.get("/api/v1/webhook-deliveries?status=lost").status, 400);
    QCOMPARE(m_world->operator_.get("/api/v1/webhook-deliveries/999").status, 404);
    QCOMPARE(m_world->operator_.get("/api/v1/webhook-endpoints").status, 403);
}

void WebhooksTest::secretsAreShownOnce()
{
    const Json made = addConsumer();
    const std::string secret = made.at("secret").get<std::string>();
    QVERIFY(secret.starts_with("whsec_"));
    for (const char* path : {"/api/v1/webhook-endpoints", "/api/v1/webhook-endpoints/1", "/api/v1/audit?limit=1000"}) {
        const Answer answer = m_world->admin.get(path);
        QVERIFY(answer.body.find(secret) == std::string::npos);
        QTRY_VERIFY_WITH_TIMEOUT(m_world->server.hasLogged(answer), 60'000);
    }
    QVERIFY(m_world->server.log().find(secret) == std::string::npos);
}

void WebhooksTest::everySeriesIsThereFromTheStart()
{
    const std::string metrics = m_world->server.nobody().get("/metrics").body;
    for (const char* outcome : {"delivered", "failed", "dead"})
        QVERIFY2(metrics.find(fmt::format("webhook_deliveries_total{{outcome=\"{}\"}} 0", outcome)) != std::string::npos, outcome);
}

QTEST_GUILESS_MAIN(WebhooksTest)
#include "tst_webhooks.moc"
