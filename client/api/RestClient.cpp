// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/RestClient.h"

#include "common/api/problem.h"

#include <QJsonDocument>
#include <QNetworkReply>
#include <QPointer>
#include <QRandomGenerator>

using namespace std::chrono_literals;

namespace hpcbill::client
{

namespace
{

constexpr auto pauseMin = 1'000ms;
constexpr auto pauseMax = 15'000ms;

ApiError::Kind kindOf(int status)
{
    switch (status) {
    case 401:
        return ApiError::Kind::unauthorized;
    case 403:
        return ApiError::Kind::forbidden;
    case 404:
        return ApiError::Kind::notFound;
    case 409:
    case 422:
        return ApiError::Kind::conflict;
    case 412:
        return ApiError::Kind::stale;
    case 429:
        return ApiError::Kind::throttled;
    default:
        break;
    }
    if (status >= 500)
        return ApiError::Kind::server;
    return status >= 400 ? ApiError::Kind::invalid : ApiError::Kind::unexpected;
}

/// A problem (RFC 9457) where there is one; a proxy in between may answer anything.
void readProblem(const QByteArray& body, ApiError& error)
{
    const QJsonObject problem = QJsonDocument::fromJson(body).object();
    const std::string type = problem.value("type").toString().toStdString();
    error.code = QString::fromStdString(api::codeOfProblemType(type).value_or(std::string()));
    error.title = problem.value("title").toString();
    error.detail = problem.value("detail").toString();
    if (const QString id = problem.value("request_id").toString(); !id.isEmpty())
        error.requestId = id;
    const QJsonArray fields = problem.value("errors").toArray();
    for (const QJsonValue& field : fields) {
        error.fields.append({field["field"].toString(), field["detail"].toString()});
    }
}

ApiError errorOf(const QNetworkReply& reply, int status, const QByteArray& body)
{
    ApiError error;
    error.status = status;
    error.requestId = QString::fromLatin1(reply.rawHeader("X-Request-Id"));
    if (status == 0) {
        // Qt tells of its own transfer timeout as a cancelled operation.
        const bool isLate = reply.error() == QNetworkReply::OperationCanceledError ||
                            reply.error() == QNetworkReply::TimeoutError;
        error.kind = isLate ? ApiError::Kind::timedOut : ApiError::Kind::unreachable;
        error.detail = reply.errorString();
        return error;
    }
    error.kind = kindOf(status);
    readProblem(body, error);
    return error;
}

} // namespace

QString apiPath(const QStringList& segments)
{
    QString path = "/api/v1";
    for (const QString& segment : segments)
        path += '/' + QString::fromLatin1(QUrl::toPercentEncoding(segment));
    return path;
}

void addParameter(QUrlQuery& query, const QString& name, const QString& value)
{
    query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

RestClient::RestClient(QObject* parent)
    : QObject(parent)
{
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy); // a token is for one server
    m_probe.setSingleShot(true);
    connect(&m_probe, &QTimer::timeout, this, &RestClient::probe);
}

void RestClient::setServer(const QUrl& server)
{
    m_server = server;
    m_token.clear();
    m_isAway = false;
    m_probe.stop();
}

QNetworkRequest RestClient::requestFor(const Call& call) const
{
    QUrl url = m_server;
    QString base = url.path(QUrl::FullyEncoded);
    while (base.endsWith('/'))
        base.chop(1);
    url.setPath(base + call.path, QUrl::StrictMode);
    url.setQuery(call.query.query(QUrl::FullyEncoded), QUrl::StrictMode);
    QNetworkRequest request(url);
    request.setTransferTimeout(static_cast<int>(m_timeout.count()));
    request.setRawHeader("Accept", "application/json");
    request.setRawHeader("User-Agent", "hpcbill-desktop");
    if (!m_token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_token);
    if (!call.body.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    if (!call.ifMatch.isEmpty())
        request.setRawHeader("If-Match", call.ifMatch);
    return request;
}

void RestClient::send(const Call& call, QObject* context, const Answer<RawAnswer>& done)
{
    QNetworkReply* reply = m_network.sendCustomRequest(requestFor(call), call.method, call.body);
    // Aborted first, then silent: abort() itself finishes the reply.
    connect(context, &QObject::destroyed, reply, [reply] {
        reply->disconnect();
        reply->abort();
        reply->deleteLater();
    });
    connect(reply, &QNetworkReply::finished, context, [this, reply, done, token = m_token] {
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        const QByteArray body = reply->readAll();
        // A body cut short carries a good status and an error: it is no answer.
        const bool isCut = reply->error() != QNetworkReply::NoError && status >= 200 && status < 300;
        if (status >= 200 && status < 300 && !isCut) {
            noteReachability(nullptr);
            done(RawAnswer{body, reply->rawHeader("ETag"),
                           QString::fromLatin1(reply->rawHeader("X-Request-Id"))});
            return;
        }
        const ApiError error = errorOf(*reply, isCut ? 0 : status, body);
        noteReachability(&error);
        const QPointer<RestClient> self(this);
        done(error);
        // Of a token that was given up since, nobody needs to hear.
        if (self && !token.isEmpty() && token == m_token && error.kind == ApiError::Kind::unauthorized)
            emit sessionExpired();
    });
}

QNetworkReply* RestClient::openStream(const QString& path, const QByteArray& lastEventId,
                                      std::chrono::milliseconds silenceMax)
{
    QNetworkRequest request = requestFor({.path = path});
    request.setTransferTimeout(static_cast<int>(silenceMax.count()));
    request.setRawHeader("Accept", "text/event-stream");
    // Compressed, an event would wait in somebody's buffer until the next ones push it out.
    request.setRawHeader("Accept-Encoding", "identity");
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    if (!lastEventId.isEmpty())
        request.setRawHeader("Last-Event-ID", lastEventId);
    QNetworkReply* reply = m_network.get(request);
    if (!m_token.isEmpty()) {
        connect(reply, &QNetworkReply::finished, this, [this, reply, token = m_token] {
            if (token == m_token && reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 401)
                emit sessionExpired();
        });
    }
    return reply;
}

ApiError RestClient::unexpected(const QString& detail, const QString& requestId)
{
    ApiError error;
    error.detail = detail;
    error.requestId = requestId;
    return error;
}

void RestClient::noteReachability(const ApiError* error)
{
    if (error && error->isAway()) {
        if (m_isAway)
            return;
        m_isAway = true;
        m_pause = pauseMin;
        m_probe.start(m_pause);
        emit wentAway();
    } else if (m_isAway) {
        m_isAway = false;
        m_probe.stop();
        emit cameBack();
    }
}

void RestClient::tryNow()
{
    if (!m_isAway)
        return;
    m_pause = pauseMin;
    probe();
}

void RestClient::probe()
{
    if (m_isProbing)
        return;
    m_isProbing = true;
    m_probe.stop();
    send({.path = "/healthz"}, this, [this](const ApiResult<RawAnswer>&) {
        m_isProbing = false;
        if (!m_isAway)
            return; // noteReachability has told of it
        // Jitter, so that all desktops of an office do not knock at the same moment.
        m_pause = std::min<std::chrono::milliseconds>(m_pause * 2, pauseMax);
        m_probe.start(m_pause + std::chrono::milliseconds(QRandomGenerator::global()->bounded(500)));
        emit wentAway();
    });
}

} // namespace hpcbill::client
