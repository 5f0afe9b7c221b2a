// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/server/identity/identity_world.h"

#include "common/error.h"
#include "server/http/csrf.h"
#include "server/postgres/transaction.h"

#include <QtTest>

#include <algorithm>
#include <future>

using namespace hpcbill;
using namespace hpcbill::identity;
using api::Role;

class TestIdentity final : public QObject
{
    Q_OBJECT

private slots:
    void aTokenLeadsToItsUser()
    {
        World world;
        world.users.add("alice", password, Role::operator_, root);
        const Login login =
            world.sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7"));
        const auto principal = world.sessions.authenticate({http::Credentials::Kind::bearer, login.token});
        QVERIFY(principal.has_value());
        QCOMPARE(principal->username, std::string("alice"));
        QCOMPARE(principal->role, Role::operator_);
        QCOMPARE(world.lastAction(), std::string("login.succeeded ok alice"));
        QCOMPARE(world.metric(R"(auth_logins_total{outcome="ok"})"), std::string("1"));
    }

    void theDatabaseKeepsNeitherPasswordNorToken()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        const std::string token = world.token();
        QVERIFY(world.database.value("select password_hash from users where username = 'alice'")
                    .starts_with("$argon2id$"));
        QCOMPARE(world.database.value("select count(*) from sessions where token_hash = sha256('" + token +
                                      "'::bytea)"),
                 std::string("1"));
    }

    void aCookieIsNoBearerTokenNorTheOtherWayRound()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        const std::string api = world.token(SessionKind::api);
        const std::string web = world.token(SessionKind::web);
        QCOMPARE(world.nameBehind(api), std::string("alice"));
        QCOMPARE(world.nameBehind(web), std::string());
        QCOMPARE(world.nameBehind(web, http::Credentials::Kind::cookie), std::string("alice"));
        QCOMPARE(world.nameBehind(api, http::Credentials::Kind::cookie), std::string());
    }

    void aSessionEnds_data()
    {
        QTest::addColumn<QByteArray>("how");
        for (const char* how : {"logout", "password", "role", "disabled", "expired", "idle"})
            QTest::newRow(how) << QByteArray(how);
    }

    void aSessionEnds()
    {
        QFETCH(QByteArray, how);
        World world;
        world.users.add("alice", password, Role::user, root);
        const std::string token = world.token();
        QCOMPARE(world.nameBehind(token), std::string("alice"));
        if (how == "logout")
            world.sessions.logOut(token, {"alice", Role::user, "192.0.2.7", "request-3"});
        else if (how == "password")
            world.users.setPassword("alice", "battery staple", AfterReset::mustChange, root);
        else if (how == "role")
            world.users.change("alice", {.role = Role::auditor, .disabled = std::nullopt}, std::nullopt,
                               root);
        else if (how == "disabled")
            world.users.change("alice", {.role = std::nullopt, .disabled = true}, std::nullopt, root);
        else if (how == "expired")
            world.database.run("update sessions set expires_at = expires_at - interval '13 hours'");
        else
            world.database.run("update sessions set last_seen_at = last_seen_at - interval '3 hours'");
        QCOMPARE(world.nameBehind(token), std::string());
    }

    void useKeepsASessionAlive()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        const std::string token = world.token();
        world.database.run("update sessions set last_seen_at = last_seen_at - interval '90 minutes'");
        QCOMPARE(world.nameBehind(token), std::string("alice"));
        world.database.run("update sessions set last_seen_at = last_seen_at - interval '90 minutes'");
        QCOMPARE(world.nameBehind(token), std::string("alice"));
    }

    void anOldHashIsMadeAnewAtLogin()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        const std::string cheap = world.database.value("select password_hash from users");
        const PasswordCost dearer{PasswordCost::least().operations + 1, PasswordCost::least().memoryBytes * 2};
        Users users({world.database.pool(), world.log}, dearer);
        prometheus::Registry metrics;
        Sessions sessions({world.database.pool(), world.log, users, metrics}, {});
        QVERIFY_THROWS_EXCEPTION(Unauthenticated,
                                 sessions.logIn("alice", "wrong", SessionKind::api, visitorFrom("192.0.2.7")));
        QCOMPARE(world.database.value("select password_hash from users"), cheap);

        const std::string token =
            sessions.logIn("alice", password, SessionKind::api, visitorFrom("192.0.2.7")).token;
        const std::string dear = world.database.value("select password_hash from users");
        QVERIFY2(dear.starts_with("$argon2id$v=19$m=16,t=2,p=1$"), dear.c_str());
        QCOMPARE(world.nameBehind(token), std::string("alice"));
        QVERIFY(world.database.value("select password_changed_at = created_at from users") == "t"); // nothing of hers changed

        // A server that still asks for less takes it as it is.
        world.token();
        QCOMPARE(world.database.value("select password_hash from users"), dear);
    }

    void aHashOfAnotherKindIsOutdated_data()
    {
        QTest::addColumn<QByteArray>("hash");
        QTest::addColumn<bool>("outdated");
        QTest::newRow("as today") << QByteArray("$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA") << false;
        QTest::newRow("dearer") << QByteArray("$argon2id$v=19$m=1048576,t=4,p=1$c2FsdA$aGFzaA") << false;
        QTest::newRow("less memory") << QByteArray("$argon2id$v=19$m=65535,t=9,p=1$c2FsdA$aGFzaA") << true;
        QTest::newRow("fewer passes") << QByteArray("$argon2id$v=19$m=65536,t=1,p=1$c2FsdA$aGFzaA") << true;
        QTest::newRow("an older version") << QByteArray("$argon2id$v=16$m=65536,t=2,p=1$c2FsdA$aGFzaA") << true;
        QTest::newRow("Argon2i") << QByteArray("$argon2i$v=19$m=65536,t=2,p=1$c2FsdA$aGFzaA") << true;
    }

    void aHashOfAnotherKindIsOutdated()
    {
        QFETCH(QByteArray, hash);
        QFETCH(bool, outdated);
        QCOMPARE(PasswordHasher(PasswordCost{}).isOutdated(hash.toStdString()), outdated);
    }

    void aResetPasswordHasToBeChanged()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        world.users.setPassword("alice", "set by another", AfterReset::mustChange, root);
        const Login login =
            world.sessions.logIn("alice", "set by another", SessionKind::api, visitorFrom("192.0.2.7"));
        QVERIFY(login.user.mustChangePassword);
        const http::Credentials before{http::Credentials::Kind::bearer, login.token};
        QVERIFY(world.sessions.authenticate(before)->mustChangePassword);

        const api::Actor alice{"alice", Role::user, "192.0.2.7", "request-3"};
        const Login changed = world.sessions.changePassword({"set by another", "my own words", SessionKind::api}, alice);
        QVERIFY(!changed.user.mustChangePassword);
        QCOMPARE(world.nameBehind(login.token), std::string());
        const http::Credentials after{http::Credentials::Kind::bearer, changed.token};
        QVERIFY(!world.sessions.authenticate(after)->mustChangePassword);
        QCOMPARE(world.lastAction(), std::string("user.password_changed ok alice"));
        QVERIFY_THROWS_EXCEPTION(Unauthenticated, world.sessions.logIn("alice", "set by another", SessionKind::api,
                                                                       visitorFrom("192.0.2.7")));

        // Where whoever set it says so, it may stay.
        world.users.setPassword("alice", "set for good", AfterReset::mayKeep, root);
        QVERIFY(!world.sessions.logIn("alice", "set for good", SessionKind::api, visitorFrom("192.0.2.7"))
                     .user.mustChangePassword);
    }

    void anOwnPasswordIsChangedWithTheOldOneOnly()
    {
        World world({.throttleMaxFails = 2});
        world.users.add("alice", password, Role::user, root);
        const std::string token = world.token();
        const api::Actor alice{"alice", Role::user, "192.0.2.7", "request-3"};
        const auto fieldOf = [&](const PasswordChange& change) {
            try {
                world.sessions.changePassword(change, alice);
            } catch (const InvalidInput& fault) {
                return fault.fields().front().field;
            }
            return std::string("changed");
        };
        QCOMPARE(fieldOf({password, "short", SessionKind::api}), std::string("new_password"));
        QCOMPARE(fieldOf({password, password, SessionKind::api}), std::string("new_password"));
        QCOMPARE(fieldOf({"wrong", "my own words", SessionKind::api}), std::string("old_password"));
        QCOMPARE(fieldOf({"wrong", "my own words", SessionKind::api}), std::string("old_password"));
        // Whoever found a session open cannot guess on through it.
        QVERIFY_THROWS_EXCEPTION(
            Overloaded, world.sessions.changePassword({password, "my own words", SessionKind::api}, alice));
        QCOMPARE(world.nameBehind(token), std::string("alice"));
    }

    void sessionsAreListedAndEnded()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        world.users.add("bob", password, Role::user, root);
        const std::string first = world.token();
        const std::string second = world.token(SessionKind::web);
        world.sessions.logIn("bob", password, SessionKind::api, {"bob", std::nullopt, "192.0.2.9", ""});
        const auto list = [&world](const std::string& username, const std::string& current) {
            postgres::Transaction tx(world.database.pool(), postgres::Mode::readOnly);
            return world.sessions.list(tx, username, current, 10, std::nullopt);
        };
        const std::vector<Session> hers = list("alice", first);
        QCOMPARE(hers.size(), std::size_t{2});
        QCOMPARE(hers[0].kind, SessionKind::web);
        QCOMPARE(hers[0].isCurrent, false);
        QCOMPARE(hers[1].isCurrent, true);
        QCOMPARE(hers[1].address, std::string("192.0.2.7"));

        const api::Actor bob{"bob", Role::user, "192.0.2.9", "request-3"};
        QVERIFY_THROWS_EXCEPTION(NotFound, world.sessions.end(hers[0].id, "bob", bob));
        world.sessions.end(hers[0].id, "alice", {"alice", Role::user, "192.0.2.7", "request-4"});
        QCOMPARE(world.nameBehind(second, http::Credentials::Kind::cookie), std::string());
        QCOMPARE(world.nameBehind(first), std::string("alice"));
        QCOMPARE(world.lastAction(), std::string("session.ended ok alice"));
        QCOMPARE(list("alice", first).size(), std::size_t{1});

        // What is over is not shown.
        world.database.run("update sessions set last_seen_at = last_seen_at - interval '3 hours'");
        QVERIFY(list("alice", first).empty());
    }

    void theSameKeyMakesAUserOnce()
    {
        World world;
        const api::IdempotencyKey key{"key-1", std::string(32, 'a')};
        const NewUser order{"alice", password, Role::auditor, false};
        std::vector<std::future<User>> crowd;
        for (int i = 0; i < 4; ++i)
            crowd.push_back(std::async(std::launch::async, [&] { return world.users.add(order, key, root); }));
        for (auto& one : crowd)
            QCOMPARE(one.get().username, std::string("alice"));
        QCOMPARE(world.database.value("select count(*) from audit_log where action = 'user.added'"), std::string("1"));

        NewUser other = order;
        other.password = "another password"; // which the key's hash does not cover
        QVERIFY_THROWS_EXCEPTION(Conflict, world.users.add(other, key, root));
        world.database.run("update users set disabled_at = now() where username = '" + order.username + "'");
        QCOMPARE(world.users.add(order, key, root).username, order.username); // what came of them since is another matter
        QVERIFY_THROWS_EXCEPTION(Conflict, world.users.add(order, api::IdempotencyKey{"key-1", std::string(32, 'b')}, root));
        QVERIFY_THROWS_EXCEPTION(Conflict, world.users.add(order, api::IdempotencyKey{"key-2", std::string(32, 'a')}, root));
    }

    void aChangeNamesWhatItChanges()
    {
        World world;
        const User before = world.users.add("alice", password, Role::user, root);
        const User after = world.users.change("alice", {.role = Role::auditor, .disabled = std::nullopt},
                                              etagOf(before), root);
        QCOMPARE(after.role, Role::auditor);
        QVERIFY(etagOf(after) != etagOf(before));
        QVERIFY_THROWS_EXCEPTION(Stale,
                                 world.users.change("alice", {.role = Role::admin, .disabled = std::nullopt},
                                                    etagOf(before), root));
        QCOMPARE(world.database.value("select details::json -> 'before' ->> 'role' || '>' || (details::json "
                                      "-> 'after' ->> 'role') from audit_log "
                                      "where action = 'user.role_changed'"),
                 std::string("user>auditor"));
    }

    void theLastAdministratorStays()
    {
        World world;
        world.users.add("root", password, Role::admin, root);
        const UserChange demotion{.role = Role::user, .disabled = std::nullopt};
        QVERIFY_THROWS_EXCEPTION(Conflict, world.users.change("root", demotion, std::nullopt, root));
        QVERIFY_THROWS_EXCEPTION(
            Conflict,
            world.users.change("root", {.role = std::nullopt, .disabled = true}, std::nullopt, root));
        world.users.add("second", password, Role::admin, root);
        std::vector<std::future<void>> both;
        for (const char* name : {"root", "second"})
            both.push_back(std::async(std::launch::async, [&world, name, demotion] {
                try {
                    world.users.change(name, demotion, std::nullopt, root);
                } catch (const Conflict&) {
                }
            }));
        for (auto& one : both)
            one.get();
        QCOMPARE(world.database.value("select count(*) from users where role = 'admin'"), std::string("1"));
    }

    void whatWillNotDoIsRefused()
    {
        World world;
        world.users.add("alice", password, Role::user, root);
        QVERIFY_THROWS_EXCEPTION(Conflict, world.users.add("alice", password, Role::user, root));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, world.users.add("bob", "short", Role::user, root));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, world.users.add("two words", password, Role::user, root));
        QVERIFY_THROWS_EXCEPTION(InvalidInput, world.users.add("", password, Role::user, root));
        for (const char* reserved : {"system", "cli:root", "token:x"})
            QVERIFY_THROWS_EXCEPTION(InvalidInput, world.users.add(reserved, password, Role::user, root));
        QVERIFY_THROWS_EXCEPTION(NotFound, world.users.setPassword("nobody", password, AfterReset::mustChange, root));
        QVERIFY_THROWS_EXCEPTION(NotFound, world.users.change("nobody", {}, std::nullopt, root));
        QCOMPARE(world.database.value("select count(*) from audit_log"), std::string("1"));
    }

    void thaiNamesAreNames()
    {
        World world;
        world.users.add("สมชาย", password, Role::user, root);
        QCOMPARE(
            world.sessions.logIn("สมชาย", password, SessionKind::web, visitorFrom("192.0.2.7")).user.username,
            std::string("สมชาย"));
    }

    void oneOfManyServersMakesTheFirstAdministrator()
    {
        World world;
        std::vector<std::future<bool>> servers;
        for (int i = 0; i < 4; ++i)
            servers.push_back(
                std::async(std::launch::async, [&world] { return world.users.ensureAdmin(password); }));
        QCOMPARE(std::ranges::count_if(servers, [](auto& one) { return one.get(); }), std::ptrdiff_t{1});
        QCOMPARE(world.database.value("select string_agg(username || ' ' || role, ',') from users"),
                 std::string("admin admin"));
        QCOMPARE(world.database.value("select count(*) from audit_log where action = 'user.added'"),
                 std::string("1"));
        QVERIFY(!world.users.ensureAdmin(password));
    }
};

QTEST_GUILESS_MAIN(TestIdentity)
#include "tst_identity.moc"
