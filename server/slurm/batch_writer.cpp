// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/batch_writer.h"

#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <algorithm>
#include <span>
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
    m_jobs.reserve(batchSize);
}

RecordSink BatchWriter::sink()
{
    return {[this](JobRecord&& job) {
                ++m_jobsRead;
                m_jobs.push_back(std::move(job));
                if (m_jobs.size() >= batchSize)
                    flush(std::nullopt);
            },
            [this](Reject&& reject) {
                ++m_rejected;
                m_rejectBytes += reject.raw.size();
                m_rejects.push_back(std::move(reject));
                if (m_rejects.size() >= batchSize || m_rejectBytes >= largestRejects)
                    flush(std::nullopt);
            }};
}

usage::MergeCounts BatchWriter::merge(postgres::Transaction& tx)
{
    const auto local = std::stable_partition(m_jobs.begin(), m_jobs.end(),
                                             [](const JobRecord& job) { return !job.timesAreLocal; });
    usage::MergeCounts sum;
    const auto add = [&](std::span<const JobRecord> jobs, const std::string& zone) {
        if (jobs.empty())
            return;
        const usage::MergeCounts counts = m_parts.jobs.merge(tx, m_target.cluster.id, jobs, zone);
        sum.added += counts.added;
        sum.changed += counts.changed;
        sum.unchanged += counts.unchanged;
    };
    add({m_jobs.begin(), local}, "UTC");
    add({local, m_jobs.end()}, m_target.timeZone);
    return sum;
}

void BatchWriter::flush(const std::optional<Position>& position)
{
    keepAlive(m_lock);
    if (m_jobs.empty() && m_rejects.empty() && !position)
        return;
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    const BatchCounts counts{static_cast<std::int64_t>(m_jobs.size()), merge(tx),
                             static_cast<std::int64_t>(m_rejects.size())};
    keepRejects(tx, m_target.cluster.id, m_target.run, m_target.source, m_rejects);
    addToRun(tx, m_target.run, counts);
    if (position)
        savePosition(tx, m_target.cluster.id, *position);
    tx.commit();

    m_metrics.countJobs(m_target.cluster.name, m_target.source, counts.merged.added + counts.merged.changed);
    for (const Reject& reject : m_rejects)
        m_metrics.countReject(m_target.cluster.name, reject.reason);
    m_jobs.clear();
    m_rejects.clear();
    m_rejectBytes = 0;
}

} // namespace hpcbill::slurm
