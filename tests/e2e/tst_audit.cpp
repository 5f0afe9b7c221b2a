// SPDX-License-Identifier: GPL-3.0-or-later
// The audit log under many writers, and after somebody changed it behind our back.
#include "tests/support/test_server.h"

#include <QtTest>

#include <atomic>
#include <fstream>
#include <thread>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using support::Outcome;

class AuditTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void eightWritersOnTwoServersKeepTheChainWhole();
    void theRecordCarriesTheRequestsId();
    void whatWasChangedBySqlIsFound_data();
    void whatWasChangedBySqlIsFound();
    void whatWasChangedInAnExportIsFound();
    void theApplicationCannotChangeIt();

private:
    /// Verifies by the command line and over the API; both have to say the same.
    Outcome verify();

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<HttpClient> m_admin;
};

namespace
{

nlohmann::ordered_json rates(const std::string& tier, int n)
{
    const std::string rate = std::to_string(n) + ".25";
    return {{"type", tier}, {"cpu", rate}, {"gpu", rate}, {"mem", rate}};
}

} // namespace

void AuditTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    m_admin = std::make_unique<HttpClient>(m_server->admin());
}

Outcome AuditTest::verify()
{
    Outcome outcome = m_server->hpcbill({"audit", "verify", "--json"});
    const auto said = nlohmann::ordered_json::parse(outcome.output);
    const auto overApi = m_admin->ask("POST", "/api/v1/audit/verify", "", {{"Content-Length", "0"}}).json();
    if (said != overApi)
        qWarning("the command line says %s, the API %s", outcome.output.c_str(), overApi.dump().c_str());
    return said == overApi ? outcome : Outcome{};
}

void AuditTest::eightWritersOnTwoServersKeepTheChainWhole()
{
    const support::TestServer replica(m_server->settings());
    const HttpClient overReplica(replica.baseUrl(), m_admin->token());
    constexpr int writers = 8;
    constexpr int changes = 25;
    const int before = std::stoi(m_server->database().value("select count(*) from audit_log"));
    std::atomic<int> refused = 0;
    {
        std::vector<std::jthread> threads;
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&, writer] {
                const HttpClient& client = writer % 2 == 0 ? *m_admin : overReplica;
                const std::string tier = std::vector<std::string>{"mu", "gov", "private"}[static_cast<std::size_t>(writer) % 3];
                for (int change = 1; change <= changes; ++change) {
                    if (client.post("/formula", rates(tier, change)).status != 200)
                        ++refused;
                }
            });
        }
    }
    QCOMPARE(refused.load(), 0);
    QCOMPARE(std::stoi(m_server->database().value("select count(*) from audit_log")), before + writers * changes);
    QCOMPARE(m_server->database().value("select count(*) from rate_versions where author = 'admin'"), std::to_string(writers * changes));
    const Outcome outcome = verify();
    QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
    QCOMPARE(nlohmann::json::parse(outcome.output).at("records").get<int>(), before + writers * changes);
}

void AuditTest::theRecordCarriesTheRequestsId()
{
    const Answer answer = m_admin->post("/formula", rates("mu", 7));
    const auto newest = m_admin->get("/api/v1/audit?limit=1").json().at("items").at(0);
    QCOMPARE(newest.at("request_id").get<std::string>(), answer.header("x-request-id"));
    QCOMPARE(newest.at("actor").get<std::string>(), std::string("admin"));
    QCOMPARE(newest.at("actor_role").get<std::string>(), std::string("admin"));
    QCOMPARE(newest.at("outcome").get<std::string>(), m_server->database().value("select outcome from audit_log order by seq desc limit 1"));
}

void AuditTest::whatWasChangedBySqlIsFound_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("seq");
    QTest::newRow("one byte of the details") << "update audit_log set details = overlay(details placing '~' from 3) where seq = 20" << 20;
    QTest::newRow("the actor") << "update audit_log set actor = 'root' where seq = 21" << 21;
    QTest::newRow("nobody for the actor") << "update audit_log set actor = null where seq = 21" << 21;
    QTest::newRow("the role") << "update audit_log set actor_role = 'user' where seq = 22" << 22;
    QTest::newRow("the action") << "update audit_log set action = action || 's' where seq = 23" << 23;
    QTest::newRow("the outcome") << "update audit_log set outcome = 'x' where seq = 24" << 24;
    QTest::newRow("the target's type") << "update audit_log set target_type = 'x' where seq = 25" << 25;
    QTest::newRow("the target") << "update audit_log set target_id = 'x' where seq = 25" << 25;
    QTest::newRow("the address") << "update audit_log set address = '10.0.0.1' where seq = 26" << 26;
    QTest::newRow("the request's id") << "update audit_log set request_id = 'x' where seq = 27" << 27;
    QTest::newRow("a microsecond") << "update audit_log set ts = ts + interval '1 microsecond' where seq = 28" << 28;
    QTest::newRow("a bit of the leaf's hash") << "update audit_log set leaf_hash = set_bit(leaf_hash, 0, 1 - get_bit(leaf_hash, 0)) where seq = 29"
                                              << 29;
    QTest::newRow("a bit of the hash") << "update audit_log set hash = set_bit(hash, 255, 1 - get_bit(hash, 255)) where seq = 30" << 30;
    QTest::newRow("a bit of the previous hash")
        << "update audit_log set prev_hash = set_bit(prev_hash, 9, 1 - get_bit(prev_hash, 9)) where seq = 31" << 31;
    QTest::newRow("the first record") << "update audit_log set actor = 'root' where seq = 1" << 1;
    QTest::newRow("a record taken out") << "delete from audit_log where seq = 40" << 40;
    QTest::newRow("the first record taken out") << "delete from audit_log where seq = 1" << 1;
    QTest::newRow("a record taken out and the rest moved up")
        << "delete from audit_log where seq = 41; update audit_log set seq = -seq where seq > 41; update audit_log set seq = -seq - 1 where seq < 0"
        << 41;
    QTest::newRow("two records exchanged") << "update audit_log set seq = -50 where seq = 50; update audit_log set seq = 50 where seq = 51; "
                                              "update audit_log set seq = 51 where seq = -50"
                                           << 50;
}

void AuditTest::whatWasChangedBySqlIsFound()
{
    QFETCH(QString, sql);
    QFETCH(int, seq);
    const support::TestDatabase& database = m_server->database();
    database.run("create table honest as table audit_log; alter table audit_log disable trigger user; " + sql.toStdString());
    const Outcome outcome = verify();
    const Outcome inWords = m_server->hpcbill({"audit", "verify"});
    database.run("truncate audit_log; insert into audit_log table honest order by seq; drop table honest; "
                 "alter table audit_log enable trigger user");
    QCOMPARE(outcome.exitCode, 1);
    const auto said = nlohmann::json::parse(outcome.output);
    QCOMPARE(said.at("whole").get<bool>(), false);
    QCOMPARE(said.at("finding").at("seq").get<int>(), seq);
    QCOMPARE(said.at("records").get<int>(), seq - 1);
    QCOMPARE(inWords.exitCode, 1);
    QVERIFY2(QString::fromStdString(inWords.output).contains(QRegularExpression("record " + QString::number(seq) + "\\b")), inWords.output.c_str());
    QCOMPARE(verify().exitCode, 0); // what was put back is whole
}

void AuditTest::whatWasChangedInAnExportIsFound()
{
    const support::ScratchDirectory scratch;
    const std::string exported = m_server->hpcbill({"audit", "export"}).output;
    QCOMPARE(m_admin->get("/api/v1/audit/export?format=jsonl").body, exported);
    const auto verifyText = [&](const std::string& text) {
        std::ofstream(scratch.path() / "audit.jsonl", std::ios::binary) << text;
        return support::runHpcbill({}, {"--json", "audit", "verify", (scratch.path() / "audit.jsonl").string()}); // no database, no server
    };
    QCOMPARE(verifyText(exported).exitCode, 0);

    std::vector<std::string> lines;
    std::istringstream stream(exported);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    for (const std::size_t at : {std::size_t{0}, lines.size() / 2, lines.size() - 1}) {
        std::vector<std::string> changed = lines;
        const std::size_t letter = changed[at].find("\"outcome\":\"") + 11;
        changed[at][letter] = changed[at][letter] == 'x' ? 'y' : 'x';
        std::string text;
        for (const std::string& line : changed)
            text += line + "\n";
        const Outcome outcome = verifyText(text);
        QCOMPARE(outcome.exitCode, 1);
        QCOMPARE(nlohmann::json::parse(outcome.output).at("finding").at("seq").get<std::size_t>(), at + 1);
    }
    QCOMPARE(verifyText("").exitCode, 3);
    QCOMPARE(verifyText("seq,ts\n1,2\n").exitCode, 1);
}

void AuditTest::theApplicationCannotChangeIt()
{
    const Outcome before = verify();
    for (const std::string sql : {"update audit_log set actor = 'x'", "delete from audit_log", "truncate audit_log"}) {
        bool refused = false;
        try {
            m_server->database().run("set role hpcbill_app; " + sql);
        } catch (const std::exception&) {
            refused = true;
        }
        QVERIFY2(refused, sql.c_str());
        refused = false;
        try {
            m_server->database().run(sql); // nor can the superuser, unless the trigger is taken off first
        } catch (const std::exception&) {
            refused = true;
        }
        QVERIFY2(refused, sql.c_str());
    }
    QCOMPARE(verify().output, before.output);
}

QTEST_GUILESS_MAIN(AuditTest)
#include "tst_audit.moc"
