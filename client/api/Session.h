// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "common/api/role.h"

namespace hpcbill::client
{

/// Who is logged in at the server.
struct SignedIn {
    QString username;
    api::Role role = api::Role::user;
    /// Somebody else set the password: nothing but changing it is to be had.
    bool mustChangePassword = false;
};

/// The session at one server: begins by a name and a password, which is forgotten at once, or goes on by the
/// token of one that began before; ends by logging out, or when the server says that it has expired. Keeps
/// nothing beyond its own life: app/SessionKeeper does, where that is wanted.
class Session final : public QObject
{
    Q_OBJECT

public:
    explicit Session(RestClient& api, QObject* parent = nullptr);

    /// Where the password has to be changed, nothing has begun yet: changePassword() comes next, or logout().
    void login(const QString& username, const QString& password, QObject* context,
               const Answer<SignedIn>& done);
    /// Goes on with a session that began earlier, if its token still holds. What is begun after that wins.
    void resume(const QByteArray& token, QObject* context, const Answer<SignedIn>& done);
    /// Another password; all sessions of the user end, and this one goes on anew.
    void changePassword(const QString& oldPassword, const QString& newPassword, QObject* context,
                        const Answer<SignedIn>& done);
    /// Ends the session here at once, and tells the server.
    void logout();

    /// Nobody before the first login and after logging out; stays while a session waits for renewal.
    [[nodiscard]] const std::optional<SignedIn>& who() const { return m_who; }
    [[nodiscard]] bool isExpired() const { return m_isExpired; }
    /// The bearer token; empty without a session that holds.
    [[nodiscard]] const QByteArray& token() const { return m_api.token(); }

signals:
    void began();   ///< somebody else, or the first one
    void renewed(); ///< the same user again, after `expired` or with another password
    void expired();
    void ended();

private:
    void open(const Call& call, QObject* context, const Answer<SignedIn>& done);

    RestClient& m_api;
    std::optional<SignedIn> m_who;
    bool m_isExpired = false;
    bool m_isChanging = false; ///< the password, which ends the present session
    quint64 m_attempt = 0; ///< of beginning; only the last one counts
};

} // namespace hpcbill::client
