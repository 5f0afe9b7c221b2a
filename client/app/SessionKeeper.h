// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/Session.h"

namespace hpcbill::client
{

/// Keeps sessions beyond the end of the program: their tokens, one per server's address, in the computer's
/// keychain (Secret Service, KWallet and their like) and nowhere else. Where there is no keychain, a session
/// ends with the program.
class SessionKeeper final : public QObject
{
    Q_OBJECT

public:
    /// What the keychain said when it was asked last.
    enum class Keychain {
        unknown, ///< not asked yet
        ready,
        locked, ///< somebody declined to open it; asked again with the next session
        absent,
    };
    /// How far resume() has come.
    enum class Resumption {
        none,
        asking,  ///< the keychain or the server
        waiting, ///< for a server that is away; asked by itself once it is back
        ended,   ///< the server says that the session has expired
        failed,  ///< the server could not say; the token stays
    };

    SessionKeeper(RestClient& api, Session& session, QObject* parent = nullptr);

    [[nodiscard]] Keychain keychain() const { return m_keychain; }
    [[nodiscard]] Resumption resumption() const { return m_resumption; }
    /// Whether sessions that begin from now on are kept.
    void setWanted(bool isWanted) { m_isWanted = isWanted; }

    /// Asks the keychain for a session at that server, and goes on with it if it still holds.
    void resume(const QUrl& server);
    /// Somebody logs in by hand: what resume() would have come to is not wanted any more.
    void giveUp();

signals:
    /// keychain() or resumption() has changed.
    void changed();
    /// A session that was to be kept is not; why, in the keychain's own words.
    void notKept(const QString& why);

private:
    void tryToken();
    void keep();
    void forget();
    void remove(const QString& key);
    void set(Keychain keychain);
    void set(Resumption resumption);

    RestClient& m_api;
    Session& m_session;
    Keychain m_keychain = Keychain::unknown;
    Resumption m_resumption = Resumption::none;
    bool m_isWanted = false;
    QByteArray m_token; ///< of the session that goes on, or is to
    QString m_key;      ///< its server, as the keychain knows it
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client
