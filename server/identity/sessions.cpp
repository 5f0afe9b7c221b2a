// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identity.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/http/csrf.h"
#include "server/identity/names.h"
#include "server/identity/password.h"
#include "server/identity/sessions_store.h"
#include "server/identity/throttle.h"
#include "server/identity/users_store.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <iterator>

namespace hpcbill::identity
{

namespace
{

constexpr std::string_view noName = " ";  // stands in the counts for whatever cannot be a user's name
constexpr std::int64_t sweptAtOnce = 500; // rows of a kind: the audit log is held up no longer than for these
constexpr std::chrono::seconds touchInterval{
    60}; // a session's last use is kept to the minute, not written at each request

audit::Event loginEvent(const std::string& username, std::string action, std::string outcome,
                        const api::Actor& by)
{
    audit::Event event;
    event.by = by;
    event.action = std::move(action);
    event.targetType = "user";
    event.targetId = username;
    event.outcome = std::move(outcome);
    return event;
}

/// About the name that is locked, or the address where it is locked for all names.
audit::Event lockEvent(const AuthLock& lock, std::string action, std::string outcome, const api::Actor& by)
{
    audit::Event event = loginEvent(lock.username.value_or(lock.address), std::move(action), std::move(outcome), by);
    if (!lock.username)
        event.targetType = "address";
    event.details["address"] = lock.address;
    event.details["failures"] = lock.failures;
    event.details["locked_until"] = toRfc3339(lock.lockedUntil);
    return event;
}

/// The visitor under the name that was claimed, as far as it can be a user's: whoever may write anything into a log that keeps it for ever
/// would.
api::Actor named(api::Actor visitor, const std::string& claimed)
{
    visitor.name = isUsername(claimed) && !isReserved(claimed) ? claimed : std::string();
    return visitor;
}

SessionKind kindOf(const http::Credentials& credentials)
{
    return credentials.kind == http::Credentials::Kind::bearer ? SessionKind::api : SessionKind::web;
}

/// The password under a hash of today's cost, where the present one is cheaper.
std::optional<std::string> betterHash(const PasswordHasher& hasher, const std::string& present, std::string_view password)
{
    if (!hasher.isOutdated(present))
        return std::nullopt;
    try {
        return hasher.hash(password);
    } catch (const Overloaded&) {
        return std::nullopt; // another time: who was right gets in
    }
}

/// The same words whatever was wrong.
[[noreturn]] void refuse()
{
    throw Unauthenticated("The user name or the password is wrong.");
}

} // namespace

struct Sessions::Counters {
    explicit Counters(prometheus::Registry& metrics)
        : logins(prometheus::BuildCounter()
                     .Name("auth_logins_total")
                     .Help("Attempts to log in, by what came of them.")
                     .Register(metrics))
        , ok(logins.Add({{"outcome", "ok"}}))
        , failed(logins.Add({{"outcome", "failed"}}))
        , locked(logins.Add({{"outcome", "locked"}}))
        , checks(prometheus::BuildCounter()
                     .Name("auth_password_checks_total")
                     .Help("Passwords that were compared, whether or not there was such a user.")
                     .Register(metrics)
                     .Add({}))
        , locks(prometheus::BuildCounter()
                    .Name("auth_throttle_locks_total")
                    .Help("Locks put on a user name and address, or on an address, after too many wrong passwords.")
                    .Register(metrics)
                    .Add({}))
        , unlocks(prometheus::BuildCounter()
                      .Name("auth_throttle_unlocks_total")
                      .Help("Such locks that ended, by themselves (time) or by an operator.")
                      .Register(metrics))
        , ended(unlocks.Add({{"how", "time"}}))
        , removed(unlocks.Add({{"how", "operator"}}))
    {
    }

    prometheus::Family<prometheus::Counter>& logins;
    prometheus::Counter& ok;
    prometheus::Counter& failed;
    prometheus::Counter& locked;
    prometheus::Counter& checks;
    prometheus::Counter& locks;
    prometheus::Family<prometheus::Counter>& unlocks;
    prometheus::Counter& ended;
    prometheus::Counter& removed;
};

Sessions::Sessions(const Parts& parts, SessionOptions options)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_users(parts.users)
    , m_options(options)
    , m_counters(std::make_unique<Counters>(parts.metrics))
{
}

Sessions::~Sessions() = default;

Login Sessions::logIn(const std::string& username, std::string_view password, SessionKind kind,
                      const api::Actor& visitor)
{
    const std::string verified = verify(username, password, named(visitor, username));
    const std::optional<std::string> better = betterHash(m_users.hasher(), verified, password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const bool isRehashed = better && rehashPassword(tx, username, verified, *better);
    Login login = open(tx, username, isRehashed ? *better : verified, kind, visitor);
    audit::Event event = loginEvent(username, "login.succeeded", "ok", visitor);
    event.by.role = login.user.role;
    event.details["kind"] = kind == SessionKind::api ? "api" : "web";
    m_audit.append(tx, event);
    tx.commit();
    m_counters->ok.Increment();
    return login;
}

/// The hash of the password, found right. Throws Unauthenticated, Overloaded.
std::string Sessions::verify(const std::string& username, std::string_view password, const api::Actor& visitor)
{
    // What cannot be anybody's name, nor be stored, is counted and worked for all the same.
    const Guesser guesser{isUsername(username) ? username : std::string(noName), placeOf(visitor.address)};
    const Attempt attempt = admit(guesser);
    std::optional<std::string> hash;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        hash = passwordHashOf(tx, guesser.username);
    }
    bool isRight = false;
    try {
        // Outside of any transaction: it takes long on purpose.
        isRight = m_users.hasher().verify(hash, password, attempt.ofPlace);
        m_counters->checks.Increment();
    } catch (const Overloaded&) {
        postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
        uncountAttempt(tx, guesser);
        tx.commit();
        throw;
    }
    if (!isRight) {
        recordFailure(guesser, attempt, visitor);
        m_counters->failed.Increment();
        refuse();
    }
    return *hash;
}

/// Counts the attempt. Throws Overloaded, and counts nothing, while it is locked: neither rows nor records grow
/// with what a locked guesser goes on to send.
Attempt Sessions::admit(const Guesser& guesser)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const std::optional<UtcTime> until = lockedUntil(tx, guesser);
    if (!until) {
        const std::vector<AuthLock> ended = endLocksOf(tx, guesser);
        const Attempt attempt = countAttempt(tx, guesser, m_options.throttleWindow);
        if (attempt.ofPair <= m_options.throttleMaxFails && attempt.ofPlace <= m_options.throttleAddressMaxFails) {
            tellEnded(tx, ended);
            tx.commit();
            m_counters->ended.Increment(static_cast<double>(ended.size()));
            return attempt;
        }
        // Of those that are being looked at it is not known yet who is right: no lock holds, and nothing is counted.
        throw Overloaded("Too many are logging in from your address at once. Try again in a moment.", std::chrono::seconds(5));
    }
    m_counters->locked.Increment();
    const auto wait = std::chrono::ceil<std::chrono::seconds>(*until - tx.now());
    throw Overloaded(
        fmt::format("Too many wrong passwords. Try again in {} minutes, or ask an operator to unlock you.",
                    std::chrono::ceil<std::chrono::minutes>(wait).count()),
        wait);
}

void Sessions::recordFailure(const Guesser& guesser, const Attempt& attempt, const api::Actor& visitor)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const UtcTime until = tx.now() + m_options.throttleLock;
    std::vector<AuthLock> locks;
    if (attempt.ofPair >= m_options.throttleMaxFails) {
        if (const auto lock = lockPair(tx, guesser, until))
            locks.push_back(*lock);
    }
    if (attempt.ofPlace >= m_options.throttleAddressMaxFails) {
        if (const auto lock = lockPlace(tx, guesser.place, until))
            locks.push_back(*lock);
    }
    const bool isPairLocked = !locks.empty() && locks.front().username;
    m_audit.append(tx, loginEvent(guesser.username, isPairLocked ? "login.locked" : "login.failed", "denied", visitor));
    if (!locks.empty() && !locks.back().username)
        m_audit.append(tx, lockEvent(locks.back(), "address.locked", "denied", visitor));
    tx.commit();
    m_counters->locks.Increment(static_cast<double>(locks.size()));
}

Login Sessions::open(postgres::Transaction& tx, const std::string& username, const std::string& hash,
                     SessionKind kind, const api::Actor& visitor)
{
    Login login;
    login.token = http::randomToken();
    login.user = m_users.find(tx, username);
    login.expiresAt = tx.now() + m_options.lifetime;
    if (!insertSession(tx, {login.token, username, hash, kind, visitor.address, login.expiresAt}))
        refuse(); // the password was changed, or the user disabled, while it was being verified
    forgetAttempts(tx, {username, placeOf(visitor.address)}); // after the user's row: one order for all
    return login;
}

Login Sessions::changePassword(const PasswordChange& change, const api::Actor& by)
{
    checkPassword(change.newPassword, "new_password");
    if (change.newPassword == change.oldPassword)
        throw InvalidInput("new_password", "Must be another one than the old password.");
    std::string verified;
    try {
        verified = verify(by.name, change.oldPassword, by);
    } catch (const Unauthenticated&) {
        throw InvalidInput("old_password", "Is wrong.");
    }
    const std::string hash = m_users.hasher().hash(change.newPassword);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (!replacePassword(tx, by.name, verified, hash))
        throw InvalidInput("old_password", "Was changed just now.");
    endSessionsOf(tx, by.name);
    Login login = open(tx, by.name, hash, change.kind, by);
    m_audit.append(tx, loginEvent(by.name, "user.password_changed", "ok", by));
    tx.commit();
    return login;
}

std::optional<http::Principal> Sessions::look(const http::Credentials& credentials) const
{
    postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
    const auto session = findSession(tx, credentials.token, kindOf(credentials), m_options.idleLifetime);
    return session ? std::optional(session->principal) : std::nullopt;
}

std::optional<http::Principal> Sessions::authenticate(const http::Credentials& credentials)
{
    std::optional<StoredSession> session;
    bool isDue = false;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        session = findSession(tx, credentials.token, kindOf(credentials), m_options.idleLifetime);
        isDue = session && tx.now() - session->lastSeenAt > touchInterval;
    }
    if (isDue) {
        postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
        touchSession(tx, credentials.token);
        tx.commit();
    }
    return session ? std::optional(session->principal) : std::nullopt;
}

void Sessions::logOut(std::string_view token, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (!deleteSession(tx, token))
        return;
    m_audit.append(tx, loginEvent(by.name, "logout.succeeded", "ok", by));
    tx.commit();
}

std::vector<Session> Sessions::list(postgres::Transaction& tx, const std::string& username,
                                    std::string_view currentToken, std::int64_t limit,
                                    std::optional<SessionId> before) const
{
    return sessionsOf(tx, username, currentToken, m_options.idleLifetime, limit, before);
}

void Sessions::end(SessionId id, const std::string& username, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (!deleteSession(tx, id, username))
        throw NotFound("There is no such session; it may have ended by itself.");
    audit::Event event = loginEvent(username, "session.ended", "ok", by);
    event.details["session"] = static_cast<std::int64_t>(id);
    m_audit.append(tx, event);
    tx.commit();
}

std::vector<AuthLock> Sessions::locks(postgres::Transaction& tx, std::int64_t limit,
                                      std::optional<AuthLockId> before) const
{
    return locksInForce(tx, limit, before);
}

void Sessions::unlock(AuthLockId id, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const std::optional<AuthLock> lock = removeLock(tx, id);
    if (!lock)
        throw NotFound("There is no such lock; it may have ended by itself.");
    tellRemoved(tx, {*lock}, reason, by);
    tx.commit();
    m_counters->removed.Increment();
}

std::int64_t Sessions::unlockUser(const std::string& username, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const Forgotten forgotten = forgetUser(tx, username);
    tellEnded(tx, forgotten.ended);
    tellRemoved(tx, forgotten.inForce, reason, by);
    tx.commit();
    m_counters->ended.Increment(static_cast<double>(forgotten.ended.size()));
    m_counters->removed.Increment(static_cast<double>(forgotten.inForce.size()));
    return std::ssize(forgotten.inForce);
}

std::optional<std::string> Sessions::unlockAddress(const std::string& address, const std::string& reason, const api::Actor& by)
{
    const std::optional<std::string> place = parsePlace(address);
    if (!place)
        throw InvalidInput("address", fmt::format("{} is neither an IPv4 nor an IPv6 address, nor an IPv6 network of /64.", address));
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const std::optional<AuthLock> lock = removePlaceLock(tx, *place);
    if (!lock)
        return std::nullopt;
    tellRemoved(tx, {*lock}, reason, by);
    tx.commit();
    m_counters->removed.Increment();
    return lock->address;
}

void Sessions::tellRemoved(postgres::Transaction& tx, const std::vector<AuthLock>& locks, const std::string& reason,
                           const api::Actor& by)
{
    for (const AuthLock& lock : locks) {
        audit::Event event = lockEvent(lock, "auth_lock.removed", "ok", by);
        event.details["reason"] = reason;
        m_audit.append(tx, event);
    }
}

void Sessions::tellEnded(postgres::Transaction& tx, const std::vector<AuthLock>& locks)
{
    for (const AuthLock& lock : locks)
        m_audit.append(tx, lockEvent(lock, "auth_lock.ended", "ok", {"system", std::nullopt, "", ""}));
}

void Sessions::sweep()
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    forgetOldAttempts(tx, tx.now() - m_options.throttleWindow, sweptAtOnce);
    deleteExpiredSessions(tx);
    const std::vector<AuthLock> ended = endLocks(tx, sweptAtOnce);
    tellEnded(tx, ended);
    tx.commit();
    m_counters->ended.Increment(static_cast<double>(ended.size()));
}

} // namespace hpcbill::identity
