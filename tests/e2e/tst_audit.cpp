// SPDX-License-Identifier: GPL-3.0-or-later
// The audit log under many writers, and after somebody changed it behind our back.
#include "common/audit/log_verifier.h"
#include "tests/support/test_server.h"

#include <QtTest>

#include <atomic>
#include <fstream>
#include <numeric>
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
    void whoeverRewritesTheCheckpointsTooIsFoundByOneThatWasKept();
    void whatWasChangedInAnExportIsFound();
    void aWindowIsVerifiedByItself();
    void aRewrittenExportIsFoundByTheKey();
    void theApplicationCannotChangeIt();

private:
    /// Verifies by the command line and over the API; both have to say the same.
    Outcome verify();
    /// The exported lines, by the command line.
    std::vector<std::string> exported(const std::vector<std::string>& options = {});
    /// SQL that puts a valid log of the same length in the log's place, in which nobody did anything.
    std::string rewritten();
    /// Runs SQL as a superuser would who means harm, verifies, and puts everything back.
    Outcome verifyAfter(const std::string& sql, const std::function<Outcome()>& how);

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

std::vector<std::string> AuditTest::exported(const std::vector<std::string>& options)
{
    std::vector<std::string> words{"audit", "export"};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<std::string> lines;
    std::istringstream stream(m_server->hpcbill(words).output);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

std::string AuditTest::rewritten()
{
    std::string rows;
    audit::Hash head{};
    for (const std::string& line : exported()) {
        const auto parsed = audit::parseRecord(line);
        if (!parsed)
            continue; // a key or a checkpoint
        audit::Record record = parsed->record;
        record.actor = "nobody";
        const audit::Hash leaf = audit::leafHash(audit::canonical(record));
        const audit::Hash hash = audit::chainHash(head, leaf);
        rows += rows.empty() ? "" : ", ";
        rows += "(" + std::to_string(record.seq);
        for (const audit::Hash& one : {leaf, head, hash})
            rows += ", '\\x" + audit::toHex(one) + "'::bytea";
        rows += ")";
        head = hash;
    }
    return "update audit_log l set actor = 'nobody', leaf_hash = n.leaf, prev_hash = n.prev, hash = n.hash from (values " + rows +
           ") n (seq, leaf, prev, hash) where l.seq = n.seq";
}

Outcome AuditTest::verifyAfter(const std::string& sql, const std::function<Outcome()>& how)
{
    const support::TestDatabase& database = m_server->database();
    const std::string tables[] = {"audit_log", "audit_nodes", "audit_checkpoints"};
    for (const std::string& table : tables)
        database.run("create table honest_" + table + " as table " + table + "; alter table " + table + " disable trigger user");
    database.run(sql);
    const Outcome outcome = how();
    for (const std::string& table : tables)
        database.run("truncate " + table + "; insert into " + table + " table honest_" + table + "; drop table honest_" + table + "; alter table " + table +
                     " enable trigger user");
    return outcome;
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
    // More by hand: 3,000 and more keep them busy for a minute.
    const int changes = qEnvironmentVariableIsSet("HPCBILL_AUDIT_CHANGES") ? qEnvironmentVariableIntValue("HPCBILL_AUDIT_CHANGES") : 25;
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
                    if (change % 10 == writer % 10 && client.get("/api/v1/audit/checkpoint").status != 200) // signed meanwhile, by both
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
    QVERIFY(nlohmann::json::parse(outcome.output).at("checkpoints").get<int>() > 2);
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
    QTest::addColumn<QString>("fault");
    QTest::newRow("one byte of the details") << "update audit_log set details = overlay(details placing '~' from 3) where seq = 20" << 20 << "altered";
    QTest::newRow("the actor") << "update audit_log set actor = 'root' where seq = 21" << 21 << "altered";
    QTest::newRow("nobody for the actor") << "update audit_log set actor = null where seq = 21" << 21 << "altered";
    QTest::newRow("the role") << "update audit_log set actor_role = 'user' where seq = 22" << 22 << "altered";
    QTest::newRow("the action") << "update audit_log set action = action || 's' where seq = 23" << 23 << "altered";
    QTest::newRow("the outcome") << "update audit_log set outcome = 'x' where seq = 24" << 24 << "altered";
    QTest::newRow("the target's type") << "update audit_log set target_type = 'x' where seq = 25" << 25 << "altered";
    QTest::newRow("the target") << "update audit_log set target_id = 'x' where seq = 25" << 25 << "altered";
    QTest::newRow("the address") << "update audit_log set address = '10.0.0.1' where seq = 26" << 26 << "altered";
    QTest::newRow("the request's id") << "update audit_log set request_id = 'x' where seq = 27" << 27 << "altered";
    QTest::newRow("a microsecond") << "update audit_log set ts = ts + interval '1 microsecond' where seq = 28" << 28 << "altered";
    QTest::newRow("eight thousand years") << "update audit_log set ts = ts + interval '8000 years' where seq = 28" << 28 << "altered";
    QTest::newRow("the end of time") << "update audit_log set ts = 'infinity' where seq = 28" << 28 << "altered";
    QTest::newRow("details that are no JSON") << "update audit_log set details = 'x' where seq = 20" << 20 << "altered";
    QTest::newRow("the version") << "alter table audit_log drop constraint if exists audit_log_v_known; update audit_log set v = 2 where seq = 22" << 22
                                 << "altered";
    QTest::newRow("a bit of the leaf's hash") << "update audit_log set leaf_hash = set_bit(leaf_hash, 0, 1 - get_bit(leaf_hash, 0)) where seq = 29"
                                              << 29 << "altered";
    QTest::newRow("a bit of the hash") << "update audit_log set hash = set_bit(hash, 255, 1 - get_bit(hash, 255)) where seq = 30" << 30 << "altered";
    QTest::newRow("a bit of the previous hash")
        << "update audit_log set prev_hash = set_bit(prev_hash, 9, 1 - get_bit(prev_hash, 9)) where seq = 31" << 31 << "altered";
    QTest::newRow("the first record") << "update audit_log set actor = 'root' where seq = 1" << 1 << "altered";
    QTest::newRow("a record taken out") << "delete from audit_log where seq = 40" << 40 << "missing";
    QTest::newRow("the first record taken out") << "delete from audit_log where seq = 1" << 1 << "missing";
    QTest::newRow("a record taken out and the rest moved up")
        << "delete from audit_log where seq = 41; update audit_log set seq = -seq where seq > 41; update audit_log set seq = -seq - 1 where seq < 0"
        << 41 << "missing";
    QTest::newRow("two records exchanged") << "update audit_log set seq = -50 where seq = 50; update audit_log set seq = 50 where seq = 51; "
                                              "update audit_log set seq = 51 where seq = -50"
                                           << 50 << "reordered";
    QTest::newRow("two records exchanged that are far apart")
        << "update audit_log set seq = -50 where seq = 50; update audit_log set seq = 50 where seq = 70; update audit_log set seq = 70 where seq = -50"
        << 50 << "reordered";
    const QString makeRoom = "update audit_log set seq = -seq where seq >= 60; update audit_log set seq = -seq + 1 where seq < 0; ";
    QTest::newRow("a record put in that fits nothing")
        << makeRoom + "insert into audit_log select 60, v, ts, 'nobody', actor_role, action, target_type, target_id, outcome, request_id, address, details, "
                      "sha256('a'), sha256('b'), sha256('c') from audit_log where seq = 59"
        << 60 << "inserted";
    QTest::newRow("a record put in that continues the one before it")
        << makeRoom + "drop index audit_log_no_forks; insert into audit_log select 60, v, ts, 'nobody', actor_role, action, target_type, target_id, outcome, "
                      "request_id, address, details, sha256('a'), hash, sha256(hash || sha256('a')) from audit_log where seq = 59"
        << 60 << "inserted";
    QTest::newRow("a record put in at the end")
        << "insert into audit_log select seq + 1, v, ts, 'nobody', actor_role, action, target_type, target_id, outcome, request_id, address, details, "
           "sha256('a'), sha256('b'), sha256('c') from audit_log order by seq desc limit 1"
        << 0 << "inserted";
    QTest::newRow("the last ten taken out") << "delete from audit_log where seq > (select max(seq) - 10 from audit_log)" << -10 << "cut_off";
    QTest::newRow("all taken out") << "delete from audit_log" << 1 << "cut_off";
    QTest::newRow("all written anew") << "" << 1 << "rewritten";
}

void AuditTest::whatWasChangedBySqlIsFound()
{
    QFETCH(QString, sql);
    QFETCH(int, seq);
    QFETCH(QString, fault);
    const int newest = m_admin->get("/api/v1/audit/checkpoint").json().at("size").get<int>(); // all there is is signed
    const int expected = seq > 0 ? seq : newest + 1 + seq;
    Outcome inWords;
    const Outcome outcome = verifyAfter(sql.isEmpty() ? rewritten() : sql.toStdString(), [&] {
        inWords = m_server->hpcbill({"audit", "verify"});
        if (m_admin->get("/api/v1/audit?limit=1000").status != 200 || m_admin->get("/api/v1/audit/export?format=csv").status != 200)
            return Outcome{}; // whatever was done to it, it can be looked at
        return verify();
    });
    if (sql.contains("drop index"))
        m_server->database().run("create unique index audit_log_no_forks on audit_log (prev_hash)");
    QCOMPARE(outcome.exitCode, 1);
    const auto said = nlohmann::json::parse(outcome.output);
    QCOMPARE(said.at("whole").get<bool>(), false);
    QCOMPARE(QString::fromStdString(said.at("finding").at("fault").get<std::string>()), fault);
    QCOMPARE(said.at("finding").at("seq").get<int>(), expected);
    QCOMPARE(said.at("records").get<int>(), expected - 1);
    QCOMPARE(inWords.exitCode, 1);
    QVERIFY2(QString::fromStdString(inWords.output).contains(QRegularExpression("record " + QString::number(expected) + "\\b")), inWords.output.c_str());
    QCOMPARE(verify().exitCode, 0); // what was put back is whole
}

void AuditTest::whoeverRewritesTheCheckpointsTooIsFoundByOneThatWasKept()
{
    const support::ScratchDirectory scratch;
    const std::string file = (scratch.path() / "checkpoint").string();
    const auto checkpoint = m_admin->get("/api/v1/audit/checkpoint").json();
    const auto size = checkpoint.at("size").get<int>();
    std::ofstream(file, std::ios::binary) << checkpoint.at("note").get<std::string>();
    QCOMPARE(m_server->hpcbill({"audit", "checkpoint"}).output, checkpoint.at("note").get<std::string>());
    const nlohmann::ordered_json kept{{"checkpoint", checkpoint.at("note")}};
    const auto verifyKept = [&] { return m_server->hpcbill({"--json", "audit", "verify", "--checkpoint", file}); };
    QCOMPARE(verifyKept().exitCode, 0);

    const auto findingAfter = [&](const std::string& sql) {
        nlohmann::json overApi;
        Outcome alone;
        const Outcome outcome = verifyAfter("truncate audit_nodes, audit_checkpoints; " + sql, [&] {
            alone = m_server->hpcbill({"audit", "verify"});
            overApi = m_admin->post("/api/v1/audit/verify", kept).json();
            return verifyKept();
        });
        if (alone.exitCode != 0 || nlohmann::json::parse(outcome.output) != overApi)
            qWarning("%s\n%s\n%s", alone.output.c_str(), outcome.output.c_str(), overApi.dump().c_str());
        return overApi.at("finding");
    };
    const auto rewrittenAll = findingAfter(rewritten());
    QCOMPARE(rewrittenAll.at("fault").get<std::string>(), std::string("rewritten"));
    QCOMPARE(rewrittenAll.at("checkpoint").get<int>(), size);
    const auto cut = findingAfter("delete from audit_log where seq > " + std::to_string(size - 10));
    QCOMPARE(cut.at("fault").get<std::string>(), std::string("cut_off"));
    QCOMPARE(cut.at("seq").get<int>(), size - 9);
    QCOMPARE(m_admin->post("/api/v1/audit/verify", {{"checkpoint", "no note"}}).status, 400);
    QCOMPARE(m_admin->post("/api/v1/audit/verify", {{"key", "no key"}}).status, 400);
}

namespace
{

/// Verifies by a program that has neither database nor server.
Outcome verifyFile(const std::vector<std::string>& lines, const std::vector<std::string>& options = {}, bool asJson = true)
{
    const support::ScratchDirectory scratch;
    const std::string path = (scratch.path() / "audit.jsonl").string();
    std::ofstream file(path, std::ios::binary);
    for (const std::string& line : lines)
        file << line << '\n';
    file.close();
    std::vector<std::string> words{"audit", "verify", path};
    if (asJson)
        words.insert(words.begin(), "--json");
    words.insert(words.end(), options.begin(), options.end());
    return support::runHpcbill({}, words);
}

} // namespace

void AuditTest::whatWasChangedInAnExportIsFound()
{
    const std::vector<std::string> lines = exported();
    std::string text;
    std::vector<std::size_t> records; // the lines that are
    for (const std::string& line : lines) {
        if (line.starts_with("{\"seq\":"))
            records.push_back(static_cast<std::size_t>(&line - lines.data()));
        text += line + "\n";
    }
    QCOMPARE(m_admin->get("/api/v1/audit/export?format=jsonl").body, text);
    const Outcome whole = verifyFile(lines);
    QVERIFY2(whole.exitCode == 0, whole.output.c_str());
    QCOMPARE(nlohmann::json::parse(whole.output).at("checkpoint_size").get<std::size_t>(), records.size());

    const auto finding = [](const std::vector<std::string>& changed) {
        const Outcome outcome = verifyFile(changed);
        return outcome.exitCode == 1 ? nlohmann::json::parse(outcome.output).at("finding") : nlohmann::json();
    };
    for (const std::size_t at : {records.front(), records[records.size() / 2], records.back()}) {
        std::vector<std::string> changed = lines;
        const std::size_t letter = changed[at].find("\"outcome\":\"") + 11;
        changed[at][letter] = changed[at][letter] == 'x' ? 'y' : 'x';
        const auto found = finding(changed);
        QCOMPARE(found.at("seq"), nlohmann::json::parse(lines[at]).at("seq"));
        QCOMPARE(found.at("fault").get<std::string>(), std::string("altered"));
    }
    std::vector<std::string> cut(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(records[records.size() - 10]));
    QCOMPARE(finding(cut).at("fault").get<std::string>(), std::string("cut_off"));
    std::vector<std::string> forged = lines;
    const std::size_t root = forged[1].find("\\n", forged[1].find("\\n") + 1) + 2; // of the newest checkpoint
    forged[1][root] = forged[1][root] == 'A' ? 'B' : 'A';
    QCOMPARE(finding(forged).at("fault").get<std::string>(), std::string("altered"));
    QCOMPARE(verifyFile({}).exitCode, 3);
    QCOMPARE(verifyFile({"seq,ts", "1,2"}).exitCode, 1);
    QCOMPARE(verifyFile({std::string(std::size_t{40} << 20U, 'x')}).exitCode, 1); // no line of it ends
}

void AuditTest::aWindowIsVerifiedByItself()
{
    // Of the record that is the n-th by its time. Those who wrote them did so at once: their order in the log is another.
    const auto timeOf = [&](int n) {
        return m_server->database().value("select to_char(ts at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from audit_log order by ts limit 1 offset " +
                                          std::to_string(n - 1));
    };
    const std::vector<std::string> lines = exported({"--from", timeOf(50), "--to", timeOf(60)});
    const auto isRecord = [](const std::string& line) { return line.starts_with("{\"seq\":"); };
    const auto first = std::find_if(lines.begin(), lines.end(), isRecord);
    QVERIFY(first != lines.begin() && first != lines.end());
    const int from = nlohmann::json::parse(*first).at("seq").get<int>();
    QVERIFY(from > 1 && from <= 50);
    const auto tree = static_cast<std::size_t>(first - lines.begin() - 1);
    QVERIFY2(lines[tree].starts_with("{\"tree\":"), lines[tree].c_str());
    const Outcome whole = verifyFile(lines);
    QVERIFY2(whole.exitCode == 0, whole.output.c_str());
    const auto said = nlohmann::json::parse(whole.output);
    // All of the window is there, and signed.
    QCOMPARE(m_server->database().value("select count(*) from audit_log where ts >= '" + timeOf(50) + "' and ts < '" + timeOf(60) + "' and not seq between " +
                                        std::to_string(from) + " and " + std::to_string(said.at("checkpoint_size").get<int>())),
             std::string("0"));
    QCOMPARE(said.at("first").get<int>(), from); // nobody takes it for all there is
    QVERIFY(!verifyFile(lines, {}, false).output.starts_with("The audit log is whole"));
    QCOMPARE(nlohmann::json::parse(verify().output).at("first").get<int>(), 1);
    QCOMPARE(said.at("records").get<int>(), said.at("checkpoint_size").get<int>() - from + 1);
    QVERIFY(said.at("records").get<int>() < std::stoi(m_server->database().value("select count(*) from audit_log")));
    QCOMPARE(m_admin->get("/api/v1/audit/export?from=" + timeOf(50) + "&to=" + timeOf(60)).body.size(),
             std::accumulate(lines.begin(), lines.end(), std::size_t{0}, [](std::size_t sum, const std::string& line) { return sum + line.size() + 1; }));

    const auto faultOf = [&](const std::function<void(std::vector<std::string>&)>& change) {
        std::vector<std::string> changed = lines;
        change(changed);
        const Outcome outcome = verifyFile(changed);
        return outcome.exitCode == 1 ? nlohmann::json::parse(outcome.output).at("finding").at("fault").get<std::string>() : outcome.output;
    };
    const auto second = std::find_if(std::next(first), lines.end(), isRecord) - lines.begin();
    QVERIFY(second < std::ssize(lines));
    QCOMPARE(faultOf([&](auto& changed) {
                 std::string& record = changed[static_cast<std::size_t>(second)];
                 record.replace(record.find("\"outcome\":\"") + 11, 1, "x");
             }),
             std::string("altered"));
    QCOMPARE(faultOf([&](auto& changed) { changed.erase(changed.begin() + second); }), std::string("missing"));
    // Other records before it would have other hashes.
    QCOMPARE(faultOf([&](auto& changed) {
                 const std::size_t digit = changed[tree].find("\"hashes\":[\"") + 11;
                 changed[tree][digit] = changed[tree][digit] == '0' ? '1' : '0';
             }),
             std::string("rewritten"));
    QCOMPARE(faultOf([&](auto& changed) { std::swap(changed[tree], changed[tree + 1]); }), std::string("altered"));
    std::string csv = m_admin->get("/api/v1/audit/export?format=csv&from=" + timeOf(50) + "&to=" + timeOf(60)).body;
    QCOMPARE(verifyFile({csv}).output, whole.output);
    csv.replace(csv.find("\"rate.changed\""), 6, "\"Rate.");
    QCOMPARE(verifyFile({csv}).exitCode, 1);
    QCOMPARE(verifyFile({m_admin->get("/api/v1/audit/export?format=csv").body}).exitCode, 0);
    const std::string nothing = m_admin->get("/api/v1/audit/export?format=csv&to=2000-01-01").body;
    QCOMPARE(nothing.find("\r\n"), nothing.size() - 2);
    QCOMPARE(m_admin->get("/api/v1/audit/export?from=2026-11-02&to=2026-11-01").status, 400);
    QCOMPARE(m_server->hpcbill({"audit", "export", "--from", "yesterday"}).exitCode, 2);
}

void AuditTest::aRewrittenExportIsFoundByTheKey()
{
    const std::vector<std::string> lines = exported();
    const std::string key = nlohmann::json::parse(lines.front()).at("key").get<std::string>();
    QCOMPARE(verifyFile(lines, {"--key", key}).exitCode, 0);
    // A checkpoint in the key's own name counts whoever else signed others: passing it over would hide that it was changed.
    std::vector<std::string> changed = lines;
    const std::size_t root = changed.back().find("\\n", changed.back().find("\\n") + 1) + 2;
    changed.back()[root] = changed.back()[root] == 'A' ? 'B' : 'A';
    QCOMPARE(verifyFile(changed, {"--key", key}).exitCode, 1);
    // A forger who signs what he wrote with a key of his own, under the log's name.
    const std::string name = key.substr(0, key.find('+'));
    const audit::NoteSigner forger(name, audit::NoteSigner::Seed{7});
    std::vector<std::string> forged{keyLine(forger.key())};
    audit::GrowingTree tree;
    audit::Hash head{};
    for (const std::string& line : lines) {
        const auto parsed = audit::parseRecord(line);
        if (!parsed)
            continue;
        audit::StoredRecord stored = *parsed;
        stored.record.actor = "nobody";
        stored.leafHash = audit::leafHash(audit::canonical(stored.record));
        stored.prevHash = head;
        head = stored.hash = audit::chainHash(head, stored.leafHash);
        tree.add(stored.leafHash);
        forged.push_back(toJson(stored));
    }
    forged.push_back(audit::checkpointLine(audit::signedNote({name, tree.size(), tree.root()}, forger)));
    QCOMPARE(verifyFile(forged).exitCode, 0); // it is whole by itself: that is why a key is to be known
    const Outcome outcome = verifyFile(forged, {"--key", key});
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(nlohmann::json::parse(outcome.output).at("finding").at("fault").get<std::string>(), std::string("rewritten"));
    QCOMPARE(verifyFile(lines, {"--key", "no key"}).exitCode, 2);
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
