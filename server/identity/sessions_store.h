// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"
#include "server/postgres/transaction.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::identity
{

/// A session as it is kept, with its user's name and role.
struct StoredSession {
    http::Principal principal;
    UtcTime lastSeenAt;
};

struct NewSession {
    std::string token;
    std::string username;
    std::string verifiedHash; ///< the password's, as it was when the password was found right
    SessionKind kind = SessionKind::api;
    std::string address;
    UtcTime expiresAt;
};

/// False when the user has another password by now, or is disabled.
bool insertSession(postgres::Transaction& tx, const NewSession& session);
/// The session in force at `tx.now()`: neither expired nor idle for longer than `idleLifetime`, its user not
/// disabled.
std::optional<StoredSession> findSession(postgres::Transaction& tx, std::string_view token, SessionKind kind,
                                         std::chrono::seconds idleLifetime);
void touchSession(postgres::Transaction& tx, std::string_view token);
/// False when there was none.
bool deleteSession(postgres::Transaction& tx, std::string_view token);
/// False when the user has no such session.
bool deleteSession(postgres::Transaction& tx, SessionId id, const std::string& username);
std::vector<Session> sessionsOf(postgres::Transaction& tx, const std::string& username, std::string_view currentToken,
                                std::chrono::seconds idleLifetime, std::int64_t limit, std::optional<SessionId> before);
void endSessionsOf(postgres::Transaction& tx, const std::string& username);
/// SHA-256. A token has 256 random bits, so that a plain hash is enough to make the table worthless to a thief.
postgres::Bytes hashOfToken(std::string_view token);
void deleteExpiredSessions(postgres::Transaction& tx);

} // namespace hpcbill::identity
