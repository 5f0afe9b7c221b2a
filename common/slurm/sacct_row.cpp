// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/sacct_row.h"

#include "common/slurm/job_id.h"
#include "common/slurm/state.h"
#include "common/slurm/times.h"
#include "common/slurm/tres.h"

#include <utility>

namespace hpcbill::slurm
{
namespace
{

/// What stops the reading of a row; caught in readJob() alone.
struct Stop {
    RowFault fault;
};

[[noreturn]] void stop(RejectReason reason, std::string_view column, std::string_view value,
                       std::string_view why)
{
    throw Stop{{reason, std::string(column) + " \"" + std::string(value) + "\" " + std::string(why)}};
}

void readId(const SacctRow& row, JobRecord& job)
{
    const std::string_view rawText = row[Column::jobIdRaw];
    const std::string_view text = row[Column::jobId];
    const std::optional<JobIdText> shown = parseJobId(text.empty() ? rawText : text);
    if (!shown || !shown->step.empty())
        stop(RejectReason::jobId, "JobID", text.empty() ? rawText : text, "is not the id of a job");
    job.displayId = text.empty() ? rawText : text;
    if (!rawText.empty()) {
        const std::optional<std::int64_t> raw = parseCount(rawText);
        if (!raw || *raw == 0)
            stop(RejectReason::jobId, "JobIDRaw", rawText, "is not a number");
        job.jobId = *raw;
        return;
    }
    // Slurm numbers the components of a heterogeneous job one after another, tasks of an array as they start.
    if (shown->task || shown->isTaskRange)
        stop(RejectReason::jobId, "JobID", text,
             "is of an array, whose tasks only JobIDRaw tells apart: ask sacct for JobIDRaw");
    job.jobId = shown->base + shown->component.value_or(0);
}

void readTimes(const SacctRow& row, JobRecord& job)
{
    bool local = false;
    bool utc = false;
    const auto read = [&](Column column, std::string_view name) {
        const std::optional<SlurmTime> time = parseSlurmTime(row[column]);
        if (!time)
            stop(RejectReason::time, name, row[column], "is not a time");
        local = local || time->isLocal;
        utc = utc || (time->at && !time->isLocal);
        return time->at;
    };
    const std::optional<UtcTime> submit = read(Column::submit, "Submit");
    job.eligibleAt = read(Column::eligible, "Eligible");
    job.startedAt = read(Column::start, "Start");
    job.endedAt = read(Column::end, "End");
    if (!submit)
        stop(RejectReason::time, "Submit", row[Column::submit],
             "is missing, and it is part of a job's identity");
    if (local && utc)
        stop(RejectReason::time, "Submit", row[Column::submit], "and the other times are not of one kind");
    job.submitAt = *submit;
    job.timesAreLocal = local;
}

std::int64_t wholeSeconds(std::string_view text, std::string_view column)
{
    const std::optional<std::chrono::microseconds> length = parseDuration(text);
    if (!length)
        stop(RejectReason::elapsed, column, text, "is not a length of time");
    return std::chrono::floor<std::chrono::seconds>(*length).count();
}

void readLengths(const SacctRow& row, JobRecord& job)
{
    const std::string_view raw = row[Column::elapsedRaw];
    if (raw.empty()) {
        job.elapsedSeconds = wholeSeconds(row[Column::elapsed], "Elapsed");
    } else {
        const std::optional<std::int64_t> seconds = parseCount(raw);
        if (!seconds)
            stop(RejectReason::elapsed, "ElapsedRaw", raw, "is not a number of seconds");
        job.elapsedSeconds = *seconds;
    }
    if (!row[Column::suspended].empty())
        job.suspendedSeconds = wholeSeconds(row[Column::suspended], "Suspended");
}

void readState(const SacctRow& row, JobRecord& job)
{
    const std::optional<State> state = parseState(row[Column::state]);
    if (!state)
        stop(RejectReason::state, "State", row[Column::state], "is not a state that this program knows");
    job.state = state->base;
    job.cancelledBy = state->cancelledBy;

    const std::string_view exit = row[Column::exitCode];
    if (exit.empty())
        return;
    const std::size_t colon = exit.find(':');
    const std::optional<std::int64_t> code = parseCount(exit.substr(0, colon));
    const std::optional<std::int64_t> signal =
        colon == std::string_view::npos ? std::optional<std::int64_t>(0) : parseCount(exit.substr(colon + 1));
    constexpr std::int64_t largest = 0xFFFF; // both halves are 8 or 16 bits wide
    if (!code || !signal || *code > largest || *signal > largest)
        stop(RejectReason::number, "ExitCode", exit, "is not CODE:SIGNAL");
    job.exitCode = static_cast<int>(*code);
    job.exitSignal = static_cast<int>(*signal);
}

bool namesNodes(std::string_view nodeList)
{
    for (const std::string_view nothing : {"", "None assigned", "None", "Unknown", "(null)"}) {
        if (nodeList == nothing)
            return false;
    }
    return true;
}

std::int64_t count(const SacctRow& row, Column column, std::string_view name,
                   std::optional<std::int64_t> otherwise)
{
    if (row[column].empty())
        return otherwise.value_or(0);
    const std::optional<std::int64_t> number = parseShortCount(row[column]);
    if (!number)
        stop(RejectReason::number, name, row[column], "is not a number");
    return *number;
}

void readResources(const SacctRow& row, JobRecord& job)
{
    const Result<Tres, std::string> tres = parseTres(row[Column::allocTres]);
    if (!tres)
        stop(RejectReason::tres, "AllocTRES", row[Column::allocTres], "cannot be read: " + tres.error());
    job.hadNodes = job.startedAt && (row.has(Column::nodeList) ? namesNodes(row[Column::nodeList])
                                                               : !row[Column::allocTres].empty());
    if (!job.hadNodes)
        return; // what stands in NCPUS and NNodes then was asked for, not held

    job.nodeList = row[Column::nodeList];
    job.nodes = count(row, Column::nodes, "NNodes", tres->nodes);
    job.cpus = count(row, Column::cpus, "NCPUS", tres->cpus);
    job.memoryMib = tres->memoryMib;
    job.gpus = tres->gpus;
    job.gpuTypes = tres->gpuTypes;
    job.energyJoules = tres->energyJoules;
    if (row.has(Column::allocTres))
        return;
    const Result<Gpus, std::string> perNode = parseGresGpus(row[Column::reqGres]);
    if (!perNode || __builtin_mul_overflow(perNode->count, job.nodes, &job.gpus))
        stop(RejectReason::tres, "ReqGRES", row[Column::reqGres], "cannot be read");
    job.gpuTypes = perNode->types;
}

bool hasSubmitTime(const SacctRow& row)
{
    const std::optional<SlurmTime> submit = parseSlurmTime(row[Column::submit]);
    return submit && submit->at;
}

} // namespace

bool isStep(const SacctRow& row)
{
    const std::optional<JobIdText> id =
        parseJobId(row[Column::jobId].empty() ? row[Column::jobIdRaw] : row[Column::jobId]);
    return id && !id->step.empty();
}

bool mayBeJob(const SacctRow& row)
{
    return hasSubmitTime(row) && parseState(row[Column::state]);
}

bool resemblesJob(const SacctRow& row)
{
    return hasSubmitTime(row) || parseState(row[Column::state]);
}

Result<JobRecord, RowFault> readJob(const SacctRow& row)
try {
    JobRecord job;
    readId(row, job);
    readTimes(row, job);
    readLengths(row, job);
    readState(row, job);
    job.cluster = row[Column::cluster];
    job.partition = row[Column::partition];
    job.qos = row[Column::qos];
    job.account = row[Column::account];
    job.user = row[Column::user];
    job.name = row[Column::name];
    readResources(row, job);
    if (std::optional<RowFault> fault = faultOf(job))
        return fail(*std::move(fault));
    return job;
} catch (Stop& stopped) {
    return fail(std::move(stopped.fault));
}

} // namespace hpcbill::slurm
