// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/job_record.h"

#include "common/invariant.h"
#include "common/slurm/state.h"
#include "common/utf8.h"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

std::optional<std::int64_t> product(std::int64_t count, std::int64_t seconds)
{
    std::int64_t result = 0;
    if (__builtin_mul_overflow(count, seconds, &result))
        return std::nullopt;
    return result;
}

std::int64_t held(const JobRecord& job, std::int64_t count)
{
    if (!ranOnNodes(job))
        return 0;
    const std::optional<std::int64_t> seconds = product(count, job.elapsedSeconds);
    invariant(seconds.has_value(), "a job record was used that faultOf() refuses");
    return *seconds;
}

/// What PostgreSQL takes as text: UTF-8 without NUL.
bool isText(std::string_view text)
{
    return isUtf8(text) && text.find('\0') == std::string_view::npos;
}

} // namespace

bool isFinished(const JobRecord& job)
{
    return job.endedAt.has_value() && isFinalState(job.state);
}

std::int64_t cpuSeconds(const JobRecord& job)
{
    return held(job, job.cpus);
}

std::int64_t gpuSeconds(const JobRecord& job)
{
    return held(job, job.gpus);
}

std::int64_t memoryMibSeconds(const JobRecord& job)
{
    return held(job, job.memoryMib);
}

std::string_view codeOf(RejectReason reason)
{
    switch (reason) {
    case RejectReason::columnCount:
        return "column_count";
    case RejectReason::jobId:
        return "job_id";
    case RejectReason::time:
        return "time";
    case RejectReason::state:
        return "state";
    case RejectReason::elapsed:
        return "elapsed";
    case RejectReason::number:
        return "number";
    case RejectReason::tres:
        return "tres";
    case RejectReason::user:
        return "user";
    case RejectReason::text:
        return "text";
    case RejectReason::range:
        return "range";
    case RejectReason::tooLong:
        return "too_long";
    case RejectReason::cutLine:
        return "cut_line";
    }
    violated("a reason without a name", std::source_location::current());
}

std::optional<RowFault> faultOf(const JobRecord& job)
{
    if (job.user.empty())
        return RowFault{RejectReason::user, "the job has no user, so it cannot be billed to anybody"};
    for (const auto& [what, text] :
         std::initializer_list<std::pair<const char*, const std::string&>>{{"cluster", job.cluster},
                                                                           {"user", job.user},
                                                                           {"account", job.account},
                                                                           {"partition", job.partition},
                                                                           {"QOS", job.qos},
                                                                           {"job id", job.displayId},
                                                                           {"node list", job.nodeList}}) {
        if (!isText(text))
            return RowFault{RejectReason::text, fmt::format("the {} is not UTF-8", what)};
    }
    for (const auto& [what, count] : std::initializer_list<std::pair<const char*, std::int64_t>>{
             {"nodes", job.nodes},
             {"CPUs", job.cpus},
             {"GPUs", job.gpus},
             {"MiB of memory", job.memoryMib},
             {"elapsed seconds", job.elapsedSeconds},
             {"suspended seconds", job.suspendedSeconds}}) {
        if (count < 0 || !product(count, job.elapsedSeconds))
            return RowFault{RejectReason::range, fmt::format("{} {} are out of range", count, what)};
    }
    if (!job.startedAt || !job.endedAt)
        return std::nullopt;
    // The wall clock goes back once a year where there is daylight saving, UTC never.
    if (!job.timesAreLocal && *job.endedAt < *job.startedAt)
        return RowFault{RejectReason::time, fmt::format("the end {} is before the start {}",
                                                        toRfc3339(*job.endedAt), toRfc3339(*job.startedAt))};
    // Slurm counts elapsed = end - start - suspended. What is longer would be billed for time that was not
    // there.
    const std::chrono::hours clockChange(job.timesAreLocal ? 1 : 0);
    if (job.elapsedSeconds >
        std::chrono::floor<std::chrono::seconds>(*job.endedAt - *job.startedAt + clockChange).count())
        return RowFault{RejectReason::elapsed,
                        fmt::format("{} s elapsed between the start {} and the end {}", job.elapsedSeconds,
                                    toRfc3339(*job.startedAt), toRfc3339(*job.endedAt))};
    return std::nullopt;
}

} // namespace hpcbill::slurm
