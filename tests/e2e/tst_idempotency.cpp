// SPDX-License-Identifier: GPL-3.0-or-later
// A POST that is sent again because its answer was lost makes nothing twice, and is answered as it was.
#include "tests/support/test_server.h"

#include <QtTest>

#include <fstream>

using namespace hpcbill;
using support::Answer;
using support::Headers;

namespace
{

constexpr const char* header = "JobIDRaw|JobID|User|Account|Partition|QOS|State|ExitCode|Submit|Start|End|ElapsedRaw|AllocCPUS|NNodes|AllocTRES|Suspended\n";
constexpr const char* job = "7|7|somchai|phys|cpu|normal|COMPLETED|0:0|2026-10-03T08:00:00|2026-10-03T09:00:00|2026-10-03T10:00:00|3600|8|1|"
                            "billing=8,cpu=8,mem=16G,node=1|00:00:00\n";

} // namespace

class IdempotencyTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void theSameAgainIsAnsweredTheSame_data();
    void theSameAgainIsAnsweredTheSame();
    void aSecretThatIsNoLongerInForceIsNotMadeUp();
    void aSecretThatWasRotatedOutIsGone();
    void keysBelongToWhoSentThem();

private:
    Answer ask(const std::string& path, const std::string& body, const std::string& key) const
    {
        return m_server->admin().ask("POST", path, body, {{"Content-Type", "application/json"}, {"Idempotency-Key", key}});
    }

    support::ScratchDirectory m_directory;
    std::unique_ptr<support::TestServer> m_server;
};

void IdempotencyTest::initTestCase()
{
    const std::string csv = (m_directory.path() / "jobs.csv").string();
    std::ofstream(csv) << header << job;
    m_server = std::make_unique<support::TestServer>(support::Environment{{"CLUSTER_NAME", "hpc"}, {"FALLBACK_CSV", csv}, {"POLL_INTERVAL_SEC", "3600"}});
    QTRY_COMPARE_WITH_TIMEOUT(QString::fromStdString(m_server->database().value("select count(*) from jobs")), QString("1"), 60'000);
    m_server->admin().post("/api/v1/webhook-endpoints", {{"url", "https://ledger.example.org/first"}});
}

void IdempotencyTest::theSameAgainIsAnsweredTheSame_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("difference"); ///< of another order: a merge patch (RFC 7396)
    QTest::addColumn<QString>("count"); ///< of what it makes
    QTest::newRow("a user") << "/api/v1/users" << R"({"username":"olga","password":"a long password","role":"operator"})" << R"({"role":"auditor"})" << "select count(*) from users";
    QTest::newRow("a user with another password") << "/api/v1/users" << R"({"username":"oleg","password":"a long password","role":"operator"})"
                                                  << R"({"password":"another password"})" << "select count(*) from users";
    QTest::newRow("an endpoint") << "/api/v1/webhook-endpoints" << R"({"url":"https://ledger.example.org/hook","description":"ledger"})" << R"({"description":"another"})" << "select count(*) from webhook_endpoints";
    QTest::newRow("an endpoint's new secret") << "/api/v1/webhook-endpoints/1/rotate" << R"({"overlap_hours":1})" << R"({"overlap_hours":2})"
                                              << "select count(*) from webhook_endpoint_secrets";
    QTest::newRow("a provider's secret") << "/api/v1/payment-secrets" << R"({"provider":"dummy","name":"new","secret":"a secret of some length"})"
                                         << R"({"name":"newer"})" << "select count(*) from webhook_secrets";
    QTest::newRow("another secret of a provider") << "/api/v1/payment-secrets" << R"({"provider":"dummy","name":"x","secret":"one of the same length"})"
                                                  << R"({"secret":"two of the same length"})" << "select count(*) from webhook_secrets";
    QTest::newRow("a run of ingestion") << "/api/v1/ingest-runs" << R"({"cluster":"hpc","source":"csv"})" << R"({"source":"sacct"})"
                                        << "select count(*) from ingest_runs";
    QTest::newRow("a receipt") << "/api/v1/receipts" << R"({"username":"somchai","before":"2026-11-01"})" << R"({"before":"2026-10-31"})"
                               << "select count(*) from receipts";
    QTest::newRow("a receipt that becomes void") << "/api/v1/receipts/1/void" << R"({"reason":"the tier was wrong"})" << R"({"reason":"another"})"
                                                 << "select count(*) from receipts where status = 'void'";
    QTest::newRow("a month's run") << "/api/v1/receipt-runs" << R"({"month":"2026-10"})" << R"({"month":"2026-09"})" << "select count(*) from receipt_runs";
}

void IdempotencyTest::theSameAgainIsAnsweredTheSame()
{
    QFETCH(QString, path);
    QFETCH(QString, order);
    QFETCH(QString, difference);
    QFETCH(QString, count);
    const std::string key = std::string("key-") + QString(QTest::currentDataTag()).replace(' ', '-').toStdString();
    const auto made = [&] {
        return m_server->database().value(count.toStdString()) + " and record "
               + m_server->database().value("select max(seq) from audit_log where action <> 'login.succeeded'");
    };
    const std::string before = made();
    const Answer first = ask(path.toStdString(), order.toStdString(), key);
    QVERIFY2(first.status == 200 || first.status == 201 || first.status == 202, first.body.c_str());
    const std::string after = made();
    QVERIFY(after != before);
    const Answer second = ask(path.toStdString(), order.toStdString(), key);
    QVERIFY2(second.status / 100 == 2, second.body.c_str());
    // A run of receipts goes on in the background; all else stands still.
    if (path == "/api/v1/receipt-runs") {
        QCOMPARE(second.json().at("id"), first.json().at("id"));
    } else {
        QCOMPARE(second.body, first.body);
        QCOMPARE(second.status, first.status);
        QCOMPARE(second.header("location"), first.header("location"));
        QCOMPARE(made(), after);
    }
    auto another = nlohmann::ordered_json::parse(order.toStdString());
    another.merge_patch(nlohmann::ordered_json::parse(difference.toStdString()));
    const Answer other = ask(path.toStdString(), another.dump(), key);
    QVERIFY2(other.status == 422, other.body.c_str());
}

void IdempotencyTest::aSecretThatIsNoLongerInForceIsNotMadeUp()
{
    const std::string order = R"({"url":"https://ledger.example.org/gone"})";
    const auto made = ask("/api/v1/webhook-endpoints", order, "gone").json();
    const std::string path = "/api/v1/webhook-endpoints/" + made.at("id").dump();
    const Headers match{{"If-Match", m_server->admin().get(path).header("etag")}};
    QCOMPARE(m_server->admin().ask("DELETE", path, "", match).status, 204);
    const Answer again = ask("/api/v1/webhook-endpoints", order, "gone");
    QVERIFY2(again.status == 409, again.body.c_str());
    QVERIFY(again.body.find("whsec_") == std::string::npos);
}

void IdempotencyTest::aSecretThatWasRotatedOutIsGone()
{
    const std::string order = R"({"url":"https://ledger.example.org/rotated"})";
    const auto made = ask("/api/v1/webhook-endpoints", order, "rotated-out").json();
    const std::string endpoint = made.at("id").dump();
    const std::string rotation = "/api/v1/webhook-endpoints/" + endpoint + "/rotate";
    QCOMPARE(ask(rotation, R"({"overlap_hours":1})", "the-next").status, 200);
    QCOMPARE(ask("/api/v1/webhook-endpoints", order, "rotated-out").json().at("secret"), made.at("secret")); // in force still
    m_server->database().run("update webhook_endpoint_secrets set expires_at = now() - interval '1 minute' "
                             "where expires_at is not null and endpoint_id = " + endpoint);
    const Answer again = ask("/api/v1/webhook-endpoints", order, "rotated-out");
    QVERIFY2(again.status == 409, again.body.c_str());
    QVERIFY(again.body.find("secret_gone") != std::string::npos);
    QCOMPARE(ask(rotation, R"({"overlap_hours":1})", "the-next").status, 200);
}

void IdempotencyTest::keysBelongToWhoSentThem()
{
    const support::HttpClient other = m_server->signedIn("second", "admin");
    const Answer mine = ask("/api/v1/webhook-endpoints", R"({"url":"https://ledger.example.org/mine"})", "shared");
    const Answer theirs = other.ask("POST", "/api/v1/webhook-endpoints", R"({"url":"https://ledger.example.org/theirs"})",
                                    {{"Content-Type", "application/json"}, {"Idempotency-Key", "shared"}});
    QCOMPARE(theirs.status, 201);
    QVERIFY(theirs.json().at("secret") != mine.json().at("secret"));
}

QTEST_GUILESS_MAIN(IdempotencyTest)
#include "tst_idempotency.moc"
