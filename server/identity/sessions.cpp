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

namespace hpcbill::identity
{

namespace
{

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

SessionKind kindOf(const http::Credentials& credentials)
{
    return credentials.kind == http::Credentials::Kind::bearer ? SessionKind::api : SessionKind::web;
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
        , locks(prometheus::BuildCounter()
                    .Name("auth_throttle_locks_total")
                    .Help("Locks put on a user name and address after too many wrong passwords.")
                    .Register(metrics)
                    .Add({}))
    {
    }

    prometheus::Family<prometheus::Counter>& logins;
    prometheus::Counter& ok;
    prometheus::Counter& failed;
    prometheus::Counter& locked;
    prometheus::Counter& locks;
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
    const std::string verified = verify(username, password, visitor);
    const PasswordHasher& hasher = m_users.hasher();
    const auto better = hasher.isOutdated(verified) ? std::optional(hasher.hash(password)) : std::nullopt;
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
    if (!isUsername(username)) { // cannot be anybody's, nor be stored; the work is done all the same
        m_users.hasher().verify(std::nullopt, password);
        m_counters->failed.Increment();
        refuse();
    }

    Attempt attempt;
    UtcTime now;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
        now = tx.now();
        attempt = countAttempt(tx, username, visitor.address, m_options.throttleWindow);
        tx.commit();
    }
    if (attempt.lockedUntil || attempt.number > m_options.throttleMaxFails) {
        m_counters->locked.Increment();
        const auto wait = attempt.lockedUntil
                              ? std::chrono::ceil<std::chrono::seconds>(*attempt.lockedUntil - now)
                              : m_options.throttleLock;
        throw Overloaded(
            fmt::format(
                "Too many wrong passwords. Try again in {} minutes, or ask an operator to unlock you.",
                std::chrono::ceil<std::chrono::minutes>(wait).count()),
            wait);
    }
    std::optional<std::string> hash;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        hash = passwordHashOf(tx, username);
    }
    if (!m_users.hasher().verify(hash, password)) { // outside of any transaction: it takes long on purpose
        recordFailure(username, attempt.number, visitor);
        m_counters->failed.Increment();
        refuse();
    }
    return *hash;
}

void Sessions::recordFailure(const std::string& username, std::int64_t attempt, const api::Actor& visitor)
{
    const bool isLast = attempt >= m_options.throttleMaxFails;
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (isLast)
        lockAttempts(tx, username, visitor.address, tx.now() + m_options.throttleLock);
    m_audit.append(tx, loginEvent(username, isLast ? "login.locked" : "login.failed", "denied", visitor));
    tx.commit();
    if (isLast)
        m_counters->locks.Increment();
}

Login Sessions::open(postgres::Transaction& tx, const std::string& username, const std::string& hash,
                     SessionKind kind, const api::Actor& visitor)
{
    Login login;
    login.token = http::randomToken();
    login.user = m_users.find(tx, username);
    login.expiresAt = tx.now() + m_options.lifetime;
    forgetAttempts(tx, username, visitor.address);
    forgetOldAttempts(tx, tx.now() - m_options.throttleWindow - m_options.throttleLock);
    deleteExpiredSessions(tx);
    if (!insertSession(tx, {login.token, username, hash, kind, visitor.address, login.expiresAt}))
        refuse(); // the password was changed, or the user disabled, while it was being verified
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

void Sessions::unlock(AuthLockId id, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const std::optional<AuthLock> lock = removeLock(tx, id);
    if (!lock)
        throw NotFound("There is no such lock; it may have ended by itself.");
    audit::Event event = loginEvent(lock->username, "auth_lock.removed", "ok", by);
    event.details["address"] = lock->address;
    m_audit.append(tx, event);
    tx.commit();
}

std::int64_t Sessions::unlockUser(const std::string& username, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const std::int64_t count = forgetUser(tx, username);
    if (count == 0)
        return 0;
    m_audit.append(tx, loginEvent(username, "auth_lock.removed", "ok", by));
    tx.commit();
    return count;
}

} // namespace hpcbill::identity
