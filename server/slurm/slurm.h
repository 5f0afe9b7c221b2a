// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/slurm/job_record.h"
#include "common/time/time.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace prometheus
{
class Registry;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres
namespace hpcbill::webhooks
{
class Outbox;
}
namespace hpcbill::usage
{
class JobStore;
enum class ClusterId : std::int32_t;
} // namespace hpcbill::usage
namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::api
{
struct Actor;
}

namespace hpcbill::slurm
{

/// Where records come from, the preferred one first.
enum class SourceKind { slurmrestd, sacct, csv };

/// "slurmrestd", "sacct", "csv".
std::string_view codeOf(SourceKind kind);
std::optional<SourceKind> parseSourceKind(std::string_view code);

struct SlurmrestdSettings {
    std::string url = {};   ///< "https://host:6820", with a path in front of /slurmdb where there is one
    std::string user = {};  ///< whom the token was made for
    std::string token = {}; ///< JWT
    std::filesystem::path tokenFile =
        {}; ///< wins over `token`; read for every poll, so that it may be renewed
    std::vector<std::string> tokenCommand =
        {};                            ///< a program and its arguments that print the token; wins over both
    std::filesystem::path caFile = {}; ///< empty: the system's
    std::filesystem::path certificate = {}; ///< of the client, with `key`; empty: none
    std::filesystem::path key = {};
    std::string cluster = {}; ///< its name in slurmdbd; empty: slurmrestd's answers are of one cluster
    /// Answers are read while they come, so that memory sets them no bound; this one ends what has no end.
    std::uint64_t largestAnswer = std::uint64_t{8} << 30;
};

struct SacctSettings {
    std::filesystem::path program = "sacct";
    std::string cluster =
        {}; ///< the cluster's name in slurmdbd, for `--clusters`; empty: the one that sacct is set up for
};

struct CsvSettings {
    std::filesystem::path file; ///< columns of sacct with a header, separated by '|'; only read
};

/// A cluster that is polled, and its sources.
struct ClusterSettings {
    std::string name;
    std::optional<SlurmrestdSettings> slurmrestd;
    std::optional<SacctSettings> sacct;
    std::optional<CsvSettings> csv;
    std::string timeZone = {}; ///< the cluster is made with; empty: UTC. From then on its own zone counts
};

/// What happened on the way of a run: why a source failed, what was noticed in a file.
struct RunNote {
    std::string source;
    std::string text;
};

/// One reading of one cluster.
struct Run {
    std::int64_t id = 0;
    std::string cluster;
    std::string kind;                 ///< "poll", "import"
    std::optional<SourceKind> source; ///< the one that served; none when none did
    std::string status;               ///< "running", "succeeded", "failed"
    UtcTime startedAt{};
    std::optional<UtcTime> finishedAt;
    std::optional<UtcTime> windowFrom;
    std::optional<UtcTime> windowTo;
    std::int64_t jobsRead = 0;
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t rejected = 0;
    std::vector<RunNote> notes;
};

/// A row that was put aside.
struct KeptReject {
    std::int64_t id = 0;
    std::string cluster;
    std::int64_t runId = 0;
    std::string source;
    std::string reason;
    std::string detail;
    std::int64_t place = 0;
    std::string raw;    ///< bytes
    std::string header; ///< of the text that it came from, with `delimiter`; both may be empty
    std::string delimiter;
    UtcTime firstSeenAt{};
    UtcTime lastSeenAt{};
    std::optional<UtcTime> resolvedAt; ///< when it was read again and understood
    usage::ClusterId clusterId{};
    std::string timeZone; ///< in which its times without one are read
};

/// A cluster as it is known.
struct Cluster {
    std::string name;
    std::string timeZone;
    UtcTime createdAt{};
    std::optional<UtcTime> readUntil;
    std::optional<Run> lastRun;
};

struct RejectFilter {
    std::optional<std::string> cluster;
    std::optional<std::string> reason;
    std::optional<bool> resolved;
};

/// What reading rejects again came to.
struct Replay {
    std::int64_t read = 0;     ///< rejects that were read again
    std::int64_t resolved = 0; ///< and understood
    std::int64_t added = 0;    ///< jobs
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::optional<std::int64_t> next; ///< where to go on when there may be more
};

/// Called last in the transaction that begins a run, once it is sure to take place: for the audit record of
/// who asked for it.
using AtBeginning = std::function<void(postgres::Transaction&, std::int64_t run)>;

/// What a poll is asked for beyond the usual.
struct PollOptions {
    std::optional<SourceKind> only; ///< this source and no other
    std::optional<UtcTime> from;    ///< read again from here on
    AtBeginning atBeginning;        ///< may be empty
    /// Not when a poll has begun within this time, by whichever replica: then Conflict("ingest_not_due") is
    /// thrown.
    std::chrono::seconds notWithin{0};
};

/// A file of sacct's lines to take over.
struct ImportOrder {
    std::string cluster; ///< a new name makes the cluster
    std::optional<std::string>
        timeZone; ///< of times without one (a PostgreSQL zone name); none: the cluster's, for a new one UTC
    AtBeginning atBeginning; ///< may be empty
    std::string file = {};   ///< what it is called in the run's notes
};

/// How far an import is.
struct Progress {
    std::uint64_t bytes = 0;
    std::int64_t jobs = 0;
    std::int64_t rejects = 0;
};

/// Brings Slurm's records into the table of jobs: streaming, in batches, each batch one transaction with its
/// rejects. Idempotent; may be interrupted anywhere and begun again. One run per cluster at a time over all
/// replicas.
class Ingestion final
{
public:
    struct Parts {
        postgres::Pool& pool; ///< a run takes two connections
        const usage::JobStore& jobs;
        const audit::Log& audit;
        prometheus::Registry& metrics;
    };
    Ingestion(const Parts& parts, std::vector<ClusterSettings> clusters);
    ~Ingestion();
    Ingestion(const Ingestion&) = delete;
    Ingestion& operator=(const Ingestion&) = delete;

    /// Reads a whole text, plain or compressed by gzip or zstd. When it breaks off or is damaged, what was
    /// read until then stays and the run has failed. Throws UnreadableLog when it is not sacct's,
    /// InvalidInput for the cluster's name or zone, Conflict("ingest_busy") while another run of the cluster
    /// is under way, Conflict("ingest_time_zone") for local times in another zone than before. A stop ends it after the batch under way.
    Run importText(std::istream& text, const ImportOrder& order,
                   const std::function<void(const Progress&)>& progress, const std::stop_token& stop);

    /// Reads what is new from the first source that answers. The run says which one that was, and why the
    /// ones before it failed; when all did, its status is "failed". Throws NotFound for a cluster that is not
    /// configured, InvalidInput{"source"} for a source that it does not have, Conflict("ingest_busy") while
    /// another run of the cluster is under way.
    Run poll(const std::string& cluster, const PollOptions& options, const std::stop_token& stop);

    /// Reads up to a thousand unresolved rejects again, after the id `after`: one transaction, on record.
    Replay replay(const RejectFilter& filter, std::int64_t after, const api::Actor& by);

    /// The names of the clusters that are polled.
    [[nodiscard]] std::vector<std::string> configured() const;

    /// All clusters by name; runs and rejects newest first, `limit` of them before the id `before`.
    [[nodiscard]] std::vector<Cluster> clusters(postgres::Transaction& tx) const;
    [[nodiscard]] std::vector<Run> runs(postgres::Transaction& tx, const std::optional<std::string>& cluster,
                                        std::int64_t limit, std::optional<std::int64_t> before) const;
    [[nodiscard]] std::vector<KeptReject> rejects(postgres::Transaction& tx, const RejectFilter& filter,
                                                  std::int64_t limit,
                                                  std::optional<std::int64_t> before) const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

/// Polls every configured cluster again and again, each on a thread of its own, so that one that is down
/// delays no other, until it is destroyed. Of several replicas one polls per interval.
class Poller final
{
public:
    Poller(Ingestion& ingestion, std::chrono::seconds interval);
    /// Interrupts polls under way after their batch, and waits for the threads.
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

/// Measures ingest_freshness_seconds of the clusters that are polled, and sends ingest.stalled when reading one
/// has not moved on for `limit` while this program ran: once, over all replicas, until it moves on.
class FreshnessWatch final
{
public:
    struct Parts {
        postgres::Pool& pool;
        const webhooks::Outbox& outbox;
        prometheus::Registry& metrics;
    };
    FreshnessWatch(const Parts& parts, const std::vector<std::string>& clusters, std::chrono::seconds limit,
                   std::chrono::milliseconds interval);
    ~FreshnessWatch();
    FreshnessWatch(const FreshnessWatch&) = delete;
    FreshnessWatch& operator=(const FreshnessWatch&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::slurm
