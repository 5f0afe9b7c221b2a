// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/client/app/desktop.h"
#include "tests/client/app/secret_service.h"

#include <QCheckBox>
#include <QDialog>
#include <QDirIterator>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

const QString adminPassword = support::TestServer::adminPassword;
const QString note = "The session is kept in the keychain of this computer, never in a file.";

/// None of the form's labels, the sign at the top among them, is cut off.
bool showsAllOf(const QWidget* form)
{
    const auto labels = form->findChildren<const QLabel*>(Qt::FindDirectChildrenOnly);
    return !labels.isEmpty() && std::all_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return !label->isVisible() || label->height() >= std::max(label->minimumSizeHint().height(), label->heightForWidth(label->width()));
    });
}

} // namespace

/// The session goes on after the program was started again, by a real keychain; and what happens without one.
class KeptSessionTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void theSessionGoesOnAfterARestart();
    void eachServerHasItsOwnSession();
    void loggingOutForgetsIt();
    void aSessionThatExpiredIsForgotten();
    void whoDoesNotWantItKeptLogsInAgain();
    void whoWantsItNoMoreForgetsTheOneBefore();
    void itGoesOnWhenAServerThatWasAwayComesBack();
    void anotherWindowsSessionIsNotForgotten();
    void withoutAKeychainItEndsWithTheProgramAndOneIsTold();

private:
    void expectNotOnDisk(const QByteArray& token) const;
    void keepASession() const;

    std::unique_ptr<support::SecretService> m_keychain;
    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void KeptSessionTest::initTestCase()
{
    m_keychain = std::make_unique<support::SecretService>();
    m_server = std::make_unique<support::TestServer>(support::Environment{{"HTTP_PORT", freePort()}});
}

void KeptSessionTest::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_keychain->forget(QString::fromStdString(m_server->baseUrl()));
}

/// As somebody left the program who has logged in as the administrator.
void KeptSessionTest::keepASession() const
{
    const QTemporaryDir elsewhere;
    Desktop desktop(m_server->baseUrl(), elsewhere.path());
    desktop.open("admin", adminPassword, "usage");
    QTRY_COMPARE(m_keychain->kept(QString::fromStdString(m_server->baseUrl())), desktop.session.token());
}

void KeptSessionTest::expectNotOnDisk(const QByteArray& token) const
{
    QVERIFY(token.size() > 20);
    int files = 0;
    for (const QString& folder : {m_folder->path(), m_keychain->home()}) {
        QDirIterator each(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            QFile file(each.next());
            if (!file.open(QIODevice::ReadOnly))
                continue; // a socket
            const QByteArray content = file.readAll();
            QVERIFY2(!content.contains(token) && !content.contains(token.toBase64()), qPrintable(file.fileName()));
            ++files;
        }
    }
    QVERIFY(files > 1);
}

void KeptSessionTest::theSessionGoesOnAfterARestart()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    QByteArray token;
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        QVERIFY(!desktop.window.workspace());
        QVERIFY(desktop.find<QCheckBox>("loginStay")->isChecked());
        desktop.open("admin", adminPassword, "usage");
        token = desktop.session.token();
        QTRY_COMPARE(m_keychain->kept(server), token);
    }
    expectNotOnDisk(token);
    Desktop again(m_server->baseUrl(), m_folder->path());
    QTRY_VERIFY(again.window.workspace());
    QCOMPARE(again.text("statusUser"), QString("admin (admin)"));
    QCOMPARE(again.session.token(), token);
    again.click("sidebar-rates");
    QTRY_VERIFY(again.shows("rateCard-mu"));
}

void KeptSessionTest::eachServerHasItsOwnSession()
{
    const auto made = m_server->signedIn("audrey", "auditor");
    std::string other = m_server->baseUrl();
    other.replace(other.find("127.0.0.1"), 9, "LOCALHOST");
    keepASession();
    {
        Desktop desktop(other, m_folder->path());
        desktop.open("audrey", "password of audrey", "usage");
        QTRY_COMPARE(m_keychain->kept(QString::fromStdString(other).toLower()), desktop.session.token());
    }
    Desktop first(m_server->baseUrl(), m_folder->path());
    QTRY_VERIFY(first.window.workspace());
    QCOMPARE(first.text("statusUser"), QString("admin (admin)"));
    Desktop second(other + "/", m_folder->path()); // the same address in another spelling
    QTRY_VERIFY(second.window.workspace());
    QCOMPARE(second.text("statusUser"), QString("audrey (auditor)"));
    second.choose("logout");
    QTRY_VERIFY(m_keychain->kept(QString::fromStdString(other).toLower()).isEmpty());
    QVERIFY(!m_keychain->kept(QString::fromStdString(m_server->baseUrl())).isEmpty());
}

void KeptSessionTest::loggingOutForgetsIt()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    keepASession();
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        QTRY_VERIFY(desktop.window.workspace());
        desktop.choose("logout");
        QTRY_VERIFY(m_keychain->kept(server).isEmpty());
        QVERIFY(!desktop.window.workspace());
    }
    Desktop again(m_server->baseUrl(), m_folder->path());
    QTRY_COMPARE(again.text("loginStayNote"), note);
    QVERIFY(!again.window.workspace());
}

void KeptSessionTest::aSessionThatExpiredIsForgotten()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        desktop.open("admin", adminPassword, "usage");
        QTRY_VERIFY(!m_keychain->kept(server).isEmpty());
    }
    m_server->database().run("delete from sessions");
    Desktop again(m_server->baseUrl(), m_folder->path());
    QTRY_COMPARE(again.text("loginMessage"), QString("Your last session has ended. Log in again."));
    QVERIFY(!again.window.workspace());
    QTRY_VERIFY(m_keychain->kept(server).isEmpty());

    // While one works: the renewed session is the one that is kept.
    again.open("admin", adminPassword, "rates");
    QTRY_VERIFY(!m_keychain->kept(server).isEmpty());
    m_server->database().run("delete from sessions");
    again.press(Qt::Key_F5);
    QTRY_VERIFY(again.shows("renewalDialog"));
    QTRY_VERIFY(m_keychain->kept(server).isEmpty());
    auto* password = again.find<QDialog>("renewalDialog")->findChild<QLineEdit*>("loginPassword");
    QTest::keyClicks(password, adminPassword);
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_VERIFY(!again.shows("renewalDialog"));
    QTRY_COMPARE(m_keychain->kept(server), again.session.token());
}

void KeptSessionTest::whoDoesNotWantItKeptLogsInAgain()
{
    keepASession();
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    QTRY_VERIFY(desktop.window.workspace());
    desktop.choose("logout");
    desktop.tick("loginStay");
    QVERIFY(!desktop.find<QCheckBox>("loginStay")->isChecked());
    desktop.open("admin", adminPassword, "usage");
    expectNotOnDisk(desktop.session.token());
    Desktop again(m_server->baseUrl(), m_folder->path());
    QVERIFY(!again.find<QCheckBox>("loginStay")->isChecked()); // remembered
    QTRY_COMPARE(again.text("loginStayNote"), note);
    QVERIFY(!again.window.workspace());
}

void KeptSessionTest::whoWantsItNoMoreForgetsTheOneBefore()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    {
        Desktop kept(m_server->baseUrl(), m_folder->path());
        kept.open("admin", adminPassword, "usage");
        QTRY_VERIFY(!m_keychain->kept(server).isEmpty());
        kept.settings.setValue("login/staySignedIn", false);
    }
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    QTRY_COMPARE(desktop.text("loginStayNote"), note);
    QVERIFY(!desktop.window.workspace());
    desktop.open("admin", adminPassword, "usage");
    QTRY_VERIFY(m_keychain->kept(server).isEmpty());
}

void KeptSessionTest::itGoesOnWhenAServerThatWasAwayComesBack()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        desktop.open("admin", adminPassword, "usage");
        QTRY_VERIFY(!m_keychain->kept(server).isEmpty());
    }
    QCOMPARE(m_server->stop(), 0);
    Desktop again(m_server->baseUrl(), m_folder->path());
    QTRY_COMPARE(again.text("loginMessage"),
                 QString("The server cannot be reached. Your last session goes on as soon as it answers."));
    m_server->start();
    QTRY_VERIFY(again.window.workspace());
    QCOMPARE(again.text("statusUser"), QString("admin (admin)"));
}

void KeptSessionTest::anotherWindowsSessionIsNotForgotten()
{
    const QString server = QString::fromStdString(m_server->baseUrl());
    keepASession();
    Desktop first(m_server->baseUrl(), m_folder->path());
    QTRY_VERIFY(first.window.workspace());
    QTemporaryDir elsewhere;
    Desktop second(m_server->baseUrl(), elsewhere.path());
    QTRY_VERIFY(second.window.workspace());
    second.choose("logout");
    QTRY_VERIFY(m_keychain->kept(server).isEmpty());
    second.open("admin", adminPassword, "usage");
    QTRY_COMPARE(m_keychain->kept(server), second.session.token());
    first.window.activateWindow(); // F5 goes to the window that is worked in
    QTRY_VERIFY(first.window.isActiveWindow() || first.shows("renewalDialog"));
    first.press(Qt::Key_F5); // both had the session that the second one ended
    QTRY_VERIFY(first.shows("renewalDialog"));
    // The keychain is asked in order: once it has answered these, it has answered the first window too.
    for (int i = 0; i < 2; ++i) {
        Desktop later(m_server->baseUrl(), elsewhere.path());
        QTRY_VERIFY(later.window.workspace());
    }
    QCOMPARE(m_keychain->kept(server), second.session.token());
}

void KeptSessionTest::withoutAKeychainItEndsWithTheProgramAndOneIsTold()
{
    m_keychain->stop();
    QByteArray token;
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        QTRY_COMPARE(
            desktop.text("loginStayNote"),
            QString("There is no keychain on this computer: you will be logged out when the program ends."));
        QVERIFY(!desktop.find<QCheckBox>("loginStay")->isEnabled());
        QTRY_VERIFY(showsAllOf(desktop.find<QLabel>("loginStayNote")->parentWidget())); // two lines of it are not what the form began with
        desktop.open("admin", adminPassword, "rates");
        QTRY_VERIFY(desktop.shows("rateCard-mu"));
        token = desktop.session.token();
    }
    expectNotOnDisk(token);
    Desktop again(m_server->baseUrl(), m_folder->path());
    QTRY_VERIFY(!again.find<QCheckBox>("loginStay")->isEnabled());
    QVERIFY(!again.window.workspace());
}

QTEST_MAIN(KeptSessionTest)
#include "tst_kept_session.moc"
