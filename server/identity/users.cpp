// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identity.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/http/etag.h"
#include "server/identity/names.h"
#include "server/identity/password.h"
#include "server/identity/sessions_store.h"
#include "server/identity/users_store.h"
#include "server/postgres/errors.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

constexpr postgres::Statement addFirstUser{"identity.add_first_user", R"sql(
    insert into users (username, password_hash, role, created_at, password_changed_at)
    select $1, $2, 'admin', $3, $3
    where not exists (select 1 from users)
    on conflict on constraint users_username_unique do nothing
)sql"};

constexpr postgres::Statement addUser{"identity.add_user", R"sql(
    insert into users (username, password_hash, role, created_at, password_changed_at, password_must_change)
    values ($1, $2, $3, $4, $4, $5)
)sql"};

constexpr postgres::Statement findUser{"identity.find_user", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at, password_must_change
    from users
    where username = $1
)sql"};

constexpr postgres::Statement lockUser{"identity.lock_user", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at, password_must_change
    from users
    where username = $1
    for update
)sql"};

constexpr postgres::Statement listUsers{"identity.list_users", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at, password_must_change
    from users
    where $1::text is null or username > $1
    order by username
    limit $2
)sql"};

// All of them, in one order: two administrators who demote each other at once wait here instead of both
// succeeding.
constexpr postgres::Statement lockAdmins{"identity.lock_admins", R"sql(
    select username from users where role = 'admin' and disabled_at is null order by id for update
)sql"};

constexpr postgres::Statement updatePassword{"identity.update_password", R"sql(
    update users set password_hash = $2, password_changed_at = $3, password_must_change = $4 where username = $1
)sql"};

constexpr postgres::Statement updateUser{"identity.update_user", R"sql(
    update users
    set role = $2, disabled_at = case when $3::boolean then coalesce(disabled_at, $4::timestamptz) end
    where username = $1
)sql"};

User readUser(const postgres::Row& row)
{
    const auto role = api::parseRole(row.as<std::string>(1));
    invariant(role.has_value(), "the schema allows known roles only");
    return {row.as<std::string>(0), *role, row.as<bool>(2), row.as<UtcTime>(3), row.as<UtcTime>(4),
            row.as<bool>(5)};
}

User lock(postgres::Transaction& tx, const std::string& username)
{
    const postgres::Result rows = tx.execute(lockUser, username);
    if (rows.empty())
        throw NotFound(fmt::format("There is no user {}.", username));
    return readUser(rows[0]);
}

audit::Event eventAbout(const std::string& username, std::string action, const api::Actor& by)
{
    audit::Event event;
    event.by = by;
    event.action = std::move(action);
    event.targetType = "user";
    event.targetId = username;
    return event;
}

} // namespace

Users::Users(const Parts& parts, PasswordCost cost)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_added(parts.added)
    , m_hasher(std::make_unique<PasswordHasher>(cost))
{
}

Users::~Users() = default;

bool Users::ensureAdmin(std::string_view password)
{
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        if (!tx.execute(listUsers, std::optional<std::string>(), 1).empty())
            return false;
    }
    checkPassword(password, "password");
    const std::string hash = m_hasher->hash(password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    // A second server waits here for the first one's transaction and then does nothing.
    const bool isMade = tx.execute(addFirstUser, "admin", hash, tx.now()).affectedRows() == 1;
    if (isMade) {
        if (m_added)
            m_added(tx, "admin");
        audit::Event event = eventAbout("admin", "user.added", {"system", std::nullopt, "", ""});
        event.details["role"] = "admin";
        m_audit.append(tx, event);
    }
    tx.commit();
    return isMade;
}

std::optional<User> Users::madeBefore(const NewUser& order, const api::IdempotencyKey& key, const api::Actor& by)
{
    std::optional<User> user;
    std::optional<std::string> hash;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        const std::optional<std::string> made = postgres::claimKey(tx, by.name, key);
        if (!made)
            return std::nullopt;
        user = find(tx, *made);
        hash = passwordHashOf(tx, *made, Disabled::too);
    }
    if (!m_hasher->verify(hash, order.password))
        throw Conflict("idempotency_key_reused",
                       "This Idempotency-Key came with another password before, or the user has another one by now.");
    return user;
}

User Users::add(const NewUser& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by)
{
    const std::string& username = order.username;
    if (!isUsername(username))
        throw InvalidInput("username",
                           "Must be 1 to 128 bytes of UTF-8 without blanks and control characters.");
    if (isReserved(username))
        throw InvalidInput("username", "This name is not for users: records of other origin carry it.");
    checkPassword(order.password, "password");
    if (key) {
        if (auto made = madeBefore(order, *key, by))
            return *std::move(made);
    }
    if (auto user = insert(order, m_hasher->hash(order.password), key, by))
        return *std::move(user);
    return *madeBefore(order, *key, by); // by the same request, sent a second time in the meantime
}

std::optional<User> Users::insert(const NewUser& order, const std::string& hash,
                                  const std::optional<api::IdempotencyKey>& key, const api::Actor& by)
{
    const std::string& username = order.username;
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (key && postgres::claimKey(tx, by.name, *key))
        return std::nullopt;
    try {
        tx.execute(addUser, username, hash, api::codeOf(order.role), tx.now(), order.mustChangePassword);
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "users_username_unique")
            throw;
        throw Conflict("user_exists", fmt::format("There is a user {} already.", username));
    }
    if (key)
        postgres::rememberKey(tx, by.name, *key, username);
    if (m_added)
        m_added(tx, username);
    audit::Event event = eventAbout(username, "user.added", by);
    event.details["role"] = std::string(api::codeOf(order.role));
    m_audit.append(tx, event);
    User user{username, order.role, false, tx.now(), tx.now(), order.mustChangePassword};
    tx.commit();
    return user;
}

void Users::setPassword(const std::string& username, std::string_view password, AfterReset then,
                        const api::Actor& by)
{
    checkPassword(password, "password");
    const std::string hash = m_hasher->hash(password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    lock(tx, username);
    const bool mustChange = then == AfterReset::mustChange;
    tx.execute(updatePassword, username, hash, tx.now(), mustChange);
    endSessionsOf(tx, username);
    audit::Event event = eventAbout(username, "user.password_changed", by);
    event.details["must_change"] = mustChange;
    m_audit.append(tx, event);
    tx.commit();
}

User Users::change(const std::string& username, const UserChange& change,
                   const std::optional<std::string>& expected, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const int admins = tx.execute(lockAdmins).size();
    const User before = lock(tx, username);
    if (expected && *expected != etagOf(before))
        throw Stale(fmt::format("The user {} was changed since you read it. Read it again and decide anew.",
                                username));
    User after = before;
    after.role = change.role.value_or(before.role);
    after.disabled = change.disabled.value_or(before.disabled);
    const bool wasAdmin = before.role == api::Role::admin && !before.disabled;
    const bool staysAdmin = after.role == api::Role::admin && !after.disabled;
    if (wasAdmin && !staysAdmin && admins == 1)
        throw Conflict("last_admin", "This is the last administrator. Make another one first.");
    if (after.role == before.role && after.disabled == before.disabled)
        return before;

    tx.execute(updateUser, username, api::codeOf(after.role), after.disabled, tx.now());
    endSessionsOf(tx, username);
    audit::Event event = eventAbout(username,
                                    after.role != before.role ? "user.role_changed"
                                    : after.disabled          ? "user.disabled"
                                                              : "user.enabled",
                                    by);
    event.details["before"] = {{"role", std::string(api::codeOf(before.role))},
                               {"disabled", before.disabled}};
    event.details["after"] = {{"role", std::string(api::codeOf(after.role))}, {"disabled", after.disabled}};
    m_audit.append(tx, event);
    tx.commit();
    return after;
}

User Users::find(postgres::Transaction& tx, const std::string& username) const
{
    const postgres::Result rows = tx.execute(findUser, username);
    if (rows.empty())
        throw NotFound(fmt::format("There is no user {}.", username));
    return readUser(rows[0]);
}

std::vector<User> Users::list(postgres::Transaction& tx, std::int64_t limit,
                              const std::optional<std::string>& after) const
{
    std::vector<User> users;
    for (const postgres::Row& row : tx.execute(listUsers, after, limit))
        users.push_back(readUser(row));
    return users;
}

std::string etagOf(const User& user)
{
    return http::etagOfContent(fmt::format("{}\n{}\n{}\n{}", user.username, api::codeOf(user.role),
                                           user.disabled, toRfc3339Micros(user.passwordChangedAt)));
}

} // namespace hpcbill::identity
