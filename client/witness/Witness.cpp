// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/Witness.h"

#include "client/api/server_address.h"
#include "client/witness/Store.h"
#include "common/audit/record.h"

#include <QJsonDocument>

using namespace std::chrono_literals;

#include <algorithm>

namespace hpcbill::client
{

namespace
{

constexpr auto pause = 10min; // between two questions while one stays connected
constexpr int roundsMax = 5;  // when other windows keep checkpoints at the same time
constexpr int shownMax = 1'000;

Presented readPresented(const RawAnswer& answer)
{
    const JsonFields fields = readObject(answer.body);
    Presented presented{fields.text("note").toUtf8(), {}, fields.textOrEmpty("fault")};
    const QJsonArray keys = fields.array("keys");
    for (qsizetype i = 0; i < keys.size(); ++i) {
        const JsonFields key(keys.at(i).toObject(), QString("keys[%1]").arg(i));
        presented.keys.append({key.text("key"), key.textOrEmpty("introduction").toUtf8()});
    }
    return presented;
}

Call proofCall(qint64 from, qint64 to)
{
    Call call{.path = apiPath({"audit", "proof", "consistency"})};
    addParameter(call.query, "from", QString::number(from));
    addParameter(call.query, "to", QString::number(to));
    return call;
}

/// A server that answers so has been asked and will not prove it; any other failure may pass.
bool isRefusal(const ApiError& error)
{
    switch (error.kind) {
    case ApiError::Kind::notFound:
    case ApiError::Kind::stale:
    case ApiError::Kind::conflict:
    case ApiError::Kind::invalid:
    case ApiError::Kind::unexpected:
        return true;
    case ApiError::Kind::unreachable:
    case ApiError::Kind::timedOut:
    case ApiError::Kind::unauthorized:
    case ApiError::Kind::forbidden:
    case ApiError::Kind::throttled:
    case ApiError::Kind::server:
        break;
    }
    return false;
}

QString hexOf(const audit::Hash& hash)
{
    return QString::fromStdString(audit::toHex(hash));
}

} // namespace

Witness::Witness(RestClient& api, Session& session, const QString& file, std::function<QDateTime()> now, QObject* parent)
    : QObject(parent)
    , m_api(api)
    , m_session(session)
    , m_file(file)
    , m_now(std::move(now))
    , m_worker(new QObject)
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.setObjectName("witness");
    m_thread.start();
    m_again.setInterval(pause);
    connect(&m_again, &QTimer::timeout, this, &Witness::check);
    connect(&m_session, &Session::began, this, &Witness::begin);
    connect(&m_session, &Session::renewed, this, &Witness::check);
    connect(&m_session, &Session::ended, this, &Witness::end);
    connect(&m_api, &RestClient::cameBack, this, &Witness::check);
}

Witness::~Witness()
{
    ++m_ticket;
    // The store is closed where it was opened.
    QMetaObject::invokeMethod(m_worker, [this] { m_store.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

template <typename Work, typename Done>
void Witness::ask(Work work, Done done)
{
    QMetaObject::invokeMethod(
        m_worker,
        [this, work, done] {
            try {
                if (!m_store)
                    m_store = std::make_unique<Store>(m_file);
                const auto result = work(*m_store);
                QMetaObject::invokeMethod(this, [done, result] { done(result); }, Qt::QueuedConnection);
            } catch (const StoreFault& fault) {
                QMetaObject::invokeMethod(
                    this,
                    [this, text = QString::fromUtf8(fault.what())] {
                        m_fault = text;
                        set(State::unusable);
                    },
                    Qt::QueuedConnection);
            }
        },
        Qt::QueuedConnection);
}

template <typename T, typename Read>
void Witness::fetch(const CheckPtr& check, const Call& call, Read read,
                    const std::function<void(const ApiResult<T>&)>& done)
{
    m_api.fetch<T>(call, this, read, [this, check, done](const ApiResult<T>& answer) {
        if (!isOver(check))
            done(answer);
    });
}

void Witness::begin()
{
    end();
    const auto& who = m_session.who();
    if (!who || !api::readers.admits(who->role))
        return;
    m_again.start();
    set(State::asking);
    check();
}

void Witness::end()
{
    ++m_ticket;
    m_again.stop();
    m_alarm.reset();
    m_seen.clear();
    m_alarms.clear();
    m_keys.clear();
    set(State::idle);
}

void Witness::check()
{
    if (!m_again.isActive())
        return; // nobody who may read the log
    auto check = std::make_shared<Check>();
    check->ticket = ++m_ticket;
    check->address = serverAddress(m_api.server());
    readKnown(check);
}

void Witness::readKnown(const CheckPtr& check)
{
    // Before the server is asked: whatever it says then must be as large as this at least.
    const QStringList keys = check->presented.keyTexts();
    ask([address = check->address, keys](Store& store) { return store.known(address, keys); },
        [this, check](const KnownLog& known) {
            if (isOver(check))
                return;
            check->known = known;
            m_alarm = known.alarm;
            m_keys = known.keys;
            askCheckpoint(check);
        });
}

void Witness::askCheckpoint(const CheckPtr& check)
{
    fetch<Presented>(check, {.path = apiPath({"audit", "checkpoint"})}, readPresented,
                     [this, check](const ApiResult<Presented>& answer) {
                         // A server that signs nothing has nothing to be held to; one that once did, has.
                         if (!answer && answer.error().kind == ApiError::Kind::notFound && !check->known.latest) {
                             set(State::idle);
                             return;
                         }
                         if (!answer) {
                             fail(check, answer.error());
                             return;
                         }
                         const bool isFirst = check->presented.keys.isEmpty();
                         check->presented = answer.value();
                         // The address is new; by its keys, the log may be one that is known by another address.
                         if (check->known.log == 0 && isFirst && ++check->rounds <= roundsMax)
                             readKnown(check);
                         else
                             judge(check);
                     });
}

void Witness::judge(const CheckPtr& check)
{
    const std::variant<Opened, AlarmKind> opened = open(check->presented, check->known, m_now());
    if (const auto* kind = std::get_if<AlarmKind>(&opened)) {
        raise(check, *kind);
        return;
    }
    check->opened = std::get<Opened>(opened);
    const audit::Checkpoint& present = check->opened->checkpoint;
    const std::optional<SeenCheckpoint>& latest = check->known.latest;
    if (!latest)
        settle(check);
    else if (present.size < latest->size)
        raise(check, AlarmKind::cutOff);
    else if (present.size > latest->size)
        askProof(check);
    else if (hexOf(present.root) == latest->root)
        settle(check);
    else
        raise(check, AlarmKind::rewritten);
}

void Witness::askProof(const CheckPtr& check)
{
    const auto raw = [](const RawAnswer& answer) { return answer.body; };
    const qint64 to = check->opened->checkpoint.size;
    fetch<QByteArray>(check, proofCall(check->known.latest->size, to), raw,
                      [this, check](const ApiResult<QByteArray>& answer) {
                          if (!answer) {
                              if (isRefusal(answer.error()))
                                  raise(check, AlarmKind::noProof);
                              else
                                  fail(check, answer.error());
                              return;
                          }
                          check->proof = answer.value();
                          const std::optional<ProofAnswer> proof = readProof(check->proof);
                          const SeenCheckpoint& latest = *check->known.latest;
                          if (!proof)
                              raise(check, AlarmKind::noProof);
                          else if (follows(check->opened->checkpoint, latest.size, latest.root, *proof))
                              settle(check);
                          else
                              raise(check, AlarmKind::rewritten);
                      });
}

void Witness::settle(const CheckPtr& check)
{
    // Its statements follow from each other; whether its records are what they speak of, it may know better.
    if (check->presented.fault.isEmpty())
        keep(check);
    else
        raise(check, AlarmKind::admitted);
}

void Witness::keep(const CheckPtr& check)
{
    const QDateTime now = m_now();
    const Opened& opened = *check->opened;
    const SeenCheckpoint seen{0,   opened.checkpoint.size, hexOf(opened.checkpoint.root), check->presented.note, opened.key,
                              check->address, now, now};
    ask(
        [known = check->known, seen, keys = opened.newKeys,
         origin = QString::fromStdString(opened.checkpoint.origin)](Store& store) {
            return store.keep(known, origin, seen, keys);
        },
        [this, check](Store::Kept kept) {
            if (isOver(check))
                return;
            if (kept == Store::Kept::yes) {
                readAll(check, State::consistent);
                return;
            }
            // Another window was faster: once more, from what it has seen.
            if (++check->rounds > roundsMax)
                return;
            readKnown(check);
        });
}

void Witness::raise(const CheckPtr& check, AlarmKind kind)
{
    auto alarm = std::make_shared<Alarm>();
    alarm->kind = kind;
    alarm->address = check->address;
    alarm->foundAt = m_now();
    alarm->before = check->known.latest;
    alarm->presented = check->presented.note;
    alarm->presentedKeys = check->presented.keyTexts();
    alarm->admission = check->presented.fault;
    alarm->proof = check->proof;
    if (check->opened) {
        alarm->presentedSize = check->opened->checkpoint.size;
        alarm->presentedRoot = hexOf(check->opened->checkpoint.root);
    }
    ask([log = check->known.log](Store& store) { return store.checkpointsOf(log, shownMax); },
        [this, check, alarm](const QList<SeenCheckpoint>& older) {
            if (isOver(check))
                return;
            QList<SeenCheckpoint> candidates;
            for (const SeenCheckpoint& seen : older) {
                if (check->opened && check->known.latest && seen.id != check->known.latest->id &&
                    seen.size <= alarm->presentedSize)
                    candidates.prepend(seen); // the smallest first
            }
            findAgreed(check, alarm, candidates);
        });
}

void Witness::findAgreed(const CheckPtr& check, const std::shared_ptr<Alarm>& alarm, const QList<SeenCheckpoint>& older)
{
    if (older.isEmpty()) {
        ask(
            [known = check->known, alarm = *alarm](Store& store) {
                store.raise(known, alarm);
                return true;
            },
            [this, check](bool) {
                if (!isOver(check))
                    readAll(check, State::alarmed);
            });
        return;
    }
    // By halves: what follows from a checkpoint follows from all before it.
    const qsizetype middle = older.size() / 2;
    const SeenCheckpoint candidate = older.at(middle);
    const auto raw = [](const RawAnswer& answer) { return answer.body; };
    fetch<QByteArray>(check, proofCall(candidate.size, alarm->presentedSize), raw,
                      [this, check, alarm, older, middle, candidate](const ApiResult<QByteArray>& answer) {
                          const std::optional<ProofAnswer> proof = answer ? readProof(answer.value()) : std::nullopt;
                          const bool agrees =
                              proof && follows(check->opened->checkpoint, candidate.size, candidate.root, *proof);
                          if (agrees)
                              alarm->agreedSize = candidate.size;
                          findAgreed(check, alarm, agrees ? older.mid(middle + 1) : older.first(middle));
                      });
}

void Witness::readAll(const CheckPtr& check, State then)
{
    struct All {
        KnownLog known;
        QList<SeenCheckpoint> seen;
        QList<Alarm> alarms;
    };
    ask(
        [address = check->address](Store& store) {
            return All{store.known(address), store.checkpoints(address, shownMax), store.alarms(address)};
        },
        [this, check, then](const All& all) {
            if (isOver(check))
                return;
            m_alarm = all.known.alarm;
            m_keys = all.known.keys;
            m_seen = all.seen;
            m_alarms = all.alarms;
            // What was found once is not undone by a server that tells the old story again.
            m_state = m_alarm ? State::alarmed : then;
            emit changed();
        });
}

void Witness::fail(const CheckPtr& check, const ApiError& error)
{
    m_error = error;
    readAll(check, State::undecided);
}

void Witness::accept(const QString& reason)
{
    if (!m_alarm)
        return;
    ask(
        [alarm = *m_alarm, reason, now = m_now()](Store& store) {
            store.accept(alarm, reason, now);
            return true;
        },
        [this](bool) { check(); });
}

QList<SeenCheckpoint> Witness::inForce() const
{
    // The newest that was accepted: behind it may stand one that is open.
    const auto accepted = std::find_if(m_alarms.begin(), m_alarms.end(), [](const Alarm& alarm) { return alarm.acceptedAt.isValid(); });
    QList<SeenCheckpoint> all;
    for (const SeenCheckpoint& seen : m_seen) {
        if (accepted != m_alarms.end() && seen.seenAt < accepted->acceptedAt)
            break;
        all.append(seen);
    }
    return all;
}

void Witness::set(State state)
{
    m_state = state;
    emit changed();
}

} // namespace hpcbill::client
