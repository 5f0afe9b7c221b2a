// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/ingest_metrics.h"
#include "server/slurm/source.h"
#include "server/slurm/store.h"

#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hpcbill::slurm
{

/// What the batches of a run belong to.
struct BatchTarget {
    ClusterRow cluster;
    RunId run{};
    SourceKind source{};
    std::string timeZone; ///< of local times
};

/// Merges records, those without a zone as of `timeZone`. Reorders them.
usage::MergeCounts mergeJobs(postgres::Transaction& tx, const usage::JobStore& store,
                             usage::ClusterId cluster, std::span<JobRecord> jobs,
                             const std::string& timeZone);

/// Says in the audit log which runs came differently after they were put on a receipt (usage::MergeCounts).
/// To be called last in the transaction.
void putOnRecord(postgres::Transaction& tx, const audit::Log& log, const std::string& cluster,
                 const std::vector<nlohmann::json>& amended);

/// Collects records and rejects, and writes a batch of them whenever there are enough: one transaction, with
/// the run's counts. The next batch is read while the last is written.
class BatchWriter final
{
public:
    /// `lock` is the transaction that holds the cluster's lock; it is kept from idling.
    BatchWriter(const Ingestion::Parts& parts, IngestMetrics& metrics, BatchTarget target,
                postgres::Transaction& lock);
    /// Waits for the batch that is being written; what was not flushed is dropped.
    ~BatchWriter();
    BatchWriter(const BatchWriter&) = delete;
    BatchWriter& operator=(const BatchWriter&) = delete;

    /// Writes by itself when a batch is full. Throws what went wrong with the batch before;
    /// Conflict("ingest_time_zone") for local times of a cluster whose local times were read in another zone.
    [[nodiscard]] RecordSink sink();

    /// Writes what is left, with the position that is reached thereby; returns when it is committed.
    void flush(const std::optional<Position>& position);

    [[nodiscard]] std::int64_t jobsRead() const { return m_jobsRead; }
    [[nodiscard]] std::int64_t rejected() const { return m_rejected; }

private:
    struct Batch {
        std::vector<JobRecord> jobs;
        std::vector<Reject> rejects;
        std::size_t rejectBytes = 0;
    };

    void writeWhileReading();
    void write(Batch& batch, const std::optional<Position>& position);

    const Ingestion::Parts& m_parts;
    IngestMetrics& m_metrics;
    BatchTarget m_target;
    postgres::Transaction& m_lock;
    Batch m_filling;
    Batch m_writing;             // touched by m_written's thread alone until that is waited for
    std::future<void> m_written; // valid while a batch is being written
    std::int64_t m_jobsRead = 0;
    std::int64_t m_rejected = 0;
};

} // namespace hpcbill::slurm
