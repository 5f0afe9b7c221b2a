// SPDX-License-Identifier: GPL-3.0-or-later
// How old what was read of each polled cluster is: measured whether polls end or hang, and told when nothing moves on.
#include "server/postgres/transaction.h"
#include "server/slurm/json.h"
#include "server/slurm/slurm.h"
#include "server/slurm/store.h"
#include "server/webhooks/webhooks.h"

#include <Poco/Logger.h>
#include <fmt/format.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

// A new cluster has as much time from its beginning, and each from $3, the start of this program, which may have stood still.
constexpr postgres::Statement claimStalled{"slurm.claim_stalled", R"sql(
    update clusters c set stalled_at = $4
    from (select k.id, greatest(p.moved_at, p.read_until, k.created_at, $3::timestamptz) as moved_at
          from clusters k left join ingest_positions p on p.cluster_id = k.id) at
    where c.id = at.id and c.name = $1 and c.stalled_at is null and at.moved_at < $2
    returning c.id
)sql"};

/// In whole seconds.
double ageOf(const postgres::Transaction& tx, UtcTime moment)
{
    const auto age = std::chrono::floor<std::chrono::seconds>(tx.now() - moment);
    return static_cast<double>(std::max(age, std::chrono::seconds(0)).count());
}

} // namespace

struct FreshnessWatch::Insides {
    Insides(const Parts& theParts, const std::vector<std::string>& clusters, std::chrono::seconds theLimit,
            std::chrono::milliseconds theInterval)
        : parts(theParts)
        , limit(theLimit)
        , interval(theInterval)
    {
        auto& family = prometheus::BuildGauge()
                           .Name("ingest_freshness_seconds")
                           .Help("Age of the moment up to which the cluster was read; of one never read, of the cluster")
                           .Register(parts.metrics);
        for (const std::string& name : clusters)
            gauges.emplace(name, &family.Add({{"cluster", name}}));
        thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    void run(const std::stop_token& stop)
    {
        std::mutex mutex;
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            const auto before = std::exchange(lookedAt, std::chrono::steady_clock::now());
            try {
                look();
            } catch (const std::exception& error) {
                growOld(std::chrono::duration<double>(lookedAt - before).count());
                Poco::Logger::get("ingest").error(fmt::format("how fresh the clusters are could not be looked up: {}", error.what()));
            }
            std::unique_lock lock(mutex);
            wake.wait_for(lock, stop, interval, [] { return false; });
        }
    }

    /// While nobody can be asked, nothing gets fresher.
    void growOld(double seconds)
    {
        for (const auto& [name, gauge] : gauges)
            gauge->Increment(seconds);
    }

    void look()
    {
        postgres::Transaction tx(parts.pool, postgres::Mode::readWrite);
        if (!began)
            began = tx.now();
        for (const auto& [name, gauge] : gauges) {
            const bool isStalled = tx.execute(claimStalled, name, tx.now() - limit, *began, tx.now()).size() > 0;
            const std::vector<Cluster> found = listClusters(tx, name);
            // One that could not even be made is as old as this program.
            gauge->Set(ageOf(tx, found.empty() ? *began : found.front().readUntil.value_or(found.front().createdAt)));
            if (isStalled)
                parts.outbox.add(tx, {"ingest.stalled", toJson(found.front())});
        }
        tx.commit();
    }

    Parts parts;
    std::chrono::seconds limit;
    std::chrono::milliseconds interval;
    std::map<std::string, prometheus::Gauge*> gauges; ///< by the cluster's name
    std::optional<UtcTime> began;                     ///< when it first looked
    std::chrono::steady_clock::time_point lookedAt = std::chrono::steady_clock::now();
    std::jthread thread;                              // last: it uses the others
};

FreshnessWatch::FreshnessWatch(const Parts& parts, const std::vector<std::string>& clusters, std::chrono::seconds limit,
                               std::chrono::milliseconds interval)
    : m_insides(std::make_unique<Insides>(parts, clusters, limit, interval))
{
}

FreshnessWatch::~FreshnessWatch() = default;

} // namespace hpcbill::slurm
