// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/ChainCheck.h"

#include "client/pages/audit/audit_api.h"

#include <QFile>

namespace hpcbill::client
{

namespace
{

constexpr int pageRecords = 1000;        // the most that the contract allows
constexpr qint64 lineBytesMax = 4 << 20; // no record is longer; a file without line feeds is no export
constexpr qint64 progressBytes = 1 << 20;

} // namespace

void ChainWorker::beginServer(quint64 run, const QStringList& notes)
{
    m_reader = ChainReader(audit::LogVerifier::Extent::whole);
    for (const QString& note : notes) {
        if (!m_reader.keep(note)) {
            emit finished(run, outcome());
            return;
        }
    }
}

/// Once there is no more to read.
ChainOutcome ChainWorker::outcome()
{
    m_reader.finish();
    ChainOutcome outcome;
    outcome.confirmed = m_reader.confirmed();
    outcome.count = m_reader.count();
    outcome.firstSeq = m_reader.firstSeq();
    outcome.lastSeq = m_reader.lastSeq();
    outcome.head = m_reader.head();
    outcome.fault = m_reader.fault();
    return outcome;
}

void ChainWorker::takePage(quint64 run, const QByteArray& body)
{
    if (run != *m_run)
        return;
    const std::optional<ChainReader::Page> page = m_reader.addPage(body);
    emit progressed(run, m_reader.count(), 0);
    if (page && page->nextCursor)
        emit pageVerified(run, *page->nextCursor, false);
    else
        emit finished(run, outcome());
}

void ChainWorker::readFile(quint64 run, const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        ChainOutcome refused;
        refused.fileError = file.errorString();
        emit finished(run, refused);
        return;
    }
    m_reader = ChainReader(audit::LogVerifier::Extent::anyPart);
    qint64 told = 0;
    while (!file.atEnd() && run == *m_run) {
        if (!m_reader.addLine(file.readLine(lineBytesMax)))
            break;
        if (file.pos() - told < progressBytes)
            continue;
        told = file.pos();
        emit progressed(run, told, file.size());
    }
    if (run == *m_run)
        emit finished(run, outcome());
}

ChainCheck::ChainCheck(RestClient& api, QObject* parent)
    : QObject(parent)
    , m_api(api)
    , m_run(std::make_shared<std::atomic<quint64>>(0))
    , m_worker(new ChainWorker(m_run))
{
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    // Across threads these are queued: a run that was given up may still be heard of, and is not listened to.
    connect(m_worker, &ChainWorker::pageVerified, this, [this](quint64 run, const QString& cursor) {
        if (run == *m_run)
            ask(cursor);
    });
    connect(m_worker, &ChainWorker::progressed, this, [this](quint64 run, qint64 done, qint64 total) {
        if (run != *m_run)
            return;
        m_done = done;
        emit progressed(done, total);
    });
    connect(m_worker, &ChainWorker::finished, this, [this](quint64 run, const ChainOutcome& outcome) {
        if (run == *m_run)
            end(outcome);
    });
    m_thread.setObjectName("audit-verify");
    m_thread.start();
}

ChainCheck::~ChainCheck()
{
    ++*m_run; // the worker stops at the next record
    m_thread.quit();
    m_thread.wait();
}

quint64 ChainCheck::begin()
{
    const quint64 run = ++*m_run;
    m_isRunning = true;
    m_done = 0;
    return run;
}

void ChainCheck::verifyServer(const QStringList& keptNotes)
{
    const quint64 run = begin();
    // First, so that no record is expected that came later than those that are fetched.
    fetchCheckpointNote(m_api, this, [this, run, keptNotes](const ApiResult<QString>& note) {
        if (run != *m_run)
            return;
        if (!note) {
            fail(note.error());
            return;
        }
        const QStringList notes = keptNotes + QStringList{note.value()};
        QMetaObject::invokeMethod(
            m_worker, [worker = m_worker, run, notes] { worker->beginServer(run, notes); }, Qt::QueuedConnection);
        ask(std::nullopt);
    });
}

void ChainCheck::fail(const ApiError& error)
{
    ChainOutcome outcome;
    outcome.count = m_done;
    outcome.error = error;
    end(outcome);
}

void ChainCheck::verifyFile(const QString& path)
{
    const quint64 run = begin();
    QMetaObject::invokeMethod(
        m_worker, [worker = m_worker, run, path] { worker->readFile(run, path); }, Qt::QueuedConnection);
}

void ChainCheck::ask(const std::optional<QString>& cursor)
{
    const quint64 run = *m_run;
    fetchChain(m_api, cursor, pageRecords, this, [this, run](const ApiResult<RawAnswer>& answer) {
        if (run != *m_run)
            return;
        if (!answer) {
            fail(answer.error());
            return;
        }
        QMetaObject::invokeMethod(
            m_worker, [worker = m_worker, run, body = answer.value().body] { worker->takePage(run, body); },
            Qt::QueuedConnection);
    });
}

void ChainCheck::cancel()
{
    if (!m_isRunning)
        return;
    ++*m_run;
    ChainOutcome outcome;
    outcome.count = m_done;
    outcome.isCancelled = true;
    end(outcome);
}

void ChainCheck::end(const ChainOutcome& outcome)
{
    m_isRunning = false;
    emit finished(outcome);
}

} // namespace hpcbill::client
