// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/decimal.h"
#include "client/models/format.h"
#include "client/pages/users/users_api.h"
#include "client/widgets/role_text.h"

namespace hpcbill::client
{

namespace
{

QString said(const char* text)
{
    return QCoreApplication::translate("users", text);
}

template <typename Row>
Column<Row> textColumn(const char* id, const char* title, QString Row::* text)
{
    return {id, title, false, [text](const Row& row, const QLocale&) { return row.*text; },
            [text](const Row& row) { return row.*text; }};
}

template <typename Row>
Column<Row> timeColumn(const char* id, const char* title, QDateTime Row::* time)
{
    return {id, title, false, [time](const Row& row, const QLocale& locale) { return shownTime(row.*time, locale); },
            [time](const Row& row) { return rawTime(row.*time); }};
}

QString userIcon(const User& user)
{
    if (user.isDisabled)
        return "still:quiet";
    return user.mustChangePassword ? "attention:attention" : "good:good";
}

QString tokenIcon(const ApiToken& token, const QDateTime& now)
{
    constexpr int soonDays = 14;
    if (token.expiresAt <= now)
        return "bad:bad";
    return token.expiresAt <= now.addDays(soonDays) ? "attention:attention" : "good:good";
}

} // namespace

QString userStateText(const User& user)
{
    if (user.isDisabled)
        return said(QT_TRANSLATE_NOOP("users", "disabled"));
    return user.mustChangePassword ? said(QT_TRANSLATE_NOOP("users", "has to change the password"))
                                   : said(QT_TRANSLATE_NOOP("users", "may log in"));
}

QString tokenStateText(const ApiToken& token, const QDateTime& now)
{
    return token.expiresAt <= now ? said(QT_TRANSLATE_NOOP("users", "expired"))
                                  : said(QT_TRANSLATE_NOOP("users", "in force"));
}

QString rolesText(const QStringList& codes)
{
    QStringList names;
    for (const QString& code : codes) {
        const std::optional<api::Role> role = api::parseRole(code.toStdString());
        names << (role ? roleText(*role) : code);
    }
    return names.join(", ");
}

std::vector<Column<User>> userColumns()
{
    return {
        textColumn("username", QT_TRANSLATE_NOOP("columns", "Name"), &User::username),
        {"role", QT_TRANSLATE_NOOP("columns", "Role"), false,
         [](const User& user, const QLocale&) { return roleText(user.role); },
         [](const User& user) { return roleCode(user.role); }},
        {"state", QT_TRANSLATE_NOOP("columns", "State"), false,
         [](const User& user, const QLocale&) { return userStateText(user); },
         [](const User& user) -> QString {
             return user.isDisabled ? "disabled" : user.mustChangePassword ? "must_change_password" : "active";
         },
         userIcon},
        timeColumn("password", QT_TRANSLATE_NOOP("columns", "Password set"), &User::passwordChangedAt),
        timeColumn("created", QT_TRANSLATE_NOOP("columns", "Added"), &User::createdAt),
    };
}

std::vector<Column<ApiToken>> apiTokenColumns(const std::function<QDateTime()>& now)
{
    return {
        textColumn("name", QT_TRANSLATE_NOOP("columns", "Name"), &ApiToken::name),
        {"state", QT_TRANSLATE_NOOP("columns", "State"), false,
         [now](const ApiToken& token, const QLocale&) { return tokenStateText(token, now()); },
         [now](const ApiToken& token) -> QString { return token.expiresAt <= now() ? "expired" : "active"; },
         [now](const ApiToken& token) { return tokenIcon(token, now()); }},
        {"roles", QT_TRANSLATE_NOOP("columns", "Roles"), false,
         [](const ApiToken& token, const QLocale&) { return rolesText(token.roles); },
         [](const ApiToken& token) { return token.roles.join(","); }},
        timeColumn("expires", QT_TRANSLATE_NOOP("columns", "Expires"), &ApiToken::expiresAt),
        {"used", QT_TRANSLATE_NOOP("columns", "Last use"), false,
         [](const ApiToken& token, const QLocale& locale) {
             return token.lastUsedAt.isValid() ? shownTime(token.lastUsedAt, locale)
                                               : said(QT_TRANSLATE_NOOP("users", "never"));
         },
         [](const ApiToken& token) { return rawTime(token.lastUsedAt); }},
        {"routes", QT_TRANSLATE_NOOP("columns", "May ask for"), false,
         [](const ApiToken& token, const QLocale&) { return token.routes.join(", "); },
         [](const ApiToken& token) { return token.routes.join(","); }},
        textColumn("by", QT_TRANSLATE_NOOP("columns", "Made by"), &ApiToken::createdBy),
    };
}

std::vector<Column<UserSession>> sessionColumns()
{
    return {
        {"kind", QT_TRANSLATE_NOOP("columns", "By"), false,
         [](const UserSession& session, const QLocale&) {
             if (session.isCurrent)
                 return said(QT_TRANSLATE_NOOP("users", "this program"));
             return session.kind == "web" ? said(QT_TRANSLATE_NOOP("users", "browser"))
                                          : said(QT_TRANSLATE_NOOP("users", "program"));
         },
         [](const UserSession& session) { return session.kind; },
         [](const UserSession& session) { return session.isCurrent ? "good:good" : "user:quiet"; }},
        textColumn("address", QT_TRANSLATE_NOOP("columns", "From"), &UserSession::address),
        timeColumn("seen", QT_TRANSLATE_NOOP("columns", "Last seen"), &UserSession::lastSeenAt),
        timeColumn("created", QT_TRANSLATE_NOOP("columns", "Since"), &UserSession::createdAt),
        timeColumn("expires", QT_TRANSLATE_NOOP("columns", "Expires"), &UserSession::expiresAt),
    };
}

std::vector<Column<AuthLock>> authLockColumns()
{
    return {
        textColumn("username", QT_TRANSLATE_NOOP("columns", "Name"), &AuthLock::username),
        textColumn("address", QT_TRANSLATE_NOOP("columns", "From"), &AuthLock::address),
        {"failures", QT_TRANSLATE_NOOP("columns", "Wrong passwords"), true,
         [](const AuthLock& lock, const QLocale& locale) { return localized(QString::number(lock.failures), locale); },
         [](const AuthLock& lock) { return QString::number(lock.failures); }},
        timeColumn("until", QT_TRANSLATE_NOOP("columns", "Locked until"), &AuthLock::lockedUntil),
    };
}

} // namespace hpcbill::client
