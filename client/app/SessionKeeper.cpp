// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/app/SessionKeeper.h"

#include "client/api/server_address.h"

#include <qt6keychain/keychain.h>

namespace hpcbill::client
{

namespace
{

constexpr const char* service = "hpcbill-desktop";

SessionKeeper::Keychain stateAfter(QKeychain::Error error)
{
    switch (error) {
    case QKeychain::NoError:
    case QKeychain::EntryNotFound:
        return SessionKeeper::Keychain::ready;
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return SessionKeeper::Keychain::locked;
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
    case QKeychain::OtherError:
        break;
    }
    return SessionKeeper::Keychain::absent;
}

/// Starts a job of the keychain, which deletes itself; `done(job)` is called while `context` lives.
template <typename Job, typename Done>
void start(Job* job, const QString& key, QObject* context, Done done)
{
    job->setKey(key);
    job->setInsecureFallback(false); // that would be a file in clear
    QObject::connect(job, &QKeychain::Job::finished, context, [job, done](QKeychain::Job*) { done(*job); });
    job->start();
}

} // namespace

SessionKeeper::SessionKeeper(RestClient& api, Session& session, QObject* parent)
    : QObject(parent)
    , m_api(api)
    , m_session(session)
{
    connect(&m_session, &Session::began, this, &SessionKeeper::keep);
    connect(&m_session, &Session::renewed, this, &SessionKeeper::keep);
    connect(&m_session, &Session::expired, this, &SessionKeeper::forget);
    connect(&m_session, &Session::ended, this, &SessionKeeper::forget);
    connect(&m_api, &RestClient::cameBack, this, [this] {
        if (m_resumption == Resumption::waiting)
            tryToken();
    });
}

void SessionKeeper::resume(const QUrl& server)
{
    const quint64 ticket = ++m_ticket;
    const QString key = serverAddress(server);
    set(Resumption::asking);
    start(new QKeychain::ReadPasswordJob(service), key, this,
          [this, ticket, key, server](const QKeychain::ReadPasswordJob& job) {
              set(stateAfter(job.error()));
              if (ticket != m_ticket)
                  return;
              if (!m_isWanted || job.error() != QKeychain::NoError || job.binaryData().isEmpty()) {
                  set(Resumption::none);
                  return;
              }
              m_token = job.binaryData();
              m_key = key;
              m_api.setServer(server);
              tryToken();
          });
}

void SessionKeeper::tryToken()
{
    set(Resumption::asking);
    const quint64 ticket = ++m_ticket;
    m_session.resume(m_token, this, [this, ticket](const ApiResult<SignedIn>& answer) {
        if (ticket != m_ticket)
            return;
        if (answer)
            set(Resumption::none);
        else if (answer.error().isAway())
            set(Resumption::waiting);
        else if (answer.error().kind == ApiError::Kind::unauthorized) {
            forget();
            set(Resumption::ended);
        } else
            set(Resumption::failed);
    });
}

void SessionKeeper::giveUp()
{
    ++m_ticket;
    set(Resumption::none);
}

void SessionKeeper::keep()
{
    const QString key = serverAddress(m_api.server());
    if (m_token == m_session.token() && m_key == key)
        return; // it comes from there
    m_token = m_session.token();
    m_key = key;
    if (!m_isWanted) {
        remove(key); // whatever was kept there, this is who is logged in now
        return;
    }
    auto* job = new QKeychain::WritePasswordJob(service);
    job->setBinaryData(m_token);
    start(job, key, this, [this](const QKeychain::WritePasswordJob& written) {
        const bool wasTold = m_keychain == Keychain::absent; // where one chooses to stay signed in
        set(stateAfter(written.error()));
        if (written.error() != QKeychain::NoError && !wasTold)
            emit notKept(written.errorString());
    });
}

void SessionKeeper::forget()
{
    if (m_token.isEmpty())
        return;
    // Another window may have logged in at the same server since: what it keeps is its own.
    const QByteArray token = std::exchange(m_token, {});
    const QString key = m_key;
    start(new QKeychain::ReadPasswordJob(service), key, this, [this, token, key](const QKeychain::ReadPasswordJob& job) {
        const bool isReplaced = m_key == key && !m_token.isEmpty(); // by one that began meanwhile
        if (job.error() == QKeychain::NoError && job.binaryData() == token && !isReplaced)
            remove(key);
    });
}

void SessionKeeper::remove(const QString& key)
{
    start(new QKeychain::DeletePasswordJob(service), key, this, [this](const QKeychain::DeletePasswordJob& job) {
        set(job.error() == QKeychain::CouldNotDeleteEntry ? Keychain::ready : stateAfter(job.error()));
    });
}

void SessionKeeper::set(Keychain keychain)
{
    if (std::exchange(m_keychain, keychain) != keychain)
        emit changed();
}

void SessionKeeper::set(Resumption resumption)
{
    if (std::exchange(m_resumption, resumption) != resumption)
        emit changed();
}

} // namespace hpcbill::client
