// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/items.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/postgres/copy.h"
#include "server/postgres/errors.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::receipts
{
namespace
{

constexpr int batchSize = 10'000; // of the fetch below

constexpr postgres::Statement openUnbilled{"receipts.open_unbilled", R"sql(
    declare unbilled no scroll cursor for
    select j.cluster_id, j.job_id, j.submit_at, j.ended_at, j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds,
           coalesce(v.tier, a.tier, t.tier, d.name), j.username, j.account, j.partition, j.qos, j.state, j.gpu_types,
           coalesce(split_part(j.exit_code, ':', 1), '-1')::bigint, j.elapsed_seconds, j.nodes, j.display_id, j.name
    from jobs j
    cross join (select n.name from tiers n where n.is_default) d
    left join tier_overrides v on v.username = j.username
    left join account_tiers a on a.account = j.account
    left join user_tiers t on t.username = j.username
    where j.username = $1 and j.booked_on is not null and j.ended_at < $2
      and not exists (select 1 from receipt_items i
                      where i.cluster_id = j.cluster_id and i.job_id = j.job_id and i.submit_at = j.submit_at
                        and i.freed_at is null)
    order by j.ended_at, j.cluster_id, j.job_id, j.submit_at
)sql"};

constexpr postgres::Statement openFreed{"receipts.open_freed", R"sql(
    declare unbilled no scroll cursor for
    select j.cluster_id, j.job_id, j.submit_at, j.ended_at, j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds,
           coalesce(v.tier, a.tier, t.tier, d.name), j.username, j.account, j.partition, j.qos, j.state, j.gpu_types,
           coalesce(split_part(j.exit_code, ':', 1), '-1')::bigint, j.elapsed_seconds, j.nodes, j.display_id, j.name
    from receipt_items o
    join receipts r on r.id = o.receipt_id
    join jobs j on j.cluster_id = o.cluster_id and j.job_id = o.job_id and j.submit_at = o.submit_at
    cross join (select n.name from tiers n where n.is_default) d
    left join tier_overrides v on v.username = j.username
    left join account_tiers a on a.account = j.account
    left join user_tiers t on t.username = j.username
    where o.receipt_id = $1 and j.booked_on is not null and j.username = r.username and j.ended_at < r.period_to
      and not exists (select 1 from receipt_items i
                      where i.cluster_id = j.cluster_id and i.job_id = j.job_id and i.submit_at = j.submit_at
                        and i.freed_at is null)
    order by o.line
)sql"};

constexpr postgres::Statement fetchUnbilled{"receipts.fetch_unbilled", R"sql(
    fetch forward 10000 from unbilled
)sql"};

constexpr postgres::Statement closeUnbilled{"receipts.close_unbilled", R"sql(
    close unbilled
)sql"};

constexpr const char* copyItems = R"sql(
    copy receipt_items (receipt_id, line, cluster_id, job_id, submit_at, cpu_seconds, gpu_seconds, memory_mib_seconds, amount,
                        rate_version_id, rules_applied, display_id, job_name, ended_at)
    from stdin (format binary)
)sql";

constexpr postgres::Statement addPrice{"receipts.add_price", R"sql(
    insert into receipt_prices (receipt_id, rate_version_id, jobs, amount) values ($1, $2, $3, $4::text::numeric)
)sql"};

// The limits make it one walk of the items' primary key and, for items of before these columns, one probe of a job's each: joined
// freely, the planner took a receipt of a million items for one, and sorted what follows the line for every page (14 s).
constexpr postgres::Statement itemsPage{"receipts.items_page", R"sql(
    select i.line, c.name, i.job_id, coalesce(i.display_id, j.display_id), coalesce(i.job_name, j.name), i.submit_at,
           coalesce(i.ended_at, j.ended_at), i.cpu_seconds, i.gpu_seconds, i.memory_mib_seconds, i.amount::text, v.tier, i.rules_applied
    from (select n.receipt_id, n.line, n.cluster_id, n.job_id, n.submit_at, n.display_id, n.job_name, n.ended_at, n.cpu_seconds,
                 n.gpu_seconds, n.memory_mib_seconds, n.amount, n.rate_version_id, n.rules_applied
          from receipt_items n where n.receipt_id = $1 and n.line > $3 order by n.line limit $2) i
    join receipts r on r.id = i.receipt_id
    join rate_versions v on v.id = coalesce(i.rate_version_id, r.rate_version_id)
    join clusters c on c.id = i.cluster_id
    left join lateral (
        select k.display_id, k.name, k.ended_at
        from jobs k
        where i.ended_at is null and k.cluster_id = i.cluster_id and k.job_id = i.job_id and k.submit_at = i.submit_at
        limit 1
    ) j on true
    order by i.line
)sql"};

void copyBatch(postgres::Transaction& tx, ReceiptId receipt, const Terms& terms, const std::vector<BillableJob>& jobs,
               Totals& totals)
{
    postgres::CopyWriter copy = tx.copyIn(copyItems);
    for (const BillableJob& job : jobs) {
        const auto [amount, rate, applied] = priced(job, terms.prices);
        totals.firstEnd = std::min(totals.firstEnd.value_or(job.endedAt), job.endedAt);
        totals.sum += amount;
        Totals::Part& part = totals.byRate.try_emplace(rate.id, Totals::Part{0, Money(0, terms.currency)}).first->second;
        ++part.jobs;
        part.amount += amount;
        copy.row()
            .add(static_cast<std::int64_t>(receipt))
            .add(++totals.jobs)
            .add(job.cluster)
            .add(job.jobId)
            .add(job.submitAt)
            .add(job.usage.cpuSeconds)
            .add(job.usage.gpuSeconds)
            .add(job.usage.memoryMibSeconds)
            .add(Decimal{amount.minorUnits(), terms.currency.minorDigits()})
            .add(static_cast<std::int64_t>(rate.id))
            .add(static_cast<std::int64_t>(applied))
            .add(job.displayId)
            .add(job.name)
            .add(job.endedAt);
    }
    copy.finish();
}

} // namespace

Priced priced(const BillableJob& job, const rates::PriceList& prices)
{
    if (job.usage.cpuSeconds < 0 || job.usage.gpuSeconds < 0 || job.usage.memoryMibSeconds < 0)
        throw Conflict("job_not_billable", fmt::format("Job {} submitted at {} has less than no usage: correct it first.",
                                                       job.jobId, toRfc3339(job.submitAt)));
    const rates::RateVersion& rate = prices.rateOf(job.tier, job.endedAt);
    const pricing::Cost cost = prices.price(job.usage,
                                            {.state = job.state,
                                             .partition = job.partition,
                                             .qos = job.qos,
                                             .account = job.account,
                                             .user = job.user,
                                             .gpuTypes = job.gpuTypes,
                                             .exitCode = job.exitCode,
                                             .elapsedSeconds = job.elapsedSeconds,
                                             .nodes = job.nodes},
                                            rate);
    return {.amount = cost.total, .rate = rate, .applied = cost.applied};
}

UnbilledJobs UnbilledJobs::endedBefore(postgres::Transaction& tx, const std::string& username, UtcTime cutOff)
{
    tx.execute(openUnbilled, username, cutOff);
    return UnbilledJobs(tx);
}

UnbilledJobs UnbilledJobs::freedBy(postgres::Transaction& tx, ReceiptId receipt)
{
    tx.execute(openFreed, static_cast<std::int64_t>(receipt));
    return UnbilledJobs(tx);
}

std::vector<BillableJob> UnbilledJobs::next()
{
    std::vector<BillableJob> jobs;
    if (m_isAtEnd)
        return jobs;
    const auto batch = m_tx.execute(fetchUnbilled);
    jobs.reserve(static_cast<std::size_t>(batch.size()));
    for (const auto& row : batch)
        jobs.push_back({.cluster = row.as<std::int32_t>(0),
                        .jobId = row.as<std::int64_t>(1),
                        .displayId = row.as<std::string>(17),
                        .name = row.as<std::string>(18),
                        .submitAt = row.as<UtcTime>(2),
                        .endedAt = row.as<UtcTime>(3),
                        .usage = {row.as<std::int64_t>(4), row.as<std::int64_t>(5), row.as<std::int64_t>(6)},
                        .tier = row.as<std::string>(7),
                        .user = row.as<std::string>(8),
                        .account = row.as<std::string>(9),
                        .partition = row.as<std::string>(10),
                        .qos = row.as<std::string>(11),
                        .state = row.as<std::string>(12),
                        .gpuTypes = row.as<std::string>(13),
                        .exitCode = row.as<std::int64_t>(14),
                        .elapsedSeconds = row.as<std::int64_t>(15),
                        .nodes = row.as<std::int64_t>(16)});
    m_isAtEnd = batch.size() < batchSize;
    if (m_isAtEnd)
        m_tx.execute(closeUnbilled);
    return jobs;
}

Totals writeItems(postgres::Transaction& tx, ReceiptId receipt, const Terms& terms, std::vector<BillableJob> jobs,
                  UnbilledJobs& more)
{
    Totals totals{.jobs = 0, .firstEnd = {}, .sum = Money(0, terms.currency), .byRate = {}};
    try {
        for (; !jobs.empty(); jobs = more.next())
            copyBatch(tx, receipt, terms, jobs, totals);
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "receipt_items_one_live_receipt")
            throw;
        throw Conflict("already_billed",
                       "One of these jobs was put on another receipt a moment ago: read the receipts again.");
    }
    for (const auto& [rate, part] : totals.byRate)
        tx.execute(addPrice, static_cast<std::int64_t>(receipt), static_cast<std::int64_t>(rate), part.jobs, toDecimal(part.amount));
    return totals;
}

std::vector<ReceiptItem> readItems(postgres::Transaction& tx, const Receipt& receipt, std::int64_t limit,
                                   std::int64_t after)
{
    std::vector<ReceiptItem> items;
    for (const auto& row : tx.execute(itemsPage, static_cast<std::int64_t>(receipt.id), limit, after)) {
        ReceiptItem item;
        item.line = row.as<std::int64_t>(0);
        item.cluster = row.as<std::string>(1);
        item.jobId = row.as<std::int64_t>(2);
        item.displayId = row.as<std::string>(3);
        item.jobName = row.as<std::string>(4);
        item.submitAt = row.as<UtcTime>(5);
        item.endedAt = row.as<UtcTime>(6);
        item.usage = {row.as<std::int64_t>(7), row.as<std::int64_t>(8), row.as<std::int64_t>(9)};
        item.amount = readMoney(row.as<std::string>(10), receipt.total.currency());
        item.tier = row.as<std::string>(11);
        item.rulesApplied = static_cast<pricing::AppliedRules>(row.as<std::int64_t>(12));
        items.push_back(std::move(item));
    }
    return items;
}

} // namespace hpcbill::receipts
