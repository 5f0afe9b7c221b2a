// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps usage_costs: prices the jobs of rows that are stale, in the background and in bounded steps.
#include "server/usage/usage.h"

#include "server/postgres/copy.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/rollup_costs.h"

#include <Poco/Logger.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <tuple>

namespace hpcbill::usage
{
namespace
{

// While these are held no batch is merged (usage.lock_cluster), so nobody else writes rollups and nobody waits for another in a circle.
// A merge that is under way is not waited for: there will be another round.
constexpr postgres::Statement lockRollups{"usage.lock_rollups", R"sql(
    select coalesce(bool_and(pg_try_advisory_xact_lock(hashtextextended('hpcbill.usage.merge', c.id))), true) from clusters c
)sql"};

constexpr postgres::Statement markReceiptOfUser{"usage.mark_receipt_of_user", R"sql(
    insert into usage_rebilled (username, from_day, to_day)
    values ($1, ($2::timestamptz at time zone 'UTC')::date, ($3::timestamptz at time zone 'UTC')::date)
)sql"};

constexpr postgres::Statement markReceiptOfItems{"usage.mark_receipt_of_items", R"sql(
    insert into usage_rebilled (username, from_day, to_day)
    select j.username, min(j.booked_on), max(j.booked_on)
    from receipt_items i
    join jobs j on j.cluster_id = i.cluster_id and j.job_id = i.job_id and j.submit_at = i.submit_at
    where i.receipt_id = $1 and j.booked_on is not null
    group by j.username
)sql"};

// What is taken here was committed before the jobs are read below, so what they say includes it.
constexpr postgres::Statement takeRebilled{"usage.take_rebilled", R"sql(
    with taken as (
        delete from usage_rebilled returning username, from_day, to_day
    ),
    windows as (
        select t.username, min(t.from_day) as from_day, max(t.to_day) as to_day from taken t group by t.username
    )
    update usage_daily u set revision = u.revision + 1
    from windows w
    where u.username = w.username and u.day between w.from_day and w.to_day
)sql"};

// From the newest day back, until there are enough jobs.
constexpr postgres::Statement staleDays{"usage.stale_days", R"sql(
    select min(d.day), max(d.day)
    from (select s.day, sum(s.jobs) as jobs, sum(sum(s.jobs)) over (order by s.day desc) as so_far
          from usage_standing($1::text[], $2::text[]::bigint[], $3::bigint) s
          where not s.is_fresh
          group by s.day) d
    where d.so_far - d.jobs < $4::bigint
)sql"};

constexpr postgres::Statement createStage{"usage.create_cost_stage", R"sql(
    create temporary table if not exists cost_stage (
        day text not null, cluster_id integer not null, account text not null, username text not null, partition text not null,
        revision bigint not null, row_tier text not null, row_rates bigint not null, unbilled_jobs bigint not null,
        tier text not null, currency text not null, jobs bigint not null, cpu_seconds bigint not null, gpu_seconds bigint not null,
        memory_mib_seconds bigint not null, cost text not null
    ) on commit delete rows
)sql"};

// A second step of the same transaction must not find the first one.
constexpr postgres::Statement clearStage{"usage.clear_cost_stage", "delete from cost_stage"};

constexpr const char* copyStage = R"sql(
    copy cost_stage (day, cluster_id, account, username, partition, revision, row_tier, row_rates, unbilled_jobs, tier, currency,
                     jobs, cpu_seconds, gpu_seconds, memory_mib_seconds, cost)
    from stdin (format binary)
)sql";

constexpr postgres::Statement removeCosts{"usage.remove_costs", R"sql(
    delete from usage_costs u using cost_stage s
    where u.day = s.day::date and u.cluster_id = s.cluster_id and u.account = s.account and u.username = s.username
      and u.partition = s.partition
)sql"};

constexpr postgres::Statement addCosts{"usage.add_costs", R"sql(
    insert into usage_costs (day, cluster_id, account, username, partition, tier, currency, jobs, cpu_seconds, gpu_seconds,
                             memory_mib_seconds, cost)
    select s.day::date, s.cluster_id, s.account, s.username, s.partition, s.tier, s.currency, s.jobs, s.cpu_seconds, s.gpu_seconds,
           s.memory_mib_seconds, s.cost::numeric
    from cost_stage s
)sql"};

constexpr postgres::Statement markPriced{"usage.mark_priced", R"sql(
    update usage_daily u
    set priced_revision = s.revision, unbilled_jobs = s.unbilled_jobs, priced_tier = s.row_tier, priced_rates = s.row_rates,
        rule_version_id = $1
    from (select c.day::date as day, c.cluster_id, c.account, c.username, c.partition, max(c.revision) as revision,
                 max(c.row_tier) as row_tier, max(c.row_rates) as row_rates, max(c.unbilled_jobs) as unbilled_jobs
          from cost_stage c
          group by 1, 2, 3, 4, 5) s
    where u.day = s.day and u.cluster_id = s.cluster_id and u.account = s.account and u.username = s.username
      and u.partition = s.partition and u.revision = s.revision
)sql"};

struct Part {
    std::int64_t jobs = 0;
    pricing::Usage usage;
    Money cost{0, Currency::thb()};
};

struct PricedRow {
    std::int64_t revision = 0;
    std::string tier;
    std::int64_t rates = 0;
    std::int64_t unbilledJobs = 0;
    std::map<std::pair<std::string, std::string>, Part> parts; ///< by tier and currency
};

using RowKey = std::tuple<std::chrono::sys_days, std::int32_t, std::string, std::string, std::string>;

void add(PricedRow& row, const PricedJob& job)
{
    row.revision = job.rowRevision;
    row.tier = job.rowTier;
    row.rates = job.rowRates;
    row.unbilledJobs += job.isBilled ? 0 : 1;
    const auto [at, isNew] = row.parts.try_emplace({job.tier, std::string(job.cost.currency().code())});
    Part& part = at->second;
    if (isNew)
        part.cost = Money(0, job.cost.currency());
    ++part.jobs;
    part.usage.cpuSeconds += job.usage.cpuSeconds;
    part.usage.gpuSeconds += job.usage.gpuSeconds;
    part.usage.memoryMibSeconds += job.usage.memoryMibSeconds;
    part.cost += job.cost;
}

void stage(postgres::Transaction& tx, const std::map<RowKey, PricedRow>& rows)
{
    tx.execute(createStage);
    tx.execute(clearStage);
    postgres::CopyWriter copy = tx.copyIn(copyStage);
    for (const auto& [key, row] : rows) {
        const auto& [day, cluster, account, user, partition] = key;
        for (const auto& [tierAndCurrency, part] : row.parts) {
            copy.row()
                .add(toIsoDate(day))
                .add(cluster)
                .add(account)
                .add(user)
                .add(partition)
                .add(row.revision)
                .add(row.tier)
                .add(row.rates)
                .add(row.unbilledJobs)
                .add(tierAndCurrency.first)
                .add(tierAndCurrency.second)
                .add(part.jobs)
                .add(part.usage.cpuSeconds)
                .add(part.usage.gpuSeconds)
                .add(part.usage.memoryMibSeconds)
                .add(toDecimal(part.cost));
        }
    }
    copy.finish();
}

} // namespace

void markBilled(postgres::Transaction& tx, const std::string& user, UtcTime firstEnd, UtcTime cutOff)
{
    tx.execute(markReceiptOfUser, user, firstEnd, cutOff);
}

void markRebilled(postgres::Transaction& tx, std::int64_t receiptId)
{
    tx.execute(markReceiptOfItems, receiptId);
}

std::int64_t JobStore::priceRollups(postgres::Transaction& tx, std::int64_t jobsAtOnce) const
{
    if (!tx.execute(lockRollups)[0].as<bool>(0))
        return 0;
    tx.execute(takeRebilled);
    const rates::PriceList prices = m_prices.inForce(tx);
    const PriceMarks marks(prices);
    const auto days = tx.execute(staleDays, marks.tiers, marks.rates, marks.rules, jobsAtOnce);
    UsageFilter window;
    window.from = days[0].as<std::optional<std::chrono::sys_days>>(0);
    if (!window.from)
        return 0;
    window.to = days[0].as<std::chrono::sys_days>(1) + std::chrono::days(1);
    std::map<RowKey, PricedRow> rows;
    forPricedJobs(tx, prices, window, Rows::stale, [&rows](const PricedJob& job) {
        add(rows[RowKey(job.day, job.clusterId, job.account, job.user, job.partition)], job);
    });
    stage(tx, rows);
    tx.execute(removeCosts);
    tx.execute(addCosts);
    return tx.execute(markPriced, marks.rules).affectedRows();
}

struct RollupPricer::Insides {
    Insides(postgres::Pool& pool, const JobStore& jobs, std::chrono::seconds interval)
        : thread([&pool, &jobs, interval](const std::stop_token& stop) {
            std::mutex mutex;
            std::condition_variable_any wake;
            while (!stop.stop_requested()) {
                try {
                    while (!stop.stop_requested() && priceSome(pool, jobs)) { }
                } catch (const std::exception& error) {
                    // Whoever reads stale rows prices them, so nothing is wrong meanwhile; the next round tries again.
                    Poco::Logger::get("usage").error(std::string("rollups could not be priced: ") + error.what());
                }
                std::unique_lock lock(mutex);
                wake.wait_for(lock, stop, interval, [] { return false; });
            }
        })
    {
    }

    /// True when there may be more to do.
    static bool priceSome(postgres::Pool& pool, const JobStore& jobs)
    {
        postgres::Transaction tx(pool, postgres::Mode::readWrite);
        const bool hasPriced = jobs.priceRollups(tx, jobsPerStep) > 0;
        tx.commit();
        return hasPriced;
    }

    /// About 100 MB of memory at most, should each job be of a row of its own, and less than a second that merges wait.
    static constexpr std::int64_t jobsPerStep = 100'000;

    std::jthread thread;
};

RollupPricer::RollupPricer(postgres::Pool& pool, const JobStore& jobs, std::chrono::seconds interval)
    : m_insides(std::make_unique<Insides>(pool, jobs, interval))
{
}

RollupPricer::~RollupPricer() = default;

} // namespace hpcbill::usage
