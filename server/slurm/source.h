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

/// The source could not give what was asked for; the sentence says why, for the operator. The next source is
/// tried.
class SourceFailure : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
    ~SourceFailure() override;
};

/// The answer for this window is larger than the source reads at once. Ask for less.
class AnswerTooLarge final : public SourceFailure
{
public:
    using SourceFailure::SourceFailure;
    ~AnswerTooLarge() override;
};

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
