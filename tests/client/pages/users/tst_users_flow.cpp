// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/users_api.h"
#include "client/widgets/FactsPane.h"
#include "tests/client/app/desktop.h"

#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QRegularExpression>
#include <QSignalSpy>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

const QString adminPassword = support::TestServer::adminPassword;

} // namespace

/// The page of users, tokens and locks, one's own account and the forced change, in the real window at the real server.
class UsersFlowTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_server = std::make_unique<support::TestServer>(support::Environment{{"AUTH_THROTTLE_MAX_FAILS", "3"}}); }
    void passwordsToHandOverAreNotGuessed();
    void aUserIsAddedAndChoosesAPasswordAtTheFirstLogin();
    void aRoleIsChangedAndChangedBack();
    void disablingEndsSessionsAndCanBeUndone();
    void aPasswordIsResetAndHasToBeChanged();
    void sessionsOfAUserAreSeenAndEnded();
    void whatOthersChangeShows();
    void theFilterFindsByEveryColumn();
    void aTokenIsMadeShownOnceAndRevoked();
    void aTokenThatWillNotDoKeepsWhatWasTyped();
    void operatorsSeeLocksOnlyAndUnlockWithAReason();
    void onesOwnSessionsAndPassword();
    void allListsInBothLanguagesAndThemes();

private:
    [[nodiscard]] std::string value(const std::string& sql) const { return m_server->database().value(sql); }
    static void open(Desktop& desktop) { desktop.open("admin", adminPassword, "users"); }
    static TableView* users(const Desktop& desktop) { return desktop.find<TableView>("users"); }
    static void select(const Desktop& desktop, const QString& table, const QString& name);
    void lockOut(const std::string& username) const;

    std::unique_ptr<support::TestServer> m_server;
};

void UsersFlowTest::select(const Desktop& desktop, const QString& table, const QString& name)
{
    auto* view = desktop.find<TableView>(table);
    const auto rowOf = [&] {
        for (int row = 0; row < view->model()->rowCount(); ++row) {
            if (view->model()->index(row, 0).data().toString() == name)
                return row;
        }
        return -1;
    };
    QTRY_VERIFY(rowOf() >= 0);
    view->setCurrentIndex({});
    view->selectRow(rowOf());
}

void UsersFlowTest::lockOut(const std::string& username) const
{
    for (int i = 0; i < 3; ++i)
        m_server->nobody().post("/api/v1/session", {{"username", username}, {"password", "wrong"}});
}

void UsersFlowTest::passwordsToHandOverAreNotGuessed()
{
    QSet<QString> seen;
    static const QRegularExpression form("^([a-hj-km-np-z2-9]{4}-){4}[a-hj-km-np-z2-9]{4}$");
    for (int i = 0; i < 200; ++i) {
        const QString password = makePassword();
        QVERIFY2(form.match(password).hasMatch(), qPrintable(password));
        seen.insert(password);
    }
    QCOMPARE(seen.size(), 200);
}

void UsersFlowTest::aUserIsAddedAndChoosesAPasswordAtTheFirstLogin()
{
    QString password;
    {
        Desktop desktop(m_server->baseUrl());
        open(desktop);
        QTRY_VERIFY(users(desktop)->model()->rowCount() > 0);
        desktop.click("usersAdd");
        QVERIFY(!desktop.find<QPushButton>("userForm-submit")->isEnabled());
        desktop.type("userForm-username", "admin");
        desktop.click("userForm-submit");
        QTRY_VERIFY(desktop.shows("userForm-banner")); // there is one already
        QCOMPARE(desktop.find<QLineEdit>("userForm-username")->text(), QString("admin"));
        desktop.type("userForm-username", "dana");
        auto* role = desktop.find<QComboBox>("userForm-role");
        role->setCurrentIndex(role->findData("auditor"));
        desktop.click("userForm-submit");
        QTRY_VERIFY(desktop.shows("passwordCard"));
        password = desktop.find<QLineEdit>("passwordValue")->text();
        QTRY_VERIFY(desktop.find<FactsPane>("userFacts")->plainText().contains("has to change the password"));
        desktop.press(Qt::Key_Escape);
        QVERIFY(desktop.find<QLineEdit>("passwordValue")->text().isEmpty());
        for (const QString& key : desktop.settings.allKeys())
            QVERIFY2(!desktop.settings.value(key).toString().contains(password), qPrintable(key));
    }
    QCOMPARE(value("select role from users where username = 'dana'"), std::string("auditor"));

    Desktop desktop(m_server->baseUrl());
    desktop.logIn("dana", password);
    QTRY_VERIFY(desktop.shows("passwordForm"));
    QVERIFY(!desktop.window.workspace());
    desktop.type("passwordNew", "short");
    desktop.type("passwordAgain", "shorter");
    QVERIFY(!desktop.find<QPushButton>("passwordSubmit")->isEnabled());
    desktop.type("passwordAgain", "short");
    desktop.click("passwordSubmit");
    QTRY_VERIFY(desktop.text("passwordMessage").startsWith("This password will not do"));
    desktop.type("passwordNew", "dana's own passphrase");
    desktop.type("passwordAgain", "dana's own passphrase");
    desktop.click("passwordSubmit");
    QTRY_VERIFY(desktop.window.workspace());
    QCOMPARE(desktop.text("statusUser"), QString("dana (auditor)"));
    desktop.click("sidebar-rates");
    QTRY_VERIFY(desktop.shows("rateCard-mu"));
    QVERIFY(desktop.find<QLineEdit>("passwordNew")->text().isEmpty());

    Desktop again(m_server->baseUrl());
    again.open("dana", "dana's own passphrase", "rates"); // and not asked once more
}

void UsersFlowTest::aRoleIsChangedAndChangedBack()
{
    const auto made = m_server->signedIn("rolf", "user");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    select(desktop, "users", "rolf");
    QTRY_VERIFY(desktop.shows("userRole"));
    desktop.click("userRole");
    auto* role = desktop.find<QComboBox>("userForm-role");
    QCOMPARE(role->currentData().toString(), QString("user"));
    QVERIFY(desktop.text("userForm-lead").contains("logged out everywhere"));
    role->setCurrentIndex(role->findData("operator"));
    desktop.click("userForm-submit");
    QTRY_COMPARE(desktop.find<Banner>("userBanner")->text(), QString("The role is changed."));
    QCOMPARE(value("select role from users where username = 'rolf'"), std::string("operator"));
    QTest::mouseClick(desktop.find<Banner>("userBanner")->findChild<QPushButton*>("bannerAction"), Qt::LeftButton);
    QTRY_COMPARE(desktop.find<Banner>("userBanner")->text(), QString("The role is what it was."));
    QCOMPARE(value("select role from users where username = 'rolf'"), std::string("user"));
}

void UsersFlowTest::disablingEndsSessionsAndCanBeUndone()
{
    const auto dave = m_server->signedIn("dave", "auditor");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    select(desktop, "users", "dave");
    QTRY_VERIFY(desktop.shows("userDisable"));
    desktop.click("userDisable");
    QVERIFY(desktop.text("userForm-lead").contains("cannot log in any more"));
    QCOMPARE(value("select (disabled_at is not null)::text from users where username = 'dave'"), std::string("false")); // asked first
    desktop.click("userForm-submit");
    QTRY_COMPARE(desktop.find<Banner>("userBanner")->text(), QString("Disabled and logged out everywhere."));
    QCOMPARE(dave.get("/api/v1/me").status, 401);
    QTRY_COMPARE(desktop.find<QPushButton>("userDisable")->text(), QString("Enable"));
    QTest::mouseClick(desktop.find<Banner>("userBanner")->findChild<QPushButton*>("bannerAction"), Qt::LeftButton);
    QTRY_COMPARE(value("select (disabled_at is not null)::text from users where username = 'dave'"), std::string("false"));

    select(desktop, "users", "admin");
    QTRY_VERIFY(desktop.find<FactsPane>("userFacts")->plainText().contains("This is you"));
    QVERIFY(!desktop.find<QPushButton>("userDisable")->isEnabled());
}

void UsersFlowTest::aPasswordIsResetAndHasToBeChanged()
{
    const auto rita = m_server->signedIn("rita", "operator");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    select(desktop, "users", "rita");
    QTRY_VERIFY(desktop.shows("userReset"));
    desktop.click("userReset");
    desktop.click("userForm-submit");
    QTRY_VERIFY(desktop.shows("passwordCard"));
    const QString password = desktop.find<QLineEdit>("passwordValue")->text();
    desktop.click("passwordCopy");
    QCOMPARE(QGuiApplication::clipboard()->text(), password);
    QCOMPARE(rita.get("/api/v1/me").status, 401);
    const auto login = m_server->nobody().post("/api/v1/session", {{"username", "rita"}, {"password", password.toStdString()}});
    QCOMPARE(login.status, 200);
    QCOMPARE(login.json().at("user").at("must_change_password").get<bool>(), true);
}

void UsersFlowTest::sessionsOfAUserAreSeenAndEnded()
{
    const auto one = m_server->signedIn("sara", "auditor");
    const auto other = m_server->signedIn("sara", "auditor");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    select(desktop, "users", "sara");
    auto* sessions = desktop.find<TableView>("userSessions");
    QTRY_COMPARE(sessions->model()->rowCount(), 2);
    QVERIFY(!desktop.find<QPushButton>("userSessionsEnd")->isEnabled());
    sessions->selectRow(0);
    desktop.click("userSessionsEnd");
    QTRY_COMPARE(sessions->model()->rowCount(), 1);
    QVERIFY((one.get("/api/v1/me").status == 401) != (other.get("/api/v1/me").status == 401));
    QTRY_VERIFY(desktop.find<QPushButton>("userSessionsEndAll")->isEnabled()); // not while the other one is being ended
    desktop.click("userSessionsEndAll");
    QTRY_COMPARE(sessions->model()->rowCount(), 0);
    QCOMPARE(one.get("/api/v1/me").status, 401);
    QCOMPARE(other.get("/api/v1/me").status, 401);
}

void UsersFlowTest::whatOthersChangeShows()
{
    const auto made = m_server->signedIn("tom", "user");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    select(desktop, "users", "tom");
    QTRY_VERIFY(desktop.shows("userDisable"));
    const auto admin = m_server->admin();
    const std::string etag = admin.get("/api/v1/users/tom").header("etag");
    QCOMPARE(admin.ask("PATCH", "/api/v1/users/tom", R"({"role":"auditor"})",
                       {{"If-Match", etag}, {"Content-Type", "application/json"}})
                 .status,
             200);
    QTRY_VERIFY(desktop.find<FactsPane>("userFacts")->plainText().contains("auditor")); // without anybody asking
}

void UsersFlowTest::theFilterFindsByEveryColumn()
{
    for (const char* another : {"tom", "uma"})
        static_cast<void>(m_server->signedIn(another, "user"));
    const auto made = m_server->signedIn("zoe", "operator");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    QTRY_VERIFY(users(desktop)->model()->rowCount() > 3);
    const int all = users(desktop)->model()->rowCount();
    desktop.press(Qt::Key_F, Qt::ControlModifier);
    desktop.type("usersFilter", "operator zoe");
    QTRY_COMPARE(users(desktop)->model()->rowCount(), 1);
    QVERIFY(desktop.text("usersCount").contains("1 shown"));
    desktop.type("usersFilter", "nobody at all");
    QTRY_COMPARE(desktop.find<QWidget>("usersState")->findChild<QLabel*>("messageText")->text(),
                 QString("Nothing passes the filter."));
    desktop.find<QLineEdit>("usersFilter")->clear();
    QTRY_COMPARE(users(desktop)->model()->rowCount(), all);
    // Sorted by a click on a column, and still so when the list is read anew.
    users(desktop)->sortByColumn(0, Qt::DescendingOrder);
    QCOMPARE(users(desktop)->model()->index(0, 0).data().toString(), QString("zoe"));
    const auto later = m_server->signedIn("zz-top", "user");
    QTRY_COMPARE(users(desktop)->model()->index(0, 0).data().toString(), QString("zz-top"));
}

void UsersFlowTest::aTokenIsMadeShownOnceAndRevoked()
{
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    desktop.click("usersList-tokens");
    QTRY_COMPARE(desktop.find<QWidget>("apiTokensState")->findChild<QLabel*>("messageText")->text(),
                 QString("No machine has a token."));
    desktop.click("usersAdd");
    desktop.type("tokenForm-name", "ledger");
    desktop.type("tokenForm-routes", "GET /api/v1/receipts, GET /api/v1/usage*");
    desktop.click("tokenForm-submit");
    QTRY_VERIFY(desktop.shows("tokenCard"));
    const std::string token = desktop.find<QLineEdit>("tokenValue")->text().toStdString();
    desktop.click("tokenCopy");
    QCOMPARE(QGuiApplication::clipboard()->text().toStdString(), token);
    const auto ask = [&](const std::string& path) {
        return m_server->nobody().get(path, {{"Authorization", "Bearer " + token}}).status;
    };
    QCOMPARE(ask("/api/v1/receipts"), 200);
    QCOMPARE(ask("/api/v1/payments"), 403);
    desktop.press(Qt::Key_F5);
    QTRY_VERIFY(!desktop.find<FactsPane>("tokenFacts")->plainText().contains("never")); // last use
    QVERIFY(desktop.find<FactsPane>("tokenFacts")->plainText().contains("GET /api/v1/usage*"));
    desktop.click("tokenRevoke");
    QVERIFY(desktop.text("tokenForm-lead").contains("This cannot be undone"));
    QVERIFY(!desktop.find<QPushButton>("tokenForm-submit")->hasFocus());
    QCOMPARE(ask("/api/v1/receipts"), 200);
    desktop.click("tokenForm-submit");
    QTRY_COMPARE(desktop.find<Banner>("usersBanner")->text(), QString("The token is revoked."));
    QCOMPARE(ask("/api/v1/receipts"), 401);
    QVERIFY(desktop.find<QLineEdit>("tokenValue")->text().isEmpty());
}

void UsersFlowTest::aTokenThatWillNotDoKeepsWhatWasTyped()
{
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    desktop.click("usersList-tokens");
    desktop.click("usersAdd");
    desktop.type("tokenForm-name", "robot");
    desktop.type("tokenForm-routes", "GET /api/v1/nothing-of-the-kind");
    desktop.click("tokenForm-submit");
    QTRY_VERIFY(desktop.shows("tokenForm-banner"));
    QCOMPARE(desktop.find<QLineEdit>("tokenForm-routes")->text(), QString("GET /api/v1/nothing-of-the-kind"));
    desktop.click("tokenForm-dismiss");
    desktop.click("usersAdd");
    QCOMPARE(desktop.find<QLineEdit>("tokenForm-name")->text(), QString("robot"));
}

void UsersFlowTest::operatorsSeeLocksOnlyAndUnlockWithAReason()
{
    const auto made = m_server->signedIn("oscar", "operator");
    const auto locked = m_server->signedIn("lucy", "user");
    lockOut("lucy");
    Desktop desktop(m_server->baseUrl());
    desktop.open("oscar", "password of oscar", "users");
    QVERIFY(!desktop.shows("usersList-users"));
    QVERIFY(!desktop.shows("usersList-tokens"));
    QVERIFY(!desktop.shows("usersAdd"));
    QTRY_COMPARE(desktop.text("mark-users"), QString("1"));
    select(desktop, "authLocks", "lucy");
    QTRY_VERIFY(desktop.shows("lockUnlock"));
    desktop.click("lockUnlock");
    QVERIFY(!desktop.find<QPushButton>("lockForm-submit")->isEnabled()); // no reason yet
    desktop.type("lockForm-reason", "called from the lab");
    desktop.click("lockForm-submit");
    QTRY_COMPARE(desktop.find<Banner>("usersBanner")->text(), QString("lucy may try again."));
    QTRY_COMPARE(desktop.text("mark-users"), QString());
    QVERIFY(value("select details from audit_log where action = 'auth_lock.removed' order by seq desc limit 1")
                .find("called from the lab") != std::string::npos);
    QCOMPARE(m_server->nobody().post("/api/v1/session", {{"username", "lucy"}, {"password", "password of lucy"}}).status, 200);
}

void UsersFlowTest::onesOwnSessionsAndPassword()
{
    const auto elsewhere = m_server->signedIn("olga", "operator");
    Desktop desktop(m_server->baseUrl());
    desktop.open("olga", "password of olga", "reconcile");
    desktop.choose("account");
    QTRY_VERIFY(desktop.shows("accountDialog"));
    auto* sessions = desktop.find<TableView>("ownSessions");
    QTRY_COMPARE(sessions->model()->rowCount(), 2);
    QTRY_VERIFY(desktop.find<QPushButton>("ownSessionsEndAll")->isEnabled());
    desktop.click("ownSessionsEndAll");
    QTRY_COMPARE(sessions->model()->rowCount(), 1);
    QCOMPARE(sessions->model()->index(0, 0).data().toString(), QString("this program"));
    QCOMPARE(elsewhere.get("/api/v1/me").status, 401);
    sessions->selectRow(0);
    QVERIFY(!desktop.find<QPushButton>("ownSessionsEnd")->isEnabled());

    desktop.click("accountChangePassword");
    auto* dialog = desktop.find<QDialog>("accountDialog");
    const auto type = [&](const char* field, const QString& text) {
        auto* line = dialog->findChild<QLineEdit*>(field);
        line->clear();
        QTest::keyClicks(line, text);
    };
    const auto submit = [&] { QTest::mouseClick(dialog->findChild<QPushButton*>("passwordSubmit"), Qt::LeftButton); };
    type("passwordOld", "not it");
    type("passwordNew", "another passphrase of olga");
    type("passwordAgain", "another passphrase of olga");
    submit();
    QTRY_COMPARE(dialog->findChild<QLabel*>("passwordMessage")->text(), QString("The present password is wrong."));
    type("passwordOld", "password of olga");
    submit();
    QTRY_VERIFY(dialog->findChild<QWidget*>("accountBanner")->isVisible());
    QVERIFY(!desktop.shows("renewalDialog")); // one stays
    QTRY_COMPARE(sessions->model()->rowCount(), 1);
    QTest::mouseClick(dialog->findChild<QPushButton*>("accountClose"), Qt::LeftButton);
    desktop.window.activateWindow(); // F5 goes to the window that is worked in, and that was the dialog
    QTRY_VERIFY(desktop.window.isActiveWindow());
    const QSignalSpy read(desktop.find<Page>("page-reconcile"), &Page::badgeChanged);
    desktop.press(Qt::Key_F5);
    QTRY_VERIFY(!read.isEmpty()); // the server has answered, and to this session
    QVERIFY(!desktop.shows("renewalDialog"));
    QCOMPARE(m_server->nobody()
                 .post("/api/v1/session", {{"username", "olga"}, {"password", "another passphrase of olga"}})
                 .status,
             200);
}

void UsersFlowTest::allListsInBothLanguagesAndThemes()
{
    const auto shown = m_server->signedIn("diana", "auditor");
    const auto made = m_server->signedIn("lucy", "user");
    lockOut("lucy");
    QCOMPARE(m_server->admin()
                 .post("/api/v1/api-tokens", {{"name", "ledger-export"},
                                              {"roles", {"auditor"}},
                                              {"routes", {"GET /api/v1/receipts", "GET /api/v1/usage"}},
                                              {"expires_at", QDateTime::currentDateTimeUtc().addDays(90).toString(Qt::ISODate).toStdString()}})
                 .status,
             201);
    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    for (const char* code : {"en", "th"}) {
        for (const char* kind : {"light", "dark"}) {
            desktop.choose(QString("language-") + code);
            QTRY_COMPARE(desktop.language.code(), QString(code));
            desktop.choose(QString("theme-") + kind);
            QTRY_COMPARE(desktop.theme.kind() == Theme::Kind::dark, QString(kind) == "dark");
            const auto shoot = [&](const char* what) {
                QVERIFY(desktop.shot().save(folder.filePath(QString("users-%1-%2-%3.png").arg(what, code, kind))));
            };
            desktop.click("usersList-users");
            select(desktop, "users", "diana");
            QTRY_VERIFY(desktop.find<TableView>("userSessions")->model()->rowCount() > 0);
            shoot("users");
            desktop.click("userRole");
            shoot("role");
            desktop.click("userForm-dismiss");
            desktop.click("usersList-tokens");
            select(desktop, "apiTokens", "ledger-export");
            shoot("tokens");
            desktop.click("usersAdd");
            shoot("token");
            desktop.click("tokenForm-dismiss");
            desktop.click("usersList-locks");
            select(desktop, "authLocks", "lucy");
            shoot("locks");
        }
    }
}

QTEST_MAIN(UsersFlowTest)
#include "tst_users_flow.moc"
