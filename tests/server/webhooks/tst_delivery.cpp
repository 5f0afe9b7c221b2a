// SPDX-License-Identifier: GPL-3.0-or-later
// Deliveries to a consumer over real HTTP; time goes by when the database's moments are moved into the past.
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/signature.h"
#include "server/webhooks/webhooks.h"
#include "tests/support/answering_server.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

using namespace hpcbill;
using namespace webhooks;
using support::CannedAnswer;
using support::SeenRequest;

namespace
{

const api::Actor admin{.name = "finance1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "r1"};
const Reach local{.httpsOnly = false, .allowedNetworks = {"127.0.0.0/8"}};
const std::stop_token goOn;

/// A consumer that answers as it is told and remembers what it took.
struct Consumer {
    std::atomic<int> status = 200;
    std::mutex mutex;
    std::vector<std::string> taken; ///< ids of messages answered with 2xx, in order
    std::map<std::string, int> asked;
    std::map<std::string, std::string> more; ///< headers of its answers
    support::AnsweringServer server{[this](const SeenRequest& request) {
        const std::lock_guard lock(mutex);
        const std::string& id = request.headers.at("webhook-id");
        ++asked[id];
        if (status / 100 == 2)
            taken.push_back(id);
        return CannedAnswer{.status = status, .headers = more};
    }};
};

} // namespace

class DeliveryTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void whatHappensArrivesSigned();
    void onlyWhatIsWantedIsSent();
    void theNextWaitsForTheOneBefore();
    void aConsumerThatIsDownForAnHourGetsEverythingInOrder();
    void afterThreeDaysItIsDeadAndTheNextGoesOn();
    void aConsumerThatIsGoneIsPaused();
    void nothingButFailuresForFiveDaysIsPaused();
    void whatWaitedDuringAPauseComesInOrder();
    void theConsumersRetryAfterIsHeeded();
    void redirectsAreNotFollowed();
    void addressesThatAreNotPublicAreNotConnectedTo();
    void urlsThatCannotBeAreRefused_data();
    void urlsThatCannotBeAreRefused();
    void aSchemeInCapitalsIsHttpsToo();
    void whatWasNotSettledIsSentAgainUnderTheSameId();
    void manyCouriersSendEachOnceAndInOrder();
    void twoSecretsSignWhileOneIsReplaced();
    void whatWasDeliveredIsSentAgainOnDemand();
    void aDeletedEndpointHearsOfNothing();
    void aRolledBackChangeTellsNobody();
    void whoHasAnEventKeepsNobodyWaitingBeforeCommit();
    void secretsAreSealed();

private:
    EndpointWithSecret add(const std::string& url, const std::vector<std::string>& types = {});
    /// The message id of a new event.
    std::string happen(const std::string& type = "receipt.paid");
    int deliverAll() { return deliverAll(*m_courier); }
    static int deliverAll(Courier& courier);
    void later(const std::string& interval);
    std::string value(const std::string& sql) { return m_database->value(sql); }

    std::unique_ptr<support::TestDatabase> m_database;
    std::unique_ptr<prometheus::Registry> m_metrics;
    std::unique_ptr<audit::Log> m_audit;
    const crypto::SecretBox m_box{"a key for suites"};
    const Outbox m_outbox{};
    std::unique_ptr<Endpoints> m_endpoints;
    std::unique_ptr<Courier> m_courier;
    std::unique_ptr<Consumer> m_consumer;
};

void DeliveryTest::init()
{
    m_database = std::make_unique<support::TestDatabase>();
    m_metrics = std::make_unique<prometheus::Registry>();
    m_audit = std::make_unique<audit::Log>(*m_metrics);
    m_endpoints = std::make_unique<Endpoints>(Endpoints::Parts{m_database->pool(), *m_audit, m_box}, local);
    m_courier = std::make_unique<Courier>(Courier::Parts{m_database->pool(), *m_audit, m_box, *m_metrics},
                                          Courier::Options{.reach = local, .chance = [] { return 500; }});
    m_consumer = std::make_unique<Consumer>();
}

void DeliveryTest::cleanup()
{
    m_consumer.reset();
    m_courier.reset();
    m_endpoints.reset();
}

EndpointWithSecret DeliveryTest::add(const std::string& url, const std::vector<std::string>& types)
{
    return m_endpoints->add({.url = url, .description = "ledger", .eventTypes = types}, std::nullopt, admin);
}

std::string DeliveryTest::happen(const std::string& type)
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
    m_outbox.add(tx, {type, {{"number", "MU-2026-000001"}}});
    tx.commit();
    return value("select message_id from outbox order by id desc limit 1");
}

int DeliveryTest::deliverAll(Courier& courier)
{
    int tries = 0;
    while (courier.deliverNext(goOn))
        ++tries;
    return tries;
}

void DeliveryTest::later(const std::string& interval)
{
    m_database->run(fmt::format(
        "update webhook_deliveries set next_attempt_at = next_attempt_at - interval '{0}', trying_since = trying_since - interval '{0}';"
        "update webhook_endpoints set failing_since = failing_since - interval '{0}', leased_until = leased_until - interval '{0}';"
        "update webhook_endpoint_secrets set expires_at = expires_at - interval '{0}'",
        interval));
}

void DeliveryTest::whatHappensArrivesSigned()
{
    const EndpointWithSecret made = add(m_consumer->server.url() + "/hooks?tenant=1");
    const std::string id = happen();
    QCOMPARE(deliverAll(), 1);
    const SeenRequest request = m_consumer->server.seen().at(0);
    QCOMPARE(request.method, std::string("POST"));
    QCOMPARE(request.path, std::string("/hooks"));
    QCOMPARE(request.headers.at("webhook-id"), id);
    QCOMPARE(request.headers.at("content-type"), std::string("application/json"));
    const UtcTime at{std::chrono::seconds(std::stoll(request.headers.at("webhook-timestamp")))};
    QCOMPARE(request.headers.at("webhook-signature"), signatures({id, at, request.body}, {made.secret}));
    const auto body = nlohmann::json::parse(request.body);
    QCOMPARE(body.at("type").get<std::string>(), std::string("receipt.paid"));
    QCOMPARE(body.at("data").at("number").get<std::string>(), std::string("MU-2026-000001"));
    QVERIFY(body.at("timestamp").is_string());
    QCOMPARE(value("select status || ' ' || attempts || ' ' || last_status from webhook_deliveries"), std::string("delivered 1 200"));
    QVERIFY(!value("select last_success_at from webhook_endpoints").empty());
    QCOMPARE(deliverAll(), 0);
}

void DeliveryTest::onlyWhatIsWantedIsSent()
{
    add(m_consumer->server.url(), {"receipt.voided"});
    happen("receipt.paid");
    const std::string wanted = happen("receipt.voided");
    QCOMPARE(deliverAll(), 1);
    QCOMPARE(m_consumer->taken, std::vector<std::string>{wanted});
}

void DeliveryTest::theNextWaitsForTheOneBefore()
{
    add(m_consumer->server.url());
    const std::string first = happen();
    const std::string second = happen();
    m_consumer->status = 500;
    QCOMPARE(deliverAll(), 1);
    QCOMPARE(m_consumer->asked[second], 0);
    m_consumer->status = 200;
    // The machine may be slow: what says that it is not due yet is moved an hour away and back again.
    QCOMPARE(value("select (next_attempt_at - last_attempt_at > interval '1 second')::text from webhook_deliveries order by id limit 1"),
             std::string("true"));
    const std::string move = "update webhook_deliveries set next_attempt_at = next_attempt_at ";
    m_database->run(move + "+ interval '1 hour' where attempts > 0");
    QCOMPARE(deliverAll(), 0);
    m_database->run(move + "- interval '1 hour' where attempts > 0");
    later("5 seconds");
    QCOMPARE(deliverAll(), 2);
    QCOMPARE(m_consumer->taken, (std::vector<std::string>{first, second}));
    QCOMPARE(m_consumer->asked[first], 2);
    QCOMPARE(value("select string_agg(coalesce(status::text, '-'), ' ' order by id) from webhook_tries"), std::string("500 200 200"));
}

void DeliveryTest::aConsumerThatIsDownForAnHourGetsEverythingInOrder()
{
    add(m_consumer->server.url());
    std::vector<std::string> all;
    m_consumer->status = 503;
    for (int minute = 0; minute < 60; ++minute) {
        all.push_back(happen());
        all.push_back(happen("payment.succeeded"));
        deliverAll();
        later("1 minute");
    }
    QVERIFY(m_consumer->taken.empty());
    QVERIFY(m_consumer->asked[all.front()] > 3);
    m_consumer->status = 204;
    later("1 hour");
    deliverAll();
    QCOMPARE(m_consumer->taken, all);
    QCOMPARE(m_consumer->asked.size(), all.size()); // however often it was asked, under these ids and no others
    QCOMPARE(value("select count(*) from webhook_deliveries where status = 'delivered'"), std::to_string(all.size()));
    QCOMPARE(value("select consecutive_failures from webhook_endpoints"), std::string("0"));
}

void DeliveryTest::afterThreeDaysItIsDeadAndTheNextGoesOn()
{
    add(m_consumer->server.url());
    const std::string first = happen();
    const std::string second = happen();
    m_consumer->status = 500;
    for (int quarter = 0; quarter < 12 && m_consumer->asked[second] == 0; ++quarter) {
        deliverAll();
        later("6 hours");
    }
    QCOMPARE(m_consumer->asked[second], 0);
    later("1 hour");
    m_consumer->status = 500;
    QVERIFY(m_courier->deliverNext(goOn)); // the last try of the first
    QCOMPARE(value("select string_agg(status, ' ' order by id) from webhook_deliveries"), std::string("dead pending"));
    m_consumer->status = 200;
    deliverAll();
    QCOMPARE(m_consumer->taken, std::vector<std::string>{second});
    QCOMPARE(value("select count(*) from webhook_tries where error like '%answered 500%'"), std::to_string(m_consumer->asked[first]));
}

void DeliveryTest::aConsumerThatIsGoneIsPaused()
{
    add(m_consumer->server.url());
    happen();
    m_consumer->status = 410;
    QCOMPARE(deliverAll(), 1);
    QCOMPARE(value("select status || ' ' || paused_reason from webhook_endpoints"), std::string("paused gone"));
    QCOMPARE(value("select count(*) from audit_log where action = 'webhook_endpoint.paused'"), std::string("1"));
    later("1 day");
    QCOMPARE(deliverAll(), 0);
}

void DeliveryTest::nothingButFailuresForFiveDaysIsPaused()
{
    add(m_consumer->server.url());
    m_consumer->status = 500;
    for (int quarter = 0; quarter < 24 && value("select status from webhook_endpoints") == "active"; ++quarter) {
        happen();
        deliverAll();
        later("6 hours");
    }
    QCOMPARE(value("select status || ' ' || paused_reason from webhook_endpoints"), std::string("paused failing"));
}

void DeliveryTest::whatWaitedDuringAPauseComesInOrder()
{
    const EndpointId id = add(m_consumer->server.url()).endpoint.id;
    const auto set = [&](EndpointStatus status) {
        m_endpoints->change(id, {.url = {}, .description = {}, .eventTypes = {}, .status = status}, [](std::string_view) {}, admin);
    };
    set(EndpointStatus::paused);
    const std::vector<std::string> all{happen(), happen(), happen()};
    QCOMPARE(deliverAll(), 0);
    set(EndpointStatus::active);
    QCOMPARE(deliverAll(), 3);
    QCOMPARE(m_consumer->taken, all);
}

void DeliveryTest::theConsumersRetryAfterIsHeeded()
{
    add(m_consumer->server.url());
    happen();
    m_consumer->status = 429;
    m_consumer->more = {{"Retry-After", "3600"}};
    QCOMPARE(deliverAll(), 1);
    later("59 minutes");
    QCOMPARE(deliverAll(), 0);
    later("2 minutes");
    QCOMPARE(deliverAll(), 1);
}

void DeliveryTest::redirectsAreNotFollowed()
{
    Consumer other;
    add(m_consumer->server.url());
    happen();
    m_consumer->status = 307;
    m_consumer->more = {{"Location", other.server.url()}};
    QCOMPARE(deliverAll(), 1);
    QVERIFY(other.server.seen().empty());
    QVERIFY(value("select last_error from webhook_deliveries").find("Redirects are not followed") != std::string::npos);
}

void DeliveryTest::addressesThatAreNotPublicAreNotConnectedTo()
{
    // The name leads to this machine; only connecting shows it.
    std::string url = m_consumer->server.url();
    url.replace(url.find("127.0.0.1"), 9, "localhost");
    add(url);
    happen();
    Courier careful({m_database->pool(), *m_audit, m_box, *m_metrics}, {.reach = {.httpsOnly = false, .allowedNetworks = {}}});
    QCOMPARE(deliverAll(careful), 1);
    QVERIFY(m_consumer->server.seen().empty());
    QVERIFY(!value("select last_error from webhook_deliveries where status = 'pending'").empty());
}

void DeliveryTest::urlsThatCannotBeAreRefused_data()
{
    QTest::addColumn<bool>("production");
    for (const char* url : {"", "ledger", "ftp://ledger.example.org/", "file:///etc/passwd", "https://", "https:///hooks", "https://user:pass@ledger.example.org/",
                            "https://ledger.example.org/#part", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/",
                            "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/"})
        QTest::newRow(url) << false;
    QTest::newRow("http://ledger.example.org/") << true;
    QTest::newRow("https://127.0.0.1/") << true;
}

void DeliveryTest::urlsThatCannotBeAreRefused()
{
    QFETCH(const bool, production);
    const Endpoints endpoints({m_database->pool(), *m_audit, m_box}, {.httpsOnly = production, .allowedNetworks = {}});
    QVERIFY_THROWS_EXCEPTION(InvalidInput, const_cast<Endpoints&>(endpoints).add({.url = QTest::currentDataTag(), .description = "", .eventTypes = {}}, std::nullopt, admin));
    QCOMPARE(value("select count(*) from webhook_endpoints"), std::string("0"));
}

void DeliveryTest::aSchemeInCapitalsIsHttpsToo()
{
    std::string url = m_consumer->server.url(); // no TLS there: it is the try that counts
    url.replace(0, 4, "HTTPS");
    const Reach production{.httpsOnly = true, .allowedNetworks = {"127.0.0.0/8"}};
    Endpoints endpoints({m_database->pool(), *m_audit, m_box}, production);
    endpoints.add({.url = url, .description = "", .eventTypes = {}}, std::nullopt, admin);
    happen();
    Courier courier({m_database->pool(), *m_audit, m_box, *m_metrics}, {.reach = production});
    QCOMPARE(deliverAll(courier), 1);
    const std::string error = value("select last_error from webhook_deliveries");
    QVERIFY2(!error.empty() && error.find("Only https") == std::string::npos, error.c_str());
}

void DeliveryTest::whatWasNotSettledIsSentAgainUnderTheSameId()
{
    // The connection to the database dies while the consumer answers: it took the message, and nobody knows.
    support::AnsweringServer fatal([this](const SeenRequest&) {
        m_database->run("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
        return CannedAnswer{};
    });
    const EndpointId id = add(fatal.url()).endpoint.id;
    const std::string message = happen();
    // The pool opens another connection for what is written afterwards; where it cannot, nothing is written.
    try {
        m_courier->deliverNext(goOn);
    } catch (const postgres::DatabaseError&) {
        QCOMPARE(value("select status from webhook_deliveries"), std::string("pending"));
    }
    m_database->run("update webhook_deliveries set status = 'pending', next_attempt_at = created_at, delivered_at = null;"
                    "update webhook_endpoints set lease = 'of a process that died', leased_until = now() + interval '1 minute'");
    m_endpoints->change(id, {.url = m_consumer->server.url(), .description = {}, .eventTypes = {}, .status = {}}, [](std::string_view) {}, admin);
    QCOMPARE(deliverAll(), 0); // somebody has it
    later("61 seconds");
    QCOMPARE(deliverAll(), 1);
    QCOMPARE(m_consumer->taken, std::vector<std::string>{message});
    QCOMPARE(fatal.seen().at(0).headers.at("webhook-id"), message);
}

void DeliveryTest::manyCouriersSendEachOnceAndInOrder()
{
    Consumer second;
    add(m_consumer->server.url());
    add(second.server.url());
    std::vector<std::string> all;
    for (int event = 0; event < 60; ++event)
        all.push_back(happen());
    Courier other({m_database->pool(), *m_audit, m_box, *m_metrics}, {.reach = local});
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 6; ++thread)
            threads.emplace_back([&, thread] {
                Courier& courier = thread % 2 == 0 ? *m_courier : other;
                while (value("select count(*) from webhook_deliveries where status = 'pending'") != "0")
                    deliverAll(courier);
            });
    }
    QCOMPARE(m_consumer->taken, all);
    QCOMPARE(second.taken, all);
}

void DeliveryTest::twoSecretsSignWhileOneIsReplaced()
{
    const EndpointWithSecret made = add(m_consumer->server.url());
    const EndpointWithSecret rotated = m_endpoints->rotate(made.endpoint.id, std::chrono::hours(24), std::nullopt, admin);
    QVERIFY(rotated.secret != made.secret);
    const auto signaturesOfNext = [&] {
        happen();
        deliverAll();
        const SeenRequest request = m_consumer->server.seen().back();
        const UtcTime at{std::chrono::seconds(std::stoll(request.headers.at("webhook-timestamp")))};
        const SignedContent content{request.headers.at("webhook-id"), at, request.body};
        return std::pair(request.headers.at("webhook-signature"),
                         std::pair(signatures(content, {rotated.secret, made.secret}), signatures(content, {rotated.secret})));
    };
    const auto during = signaturesOfNext();
    QCOMPARE(during.first, during.second.first);
    later("25 hours");
    const auto afterwards = signaturesOfNext();
    QCOMPARE(afterwards.first, afterwards.second.second);
}

void DeliveryTest::whatWasDeliveredIsSentAgainOnDemand()
{
    add(m_consumer->server.url());
    const std::string message = happen();
    deliverAll();
    Deliveries deliveries(m_database->pool(), *m_audit);
    const DeliveryId id{std::stoll(value("select id from webhook_deliveries"))};
    deliveries.redeliver(id, "the consumer lost it", admin);
    QCOMPARE(deliverAll(), 1);
    QCOMPARE(m_consumer->taken, (std::vector<std::string>{message, message}));
    QCOMPARE(value("select details::json->>'reason' from audit_log where action = 'webhook_delivery.redelivered'"), std::string("the consumer lost it"));
    QVERIFY_THROWS_EXCEPTION(NotFound, deliveries.redeliver(DeliveryId{999}, "x", admin));
}

void DeliveryTest::aDeletedEndpointHearsOfNothing()
{
    const EndpointId id = add(m_consumer->server.url()).endpoint.id;
    happen();
    m_endpoints->remove(id, [](std::string_view) {}, admin);
    happen();
    QCOMPARE(deliverAll(), 0);
    QCOMPARE(value("select string_agg(status, ' ') from webhook_deliveries"), std::string("dead"));
    Deliveries deliveries(m_database->pool(), *m_audit);
    QVERIFY_THROWS_EXCEPTION(Conflict, deliveries.redeliver(DeliveryId{std::stoll(value("select id from webhook_deliveries"))}, "x", admin));
}

void DeliveryTest::aRolledBackChangeTellsNobody()
{
    add(m_consumer->server.url());
    {
        postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
        m_outbox.add(tx, {"receipt.paid", {{"number", "MU-2026-000001"}}});
    }
    QCOMPARE(deliverAll(), 0);
    QCOMPARE(value("select count(*) from outbox"), std::string("0"));
}

void DeliveryTest::whoHasAnEventKeepsNobodyWaitingBeforeCommit()
{
    // What waits for the outbox may hold a row that the holder of the outbox wants next.
    add(m_consumer->server.url());
    postgres::Transaction first(m_database->pool(), postgres::Mode::readWrite);
    m_outbox.add(first, {"receipt.paid", {{"number", "MU-2026-000001"}}});
    postgres::Transaction second(m_database->pool(), postgres::Mode::readWrite);
    m_outbox.add(second, {"receipt.paid", {{"number", "MU-2026-000002"}}});
    second.commit();
    first.commit();
    QCOMPARE(value("select string_agg(payload::json->'data'->>'number', ' ' order by id) from outbox"),
             std::string("MU-2026-000002 MU-2026-000001"));
    QCOMPARE(deliverAll(), 2);
}

void DeliveryTest::secretsAreSealed()
{
    const EndpointWithSecret made = add(m_consumer->server.url());
    QCOMPARE(value(fmt::format("select count(*) from webhook_endpoint_secrets where position('{}'::bytea in sealed) > 0", made.secret)), std::string("0"));
    QCOMPARE(value(fmt::format("select count(*) from audit_log where details like '%{}%'", made.secret)), std::string("0"));
}

QTEST_GUILESS_MAIN(DeliveryTest)
#include "tst_delivery.moc"
