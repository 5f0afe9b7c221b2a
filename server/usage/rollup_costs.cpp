// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/rollup_costs.h"

#include "common/invariant.h"
#include "server/postgres/transaction.h"
#include "server/usage/stored_text.h"

namespace hpcbill::usage
{
namespace
{

constexpr postgres::Statement staleRows{"usage.stale_rows", R"sql(
    select count(*), min(s.day), max(s.day)
    from usage_standing($1::text[], $2::text[]::bigint[], $3::bigint) s
    join clusters c on c.id = s.cluster_id
    where not s.is_fresh
      and ($4::date is null or s.day >= $4) and ($5::date is null or s.day < $5)
      and ($6::text is null or c.name = $6) and ($7::text is null or s.username = $7)
      and ($8::text is null or s.account = $8) and ($9::text is null or s.partition = $9)
)sql"};

// The window of days lets the summaries of blocks (jobs_by_end) pass over what lies outside.
constexpr postgres::Statement jobsOfRows{"usage.jobs_of_rows", R"sql(
    with wanted as materialized (
        select s.day, s.cluster_id, c.name as cluster, s.account, s.username, s.partition, s.revision, s.tier, s.rates, s.is_fresh
        from usage_standing($1::text[], $2::text[]::bigint[], $3::bigint) s
        join clusters c on c.id = s.cluster_id
        where ($10::boolean or not s.is_fresh)
          and ($4::date is null or s.day >= $4) and ($5::date is null or s.day < $5)
          and ($6::text is null or c.name = $6) and ($7::text is null or s.username = $7)
          and ($8::text is null or s.account = $8) and ($9::text is null or s.partition = $9)
    )
    select w.day, w.cluster_id, w.cluster, w.account, w.username, w.partition, coalesce(v.tier, w.tier), i.amount::text, r.currency,
           j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds, j.state, j.qos, j.gpu_types, j.exit_code, j.elapsed_seconds, j.nodes,
           j.ended_at, w.revision, w.tier, coalesce(w.rates, 0), w.is_fresh
    from wanted w
    join jobs j on j.booked_on = w.day and j.cluster_id = w.cluster_id and j.account = w.account and j.username = w.username
               and j.partition = w.partition
    left join receipt_items i on i.cluster_id = j.cluster_id and i.job_id = j.job_id and i.submit_at = j.submit_at and i.freed_at is null
    left join receipts r on r.id = i.receipt_id
    left join rate_versions v on v.id = coalesce(i.rate_version_id, r.rate_version_id)
    where ($4::date is null or j.ended_at >= $4::date::timestamp at time zone 'UTC')
      and ($5::date is null or j.ended_at < $5::date::timestamp at time zone 'UTC')
      and ($7::text is null or j.username = $7)
)sql"};

Money amountOf(const std::string& decimal, const std::string& code)
{
    const auto currency = Currency::parse(code);
    invariant(static_cast<bool>(currency), "a receipt's currency was checked when it was made");
    const auto amount = parseMoney(decimal, *currency);
    invariant(static_cast<bool>(amount), "amounts of a receipt have the decimals of its currency");
    return *amount;
}

Money priceOf(const PricedJob& job, const rates::PriceList& prices, const postgres::Row& row)
{
    const auto state = row.as<std::string>(12);
    const auto qos = row.as<std::string>(13);
    const auto gpuTypes = row.as<std::string>(14);
    const pricing::JobFacts facts{.state = state,
                                  .partition = job.partition,
                                  .qos = qos,
                                  .account = job.account,
                                  .user = job.user,
                                  .gpuTypes = gpuTypes,
                                  .exitCode = exitCodeOf(row.as<std::optional<std::string>>(15)),
                                  .elapsedSeconds = row.as<std::int64_t>(16),
                                  .nodes = row.as<std::int64_t>(17)};
    return prices.price(job.usage, facts, prices.rateOf(job.tier, row.as<UtcTime>(18))).total;
}

} // namespace

PriceMarks::PriceMarks(const rates::PriceList& prices)
    : rules(static_cast<std::int64_t>(prices.rules().id))
{
    for (const auto& [tier, mark] : prices.marks()) {
        tiers.push_back(tier);
        rates.push_back(std::to_string(mark));
    }
}

Stale findStale(postgres::Transaction& tx, const PriceMarks& marks, const UsageFilter& filter)
{
    const auto found = tx.execute(staleRows, marks.tiers, marks.rates, marks.rules, filter.from, filter.to, filter.cluster, filter.user,
                                  filter.account, filter.partition);
    return {.rows = found[0].as<std::int64_t>(0),
            .first = found[0].as<std::optional<std::chrono::sys_days>>(1),
            .last = found[0].as<std::optional<std::chrono::sys_days>>(2)};
}

void forPricedJobs(postgres::Transaction& tx, const rates::PriceList& prices, const UsageFilter& filter, Rows rows,
                   const std::function<void(const PricedJob&)>& sink)
{
    const PriceMarks marks(prices);
    tx.queryStream(
        jobsOfRows,
        [&](const postgres::Row& row) {
            PricedJob job{.day = row.as<std::chrono::sys_days>(0),
                          .clusterId = row.as<std::int32_t>(1),
                          .cluster = row.as<std::string>(2),
                          .account = row.as<std::string>(3),
                          .user = row.as<std::string>(4),
                          .partition = row.as<std::string>(5),
                          .tier = row.as<std::string>(6),
                          .usage = {row.as<std::int64_t>(9), row.as<std::int64_t>(10), row.as<std::int64_t>(11)},
                          .isBilled = !row.isNull(7),
                          .isFresh = row.as<bool>(22),
                          .rowRevision = row.as<std::int64_t>(19),
                          .rowTier = row.as<std::string>(20),
                          .rowRates = row.as<std::int64_t>(21)};
            job.cost = job.isBilled ? amountOf(row.as<std::string>(7), row.as<std::string>(8)) : priceOf(job, prices, row);
            sink(job);
        },
        marks.tiers, marks.rates, marks.rules, filter.from, filter.to, filter.cluster, filter.user, filter.account, filter.partition,
        rows == Rows::all);
}

} // namespace hpcbill::usage
