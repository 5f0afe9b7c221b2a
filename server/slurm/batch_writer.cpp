// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/batch_writer.h"

#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <algorithm>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr std::size_t batchSize = 10'000;
constexpr std::size_t largestRejects = std::size_t{4} << 20; // bytes of rejected rows that are kept in memory

} // namespace

BatchWriter::BatchWriter(const Ingestion::Parts& parts, IngestMetrics& metrics, BatchTarget target,
                         postgres::Transaction& lock)
    : m_parts(parts)
    , m_metrics(metrics)
    , m_target(std::move(target))
    , m_lock(lock)
{
    m_filling.jobs.reserve(batchSize);
    m_writing.jobs.reserve(batchSize);
}

BatchWriter::~BatchWriter() = default;

RecordSink BatchWriter::sink()
{
    return {[this](JobRecord&& job) {
                ++m_jobsRead;
                m_filling.jobs.push_back(std::move(job));
                if (m_filling.jobs.size() >= batchSize)
                    writeWhileReading();
            },
            [this](Reject&& reject) {
                ++m_rejected;
                m_filling.rejectBytes += reject.raw.size();
                m_filling.rejects.push_back(std::move(reject));
                if (m_filling.rejects.size() >= batchSize || m_filling.rejectBytes >= largestRejects)
                    writeWhileReading();
            }};
}

void BatchWriter::writeWhileReading()
{
    if (m_written.valid())
        m_written.get();
    std::swap(m_filling, m_writing);
    m_written = std::async(std::launch::async, [this] { write(m_writing, std::nullopt); });
}

void BatchWriter::flush(const std::optional<Position>& position)
{
    if (m_written.valid())
        m_written.get();
    write(m_filling, position);
}

usage::MergeCounts BatchWriter::merge(postgres::Transaction& tx, std::span<JobRecord> jobs) const
{
    const auto local = std::stable_partition(jobs.begin(), jobs.end(),
                                             [](const JobRecord& job) { return !job.timesAreLocal; });
    usage::MergeCounts sum;
    const auto add = [&](std::span<const JobRecord> part, const std::string& zone) {
        if (part.empty())
            return;
        const usage::MergeCounts counts = m_parts.jobs.merge(tx, m_target.cluster.id, part, zone);
        sum.added += counts.added;
        sum.changed += counts.changed;
        sum.unchanged += counts.unchanged;
    };
    add({jobs.begin(), local}, "UTC");
    add({local, jobs.end()}, m_target.timeZone);
    return sum;
}

void BatchWriter::write(Batch& batch, const std::optional<Position>& position)
{
    keepAlive(m_lock);
    if (batch.jobs.empty() && batch.rejects.empty() && !position)
        return;
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    const BatchCounts counts{static_cast<std::int64_t>(batch.jobs.size()), merge(tx, batch.jobs),
                             static_cast<std::int64_t>(batch.rejects.size())};
    keepRejects(tx, m_target.cluster.id, m_target.run, m_target.source, batch.rejects);
    addToRun(tx, m_target.run, counts);
    if (position)
        savePosition(tx, m_target.cluster.id, *position);
    tx.commit();

    m_metrics.countJobs(m_target.cluster.name, m_target.source, counts.merged.added + counts.merged.changed);
    for (const Reject& reject : batch.rejects)
        m_metrics.countReject(m_target.cluster.name, reject.reason);
    batch.jobs.clear();
    batch.rejects.clear();
    batch.rejectBytes = 0;
}

} // namespace hpcbill::slurm
