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
    select users.username, users.role, sessions.last_seen_at
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

constexpr postgres::Statement deleteOfUser{"identity.delete_sessions_of_user", R"sql(
    delete from sessions using users where users.id = sessions.user_id and users.username = $1
)sql"};

constexpr postgres::Statement deleteExpired{"identity.delete_expired_sessions", R"sql(
    delete from sessions where expires_at <= $1
)sql"};

/// The token has 256 random bits, so that a plain hash is enough to make the table worthless to a thief.
postgres::Bytes hashOf(std::string_view token)
{
    postgres::Bytes hash(crypto_hash_sha256_BYTES);
    crypto_hash_sha256(reinterpret_cast<unsigned char*>(hash.data()),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

std::string_view codeOf(SessionKind kind)
{
    return kind == SessionKind::api ? "api" : "web";
}

} // namespace

bool insertSession(postgres::Transaction& tx, const NewSession& session)
{
    return tx.execute(insertStatement, hashOf(session.token), session.username, codeOf(session.kind),
                      session.address, tx.now(), session.expiresAt, session.verifiedHash)
               .affectedRows() == 1;
}

std::optional<StoredSession> findSession(postgres::Transaction& tx, std::string_view token, SessionKind kind,
                                         std::chrono::seconds idleLifetime)
{
    const UtcTime seenAfter = tx.now() - idleLifetime;
    const postgres::Result rows = tx.execute(findStatement, hashOf(token), codeOf(kind), tx.now(), seenAfter);
    if (rows.empty())
        return std::nullopt;
    const auto role = api::parseRole(rows[0].as<std::string>(1));
    invariant(role.has_value(), "the schema allows known roles only");
    return StoredSession{{rows[0].as<std::string>(0), *role}, rows[0].as<UtcTime>(2)};
}

void touchSession(postgres::Transaction& tx, std::string_view token)
{
    tx.execute(touchStatement, hashOf(token), tx.now());
}

bool deleteSession(postgres::Transaction& tx, std::string_view token)
{
    return tx.execute(deleteStatement, hashOf(token)).affectedRows() == 1;
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
