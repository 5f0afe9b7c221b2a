// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/Store.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>

namespace hpcbill::client
{

namespace
{

// Readers of other windows go on while one writes; a writer waits for another one up to busyMs.
constexpr const char* wal = "pragma journal_mode = wal";
constexpr const char* pragmas[] = {"pragma foreign_keys = on", "pragma synchronous = full"};
constexpr int busyMs = 10'000;
constexpr int busyCode = 5; // SQLITE_BUSY, the low byte of every code of its kind

constexpr const char* tables[] = {
    R"sql(create table if not exists logs (
        id     integer primary key,
        origin text not null))sql",
    R"sql(create table if not exists addresses (
        address text primary key,
        log     integer not null references logs (id)))sql",
    // Which logs stood at an address, also before the present one.
    R"sql(create table if not exists places (
        address text not null,
        log     integer not null references logs (id),
        primary key (address, log)))sql",
    R"sql(create table if not exists keys (
        log      integer not null references logs (id),
        key      text not null,
        since    text not null,
        rotation blob not null,
        primary key (log, key)))sql",
    R"sql(create table if not exists checkpoints (
        id           integer primary key,
        log          integer not null references logs (id),
        size         integer not null check (size >= 0),
        root         text not null check (length(root) = 64),
        note         blob not null,
        key          text not null,
        address      text not null,
        seen_at      text not null,
        last_seen_at text not null,
        unique (log, size)))sql",
    R"sql(create table if not exists alarms (
        id              integer primary key,
        log             integer not null references logs (id),
        kind            integer not null,
        address         text not null,
        found_at        text not null,
        before_id       integer references checkpoints (id),
        presented       blob not null,
        presented_keys  text not null,
        presented_size  integer not null,
        presented_root  text not null,
        admission       text not null,
        proof           blob not null,
        agreed_size     integer not null,
        accepted_at     text,
        accepted_reason text))sql",
};

constexpr const char* checkpointColumns = "id, size, root, note, key, address, seen_at, last_seen_at";
constexpr const char* alarmColumns = "id, kind, address, found_at, before_id, presented, presented_keys, presented_size, "
                                     "presented_root, admission, proof, agreed_size, accepted_at, accepted_reason";

QString text(const QDateTime& moment)
{
    return moment.toUTC().toString(Qt::ISODateWithMs);
}

QDateTime moment(const QVariant& text)
{
    return QDateTime::fromString(text.toString(), Qt::ISODateWithMs);
}

/// An empty QByteArray may be a null one, which SQLite would refuse.
QVariant blob(const QByteArray& bytes)
{
    return bytes.isNull() ? QByteArray("") : bytes;
}

QString orEmpty(const QString& text)
{
    return text.isNull() ? QString("") : text;
}

SeenCheckpoint checkpointOf(const QSqlQuery& row)
{
    return {row.value(0).toLongLong(), row.value(1).toLongLong(), row.value(2).toString(),
            row.value(3).toByteArray(), row.value(4).toString(),  row.value(5).toString(),
            moment(row.value(6)),       moment(row.value(7))};
}

QString joined(const QStringList& keys)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(keys)).toJson(QJsonDocument::Compact));
}

QStringList separated(const QString& keys)
{
    QStringList all;
    const QJsonArray array = QJsonDocument::fromJson(keys.toUtf8()).array();
    for (const QJsonValue& key : array)
        all << key.toString();
    return all;
}

/// All or nothing, and nobody else in between. Rolls back unless it was committed.
class Writing final
{
public:
    explicit Writing(const QSqlDatabase& database)
        : m_database(database)
    {
        // QSqlDatabase::transaction() begins as a reader: two windows could then both read and only one write.
        execute("begin immediate");
    }
    ~Writing()
    {
        if (!m_isDone)
            QSqlQuery(m_database).exec("rollback");
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    void commit()
    {
        execute("commit");
        m_isDone = true;
    }

private:
    void execute(const char* statement)
    {
        QSqlQuery query(m_database);
        if (!query.exec(QLatin1String(statement)))
            throw StoreFault(query.lastError().text());
    }

    QSqlDatabase m_database;
    bool m_isDone = false;
};

} // namespace

Store::Store(const QString& file)
    : m_connection(QUuid::createUuid().toString(QUuid::WithoutBraces))
{
    QDir().mkpath(QFileInfo(file).path());
    QSqlDatabase opened = QSqlDatabase::addDatabase("QSQLITE", m_connection);
    opened.setConnectOptions(QString("QSQLITE_BUSY_TIMEOUT=%1").arg(busyMs));
    opened.setDatabaseName(file);
    try {
        if (!opened.open())
            throw StoreFault(opened.lastError().text());
        logAhead();
        for (const char* pragma : pragmas)
            run(pragma);
        makeTables();
    } catch (const StoreFault&) {
        opened = QSqlDatabase();
        QSqlDatabase::removeDatabase(m_connection);
        throw;
    }
}

Store::~Store()
{
    database().close();
    QSqlDatabase::removeDatabase(m_connection);
}

QSqlDatabase Store::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

QSqlQuery Store::run(const char* statement, const QVariantList& values) const
{
    QSqlQuery query(database());
    if (!query.prepare(QLatin1String(statement)))
        throw StoreFault(query.lastError().text());
    for (const QVariant& value : values)
        query.addBindValue(value);
    if (!query.exec())
        throw StoreFault(query.lastError().text());
    return query;
}

void Store::logAhead()
{
    // SQLite waits for whoever holds a lock, but not where a file becomes one with a log ahead: of several windows that open a new file
    // at once, all but one are told that it is locked. They wait as writers then, and ask again.
    const QDeadlineTimer latest(busyMs);
    for (;;) {
        {
            QSqlQuery query(database());
            if (query.exec(QLatin1String(wal)))
                return;
            const bool isBusy = (query.lastError().nativeErrorCode().toInt() & 0xff) == busyCode;
            if (!isBusy || latest.hasExpired())
                throw StoreFault(query.lastError().text());
        }
        Writing(database()).commit();
    }
}

void Store::makeTables()
{
    Writing writing(database());
    for (const char* table : tables)
        run(table);
    writing.commit();
}

qint64 Store::logAt(const QString& address) const
{
    QSqlQuery found = run("select log from addresses where address = ?", {address});
    return found.next() ? found.value(0).toLongLong() : 0;
}

QList<TrustedKey> Store::keysOf(qint64 log) const
{
    QList<TrustedKey> keys;
    QSqlQuery rows = run("select key, since, rotation from keys where log = ? order by since, key", {log});
    while (rows.next())
        keys.append({rows.value(0).toString(), moment(rows.value(1)), rows.value(2).toByteArray()});
    return keys;
}

std::optional<SeenCheckpoint> Store::latestOf(qint64 log) const
{
    static const QByteArray statement =
        QByteArray("select ") + checkpointColumns + " from checkpoints where log = ? order by size desc limit 1";
    QSqlQuery row = run(statement.constData(), {log});
    return row.next() ? std::optional(checkpointOf(row)) : std::nullopt;
}

std::optional<SeenCheckpoint> Store::checkpoint(qint64 id) const
{
    static const QByteArray statement = QByteArray("select ") + checkpointColumns + " from checkpoints where id = ?";
    QSqlQuery row = run(statement.constData(), {id});
    return row.next() ? std::optional(checkpointOf(row)) : std::nullopt;
}

KnownLog Store::known(const QString& address, const QStringList& keys)
{
    KnownLog known;
    known.log = logAt(address);
    for (const QString& key : keys) {
        if (known.log != 0)
            break;
        // A log that was given up at its address is not the one of a new address either.
        QSqlQuery found = run("select log from keys where key = ? and log in (select log from addresses) limit 1", {key});
        if (found.next())
            known.log = found.value(0).toLongLong();
    }
    if (known.log == 0)
        return known;
    QSqlQuery origin = run("select origin from logs where id = ?", {known.log});
    if (origin.next())
        known.origin = origin.value(0).toString();
    known.keys = keysOf(known.log);
    known.latest = latestOf(known.log);
    const QList<Alarm> open = alarmsWhere("log = ? and accepted_at is null", known.log);
    if (!open.isEmpty())
        known.alarm = open.first();
    return known;
}

QList<SeenCheckpoint> Store::checkpoints(const QString& address, int limit)
{
    return checkpointsWhere("log in (select log from places where address = ?)", address, limit);
}

QList<SeenCheckpoint> Store::checkpointsOf(qint64 log, int limit)
{
    return checkpointsWhere("log = ?", log, limit);
}

QList<SeenCheckpoint> Store::checkpointsWhere(const char* condition, const QVariant& value, int limit) const
{
    const QByteArray statement =
        QByteArray("select ") + checkpointColumns + " from checkpoints where " + condition + " order by log desc, size desc limit ?";
    QList<SeenCheckpoint> seen;
    QSqlQuery rows = run(statement.constData(), {value, limit});
    while (rows.next())
        seen.append(checkpointOf(rows));
    return seen;
}

QList<Alarm> Store::alarms(const QString& address)
{
    return alarmsWhere("log in (select log from places where address = ?)", address);
}

QList<Alarm> Store::alarmsWhere(const char* condition, const QVariant& value) const
{
    const QByteArray statement =
        QByteArray("select ") + alarmColumns + " from alarms where " + condition + " order by id desc";
    QList<Alarm> all;
    QSqlQuery row = run(statement.constData(), {value});
    while (row.next()) {
        Alarm alarm;
        alarm.id = row.value(0).toLongLong();
        alarm.kind = static_cast<AlarmKind>(row.value(1).toInt());
        alarm.address = row.value(2).toString();
        alarm.foundAt = moment(row.value(3));
        if (!row.isNull(4))
            alarm.before = checkpoint(row.value(4).toLongLong());
        alarm.presented = row.value(5).toByteArray();
        alarm.presentedKeys = separated(row.value(6).toString());
        alarm.presentedSize = row.value(7).toLongLong();
        alarm.presentedRoot = row.value(8).toString();
        alarm.admission = row.value(9).toString();
        alarm.proof = row.value(10).toByteArray();
        alarm.agreedSize = row.value(11).toLongLong();
        alarm.acceptedAt = moment(row.value(12));
        alarm.acceptedReason = row.value(13).toString();
        all.append(alarm);
    }
    return all;
}

Store::Kept Store::keep(const KnownLog& known, const QString& origin, const SeenCheckpoint& checkpoint,
                        const QList<TrustedKey>& newKeys)
{
    Writing writing(database());
    qint64 log = known.log;
    const qint64 present = logAt(checkpoint.address);
    const bool isMoved = present != 0 && present != log;
    if (isMoved || (log != 0 && latestOf(log).value_or(SeenCheckpoint()).id != known.latest.value_or(SeenCheckpoint()).id))
        return Kept::moved;
    log = ensureLog(known, origin, checkpoint.address);
    for (const TrustedKey& key : newKeys)
        run("insert into keys (log, key, since, rotation) values (?, ?, ?, ?) on conflict do nothing",
            {log, key.key, text(key.since), blob(key.rotation)});
    run("insert into checkpoints (log, size, root, note, key, address, seen_at, last_seen_at) values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (log, size) do update set last_seen_at = excluded.last_seen_at",
        {log, checkpoint.size, checkpoint.root, blob(checkpoint.note), checkpoint.key, checkpoint.address,
         text(checkpoint.seenAt), text(checkpoint.lastSeenAt)});
    writing.commit();
    return Kept::yes;
}

qint64 Store::ensureLog(const KnownLog& known, const QString& origin, const QString& address) const
{
    const qint64 log = known.log != 0
                           ? known.log
                           : run("insert into logs (origin) values (?)", {origin}).lastInsertId().toLongLong();
    run("insert into addresses (address, log) values (?, ?) on conflict (address) do nothing", {address, log});
    run("insert into places (address, log) values (?, ?) on conflict do nothing", {address, log});
    return log;
}

void Store::raise(const KnownLog& known, const Alarm& alarm)
{
    Writing writing(database());
    QSqlQuery open = run("select 1 from alarms where log = ? and accepted_at is null limit 1", {known.log});
    if (open.next())
        return;
    const qint64 log = ensureLog(known, QString(""), alarm.address);
    run("insert into alarms (log, kind, address, found_at, before_id, presented, presented_keys, presented_size,"
        " presented_root, admission, proof, agreed_size) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {log, static_cast<int>(alarm.kind), alarm.address, text(alarm.foundAt),
         alarm.before ? QVariant(alarm.before->id) : QVariant(), blob(alarm.presented), joined(alarm.presentedKeys),
         alarm.presentedSize, orEmpty(alarm.presentedRoot), orEmpty(alarm.admission), blob(alarm.proof),
         alarm.agreedSize});
    writing.commit();
}

void Store::accept(const Alarm& alarm, const QString& reason, const QDateTime& now)
{
    Writing writing(database());
    run("update alarms set accepted_at = ?, accepted_reason = ? where id = ? and accepted_at is null",
        {text(now), reason, alarm.id});
    run("delete from addresses where log = (select log from alarms where id = ?)", {alarm.id});
    writing.commit();
}

} // namespace hpcbill::client
