// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/api/RestClient.h"
#include "client/pages/audit/chain_reader.h"

#include <QThread>

#include <atomic>
#include <memory>

namespace hpcbill::client
{

/// What a verification came to.
struct ChainOutcome {
    qint64 count = 0; ///< records found good
    qint64 firstSeq = 0;
    qint64 lastSeq = 0;
    qint64 confirmed = 0; ///< up to which record a checkpoint agrees
    QString head; ///< hash of the last good one
    std::optional<ChainFault> fault;
    std::optional<ApiError> error; ///< the server could not be read to the end
    QString fileError;             ///< the file could not be read
    bool isCancelled = false;

    /// All that there was is good.
    [[nodiscard]] bool isWhole() const { return !fault && !error && fileError.isEmpty() && !isCancelled; }
};

/// The part that works on the thread of its own.
class ChainWorker final : public QObject
{
    Q_OBJECT

public:
    explicit ChainWorker(std::shared_ptr<const std::atomic<quint64>> run)
        : m_run(std::move(run))
    {
    }

    void beginServer(quint64 run, const QStringList& notes);
    void takePage(quint64 run, const QByteArray& body);
    void readFile(quint64 run, const QString& path);

signals:
    /// A page was good: the next one is at the cursor, or there is none.
    void pageVerified(quint64 run, const QString& nextCursor, bool isLast);
    void progressed(quint64 run, qint64 done, qint64 total);
    void finished(quint64 run, const hpcbill::client::ChainOutcome& outcome);

private:
    [[nodiscard]] ChainOutcome outcome();

    // Shared with ChainCheck on the other thread, which counts it up to give a run up.
    const std::shared_ptr<const std::atomic<quint64>> m_run;
    ChainReader m_reader{audit::LogVerifier::Extent::whole};
};

/// Verifies the chain in the background: the whole log of the server page by page, or an exported file. One
/// run at a time.
class ChainCheck final : public QObject
{
    Q_OBJECT

public:
    explicit ChainCheck(RestClient& api, QObject* parent = nullptr);
    ~ChainCheck() override;

    /// With the checkpoint that the server gives of its log, and those that were kept of it elsewhere: signed notes.
    void verifyServer(const QStringList& keptNotes = {});
    void verifyFile(const QString& path);
    /// Ends the run at the next record; told by finished().
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_isRunning; }

signals:
    /// Records verified; of a file, bytes read. The total is 0 where it is not known.
    void progressed(qint64 done, qint64 total);
    void finished(const hpcbill::client::ChainOutcome& outcome);

private:
    quint64 begin();
    void fail(const ApiError& error);
    void ask(const std::optional<QString>& cursor);
    void end(const ChainOutcome& outcome);

    RestClient& m_api;
    QThread m_thread;
    std::shared_ptr<std::atomic<quint64>> m_run; // shared with the worker, see there
    ChainWorker* m_worker;
    qint64 m_done = 0;
    bool m_isRunning = false;
};

} // namespace hpcbill::client
