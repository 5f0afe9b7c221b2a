// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    {
    }

    [[nodiscard]] SourceKind kind() const override { return SourceKind::sacct; }
    void read(const Window& window, const RecordSink& sink, const std::stop_token& stop) override;

private:
    void run(const std::vector<std::string>& arguments, const std::string& delimiter, const RecordSink& sink,
             const std::stop_token& stop) const;

    SacctSettings m_settings;
};

} // namespace hpcbill::slurm
