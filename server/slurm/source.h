// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/slurm/job_record.h"
#include "common/time/time.h"
#include "server/slurm/slurm.h"

#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>

namespace hpcbill::slurm
{

/// A stretch of time, to the second: jobs that existed at some moment of [from, to) are asked for.
struct Window {
    std::chrono::sys_seconds from;
    std::chrono::sys_seconds to;

    bool operator==(const Window&) const = default;
};

/// Takes what a source reads, as it reads it.
struct RecordSink {
    std::function<void(JobRecord&&)> onJob;
    std::function<void(Reject&&)> onReject;
};

/// Why a source could not give what was asked for.
enum class FailureKind {
    refused,         ///< nobody listens there, or the host is not known
    tls,             ///< no trust between the two ends
    unauthenticated, ///< the token is missing, wrong or expired
    server,          ///< it answered that it cannot: a 5xx, or slurmdbd is away
    timedOut,
    truncated, ///< the answer broke off
    notJson,
    tooLarge,
    severalClusters, ///< jobs that are not of one cluster
    program, ///< it could not be run, or ended with another status than 0
    other
};

/// Stable, for the metric's label: "refused", "tls", "unauthenticated", "server", "timed_out", "truncated",
/// "not_json", "too_large", "several_clusters", "program", "other".
std::string_view codeOf(FailureKind kind);

/// The source could not give what was asked for; the sentence says why, for the operator. The next source is
/// tried.
class SourceFailure : public std::runtime_error
{
public:
    SourceFailure(FailureKind kind, const std::string& sentence)
        : std::runtime_error(sentence)
        , m_kind(kind)
    {
    }
    explicit SourceFailure(const std::string& sentence)
        : SourceFailure(FailureKind::other, sentence)
    {
    }
    ~SourceFailure() override;
    [[nodiscard]] FailureKind kind() const { return m_kind; }

private:
    FailureKind m_kind;
};

/// True for what may well have passed by itself a moment later.
bool mayPass(FailureKind kind);

/// Somewhere that Slurm's accounting can be read from.
class Source
{
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source();

    [[nodiscard]] virtual SourceKind kind() const = 0;

    /// Hands on every record of the window, some perhaps twice. Throws SourceFailure; what was handed on
    /// until then holds. Asked to stop, it throws SourceFailure soon.
    virtual void read(const Window& window, const RecordSink& sink, const std::stop_token& stop) = 0;
};

} // namespace hpcbill::slurm
