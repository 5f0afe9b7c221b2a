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

SignedIn readWho(const JsonFields& user)
{
    const std::optional<api::Role> role = api::parseRole(user.text("role").toStdString());
    if (!role)
        throw UnexpectedAnswer("role");
    return {user.text("username"), *role, user.has("must_change_password") && user.flag("must_change_password")};
}

Opened readOpened(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    return {fields.text("token").toUtf8(), readWho(fields.object("user"))};
}

} // namespace

Session::Session(RestClient& api, QObject* parent)
    : QObject(parent)
    , m_api(api)
{
    connect(&m_api, &RestClient::sessionExpired, this, [this] {
        if (!m_who || m_isExpired || m_isChanging)
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
    open({.method = "POST",
          .path = apiPath({"session"}),
          .body = QJsonDocument(body).toJson(QJsonDocument::Compact)},
         context, done);
}

void Session::changePassword(const QString& oldPassword, const QString& newPassword, QObject* context,
                             const Answer<SignedIn>& done)
{
    m_isChanging = true;
    const QJsonObject body{{"old_password", oldPassword}, {"new_password", newPassword}};
    open({.method = "POST",
          .path = apiPath({"me", "password"}),
          .body = QJsonDocument(body).toJson(QJsonDocument::Compact)},
         context, done);
}

void Session::open(const Call& call, QObject* context, const Answer<SignedIn>& done)
{
    const quint64 attempt = ++m_attempt;
    m_api.fetch<Opened>(call, context, readOpened, [this, done, attempt](const ApiResult<Opened>& opened) {
        if (attempt != m_attempt)
            return;
        m_isChanging = false;
        if (!opened) {
            done(opened.error());
            return;
        }
        const SignedIn who = opened.value().who;
        m_api.setToken(opened.value().token);
        if (who.mustChangePassword) {
            done(who);
            return;
        }
        const bool isSame = m_who && m_who->username == who.username && m_who->role == who.role;
        m_who = who;
        m_isExpired = false;
        done(who);
        if (isSame)
            emit renewed();
        else
            emit began();
    });
}

void Session::resume(const QByteArray& token, QObject* context, const Answer<SignedIn>& done)
{
    const quint64 attempt = ++m_attempt;
    m_api.setToken(token);
    const auto read = [](const RawAnswer& answer) { return readWho(readObject(answer.body)); };
    m_api.fetch<SignedIn>({.path = apiPath({"me"})}, context, read,
                          [this, done, attempt](const ApiResult<SignedIn>& answer) {
                              if (attempt != m_attempt)
                                  return;
                              if (!answer) {
                                  m_api.setToken({});
                                  done(answer.error());
                                  return;
                              }
                              if (answer.value().mustChangePassword) {
                                  // Only a login tells the old password, which is needed to change it.
                                  logout();
                                  ApiError ended;
                                  ended.kind = ApiError::Kind::unauthorized;
                                  done(ended);
                                  return;
                              }
                              m_who = answer.value();
                              m_isExpired = false;
                              done(*m_who);
                              emit began();
                          });
}

void Session::logout()
{
    ++m_attempt;
    m_isChanging = false;
    if (!m_api.token().isEmpty()) {
        // Whether the server heard of it or not, nothing of the session stays here.
        m_api.send({.method = "DELETE", .path = apiPath({"session"})}, this,
                   [](const ApiResult<RawAnswer>&) {});
    }
    m_api.setToken({});
    m_isExpired = false;
    if (!std::exchange(m_who, std::nullopt))
        return;
    emit ended();
}

} // namespace hpcbill::client
