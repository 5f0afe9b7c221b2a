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
};

/// The session at one server: begins by a name and a password, which is forgotten at once; ends by
/// logging out, or when the server says that it has expired. Never written to disk.
class Session final : public QObject
{
    Q_OBJECT

public:
    explicit Session(RestClient& api, QObject* parent = nullptr);

    void login(const QString& username, const QString& password, QObject* context,
               const Answer<SignedIn>& done);
    /// Ends the session here at once, and tells the server.
    void logout();

    /// Nobody before the first login and after logging out; stays while a session waits for renewal.
    [[nodiscard]] const std::optional<SignedIn>& who() const { return m_who; }
    [[nodiscard]] bool isExpired() const { return m_isExpired; }

signals:
    void began();   ///< somebody else, or the first one
    void renewed(); ///< the same user again, after `expired`
    void expired();
    void ended();

private:
    RestClient& m_api;
    std::optional<SignedIn> m_who;
    bool m_isExpired = false;
};

} // namespace hpcbill::client
