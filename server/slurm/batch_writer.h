// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/ingest_metrics.h"
#include "server/slurm/source.h"
#include "server/slurm/store.h"

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Collects records and rejects, and writes a batch of them whenever there are enough: one transaction, with
/// the run's counts.
class BatchWriter final
{
public:
    /// `lock` is the transaction that holds the cluster's lock; it is kept from idling.
    BatchWriter(const Ingestion::Parts& parts, IngestMetrics& metrics, BatchTarget target,
                postgres::Transaction& lock);

    /// Writes by itself when a batch is full.
    [[nodiscard]] RecordSink sink();

    /// Writes what is left, with the position that is reached thereby.
    void flush(const std::optional<Position>& position);

    [[nodiscard]] std::int64_t jobsRead() const { return m_jobsRead; }
    [[nodiscard]] std::int64_t rejected() const { return m_rejected; }

private:
    usage::MergeCounts merge(postgres::Transaction& tx);

    const Ingestion::Parts& m_parts;
    IngestMetrics& m_metrics;
    BatchTarget m_target;
    postgres::Transaction& m_lock;
    std::vector<JobRecord> m_jobs;
    std::vector<Reject> m_rejects;
    std::size_t m_rejectBytes = 0;
    std::int64_t m_jobsRead = 0;
    std::int64_t m_rejected = 0;
};

} // namespace hpcbill::slurm
