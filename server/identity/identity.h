// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/idempotency_key.h"
#include "common/api/role.h"
#include "common/time/time.h"
#include "server/http/credentials.h"
#include "server/http/route.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus
{
class Registry;
}
namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres

namespace hpcbill::identity
{

struct Attempt;
struct Guesser;
class PasswordHasher;

/// What a guess costs (Argon2id). The defaults are libsodium's "interactive"; tests take the least that it
/// allows.
struct PasswordCost {
    std::uint64_t operations = 2;
    std::size_t memoryBytes = std::size_t{64} * 1024 * 1024;
    static PasswordCost least();
};

/// Somebody who may log in.
struct User {
    std::string username;
    api::Role role = api::Role::user;
    bool disabled = false;
    UtcTime createdAt;
    UtcTime passwordChangedAt;
    bool mustChangePassword = false; ///< somebody else chose it
};

struct NewUser {
    std::string username;
    std::string password;
    api::Role role = api::Role::user;
    bool mustChangePassword = false;
};

/// Whether somebody whose password was set by another has to choose one of their own at the next login.
enum class AfterReset { mustChange, mayKeep };

/// What is to become of a user; absent members stay.
struct UserChange {
    std::optional<api::Role> role;
    std::optional<bool> disabled;
};

/// The users and their passwords; the only writer of `users`.
class Users final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        /// Told of each new name within the transaction that makes the user: features to the right of this one may want to know.
        std::function<void(postgres::Transaction& tx, const std::string& username)> added = nullptr;
    };
    Users(const Parts& parts, PasswordCost cost = {});
    ~Users();

    /// Makes the user `admin` when there is no user at all; true when it did. Safe when several servers start
    /// at once.
    bool ensureAdmin(std::string_view password);

    /// Throws InvalidInput for a name or password that will not do, Conflict `user_exists`. With a key that made
    /// this user before: the user as it is now, and Conflict `idempotency_key_reused` for another order. The
    /// key's hash must not cover the password: what it was is told by the hash of the user's own.
    User add(const NewUser& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by);
    User add(const std::string& username, const std::string& password, api::Role role, const api::Actor& by)
    {
        return add({username, password, role, false}, std::nullopt, by);
    }
    /// Ends the user's sessions. Throws NotFound, InvalidInput.
    void setPassword(const std::string& username, std::string_view password, AfterReset then,
                     const api::Actor& by);
    /// Ends the user's sessions when something changes. `expected`, where given, must be the user's present
    /// etag, else Stale. Throws NotFound, and Conflict `last_admin` when nobody would be left to administer.
    User change(const std::string& username, const UserChange& change,
                const std::optional<std::string>& expected, const api::Actor& by);

    /// Throws NotFound.
    User find(postgres::Transaction& tx, const std::string& username) const;
    /// By name, after `after`.
    std::vector<User> list(postgres::Transaction& tx, std::int64_t limit,
                           const std::optional<std::string>& after) const;

    const PasswordHasher& hasher() const { return *m_hasher; }

private:
    std::optional<User> madeBefore(const NewUser& order, const api::IdempotencyKey& key, const api::Actor& by);
    std::optional<User> insert(const NewUser& order, const std::string& hash,
                               const std::optional<api::IdempotencyKey>& key, const api::Actor& by);

    postgres::Pool& m_pool;
    audit::Log& m_audit;
    std::function<void(postgres::Transaction& tx, const std::string& username)> m_added;
    std::unique_ptr<PasswordHasher> m_hasher;
};

/// The entity tag of a user, for If-Match.
std::string etagOf(const User& user);

/// `api` sessions are bearer tokens, `web` sessions cookies; neither is taken for the other.
enum class SessionKind { api, web };

struct SessionOptions {
    int throttleMaxFails = 5;         ///< wrong passwords per user name and place before they are locked
    int throttleAddressMaxFails = 30; ///< wrong passwords from a place, at whatever names, before it is locked
    std::chrono::seconds throttleWindow{900}; ///< in which they are counted
    std::chrono::seconds throttleLock{900};
    std::chrono::seconds lifetime{12 * 3600};    ///< of a session, whatever happens
    std::chrono::seconds idleLifetime{2 * 3600}; ///< of a session that nobody uses
};

/// A session that has just been opened. The token exists here and with the caller only: the database keeps
/// its SHA-256.
struct Login {
    std::string token;
    UtcTime expiresAt;
    User user;
};

enum class SessionId : std::int64_t {};

/// One of somebody's sessions, as they see it.
struct Session {
    SessionId id{};
    SessionKind kind = SessionKind::api;
    std::string address; ///< where it was opened from
    UtcTime createdAt;
    UtcTime lastSeenAt; ///< to the minute
    UtcTime expiresAt;
    bool isCurrent = false; ///< the one that asks
};

/// Somebody's wish for another password of their own.
struct PasswordChange {
    std::string oldPassword;
    std::string newPassword;
    SessionKind kind = SessionKind::api; ///< of the session that goes on with it
};

enum class AuthLockId : std::int64_t {};

/// A user name and an address that may not try again for now; or a whole address.
struct AuthLock {
    AuthLockId id{};
    std::optional<std::string> username; ///< none: no name may be tried from there
    std::string address;                 ///< an IPv4 address, or an IPv6 network such as 2001:db8:0:7::/64
    std::int32_t failures = 0;
    UtcTime lockedUntil;
};

/// Logins, their tokens and their throttle; the only writer of `sessions` and `auth_throttle`.
class Sessions final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        const Users& users;
        prometheus::Registry& metrics;
    };
    Sessions(const Parts& parts, SessionOptions options);
    ~Sessions();

    /// Throws Unauthenticated with the same words and after the same work whatever was wrong, Overloaded
    /// while locked.
    Login logIn(const std::string& username, std::string_view password, SessionKind kind,
                const api::Actor& visitor);
    /// Whose token it is, none when it is wrong, expired, of another kind, or its user disabled.
    std::optional<http::Principal> authenticate(const http::Credentials& credentials);
    /// The same without counting as a use of the session: whoever only looks on goes idle.
    std::optional<http::Principal> look(const http::Credentials& credentials) const;
    void logOut(std::string_view token, const api::Actor& by);

    /// Ends all sessions of the user, the present one too, and opens another one. The old password is throttled
    /// as at a login. Throws InvalidInput for `old_password` and `new_password`, Overloaded while locked.
    Login changePassword(const PasswordChange& change, const api::Actor& by);

    /// A user's sessions in force, newest first, before `before`; `currentToken` marks the present one.
    std::vector<Session> list(postgres::Transaction& tx, const std::string& username, std::string_view currentToken,
                              std::int64_t limit, std::optional<SessionId> before) const;
    /// Throws NotFound, for a session of another user too.
    void end(SessionId id, const std::string& username, const api::Actor& by);

    /// The locks in force, newest first, before `before`.
    std::vector<AuthLock> locks(postgres::Transaction& tx, std::int64_t limit,
                                std::optional<AuthLockId> before) const;
    /// Throws NotFound.
    void unlock(AuthLockId id, const std::string& reason, const api::Actor& by);
    /// Ends the locks on a user name, from wherever, and forgets what failed short of one; the number of addresses from
    /// which it was locked.
    std::int64_t unlockUser(const std::string& username, const std::string& reason, const api::Actor& by);
    /// Ends the lock on a whole address, given as AuthLock::address or as one of its network; what it is called there, none
    /// when it was not locked. Locks on single names there stay. Throws InvalidInput{"address"}.
    std::optional<std::string> unlockAddress(const std::string& address, const std::string& reason, const api::Actor& by);

    /// Puts the end of locks on record, and removes what is over: counts and sessions. Many servers may do so at
    /// once.
    void sweep();

    const SessionOptions& options() const { return m_options; }

private:
    struct Counters;
    std::string verify(const std::string& username, std::string_view password, const api::Actor& visitor);
    Attempt admit(const Guesser& guesser);
    Login open(postgres::Transaction& tx, const std::string& username, const std::string& hash, SessionKind kind,
               const api::Actor& visitor);
    void recordFailure(const Guesser& guesser, const Attempt& attempt, const api::Actor& visitor);
    void tellRemoved(postgres::Transaction& tx, const std::vector<AuthLock>& locks, const std::string& reason, const api::Actor& by);
    void tellEnded(postgres::Transaction& tx, const std::vector<AuthLock>& locks);

    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const Users& m_users;
    SessionOptions m_options;
    std::unique_ptr<Counters> m_counters;
};

/// Sweeps from time to time while it lives.
class Sweeper final
{
public:
    Sweeper(Sessions& sessions, std::chrono::seconds interval);
    ~Sweeper();
    Sweeper(const Sweeper&) = delete;
    Sweeper& operator=(const Sweeper&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

enum class ApiTokenId : std::int64_t {};

/// A machine's way in, as it is shown: its secret is not kept.
struct ApiToken {
    ApiTokenId id{};
    std::string name;
    http::TokenScope scope;
    UtcTime createdAt;
    std::string createdBy;
    UtcTime expiresAt;
    std::optional<UtcTime> lastUsedAt; ///< to the minute
};

struct NewApiToken {
    std::string name;
    http::TokenScope scope;
    UtcTime expiresAt;
};

struct ApiTokenWithSecret {
    ApiToken token;
    std::optional<std::string> secret; ///< none where an Idempotency-Key had made it before
};

/// The tokens of machines; the only writer of `api_tokens`.
class ApiTokens final
{
public:
    static constexpr std::chrono::hours lifetimeMax{24 * 3660};

    ApiTokens(postgres::Pool& pool, audit::Log& audit);

    /// Throws InvalidInput naming what will not do (a route must be one of `table` that some of the roles may
    /// use), Conflict `token_exists`, `idempotency_key_reused`.
    ApiTokenWithSecret add(const NewApiToken& order, const std::vector<http::Route>& table,
                           const std::optional<api::IdempotencyKey>& key, const api::Actor& by);
    /// Throws NotFound.
    ApiToken find(postgres::Transaction& tx, ApiTokenId id) const;
    /// Newest first, before `before`; expired ones too.
    std::vector<ApiToken> list(postgres::Transaction& tx, std::int64_t limit, std::optional<ApiTokenId> before) const;
    /// Throws NotFound.
    void revoke(ApiTokenId id, const api::Actor& by);
    void revoke(const std::string& name, const api::Actor& by);

    /// Whether it looks like a token of ours: sessions' tokens never do.
    static bool looksLikeOne(std::string_view token);
    /// None when it is wrong or expired.
    std::optional<http::Principal> authenticate(std::string_view token);
    /// The same without counting as its use.
    std::optional<http::Principal> look(std::string_view token) const;

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
};

} // namespace hpcbill::identity
