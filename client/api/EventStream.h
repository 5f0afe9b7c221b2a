// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/Session.h"
#include "client/api/event_reader.h"

namespace hpcbill::client
{

/// Something that happened at the server, as its audit log tells it.
struct ServerEvent {
    qint64 seq = 0;
    QString action; ///< `receipt.paid`, `rate.changed`
    QString targetType;
    QString targetId;
    QString outcome;
};

/// Hears from the server what happens there while somebody is logged in. Connects again by itself and then
/// misses nothing: the server sends all that came after the last event. A server that has no such stream, or no
/// room for one more, is asked again now and then; the program works on without it.
class EventStream final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        silent,      ///< nobody is logged in, or the session waits for renewal
        connecting,  ///< also between two tries
        live,        ///< what happens is heard at once
        unavailable, ///< the server has none, or none for us, for now
    };

    /// How long is waited before another try.
    struct Pauses {
        std::chrono::milliseconds first{1'000}; ///< doubles from try to try
        std::chrono::milliseconds longest{30'000};
        std::chrono::milliseconds unavailable{120'000}; ///< where the server names no time
    };

    EventStream(RestClient& api, Session& session, Pauses pauses, QObject* parent = nullptr);
    EventStream(RestClient& api, Session& session, QObject* parent = nullptr);
    ~EventStream() override;

    [[nodiscard]] State state() const { return m_state; }

signals:
    void stateChanged();
    void heard(const hpcbill::client::ServerEvent& event);
    /// Live, but nobody can say what happened before: what is shown may be old.
    void mayHaveMissed();

private:
    void begin();
    void fallSilent();
    void connectNow();
    void hangUp();
    void takeHead();
    void takeBytes();
    void takeEnd();
    void tryAgainIn(std::chrono::milliseconds pause, State meanwhile);
    void setState(State state);

    RestClient& m_api;
    Session& m_session;
    const Pauses m_pauses;
    QNetworkReply* m_reply = nullptr;
    QTimer m_again;
    EventReader m_reader;
    QByteArray m_lastId;
    std::chrono::milliseconds m_pause;
    State m_state = State::silent;
};

} // namespace hpcbill::client
