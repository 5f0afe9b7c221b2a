// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/one_cluster.h"
#include "server/slurm/source.h"
#include "server/slurm/token.h"

#include <Poco/Net/Context.h>
#include <Poco/URI.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace Poco::Net
{
class HTTPClientSession;
}

namespace hpcbill::slurm
{

/// slurmrestd over HTTP or HTTPS with a JWT, in the newest version of its API that both sides know.
class SlurmrestdSource final : public Source
{
public:
    explicit SlurmrestdSource(SlurmrestdSettings settings);
    ~SlurmrestdSource() override;

    [[nodiscard]] SourceKind kind() const override { return SourceKind::slurmrestd; }
    void read(const Window& window, const RecordSink& sink, const std::stop_token& stop) override;

private:
    [[nodiscard]] std::unique_ptr<Poco::Net::HTTPClientSession> connect();
    /// Hands on the body of a 200 as it comes; throws SourceFailure for anything else.
    void get(const std::string& target, std::uint64_t limit, const std::function<void(std::string_view)>& onBytes,
             const std::stop_token& stop);
    void readJobs(const std::string& query, const RecordSink& sink, const std::stop_token& stop);
    std::string listOfPaths(const std::stop_token& stop);
    void ask(const std::string& query, const RecordSink& sink, const std::stop_token& stop);

    SlurmrestdSettings m_settings;
    Token m_token;
    OneCluster m_cluster;
    Poco::Net::Context::Ptr m_tls;        ///< null for plain HTTP, and before the first call
    std::optional<int> m_version;         ///< N of v0.0.N, agreed upon; forgotten when the server no longer knows it
};

} // namespace hpcbill::slurm
