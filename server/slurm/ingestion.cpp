// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurm.h"

#include "common/error.h"
#include "common/slurm/sacct.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/slurm/batch_writer.h"
#include "server/slurm/csv_source.h"
#include "server/slurm/ingest_metrics.h"
#include "server/slurm/one_cluster.h"
#include "server/slurm/rejects.h"
#include "server/slurm/sacct_source.h"
#include "server/slurm/sacct_text.h"
#include "server/slurm/slurmrestd_source.h"
#include "server/slurm/store.h"
#include "server/slurm/window_plan.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <istream>
#include <iterator>
#include <map>
#include <mutex>
#include <random>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

// Records come seconds late, and a restarted slurmctld writes the last minutes again.
constexpr std::chrono::hours overlap{2};
// What ended while slurmdbd was away comes with its true, earlier end: now and then a week is read again.
constexpr std::chrono::hours sweepInterval{6};
constexpr std::chrono::days sweepLength{7};
// How far back the first poll of a cluster looks; `from` asks for more.
constexpr std::chrono::days firstLookBack{730};

std::chrono::sys_seconds wholeSeconds(UtcTime time)
{
    return std::chrono::floor<std::chrono::seconds>(time);
}

/// Waits longer and longer, with some chance in it so that replicas do not knock in step; gives up soon, for
/// the next source waits, and the next poll comes by itself.
class Patience final
{
public:
    /// False when it is at its end, or a stop was asked for.
    bool wait(const std::stop_token& stop)
    {
        if (m_left-- == 0)
            return false;
        std::uniform_int_distribution<int> percent(75, 125);
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        wake.wait_for(lock, stop, m_pause * percent(m_random) / 100, [] { return false; });
        m_pause *= 4;
        return !stop.stop_requested();
    }

private:
    int m_left = 2;
    std::chrono::milliseconds m_pause{500};
    std::minstd_rand m_random{std::random_device()()};
};

/// What came before a failure is as good as any, unless it may be another cluster's.
void keepWhatCame(BatchWriter& writer, const SourceFailure& failure)
{
    if (failure.kind() != FailureKind::severalClusters)
        writer.flush(std::nullopt);
}

/// The right to read a cluster, and the row of the run that it is used for.
class OpenRun final
{
public:
    OpenRun(postgres::Pool& pool, ClusterRow cluster, std::string_view kind, const AtBeginning& atBeginning,
            std::chrono::seconds notWithin = std::chrono::seconds(0))
        : m_pool(pool)
        , m_cluster(std::move(cluster))
        , m_lock(pool, postgres::Mode::readOnly)
    {
        if (!tryLockCluster(m_lock, m_cluster.id))
            throw Conflict(
                "ingest_busy",
                fmt::format("Another run of the cluster {} is under way. Try again when it has ended.",
                            m_cluster.name));
        postgres::Transaction tx(pool, postgres::Mode::readWrite);
        // Asked under the lock, so that of two replicas that wake together one polls and the other finds it
        // done.
        const std::optional<UtcTime> last = lastPoll(tx, m_cluster.id);
        if (last && tx.now() - *last < notWithin)
            throw Conflict("ingest_not_due",
                           fmt::format("The cluster {} was polled a moment ago.", m_cluster.name));
        closeAbandonedRuns(tx, m_cluster.id);
        m_run = beginRun(tx, m_cluster.id, kind);
        m_position = findPosition(tx, m_cluster.id);
        m_startedAt = tx.now();
        if (atBeginning)
            atBeginning(tx, static_cast<std::int64_t>(m_run));
        tx.commit();
    }

    [[nodiscard]] const ClusterRow& cluster() const { return m_cluster; }
    [[nodiscard]] RunId id() const { return m_run; }
    [[nodiscard]] postgres::Transaction& lock() { return m_lock; }
    [[nodiscard]] UtcTime startedAt() const { return m_startedAt; }
    /// As it was before the run.
    [[nodiscard]] const std::optional<Position>& position() const { return m_position; }

    std::optional<SourceKind> served;
    std::optional<std::pair<UtcTime, UtcTime>> window;
    std::vector<RunNote> notes;

    Run finish(bool succeeded)
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
        finishRun(tx, m_run, succeeded, served, window, notes);
        Run run = findRun(tx, m_run);
        tx.commit();
        return run;
    }

private:
    postgres::Pool& m_pool;
    ClusterRow m_cluster;
    postgres::Transaction m_lock;
    RunId m_run{};
    UtcTime m_startedAt{};
    std::optional<Position> m_position;
};

} // namespace

struct Ingestion::Insides {
    struct Configured {
        ClusterSettings settings;
        std::vector<std::unique_ptr<Source>> sources; ///< used under the cluster's lock only
    };

    Insides(const Parts& theParts, std::vector<ClusterSettings> settings)
        : parts(theParts)
        , metrics(theParts.metrics, settings)
    {
        for (ClusterSettings& cluster : settings) {
            Configured one{std::move(cluster), {}};
            if (one.settings.slurmrestd)
                one.sources.push_back(std::make_unique<SlurmrestdSource>(*one.settings.slurmrestd));
            if (one.settings.sacct)
                one.sources.push_back(std::make_unique<SacctSource>(*one.settings.sacct));
            if (one.settings.csv)
                one.sources.push_back(std::make_unique<CsvSource>(*one.settings.csv));
            clusters.push_back(std::move(one));
        }
    }

    ClusterRow ensure(const std::string& name, const std::string& timeZone) const
    {
        {
            // By itself: it locks the table of clusters, in which a poll of another new cluster may just have written.
            postgres::Transaction tx(parts.pool, postgres::Mode::readWrite);
            parts.jobs.makePartitionsAhead(tx);
            tx.commit();
        }
        postgres::Transaction tx(parts.pool, postgres::Mode::readWrite);
        ClusterRow cluster = ensureCluster(tx, name, timeZone);
        tx.commit();
        return cluster;
    }

    Configured& find(const std::string& name)
    {
        const auto found = std::find_if(clusters.begin(), clusters.end(),
                                        [&name](const Configured& one) { return one.settings.name == name; });
        if (found == clusters.end())
            throw NotFound(fmt::format("No cluster {} is configured to be polled.", name));
        return *found;
    }

    void readWindows(Source& source, OpenRun& run, std::chrono::sys_seconds& at, std::chrono::sys_seconds to,
                     bool isSweep, const std::stop_token& stop);
    void readCsv(CsvSource& source, OpenRun& run, const ClusterSettings& settings, bool always,
                 const std::stop_token& stop);

    Parts parts;
    mutable IngestMetrics metrics;
    std::vector<Configured> clusters;
};

/// Reads on from `at`, which moves along; what was read stays read when the source fails.
void Ingestion::Insides::readWindows(Source& source, OpenRun& run, std::chrono::sys_seconds& at,
                                     std::chrono::sys_seconds to, bool isSweep, const std::stop_token& stop)
{
    BatchWriter writer(parts, metrics, {run.cluster(), run.id(), source.kind(), "UTC"}, run.lock());
    WindowPlan plan(at, to);
    Patience patience;
    while (const std::optional<Window> window = plan.next()) {
        std::int64_t ended = 0;
        RecordSink sink = writer.sink();
        sink.onJob = [&ended, &window, write = std::move(sink.onJob)](JobRecord&& job) {
            ended += job.endedAt >= window->from && job.endedAt <= window->to ? 1 : 0;
            write(std::move(job));
        };
        try {
            source.read(*window, sink, stop);
        } catch (const SourceFailure& failure) {
            keepWhatCame(writer, failure);
            metrics.countFailure(run.cluster().name, source.kind(), failure.kind());
            const bool isLong =
                failure.kind() == FailureKind::tooLarge || failure.kind() == FailureKind::timedOut;
            if (isLong && plan.halve(*window))
                continue;
            if (!mayPass(failure.kind()) || !patience.wait(stop))
                throw;
            run.notes.push_back(
                {std::string(codeOf(source.kind())), std::string(failure.what()) + " (asked again)"});
            continue;
        }
        patience = Patience();
        Position reached{std::min<UtcTime>(window->to, run.startedAt()), std::nullopt, std::nullopt};
        if (isSweep && window->to >= to)
            reached.sweptAt = run.startedAt();
        writer.flush(reached);
        plan.finished(*window, ended);
        at = window->to;
    }
}

void Ingestion::Insides::readCsv(CsvSource& source, OpenRun& run, const ClusterSettings& settings, bool always,
                                 const std::stop_token& stop)
{
    if (!settings.timeZone.empty() && settings.timeZone != run.cluster().timeZone)
        run.notes.push_back(
            {"csv", fmt::format("times without a zone are read as those of {}, which the cluster was made with; "
                                "CLUSTER_TIME_ZONE is {}: change the cluster's with PUT /api/v1/clusters/{}",
                                run.cluster().timeZone, settings.timeZone, settings.name)});
    const std::string version = source.version();
    const bool isKnown = run.position() && run.position()->csvVersion == version;
    BatchWriter writer(parts, metrics, {run.cluster(), run.id(), SourceKind::csv, run.cluster().timeZone},
                       run.lock());
    if (always || !isKnown) {
        try {
            source.read({}, writer.sink(), stop);
        } catch (const SourceFailure& failure) {
            keepWhatCame(writer, failure);
            metrics.countFailure(run.cluster().name, source.kind(), failure.kind());
            throw;
        }
    } else {
        run.notes.push_back({"csv", "the file has not changed since it was last read"});
    }
    // Beside another source the file says nothing about how far that one has to be read.
    if (!settings.slurmrestd && !settings.sacct)
        writer.flush(Position{run.startedAt(), std::nullopt, version});
    else if (run.position())
        writer.flush(Position{run.position()->readUntil, std::nullopt, version});
    else
        writer.flush(std::nullopt);
}

Ingestion::Ingestion(const Parts& parts, std::vector<ClusterSettings> clusters)
    : m_insides(std::make_unique<Insides>(parts, std::move(clusters)))
{
}

Ingestion::~Ingestion() = default;

Run Ingestion::importText(std::istream& text, const ImportOrder& order,
                          const std::function<void(const Progress&)>& progress, const std::stop_token& stop)
{
    // Begun by the first thing that is read, so that a text which is no log leaves nothing behind.
    std::optional<OpenRun> run;
    std::optional<BatchWriter> writer;
    RecordSink batches;
    const auto begun = [&]() -> RecordSink& {
        if (!writer) {
            run.emplace(m_insides->parts.pool,
                        m_insides->ensure(order.cluster, order.timeZone.value_or("UTC")), "import",
                        order.atBeginning);
            writer.emplace(m_insides->parts, m_insides->metrics,
                           BatchTarget{run->cluster(), run->id(), SourceKind::csv,
                                       order.timeZone.value_or(run->cluster().timeZone)},
                           run->lock());
            batches = writer->sink();
        }
        return batches;
    };
    const RecordSink begins{[&](JobRecord&& job) { begun().onJob(std::move(job)); },
                            [&](Reject&& reject) { begun().onReject(std::move(reject)); }};
    OneCluster cluster("", OneCluster::cureOfFile);
    const RecordSink sink = cluster.in(begins);
    const auto onBytes = [&](std::uint64_t bytes) {
        if (progress && writer)
            progress({bytes, writer->jobsRead(), writer->rejected()});
    };
    try {
        const SacctSummary summary = readSacctText(text, sink, Tail::read, "|", onBytes, stop);
        begun();
        writer->flush(std::nullopt);
        run->served = SourceKind::csv;
        if (summary.unterminated)
            run->notes.push_back(
                {"csv", "the last line has no line feed: make sure that the file was not cut"});
        return run->finish(true);
    } catch (const SourceFailure& failure) {
        begun();
        keepWhatCame(*writer, failure);
        run->notes.push_back(
            {"csv", order.file.empty() ? failure.what() : fmt::format("{}: {}", order.file, failure.what())});
        return run->finish(false);
    } catch (const Error& refusal) {
        if (run) {
            run->notes.push_back({"csv", refusal.what()});
            run->finish(false);
        }
        throw;
    }
}

Run Ingestion::poll(const std::string& cluster, const PollOptions& options, const std::stop_token& stop)
{
    Insides::Configured& configured = m_insides->find(cluster);
    const auto isAsked = [&](const std::unique_ptr<Source>& source) {
        return !options.only || source->kind() == *options.only;
    };
    if (std::none_of(configured.sources.begin(), configured.sources.end(), isAsked))
        throw InvalidInput("source", "is not configured for this cluster");

    const std::string& zone = configured.settings.timeZone;
    const ClusterRow row = m_insides->ensure(cluster, zone.empty() ? "UTC" : zone);
    OpenRun run(m_insides->parts.pool, row, "poll", options.atBeginning, options.notWithin);
    const UtcTime now = run.startedAt();
    const std::optional<Position>& position = run.position();
    const bool isSweep = !position || !position->sweptAt || now - *position->sweptAt >= sweepInterval;
    UtcTime from = options.from.value_or(now - firstLookBack);
    if (position) {
        const UtcTime usual = position->readUntil - (isSweep ? std::chrono::hours(sweepLength) : overlap);
        from = options.from ? std::min(*options.from, usual) : usual;
    }
    // Both ends in whole seconds, and nothing of the present second left out.
    std::chrono::sys_seconds at = wholeSeconds(from);
    const std::chrono::sys_seconds to = wholeSeconds(now) + std::chrono::seconds(1);
    run.window = std::pair<UtcTime, UtcTime>(at, to);

    for (const std::unique_ptr<Source>& source : configured.sources) {
        if (!isAsked(source))
            continue;
        try {
            if (auto* const csv = dynamic_cast<CsvSource*>(source.get()))
                m_insides->readCsv(*csv, run, configured.settings, options.only || options.from, stop);
            else
                m_insides->readWindows(*source, run, at, to, isSweep, stop);
            run.served = source->kind();
        } catch (const SourceFailure& failure) {
            run.notes.push_back({std::string(codeOf(source->kind())), failure.what()});
        } catch (const Error& refusal) {
            run.notes.push_back({std::string(codeOf(source->kind())), refusal.what()});
            run.finish(false);
            throw;
        }
        m_insides->metrics.setUp(cluster, source->kind(), run.served.has_value());
        if (run.served || stop.stop_requested())
            break;
    }
    return run.finish(run.served.has_value());
}

Replay Ingestion::replay(const RejectFilter& filter, std::int64_t after, const api::Actor& by)
{
    constexpr std::int64_t atOnce = 1000;
    postgres::Transaction tx(m_insides->parts.pool, postgres::Mode::readWrite);
    const std::vector<KeptReject> rejects = lockUnresolved(tx, filter, after, atOnce);
    struct Understood {
        std::string name;
        std::vector<JobRecord> jobs;
    };
    // By cluster and zone: in one order, as each cluster is locked.
    std::map<std::pair<usage::ClusterId, std::string>, Understood> clusters;
    std::vector<std::int64_t> resolved;
    for (const KeptReject& reject : rejects) {
        std::optional<std::vector<JobRecord>> jobs = readAgain(reject);
        if (!jobs)
            continue;
        resolved.push_back(reject.id);
        Understood& cluster = clusters[{reject.clusterId, reject.timeZone}];
        cluster.name = reject.cluster;
        std::move(jobs->begin(), jobs->end(), std::back_inserter(cluster.jobs));
    }
    Replay replay;
    replay.read = static_cast<std::int64_t>(rejects.size());
    replay.resolved = static_cast<std::int64_t>(resolved.size());
    if (replay.read == atOnce)
        replay.next = rejects.back().id;
    if (resolved.empty())
        return replay;
    std::vector<std::pair<std::string, usage::MergeCounts>> merged;
    for (auto& [key, cluster] : clusters) {
        const auto& [id, timeZone] = key;
        const usage::MergeCounts counts = mergeJobs(tx, m_insides->parts.jobs, id, cluster.jobs, timeZone);
        replay.added += counts.added;
        replay.changed += counts.changed;
        replay.unchanged += counts.unchanged;
        merged.emplace_back(cluster.name, counts);
    }
    resolve(tx, resolved);
    const auto orNull = [](const std::optional<std::string>& text) {
        return text ? nlohmann::json(*text) : nlohmann::json();
    };
    m_insides->parts.audit.append(tx, {.by = by,
                                       .action = "ingest.replayed",
                                       .targetType = std::nullopt,
                                       .targetId = std::nullopt,
                                       .details = {{"cluster", orNull(filter.cluster)},
                                                   {"reason", orNull(filter.reason)},
                                                   {"resolved", replay.resolved},
                                                   {"added", replay.added},
                                                   {"changed", replay.changed}}});
    for (const auto& [name, counts] : merged)
        putOnRecord(tx, m_insides->parts.audit, name, counts.amended);
    tx.commit();
    for (const auto& [name, counts] : merged)
        m_insides->metrics.countAmended(name, counts.amended.size());
    return replay;
}

std::vector<std::string> Ingestion::configured() const
{
    std::vector<std::string> names;
    for (const Insides::Configured& one : m_insides->clusters)
        names.push_back(one.settings.name);
    return names;
}

std::vector<Cluster> Ingestion::clusters(postgres::Transaction& tx) const
{
    return listClusters(tx);
}

std::vector<Run> Ingestion::runs(postgres::Transaction& tx, const std::optional<std::string>& cluster,
                                 std::int64_t limit, std::optional<std::int64_t> before) const
{
    return listRuns(tx, cluster, limit, before);
}

std::vector<KeptReject> Ingestion::rejects(postgres::Transaction& tx, const RejectFilter& filter,
                                           std::int64_t limit, std::optional<std::int64_t> before) const
{
    return listRejects(tx, filter, limit, before);
}

} // namespace hpcbill::slurm
