// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/batch_writer.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/slurm/rejects.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr std::size_t batchSize = 10'000;
constexpr std::size_t largestRejects = std::size_t{4} << 20; // bytes of rejected rows that are kept in memory

/// The zone in which the batch's local times are read; none when it has none.
std::optional<std::string> zoneOf(std::span<const JobRecord> jobs, const BatchTarget& target, postgres::Transaction& tx)
{
    if (std::none_of(jobs.begin(), jobs.end(), [](const JobRecord& job) { return job.timesAreLocal; }))
        return std::nullopt;
    if (const auto other = otherZone(tx, target.cluster.id, target.timeZone)) {
        throw Conflict("ingest_time_zone",
                       fmt::format("Times without a zone of the cluster {0} were read as those of {1} before. Read as those of {2}, "
                                   "the same jobs would be added a second time. Read them as those of {1} again, have sacct print "
                                   "epoch seconds (SLURM_TIME_FORMAT=%s), or read them under another cluster's name.",
                                   target.cluster.name, *other, target.timeZone));
    }
    return target.timeZone;
}

} // namespace

usage::MergeCounts mergeJobs(postgres::Transaction& tx, const usage::JobStore& store,
                             usage::ClusterId cluster, std::span<JobRecord> jobs, const std::string& timeZone)
{
    const auto local = std::stable_partition(jobs.begin(), jobs.end(),
                                             [](const JobRecord& job) { return !job.timesAreLocal; });
    usage::MergeCounts sum;
    const auto add = [&](std::span<const JobRecord> part, const std::string& zone) {
        if (part.empty())
            return;
        const usage::MergeCounts counts = store.merge(tx, cluster, part, zone);
        sum.added += counts.added;
        sum.changed += counts.changed;
        sum.unchanged += counts.unchanged;
        sum.amended.insert(sum.amended.end(), counts.amended.begin(), counts.amended.end());
    };
    add({jobs.begin(), local}, "UTC");
    add({local, jobs.end()}, timeZone);
    return sum;
}

void putOnRecord(postgres::Transaction& tx, const audit::Log& log, const std::string& cluster,
                 const std::vector<nlohmann::json>& amended)
{
    for (const nlohmann::json& run : amended) {
        log.append(tx, {.by = {.name = "system", .role = std::nullopt, .address = {}, .requestId = {}},
                        .action = "ingest.amended",
                        .targetType = "job",
                        .targetId = fmt::format("{}/{}", cluster, run.at("job_id").get<std::int64_t>()),
                        .details = run});
    }
    if (!amended.empty()) {
        Poco::Logger::get("ingest").warning(fmt::format(
            "{} jobs of {} changed after they were put on a receipt: see ingest.amended in the audit log",
            amended.size(), cluster));
    }
}

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

void BatchWriter::write(Batch& batch, const std::optional<Position>& position)
{
    keepAlive(m_lock);
    if (batch.jobs.empty() && batch.rejects.empty() && !position)
        return;
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    const std::optional<std::string> timeZone = zoneOf(batch.jobs, m_target, tx);
    const BatchCounts counts{static_cast<std::int64_t>(batch.jobs.size()),
                             mergeJobs(tx, m_parts.jobs, m_target.cluster.id, batch.jobs, m_target.timeZone),
                             static_cast<std::int64_t>(batch.rejects.size()), timeZone};
    keepRejects(tx, m_target, batch.rejects);
    addToRun(tx, m_target.run, counts);
    if (position)
        savePosition(tx, m_target.cluster.id, *position);
    putOnRecord(tx, m_parts.audit, m_target.cluster.name, counts.merged.amended);
    tx.commit();

    m_metrics.countAmended(m_target.cluster.name, counts.merged.amended.size());
    m_metrics.countJobs(m_target.cluster.name, m_target.source, counts.merged.added + counts.merged.changed);
    for (const Reject& reject : batch.rejects)
        m_metrics.countReject(m_target.cluster.name, reject.reason);
    batch.jobs.clear();
    batch.rejects.clear();
    batch.rejectBytes = 0;
}

} // namespace hpcbill::slurm
