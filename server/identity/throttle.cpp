// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/throttle.h"

namespace hpcbill::identity
{

namespace
{

// A pair begins anew when its lock is over, or its window without a lock.
constexpr postgres::Statement countStatement{"identity.count_attempt", R"sql(
    insert into auth_throttle as t (username, address, failures, window_started_at)
    values ($1, $2, 1, $3)
    on conflict on constraint auth_throttle_key do update set
        failures = case when coalesce(t.locked_until, t.window_started_at + make_interval(secs => $4)) <= $3
                        then 1 else least(t.failures + 1, 1000000) end,
        window_started_at = case when coalesce(t.locked_until, t.window_started_at + make_interval(secs => $4)) <= $3
                        then $3 else t.window_started_at end,
        locked_until = case when t.locked_until <= $3 then null else t.locked_until end
    returning failures, locked_until
)sql"};

constexpr postgres::Statement lockStatement{"identity.lock_attempts", R"sql(
    update auth_throttle set locked_until = $3 where username = $1 and address = $2
)sql"};

constexpr postgres::Statement forgetStatement{"identity.forget_attempts", R"sql(
    delete from auth_throttle where username = $1 and address = $2
)sql"};

constexpr postgres::Statement forgetOld{"identity.forget_old_attempts", R"sql(
    delete from auth_throttle where window_started_at < $1 and coalesce(locked_until, window_started_at) < $1
)sql"};

constexpr postgres::Statement listLocks{"identity.list_locks", R"sql(
    select id, username, address, failures, locked_until
    from auth_throttle
    where locked_until > $1 and ($2::bigint is null or id < $2)
    order by id desc
    limit $3
)sql"};

constexpr postgres::Statement removeStatement{"identity.remove_lock", R"sql(
    delete from auth_throttle where id = $1 and locked_until > $2 returning id, username, address, failures, locked_until
)sql"};

constexpr postgres::Statement forgetUserStatement{"identity.forget_user", R"sql(
    delete from auth_throttle where username = $1
)sql"};

AuthLock readLock(const postgres::Row& row)
{
    return {static_cast<AuthLockId>(row.as<std::int64_t>(0)), row.as<std::string>(1), row.as<std::string>(2),
            row.as<std::int32_t>(3), row.as<UtcTime>(4)};
}

} // namespace

Attempt countAttempt(postgres::Transaction& tx, const std::string& username, const std::string& address,
                     std::chrono::seconds window)
{
    const postgres::Result rows = tx.execute(countStatement, username, address, tx.now(), window.count());
    return {rows[0].as<std::int32_t>(0), rows[0].as<std::optional<UtcTime>>(1)};
}

void lockAttempts(postgres::Transaction& tx, const std::string& username, const std::string& address,
                  UtcTime until)
{
    tx.execute(lockStatement, username, address, until);
}

void forgetAttempts(postgres::Transaction& tx, const std::string& username, const std::string& address)
{
    tx.execute(forgetStatement, username, address);
}

void forgetOldAttempts(postgres::Transaction& tx, UtcTime before)
{
    tx.execute(forgetOld, before);
}

std::vector<AuthLock> locksInForce(postgres::Transaction& tx, std::int64_t limit,
                                   std::optional<AuthLockId> before)
{
    const auto beforeId = before ? std::optional(static_cast<std::int64_t>(*before)) : std::nullopt;
    std::vector<AuthLock> locks;
    for (const postgres::Row& row : tx.execute(listLocks, tx.now(), beforeId, limit))
        locks.push_back(readLock(row));
    return locks;
}

std::optional<AuthLock> removeLock(postgres::Transaction& tx, AuthLockId id)
{
    const postgres::Result rows = tx.execute(removeStatement, static_cast<std::int64_t>(id), tx.now());
    return rows.empty() ? std::nullopt : std::optional(readLock(rows[0]));
}

std::int64_t forgetUser(postgres::Transaction& tx, const std::string& username)
{
    return tx.execute(forgetUserStatement, username).affectedRows();
}

} // namespace hpcbill::identity
