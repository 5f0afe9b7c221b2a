// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/time/time.h"
#include "server/http/credentials.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
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
};

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
    };
    Users(const Parts& parts, PasswordCost cost = {});
    ~Users();

    /// Makes the user `admin` when there is no user at all; true when it did. Safe when several servers start
    /// at once.
    bool ensureAdmin(std::string_view password);

    /// Throws InvalidInput for a name or password that will not do, Conflict `user_exists`.
    User add(const std::string& username, std::string_view password, api::Role role, const api::Actor& by);
    /// Ends the user's sessions. Throws NotFound, InvalidInput.
    void setPassword(const std::string& username, std::string_view password, const api::Actor& by);
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
    postgres::Pool& m_pool;
    audit::Log& m_audit;
    std::unique_ptr<PasswordHasher> m_hasher;
};

/// The entity tag of a user, for If-Match.
std::string etagOf(const User& user);

/// `api` sessions are bearer tokens, `web` sessions cookies; neither is taken for the other.
enum class SessionKind { api, web };

struct SessionOptions {
    int throttleMaxFails = 5; ///< wrong passwords per user name and address before they are locked
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

enum class AuthLockId : std::int64_t {};

/// A user name and an address that may not try again for now.
struct AuthLock {
    AuthLockId id{};
    std::string username;
    std::string address;
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

    /// The locks in force, newest first, before `before`.
    std::vector<AuthLock> locks(postgres::Transaction& tx, std::int64_t limit,
                                std::optional<AuthLockId> before) const;
    /// Throws NotFound.
    void unlock(AuthLockId id, const api::Actor& by);
    /// Forgets all failures of a user name, from wherever; the number of pairs forgotten.
    std::int64_t unlockUser(const std::string& username, const api::Actor& by);

    const SessionOptions& options() const { return m_options; }

private:
    struct Counters;
    std::optional<std::string> passwordHashOf(const std::string& username);
    Login open(const std::string& username, const std::string& verifiedHash, SessionKind kind,
               const api::Actor& visitor);
    void recordFailure(const std::string& username, std::int64_t attempt, const api::Actor& visitor);

    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const Users& m_users;
    SessionOptions m_options;
    std::unique_ptr<Counters> m_counters;
};

} // namespace hpcbill::identity
