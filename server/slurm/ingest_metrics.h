// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/slurm/job_record.h"
#include "server/slurm/slurm.h"
#include "server/slurm/source.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <prometheus/family.h>

namespace prometheus
{
class Counter;
class Gauge;
class Registry;
} // namespace prometheus

namespace hpcbill::slurm
{

/// ingest_jobs_total{cluster,source}, ingest_rejects_total{cluster,reason},
/// ingest_failures_total{cluster,source,kind}, ingest_source_up{cluster,source}, ingest_amended_total{cluster}. The
/// series of configured clusters exist from the start.
class IngestMetrics final
{
public:
    IngestMetrics(prometheus::Registry& registry, const std::vector<ClusterSettings>& clusters);

    /// Records that were new or had changed.
    void countJobs(const std::string& cluster, SourceKind source, std::int64_t count);
    void countReject(const std::string& cluster, RejectReason reason);
    /// Jobs that changed after they were put on a receipt.
    void countAmended(const std::string& cluster, std::size_t count);
    /// A source could not give what was asked for.
    void countFailure(const std::string& cluster, SourceKind source, FailureKind kind);
    void setUp(const std::string& cluster, SourceKind source, bool up);

private:
    prometheus::Family<prometheus::Counter>& m_jobs;
    prometheus::Family<prometheus::Counter>& m_rejects;
    prometheus::Family<prometheus::Counter>& m_amended;
    prometheus::Family<prometheus::Counter>& m_failures;
    prometheus::Family<prometheus::Gauge>& m_up;
};

} // namespace hpcbill::slurm
