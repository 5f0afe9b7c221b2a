// SPDX-License-Identifier: GPL-3.0-or-later
// Rules on user names and overrides in the real window, against the real server.
#include "client/widgets/Banner.h"
#include "tests/client/app/desktop.h"

#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>

#include <fmt/format.h>

using namespace hpcbill;
using namespace hpcbill::client;
using Json = nlohmann::ordered_json;

class TiersFlowTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }
    void init();

    void rulesAreMadeTriedAndSaved();
    void rulesArePutIntoAnotherOrder();
    void aRuleThatWillNotDoIsToldAndKept();
    void anEditThatMeetsAnotherKeepsWhatWasEdited();
    void aDraftComesBack();
    void anOverrideIsSetChangedAndTakenAway();
    void theChosenOverrideStaysChosenWhenAnotherComes();
    void auditorsOnlyTry();
    void bothListsInBothLanguagesAndThemes();

private:
    void agree(const Json& rules, const std::string& reason) const;
    void setOverride(const std::string& user) const;
    [[nodiscard]] std::string value(const std::string& sql) const { return m_server->database().value(sql); }
    void openRules(Desktop& desktop) const;
    static QStringList rulesShown(const Desktop& desktop);
    void addRule(Desktop& desktop, const QString& match, const QString& pattern, const QString& tier) const;
    static void choose(const Desktop& desktop, const QString& combo, const QString& text);
    static QString banner(const Desktop& desktop, const QString& name) { return desktop.find<Banner>(name)->text(); }

    std::unique_ptr<support::TestServer> m_server;
};

void TiersFlowTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
    static_cast<void>(m_server->signedIn("gov-somsri", "user"));
    static_cast<void>(m_server->signedIn("audrey", "auditor"));
}

void TiersFlowTest::init()
{
    m_server->database().run("delete from tier_overrides");
    agree(Json::array({{{"match", "glob"}, {"pattern", "*.mu.ac.th"}, {"tier", "mu"}}, {{"match", "exact"}, {"pattern", "root"}, {"tier", "private"}}}),
          "as it was");
}

void TiersFlowTest::agree(const Json& rules, const std::string& reason) const
{
    const auto admin = m_server->admin();
    const std::string etag = admin.get("/api/v1/tier-rules").header("etag");
    QCOMPARE(admin.ask("PUT", "/api/v1/tier-rules", Json{{"rules", rules}, {"reason", reason}}.dump(),
                       {{"If-Match", etag}, {"Content-Type", "application/json"}})
                 .status,
             200);
}

void TiersFlowTest::setOverride(const std::string& user) const
{
    QCOMPARE(m_server->admin()
                 .ask("PUT", "/api/v1/tier-overrides/" + user, R"({"tier":"gov","reason":"seconded to the ministry"})",
                      {{"Content-Type", "application/json"}})
                 .status,
             200);
}

void TiersFlowTest::openRules(Desktop& desktop) const
{
    desktop.open("admin", support::TestServer::adminPassword, "rates");
    desktop.click("ratesList-rules");
    QTRY_COMPARE(desktop.find<QListWidget>("tierRules")->count(), 2);
    QTRY_COMPARE(desktop.find<QComboBox>("tierRuleTier")->count(), 3);
}

QStringList TiersFlowTest::rulesShown(const Desktop& desktop)
{
    QStringList shown;
    const auto* list = desktop.find<QListWidget>("tierRules");
    for (int row = 0; row < list->count(); ++row)
        shown << list->item(row)->data(Qt::UserRole).toStringList().join(' ');
    return shown;
}

void TiersFlowTest::choose(const Desktop& desktop, const QString& combo, const QString& text)
{
    auto* box = desktop.find<QComboBox>(combo);
    box->setFocus();
    box->setCurrentText(text);
    emit box->activated(box->currentIndex());
    QCOMPARE(box->currentText(), text);
}

void TiersFlowTest::addRule(Desktop& desktop, const QString& match, const QString& pattern, const QString& tier) const
{
    desktop.click("tierRuleAdd");
    choose(desktop, "tierRuleMatch", match);
    desktop.type("tierRulePattern", pattern);
    choose(desktop, "tierRuleTier", tier);
}

void TiersFlowTest::rulesAreMadeTriedAndSaved()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    addRule(desktop, "regular expression", "^gov-", "gov");
    desktop.type("tierTestUser", "gov-somsri");
    QTRY_COMPARE(desktop.text("tierVerdict"), QString("gov-somsri: gov, by rule 2 (^gov-)"));
    QTRY_COMPARE(desktop.text("tierChanges"), QString::fromUtf8("1 known user would change tier:\ngov-somsri: mu → gov"));
    QVERIFY(desktop.find<QListWidget>("tierRules")->item(1)->text().contains("(decides)"));
    QCOMPARE(value("select count(*) from user_tiers where tier = 'gov'"), std::string("0")); // tried, not saved
    QVERIFY(!desktop.find<QPushButton>("tierRulesSave")->isEnabled()); // a reason is missing
    desktop.type("tierRulesReason", "agreement with the ministries");
    desktop.click("tierRulesSave");
    QTRY_COMPARE(banner(desktop, "tierRulesBanner"), QString("The rules are saved. 1 user changed tier."));
    QCOMPARE(value("select tier || ' ' || rule from user_tiers where username = 'gov-somsri'"), std::string("gov 2"));
    QCOMPARE(value("select reason from tier_rule_versions order by id desc limit 1"), std::string("agreement with the ministries"));
    QVERIFY(desktop.find<QLineEdit>("tierRulesReason")->text().isEmpty());
}

void TiersFlowTest::rulesArePutIntoAnotherOrder()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    auto* list = desktop.find<QListWidget>("tierRules");
    list->setCurrentRow(0);
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(rulesShown(desktop), (QStringList{"exact root private", "glob *.mu.ac.th mu"}));
    // What dropping a dragged row does.
    QVERIFY(list->model()->moveRow({}, 1, {}, 0));
    QCOMPARE(rulesShown(desktop), (QStringList{"glob *.mu.ac.th mu", "exact root private"}));
    QVERIFY(list->item(0)->text().startsWith("1."));
    desktop.click("tierRuleDown");
    desktop.click("tierRuleUp");
    list->setCurrentRow(1);
    desktop.click("tierRuleUp");
    desktop.type("tierRulesReason", "root first");
    desktop.click("tierRulesSave");
    QTRY_COMPARE(value("select rules -> 0 ->> 'pattern' from tier_rule_versions order by id desc limit 1"), std::string("root"));
}

void TiersFlowTest::aRuleThatWillNotDoIsToldAndKept()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    addRule(desktop, "regular expression", "^(gov", "gov");
    desktop.type("tierTestUser", "gov-somsri");
    QTRY_VERIFY(desktop.text("tierVerdict").contains("missing )"));
    desktop.type("tierRulesReason", "a try");
    desktop.click("tierRulesSave");
    QTRY_VERIFY(desktop.shows("tierRulesBanner"));
    QCOMPARE(rulesShown(desktop).size(), 3);
    desktop.click("tierRulesDiscard");
    QCOMPARE(rulesShown(desktop).size(), 2);
}

void TiersFlowTest::anEditThatMeetsAnotherKeepsWhatWasEdited()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    addRule(desktop, "ends with", ".go.th", "gov");
    desktop.type("tierRulesReason", "mine");
    agree(Json::array({{{"match", "exact"}, {"pattern", "theirs"}, {"tier", "gov"}}}), "was faster");
    desktop.click("tierRulesSave");
    QTRY_VERIFY(desktop.shows("tierRulesConflict"));
    QVERIFY(banner(desktop, "tierRulesBanner").contains("was faster"));
    QCOMPARE(rulesShown(desktop).size(), 3);
    QVERIFY(!desktop.find<QPushButton>("tierRulesSave")->isEnabled()); // whose rules hold has to be said
    desktop.click("tierRulesMine");
    QVERIFY(!desktop.shows("tierRulesConflict"));
    desktop.click("tierRulesSave");
    QTRY_COMPARE(value("select jsonb_array_length(rules) from tier_rule_versions order by id desc limit 1"), std::string("3"));
    QTRY_VERIFY(banner(desktop, "tierRulesBanner").startsWith("The rules are saved.")); // the window has heard of it, too

    desktop.click("tierRuleRemove");
    desktop.type("tierRulesReason", "mine again");
    agree(Json::array({{{"match", "exact"}, {"pattern", "theirs"}, {"tier", "gov"}}}), "faster again");
    desktop.click("tierRulesSave");
    QTRY_VERIFY(desktop.shows("tierRulesConflict"));
    desktop.click("tierRulesTheirs");
    QCOMPARE(rulesShown(desktop), QStringList{"exact theirs gov"});
    QVERIFY(!desktop.find<QPushButton>("tierRulesSave")->isEnabled()); // nothing of mine is left
}

void TiersFlowTest::aDraftComesBack()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    addRule(desktop, "is exactly", "half-done", "gov");
    desktop.type("tierRulesReason", "half");
    Desktop again(m_server->baseUrl());
    for (const QString& key : desktop.settings.allKeys()) {
        if (key.startsWith("rates/drafts/"))
            again.settings.setValue(key, desktop.settings.value(key));
    }
    again.open("admin", support::TestServer::adminPassword, "rates");
    again.click("ratesList-rules");
    QTRY_COMPARE(rulesShown(again).size(), 3);
    QVERIFY(rulesShown(again).contains("exact half-done gov"));
    QCOMPARE(again.find<QLineEdit>("tierRulesReason")->text(), QString("half"));
}

void TiersFlowTest::anOverrideIsSetChangedAndTakenAway()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", support::TestServer::adminPassword, "rates");
    desktop.click("ratesList-overrides");
    QTRY_COMPARE(desktop.find<QWidget>("overridesState")->findChild<QLabel*>("messageText")->text(),
                 QString("Every user is of the tier that the rules say."));
    desktop.click("overrideSet");
    desktop.type("override-user", "alice");
    choose(desktop, "override-tier", "gov");
    desktop.type("override-reason", "seconded");
    desktop.click("override-submit");
    QTRY_COMPARE(banner(desktop, "overridesBanner"), QString("alice is gov from now on."));
    auto* table = desktop.find<TableView>("overrides");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    QCOMPARE(value("select tier || ' ' || reason from tier_overrides"), std::string("gov seconded"));

    table->selectRow(0);
    QTRY_VERIFY(desktop.find<QPushButton>("overrideChange")->isEnabled());
    desktop.click("overrideChange");
    choose(desktop, "override-tier", "private");
    desktop.type("override-reason", "left");
    desktop.click("override-submit");
    QTRY_COMPARE(banner(desktop, "overridesBanner"), QString("alice is private from now on."));
    QCOMPARE(value("select tier from tier_overrides"), std::string("private"));

    QTRY_COMPARE(table->model()->index(0, 1).data().toString(), QString("private"));
    table->selectRow(0);
    QTRY_VERIFY(desktop.find<QPushButton>("overrideRemove")->isEnabled());
    desktop.click("overrideRemove");
    desktop.type("override-reason", "is back");
    desktop.click("override-submit");
    QTRY_COMPARE(banner(desktop, "overridesBanner"), QString("alice is mu again."));
    QCOMPARE(value("select count(*) from tier_overrides"), std::string("0"));
    QCOMPARE(value("select details::json ->> 'reason' from audit_log where action = 'tier_override.removed' order by seq desc limit 1"),
             std::string("is back"));
}

void TiersFlowTest::theChosenOverrideStaysChosenWhenAnotherComes()
{
    setOverride("alice");
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", support::TestServer::adminPassword, "rates");
    desktop.click("ratesList-overrides");
    auto* table = desktop.find<TableView>("overrides");
    QTRY_COMPARE(table->model()->rowCount(), 1);
    table->selectRow(0);
    QVERIFY(desktop.find<QPushButton>("overrideChange")->isEnabled());
    setOverride("bob");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QTRY_VERIFY(desktop.find<QPushButton>("overrideChange")->isEnabled());
    QVERIFY(desktop.find<QPushButton>("overrideRemove")->isEnabled());
    desktop.click("overrideRemove");
    QTRY_VERIFY(desktop.find<QPushButton>("override-submit")->text().contains("alice"));
}

void TiersFlowTest::auditorsOnlyTry()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("audrey", "password of audrey", "rates");
    desktop.click("ratesList-rules");
    QTRY_COMPARE(desktop.find<QListWidget>("tierRules")->count(), 2);
    QVERIFY(!desktop.shows("tierRulesSave") && !desktop.shows("tierRuleAdd"));
    desktop.type("tierTestUser", "x.mu.ac.th");
    QTRY_COMPARE(desktop.text("tierVerdict"), QString("x.mu.ac.th: mu, by rule 1 (*.mu.ac.th)"));
    desktop.click("ratesList-overrides");
    QVERIFY(!desktop.shows("overrideSet"));
}

void TiersFlowTest::bothListsInBothLanguagesAndThemes()
{
    Desktop desktop(m_server->baseUrl());
    openRules(desktop);
    desktop.type("tierTestUser", "x.mu.ac.th");
    QTRY_VERIFY(desktop.text("tierVerdict").contains("by rule 1"));
    setOverride("alice");
    const QString shots = qEnvironmentVariable("HPCBILL_SHOTS");
    for (const char* language : {"english", "thai"}) {
        const QString code = QString(language) == "thai" ? "th" : "en";
        desktop.choose("language-" + code);
        QTRY_COMPARE(desktop.language.code(), code);
        for (const char* theme : {"light", "dark"}) {
            desktop.choose(QString("theme-") + theme);
            for (const char* list : {"rules", "overrides"}) {
                desktop.click(QString("ratesList-") + list);
                QTRY_VERIFY(desktop.shows(QString(list) == "rules" ? "tierRules" : "overrides"));
                const QImage shot = desktop.shot();
                QVERIFY(shot.width() > 400);
                if (!shots.isEmpty())
                    QVERIFY(shot.save(QString("%1/tiers-%2-%3-%4.png").arg(shots, list, language, theme)));
            }
        }
    }
    QCOMPARE(desktop.find<QPushButton>("ratesList-overrides")->text(), QString::fromUtf8("กำหนดเฉพาะราย"));
}

QTEST_MAIN(TiersFlowTest)
#include "tst_tiers_flow.moc"
