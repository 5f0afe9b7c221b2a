// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "client/models/column.h"
#include "common/api/role.h"

#include <vector>

namespace hpcbill::client
{

/// Somebody who may log in.
struct User {
    QString username;
    api::Role role = api::Role::user;
    bool isDisabled = false;
    bool mustChangePassword = false; ///< somebody else chose it
    QDateTime createdAt;
    QDateTime passwordChangedAt;
    QByteArray etag;
};

/// One login of somebody, as it goes on.
struct UserSession {
    QString id;
    QString kind; ///< api: a program; web: a browser
    QString address;
    QDateTime createdAt;
    QDateTime lastSeenAt; ///< to the minute
    QDateTime expiresAt;
    bool isCurrent = false; ///< the one that asks
};

/// A machine's way in, as it is shown: its secret is told only when it is made.
struct ApiToken {
    QString id;
    QString name;
    QStringList roles;  ///< codes
    QStringList routes; ///< `GET /api/v1/jobs`; a `*` at the end stands for whatever follows
    QDateTime createdAt;
    QString createdBy;
    QDateTime expiresAt;
    QDateTime lastUsedAt; ///< to the minute; invalid before the first use
};

/// What a token is to be.
struct ApiTokenOrder {
    QString name;
    QStringList roles;
    QStringList routes;
    QDateTime expiresAt;
};

struct ApiTokenWithSecret {
    ApiToken token;
    QString secret;
};

/// A user name and an address that may not try again for now.
struct AuthLock {
    QString id;
    QString username;
    QString address;
    qint64 failures = 0;
    QDateTime lockedUntil;
};

/// All of them, by name.
void fetchUsers(RestClient& api, QObject* context, const Answer<QList<User>>& done);
void fetchUser(RestClient& api, const QString& username, QObject* context, const Answer<User>& done);
/// The password is one to begin with: it has to be changed at the first login.
void addUser(RestClient& api, const QString& username, api::Role role, const QString& password, QObject* context,
             const Answer<User>& done);
/// `changes` are members of the contract; refused as stale where the user is no longer that of the etag.
void changeUser(RestClient& api, const User& user, const QJsonObject& changes, QObject* context,
                const Answer<User>& done);
/// Ends the user's sessions; the password has to be changed at the next login.
void resetPassword(RestClient& api, const QString& username, const QString& password, QObject* context,
                   const Answer<RawAnswer>& done);

/// A user's sessions in force, newest first; without a name one's own.
void fetchSessions(RestClient& api, const QString& username, QObject* context, const Answer<QList<UserSession>>& done);
void endSession(RestClient& api, const QString& username, const QString& id, QObject* context,
                const Answer<RawAnswer>& done);

/// All of them, newest first, expired ones too.
void fetchApiTokens(RestClient& api, QObject* context, const Answer<QList<ApiToken>>& done);
void addApiToken(RestClient& api, const ApiTokenOrder& order, QObject* context,
                 const Answer<ApiTokenWithSecret>& done);
void revokeApiToken(RestClient& api, const QString& id, QObject* context, const Answer<RawAnswer>& done);

/// The locks in force, newest first.
void fetchAuthLocks(RestClient& api, QObject* context, const Answer<QList<AuthLock>>& done);
void unlock(RestClient& api, const QString& id, const QString& reason, QObject* context,
            const Answer<RawAnswer>& done);

std::vector<Column<User>> userColumns();
/// Whether a token has expired depends on the time.
std::vector<Column<ApiToken>> apiTokenColumns(const std::function<QDateTime()>& now);
std::vector<Column<AuthLock>> authLockColumns();
std::vector<Column<UserSession>> sessionColumns();

QString userStateText(const User& user);
QString tokenStateText(const ApiToken& token, const QDateTime& now);
/// Roles by their names in the present language.
QString rolesText(const QStringList& codes);

/// A password to hand over: 20 characters in groups of four, without those that are mistaken for each other; about 98 bits.
QString makePassword();

} // namespace hpcbill::client
