// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/throttle.h"

#include "server/http/proxies.h"

#include <Poco/Net/IPAddress.h>
#include <fmt/format.h>

namespace hpcbill::identity
{

namespace
{

// In place of a name: no user can have it.
constexpr std::string_view anyName;
constexpr unsigned sitePrefixBits = 64;

constexpr postgres::Statement lockedUntilStatement{"identity.locked_until", R"sql(
    select max(locked_until) from auth_throttle where username in ($1, '') and address = $2 and locked_until > $3
)sql"};

// A count begins anew when its window is over.
constexpr postgres::Statement countStatement{"identity.count_attempt", R"sql(
    insert into auth_throttle as t (username, address, failures, window_started_at)
    values ($1, $2, 1, $3)
    on conflict on constraint auth_throttle_key do update set
        failures = case when t.window_started_at + make_interval(secs => $4) <= $3 then 1 else least(t.failures + 1, 1000000) end,
        window_started_at = case when t.window_started_at + make_interval(secs => $4) <= $3 then $3 else t.window_started_at end
    returning failures
)sql"};

constexpr postgres::Statement uncountStatement{"identity.uncount_attempt", R"sql(
    update auth_throttle set failures = greatest(failures - $3::integer, 0) where username = $1 and address = $2
)sql"};

constexpr postgres::Statement lockStatement{"identity.lock_attempts", R"sql(
    update auth_throttle set locked_until = $3 where username = $1 and address = $2
    returning id, username, address, failures, locked_until
)sql"};

constexpr postgres::Statement forgetStatement{"identity.forget_attempts", R"sql(
    delete from auth_throttle where username = $1 and address = $2 returning failures
)sql"};

// Locked rows are left to whoever holds them: two servers that clean up, and a login under way, never wait for
// each other in a circle.
constexpr postgres::Statement endLocksStatement{"identity.end_locks", R"sql(
    delete from auth_throttle
    where id in (select id from auth_throttle where locked_until <= $1 order by locked_until limit $2 for update skip locked)
    returning id, username, address, failures, locked_until
)sql"};

constexpr postgres::Statement endLocksOfStatement{"identity.end_locks_of", R"sql(
    delete from auth_throttle
    where id in (select id from auth_throttle where username in ($1, '') and address = $2 and locked_until <= $3
                 order by username desc for update)
    returning id, username, address, failures, locked_until
)sql"};

constexpr postgres::Statement forgetOld{"identity.forget_old_attempts", R"sql(
    delete from auth_throttle
    where id in (select id from auth_throttle where window_started_at < $1 and locked_until is null
                 order by window_started_at limit $2 for update skip locked)
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

constexpr postgres::Statement removePlaceLockStatement{"identity.remove_place_lock", R"sql(
    delete from auth_throttle where username = '' and address = $1 and locked_until > $2
    returning id, username, address, failures, locked_until
)sql"};

constexpr postgres::Statement forgetUserStatement{"identity.forget_user", R"sql(
    delete from auth_throttle where username = $1 returning id, username, address, failures, locked_until
)sql"};

AuthLock readLock(const postgres::Row& row)
{
    const std::string username = row.as<std::string>(1);
    return {static_cast<AuthLockId>(row.as<std::int64_t>(0)),
            username.empty() ? std::nullopt : std::optional(username), row.as<std::string>(2),
            row.as<std::int32_t>(3), row.as<UtcTime>(4)};
}

std::vector<AuthLock> readLocks(const postgres::Result& rows)
{
    std::vector<AuthLock> locks;
    for (const postgres::Row& row : rows)
        locks.push_back(readLock(row));
    return locks;
}

std::optional<AuthLock> firstLock(const postgres::Result& rows)
{
    return rows.empty() ? std::nullopt : std::optional(readLock(rows[0]));
}

} // namespace

std::string placeOf(const std::string& address)
{
    Poco::Net::IPAddress parsed;
    if (!Poco::Net::IPAddress::tryParse(address, parsed) || parsed.family() != Poco::Net::IPAddress::IPv6)
        return address;
    const Poco::Net::IPAddress mask(sitePrefixBits, Poco::Net::IPAddress::IPv6);
    return fmt::format("{}/{}", (parsed & mask).toString(), sitePrefixBits);
}

std::optional<std::string> parsePlace(const std::string& text)
{
    const std::string network = fmt::format("/{}", sitePrefixBits);
    const bool isNetwork = text.ends_with(network);
    const auto parsed = http::parseAddress(isNetwork ? text.substr(0, text.size() - network.size()) : text);
    if (!parsed || (isNetwork && parsed->family() != Poco::Net::IPAddress::IPv6))
        return std::nullopt;
    return placeOf(parsed->toString());
}

std::optional<UtcTime> lockedUntil(postgres::Transaction& tx, const Guesser& guesser)
{
    return tx.execute(lockedUntilStatement, guesser.username, guesser.place, tx.now())[0]
        .as<std::optional<UtcTime>>(0);
}

// The pair before its place, here and below: one order for all.
Attempt countAttempt(postgres::Transaction& tx, const Guesser& guesser, std::chrono::seconds window)
{
    const auto count = [&](std::string_view username) {
        return tx.execute(countStatement, username, guesser.place, tx.now(), window.count())[0].as<std::int32_t>(0);
    };
    const std::int32_t ofPair = count(guesser.username);
    return {ofPair, count(anyName)};
}

void uncountAttempt(postgres::Transaction& tx, const Guesser& guesser)
{
    tx.execute(uncountStatement, guesser.username, guesser.place, 1);
    tx.execute(uncountStatement, anyName, guesser.place, 1);
}

void forgetAttempts(postgres::Transaction& tx, const Guesser& guesser)
{
    const postgres::Result rows = tx.execute(forgetStatement, guesser.username, guesser.place);
    tx.execute(uncountStatement, anyName, guesser.place, rows.empty() ? 1 : rows[0].as<std::int32_t>(0));
}

std::optional<AuthLock> lockPair(postgres::Transaction& tx, const Guesser& guesser, UtcTime until)
{
    return firstLock(tx.execute(lockStatement, guesser.username, guesser.place, until));
}

std::optional<AuthLock> lockPlace(postgres::Transaction& tx, const std::string& place, UtcTime until)
{
    return firstLock(tx.execute(lockStatement, anyName, place, until));
}

std::vector<AuthLock> endLocks(postgres::Transaction& tx, std::int64_t limit)
{
    return readLocks(tx.execute(endLocksStatement, tx.now(), limit));
}

std::vector<AuthLock> endLocksOf(postgres::Transaction& tx, const Guesser& guesser)
{
    return readLocks(tx.execute(endLocksOfStatement, guesser.username, guesser.place, tx.now()));
}

void forgetOldAttempts(postgres::Transaction& tx, UtcTime before, std::int64_t limit)
{
    tx.execute(forgetOld, before, limit);
}

std::vector<AuthLock> locksInForce(postgres::Transaction& tx, std::int64_t limit,
                                   std::optional<AuthLockId> before)
{
    const auto beforeId = before ? std::optional(static_cast<std::int64_t>(*before)) : std::nullopt;
    return readLocks(tx.execute(listLocks, tx.now(), beforeId, limit));
}

std::optional<AuthLock> removeLock(postgres::Transaction& tx, AuthLockId id)
{
    return firstLock(tx.execute(removeStatement, static_cast<std::int64_t>(id), tx.now()));
}

std::optional<AuthLock> removePlaceLock(postgres::Transaction& tx, const std::string& place)
{
    return firstLock(tx.execute(removePlaceLockStatement, place, tx.now()));
}

Forgotten forgetUser(postgres::Transaction& tx, const std::string& username)
{
    Forgotten forgotten;
    for (const postgres::Row& row : tx.execute(forgetUserStatement, username)) {
        if (!row.as<std::optional<UtcTime>>(4)) // failures that led to no lock
            continue;
        AuthLock lock = readLock(row);
        (lock.lockedUntil > tx.now() ? forgotten.inForce : forgotten.ended).push_back(std::move(lock));
    }
    return forgotten;
}

} // namespace hpcbill::identity
