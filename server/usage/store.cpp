// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/usage.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/stored_text.h"

#include <fmt/format.h>

namespace hpcbill::usage
{
namespace
{

constexpr postgres::Statement listJobs{"usage.list_jobs", R"sql(
    select j.cluster_id, c.name, j.job_id, j.display_id, j.submit_at, j.started_at, j.ended_at, j.username, j.account,
           j.partition, j.qos, j.state, j.name, j.nodes, j.cpus, j.gpus, j.memory_mib, j.elapsed_seconds,
           j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds, j.booked_on is not null,
           coalesce(v.tier, o.tier, a.tier, u.tier, d.name), i.amount::text, r.currency, i.receipt_id, j.exit_code, j.gpu_types
    from jobs j
    join clusters c on c.id = j.cluster_id
    cross join (select t.name from tiers t where t.is_default) d
    left join receipt_items i on i.cluster_id = j.cluster_id and i.job_id = j.job_id and i.submit_at = j.submit_at
                             and i.freed_at is null
    left join receipts r on r.id = i.receipt_id
    left join rate_versions v on v.id = coalesce(i.rate_version_id, r.rate_version_id)
    left join tier_overrides o on o.username = j.username
    left join account_tiers a on a.account = j.account
    left join user_tiers u on u.username = j.username
    where ($1::text is null or c.name = $1)
      and ($2::text is null or j.username = $2)
      and ($3::text is null or j.account = $3)
      and ($4::text is null or j.partition = $4)
      and ($5::text is null or j.state = $5)
      and ($6::text is null or coalesce(v.tier, o.tier, a.tier, u.tier, d.name) = $6)
      and ($7::boolean is null or (i.receipt_id is not null) = $7)
      and ($8::timestamptz is null or j.ended_at >= $8)
      and ($9::timestamptz is null or j.ended_at < $9)
      and ($10::timestamptz is null or (j.submit_at, j.cluster_id, j.job_id) < ($10, $11::int, $12::bigint))
    order by j.submit_at desc, j.cluster_id desc, j.job_id desc
    limit $13::bigint
)sql"};

constexpr postgres::Statement latestRun{"usage.latest_run", R"sql(
    select j.submit_at, j.cluster_id
    from jobs j
    join clusters c on c.id = j.cluster_id
    where c.name = $1 and j.job_id = $2 and ($3::timestamptz is null or j.submit_at = $3)
    order by j.submit_at desc
    limit 1
)sql"};

constexpr postgres::Statement billedWith{"usage.billed_with", R"sql(
    select v.cpu::text, v.gpu::text, v.mem::text, r.created_at, v.author, r.rule_version_id, i.rules_applied,
           i.cpu_seconds, i.gpu_seconds, i.memory_mib_seconds
    from receipts r
    join receipt_items i on i.receipt_id = r.id and i.cluster_id = $2 and i.job_id = $3 and i.submit_at = $4
    join rate_versions v on v.id = coalesce(i.rate_version_id, r.rate_version_id)
    where r.id = $1
)sql"};

constexpr postgres::Statement tierSource{"usage.tier_source", R"sql(
    select case when exists (select from tier_overrides o where o.username = $1) then 'override'
                when exists (select from account_tiers a where a.account = $2) then 'account'
                when u.tier is not null then 'rule'
                else 'default' end,
           u.rule::bigint, (select v.rules -> (u.rule - 1) ->> 'pattern' from tier_rule_versions v order by v.id desc limit 1)
    from (values ($1::text)) as n (username)
    left join user_tiers u on u.username = n.username
)sql"};

Money billedAmount(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(24));
    invariant(static_cast<bool>(currency), "a receipt's currency was checked when it was made");
    const auto amount = parseMoney(row.as<std::string>(23), *currency);
    invariant(static_cast<bool>(amount), "amounts of a receipt have the decimals of its currency");
    return *amount;
}

Job readJob(const postgres::Row& row, const rates::PriceList& prices)
{
    Job job;
    job.clusterId = static_cast<ClusterId>(row.as<std::int32_t>(0));
    job.cluster = row.as<std::string>(1);
    job.jobId = row.as<std::int64_t>(2);
    job.displayId = row.as<std::string>(3);
    job.submitAt = row.as<UtcTime>(4);
    job.startedAt = row.as<std::optional<UtcTime>>(5);
    job.endedAt = row.as<std::optional<UtcTime>>(6);
    job.user = row.as<std::string>(7);
    job.account = row.as<std::string>(8);
    job.partition = row.as<std::string>(9);
    job.qos = row.as<std::string>(10);
    job.state = row.as<std::string>(11);
    job.name = row.as<std::string>(12);
    job.nodes = row.as<std::int64_t>(13);
    job.cpus = row.as<std::int64_t>(14);
    job.gpus = row.as<std::int64_t>(15);
    job.memoryMib = row.as<std::int64_t>(16);
    job.elapsedSeconds = row.as<std::int64_t>(17);
    job.usage = {row.as<std::int64_t>(18), row.as<std::int64_t>(19), row.as<std::int64_t>(20)};
    job.booked = row.as<bool>(21);
    job.tier = row.as<std::string>(22);
    job.receiptId = row.as<std::optional<std::int64_t>>(25);

    job.exitCode = exitCodeOf(row.as<std::optional<std::string>>(26));
    job.gpuTypes = row.as<std::string>(27);
    if (job.receiptId) {
        job.cost = billedAmount(row);
        return job;
    }
    const rates::RateVersion& rate = prices.rateOf(job.tier, job.endedAt);
    job.cost = job.booked ? prices.price(job.usage, factsOf(job), rate).total : Money{0, rate.currency};
    return job;
}

pricing::Rates readRates(const postgres::Row& row)
{
    const auto read = [&row](int column) {
        const auto rate = parseRate(row.as<std::string>(column));
        invariant(static_cast<bool>(rate), "rate_versions holds rates of six decimals");
        return *rate;
    };
    return {.cpu = read(0), .gpu = read(1), .mem = read(2)};
}

} // namespace

std::vector<Job> JobStore::list(postgres::Transaction& tx, const JobFilter& filter, std::int64_t limit,
                                const std::optional<JobPosition>& after) const
{
    const rates::PriceList prices = m_prices.inForce(tx);
    std::optional<UtcTime> submitAt;
    std::optional<std::int32_t> clusterId;
    std::optional<std::int64_t> jobId;
    if (after) {
        submitAt = after->submitAt;
        clusterId = static_cast<std::int32_t>(after->clusterId);
        jobId = after->jobId;
    }
    std::vector<Job> jobs;
    const auto result =
        tx.execute(listJobs, filter.cluster, filter.user, filter.account, filter.partition, filter.state,
                   filter.tier, filter.billed, filter.from, filter.to, submitAt, clusterId, jobId, limit);
    for (const auto& row : result)
        jobs.push_back(readJob(row, prices));
    return jobs;
}

void JobStore::stream(postgres::Transaction& tx, const JobFilter& filter,
                      const std::function<void(const Job&)>& sink) const
{
    const rates::PriceList prices = m_prices.inForce(tx);
    tx.queryStream(
        listJobs, [&](const postgres::Row& row) { sink(readJob(row, prices)); }, filter.cluster, filter.user,
        filter.account, filter.partition, filter.state, filter.tier, filter.billed, filter.from, filter.to,
        std::optional<UtcTime>{}, std::optional<std::int32_t>{}, std::optional<std::int64_t>{},
        std::optional<std::int64_t>{});
}

Job JobStore::find(postgres::Transaction& tx, std::string_view cluster, std::int64_t jobId,
                   std::optional<UtcTime> submitAt) const
{
    const auto run = tx.execute(latestRun, cluster, jobId, submitAt);
    if (run.empty())
        throw NotFound(fmt::format("There is no job {} of the cluster {}.", jobId, cluster));
    // The one just behind the place before it: a keyset page of one.
    const UtcTime found = run[0].as<UtcTime>(0);
    const JobPosition before{found, static_cast<ClusterId>(run[0].as<std::int32_t>(1)), jobId + 1};
    JobFilter filter;
    filter.cluster = std::string(cluster);
    const auto page = list(tx, filter, 1, before);
    return page.at(0);
}

pricing::JobFacts factsOf(const Job& job)
{
    return {.state = job.state,
            .partition = job.partition,
            .qos = job.qos,
            .account = job.account,
            .user = job.user,
            .gpuTypes = job.gpuTypes,
            .exitCode = job.exitCode,
            .elapsedSeconds = job.elapsedSeconds,
            .nodes = job.nodes};
}

Explanation JobStore::explain(postgres::Transaction& tx, const Job& job) const
{
    if (job.receiptId) {
        const auto billed = tx.execute(billedWith, *job.receiptId, static_cast<std::int32_t>(job.clusterId), job.jobId, job.submitAt);
        const auto version = billed[0].as<std::optional<std::int64_t>>(5);
        const pricing::Rules rules =
            version ? m_prices.rules().version(tx, static_cast<rates::RuleVersionId>(*version)).rules : pricing::Rules();
        // Of the receipt's line, not of the job: Slurm may have amended it since.
        const pricing::Usage charged{billed[0].as<std::int64_t>(7), billed[0].as<std::int64_t>(8), billed[0].as<std::int64_t>(9)};
        return {.charge = pricing::explain(charged, static_cast<pricing::AppliedRules>(billed[0].as<std::int64_t>(6)),
                                           readRates(billed[0]), rules, job.cost.currency()),
                .tierRule = {},
                .tierPattern = {},
                .tierReason = "receipt",
                .rateSource = "receipt",
                .effectiveFrom = billed[0].as<UtcTime>(3),
                .rateAuthor = billed[0].as<std::string>(4)};
    }
    const pricing::Usage charged = job.booked ? job.usage : pricing::Usage{};
    const rates::PriceList prices = m_prices.inForce(tx);
    const rates::RateVersion& rate = prices.rateOf(job.tier, job.endedAt);
    const auto source = tx.execute(tierSource, job.user, job.account);
    const auto reason = source[0].as<std::string>(0);
    const bool isByRule = reason == "rule";
    return {.charge = pricing::explain(charged, factsOf(job), rate.rates, prices.rules().rules, rate.currency),
            .tierRule = isByRule ? source[0].as<std::optional<std::int64_t>>(1) : std::nullopt,
            .tierPattern = isByRule ? source[0].as<std::optional<std::string>>(2) : std::nullopt,
            .tierReason = reason,
            .rateSource = prices.rateAt() == rates::RateAt::jobEnd ? "job_end" : "in_force",
            .effectiveFrom = rate.effectiveFrom,
            .rateAuthor = rate.author};
}

} // namespace hpcbill::usage
