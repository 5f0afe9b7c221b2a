// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of usage: what rollups say, and for those that are stale what their jobs come to at this moment.
#include "server/usage/usage.h"

#include "common/invariant.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/rollup_costs.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <tuple>

namespace hpcbill::usage
{
namespace
{

// Sums of stale rows come in by $25, priced a moment ago in the same snapshot. Where nothing is stale the planner leaves the look at
// each row's standing out.
constexpr postgres::Statement sumUsage{"usage.sum", R"sql(
    with stale as materialized (
        select s.day, s.cluster_id, s.account, s.username, s.partition
        from usage_standing($26::text[], $27::text[]::bigint[], $28::bigint) s
        where $24::boolean and not s.is_fresh
          and ($8::date is null or s.day >= $8) and ($9::date is null or s.day < $9)
          and ($10::text is null or s.username = $10) and ($21::text is null or s.account = $21)
          and ($22::text is null or s.partition = $22)
    ),
    parts as (
        select case when $1::boolean then u.day end as day,
               case when $2::boolean then date_trunc('month', u.day::timestamp)::date end as month,
               case when $3::boolean then c.name end as cluster,
               case when $4::boolean then u.username end as username,
               case when $5::boolean then u.account end as account,
               case when $6::boolean then u.partition end as partition,
               case when $7::boolean then u.tier end as tier,
               u.currency, u.jobs, u.cpu_seconds, u.gpu_seconds, u.memory_mib_seconds, u.cost
        from usage_costs u
        join clusters c on c.id = u.cluster_id
        where ($8::date is null or u.day >= $8) and ($9::date is null or u.day < $9)
          and ($10::text is null or u.username = $10) and ($21::text is null or u.account = $21)
          and ($22::text is null or u.partition = $22) and ($20::text is null or c.name = $20)
          and ($23::text is null or u.tier = $23)
          and not exists (select from stale s where s.day = u.day and s.cluster_id = u.cluster_id and s.account = u.account
                                                and s.username = u.username and s.partition = u.partition)
        union all
        select l.day, l.month, l.cluster, l.username, l.account, l.partition, l.tier, l.currency, l.jobs, l.cpu_seconds, l.gpu_seconds,
               l.memory_mib_seconds, l.cost
        from jsonb_to_recordset($25::text::jsonb) as l (
            day date, month date, cluster text, username text, account text, partition text, tier text, currency text, jobs bigint,
            cpu_seconds bigint, gpu_seconds bigint, memory_mib_seconds bigint, cost numeric)
    ),
    sums as (
        select p.day, p.month, p.cluster, p.username, p.account, p.partition, p.tier, p.currency, sum(p.jobs)::bigint as jobs,
               sum(p.cpu_seconds)::bigint as cpu_seconds, sum(p.gpu_seconds)::bigint as gpu_seconds,
               sum(p.memory_mib_seconds)::bigint as memory_mib_seconds, sum(p.cost)::text as cost
        from parts p
        group by 1, 2, 3, 4, 5, 6, 7, 8
    )
    select s.day, s.month, s.cluster, s.username, s.account, s.partition, s.tier, s.jobs, s.cpu_seconds, s.gpu_seconds,
           s.memory_mib_seconds, s.cost, s.currency
    from sums s
    where not $11::boolean
       or (coalesce(s.day, '-infinity'), coalesce(s.month, '-infinity'), coalesce(s.cluster, ''), coalesce(s.username, ''),
           coalesce(s.account, ''), coalesce(s.partition, ''), coalesce(s.tier, ''))
          > (coalesce($12::date, '-infinity'), coalesce($13::date, '-infinity'), coalesce($14::text, ''), coalesce($15::text, ''),
             coalesce($16::text, ''), coalesce($17::text, ''), coalesce($18::text, ''))
    order by coalesce(s.day, '-infinity'), coalesce(s.month, '-infinity'), coalesce(s.cluster, ''), coalesce(s.username, ''),
             coalesce(s.account, ''), coalesce(s.partition, ''), coalesce(s.tier, '')
    limit $19::bigint
)sql"};

/// The keys asked for, of one job.
using Group = std::tuple<std::optional<std::chrono::sys_days>, std::optional<std::chrono::sys_days>, std::string, std::string, std::string,
                         std::string, std::string, std::string>;

struct Sum {
    std::int64_t jobs = 0;
    pricing::Usage usage;
    Money cost{0, Currency::thb()};
};

std::chrono::sys_days monthOf(std::chrono::sys_days day)
{
    const std::chrono::year_month_day date(day);
    return date.year() / date.month() / 1;
}

nlohmann::json dayOrNull(const std::optional<std::chrono::sys_days>& day)
{
    return day ? nlohmann::json(toIsoDate(*day)) : nlohmann::json(nullptr);
}

/// The sums of the jobs of stale rows, by the keys asked for, as the statement reads them.
std::string sumsOfStale(postgres::Transaction& tx, const rates::PriceList& prices, const UsageKeys& keys, UsageFilter filter,
                        const Stale& stale)
{
    filter.from = stale.first;
    filter.to = *stale.last + std::chrono::days(1);
    const auto where = [](bool isAsked, const std::string& value) { return isAsked ? value : std::string(); };
    std::map<Group, Sum> sums;
    forPricedJobs(tx, prices, filter, Rows::stale, [&](const PricedJob& job) {
        if (filter.tier && *filter.tier != job.tier)
            return;
        const Group group(keys.day ? std::optional(job.day) : std::nullopt, keys.month ? std::optional(monthOf(job.day)) : std::nullopt,
                          where(keys.cluster, job.cluster), where(keys.user, job.user), where(keys.account, job.account),
                          where(keys.partition, job.partition), where(keys.tier, job.tier), std::string(job.cost.currency().code()));
        const auto [at, isNew] = sums.try_emplace(group);
        Sum& sum = at->second;
        if (isNew)
            sum.cost = Money(0, job.cost.currency());
        ++sum.jobs;
        sum.usage.cpuSeconds += job.usage.cpuSeconds;
        sum.usage.gpuSeconds += job.usage.gpuSeconds;
        sum.usage.memoryMibSeconds += job.usage.memoryMibSeconds;
        sum.cost += job.cost;
    });
    const auto textOrNull = [](bool isAsked, const std::string& text) { return isAsked ? nlohmann::json(text) : nlohmann::json(nullptr); };
    auto list = nlohmann::json::array();
    for (const auto& [group, sum] : sums) {
        const auto& [day, month, cluster, user, account, partition, tier, currency] = group;
        list.push_back({{"day", dayOrNull(day)},
                        {"month", dayOrNull(month)},
                        {"cluster", textOrNull(keys.cluster, cluster)},
                        {"username", textOrNull(keys.user, user)},
                        {"account", textOrNull(keys.account, account)},
                        {"partition", textOrNull(keys.partition, partition)},
                        {"tier", textOrNull(keys.tier, tier)},
                        {"currency", currency},
                        {"jobs", sum.jobs},
                        {"cpu_seconds", sum.usage.cpuSeconds},
                        {"gpu_seconds", sum.usage.gpuSeconds},
                        {"memory_mib_seconds", sum.usage.memoryMibSeconds},
                        {"cost", toDecimal(sum.cost)}});
    }
    return list.dump();
}

bool sameGroup(const UsageRow& a, const UsageRow& b)
{
    return std::tie(a.day, a.month, a.cluster, a.user, a.account, a.partition, a.tier) ==
           std::tie(b.day, b.month, b.cluster, b.user, b.account, b.partition, b.tier);
}

UsageRow readRow(const postgres::Row& row)
{
    UsageRow sum;
    if (const auto day = row.as<std::optional<std::chrono::sys_days>>(0))
        sum.day = toIsoDate(*day);
    if (const auto month = row.as<std::optional<std::chrono::sys_days>>(1))
        sum.month = toIsoDate(*month).substr(0, 7);
    sum.cluster = row.as<std::optional<std::string>>(2);
    sum.user = row.as<std::optional<std::string>>(3);
    sum.account = row.as<std::optional<std::string>>(4);
    sum.partition = row.as<std::optional<std::string>>(5);
    sum.tier = row.as<std::optional<std::string>>(6);
    sum.jobs = row.as<std::int64_t>(7);
    sum.usage = {row.as<std::int64_t>(8), row.as<std::int64_t>(9), row.as<std::int64_t>(10)};
    const auto currency = Currency::parse(row.as<std::string>(12));
    invariant(static_cast<bool>(currency), "sums are kept in currencies that there are");
    const auto cost = parseMoney(row.as<std::string>(11), *currency);
    invariant(static_cast<bool>(cost), "sums have the decimals of their currency");
    sum.cost = *cost;
    return sum;
}

} // namespace

std::vector<UsageRow> JobStore::summarize(postgres::Transaction& tx, const UsageKeys& keys, const UsageFilter& filter, std::int64_t limit,
                                          const std::optional<UsageRow>& after) const
{
    const rates::PriceList prices = m_prices.inForce(tx);
    const PriceMarks marks(prices);
    const Stale stale = findStale(tx, marks, filter);
    const std::string live = stale.rows > 0 ? sumsOfStale(tx, prices, keys, filter, stale) : "[]";
    const UsageRow from = after.value_or(UsageRow{});
    const auto monthStart = from.month ? std::optional(*from.month + "-01") : std::nullopt;
    std::vector<UsageRow> rows;
    for (const auto& row :
         tx.execute(sumUsage, keys.day, keys.month, keys.cluster, keys.user, keys.account, keys.partition, keys.tier, filter.from, filter.to,
                    filter.user, after.has_value(), from.day, monthStart, from.cluster, from.user, from.account, from.partition, from.tier,
                    limit, filter.cluster, filter.account, filter.partition, filter.tier, stale.rows > 0, live, marks.tiers, marks.rates,
                    marks.rules)) {
        UsageRow sum = readRow(row);
        // Two rows of a group are sums in two currencies, which are not added: Money says so.
        if (!rows.empty() && sameGroup(rows.back(), sum))
            rows.back().cost += sum.cost;
        else
            rows.push_back(std::move(sum));
    }
    return rows;
}

} // namespace hpcbill::usage
