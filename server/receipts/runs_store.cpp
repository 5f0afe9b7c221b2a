// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/items.h"
#include "server/receipts/runs.h"

#include "common/invariant.h"
#include "server/postgres/transaction.h"

namespace hpcbill::receipts
{
namespace
{

// Rows that others have claimed are passed over; a claim ends with its transaction, so of a process that died nothing is left.
constexpr postgres::Statement claimNext{"receipt_runs.claim", R"sql(
    select r.id, u.username, r.cut_off, r.created_by, r.created_by_role, r.request_id, r.address
    from receipt_run_users u join receipt_runs r on r.id = u.run_id
    where r.status = 'running' and u.outcome = 'pending' and ($1::bigint is null or r.id = $1)
    order by u.run_id, u.username
    limit 1
    for update of u skip locked
)sql"};

constexpr postgres::Statement setOutcome{"receipt_runs.set_outcome", R"sql(
    update receipt_run_users set outcome = $3, receipt_id = $4, error = null, attempts = attempts + 1 where run_id = $1 and username = $2
)sql"};

// Another process may have billed the user since.
constexpr postgres::Statement setFailed{"receipt_runs.set_failed", R"sql(
    update receipt_run_users
    set attempts = attempts + 1, error = $3, outcome = case when $4 and attempts < 4 then 'pending' else 'failed' end
    where run_id = $1 and username = $2 and outcome = 'pending'
)sql"};

constexpr postgres::Statement lockMonthStatement{"receipt_runs.lock_month", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.receipt_runs.' || $1::date, 0))
)sql"};

constexpr postgres::Statement findRunning{"receipt_runs.running", R"sql(
    select id from receipt_runs where month = $1 and status = 'running'
)sql"};

constexpr postgres::Statement addRun{"receipt_runs.add", R"sql(
    insert into receipt_runs (month, cut_off, currency, status, started_at, created_by, created_by_role, request_id, address)
    values ($1, $2, $3, 'running', $4, $5, $6, $7, $8)
    returning id
)sql"};

// The rollups know who has jobs without a look at each of them.
constexpr postgres::Statement addUsers{"receipt_runs.add_users", R"sql(
    insert into receipt_run_users (run_id, username, outcome)
    select $1, d.username, 'pending' from usage_daily d where d.day < ($2 at time zone 'UTC')::date and d.jobs > 0 group by d.username
)sql"};

constexpr postgres::Statement endDone{"receipt_runs.end", R"sql(
    update receipt_runs r
    set finished_at = $1, status = case when exists (select 1 from receipt_run_users u where u.run_id = r.id and u.outcome = 'failed')
                                   then 'failed' else 'finished' end
    where r.status = 'running' and not exists (select 1 from receipt_run_users u where u.run_id = r.id and u.outcome = 'pending')
    returning r.id
)sql"};

constexpr postgres::Statement setCancelled{"receipt_runs.cancel", R"sql(
    update receipt_runs set status = 'cancelled', finished_at = $2 where id = $1 and status = 'running'
)sql"};

constexpr postgres::Statement setWaiting{"receipt_runs.retry_users", R"sql(
    update receipt_run_users set outcome = 'pending', error = null, attempts = 0 where run_id = $1 and outcome = 'failed'
)sql"};

constexpr postgres::Statement setRunning{"receipt_runs.retry", R"sql(
    update receipt_runs set status = 'running', finished_at = null where id = $1
)sql"};

constexpr postgres::Statement runsPage{"receipt_runs.page", R"sql(
    select r.id, r.month, r.cut_off, r.currency, r.status, r.started_at, r.finished_at, r.created_by, u.total, u.done, u.failed, u.receipts,
           u.amount::text
    from receipt_runs r,
         lateral (select count(*) as total, count(*) filter (where n.outcome in ('billed', 'nothing_to_bill')) as done,
                         count(*) filter (where n.outcome = 'failed') as failed, count(n.receipt_id) as receipts,
                         coalesce(sum(i.total) filter (where i.currency = r.currency), 0) as amount
                  from receipt_run_users n left join receipts i on i.id = n.receipt_id
                  where n.run_id = r.id) u
    where ($1::bigint is null or r.id = $1) and ($2::bigint is null or r.id < $2)
    order by r.id desc
    limit $3
)sql"};

constexpr postgres::Statement failuresPage{"receipt_runs.failures", R"sql(
    select username, error from receipt_run_users where run_id = $1 and outcome = 'failed' order by username limit $2
)sql"};

constexpr postgres::Statement forecastPage{"receipt_runs.forecast", R"sql(
    with known as (
        select d.username from usage_daily d where d.day < ($1 at time zone 'UTC')::date and d.jobs > 0
        union
        select j.username from jobs j where j.booked_on is null and j.submit_at < $1
    ), named as (
        select username from known where $3::text is null or username > $3 order by username limit $2
    )
    select n.username, o.running, o.never_started
    from named n,
         lateral (select count(*) filter (where j.ended_at is null) as running, count(j.ended_at) as never_started
                  from jobs j where j.username = n.username and j.booked_on is null and j.submit_at < $1) o
    order by n.username
)sql"};

std::int64_t raw(RunId id)
{
    return static_cast<std::int64_t>(id);
}

std::optional<std::int64_t> raw(std::optional<RunId> id)
{
    return id ? std::optional(raw(*id)) : std::nullopt;
}

Run toRun(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(3));
    const auto status = parseRunStatus(row.as<std::string>(4));
    invariant(currency && status, "a run's currency and status were checked when it was written");
    const std::string amount = row.as<std::string>(12);
    return {.id = static_cast<RunId>(row.as<std::int64_t>(0)),
            .month = row.as<std::chrono::sys_days>(1),
            .cutOff = row.as<UtcTime>(2),
            .status = *status,
            .startedAt = row.as<UtcTime>(5),
            .finishedAt = row.as<std::optional<UtcTime>>(6),
            .createdBy = row.as<std::string>(7),
            .usersTotal = row.as<std::int64_t>(8),
            .usersDone = row.as<std::int64_t>(9),
            .usersFailed = row.as<std::int64_t>(10),
            .receipts = row.as<std::int64_t>(11),
            .amount = amount == "0" ? Money(0, *currency) : readMoney(amount, *currency)};
}

} // namespace

std::optional<ClaimedUser> claimUser(postgres::Transaction& tx, std::optional<RunId> only)
{
    const auto claimed = tx.execute(claimNext, raw(only));
    if (claimed.empty())
        return std::nullopt;
    const auto role = claimed[0].as<std::optional<std::string>>(4);
    return ClaimedUser{.run = static_cast<RunId>(claimed[0].as<std::int64_t>(0)),
                       .username = claimed[0].as<std::string>(1),
                       .cutOff = claimed[0].as<UtcTime>(2),
                       .by = {.name = claimed[0].as<std::string>(3),
                              .role = role ? api::parseRole(*role) : std::nullopt,
                              .address = claimed[0].as<std::string>(6),
                              .requestId = claimed[0].as<std::string>(5)}};
}

void writeBilled(postgres::Transaction& tx, const ClaimedUser& user, ReceiptId receipt)
{
    tx.execute(setOutcome, raw(user.run), user.username, "billed", static_cast<std::int64_t>(receipt));
}

void writeNothingToBill(postgres::Transaction& tx, const ClaimedUser& user)
{
    tx.execute(setOutcome, raw(user.run), user.username, "nothing_to_bill", std::optional<std::int64_t>());
}

void writeFailure(postgres::Transaction& tx, const ClaimedUser& user, const std::string& error, bool mayPass)
{
    tx.execute(setFailed, raw(user.run), user.username, error, mayPass);
}

void lockMonth(postgres::Transaction& tx, std::chrono::sys_days month)
{
    tx.execute(lockMonthStatement, month);
}

std::optional<RunId> runningOf(postgres::Transaction& tx, std::chrono::sys_days month)
{
    const auto found = tx.execute(findRunning, month);
    return found.empty() ? std::nullopt : std::optional(static_cast<RunId>(found[0].as<std::int64_t>(0)));
}

RunId writeRun(postgres::Transaction& tx, std::chrono::sys_days month, UtcTime cutOff, const Currency& currency,
               const api::Actor& by)
{
    const std::optional<std::string> role = by.role ? std::optional(std::string(codeOf(*by.role))) : std::nullopt;
    const auto added = tx.execute(addRun, month, cutOff, currency.code(), tx.now(), by.name, role, by.requestId, by.address);
    const auto id = added[0].as<std::int64_t>(0);
    tx.execute(addUsers, id, cutOff);
    return static_cast<RunId>(id);
}

std::vector<RunId> endRuns(postgres::Transaction& tx)
{
    std::vector<RunId> ended;
    for (const auto& row : tx.execute(endDone, tx.now()))
        ended.push_back(static_cast<RunId>(row.as<std::int64_t>(0)));
    return ended;
}

bool cancelRun(postgres::Transaction& tx, RunId id)
{
    return tx.execute(setCancelled, raw(id), tx.now()).affectedRows() == 1;
}

std::int64_t retryFailed(postgres::Transaction& tx, RunId id)
{
    const std::int64_t waiting = tx.execute(setWaiting, raw(id)).affectedRows();
    if (waiting > 0)
        tx.execute(setRunning, raw(id));
    return waiting;
}

std::optional<Run> readRun(postgres::Transaction& tx, RunId id)
{
    const auto found = tx.execute(runsPage, raw(id), std::optional<std::int64_t>(), 1);
    return found.empty() ? std::nullopt : std::optional(toRun(found[0]));
}

std::vector<Run> readRuns(postgres::Transaction& tx, std::int64_t limit, std::optional<RunId> before)
{
    std::vector<Run> runs;
    for (const auto& row : tx.execute(runsPage, std::optional<std::int64_t>(), raw(before), limit))
        runs.push_back(toRun(row));
    return runs;
}

std::vector<RunFailure> readFailures(postgres::Transaction& tx, RunId id, std::int64_t limit)
{
    std::vector<RunFailure> failures;
    for (const auto& row : tx.execute(failuresPage, raw(id), limit))
        failures.push_back({.username = row.as<std::string>(0), .error = row.as<std::string>(1)});
    return failures;
}

std::vector<RunForecast> readForecast(postgres::Transaction& tx, UtcTime cutOff, std::int64_t limit,
                                      const std::optional<std::string>& after)
{
    std::vector<RunForecast> forecast;
    for (const auto& row : tx.execute(forecastPage, cutOff, limit, after)) {
        RunForecast user;
        user.username = row.as<std::string>(0);
        user.running = row.as<std::int64_t>(1);
        user.neverStarted = row.as<std::int64_t>(2);
        forecast.push_back(std::move(user));
    }
    return forecast;
}

} // namespace hpcbill::receipts
