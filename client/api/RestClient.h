// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/api_result.h"
#include "client/api/json_fields.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QTimer>
#include <QUrl>
#include <QUrlQuery>

class QNetworkReply;

namespace hpcbill::client
{

/// One request to the server, its path below the server's address.
struct Call {
    QByteArray method = "GET";
    QString path; ///< percent-encoded: made by apiPath()
    QUrlQuery query = {};
    QByteArray body = {}; ///< JSON, or empty
    QByteArray ifMatch = {};
};

/// A good answer (2xx) as it came.
struct RawAnswer {
    QByteArray body;
    QByteArray etag;
    QString requestId;
};

/// `/api/v1/` and the segments, each percent-encoded whole, so that a `/` in a cluster's name stays inside
/// its segment.
QString apiPath(const QStringList& segments);
/// Adds a parameter, its value percent-encoded whole: QUrlQuery itself leaves a `+` as it is, which servers
/// read as a space.
void addParameter(QUrlQuery& query, const QString& name, const QString& value);

/// Talks to one server. Every call names its context object: when that dies, the request is aborted and
/// the answer does not come. Knows whether the server is away and, while it is, asks by itself until it is
/// back.
class RestClient final : public QObject
{
    Q_OBJECT

public:
    explicit RestClient(QObject* parent = nullptr);

    void setServer(const QUrl& server);
    [[nodiscard]] const QUrl& server() const { return m_server; }
    /// The bearer token of the session; empty when nobody is logged in.
    void setToken(const QByteArray& token) { m_token = token; }
    [[nodiscard]] const QByteArray& token() const { return m_token; }
    /// How long one call may go without a byte from the server.
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

    [[nodiscard]] bool isAway() const { return m_isAway; }
    /// When the server is asked again by itself; invalid unless it is away.
    [[nodiscard]] std::chrono::milliseconds untilNextTry() const { return m_probe.remainingTimeAsDuration(); }
    /// Asks at once whether the server is back.
    void tryNow();

    void send(const Call& call, QObject* context, const Answer<RawAnswer>& done);

    /// Asks for an answer that goes on and on, beginning after the event of that id (empty: with what comes
    /// now). Ends by itself when nothing came for so long. The caller owns the reply.
    [[nodiscard]] QNetworkReply* openStream(const QString& path, const QByteArray& lastEventId,
                                            std::chrono::milliseconds silenceMax);

    /// Sends, then makes a T of a good answer by `read(RawAnswer)`, which may throw UnexpectedAnswer.
    template <typename T, typename Read>
    void fetch(const Call& call, QObject* context, Read read, const Answer<T>& done)
    {
        send(call, context, [read, done](const ApiResult<RawAnswer>& answer) {
            done(answer ? readBy<T>(read, answer.value()) : ApiResult<T>(answer.error()));
        });
    }

signals:
    /// The server stopped answering, or the next try is due at another time.
    void wentAway();
    /// The server answers again: what failed may be asked again.
    void cameBack();
    /// A call with the present token was answered 401.
    void sessionExpired();

private:
    template <typename T, typename Read>
    static ApiResult<T> readBy(Read read, const RawAnswer& answer)
    {
        try {
            return read(answer);
        } catch (const UnexpectedAnswer& fault) {
            return unexpected(QString::fromUtf8(fault.what()), answer.requestId);
        }
    }

    static ApiError unexpected(const QString& detail, const QString& requestId);
    [[nodiscard]] QNetworkRequest requestFor(const Call& call) const;
    void noteReachability(const ApiError* error);
    void probe();

    QNetworkAccessManager m_network;
    QTimer m_probe;
    QUrl m_server;
    QByteArray m_token;
    std::chrono::milliseconds m_timeout{30'000};
    std::chrono::milliseconds m_pause{1'000}; // until the next try; doubles up to pauseMax
    bool m_isAway = false;
    bool m_isProbing = false;
};

} // namespace hpcbill::client
