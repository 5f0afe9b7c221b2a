// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/one_cluster.h"

#include <Poco/String.h>
#include <fmt/format.h>

#include <utility>

namespace hpcbill::slurm
{

OneCluster::OneCluster(std::string wanted, std::string cure)
    : m_wanted(Poco::toLower(wanted)) // as slurmdbd keeps names
    , m_cure(std::move(cure))
{
}

RecordSink OneCluster::in(const RecordSink& sink)
{
    return {[this, &sink](JobRecord&& job) {
                if (isTaken(job.cluster))
                    sink.onJob(std::move(job));
            },
            sink.onReject};
}

bool OneCluster::isTaken(const std::string& cluster)
{
    if (cluster.empty())
        return true; // the source does not say
    if (!m_wanted.empty())
        return Poco::icompare(cluster, m_wanted) == 0;
    if (m_seen.empty())
        m_seen = cluster;
    if (cluster == m_seen)
        return true;
    throw SourceFailure(FailureKind::severalClusters,
                        fmt::format("jobs of the clusters {} and {} came as if they were of one: {}", m_seen,
                                    cluster, m_cure));
}

} // namespace hpcbill::slurm
