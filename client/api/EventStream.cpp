// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/EventStream.h"

#include <QNetworkReply>
#include <QRandomGenerator>

using namespace std::chrono_literals;

namespace hpcbill::client
{

namespace
{

/// The server sends a comment every 15 s: three of them missed is a dead line.
constexpr auto silenceMax = 45'000ms;

constexpr auto retryAfterMax = 600s;

std::optional<ServerEvent> readEvent(const StreamMessage& message)
{
    try {
        const JsonFields fields = readObject(message.data);
        return ServerEvent{fields.integer("seq"), fields.text("action"), fields.textOrEmpty("target_type"),
                           fields.textOrEmpty("target_id"), fields.textOrEmpty("outcome")};
    } catch (const UnexpectedAnswer&) {
        return std::nullopt; // of a newer server, and nothing that this program could act upon
    }
}

} // namespace

EventStream::EventStream(RestClient& api, Session& session, QObject* parent)
    : EventStream(api, session, Pauses(), parent)
{
}

EventStream::EventStream(RestClient& api, Session& session, Pauses pauses, QObject* parent)
    : QObject(parent)
    , m_api(api)
    , m_session(session)
    , m_pauses(pauses)
    , m_pause(pauses.first)
{
    m_again.setSingleShot(true);
    connect(&m_again, &QTimer::timeout, this, &EventStream::connectNow);
    connect(&m_session, &Session::began, this, [this] {
        m_lastId.clear(); // of another user or another server
        begin();
    });
    connect(&m_session, &Session::renewed, this, &EventStream::begin);
    connect(&m_session, &Session::expired, this, &EventStream::fallSilent);
    connect(&m_session, &Session::ended, this, &EventStream::fallSilent);
    connect(&m_api, &RestClient::cameBack, this, [this] {
        if (m_state == State::connecting && !m_reply)
            connectNow();
    });
    if (m_session.who() && !m_session.isExpired())
        begin();
}

EventStream::~EventStream()
{
    hangUp();
}

void EventStream::begin()
{
    m_pause = m_pauses.first;
    connectNow();
}

void EventStream::fallSilent()
{
    hangUp();
    m_again.stop();
    setState(State::silent);
}

void EventStream::hangUp()
{
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->abort();
    m_reply->deleteLater();
    m_reply = nullptr;
}

void EventStream::connectNow()
{
    hangUp();
    m_again.stop();
    m_reader = EventReader();
    if (m_state != State::unavailable)
        setState(State::connecting);
    m_reply = m_api.openStream(apiPath({"events"}), m_lastId, silenceMax);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &EventStream::takeHead);
    connect(m_reply, &QNetworkReply::readyRead, this, &EventStream::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &EventStream::takeEnd);
}

void EventStream::takeHead()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool isStream =
        m_reply->header(QNetworkRequest::ContentTypeHeader).toString().startsWith("text/event-stream");
    if (status != 200 || !isStream || m_state == State::live)
        return;
    m_pause = m_pauses.first;
    setState(State::live);
    if (m_lastId.isEmpty())
        emit mayHaveMissed();
}

void EventStream::takeBytes()
{
    if (m_state != State::live) {
        m_reply->readAll(); // the text of a refusal
        return;
    }
    const QList<StreamMessage> messages = m_reader.read(m_reply->readAll());
    QNetworkReply* const reply = m_reply;
    for (const StreamMessage& message : messages) {
        if (!message.lastId.isEmpty())
            m_lastId = message.lastId;
        if (const std::optional<ServerEvent> event = readEvent(message))
            emit heard(*event);
        if (m_reply != reply)
            return; // somebody logged out on hearing of it
    }
    if (m_reader.isOverfull()) {
        hangUp();
        tryAgainIn(m_pauses.unavailable, State::unavailable);
    }
}

void EventStream::takeEnd()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool wasLive = m_state == State::live;
    const int retryAfter = m_reply->rawHeader("Retry-After").toInt();
    hangUp();
    if (status == 401)
        return; // the session tells of it, and renews
    if (!wasLive && status != 0 && status != 502 && status != 504) {
        // 404: an older server; 503: no room for one more; 403: not for this role.
        const auto named = std::min<std::chrono::milliseconds>(std::chrono::seconds(retryAfter), retryAfterMax);
        tryAgainIn(named > 0ms ? named : m_pauses.unavailable, State::unavailable);
        return;
    }
    if (m_reader.retryMs())
        m_pause = std::clamp<std::chrono::milliseconds>(std::chrono::milliseconds(*m_reader.retryMs()), m_pauses.first,
                                                        m_pauses.longest);
    tryAgainIn(m_pause, State::connecting);
    m_pause = std::min(m_pause * 2, m_pauses.longest);
}

void EventStream::tryAgainIn(std::chrono::milliseconds pause, State meanwhile)
{
    // Jitter, so that all desktops of an office do not knock at the same moment.
    const int jitterMax = std::max(1, static_cast<int>(pause.count() / 4));
    m_again.start(pause + std::chrono::milliseconds(QRandomGenerator::global()->bounded(jitterMax)));
    setState(meanwhile);
}

void EventStream::setState(State state)
{
    if (state == m_state)
        return;
    m_state = state;
    emit stateChanged();
}

} // namespace hpcbill::client
