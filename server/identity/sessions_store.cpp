// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/sessions_store.h"

#include "common/invariant.h"

#include <sodium.h>

namespace hpcbill::identity
{

namespace
{

// The lock lets a change of the password wait for this session, which it then ends, or this insert wait for
// the change.
constexpr postgres::Statement insertStatement{"identity.insert_session", R"sql(
    insert into sessions (token_hash, user_id, kind, address, created_at, last_seen_at, expires_at)
    select $1, id, $3, $4, $5, $5, $6 from users where username = $2 and password_hash = $7 and disabled_at is null
    for share
)sql"};

constexpr postgres::Statement findStatement{"identity.find_session", R"sql(
    select users.username, users.role, sessions.last_seen_at, users.password_must_change
    from sessions join users on users.id = sessions.user_id
    where sessions.token_hash = $1 and sessions.kind = $2 and users.disabled_at is null
      and sessions.expires_at > $3 and sessions.last_seen_at > $4
)sql"};

constexpr postgres::Statement touchStatement{"identity.touch_session", R"sql(
    update sessions set last_seen_at = $2 where token_hash = $1 and last_seen_at < $2
)sql"};

constexpr postgres::Statement deleteStatement{"identity.delete_session", R"sql(
    delete from sessions where token_hash = $1
)sql"};

constexpr postgres::Statement deleteByIdStatement{"identity.delete_session_by_id", R"sql(
    delete from sessions using users where users.id = sessions.user_id and sessions.id = $1 and users.username = $2
)sql"};

constexpr postgres::Statement listStatement{"identity.list_sessions", R"sql(
    select sessions.id, sessions.kind, sessions.address, sessions.created_at, sessions.last_seen_at,
           sessions.expires_at, sessions.token_hash = $2
    from sessions join users on users.id = sessions.user_id
    where users.username = $1 and sessions.expires_at > $3 and sessions.last_seen_at > $4
      and ($5::bigint is null or sessions.id < $5)
    order by sessions.id desc
    limit $6
)sql"};

constexpr postgres::Statement deleteOfUser{"identity.delete_sessions_of_user", R"sql(
    delete from sessions using users where users.id = sessions.user_id and users.username = $1
)sql"};

constexpr postgres::Statement deleteExpired{"identity.delete_expired_sessions", R"sql(
    delete from sessions where expires_at <= $1
)sql"};

std::string_view codeOf(SessionKind kind)
{
    return kind == SessionKind::api ? "api" : "web";
}

SessionKind parseKind(const std::string& code)
{
    return code == "api" ? SessionKind::api : SessionKind::web;
}

} // namespace

postgres::Bytes hashOfToken(std::string_view token)
{
    postgres::Bytes hash(crypto_hash_sha256_BYTES);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

bool insertSession(postgres::Transaction& tx, const NewSession& session)
{
    return tx.execute(insertStatement, hashOfToken(session.token), session.username, codeOf(session.kind),
                      session.address, tx.now(), session.expiresAt, session.verifiedHash)
               .affectedRows() == 1;
}

std::optional<StoredSession> findSession(postgres::Transaction& tx, std::string_view token, SessionKind kind,
                                         std::chrono::seconds idleLifetime)
{
    const UtcTime seenAfter = tx.now() - idleLifetime;
    const postgres::Result rows = tx.execute(findStatement, hashOfToken(token), codeOf(kind), tx.now(), seenAfter);
    if (rows.empty())
        return std::nullopt;
    const auto role = api::parseRole(rows[0].as<std::string>(1));
    invariant(role.has_value(), "the schema allows known roles only");
    return StoredSession{{rows[0].as<std::string>(0), *role, rows[0].as<bool>(3), std::nullopt}, rows[0].as<UtcTime>(2)};
}

void touchSession(postgres::Transaction& tx, std::string_view token)
{
    tx.execute(touchStatement, hashOfToken(token), tx.now());
}

bool deleteSession(postgres::Transaction& tx, std::string_view token)
{
    return tx.execute(deleteStatement, hashOfToken(token)).affectedRows() == 1;
}

bool deleteSession(postgres::Transaction& tx, SessionId id, const std::string& username)
{
    return tx.execute(deleteByIdStatement, static_cast<std::int64_t>(id), username).affectedRows() == 1;
}

std::vector<Session> sessionsOf(postgres::Transaction& tx, const std::string& username, std::string_view currentToken,
                                std::chrono::seconds idleLifetime, std::int64_t limit, std::optional<SessionId> before)
{
    const auto beforeId = before ? std::optional(static_cast<std::int64_t>(*before)) : std::nullopt;
    const UtcTime seenAfter = tx.now() - idleLifetime;
    std::vector<Session> sessions;
    for (const postgres::Row& row : tx.execute(listStatement, username, hashOfToken(currentToken), tx.now(), seenAfter,
                                               beforeId, limit))
        sessions.push_back({static_cast<SessionId>(row.as<std::int64_t>(0)), parseKind(row.as<std::string>(1)),
                            row.as<std::optional<std::string>>(2).value_or(""), row.as<UtcTime>(3),
                            row.as<UtcTime>(4), row.as<UtcTime>(5), row.as<bool>(6)});
    return sessions;
}

void endSessionsOf(postgres::Transaction& tx, const std::string& username)
{
    tx.execute(deleteOfUser, username);
}

void deleteExpiredSessions(postgres::Transaction& tx)
{
    tx.execute(deleteExpired, tx.now());
}

} // namespace hpcbill::identity
