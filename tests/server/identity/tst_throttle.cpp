// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/identity_world.h"

#include "common/error.h"
#include "server/postgres/transaction.h"

#include <QtTest>

#include <algorithm>
#include <functional>
#include <future>

using namespace hpcbill;
using namespace hpcbill::identity;
using api::Role;

namespace
{

std::string outcomeOf(const std::function<void()>& attempt)
{
    try {
        attempt();
    } catch (const Unauthenticated&) {
        return "refused";
    } catch (const Overloaded&) {
        return "locked";
    }
    return "let in";
}

} // namespace

class TestThrottle final : public QObject
{
    Q_OBJECT

private slots:
    void wrongCredentialsAreRefusedInTheSameWords_data()
    {
        QTest::addColumn<QByteArray>("username");
        QTest::addColumn<QByteArray>("guess");
        QTest::newRow("wrong password") << QByteArray("alice") << QByteArray("wrong");
        QTest::newRow("unknown user") << QByteArray("mallory") << QByteArray("correct horse");
        QTest::newRow("disabled user") << QByteArray("bob") << QByteArray("correct horse");
        QTest::newRow("another case") << QByteArray("Alice") << QByteArray("correct horse");
        QTest::newRow("bytes that are not UTF-8") << QByteArray("ali\xff") << QByteArray("correct horse");
        QTest::newRow("a NUL") << QByteArray("alice\0x", 7) << QByteArray("correct horse");
        QTest::newRow("an empty name") << QByteArray("") << QByteArray("correct horse");
    }

    void wrongCredentialsAreRefusedInTheSameWords()
    {
        QFETCH(QByteArray, username);
        QFETCH(QByteArray, guess);
        World world;
        world.users.add("alice", password, Role::user, root);
        world.users.add("bob", password, Role::user, root);
        world.users.change("bob", {.role = std::nullopt, .disabled = true}, std::nullopt, root);
        try {
            world.sessions.logIn(username.toStdString(), guess.toStdString(), SessionKind::api,
                                 visitorFrom("192.0.2.7"));
            QFAIL("was let in");
        } catch (const Unauthenticated& refusal) {
            QCOMPARE(refusal.what(), "The user name or the password is wrong.");
        }
        QCOMPARE(world.metric(R"(auth_logins_total{outcome="failed"})"), std::string("1"));
    }

    void tooManyWrongPasswordsLock()
    {
        World world({.throttleMaxFails = 3});
        world.users.add("alice", password, Role::user, root);
        for (int i = 0; i < 3; ++i)
            QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                           visitorFrom("192.0.2.7")));
        QCOMPARE(world.lastAction(), std::string("login.locked denied alice"));
        QVERIFY_THROWS_EXCEPTION(
            Overloaded, world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7")));
        QCOMPARE(world.metric("auth_throttle_locks_total"), std::string("1"));
        QCOMPARE(world.metric(R"(auth_logins_total{outcome="locked"})"), std::string("1"));

        // Somebody elsewhere with that name is not locked out by it.
        QCOMPARE(
            world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.8")).user.username,
            std::string("alice"));

        world.database.run("update auth_throttle set locked_until = locked_until - interval '1 hour'");
        QCOMPARE(
            world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7")).user.username,
            std::string("alice"));
        QCOMPARE(world.database.value("select count(*) from auth_throttle where username <> ''"), std::string("0"));
    }

    void aCrowdCannotGuessMoreOftenThanAllowed()
    {
        World world({.throttleMaxFails = 4});
        world.users.add("alice", password, Role::user, root);
        std::vector<std::future<bool>> crowd; // true: the password was looked at
        for (int i = 0; i < 12; ++i) {
            crowd.push_back(std::async(std::launch::async, [&world] {
                try {
                    world.sessions.logIn("alice", "wrong", SessionKind::api, visitorFrom("192.0.2.7"));
                } catch (const Unauthenticated&) {
                    return true;
                } catch (const Overloaded&) {
                    return false;
                }
                return true;
            }));
        }
        QCOMPARE(std::ranges::count_if(crowd, [](auto& one) { return one.get(); }), std::ptrdiff_t{4});
        QCOMPARE(world.database.value("select count(*) from audit_log where action like 'login.%'"),
                 std::string("4"));
    }

    void rightOnesAllAtOnceLockNobodyOut()
    {
        World world({.throttleMaxFails = 2});
        world.users.add("alice", password, Role::user, root);
        std::vector<std::future<std::chrono::seconds>> crowd; // how long each has to wait
        for (int i = 0; i < 12; ++i) {
            crowd.push_back(std::async(std::launch::async, [&world] {
                try {
                    world.token();
                } catch (const Overloaded& overloaded) {
                    return overloaded.retryAfter();
                }
                return std::chrono::seconds(0);
            }));
        }
        QVERIFY(std::ranges::all_of(crowd, [](auto& one) { return one.get() <= std::chrono::seconds(5); }));
        QCOMPARE(world.metric(R"(auth_logins_total{outcome="locked"})"), std::string("0"));
        QVERIFY(!world.token().empty());
    }

    void onlyWhatCanBeAUsersNameIsWrittenDown_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("actor");
        QTest::newRow("a name") << "bob" << "bob";
        QTest::newRow("a letter too long") << QString(129, 'a') << "nobody";
        QTest::newRow("a book") << QString(1'000'000, 'a') << "nobody";
        QTest::newRow("the server itself") << "system" << "nobody";
        QTest::newRow("the shell") << "cli:root" << "nobody";
        QTest::newRow("a machine") << "token:ledger" << "nobody";
    }

    void onlyWhatCanBeAUsersNameIsWrittenDown()
    {
        QFETCH(QString, name);
        QFETCH(QString, actor);
        World world;
        api::Actor visitor = visitorFrom("192.0.2.7");
        visitor.name = name.toStdString();
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn(name.toStdString(), "wrong", SessionKind::web, visitor));
        QCOMPARE(world.database.value("select coalesce(actor, 'nobody') from audit_log where action = 'login.failed'"), actor.toStdString());
        QVERIFY(std::stoi(world.database.value("select length(target_id) from audit_log where action = 'login.failed'")) <= 128);
    }

    void failuresLongAgoAreForgotten()
    {
        World world({.throttleMaxFails = 2});
        world.users.add("alice", password, Role::user, root);
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));
        world.database.run(
            "update auth_throttle set window_started_at = window_started_at - interval '1 hour'");
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));
        QVERIFY(!world.token().empty());
    }

    void anOperatorUnlocks()
    {
        World world({.throttleMaxFails = 1});
        world.users.add("alice", password, Role::user, root);
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));
        std::vector<AuthLock> locks;
        {
            postgres::Transaction tx(world.database.pool(), postgres::Mode::readOnly);
            locks = world.sessions.locks(tx, 10, std::nullopt);
        }
        QCOMPARE(locks.size(), std::size_t{1});
        QCOMPARE(locks[0].address, std::string("192.0.2.7"));
        world.sessions.unlock(locks[0].id, "she called", root);
        QCOMPARE(world.lastAction(), std::string("auth_lock.removed ok alice"));
        QCOMPARE(world.database.value("select details::json ->> 'reason' from audit_log order by seq desc limit 1"),
                 std::string("she called"));
        QCOMPARE(world.metric(R"(auth_throttle_unlocks_total{how="operator"})"), std::string("1"));
        QVERIFY(!world.token().empty());
        QVERIFY_THROWS_EXCEPTION(NotFound, world.sessions.unlock(locks[0].id, "again", root));
    }

    void unlockingAUserCountsLocksAndNoMereFailures()
    {
        World world({.throttleMaxFails = 2});
        world.users.add("alice", password, Role::user, root);
        const auto fail = [&world](const std::string& address) {
            QCOMPARE(outcomeOf([&] { world.sessions.logIn("alice", "wrong", SessionKind::api, visitorFrom(address)); }), std::string("refused"));
        };
        const auto removed = [&world] {
            return world.database.value("select coalesce(string_agg(target_id || ' ' || (details::json ->> 'address') || ' ' || (details::json ->> 'reason'), ',' "
                                        "order by details::json ->> 'address'), 'none') from audit_log where action = 'auth_lock.removed'");
        };
        fail("192.0.2.7");
        QCOMPARE(world.sessions.unlockUser("alice", "she called", root), std::int64_t{0});
        QCOMPARE(removed(), std::string("none"));
        QCOMPARE(world.metric(R"(auth_throttle_unlocks_total{how="operator"})"), std::string("0"));
        fail("192.0.2.7"); // the first again: what failed was forgotten
        QCOMPARE(world.lastAction(), std::string("login.failed denied alice"));

        fail("192.0.2.7");
        fail("192.0.2.8");
        fail("192.0.2.8");
        fail("192.0.2.9");
        fail("192.0.2.10");
        fail("192.0.2.10");
        world.database.run("update auth_throttle set locked_until = now() where username = 'alice' and address = '192.0.2.10'");
        QCOMPARE(world.sessions.unlockUser("alice", "she called", root), std::int64_t{2}); // neither .9, never locked, nor .10, no longer
        QCOMPARE(removed(), std::string("alice 192.0.2.7 she called,alice 192.0.2.8 she called"));
        QCOMPARE(world.metric(R"(auth_throttle_unlocks_total{how="operator"})"), std::string("2"));
        QCOMPARE(world.database.value("select string_agg(details::json ->> 'address', ',') from audit_log where action = 'auth_lock.ended'"),
                 std::string("192.0.2.10")); // its end is on record all the same
        QCOMPARE(world.database.value("select count(*) from auth_throttle where username = 'alice'"), std::string("0"));
        QCOMPARE(world.sessions.unlockUser("alice", "again", root), std::int64_t{0});
    }

    void anAddressIsUnlocked_data()
    {
        QTest::addColumn<QString>("visitor");
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("place");
        QTest::newRow("IPv4") << "192.0.2.7" << "192.0.2.7" << "192.0.2.7";
        QTest::newRow("one address of an IPv6 site") << "2001:db8:0:7::1" << "2001:DB8:0:7:ffff::2" << "2001:db8:0:7::/64";
        QTest::newRow("the site as it is listed") << "2001:db8:0:7::1" << "2001:db8:0:7::/64" << "2001:db8:0:7::/64";
    }

    void anAddressIsUnlocked()
    {
        QFETCH(QString, visitor);
        QFETCH(QString, given);
        QFETCH(QString, place);
        World world({.throttleMaxFails = 2, .throttleAddressMaxFails = 3});
        world.users.add("alice", password, Role::user, root);
        const auto logIn = [&](const std::string& name, const std::string& secret) {
            return outcomeOf([&] { world.sessions.logIn(name, secret, SessionKind::api, visitorFrom(visitor.toStdString())); });
        };
        QCOMPARE(world.sessions.unlockAddress(given.toStdString(), "nobody was locked", root), std::nullopt);
        for (const char* name : {"bob", "bob", "carol"})
            QCOMPARE(logIn(name, "wrong"), std::string("refused"));
        QCOMPARE(logIn("alice", password), std::string("locked"));
        QCOMPARE(world.sessions.unlockAddress(given.toStdString(), "the admins sit there", root), std::optional(place.toStdString()));
        QCOMPARE(logIn("alice", password), std::string("let in"));
        QCOMPARE(logIn("bob", "wrong"), std::string("locked")); // a lock on one name is another lock
        QCOMPARE(world.database.value("select count(*) || ' ' || min(target_type || ' ' || target_id || ' ' || actor || ' ' || (details::json ->> 'reason')) "
                                      "from audit_log where action = 'auth_lock.removed'"),
                 "1 address " + place.toStdString() + " root the admins sit there");
        QCOMPARE(world.metric(R"(auth_throttle_unlocks_total{how="operator"})"), std::string("1"));
    }

    void whatIsNoAddressIsNotUnlocked()
    {
        World world;
        for (const char* text : {"", "alice", "192.0.2.0/24", "192.0.2.7/64", "2001:db8::/32"})
            QVERIFY_THROWS_EXCEPTION(InvalidInput, world.sessions.unlockAddress(text, "why not", root));
    }

    void aListOfNamesLocksTheAddress()
    {
        World world({.throttleMaxFails = 3, .throttleAddressMaxFails = 4});
        world.users.add("alice", password, Role::user, root);
        const auto guess = [&world](const std::string& name, const std::string& address) {
            return outcomeOf([&] { world.sessions.logIn(name, "wrong", SessionKind::api, visitorFrom(address)); });
        };
        for (const char* name : {"a", "b", "not a name", "alice"})
            QCOMPARE(guess(name, "192.0.2.7"), std::string("refused"));
        QCOMPARE(world.lastAction(), std::string("address.locked denied 192.0.2.7"));
        QCOMPARE(world.metric("auth_throttle_locks_total"), std::string("1"));
        QCOMPARE(guess("e", "192.0.2.7"), std::string("locked"));
        QVERIFY_THROWS_EXCEPTION(
            Overloaded, world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7")));
        QCOMPARE(
            world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.8")).user.username,
            std::string("alice"));

        // What goes on from there leaves nothing behind.
        const std::string rows = world.database.value("select count(*) from auth_throttle");
        const std::string records = world.database.value("select count(*) from audit_log");
        for (int number = 0; number < 20; ++number)
            QCOMPARE(guess("name-" + std::to_string(number), "192.0.2.7"), std::string("locked"));
        QCOMPARE(world.database.value("select count(*) from auth_throttle"), rows);
        QCOMPARE(world.database.value("select count(*) from audit_log"), records);

        postgres::Transaction tx(world.database.pool(), postgres::Mode::readOnly);
        const std::vector<AuthLock> locks = world.sessions.locks(tx, 10, std::nullopt);
        QCOMPARE(locks.size(), std::size_t{1});
        QVERIFY(!locks[0].username);
    }

    void aSiteOfIpv6IsOneAddress()
    {
        World world({.throttleMaxFails = 2});
        world.users.add("alice", password, Role::user, root);
        const auto guess = [&world](const std::string& address) {
            return outcomeOf([&] { world.sessions.logIn("alice", "wrong", SessionKind::api, visitorFrom(address)); });
        };
        QCOMPARE(guess("2001:db8:0:7::1"), std::string("refused"));
        QCOMPARE(guess("2001:db8:0:7:ffff::2"), std::string("refused"));
        QCOMPARE(guess("2001:db8:0:7:1:2:3:4"), std::string("locked"));
        QCOMPARE(guess("2001:db8:0:8::1"), std::string("refused"));
        QCOMPARE(world.database.value("select address from auth_throttle where locked_until is not null"),
                 std::string("2001:db8:0:7::/64"));
    }

    void whoHasAnAccountCannotWashTheirGuessesAway()
    {
        World world({.throttleMaxFails = 10, .throttleAddressMaxFails = 4});
        world.users.add("alice", password, Role::user, root);
        for (int number = 0; number < 4; ++number) {
            const std::string name = "victim-" + std::to_string(number);
            QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn(name, "wrong", SessionKind::api,
                                                                           visitorFrom("192.0.2.7")));
            if (number < 3)
                QVERIFY(!world.token().empty()); // as alice, from there
        }
        QVERIFY_THROWS_EXCEPTION(
            Overloaded, world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7")));
    }

    void aWholeCampusMayMistypeAndGetIn()
    {
        World world({.throttleMaxFails = 5, .throttleAddressMaxFails = 6});
        world.users.add("alice", password, Role::user, root);
        for (int morning = 0; morning < 5; ++morning) {
            for (int number = 0; number < 3; ++number)
                QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                               visitorFrom("192.0.2.7")));
            QVERIFY(!world.token().empty()); // what she mistyped before is forgiven at the address too
        }
    }

    void theEndOfALockIsOnRecord_data()
    {
        QTest::addColumn<bool>("somebodyComes");
        QTest::newRow("the next one who comes") << true;
        QTest::newRow("nobody comes") << false;
    }

    void theEndOfALockIsOnRecord()
    {
        QFETCH(bool, somebodyComes);
        World world({.throttleMaxFails = 1});
        world.users.add("alice", password, Role::user, root);
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "wrong", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));
        world.sessions.sweep();
        QCOMPARE(world.lastAction(), std::string("login.locked denied alice")); // not over yet
        world.database.run("update auth_throttle set locked_until = now() where locked_until is not null");
        if (somebodyComes)
            world.token();
        else
            world.sessions.sweep();
        world.sessions.sweep();
        QCOMPARE(world.database.value("select string_agg(actor || ' ' || target_id || ' ' || (details::json ->> 'address'), ',') "
                                      "from audit_log where action = 'auth_lock.ended'"),
                 std::string("system alice 192.0.2.7"));
        QCOMPARE(world.metric(R"(auth_throttle_unlocks_total{how="time"})"), std::string("1"));
    }

    void whatIsOverIsSweptAway()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        world.token();
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("bob", "wrong", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));
        world.sessions.sweep();
        QVERIFY(world.database.value("select count(*) from auth_throttle") != "0");
        world.database.run("update auth_throttle set window_started_at = window_started_at - interval '1 hour'");
        world.database.run("update sessions set expires_at = now()");
        world.sessions.sweep();
        QCOMPARE(world.database.value("select (select count(*) from auth_throttle) + (select count(*) from sessions)"),
                 std::string("0"));
    }

    void whoIsNotThereCostsAsMuch()
    {
        const PasswordHasher hasher{PasswordCost{}};
        const std::string known = hasher.hash(password);
        const auto parametersOf = [](const std::string& hash) { return hash.substr(0, hash.rfind('$', hash.rfind('$') - 1)); };
        QCOMPARE(parametersOf(known), std::string("$argon2id$v=19$m=65536,t=2,p=1"));
        QCOMPARE(parametersOf(hasher.nobody()), parametersOf(known));
        QVERIFY(!hasher.verify(std::nullopt, password));
    }
};

QTEST_GUILESS_MAIN(TestThrottle)
#include "tst_throttle.moc"
