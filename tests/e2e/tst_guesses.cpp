// SPDX-License-Identifier: GPL-3.0-or-later
// Ten thousand guesses at passwords from a hundred addresses, and people who want to log in meanwhile.
#include "tests/support/test_server.h"

#include <QtTest>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <regex>
#include <thread>

using namespace hpcbill;
using support::Answer;
using support::HttpClient;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

namespace
{

constexpr int addresses = 100;
constexpr int guessesPerAddress = 100;
constexpr int attackers = 12; // connections at a time
constexpr int perPair = 2;
constexpr int perAddress = 4;

double percentile(std::vector<double> values, double part)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

} // namespace

class GuessesTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<support::TestServer>(
            support::Environment{{"TRUSTED_PROXIES", "127.0.0.1"},
                                 {"AUTH_THROTTLE_MAX_FAILS", std::to_string(perPair)},
                                 {"AUTH_THROTTLE_ADDRESS_MAX_FAILS", std::to_string(perAddress)}});
        for (const char* name : {"alice", "honest-1", "honest-2", "sprayed-1", "sprayed-2"})
            QCOMPARE(m_server->signedIn(name, "user").get("/api/v1/me").status, 200);
    }

    /// The same words, and the same work: a password is checked whether or not there is such a user. The times are
    /// shown for whoever wants to see them and decide nothing.
    void knownAndUnknownNamesAreTheSame()
    {
        constexpr int rounds = 20;
        std::vector<double> known;
        std::vector<double> unknown;
        const double checksBefore = metric("auth_password_checks_total");
        for (int round = 0; round < rounds; ++round) {
            for (auto& [name, times] : {std::pair<std::string, std::vector<double>*>("alice", &known), {"nobody-at-all", &unknown}}) {
                const auto start = Clock::now();
                const Answer answer = guess(name, "192.0.2." + std::to_string(round), "wrong");
                times->push_back(Milliseconds(Clock::now() - start).count());
                QCOMPARE(answer.status, 401);
                QCOMPARE(answer.json().at("detail").get<std::string>(), std::string("The user name or the password is wrong."));
            }
        }
        QCOMPARE(metric("auth_password_checks_total") - checksBefore, 2.0 * rounds);
        qInfo("%s", qPrintable(QString("wrong password, median and quartiles in ms: known name %1 (%2 to %3), unknown name %4 (%5 to %6)")
                                   .arg(percentile(known, 0.5), 0, 'f', 1).arg(percentile(known, 0.25), 0, 'f', 1).arg(percentile(known, 0.75), 0, 'f', 1)
                                   .arg(percentile(unknown, 0.5), 0, 'f', 1).arg(percentile(unknown, 0.25), 0, 'f', 1).arg(percentile(unknown, 0.75), 0, 'f', 1)));
    }

    void tenThousandGuessesAreThrottledAndHonestUsersAreNot()
    {
        std::vector<std::atomic<int>> looked(addresses); // guesses that were looked at, by address
        std::atomic<int> throttled = 0;
        std::atomic<int> odd = 0;
        std::atomic<int> under = attackers;
        std::mutex mutex;
        std::vector<double> honest; // guarded by mutex
        std::vector<std::string> shutOut;
        const auto start = Clock::now();
        {
            std::vector<std::jthread> threads;
            for (int attacker = 0; attacker < attackers; ++attacker) {
                threads.emplace_back([&, attacker] {
                    for (int address = attacker; address < addresses; address += attackers) {
                        for (int number = 0; number < guessesPerAddress; ++number) {
                            // Half of them guess at one name, the others at a name after the other, known and unknown.
                            const std::string name = address % 2 == 0 ? "alice" : "sprayed-" + std::to_string(number);
                            const int status = guess(name, "198.51.100." + std::to_string(address), "guess " + std::to_string(number)).status;
                            if (status == 401) ++looked[static_cast<std::size_t>(address)];
                            else if (status == 429) ++throttled;
                            else ++odd;
                        }
                    }
                    --under;
                });
            }
            for (int visitor = 1; visitor <= 2; ++visitor) {
                threads.emplace_back([&, visitor] {
                    const std::string name = "honest-" + std::to_string(visitor);
                    // Alice herself is one of those who are not locked out: she is somewhere else than who guesses at her.
                    for (int number = 0; under > 0; ++number) {
                        const std::string who = number % 2 == 0 ? name : "alice";
                        const auto begun = Clock::now();
                        const std::string from = "203.0.113." + std::to_string(visitor);
                        Answer answer = guess(who, from, "password of " + who);
                        // Not shut out, but told to come again: whose turn did not come within ten seconds, as on a slow machine.
                        if (answer.status == 429 && answer.body.find("Too many are logging in at once") != std::string::npos)
                            answer = guess(who, from, "password of " + who);
                        const double took = Milliseconds(Clock::now() - begun).count();
                        const std::lock_guard lock(mutex);
                        honest.push_back(took);
                        if (answer.status != 200) shutOut.push_back(who + " " + answer.body);
                    }
                });
            }
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
        int total = 0;
        for (int address = 0; address < addresses; ++address) {
            const int count = looked[static_cast<std::size_t>(address)];
            total += count;
            QVERIFY2(count <= (address % 2 == 0 ? perPair : perAddress), ("198.51.100." + std::to_string(address) + " " + std::to_string(count)).c_str());
        }
        QCOMPARE(odd.load(), 0);
        QCOMPARE(total + throttled, addresses * guessesPerAddress);
        QVERIFY2(shutOut.empty(), shutOut.empty() ? "" : shutOut.front().c_str());
        QVERIFY(!honest.empty());
        qInfo("%s", qPrintable(QString("%1 guesses in %2 s: %3 looked at, %4 throttled; %5 honest logins meanwhile, all let in, median %6 ms, slowest %7 ms")
                                   .arg(addresses * guessesPerAddress).arg(seconds, 0, 'f', 1).arg(total).arg(throttled.load())
                                   .arg(honest.size()).arg(percentile(honest, 0.5), 0, 'f', 0).arg(percentile(honest, 1), 0, 'f', 0)));

        // What it leaves behind is bounded: a row per pair that was looked at and one per address, a record per guess that was.
        QVERIFY(number("select count(*) from auth_throttle") <= total + addresses + 50);
        QCOMPARE(number("select count(*) from audit_log where action in ('login.failed', 'login.locked') and address like '198.51.100.%'"), total);
        const int locks = number("select count(*) from audit_log where action in ('login.locked', 'address.locked')");
        QCOMPARE(locks, addresses);
        QCOMPARE(static_cast<int>(metric("auth_throttle_locks_total")), locks);
    }

    void anOperatorSeesTheLocksAndEndsOneWithAReason()
    {
        const HttpClient operator_ = operatorFrom("203.0.113.9");
        const auto locks = operator_.get("/api/v1/auth-locks?limit=1000").json().at("items");
        QCOMPARE(locks.size(), std::size_t{addresses});
        QCOMPARE(std::ranges::count_if(locks, [](const auto& lock) { return lock.at("username").is_null(); }), std::ptrdiff_t{addresses / 2});
        const auto& lock = *std::ranges::find_if(locks, [](const auto& one) { return one.at("username") == "alice"; });
        const std::string path = "/api/v1/auth-locks/" + lock.at("id").dump();
        QCOMPARE(operator_.ask("DELETE", path, "", {}).status, 400);
        QCOMPARE(operator_.ask("DELETE", path, R"({"reason": "she called from there"})", {{"Content-Type", "application/json"}}).status, 204);
        QCOMPARE(guess("alice", lock.at("address"), "password of alice").status, 200);
        QCOMPARE(number("select count(*) from audit_log where action = 'auth_lock.removed' and details::json ->> 'reason' = 'she called from there'"), 1);
        QCOMPARE(metric("auth_throttle_unlocks_total\\{how=\"operator\"\\}"), 1.0);
    }

    void theEndOfALockIsOnRecordThoughNobodyComes()
    {
        m_server->database().run("update auth_throttle set locked_until = now() where locked_until is not null");
        QTRY_COMPARE_WITH_TIMEOUT(number("select count(*) from audit_log where action = 'auth_lock.ended'"), addresses - 1, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(metric("auth_throttle_unlocks_total\\{how=\"time\"\\}"), addresses - 1.0, 60'000); // counted after the commit
        QCOMPARE(m_server->hpcbill({"audit", "verify"}).exitCode, 0);
    }

    void anAddressThatAProxyDidNotVouchForIsNotBelieved()
    {
        support::TestServer server(support::Environment{{"AUTH_THROTTLE_MAX_FAILS", "2"}});
        for (int number = 0; number < 2; ++number) {
            const support::Headers made{{"X-Forwarded-For", "192.0.2." + std::to_string(number)}};
            QCOMPARE(server.nobody().post("/api/v1/session", {{"username", "x"}, {"password", "wrong"}}, made).status, 401);
        }
        QCOMPARE(server.nobody().post("/api/v1/session", {{"username", "x"}, {"password", "wrong"}}, {{"X-Forwarded-For", "192.0.2.9"}}).status, 429);
    }

private:
    Answer guess(const std::string& name, const std::string& address, const std::string& password) const
    {
        return m_server->nobody().post("/api/v1/session", {{"username", name}, {"password", password}}, {{"X-Forwarded-For", address}});
    }
    HttpClient operatorFrom(const std::string& address) const
    {
        static_cast<void>(m_server->signedIn("ops", "operator")); // made, where there is none yet
        return HttpClient(m_server->baseUrl(), guess("ops", address, "password of ops").json().at("token"));
    }
    double metric(const std::string& name) const
    {
        const std::string all = m_server->nobody().get("/metrics").body;
        std::smatch found;
        return std::regex_search(all, found, std::regex("\n" + name + " ([0-9.e+]+)")) ? std::stod(found[1]) : -1;
    }
    int number(const std::string& sql) const { return std::stoi(m_server->database().value(sql)); }

    std::unique_ptr<support::TestServer> m_server;
};

QTEST_GUILESS_MAIN(GuessesTest)
#include "tst_guesses.moc"
