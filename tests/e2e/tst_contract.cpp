// SPDX-License-Identifier: GPL-3.0-or-later
// resources/openapi.yaml against the real server: each operation with its examples, and no route without a description.
#include "tests/e2e/contract.h"
#include "tests/support/test_server.h"

#include <QtTest>

#include <memory>
#include <regex>
#include <set>

using namespace hpcbill;
using contract::Json;

namespace
{

std::string listOf(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) text += "\n  " + line;
    return text;
}

/// The first response that is no refusal: its status and, where it has one, its JSON.
struct Expected {
    std::string status;
    Json json; ///< {"schema", "example"}, or null
};

Expected expectedOf(const contract::Document& document, const contract::Operation& operation)
{
    for (const auto& [status, unresolved] : operation.description.at("responses").items()) {
        if (!status.starts_with("2")) continue;
        const Json& response = document.resolved(unresolved);
        const Json content = response.value("content", Json::object());
        return {status, content.contains("application/json") ? content.at("application/json") : Json(nullptr)};
    }
    return {};
}

} // namespace

class TestContract final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_document = std::make_unique<contract::Document>(HPCBILL_SOURCE_DIR "/resources/openapi.yaml");
        m_server = std::make_unique<support::TestServer>();
        const support::Outcome import = m_server->hpcbill({"import", HPCBILL_SOURCE_DIR "/resources/sample-jobs/testbed.txt", "--cluster", "testbed"});
        QVERIFY2(import.exitCode == 0, import.errors.c_str());
        QCOMPARE(m_server->signedIn("alice", "user").get("/api/v1/me").status, 200);
        // A lock, so that there is one to be listed and ended.
        for (int attempt = 0; attempt < 5; ++attempt)
            m_server->nobody().post("/api/v1/session", {{"username", "mallory"}, {"password", "a guess"}});
        m_client = std::make_unique<support::HttpClient>(m_server->admin());
        makeStuckPayments();
        makeDelivery();
    }

    void cleanupTestCase()
    {
        m_client.reset();
        m_server.reset();
    }

    void everyExampleFitsItsSchema()
    {
        std::vector<std::string> found;
        for (const contract::Operation& operation : m_document->operations()) {
            const std::string name = operation.method + " " + operation.path;
            if (operation.description.contains("requestBody")) {
                const Json& body = operation.description.at("requestBody").at("content").at("application/json");
                if (body.contains("example")) collect(found, m_document->faults(body.at("schema"), body.at("example"), name));
            }
            const Expected expected = expectedOf(*m_document, operation);
            QVERIFY2(!expected.status.empty(), name.c_str());
            // Hashes are cut short in examples, and an explained job shows what is peculiar to it.
            if (expected.json.is_object() && expected.json.contains("example") && operation.path.find("audit") == std::string::npos &&
                operation.description.at("operationId") != "showJob")
                collect(found, m_document->faults(expected.json.at("schema"), expected.json.at("example"), name));
        }
        QVERIFY2(found.empty(), listOf(found).c_str());
    }

    void everyListTakesLimitAndCursor()
    {
        std::vector<std::string> found;
        for (const contract::Operation& operation : m_document->operations()) {
            const Expected expected = expectedOf(*m_document, operation);
            if (operation.method != "GET" || !expected.json.is_object() ||
                !m_document->resolved(expected.json.at("schema")).value("properties", Json::object()).contains("next_cursor"))
                continue;
            std::set<std::string> known;
            for (const Json& parameter : operation.description.value("parameters", Json::array()))
                known.insert(m_document->resolved(parameter).at("name").get<std::string>());
            if (!known.contains("limit") || !known.contains("cursor")) found.push_back(operation.path + " is described without limit or cursor");
            if (operation.path.find('{') != std::string::npos || operation.path.ends_with("/preview")) continue; // needs what the examples name
            const support::Answer answer = m_client->get(operation.path + "?limit=1");
            if (answer.status != 200 || answer.json().at("items").size() > 1) found.push_back(operation.path + " does not heed limit: " + answer.body);
        }
        QVERIFY2(found.empty(), listOf(found).c_str());
    }

    void theServerAnswersAsTheExamplesSay_data()
    {
        QTest::addColumn<int>("index");
        const auto operations = m_document->operations();
        for (std::size_t at = 0; at < operations.size(); ++at) {
            // Need a Slurm (tests/slurm), a preview made just before and a provider's signature (tests/server/payments).
            // Another password would end the session that the others need (tests/server/identity).
            // A run that has just begun is at its end before it can be cancelled, and nobody fails in it (tests/server/receipts).
            static const std::set<std::string> elsewhere{"startIngestRun", "settleStatement", "replayPaymentEvent", "cancelReceiptRun", "retryReceiptRun", "changeOwnPassword"};
            if (elsewhere.contains(operations[at].description.at("operationId").get<std::string>())) continue;
            QTest::newRow((operations[at].method + " " + operations[at].path).c_str()) << static_cast<int>(at);
        }
    }

    void theServerAnswersAsTheExamplesSay()
    {
        QFETCH(const int, index);
        const contract::Operation operation = m_document->operations()[static_cast<std::size_t>(index)];
        const Expected expected = expectedOf(*m_document, operation);
        const support::Answer answer = ask(operation);
        QVERIFY2(std::to_string(answer.status) == expected.status, (std::to_string(answer.status) + " " + answer.body).c_str());
        QVERIFY(!answer.header("x-request-id").empty());
        if (!expected.json.is_object()) return;
        const auto faults = m_document->faults(expected.json.at("schema"), answer.json());
        QVERIFY2(faults.empty(), listOf(faults).c_str());
        if (!expected.json.contains("example")) return;
        const auto lacks = contract::missing(expected.json.at("example"), answer.json());
        QVERIFY2(lacks.empty(), listOf(lacks).c_str());
    }

    void everyRouteIsDescribed()
    {
        // The server itself says which routes it has: every series exists from the start.
        const std::string metrics = m_server->nobody().get("/metrics").body;
        static const std::regex series("request_latency_seconds_count\\{[^}]*route=\"([^\"]*)\"");
        std::set<std::string> served;
        for (std::sregex_iterator at(metrics.begin(), metrics.end(), series), end; at != end; ++at) served.insert(at->str(1));
        std::set<std::string> described;
        for (const contract::Operation& operation : m_document->operations()) described.insert(operation.path);
        std::vector<std::string> found;
        for (const std::string& route : served) {
            const bool ours = route.starts_with("/api/v1/") || route == "/formula";
            if (ours && !described.contains(route)) found.push_back(route + " is served and not described");
        }
        for (const std::string& path : described) {
            if (!served.contains(path)) found.push_back(path + " is described and not served");
        }
        QVERIFY2(found.empty(), listOf(found).c_str());
    }

    void theServerServesTheDocument()
    {
        const support::Answer answer = m_server->nobody().get("/api/openapi.yaml");
        QCOMPARE(answer.status, 200);
        QFile file(HPCBILL_SOURCE_DIR "/resources/openapi.yaml");
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(QByteArray::fromStdString(answer.body) == file.readAll());
    }

private:
    /// Receipt 1 with a payment that has been pending for long, one that asks for attention, and a message about none.
    void makeStuckPayments()
    {
        const support::Answer receipt = m_client->post("/api/v1/receipts", {{"username", "bob"}, {"before", "2026-12-01"}});
        QVERIFY2(receipt.status == 201, receipt.body.c_str());
        m_server->database().run(R"sql(
            insert into payments (receipt_id, provider, external_payment_id, status, amount, currency, created_at, created_by, updated_at, attention)
            values (1, 'dummy', 'dummy_1', 'pending', 0.02, 'THB', now() - interval '2 hours', 'bob', now() - interval '2 hours', null),
                   (1, 'dummy', 'dummy_2', 'succeeded', 0.02, 'THB', now() - interval '1 hour', 'bob', now() - interval '1 hour', 'paid_twice');
            insert into payment_events (provider, external_event_id, event_type, signature_ok, outcome, received_at, last_received_at, deliveries, body, headers)
            values ('dummy', 'evt_1', 'paid', true, 'unknown_payment', now(), now(), 2, '{}', '{}');
        )sql");
    }

    /// A delivery that waits for endpoint 1, as the examples make it, and endpoint 2, which they delete.
    void makeDelivery()
    {
        m_server->database().run(R"sql(
            insert into webhook_endpoints (id, url, description, event_types, status, paused_reason, created_at, created_by) overriding system value
            values (2, 'https://old.example.org/hooks', 'old', '{}', 'paused', 'requested', now(), 'admin'),
                   (3, 'https://other.example.org/hooks', 'other', '{}', 'paused', 'requested', now(), 'admin');
            insert into outbox (message_id, event_type, payload, created_at) values ('msg_1', 'receipt.paid', '{}', now());
            insert into webhook_deliveries (endpoint_id, event_id, event_type, created_at, next_attempt_at)
            select 3, max(id), 'receipt.paid', now(), now() from outbox;
        )sql");
    }

    static void collect(std::vector<std::string>& all, const std::vector<std::string>& more) { all.insert(all.end(), more.begin(), more.end()); }

    /// Sends the operation with the examples of its parameters and body.
    support::Answer ask(const contract::Operation& operation)
    {
        std::string path = operation.path;
        std::string query;
        support::Headers headers;
        for (const Json& unresolved : operation.description.value("parameters", Json::array())) {
            const Json& parameter = m_document->resolved(unresolved);
            const std::string name = parameter.at("name").get<std::string>();
            const Json example = parameter.value("example", Json(nullptr));
            std::string value = example.is_string() ? example.get<std::string>() : example.dump();
            // Which number a lock gets depends on how many tries there were.
            if (path == "/api/v1/auth-locks/{id}") value = m_client->get("/api/v1/auth-locks").json().at("items").at(0).at("id").dump();
            if (name == "If-Match") {
                if (const std::string etag = etagOf(path); !etag.empty()) headers[name] = etag; // none for what is made
            }
            else if (example.is_null()) continue;
            else if (parameter.at("in") == "path") path.replace(path.find("{" + name + "}"), name.size() + 2, value);
            else if (parameter.at("in") == "query") query += (query.empty() ? "?" : "&") + name + "=" + value;
            else headers[name] = value;
        }
        if (!operation.description.contains("requestBody")) return m_client->ask(operation.method, path + query, "", headers);
        headers["Content-Type"] = "application/json";
        const Json& body = operation.description.at("requestBody").at("content").at("application/json").at("example");
        return m_client->ask(operation.method, path + query, asOfToday(body.dump()), headers);
    }

    /// The examples name a receipt of the year in which they were written, and a moment that was to come then.
    std::string asOfToday(const std::string& body) const
    {
        const std::string number = m_server->database().value("select number from receipts where id = 1");
        const std::string nextYear = QDate::currentDate().addYears(1).toString(Qt::ISODate).toStdString();
        return QString::fromStdString(body)
            .replace("MU-2026-000001", QString::fromStdString(number))
            .replace("2030-01-01", QString::fromStdString(nextYear))
            .toStdString();
    }

    /// Of what is to be changed: the thing's own, or that of its history.
    std::string etagOf(const std::string& path)
    {
        const support::Answer own = m_client->get(path);
        return own.status == 200 ? own.header("etag") : m_client->get(path + "/history").header("etag");
    }

    std::unique_ptr<contract::Document> m_document;
    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<support::HttpClient> m_client;
};

QTEST_GUILESS_MAIN(TestContract)
#include "tst_contract.moc"
