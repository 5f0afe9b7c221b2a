// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/one_cluster.h"
#include "server/slurm/source.h"

#include <string>
#include <vector>

namespace hpcbill::slurm
{

/// Runs sacct, without a shell, with arguments that nobody's input is part of.
class SacctSource final : public Source
{
public:
    explicit SacctSource(SacctSettings settings)
        : m_settings(std::move(settings))
        , m_cluster(m_settings.cluster, "set SACCT_CLUSTER to the name of the one that is meant")
    {
    }

    [[nodiscard]] SourceKind kind() const override { return SourceKind::sacct; }
    void read(const Window& window, const RecordSink& sink, const std::stop_token& stop) override;

private:
    void run(const std::vector<std::string>& arguments, const std::string& delimiter, const RecordSink& sink,
             const std::stop_token& stop) const;

    SacctSettings m_settings;
    OneCluster m_cluster;
};

} // namespace hpcbill::slurm
