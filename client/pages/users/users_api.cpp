// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/users/users_api.h"

#include "client/widgets/role_text.h"

#include <QJsonDocument>
#include <QRandomGenerator>

namespace hpcbill::client
{

namespace
{

api::Role readRole(const JsonFields& fields)
{
    const std::optional<api::Role> role = api::parseRole(fields.text("role").toStdString());
    if (!role)
        throw UnexpectedAnswer("role");
    return *role;
}

User readUser(const JsonFields& fields)
{
    return {fields.text("username"),
            readRole(fields),
            fields.flag("disabled"),
            fields.flag("must_change_password"),
            fields.time("created_at"),
            fields.time("password_changed_at"),
            fields.text("etag").toUtf8()};
}

User readOneUser(const RawAnswer& answer)
{
    return readUser(readObject(answer.body));
}

QStringList readTexts(const QJsonArray& array)
{
    QStringList texts;
    for (const QJsonValue& text : array)
        texts << text.toString();
    return texts;
}

UserSession readSession(const JsonFields& fields)
{
    return {fields.decimal("id"),        fields.text("kind"),       fields.text("address"), fields.time("created_at"),
            fields.time("last_seen_at"), fields.time("expires_at"), fields.flag("current")};
}

/// Below one's own path, or below that of a user.
QStringList sessionsOf(const QString& username)
{
    return username.isEmpty() ? QStringList{"me", "sessions"} : QStringList{"users", username, "sessions"};
}

ApiToken readToken(const JsonFields& fields)
{
    return {fields.decimal("id"),
            fields.text("name"),
            readTexts(fields.array("roles")),
            readTexts(fields.array("routes")),
            fields.time("created_at"),
            fields.text("created_by"),
            fields.time("expires_at"),
            fields.timeOrNone("last_used_at")};
}

AuthLock readLock(const JsonFields& fields)
{
    return {fields.decimal("id"), fields.text("username"), fields.text("address"), fields.integer("failures"),
            fields.time("locked_until")};
}

QByteArray bodyOf(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

/// Reads a list page by page to its end. What is listed here counts in thousands at most.
template <typename T, typename ReadItem>
void fetchAll(RestClient& api, const QString& path, ReadItem readItem, QObject* context,
              const Answer<QList<T>>& done, const QList<T>& before = {}, const std::optional<QString>& cursor = {})
{
    Call call{.path = path};
    addParameter(call.query, "limit", "1000");
    if (cursor)
        addParameter(call.query, "cursor", *cursor);
    const auto read = [readItem](const RawAnswer& answer) { return readList<T>(answer.body, readItem); };
    api.fetch<ListPage<T>>(call, context, read,
                           [&api, path, readItem, context, done, before](const ApiResult<ListPage<T>>& page) {
                               if (!page) {
                                   done(page.error());
                                   return;
                               }
                               const QList<T> all = before + page.value().items;
                               if (page.value().nextCursor)
                                   fetchAll<T>(api, path, readItem, context, done, all, page.value().nextCursor);
                               else
                                   done(all);
                           });
}

} // namespace

void fetchUsers(RestClient& api, QObject* context, const Answer<QList<User>>& done)
{
    fetchAll<User>(api, apiPath({"users"}), readUser, context, done);
}

void fetchUser(RestClient& api, const QString& username, QObject* context, const Answer<User>& done)
{
    api.fetch<User>({.path = apiPath({"users", username})}, context, readOneUser, done);
}

void addUser(RestClient& api, const QString& username, api::Role role, const QString& password, QObject* context,
             const Answer<User>& done)
{
    const QJsonObject body{{"username", username}, {"role", roleCode(role)}, {"password", password},
                           {"must_change_password", true}};
    api.fetch<User>({.method = "POST", .path = apiPath({"users"}), .body = bodyOf(body)}, context, readOneUser, done);
}

void changeUser(RestClient& api, const User& user, const QJsonObject& changes, QObject* context,
                const Answer<User>& done)
{
    const Call call{.method = "PATCH",
                    .path = apiPath({"users", user.username}),
                    .body = bodyOf(changes),
                    .ifMatch = user.etag};
    api.fetch<User>(call, context, readOneUser, done);
}

void resetPassword(RestClient& api, const QString& username, const QString& password, QObject* context,
                   const Answer<RawAnswer>& done)
{
    api.send({.method = "POST",
              .path = apiPath({"users", username, "password"}),
              .body = bodyOf({{"password", password}})},
             context, done);
}

void fetchSessions(RestClient& api, const QString& username, QObject* context, const Answer<QList<UserSession>>& done)
{
    fetchAll<UserSession>(api, apiPath(sessionsOf(username)), readSession, context, done);
}

void endSession(RestClient& api, const QString& username, const QString& id, QObject* context,
                const Answer<RawAnswer>& done)
{
    api.send({.method = "DELETE", .path = apiPath(sessionsOf(username) << id)}, context, done);
}

void fetchApiTokens(RestClient& api, QObject* context, const Answer<QList<ApiToken>>& done)
{
    fetchAll<ApiToken>(api, apiPath({"api-tokens"}), readToken, context, done);
}

void addApiToken(RestClient& api, const ApiTokenOrder& order, QObject* context,
                 const Answer<ApiTokenWithSecret>& done)
{
    const QJsonObject body{{"name", order.name},
                           {"roles", QJsonArray::fromStringList(order.roles)},
                           {"routes", QJsonArray::fromStringList(order.routes)},
                           {"expires_at", order.expiresAt.toUTC().toString(Qt::ISODate)}};
    const auto read = [](const RawAnswer& answer) {
        const JsonFields fields = readObject(answer.body);
        return ApiTokenWithSecret{readToken(fields), fields.text("token")};
    };
    api.fetch<ApiTokenWithSecret>({.method = "POST", .path = apiPath({"api-tokens"}), .body = bodyOf(body)}, context,
                                  read, done);
}

void revokeApiToken(RestClient& api, const QString& id, QObject* context, const Answer<RawAnswer>& done)
{
    api.send({.method = "DELETE", .path = apiPath({"api-tokens", id})}, context, done);
}

void fetchAuthLocks(RestClient& api, QObject* context, const Answer<QList<AuthLock>>& done)
{
    fetchAll<AuthLock>(api, apiPath({"auth-locks"}), readLock, context, done);
}

void unlock(RestClient& api, const QString& id, const QString& reason, QObject* context,
            const Answer<RawAnswer>& done)
{
    api.send({.method = "DELETE", .path = apiPath({"auth-locks", id}), .body = bodyOf({{"reason", reason}})}, context,
             done);
}

QString makePassword()
{
    constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
    constexpr int length = 20;
    constexpr int group = 4;
    QString password;
    for (int i = 0; i < length; ++i) {
        if (i > 0 && i % group == 0)
            password += '-';
        // bounded() of the system's generator: unbiased, and from the kernel's randomness.
        password += QLatin1Char(letters[QRandomGenerator::system()->bounded(static_cast<quint32>(letters.size()))]);
    }
    return password;
}

} // namespace hpcbill::client
