// SPDX-License-Identifier: GPL-3.0-or-later
// What staff sees at /admin.
#include "tests/server/web/web_world.h"
#include "tests/support/visitor.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;
using support::Answer;
using support::has;
using support::jobOf;
using support::Visitor;

class ConsolePageTest final : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_world = std::make_unique<support::WebWorld>();
        const api::Actor system{"system", std::nullopt, "", ""};
        for (const auto& [name, role] : {std::pair("audrey", api::Role::auditor), {"otto", api::Role::operator_}, {"ada", api::Role::admin}})
            m_world->users.add(name, support::WebWorld::password, role, system);
    }
    void cleanup() { m_world.reset(); }

    void whatIsStuckIsShownToStaff()
    {
        QVERIFY(has(page("otto"), "No payment needs anybody."));
        m_world->merge({jobOf(1, "alice", "a")});
        const api::Actor alice{"alice", api::Role::user, "127.0.0.1", "r1"};
        m_world->receipts.create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, alice);
        m_world->database.run("insert into payments (receipt_id, provider, external_payment_id, status, amount, currency, created_at, created_by, updated_at) "
                              "values (1, 'dummy', 'dummy_1', 'pending', 0.02, 'THB', now() - interval '2 hours', 'alice', now())");
        for (const char* who : {"audrey", "otto", "ada"}) {
            const Answer answer = page(who);
            QCOMPARE(answer.status, 200);
            QVERIFY2(has(answer, ">alice</td>") && has(answer, "THB 0.02"), answer.body.c_str());
        }
        QCOMPARE(page("alice").status, 403);
        QVERIFY(!has(visitor("alice").get("/me"), "href=\"/admin\""));
        QVERIFY(has(visitor("otto").get("/me"), "href=\"/admin\""));
    }

    void aClusterIsFreshOrNot()
    {
        QVERIFY(has(page("otto"), "No cluster has been read yet."));
        m_world->database.run("insert into clusters (name, created_at) values ('main', now())");
        QVERIFY(has(page("otto"), "older than 15 minutes"));
    }

    void filesAreOfferedToWhomTheyAreFor()
    {
        QVERIFY(has(page("audrey"), "/admin/audit.csv"));
        QVERIFY(has(page("ada"), "/admin/paid.csv"));
        QVERIFY(!has(page("otto"), "/admin/paid.csv"));
    }

    void inThaiToo()
    {
        Visitor otto = visitor("otto");
        otto.submit("/admin", "/i18n/set", {{"language", "th"}, {"next", "/admin"}});
        QVERIFY(has(otto.get("/admin"), "ไม่มีการชำระเงินที่ต้องตรวจสอบ"));
    }

private:
    Visitor visitor(const std::string& who)
    {
        Visitor visitor(m_world->url());
        visitor.logIn(who, support::WebWorld::password);
        return visitor;
    }
    Answer page(const std::string& who) { return visitor(who).get("/admin"); }

    std::unique_ptr<support::WebWorld> m_world;
};

QTEST_GUILESS_MAIN(ConsolePageTest)
#include "tst_console_page.moc"
