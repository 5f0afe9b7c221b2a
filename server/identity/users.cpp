// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/identity.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/http/etag.h"
#include "server/identity/names.h"
#include "server/identity/password.h"
#include "server/identity/sessions_store.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

constexpr std::size_t passwordMin = 8;
constexpr std::size_t passwordMax = 1024;

constexpr postgres::Statement addFirstUser{"identity.add_first_user", R"sql(
    insert into users (username, password_hash, role, created_at, password_changed_at)
    select $1, $2, 'admin', $3, $3
    where not exists (select 1 from users)
    on conflict on constraint users_username_unique do nothing
)sql"};

constexpr postgres::Statement addUser{"identity.add_user", R"sql(
    insert into users (username, password_hash, role, created_at, password_changed_at) values ($1, $2, $3, $4, $4)
)sql"};

constexpr postgres::Statement findUser{"identity.find_user", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at from users where username = $1
)sql"};

constexpr postgres::Statement lockUser{"identity.lock_user", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at from users where username = $1 for update
)sql"};

constexpr postgres::Statement listUsers{"identity.list_users", R"sql(
    select username, role, disabled_at is not null, created_at, password_changed_at
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
    update users set password_hash = $2, password_changed_at = $3 where username = $1
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
    return {row.as<std::string>(0), *role, row.as<bool>(2), row.as<UtcTime>(3), row.as<UtcTime>(4)};
}

User lock(postgres::Transaction& tx, const std::string& username)
{
    const postgres::Result rows = tx.execute(lockUser, username);
    if (rows.empty())
        throw NotFound(fmt::format("There is no user {}.", username));
    return readUser(rows[0]);
}

void checkPassword(std::string_view password)
{
    if (password.size() < passwordMin)
        throw InvalidInput("password", fmt::format("Must have at least {} characters.", passwordMin));
    if (password.size() > passwordMax)
        throw InvalidInput("password", fmt::format("Must have at most {} bytes.", passwordMax));
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
    checkPassword(password);
    const std::string hash = m_hasher->hash(password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    // A second server waits here for the first one's transaction and then does nothing.
    const bool isMade = tx.execute(addFirstUser, "admin", hash, tx.now()).affectedRows() == 1;
    if (isMade) {
        audit::Event event = eventAbout("admin", "user.added", {"system", std::nullopt, "", ""});
        event.details["role"] = "admin";
        m_audit.append(tx, event);
    }
    tx.commit();
    return isMade;
}

User Users::add(const std::string& username, std::string_view password, api::Role role, const api::Actor& by)
{
    if (!isUsername(username))
        throw InvalidInput("username",
                           "Must be 1 to 128 bytes of UTF-8 without blanks and control characters.");
    checkPassword(password);
    const std::string hash = m_hasher->hash(password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    try {
        tx.execute(addUser, username, hash, api::codeOf(role), tx.now());
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "users_username_unique")
            throw;
        throw Conflict("user_exists", fmt::format("There is a user {} already.", username));
    }
    audit::Event event = eventAbout(username, "user.added", by);
    event.details["role"] = std::string(api::codeOf(role));
    m_audit.append(tx, event);
    User user{username, role, false, tx.now(), tx.now()};
    tx.commit();
    return user;
}

void Users::setPassword(const std::string& username, std::string_view password, const api::Actor& by)
{
    checkPassword(password);
    const std::string hash = m_hasher->hash(password);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    lock(tx, username);
    tx.execute(updatePassword, username, hash, tx.now());
    endSessionsOf(tx, username);
    m_audit.append(tx, eventAbout(username, "user.password_changed", by));
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
