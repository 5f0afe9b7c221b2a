// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::slurm
{

/// One job as Slurm accounted it: an allocation, never a step. Identity: (cluster, jobId, submitAt); a
/// requeued job keeps its id and gets a new submit time.
struct JobRecord {
    std::string cluster;    ///< empty where the source does not say
    std::int64_t jobId = 0; ///< Slurm's raw id, also of array tasks and heterogeneous components
    std::string displayId;  ///< "4_1", "15+0", "8_[3-9%2]", or the raw id
    UtcTime submitAt{};
    std::optional<UtcTime> eligibleAt;
    std::optional<UtcTime> startedAt;
    std::optional<UtcTime> endedAt;
    /// True when the four times are the wall clock of the cluster's zone, read as if it were UTC; the zone
    /// still has to be applied. False when they are UTC (epoch seconds).
    bool timesAreLocal = false;
    std::string user;
    std::string account;
    std::string partition;
    std::string qos;
    std::string state;                      ///< Slurm's base word: "CANCELLED", never "CANCELLED by 1003"
    std::optional<std::string> cancelledBy; ///< user id or name, as Slurm gives it
    std::string name;       ///< bytes as they came: not always UTF-8, may hold line feeds and '|'
    std::string nodeList;   ///< "n[1-4]"; empty where it never had a node
    std::int64_t nodes = 0; ///< allocated, like the next three; 0 where it never had a node
    std::int64_t cpus = 0;
    std::int64_t gpus = 0;      ///< over all nodes and types
    std::string gpuTypes;       ///< "a100,h100", in order; empty where none is named
    std::int64_t memoryMib = 0; ///< over all nodes
    std::int64_t elapsedSeconds = 0;
    std::int64_t suspendedSeconds = 0;
    std::optional<std::int64_t> energyJoules;
    int exitCode = 0; ///< -1: not known
    int exitSignal = 0;
    bool hadNodes = false; ///< held nodes at some time; see ranOnNodes()

    bool operator==(const JobRecord&) const = default;
};

/// False for what was cancelled before it had a node, and for what still waits: kept and shown, costs
/// nothing.
[[nodiscard]] inline bool ranOnNodes(const JobRecord& job)
{
    return job.hadNodes;
}

/// Has an end and a state in which nothing more is used. A record can be COMPLETED for seconds before it has
/// its end.
[[nodiscard]] bool isFinished(const JobRecord& job);

/// What it held, count times elapsed seconds; 0 for what had no nodes. Only for records that faultOf() lets
/// pass.
[[nodiscard]] std::int64_t cpuSeconds(const JobRecord& job);
[[nodiscard]] std::int64_t gpuSeconds(const JobRecord& job);
[[nodiscard]] std::int64_t memoryMibSeconds(const JobRecord& job);

/// Why a row was put aside.
enum class RejectReason {
    columnCount,
    jobId,
    time,
    state,
    elapsed,
    number,
    tres,
    user,
    text,
    range,
    tooLong,
    cutLine
};

/// Stable, for the metric's label and the table: "column_count", "job_id", "time", "state", "elapsed",
/// "number", "tres", "user", "text", "range", "too_long", "cut_line".
std::string_view codeOf(RejectReason reason);

inline constexpr RejectReason rejectReasons[] = {
    RejectReason::columnCount, RejectReason::jobId,  RejectReason::time,    RejectReason::state,
    RejectReason::elapsed,     RejectReason::number, RejectReason::tres,    RejectReason::user,
    RejectReason::text,        RejectReason::range,  RejectReason::tooLong, RejectReason::cutLine};

/// What is wrong with a row: the kind, and a sentence that names the field and its value.
struct RowFault {
    RejectReason reason{};
    std::string detail;

    bool operator==(const RowFault&) const = default;
};

/// A row that could not be understood, to be kept with its raw bytes.
struct Reject {
    RejectReason reason{};
    std::string detail;
    std::string raw;         ///< the bytes as they came
    std::uint64_t place = 0; ///< line number from 1, or position in the list from 1
    /// By which `raw` can be read again: the first line and the delimiter of its text. Both empty in JSON, the
    /// first where the text had no header.
    std::string header = {};
    std::string delimiter = {};
};

/// What every source checks last: nothing negative, products fit, times in order, not more elapsed than lies
/// between them, texts are UTF-8 (the name may be anything). Nothing when the record is sound.
[[nodiscard]] std::optional<RowFault> faultOf(const JobRecord& job);

} // namespace hpcbill::slurm
