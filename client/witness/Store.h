// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/witness/seen.h"

#include <stdexcept>

class QSqlDatabase;
class QSqlQuery;

namespace hpcbill::client
{

/// The witness' file cannot be used; says why in SQLite's words.
class StoreFault final : public std::runtime_error
{
public:
    explicit StoreFault(const QString& what)
        : std::runtime_error(what.toStdString())
    {
    }
};

/// Checkpoints that this computer has seen, in an SQLite file that all windows and programs of one user share. Nothing in it
/// is ever changed but the time when a checkpoint was last seen, and that an alarm was accepted. Lives on one thread.
/// Every function throws StoreFault.
class Store final
{
public:
    explicit Store(const QString& file);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// The log behind the address; where the address is new, the one that a key of these belongs to.
    KnownLog known(const QString& address, const QStringList& keys = {});
    /// Newest first, of this log and of those that it took the place of at the address.
    QList<SeenCheckpoint> checkpoints(const QString& address, int limit);
    /// Of one log, the largest first.
    QList<SeenCheckpoint> checkpointsOf(qint64 log, int limit);
    QList<Alarm> alarms(const QString& address);

    enum class Kept { yes, moved };
    /// Keeps a checkpoint that follows from `latest` of `known`, which is a new log where it is none, and the keys that are
    /// new. `moved`: another window has kept one meanwhile; nothing is done, and the question is to be asked anew.
    Kept keep(const KnownLog& known, const QString& origin, const SeenCheckpoint& checkpoint,
              const QList<TrustedKey>& newKeys);
    /// Keeps an alarm, unless there is one for the log already that nobody has accepted.
    void raise(const KnownLog& known, const Alarm& alarm);
    /// Goes on with a new log at the address from the next checkpoint on; what was seen of the old one stays.
    void accept(const Alarm& alarm, const QString& reason, const QDateTime& now);

private:
    [[nodiscard]] QSqlDatabase database() const;
    QSqlQuery run(const char* statement, const QVariantList& values = {}) const;
    void logAhead();
    void makeTables();
    qint64 logAt(const QString& address) const;
    QList<TrustedKey> keysOf(qint64 log) const;
    std::optional<SeenCheckpoint> latestOf(qint64 log) const;
    std::optional<SeenCheckpoint> checkpoint(qint64 id) const;
    QList<SeenCheckpoint> checkpointsWhere(const char* condition, const QVariant& value, int limit) const;
    QList<Alarm> alarmsWhere(const char* condition, const QVariant& value) const;
    qint64 ensureLog(const KnownLog& known, const QString& origin, const QString& address) const;

    const QString m_connection;
};

} // namespace hpcbill::client
