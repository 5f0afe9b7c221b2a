// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/Session.h"
#include "client/witness/judgement.h"

#include <QThread>
#include <QTimer>

#include <memory>

namespace hpcbill::client
{

class Store;

/// Keeps what servers said of their audit logs, and at every connection has the server prove that what it says now follows from
/// that. Records that were cut off or written anew are found here although the server, its database and its keys are all
/// in one hand.
class Witness final : public QObject
{
    Q_OBJECT

public:
    enum class State {
        idle,       ///< nobody is logged in who may read the log, or the server signs nothing
        asking,     ///< for the first time since then
        consistent, ///< the present log follows from all that was seen of it
        undecided,  ///< the server could not be asked: error()
        alarmed,    ///< history was changed: alarm(); stays until somebody accepts the present history
        unusable,   ///< the file cannot be used: fault()
    };

    /// The file is made where there is none; all windows of a user may share it.
    Witness(RestClient& api, Session& session, const QString& file, std::function<QDateTime()> now,
            QObject* parent = nullptr);
    ~Witness() override;

    /// Asks the server now; what comes of it is told by changed().
    void check();
    /// Goes on from what the server says now, as somebody decided who knows why: a database restored from a backup. What was
    /// seen before, and the alarm, are kept.
    void accept(const QString& reason);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::optional<Alarm>& alarm() const { return m_alarm; }
    [[nodiscard]] const ApiError& error() const { return m_error; }
    [[nodiscard]] const QString& fault() const { return m_fault; }
    /// Of this server, newest first.
    [[nodiscard]] const QList<SeenCheckpoint>& seen() const { return m_seen; }
    /// Of this server, newest first, accepted ones too.
    [[nodiscard]] const QList<Alarm>& alarms() const { return m_alarms; }
    /// How many of seen(), from the newest on, are of the log as it is: those that a whole check has to meet.
    [[nodiscard]] QList<SeenCheckpoint> inForce() const;
    [[nodiscard]] const QList<TrustedKey>& keys() const { return m_keys; }

signals:
    void changed();

private:
    /// One question to the server, with what was known when it began.
    struct Check {
        quint64 ticket = 0;
        QString address;
        KnownLog known;
        Presented presented;
        std::optional<Opened> opened;
        QByteArray proof;
        int rounds = 0;
    };
    using CheckPtr = std::shared_ptr<Check>; // shared by the callbacks of one question

    void begin();
    void end();
    void readKnown(const CheckPtr& check);
    void askCheckpoint(const CheckPtr& check);
    void judge(const CheckPtr& check);
    void askProof(const CheckPtr& check);
    void settle(const CheckPtr& check);
    void keep(const CheckPtr& check);
    void raise(const CheckPtr& check, AlarmKind kind);
    void findAgreed(const CheckPtr& check, const std::shared_ptr<Alarm>& alarm, const QList<SeenCheckpoint>& older);
    void readAll(const CheckPtr& check, State then);
    void fail(const CheckPtr& check, const ApiError& error);
    void set(State state);
    [[nodiscard]] bool isOver(const CheckPtr& check) const { return check->ticket != m_ticket; }

    /// Has the store do something on its thread; `done(result)` comes back here, or the fault.
    template <typename Work, typename Done>
    void ask(Work work, Done done);
    template <typename T, typename Read>
    void fetch(const CheckPtr& check, const Call& call, Read read, const std::function<void(const ApiResult<T>&)>& done);

    RestClient& m_api;
    Session& m_session;
    const QString m_file;
    const std::function<QDateTime()> m_now;
    QThread m_thread;
    QObject* m_worker;              ///< what runs on the thread
    std::unique_ptr<Store> m_store; ///< touched on the thread only
    QTimer m_again;
    State m_state = State::idle;
    ApiError m_error;
    QString m_fault;
    std::optional<Alarm> m_alarm;
    QList<SeenCheckpoint> m_seen;
    QList<Alarm> m_alarms;
    QList<TrustedKey> m_keys;
    quint64 m_ticket = 0;
};

} // namespace hpcbill::client
