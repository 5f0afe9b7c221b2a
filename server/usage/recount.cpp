// SPDX-License-Identifier: GPL-3.0-or-later
// Rollups and what their jobs cost, counted again from the jobs.
#include "server/usage/usage.h"

#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/rollup_costs.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace hpcbill::usage
{
namespace
{

constexpr postgres::Statement recountRollups{"usage.recount", R"sql(
    with counted as (
        select j.booked_on as day, j.cluster_id, j.account, j.username, j.partition, count(*) as jobs,
               sum(j.cpu_seconds) as cpu_seconds, sum(j.gpu_seconds) as gpu_seconds, sum(j.memory_mib_seconds) as memory_mib_seconds
        from jobs j
        where j.booked_on is not null
        group by 1, 2, 3, 4, 5
    )
    select coalesce(n.day, u.day), c.name, coalesce(n.account, u.account), coalesce(n.username, u.username),
           coalesce(n.jobs, 0)::bigint, coalesce(u.jobs, 0)
    from counted n
    full join usage_daily u on (u.day, u.cluster_id, u.account, u.username, u.partition)
                             = (n.day, n.cluster_id, n.account, n.username, n.partition)
    join clusters c on c.id = coalesce(n.cluster_id, u.cluster_id)
    where (n.jobs, n.cpu_seconds, n.gpu_seconds, n.memory_mib_seconds)
          is distinct from (u.jobs, u.cpu_seconds, u.gpu_seconds, u.memory_mib_seconds)
    order by 1, 2, 3, 4
    limit 100
)sql"};

constexpr postgres::Statement rollupDays{"usage.rollup_days", R"sql(
    select min(u.day), max(u.day) from usage_daily u
)sql"};

constexpr postgres::Statement freshCosts{"usage.fresh_costs", R"sql(
    select u.day, c.name, u.account, u.username, u.partition, u.tier, u.currency, u.jobs, u.cpu_seconds, u.gpu_seconds,
           u.memory_mib_seconds, u.cost::text
    from usage_standing($1::text[], $2::text[]::bigint[], $3::bigint) s
    join usage_costs u on u.day = s.day and u.cluster_id = s.cluster_id and u.account = s.account and u.username = s.username
                      and u.partition = s.partition
    join clusters c on c.id = u.cluster_id
    where s.is_fresh and s.day >= $4 and s.day < $5
)sql"};

/// Day, cluster, account, user, partition, tier, currency.
using PartKey = std::tuple<std::chrono::sys_days, std::string, std::string, std::string, std::string, std::string, std::string>;

struct Part {
    std::int64_t jobs = 0;
    pricing::Usage usage;
    std::string cost; ///< exact decimal, as the database writes it

    bool operator==(const Part&) const = default;
};

using Parts = std::map<PartKey, Part>;

constexpr std::size_t mostDifferences = 100;

Parts countedCosts(postgres::Transaction& tx, const rates::PriceList& prices, const UsageFilter& window)
{
    std::map<PartKey, std::pair<Part, Money>> sums;
    forPricedJobs(tx, prices, window, Rows::all, [&sums](const PricedJob& job) {
        if (!job.isFresh)
            return;
        const PartKey key(job.day, job.cluster, job.account, job.user, job.partition, job.tier, std::string(job.cost.currency().code()));
        const auto at = sums.try_emplace(key, Part{}, Money(0, job.cost.currency())).first;
        auto& [part, cost] = at->second;
        ++part.jobs;
        part.usage.cpuSeconds += job.usage.cpuSeconds;
        part.usage.gpuSeconds += job.usage.gpuSeconds;
        part.usage.memoryMibSeconds += job.usage.memoryMibSeconds;
        cost += job.cost;
    });
    Parts parts;
    for (auto& [key, sum] : sums) {
        sum.first.cost = toDecimal(sum.second);
        parts.emplace(key, std::move(sum.first));
    }
    return parts;
}

Parts storedCosts(postgres::Transaction& tx, const PriceMarks& marks, const UsageFilter& window)
{
    Parts parts;
    tx.queryStream(
        freshCosts,
        [&parts](const postgres::Row& row) {
            parts.emplace(PartKey(row.as<std::chrono::sys_days>(0), row.as<std::string>(1), row.as<std::string>(2), row.as<std::string>(3),
                                  row.as<std::string>(4), row.as<std::string>(5), row.as<std::string>(6)),
                          Part{.jobs = row.as<std::int64_t>(7),
                               .usage = {row.as<std::int64_t>(8), row.as<std::int64_t>(9), row.as<std::int64_t>(10)},
                               .cost = row.as<std::string>(11)});
        },
        marks.tiers, marks.rates, marks.rules, window.from, window.to);
    return parts;
}

std::string sentence(const PartKey& key, const Parts& counted, const Parts& stored)
{
    const auto told = [&key](const Parts& parts) {
        const auto found = parts.find(key);
        return found == parts.end() ? std::string("nothing") : fmt::format("{} for {} jobs", found->second.cost, found->second.jobs);
    };
    const auto& [day, cluster, account, user, partition, tier, currency] = key;
    return fmt::format("{} cluster {} account {} user {} partition {} tier {}: {} counted, {} in usage_costs ({})", toIsoDate(day), cluster,
                       account, user, partition, tier, told(counted), told(stored), currency);
}

void tellDifferences(const Parts& counted, const Parts& stored, std::vector<std::string>& differences)
{
    const auto compare = [&](const Parts& one, const Parts& other, bool alsoUnequal) {
        for (const auto& [key, part] : one) {
            if (differences.size() >= mostDifferences)
                return;
            const auto found = other.find(key);
            if (found == other.end() || (alsoUnequal && !(found->second == part)))
                differences.push_back(sentence(key, counted, stored));
        }
    };
    compare(counted, stored, true);
    compare(stored, counted, false);
}

} // namespace

std::vector<std::string> JobStore::recount(postgres::Transaction& tx) const
{
    std::vector<std::string> differences;
    for (const auto& row : tx.execute(recountRollups)) {
        differences.push_back(fmt::format(
            "{} cluster {} account {} user {}: {} jobs counted, {} in usage_daily",
            toIsoDate(row.as<std::chrono::sys_days>(0)), row.as<std::string>(1), row.as<std::string>(2),
            row.as<std::string>(3), row.as<std::int64_t>(4), row.as<std::int64_t>(5)));
    }
    const auto days = tx.execute(rollupDays);
    const auto first = days[0].as<std::optional<std::chrono::sys_days>>(0);
    if (!first)
        return differences;
    const rates::PriceList prices = m_prices.inForce(tx);
    const PriceMarks marks(prices);
    // A month at a time, so that the memory is that of a month.
    std::chrono::year_month_day month(*first);
    for (month = month.year() / month.month() / 1; std::chrono::sys_days(month) <= days[0].as<std::chrono::sys_days>(1);
         month += std::chrono::months(1)) {
        UsageFilter window;
        window.from = std::chrono::sys_days(month);
        window.to = std::chrono::sys_days(month + std::chrono::months(1));
        tellDifferences(countedCosts(tx, prices, window), storedCosts(tx, marks, window), differences);
    }
    return differences;
}

} // namespace hpcbill::usage
