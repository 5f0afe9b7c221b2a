// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/one_cluster.h"
#include "server/slurm/source.h"

namespace hpcbill::slurm
{

/// A file of sacct's lines, plain or compressed, that somebody else keeps up to date. It is read whole,
/// whatever the window.
class CsvSource final : public Source
{
public:
    explicit CsvSource(CsvSettings settings)
        : m_settings(std::move(settings))
        , m_cluster("", OneCluster::cureOfFile)
    {
    }

    [[nodiscard]] SourceKind kind() const override { return SourceKind::csv; }
    void read(const Window& window, const RecordSink& sink, const std::stop_token& stop) override;

    /// Changes whenever the file does: its size and the time of its last change. Throws SourceFailure when it
    /// cannot be seen.
    [[nodiscard]] std::string version() const;

private:
    CsvSettings m_settings;
    OneCluster m_cluster;
};

} // namespace hpcbill::slurm
