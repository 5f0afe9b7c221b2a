// SPDX-License-Identifier: GPL-3.0-or-later
// Machines and passwords from the shell.
#include "tests/support/test_server.h"

#include <QtTest>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using support::Outcome;

class TokensTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_server = std::make_unique<support::TestServer>(support::Environment{{"METRICS_NETWORKS", "203.0.113.0/24"}}); }

    void aMachineReadsMetricsWithATokenFromTheShell()
    {
        QCOMPARE(m_server->nobody().get("/metrics").status, 403);
        const Outcome added = m_server->hpcbill({"token", "add", "prometheus", "--role", "auditor", "--route", "GET /metrics", "--days", "30"});
        QVERIFY2(added.exitCode == 0, added.errors.c_str());
        QVERIFY(added.output.starts_with("hpcbill_") && added.output.ends_with("\n"));
        const std::string secret = added.output.substr(0, added.output.size() - 1); // nothing but the secret, for a pipe
        const HttpClient prometheus(m_server->baseUrl(), secret);
        QCOMPARE(prometheus.get("/metrics").status, 200);
        QCOMPARE(prometheus.get("/api/v1/jobs").status, 403);
        QCOMPARE(HttpClient(m_server->baseUrl(), "hpcbill_made-up").get("/metrics").status, 403);

        const auto listed = nlohmann::json::parse(m_server->hpcbill({"--json", "token", "list"}).output).at("items").at(0);
        QCOMPARE(listed.at("name").get<std::string>(), std::string("prometheus"));
        QVERIFY(listed.at("last_used_at").is_string());
        QVERIFY(m_server->hpcbill({"token", "list"}).output.find(secret) == std::string::npos);
        QCOMPARE(m_server->hpcbill({"token", "revoke", "prometheus"}).exitCode, 0);
        QCOMPARE(m_server->hpcbill({"token", "revoke", "prometheus"}).exitCode, 3);
        QCOMPARE(prometheus.get("/metrics").status, 403);
    }

    void aTokenForSomethingElseReadsNoMetrics()
    {
        const Outcome added = m_server->hpcbill({"token", "add", "ledger", "--role", "admin", "--route", "GET /api/v1/*", "--days", "1"});
        const HttpClient ledger(m_server->baseUrl(), added.output.substr(0, added.output.size() - 1));
        QCOMPARE(ledger.get("/metrics").status, 403);
        QCOMPARE(ledger.get("/api/v1/jobs").status, 200);
        QCOMPARE(ledger.get("/api/v1/users").status, 200);
        QCOMPARE(ledger.ask("POST", "/api/v1/users", "{}", {{"Content-Type", "application/json"}}).status, 403);
    }

    void wrongUsageIsTold()
    {
        QCOMPARE(m_server->hpcbill({"token", "add", "x", "--role", "king", "--route", "GET /metrics", "--days", "1"}).exitCode, 2);
        QCOMPARE(m_server->hpcbill({"token", "add", "x", "--role", "auditor", "--route", "GET /metrics", "--days", "0"}).exitCode, 2);
        QCOMPARE(m_server->hpcbill({"token", "add", "x", "--role", "auditor", "--route", "GET /metrics"}).exitCode, 2);
        const Outcome unknown = m_server->hpcbill({"token", "add", "x", "--role", "auditor", "--route", "GET /nothing", "--days", "1"});
        QCOMPARE(unknown.exitCode, 3);
        QVERIFY2(unknown.errors.find("GET /nothing") != std::string::npos, unknown.errors.c_str());
        QVERIFY(unknown.output.empty());
    }

    void aPasswordFromTheShellIsToBeChangedUnlessPermanent()
    {
        const auto mustChange = [this] {
            const Answer login = m_server->nobody().post("/api/v1/session", {{"username", "dana"}, {"password", "set at the shell"}});
            return login.json().at("user").at("must_change_password").get<bool>();
        };
        QCOMPARE(m_server->hpcbill({"user", "add", "dana", "--role", "auditor"}, "set at the shell\n").exitCode, 0);
        QVERIFY(!mustChange());
        QCOMPARE(m_server->hpcbill({"user", "password", "dana"}, "set at the shell\n").exitCode, 0);
        QVERIFY(mustChange());
        QCOMPARE(m_server->hpcbill({"user", "password", "dana", "--permanent"}, "set at the shell\n").exitCode, 0);
        QVERIFY(!mustChange());
        QCOMPARE(m_server->hpcbill({"user", "unlock", "dana", "--reason", "she called"}).exitCode, 0);
    }

private:
    std::unique_ptr<support::TestServer> m_server;
};

QTEST_GUILESS_MAIN(TokensTest)
#include "tst_tokens.moc"
