// SPDX-License-Identifier: GPL-3.0-or-later
// An operator at the shell lets in whom the throttle on logins keeps out.
#include "tests/support/test_server.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace hpcbill;

class UnlockTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<support::TestServer>(
            support::Environment{{"AUTH_THROTTLE_MAX_FAILS", "2"}, {"AUTH_THROTTLE_ADDRESS_MAX_FAILS", "5"}});
        QCOMPARE(m_server->hpcbill({"user", "add", "dana", "--role", "user"}, std::string(passwordOfDana) + "\n").exitCode, 0);
    }
    void cleanupTestCase() { m_server.reset(); }

    void whoOnlyMistypedWasNotLocked()
    {
        QCOMPARE(logIn("dana", "wrong"), 401);
        const support::Outcome outcome = m_server->hpcbill({"user", "unlock", "dana"});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY2(outcome.output.starts_with("dana was not locked."), outcome.output.c_str());
        QCOMPARE(removed(), 0);
    }

    void aUserIsUnlocked()
    {
        QCOMPARE(logIn("dana", "wrong"), 401);
        QCOMPARE(logIn("dana", "wrong"), 401);
        QCOMPARE(logIn("dana", passwordOfDana), 429);
        const support::Outcome outcome = m_server->hpcbill({"user", "unlock", "dana", "--reason", "she called"});
        QCOMPARE(outcome.output, std::string("dana may log in again from 1 address(es).\n"));
        QCOMPARE(removed(), 1);
        QCOMPARE(logIn("dana", passwordOfDana), 200);
    }

    void anAddressIsUnlockedThoughTheAdminsAreBehindItToo()
    {
        const int before = removed();
        for (int guess = 0; logIn("guess-" + std::to_string(guess), "wrong") == 401; ++guess)
            QVERIFY(guess < 5);
        QCOMPARE(logIn("admin", support::TestServer::adminPassword), 429);
        const support::Outcome outcome =
            m_server->hpcbill({"--json", "user", "unlock", "--address", "127.0.0.1", "--reason", "we are all locked out"});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.output, std::string("{\"address\":\"127.0.0.1\",\"unlocked\":1}\n"));
        QCOMPARE(logIn("admin", support::TestServer::adminPassword), 200);
        QCOMPARE(removed(), before + 1);
        QCOMPARE(m_server->database().value("select target_type || ' ' || target_id || ' ' || (details::json ->> 'reason') from audit_log "
                                            "where action = 'auth_lock.removed' and actor like 'cli:%' order by seq desc limit 1"),
                 std::string("address 127.0.0.1 we are all locked out"));
        const support::Outcome again = m_server->hpcbill({"user", "unlock", "--address", "127.0.0.1"});
        QCOMPARE(again.exitCode, 0);
        QVERIFY2(again.output.starts_with("127.0.0.1 was not locked."), again.output.c_str());
        QCOMPARE(removed(), before + 1);
        QCOMPARE(m_server->hpcbill({"audit", "verify"}).exitCode, 0);
    }

    void eitherANameOrAnAddressIsGiven()
    {
        QCOMPARE(m_server->hpcbill({"user", "unlock"}).exitCode, 2);
        QCOMPARE(m_server->hpcbill({"user", "unlock", "dana", "--address", "127.0.0.1"}).exitCode, 2);
        QCOMPARE(m_server->hpcbill({"user", "unlock", "--address", "dana"}).exitCode, 2);
        QCOMPARE(m_server->hpcbill({"user", "unlock", ""}).exitCode, 2); // an unset variable is nobody, not everybody
        QCOMPARE(m_server->hpcbill({"user", "unlock", "--address", "::/64"}).exitCode, 0);
        QVERIFY(m_server->hpcbill({"--help"}).output.find("--address ADDRESS") != std::string::npos);
    }

private:
    static constexpr const char* passwordOfDana = "password of dana";

    int logIn(const std::string& name, const std::string& password) const
    {
        return m_server->nobody().post("/api/v1/session", {{"username", name}, {"password", password}}).status;
    }
    int removed() const { return std::stoi(m_server->database().value("select count(*) from audit_log where action = 'auth_lock.removed'")); }

    std::unique_ptr<support::TestServer> m_server;
};

QTEST_GUILESS_MAIN(UnlockTest)
#include "tst_unlock.moc"
