// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/ingest_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

namespace hpcbill::slurm
{
namespace
{

prometheus::Labels labels(const std::string& cluster)
{
    return {{"cluster", cluster}};
}

prometheus::Labels labels(const std::string& cluster, SourceKind source)
{
    return {{"cluster", cluster}, {"source", std::string(codeOf(source))}};
}

prometheus::Labels labels(const std::string& cluster, RejectReason reason)
{
    return {{"cluster", cluster}, {"reason", std::string(codeOf(reason))}};
}

} // namespace

IngestMetrics::IngestMetrics(prometheus::Registry& registry, const std::vector<ClusterSettings>& clusters)
    : m_jobs(prometheus::BuildCounter()
                 .Name("ingest_jobs_total")
                 .Help("Records of jobs that were new or had changed")
                 .Register(registry))
    , m_rejects(prometheus::BuildCounter()
                    .Name("ingest_rejects_total")
                    .Help("Rows that could not be understood and were put aside")
                    .Register(registry))
    , m_amended(prometheus::BuildCounter()
                    .Name("ingest_amended_total")
                    .Help("Jobs that changed after they were put on a receipt")
                    .Register(registry))
    , m_failures(prometheus::BuildCounter()
                     .Name("ingest_failures_total")
                     .Help("Questions that a source did not answer, by what went wrong")
                     .Register(registry))
    , m_up(prometheus::BuildGauge()
               .Name("ingest_source_up")
               .Help("1 when the source answered the last time it was asked")
               .Register(registry))
{
    for (const ClusterSettings& cluster : clusters) {
        m_amended.Add(labels(cluster.name));
        for (const RejectReason reason : rejectReasons)
            m_rejects.Add(labels(cluster.name, reason));
        const auto addSource = [&](bool configured, SourceKind kind) {
            if (!configured)
                return;
            m_jobs.Add(labels(cluster.name, kind));
            m_up.Add(labels(cluster.name, kind));
        };
        addSource(cluster.slurmrestd.has_value(), SourceKind::slurmrestd);
        addSource(cluster.sacct.has_value(), SourceKind::sacct);
        addSource(cluster.csv.has_value(), SourceKind::csv);
    }
}

void IngestMetrics::countJobs(const std::string& cluster, SourceKind source, std::int64_t count)
{
    m_jobs.Add(labels(cluster, source)).Increment(static_cast<double>(count));
}

void IngestMetrics::countReject(const std::string& cluster, RejectReason reason)
{
    m_rejects.Add(labels(cluster, reason)).Increment();
}

void IngestMetrics::countAmended(const std::string& cluster, std::size_t count)
{
    m_amended.Add(labels(cluster)).Increment(static_cast<double>(count));
}

void IngestMetrics::countFailure(const std::string& cluster, SourceKind source, FailureKind kind)
{
    prometheus::Labels all = labels(cluster, source);
    all.emplace("kind", codeOf(kind));
    m_failures.Add(all).Increment();
}

void IngestMetrics::setUp(const std::string& cluster, SourceKind source, bool up)
{
    m_up.Add(labels(cluster, source)).Set(up ? 1 : 0);
}

} // namespace hpcbill::slurm
