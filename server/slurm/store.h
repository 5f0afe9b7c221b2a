// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/slurm.h"
#include "server/usage/usage.h"

#include <optional>
#include <string>
#include <vector>

namespace hpcbill::slurm
{

/// A cluster's row.
struct ClusterRow {
    usage::ClusterId id{};
    std::string name;
    std::string timeZone;
};

/// How far a cluster was read.
struct Position {
    UtcTime readUntil{};
    std::optional<UtcTime> sweptAt;
    std::optional<std::string> csvVersion;
};

enum class RunId : std::int64_t {};

/// What a batch adds to its run.
struct BatchCounts {
    std::int64_t jobsRead = 0;
    usage::MergeCounts merged;
    std::int64_t rejected = 0;
    std::optional<std::string> timeZone; ///< in which times without one were read; none when there were none
};

/// Finds the cluster or makes it, then in `timeZone`. Throws InvalidInput{"cluster"} for a name that cannot
/// be one, InvalidInput{"time_zone"} for a zone that the database does not know.
ClusterRow ensureCluster(postgres::Transaction& tx, const std::string& name, const std::string& timeZone);

/// The cluster, locked until the transaction ends; none when there is none of this name.
std::optional<ClusterRow> lockClusterRow(postgres::Transaction& tx, const std::string& name);
/// The zone in which times without one are read from now on; what is stored stays as it is. Throws
/// InvalidInput{"time_zone"}.
void changeTimeZone(postgres::Transaction& tx, usage::ClusterId cluster, const std::string& timeZone);

/// Another zone in which jobs of the cluster were read from times without one: the same jobs read in `timeZone`
/// would be added a second time.
std::optional<std::string> otherZone(postgres::Transaction& tx, usage::ClusterId cluster,
                                     const std::string& timeZone);

/// Takes the right to read this cluster until the transaction ends. False when somebody else has it.
bool tryLockCluster(postgres::Transaction& tx, usage::ClusterId cluster);

/// Asks the database anything, so that a transaction that only holds a lock is not ended for idling.
void keepAlive(postgres::Transaction& tx);

std::optional<Position> findPosition(postgres::Transaction& tx, usage::ClusterId cluster);
void savePosition(postgres::Transaction& tx, usage::ClusterId cluster, const Position& position);

/// When the last poll began.
std::optional<UtcTime> lastPoll(postgres::Transaction& tx, usage::ClusterId cluster);

RunId beginRun(postgres::Transaction& tx, usage::ClusterId cluster, std::string_view kind);
/// Runs of the cluster that still say "running" belong to programs that are gone: only for the holder of the
/// lock.
void closeAbandonedRuns(postgres::Transaction& tx, usage::ClusterId cluster);
void addToRun(postgres::Transaction& tx, RunId run, const BatchCounts& counts);
void finishRun(postgres::Transaction& tx, RunId run, bool succeeded, std::optional<SourceKind> source,
               const std::optional<std::pair<UtcTime, UtcTime>>& window, const std::vector<RunNote>& notes);

/// All by name, or the one of this name.
std::vector<Cluster> listClusters(postgres::Transaction& tx,
                                  const std::optional<std::string>& name = std::nullopt);
std::vector<Run> listRuns(postgres::Transaction& tx, const std::optional<std::string>& cluster,
                          std::int64_t limit, std::optional<std::int64_t> before);
Run findRun(postgres::Transaction& tx, RunId run);
} // namespace hpcbill::slurm
