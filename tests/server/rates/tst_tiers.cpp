// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <atomic>
#include <memory>
#include <thread>

using namespace hpcbill;
using rates::TierMatch;
using rates::TierRule;

class TiersTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void newRulesGiveKnownUsersTheirTier();
    void namesThatArriveWithJobsAreClassified();
    void namesThatCameWhileNobodyClassifiedAreCaughtUpWith();
    void theOrderIsOverrideAccountRuleDefault();
    void explanationsNameTheRule();
    void anOverrideEqualToTheNaturalTierIsNone();
    void settingTheNaturalTierTakesTheOverrideAway();
    void rulesThatMakeAnOverrideNaturalTakeItAway();
    void aDefaultThatMakesAnOverrideNaturalTakesItAway();
    void rulesOfAnUnknownTierAreRefusedByPlace();
    void staleRulesAreRefusedAndChangeNothing();
    void aStaleOverrideIsRefused();
    void ofEightWhoEditTheRulesOneWins();
    void namesAndRulesThatComeAtOnceEndUpRight();
    void versionsAreKeptAsTheyWere();
    void everyChangeIsOnRecordWithBeforeAndAfter();
    void aProposalTellsWhomItMovesAndMovesNobody();
    void theListIsPutIntoAnotherOrder();
    void aNewTierHasRatesFromTheBeginning();
    void aListThatWillNotDoIsRefused_data();
    void aListThatWillNotDoIsRefused();

private:
    rates::TierRulesChange agree(const std::vector<TierRule>& rules);
    void merge(const std::vector<std::pair<std::string, std::string>>& usersAndAccounts);
    std::string set(const std::string& user, const std::string& tier);
    std::string tierOf(const std::string& user, const std::string& account = "physics");
    std::string classified();
    std::string overrides();
    audit::StoredRecord lastRecord();
    std::vector<rates::TierOrder> presentOrder();
    void changeList(const std::vector<rates::TierOrder>& order);

    const api::Actor m_admin{.name = "admin1", .role = api::Role::admin, .address = {}, .requestId = {}};
    std::unique_ptr<support::Ground> m_ground;
    usage::ClusterId m_cluster{};
    std::int64_t m_nextJob = 1;
};

void TiersTest::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_cluster = support::addCluster(m_ground->database, "lanta");
    m_nextJob = 1;
}

rates::TierRulesChange TiersTest::agree(const std::vector<TierRule>& rules)
{
    const auto seen = [this] {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        return m_ground->tiers.rules(tx).id;
    }();
    return m_ground->tiers.changeRules(rules, "a test", seen, m_admin);
}

void TiersTest::merge(const std::vector<std::pair<std::string, std::string>>& usersAndAccounts)
{
    std::vector<slurm::JobRecord> records;
    for (const auto& [user, account] : usersAndAccounts) {
        records.push_back(support::finishedJob(m_nextJob++));
        records.back().user = user;
        records.back().account = account;
    }
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, m_cluster, records);
    tx.commit();
}

std::string TiersTest::set(const std::string& user, const std::string& tier)
{
    const auto expected = [&]() -> std::optional<std::string> {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        const auto present = m_ground->tiers.decide(tx, user, std::nullopt).assigned;
        return present ? std::optional(rates::etagOf(*present)) : std::nullopt;
    }();
    const auto made = m_ground->tiers.setOverride({.name = user, .tier = tier, .author = {}, .reason = "agreed", .createdAt = {}}, expected, m_admin);
    return std::string(rates::codeOf(made.source)) + " " + made.tier;
}

/// What statements find, and the same found by the program: they must agree.
std::string TiersTest::tierOf(const std::string& user, const std::string& account)
{
    const std::string bySql = m_ground->database.value("select tier_of('" + user + "', '" + account + "')");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const std::string byProgram = m_ground->tiers.decide(tx, user, account).tier;
    return bySql == byProgram ? bySql : bySql + " by SQL, " + byProgram + " by the program";
}

std::string TiersTest::classified()
{
    return m_ground->database.value("select string_agg(username || ' ' || coalesce(tier, '-') || ' ' || coalesce(rule::text, '-'), ', ' order by "
                                    "username) from user_tiers");
}

std::string TiersTest::overrides()
{
    return m_ground->database.value("select string_agg(username || ' ' || tier, ', ' order by username) from tier_overrides");
}

audit::StoredRecord TiersTest::lastRecord()
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    return m_ground->audit.page(tx, false, 1, std::nullopt).at(0);
}

std::vector<rates::TierOrder> TiersTest::presentOrder()
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    std::vector<rates::TierOrder> order;
    for (const rates::Tier& tier : m_ground->tiers.list(tx))
        order.push_back({tier, std::nullopt});
    return order;
}

void TiersTest::changeList(const std::vector<rates::TierOrder>& order)
{
    const std::string seen = [this] {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        return rates::etagOf(m_ground->tiers.list(tx));
    }();
    m_ground->tiers.changeList(order, "a test", seen, m_admin);
}

void TiersTest::newRulesGiveKnownUsersTheirTier()
{
    merge({{"alice", "physics"}, {"bob", "physics"}, {"gov-somsri", "physics"}});
    QCOMPARE(classified(), std::string("alice - -, bob - -, gov-somsri - -"));
    QCOMPARE(tierOf("gov-somsri"), std::string("mu"));
    const auto change = agree({{TierMatch::exact, "bob", "private"}, {TierMatch::regex, "^gov-", "gov"}});
    QCOMPARE(change.effect.usersChanged, 2);
    QCOMPARE(classified(), std::string("alice - -, bob private 1, gov-somsri gov 2"));
    QCOMPARE(tierOf("gov-somsri"), std::string("gov"));
    QCOMPARE(agree({{TierMatch::regex, "^gov-", "gov"}}).effect.usersChanged, 1); // bob is nobody's any more
    QCOMPARE(classified(), std::string("alice - -, bob - -, gov-somsri gov 1"));
}

void TiersTest::namesThatArriveWithJobsAreClassified()
{
    agree({{TierMatch::suffix, ".moph.go.th", "gov"}});
    merge({{"somsri.moph.go.th", "physics"}, {"alice", "physics"}, {"alice", "chemistry"}});
    QCOMPARE(classified(), std::string("alice - -, somsri.moph.go.th gov 1"));
    usage::JobFilter filter;
    filter.tier = "gov";
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QCOMPARE(m_ground->jobs.list(tx, filter, 10, std::nullopt).size(), std::size_t{1});
}

void TiersTest::namesThatCameWhileNobodyClassifiedAreCaughtUpWith()
{
    merge({{"gov-a", "physics"}, {"bob", "physics"}});
    agree({{TierMatch::glob, "gov-*", "gov"}});
    m_ground->database.run("delete from user_tiers; insert into users (username, password_hash, role, created_at, password_changed_at) "
                           "values ('gov-web', 'x', 'user', now(), now())");
    m_ground->tiers.ensureKnown();
    QCOMPARE(classified(), std::string("bob - -, gov-a gov 1, gov-web gov 1"));
}

void TiersTest::theOrderIsOverrideAccountRuleDefault()
{
    merge({{"gov-a", "physics"}, {"bob", "physics"}});
    QCOMPARE(tierOf("gov-a", "industry"), std::string("mu"));
    agree({{TierMatch::glob, "gov-*", "gov"}});
    QCOMPARE(tierOf("gov-a", "industry"), std::string("gov"));
    m_ground->tiers.setAccount({.name = "industry", .tier = "private", .author = {}, .reason = "contract", .createdAt = {}}, std::nullopt, m_admin);
    QCOMPARE(tierOf("gov-a", "industry"), std::string("private"));
    QCOMPARE(tierOf("bob", "industry"), std::string("private"));
    QCOMPARE(tierOf("gov-a"), std::string("gov"));
    QCOMPARE(set("gov-a", "mu"), std::string("override mu"));
    QCOMPARE(tierOf("gov-a", "industry"), std::string("mu"));
    QCOMPARE(tierOf("bob", "industry"), std::string("private"));
}

void TiersTest::explanationsNameTheRule()
{
    agree({{TierMatch::exact, "nobody", "private"}, {TierMatch::exact, "no-one", "private"}, {TierMatch::glob, "*.mu.ac.th", "gov"}});
    merge({{"somchai.mu.ac.th", "physics"}, {"bob", "physics"}});
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto explained = [&](std::int64_t job) { return m_ground->jobs.explain(tx, m_ground->jobs.find(tx, "lanta", job, std::nullopt)); };
    QCOMPARE(explained(1).tierReason, std::string("rule"));
    QCOMPARE(explained(1).tierRule.value(), std::int64_t{3});
    QCOMPARE(explained(1).tierPattern.value(), std::string("*.mu.ac.th"));
    QCOMPARE(explained(2).tierReason, std::string("default"));
    QVERIFY(!explained(2).tierRule && !explained(2).tierPattern);
}

void TiersTest::anOverrideEqualToTheNaturalTierIsNone()
{
    agree({{TierMatch::glob, "gov-*", "gov"}});
    const std::int64_t before = lastRecord().record.seq;
    QCOMPARE(set("gov-new", "gov"), std::string("rule gov")); // of a name that nobody has seen yet
    QCOMPARE(set("bob", "mu"), std::string("default mu"));
    QCOMPARE(overrides(), std::string());
    QCOMPARE(lastRecord().record.seq, before); // nothing was changed
}

void TiersTest::settingTheNaturalTierTakesTheOverrideAway()
{
    QCOMPARE(set("bob", "gov"), std::string("override gov"));
    QCOMPARE(overrides(), std::string("bob gov"));
    QCOMPARE(set("bob", "mu"), std::string("default mu"));
    QCOMPARE(overrides(), std::string());
    QCOMPARE(lastRecord().record.action, std::string("tier_override.removed"));
}

void TiersTest::rulesThatMakeAnOverrideNaturalTakeItAway()
{
    set("gov-a", "gov");
    set("gov-b", "private");
    const auto change = agree({{TierMatch::glob, "gov-*", "gov"}});
    QCOMPARE(change.effect.removed.size(), std::size_t{1});
    QCOMPARE(change.effect.removed[0].name, std::string("gov-a"));
    QCOMPARE(overrides(), std::string("gov-b private"));
    QCOMPARE(tierOf("gov-a"), std::string("gov"));
    QCOMPARE(m_ground->database.value("select count(*) from audit_log where action = 'tier_override.removed' and target_id = 'gov-a'"),
             std::string("1"));
}

void TiersTest::aDefaultThatMakesAnOverrideNaturalTakesItAway()
{
    set("bob", "gov");
    set("carol", "private");
    auto order = presentOrder();
    order[0].tier.isDefault = false;
    order[1].tier.isDefault = true;
    changeList(order);
    QCOMPARE(overrides(), std::string("carol private"));
    QCOMPARE(tierOf("bob"), std::string("gov"));
    QCOMPARE(tierOf("dave"), std::string("gov"));
}

void TiersTest::rulesOfAnUnknownTierAreRefusedByPlace()
{
    try {
        agree({{TierMatch::glob, "*", "mu"}, {TierMatch::glob, "a*", "nobility"}});
        QFAIL("there is no such tier");
    } catch (const InvalidInput& refused) {
        QCOMPARE(refused.fields().at(0).field, std::string("rules[1].tier"));
    }
    QCOMPARE(m_ground->database.value("select count(*) from tier_rule_versions"), std::string("0"));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, set("bob", "nobility"));
}

void TiersTest::staleRulesAreRefusedAndChangeNothing()
{
    merge({{"bob", "physics"}});
    const auto read = agree({}).version.id;
    agree({{TierMatch::exact, "bob", "gov"}});
    QVERIFY_THROWS_EXCEPTION(Stale, m_ground->tiers.changeRules({}, "late", read, m_admin));
    QCOMPARE(classified(), std::string("bob gov 1"));
}

void TiersTest::aStaleOverrideIsRefused()
{
    set("bob", "gov");
    const rates::AssignedTier wanted{.name = "bob", .tier = "private", .author = {}, .reason = "late", .createdAt = {}};
    QVERIFY_THROWS_EXCEPTION(Stale, m_ground->tiers.setOverride(wanted, std::nullopt, m_admin));
    QVERIFY_THROWS_EXCEPTION(Stale, m_ground->tiers.setOverride(wanted, "\"gov.1\"", m_admin));
    QVERIFY_THROWS_EXCEPTION(Stale, m_ground->tiers.removeOverride("bob", "\"gov.1\"", std::nullopt, m_admin));
    QVERIFY_THROWS_EXCEPTION(NotFound, m_ground->tiers.removeOverride("carol", "\"gov.1\"", std::nullopt, m_admin));
    QCOMPARE(overrides(), std::string("bob gov"));
}

void TiersTest::ofEightWhoEditTheRulesOneWins()
{
    std::atomic<int> won = 0;
    std::atomic<int> stale = 0;
    {
        std::vector<std::jthread> editors;
        for (int editor = 0; editor < 8; ++editor) {
            editors.emplace_back([&, editor] {
                try {
                    m_ground->tiers.changeRules({{TierMatch::exact, "user" + std::to_string(editor), "gov"}}, "a race", {}, m_admin);
                    ++won;
                } catch (const Stale&) {
                    ++stale;
                }
            });
        }
    }
    QCOMPARE(won.load(), 1);
    QCOMPARE(stale.load(), 7);
    QCOMPARE(m_ground->database.value("select count(*) from tier_rule_versions"), std::string("1"));
}

void TiersTest::namesAndRulesThatComeAtOnceEndUpRight()
{
    {
        std::vector<std::jthread> workers;
        for (int writer = 0; writer < 4; ++writer) {
            workers.emplace_back([this, writer] {
                for (int batch = 0; batch < 20; ++batch) {
                    std::vector<std::string> names;
                    for (int user = 0; user < 10; ++user) // half of them are those of the writer beside it
                        names.push_back("user" + std::to_string((writer * 5 + user) + batch * 25));
                    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
                    m_ground->tiers.learn(tx, names);
                    tx.commit();
                }
            });
        }
        workers.emplace_back([this] {
            for (int edit = 0; edit < 20; ++edit)
                agree({{TierMatch::suffix, std::to_string(edit % 10), edit % 2 == 0 ? "gov" : "private"}});
        });
    }
    QCOMPARE(m_ground->database.value("select count(*) from user_tiers"), std::string("500"));
    // The last rule says: names that end with 9 are private.
    QCOMPARE(m_ground->database.value("select count(*) from user_tiers where (username like '%9') is distinct from (tier is not distinct from 'private')"),
             std::string("0"));
    QCOMPARE(m_ground->database.value("select count(*) from user_tiers where tier = 'gov'"), std::string("0"));
}

void TiersTest::versionsAreKeptAsTheyWere()
{
    agree({{TierMatch::exact, "bob", "gov"}});
    QVERIFY_THROWS_EXCEPTION(std::exception, m_ground->database.run("update tier_rule_versions set rules = '[]'"));
    QVERIFY_THROWS_EXCEPTION(std::exception, m_ground->database.run("delete from tier_rule_versions"));
    QVERIFY_THROWS_EXCEPTION(std::exception, m_ground->database.run("truncate tier_rule_versions"));
    agree({});
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const auto history = m_ground->tiers.history(tx, 10, std::nullopt);
    QCOMPARE(history.size(), std::size_t{2});
    QVERIFY(history[0].rules.empty());
    QVERIFY(history[1].rules == (std::vector<TierRule>{{TierMatch::exact, "bob", "gov"}}));
    QCOMPARE(history[1].author, std::string("admin1"));
    QCOMPARE(history[1].reason, std::string("a test"));
}

void TiersTest::everyChangeIsOnRecordWithBeforeAndAfter()
{
    const auto outboxed = [this] { return m_ground->database.value("select count(*) from outbox where event_type = 'rates.changed'"); };
    agree({{TierMatch::exact, "bob", "gov"}});
    agree({{TierMatch::exact, "bob", "private"}});
    QCOMPARE(lastRecord().record.action, std::string("tier_rules.changed"));
    QVERIFY(lastRecord().record.details.find(R"("before":[{"match":"exact","pattern":"bob","tier":"gov"}])") != std::string::npos);
    QVERIFY(lastRecord().record.details.find(R"("after":[{"match":"exact","pattern":"bob","tier":"private"}])") != std::string::npos);
    QCOMPARE(outboxed(), std::string("2"));
    set("carol", "gov");
    QCOMPARE(lastRecord().record.action, std::string("tier_override.changed"));
    QVERIFY(lastRecord().record.details.find(R"("before":null)") != std::string::npos);
    const auto account = m_ground->tiers.setAccount({.name = "industry", .tier = "private", .author = {}, .reason = "contract", .createdAt = {}},
                                                    std::nullopt, m_admin);
    QCOMPARE(lastRecord().record.action, std::string("account_tier.changed"));
    m_ground->tiers.removeAccount("industry", rates::etagOf(account), "it ended", m_admin);
    QCOMPARE(lastRecord().record.action, std::string("account_tier.removed"));
    QVERIFY(lastRecord().record.details.find("it ended") != std::string::npos);
    QCOMPARE(outboxed(), std::string("5"));
}

void TiersTest::aProposalTellsWhomItMovesAndMovesNobody()
{
    merge({{"alice", "physics"}, {"anna", "physics"}, {"bob", "physics"}});
    agree({{TierMatch::exact, "anna", "gov"}});
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const std::vector<TierRule> proposed{{TierMatch::glob, "b*", "private"}, {TierMatch::glob, "a*", "gov"}};
    const auto test = m_ground->tiers.test(tx, "alice", std::nullopt, proposed);
    QCOMPARE(test.decision.tier, std::string("gov"));
    QCOMPARE(test.decision.place.value(), std::int64_t{2});
    QVERIFY(test.matches == (std::vector<bool>{false, true}));
    QCOMPARE(test.usersChanged, 2); // anna is gov already
    QCOMPARE(test.changes.at(0).user + " " + test.changes.at(0).from + " " + test.changes.at(0).to, std::string("alice mu gov"));
    QCOMPARE(test.changes.at(1).user, std::string("bob"));
    QCOMPARE(classified(), std::string("alice - -, anna gov 1, bob - -"));
}

void TiersTest::theListIsPutIntoAnotherOrder()
{
    auto order = presentOrder();
    std::reverse(order.begin(), order.end());
    changeList(order);
    QCOMPARE(m_ground->database.value("select string_agg(name, ' ' order by position) from tiers"), std::string("private gov mu"));
    QCOMPARE(m_ground->database.value("select name from tiers where is_default"), std::string("mu"));
    QCOMPARE(lastRecord().record.action, std::string("tiers.changed"));
}

void TiersTest::aNewTierHasRatesFromTheBeginning()
{
    auto order = presentOrder();
    const pricing::Rates rates{.cpu = Rate::fromMicro(2'500'000), .gpu = Rate::fromMicro(8'000'000), .mem = Rate::fromMicro(1)};
    order.insert(order.begin() + 1, {{.name = "partner", .receiptPrefix = "PARTNER", .isDefault = false}, rates});
    changeList(order);
    QCOMPARE(m_ground->database.value("select string_agg(name, ' ' order by position) from tiers"), std::string("mu partner gov private"));
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        QVERIFY(m_ground->rates.inForce(tx, support::at("1971-01-01T00:00:00Z")).at("partner").rates == rates);
        QCOMPARE(m_ground->rates.newest(tx, "partner").author, std::string("admin1"));
    }
    agree({{TierMatch::exact, "alice", "partner"}});
    merge({{"alice", "physics"}});
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QCOMPARE(toDecimal(m_ground->jobs.find(tx, "lanta", 1, std::nullopt).cost), std::string("5.00")); // two cores for an hour
}

void TiersTest::aListThatWillNotDoIsRefused_data()
{
    QTest::addColumn<QString>("fault");
    for (const char* fault : {"a tier is gone", "no default", "two defaults", "a name twice", "a prefix twice", "another prefix", "new without rates",
                              "rates of an old one"})
        QTest::newRow(fault) << fault;
}

void TiersTest::aListThatWillNotDoIsRefused()
{
    QFETCH(const QString, fault);
    auto order = presentOrder();
    if (fault == "a tier is gone")
        order.pop_back();
    else if (fault == "no default")
        order[0].tier.isDefault = false;
    else if (fault == "two defaults")
        order[1].tier.isDefault = true;
    else if (fault == "a name twice")
        order.push_back(order[1]);
    else if (fault == "a prefix twice")
        order.push_back({{.name = "partner", .receiptPrefix = "GOV", .isDefault = false}, pricing::Rates{}});
    else if (fault == "another prefix")
        order[1].tier.receiptPrefix = "STATE";
    else if (fault == "new without rates")
        order.push_back({{.name = "partner", .receiptPrefix = "PARTNER", .isDefault = false}, std::nullopt});
    else
        order[1].rates = pricing::Rates{};
    QVERIFY_THROWS_EXCEPTION(InvalidInput, changeList(order));
    QCOMPARE(m_ground->database.value("select string_agg(name, ' ' order by position) from tiers"), std::string("mu gov private"));
}

QTEST_GUILESS_MAIN(TiersTest)
#include "tst_tiers.moc"
