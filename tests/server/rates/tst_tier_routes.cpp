// SPDX-License-Identifier: GPL-3.0-or-later
// Tiers and /formula as programs see them: the real server over HTTP.
#include "tests/support/test_server.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;
using support::Answer;
using Json = nlohmann::ordered_json;

class TierRoutesTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup();

    void theFormulaIsWrittenToTheLetter();
    void theFormulaIsNotSentAgainToWhoHasIt();
    void aFormulaChangedByNamingWhatWasReadIsChangedOnce();
    void whatIsScheduledDoesNotShutTheFormula();
    void rulesAreChangedByNamingTheVersionThatWasRead();
    void aWrongRuleIsNamedByItsPlace_data();
    void aWrongRuleIsNamedByItsPlace();
    void anOverrideIsMadeChangedAndTakenAway();
    void anAccountsTierIsMadeChangedAndTakenAway();
    void overridesComeInPages();
    void aTesterNamesTheRule();
    void aLoginIsClassifiedAtOnce();
    void tiersAreAddedWithTheirRates();
    void tiersAndRatesComeInPages_data();
    void tiersAndRatesComeInPages();

private:
    Answer put(const std::string& path, const Json& body, const std::string& ifMatch = {}) const;
    Answer remove(const std::string& path, const std::string& ifMatch = {}) const;

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<support::HttpClient> m_admin;
};

void TierRoutesTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    m_admin = std::make_unique<support::HttpClient>(m_server->admin());
}

void TierRoutesTest::cleanup()
{
    m_server->database().run("delete from tier_overrides; delete from account_tiers");
    const Answer rules = m_admin->get("/api/v1/tier-rules");
    QCOMPARE(put("/api/v1/tier-rules", {{"rules", Json::array()}, {"reason", "clean"}}, rules.header("etag")).status, 200);
}

Answer TierRoutesTest::put(const std::string& path, const Json& body, const std::string& ifMatch) const
{
    support::Headers headers{{"Content-Type", "application/json"}};
    if (!ifMatch.empty())
        headers.emplace("If-Match", ifMatch);
    return m_admin->ask("PUT", path, body.dump(), headers);
}

Answer TierRoutesTest::remove(const std::string& path, const std::string& ifMatch) const
{
    return m_admin->ask("DELETE", path, "", ifMatch.empty() ? support::Headers{} : support::Headers{{"If-Match", ifMatch}});
}

void TierRoutesTest::theFormulaIsWrittenToTheLetter()
{
    QCOMPARE(m_admin->post("/formula", {{"type", "gov"}, {"cpu", "1.500000"}, {"gpu", 5.25}, {"mem", "0.1"}}).body,
             std::string(R"({"ok":true,"updated":{"type":"gov","unit":"per-hour","rates":{"cpu":1.500000,"gpu":5.250000,"mem":0.100000},"currency":"THB"}})"));
    const Answer shown = m_server->nobody().get("/formula?type=gov");
    QCOMPARE(shown.status, 200);
    QCOMPARE(shown.header("content-type"), std::string("application/json"));
    QCOMPARE(shown.body, std::string(R"({"type":"gov","unit":"per-hour","rates":{"cpu":1.500000,"gpu":5.250000,"mem":0.100000},"currency":"THB"})"));
}

void TierRoutesTest::theFormulaIsNotSentAgainToWhoHasIt()
{
    const std::string etag = m_server->nobody().get("/formula?type=mu").header("etag");
    QVERIFY(!etag.empty());
    const Answer again = m_server->nobody().get("/formula?type=mu", {{"If-None-Match", etag}});
    QCOMPARE(again.status, 304);
    QVERIFY(again.body.empty());
    QCOMPARE(again.header("etag"), etag);
    QCOMPARE(m_server->nobody().get("/formula?type=gov", {{"If-None-Match", etag}}).status, 200);
}

void TierRoutesTest::aFormulaChangedByNamingWhatWasReadIsChangedOnce()
{
    const Json order{{"type", "mu"}, {"cpu", "3"}, {"gpu", "3"}, {"mem", "3"}};
    const std::string read = m_server->nobody().get("/formula?type=mu").header("etag");
    const Answer first = m_admin->post("/formula", order, {{"If-Match", read}});
    QCOMPARE(first.status, 200);
    QCOMPARE(first.header("etag"), m_server->nobody().get("/formula?type=mu").header("etag"));
    QCOMPARE(m_admin->post("/formula", order, {{"If-Match", read}}).status, 412);
}

void TierRoutesTest::whatIsScheduledDoesNotShutTheFormula()
{
    const std::string etag = m_admin->get("/api/v1/rates/private/history").header("etag");
    const Json later{{"cpu", "9"}, {"gpu", "9"}, {"mem", "9"}, {"effective_from", "2099-01-01"}, {"reason", "much later"}};
    const std::string before = m_server->nobody().get("/formula?type=private").header("etag");
    QCOMPARE(put("/api/v1/rates/private", later, etag).status, 200);
    const Json order{{"type", "private"}, {"cpu", "4"}, {"gpu", "4"}, {"mem", "4"}};
    QCOMPARE(m_admin->post("/formula", order, {{"If-Match", before}}).status, 412); // something was changed since
    const std::string read = m_server->nobody().get("/formula?type=private").header("etag");
    QCOMPARE(m_admin->post("/formula", order, {{"If-Match", read}}).status, 200);
    QCOMPARE(m_server->nobody().get("/formula?type=private").json().at("rates").at("cpu").dump(), std::string("4.0"));
}

void TierRoutesTest::rulesAreChangedByNamingTheVersionThatWasRead()
{
    const Json order{{"rules", {{{"match", "glob"}, {"pattern", "gov-*"}, {"tier", "gov"}}}}, {"reason", "agreed"}};
    QCOMPARE(put("/api/v1/tier-rules", order).status, 428);
    const std::string etag = m_admin->get("/api/v1/tier-rules").header("etag");
    const Answer made = put("/api/v1/tier-rules", order, etag);
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json().at("rules"), order.at("rules"));
    QCOMPARE(made.json().at("author"), Json("admin"));
    QCOMPARE(put("/api/v1/tier-rules", order, etag).status, 412);
    QCOMPARE(m_admin->get("/api/v1/tier-rules", {{"If-None-Match", made.header("etag")}}).status, 304);
    QCOMPARE(m_admin->get("/api/v1/tier-rules/history?limit=1").json().at("items").at(0).at("rules"), order.at("rules"));
}

void TierRoutesTest::aWrongRuleIsNamedByItsPlace_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<QString>("field");
    const auto row = [](const char* name, const char* rule, const char* field) { QTest::newRow(name) << QByteArray(rule) << field; };
    row("no match", R"json({"pattern":"a","tier":"gov"})json", "rules[0].match");
    row("an unknown match", R"json({"match":"sounds like","pattern":"a","tier":"gov"})json", "rules[0].match");
    row("no pattern", R"json({"match":"exact","tier":"gov"})json", "rules[0].pattern");
    row("an empty pattern", R"json({"match":"glob","pattern":"","tier":"gov"})json", "rules[0].pattern");
    row("an expression that is none", R"json({"match":"regex","pattern":"(","tier":"gov"})json", "rules[0].pattern");
    row("an expression that looks ahead", R"json({"match":"regex","pattern":"(?=a)","tier":"gov"})json", "rules[0].pattern");
    row("no tier", R"json({"match":"exact","pattern":"a"})json", "rules[0].tier");
    row("an unknown tier", R"json({"match":"exact","pattern":"a","tier":"nobility"})json", "rules[0].tier");
    row("an unknown member", R"json({"match":"exact","pattern":"a","tier":"gov","colour":"red"})json", "rules[0].colour");
}

void TierRoutesTest::aWrongRuleIsNamedByItsPlace()
{
    QFETCH(const QByteArray, rule);
    QFETCH(const QString, field);
    const Json order{{"rules", {Json::parse(rule.toStdString())}}, {"reason", "x"}};
    const Answer refused = put("/api/v1/tier-rules", order, m_admin->get("/api/v1/tier-rules").header("etag"));
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.json().at("errors").at(0).at("field"), Json(field.toStdString()));
}

void TierRoutesTest::anOverrideIsMadeChangedAndTakenAway()
{
    const std::string path = "/api/v1/tier-overrides/bob%40mu.ac.th";
    QCOMPARE(m_admin->get(path).status, 404);
    QCOMPARE(put(path, {{"tier", "gov"}}).status, 400); // a reason is missing
    QCOMPARE(put(path, {{"tier", "nobility"}, {"reason", "x"}}).status, 400);
    QCOMPARE(put(path, {{"tier", "gov"}, {"reason", "x"}}, "\"gov.1\"").status, 412); // there is none to be changed
    const Answer made = put(path, {{"tier", "gov"}, {"reason", "seconded"}});
    QCOMPARE(made.status, 200);
    QCOMPARE(made.json().at("user"), Json("bob@mu.ac.th"));
    QCOMPARE(made.json().at("source"), Json("override"));
    QCOMPARE(made.json().at("natural_tier"), Json("mu"));
    QCOMPARE(m_admin->get(path).header("etag"), made.header("etag"));
    QCOMPARE(put(path, {{"tier", "private"}, {"reason", "x"}}).status, 428);
    const Answer changed = put(path, {{"tier", "private"}, {"reason", "left"}}, made.header("etag"));
    QCOMPARE(changed.status, 200);
    QCOMPARE(put(path, {{"tier", "gov"}, {"reason", "x"}}, made.header("etag")).status, 412);
    QCOMPARE(remove(path).status, 428);
    QCOMPARE(remove(path, made.header("etag")).status, 412);
    const Answer natural = put(path, {{"tier", "mu"}, {"reason", "back"}}, changed.header("etag"));
    QCOMPARE(natural.status, 200);
    QCOMPARE(natural.json().at("source"), Json("default"));
    QVERIFY(natural.json().at("etag").is_null());
    QCOMPARE(m_admin->get(path).status, 404);
    QCOMPARE(remove(path, "*").status, 404);
    const Answer again = put(path, {{"tier", "gov"}, {"reason", "again"}});
    QCOMPARE(remove(path, again.header("etag")).status, 204);
    QCOMPARE(m_admin->get("/api/v1/tier-overrides").json().at("items").size(), std::size_t{0});
}

void TierRoutesTest::anAccountsTierIsMadeChangedAndTakenAway()
{
    const std::string path = "/api/v1/account-tiers/industry";
    QCOMPARE(m_admin->get(path).status, 404);
    const Answer made = put(path, {{"tier", "private"}, {"reason", "contract"}});
    QCOMPARE(made.status, 200);
    QCOMPARE(m_admin->get("/api/v1/account-tiers").json().at("items").at(0).at("account"), Json("industry"));
    QCOMPARE(put(path, {{"tier", "gov"}, {"reason", "x"}}).status, 428);
    const Answer changed = put(path, {{"tier", "mu"}, {"reason", "the default, said aloud"}}, made.header("etag"));
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.json().at("tier"), Json("mu")); // stays: it stands above the classifier
    QCOMPARE(remove(path, made.header("etag")).status, 412);
    QCOMPARE(remove(path + "?reason=it%20ended", changed.header("etag")).status, 204);
    QCOMPARE(m_admin->get(path).status, 404);
}

void TierRoutesTest::overridesComeInPages()
{
    for (const char* user : {"a", "b", "c", "d", "e"})
        QCOMPARE(put(std::string("/api/v1/tier-overrides/") + user, {{"tier", "gov"}, {"reason", "x"}}).status, 200);
    std::string seen;
    std::string cursor;
    do {
        const Json page = m_admin->get("/api/v1/tier-overrides?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
        for (const Json& item : page.at("items"))
            seen += item.at("user").get<std::string>();
        cursor = page.at("next_cursor").is_null() ? "" : page.at("next_cursor").get<std::string>();
    } while (!cursor.empty());
    QCOMPARE(seen, std::string("abcde"));
}

void TierRoutesTest::aTesterNamesTheRule()
{
    const Json rules{{{"match", "exact"}, {"pattern", "x"}, {"tier", "mu"}}, {{"match", "suffix"}, {"pattern", ".go.th"}, {"tier", "gov"}}};
    const Answer proposed = m_admin->post("/api/v1/tier-rules/test", {{"user", "a.go.th"}, {"rules", rules}});
    QCOMPARE(proposed.status, 200);
    QCOMPARE(proposed.json().at("tier"), Json("gov"));
    QCOMPARE(proposed.json().at("rule"), Json(2));
    QCOMPARE(proposed.json().at("pattern"), Json(".go.th"));
    QCOMPARE(proposed.json().at("matches"), Json({false, true}));
    const Answer inForce = m_admin->post("/api/v1/tier-rules/test", {{"user", "a.go.th"}});
    QCOMPARE(inForce.json().at("source"), Json("default")); // nothing was saved
}

void TierRoutesTest::aLoginIsClassifiedAtOnce()
{
    const Json order{{"rules", {{{"match", "glob"}, {"pattern", "gov-*"}, {"tier", "gov"}}}}, {"reason", "agreed"}};
    QCOMPARE(put("/api/v1/tier-rules", order, m_admin->get("/api/v1/tier-rules").header("etag")).status, 200);
    static_cast<void>(m_server->signedIn("gov-web", "user"));
    QCOMPARE(m_server->database().value("select tier || ' ' || rule from user_tiers where username = 'gov-web'"), std::string("gov 1"));
}

void TierRoutesTest::tiersAreAddedWithTheirRates()
{
    const Answer read = m_admin->get("/api/v1/tiers");
    Json tiers = read.json().at("items");
    Json partner{{"name", "partner"}, {"receipt_prefix", "PARTNER"}};
    const auto order = [&] {
        Json list = tiers;
        list.push_back(partner);
        return Json{{"tiers", list}, {"reason", "a new agreement"}};
    };
    QCOMPARE(put("/api/v1/tiers", order()).status, 428);
    QCOMPARE(put("/api/v1/tiers", order(), read.header("etag")).status, 400); // without rates
    partner["rates"] = {{"cpu", "2.5"}, {"gpu", "8"}, {"mem", "0.5"}};
    partner["receipt_prefix"] = "CN";
    QCOMPARE(put("/api/v1/tiers", order(), read.header("etag")).status, 400); // the prefix of credit notes
    partner["receipt_prefix"] = "PARTNER";
    const Answer made = put("/api/v1/tiers", order(), read.header("etag"));
    QCOMPARE(made.status, 200);
    QCOMPARE(put("/api/v1/tiers", order(), read.header("etag")).status, 412);
    QCOMPARE(m_server->nobody().get("/formula?type=partner").json().at("rates").at("gpu").dump(), std::string("8.0"));
    QCOMPARE(m_admin->get("/api/v1/tiers").header("etag"), made.header("etag"));
}

void TierRoutesTest::tiersAndRatesComeInPages_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("name");
    QTest::newRow("tiers") << QByteArray("/api/v1/tiers") << QByteArray("name");
    QTest::newRow("rates") << QByteArray("/api/v1/rates") << QByteArray("tier");
}

void TierRoutesTest::tiersAndRatesComeInPages()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, name);
    const std::string list = path.toStdString();
    const Json all = m_admin->get(list).json();
    QVERIFY(all.at("items").size() > 2);
    QVERIFY(all.at("next_cursor").is_null());
    Json paged = Json::array();
    std::string cursor;
    do {
        const Answer page = m_admin->get(list + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
        QCOMPARE(page.status, 200);
        const Json shown = page.json();
        QVERIFY(shown.at("items").size() <= 2);
        QCOMPARE(page.header("etag"), m_admin->get(list).header("etag")); // of the whole list, where it has one
        for (const Json& item : shown.at("items"))
            paged.push_back(item.at(name.toStdString()));
        cursor = shown.at("next_cursor").is_null() ? "" : shown.at("next_cursor").get<std::string>();
    } while (!cursor.empty());
    Json names = Json::array();
    for (const Json& item : all.at("items"))
        names.push_back(item.at(name.toStdString()));
    QCOMPARE(paged, names);
    QCOMPARE(m_admin->get(list + "?limit=1001").status, 400);
    QCOMPARE(m_admin->get(list + "?cursor=x").status, 400);
}

QTEST_GUILESS_MAIN(TierRoutesTest)
#include "tst_tier_routes.moc"
