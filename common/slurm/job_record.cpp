// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/job_record.h"

#include "common/invariant.h"
#include "common/slurm/state.h"

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

/// Length of the UTF-8 sequence that starts here, 0 when it is none (RFC 3629; no surrogates, nothing
/// overlong).
std::size_t sequenceLength(std::string_view rest)
{
    const auto byte = [rest](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
    const auto tail = [&](std::size_t count) {
        if (rest.size() < count)
            return false;
        for (std::size_t at = 1; at < count; ++at) {
            if ((byte(at) & 0xC0U) != 0x80U)
                return false;
        }
        return true;
    };
    if (byte(0) < 0x80)
        return 1;
    if (byte(0) >= 0xC2 && byte(0) <= 0xDF)
        return tail(2) ? 2 : 0;
    if (byte(0) >= 0xE0 && byte(0) <= 0xEF) {
        if (!tail(3) || (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) > 0x9F))
            return 0;
        return 3;
    }
    if (byte(0) >= 0xF0 && byte(0) <= 0xF4) {
        if (!tail(4) || (byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) > 0x8F))
            return 0;
        return 4;
    }
    return 0;
}

bool isText(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0 || text.front() == '\0')
            return false;
        text.remove_prefix(length);
    }
    return true;
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
    // The wall clock goes back once a year where there is daylight saving, UTC never.
    if (!job.timesAreLocal && job.startedAt && job.endedAt && *job.endedAt < *job.startedAt)
        return RowFault{RejectReason::time, fmt::format("the end {} is before the start {}",
                                                        toRfc3339(*job.endedAt), toRfc3339(*job.startedAt))};
    return std::nullopt;
}

} // namespace hpcbill::slurm
