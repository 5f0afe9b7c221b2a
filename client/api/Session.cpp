// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/Session.h"

#include <QJsonDocument>

namespace hpcbill::client
{

namespace
{

struct Opened {
    QByteArray token;
    SignedIn who;
};

Opened readOpened(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    const JsonFields user = fields.object("user");
    const std::optional<api::Role> role = api::parseRole(user.text("role").toStdString());
    if (!role)
        throw UnexpectedAnswer("user.role");
    return {fields.text("token").toUtf8(), {user.text("username"), *role}};
}

} // namespace

Session::Session(RestClient& api, QObject* parent)
    : QObject(parent)
    , m_api(api)
{
    connect(&m_api, &RestClient::sessionExpired, this, [this] {
        if (!m_who || m_isExpired)
            return; // several calls may be answered 401 at once
        m_isExpired = true;
        m_api.setToken({});
        emit expired();
    });
}

void Session::login(const QString& username, const QString& password, QObject* context,
                    const Answer<SignedIn>& done)
{
    const QJsonObject body{{"username", username}, {"password", password}};
    const Call call{.method = "POST",
                    .path = apiPath({"session"}),
                    .body = QJsonDocument(body).toJson(QJsonDocument::Compact)};
    m_api.fetch<Opened>(call, context, readOpened, [this, done](const ApiResult<Opened>& opened) {
        if (!opened) {
            done(opened.error());
            return;
        }
        const SignedIn who = opened.value().who;
        const bool isSame =
            m_isExpired && m_who && m_who->username == who.username && m_who->role == who.role;
        m_api.setToken(opened.value().token);
        m_who = who;
        m_isExpired = false;
        done(who);
        if (isSame)
            emit renewed();
        else
            emit began();
    });
}

void Session::logout()
{
    if (!m_who)
        return;
    if (!m_isExpired) {
        // Whether the server heard of it or not, nothing of the session stays here.
        m_api.send({.method = "DELETE", .path = apiPath({"session"})}, this,
                   [](const ApiResult<RawAnswer>&) {});
    }
    m_api.setToken({});
    m_who.reset();
    m_isExpired = false;
    emit ended();
}

} // namespace hpcbill::client
