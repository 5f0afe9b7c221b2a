// SPDX-License-Identifier: GPL-3.0-or-later
// One's own sessions and password, on pages.
#include "tests/server/web/web_world.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;
using support::Answer;
using support::has;
using support::Visitor;

namespace
{

const api::Actor root{"root", api::Role::admin, "192.0.2.1", "r1"};
const std::string password = support::WebWorld::password;
const std::string other = "another long one";

} // namespace

class SecurityPagesTest final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_world = std::make_unique<support::WebWorld>(); }
    void cleanup() { m_world.reset(); }

    void sessionsAreListedAndEnded()
    {
        Visitor desk = newVisitor();
        Visitor phone = newVisitor();
        const Answer page = desk.get("/me/sessions");
        QCOMPARE(page.status, 200);
        QVERIFY(has(page, "this one"));
        QVERIFY(has(page, "action=\"/me/sessions/2/end\""));
        QVERIFY(!has(page, "action=\"/me/sessions/1/end\"")); // one logs out of that
        const Answer ended = desk.submit("/me/sessions", "/me/sessions/2/end", {});
        QCOMPARE(ended.status, 303);
        QVERIFY(has(desk.get(ended.header("location")), "The session has ended."));
        QCOMPARE(phone.get("/me").status, 303);
        QCOMPARE(desk.get("/me").status, 200);
        QCOMPARE(desk.submit("/me/sessions", "/me/sessions/2/end", {}).status, 404);
    }

    void strangersEndNothing()
    {
        Visitor alice = newVisitor();
        Visitor bob(m_world->url());
        bob.logIn("bob", password);
        QCOMPARE(bob.submit("/me/sessions", "/me/sessions/1/end", {}).status, 404);
        QCOMPARE(alice.get("/me").status, 200);
        QVERIFY(!has(bob.get("/me/sessions"), "/me/sessions/1/end"));
    }

    void aPasswordIsChanged()
    {
        Visitor desk = newVisitor();
        Visitor phone = newVisitor();
        const std::string before = desk.cookies().at("hpcbill_session");
        const Answer changed = desk.submit("/me/password", "/me/password", fields(password, other, other));
        QCOMPARE(changed.status, 303);
        QVERIFY(desk.cookies().at("hpcbill_session") != before);
        QVERIFY(has(desk.get(changed.header("location")), "Your password was changed."));
        QCOMPARE(phone.get("/me").status, 303);
        desk.cookies()["hpcbill_session"] = before;
        QCOMPARE(desk.get("/me").status, 303);
        Visitor again(m_world->url());
        QCOMPARE(again.logIn("alice", password).status, 401);
        QCOMPARE(again.logIn("alice", other).status, 303);
    }

    void whatWillNotDoIsTold_data()
    {
        QTest::addColumn<QString>("old");
        QTest::addColumn<QString>("wanted");
        QTest::addColumn<QString>("again");
        QTest::addColumn<QString>("message");
        QTest::newRow("a wrong old one") << "wrong" << "another long one" << "another long one" << "The present password is wrong.";
        QTest::newRow("typed in two ways") << "correct horse" << "another long one" << "another long won" << "in two ways";
        QTest::newRow("too short") << "correct horse" << "short" << "short" << "8 characters at least and differ";
        QTest::newRow("the same") << "correct horse" << "correct horse" << "correct horse" << "8 characters at least and differ";
    }
    void whatWillNotDoIsTold()
    {
        QFETCH(QString, old);
        QFETCH(QString, wanted);
        QFETCH(QString, again);
        QFETCH(QString, message);
        Visitor alice = newVisitor();
        const Answer answer = alice.submit("/me/password", "/me/password",
                                           fields(old.toStdString(), wanted.toStdString(), again.toStdString()));
        QCOMPARE(answer.status, 400);
        QVERIFY2(has(answer, message.toStdString()), answer.body.c_str());
        QVERIFY(!has(answer, wanted.toStdString() + "\"")); // passwords are not sent back
        QCOMPARE(alice.get("/me").status, 200);
    }

    void guessingTheOldOneIsThrottled()
    {
        Visitor alice = newVisitor();
        for (int i = 0; i < 3; ++i)
            QCOMPARE(alice.submit("/me/password", "/me/password", fields("wrong", other, other)).status, 400);
        const Answer locked = alice.submit("/me/password", "/me/password", fields(password, other, other));
        QCOMPARE(locked.status, 429);
        QVERIFY(!locked.header("retry-after").empty());
    }

    void afterAResetThereIsNothingButTheForm()
    {
        m_world->users.setPassword("alice", "set by another", identity::AfterReset::mustChange, root);
        Visitor alice(m_world->url());
        QCOMPARE(alice.logIn("alice", "set by another").status, 303);
        for (const char* path : {"/me", "/me.csv", "/me/receipts", "/me/receipts/1", "/me/sessions"}) {
            const Answer answer = alice.get(path);
            QCOMPARE(answer.status, 303);
            QCOMPARE(answer.header("location"), std::string("/me/password"));
        }
        const Answer refused = alice.submit("/me/password", "/me/receipt", {{"before", "2026-12-01"}});
        QCOMPARE(refused.status, 303);
        QCOMPARE(refused.header("location"), std::string("/me/password"));
        QVERIFY(has(alice.get("/me/password"), "An administrator has set this password."));
        alice.submit("/me/password", "/i18n/set", {{"language", "th"}, {"next", "/me/password"}});
        QVERIFY(has(alice.get("/me/password"), "ผู้ดูแลระบบเป็นผู้ตั้งรหัสผ่านนี้"));
        QCOMPARE(alice.submit("/me/password", "/me/password", fields("set by another", other, other)).status, 303);
        QCOMPARE(alice.get("/me").status, 200);
    }

private:
    static std::vector<std::pair<std::string, std::string>> fields(const std::string& old, const std::string& wanted,
                                                                   const std::string& again)
    {
        return {{"old_password", old}, {"new_password", wanted}, {"new_password_again", again}};
    }
    Visitor newVisitor()
    {
        Visitor visitor(m_world->url());
        visitor.logIn("alice", password);
        return visitor;
    }

    std::unique_ptr<support::WebWorld> m_world;
};

QTEST_GUILESS_MAIN(SecurityPagesTest)
#include "tst_security_pages.moc"
