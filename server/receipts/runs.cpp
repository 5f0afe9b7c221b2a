// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/runs.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/errors.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace hpcbill::receipts
{
namespace
{

using namespace std::chrono_literals;

/// How long a run that another process began waits for this one.
constexpr auto lookInterval = 2s;

constexpr std::array<std::pair<RunStatus, std::string_view>, 4> statusCodes{{
    {RunStatus::running, "running"},
    {RunStatus::finished, "finished"},
    {RunStatus::cancelled, "cancelled"},
    {RunStatus::failed, "failed"},
}};

audit::Event event(const char* action, const Run& run, const api::Actor& by)
{
    return {.by = by,
            .action = action,
            .targetType = "receipt_run",
            .targetId = fmt::to_string(static_cast<std::int64_t>(run.id)),
            .details = {{"month", monthOf(run.month)},
                        {"users", run.usersTotal},
                        {"receipts", run.receipts},
                        {"failed", run.usersFailed},
                        {"amount", toDecimal(run.amount)},
                        {"currency", run.amount.currency().code()}}};
}

UtcTime endOf(std::chrono::sys_days month)
{
    const std::chrono::year_month_day first{month};
    return std::chrono::sys_days(first + std::chrono::months(1));
}

void requireOver(std::chrono::sys_days month, UtcTime now)
{
    if (endOf(month) > now)
        throw InvalidInput("month", fmt::format("{} is not over: it can be billed from {} on", monthOf(month),
                                                toRfc3339(endOf(month))));
}

} // namespace

std::string_view codeOf(RunStatus status)
{
    return std::ranges::find(statusCodes, status, &decltype(statusCodes)::value_type::first)->second;
}

std::optional<RunStatus> parseRunStatus(std::string_view code)
{
    const auto* found = std::ranges::find(statusCodes, code, &decltype(statusCodes)::value_type::second);
    return found == statusCodes.end() ? std::nullopt : std::optional(found->first);
}

std::string monthOf(std::chrono::sys_days month)
{
    return toIsoDate(month).substr(0, 7);
}

std::optional<std::chrono::sys_days> parseMonth(std::string_view text)
{
    if (text.size() != 7)
        return std::nullopt;
    const auto first = parseDate(std::string(text) + "-01");
    return first ? std::optional(*first) : std::nullopt;
}

struct Runs::Insides {
    Parts parts;
    std::mutex mutex;
    std::condition_variable_any wake;
    std::uint64_t began = 0; ///< runs that this process was asked for; guarded by mutex

    void wakeWorkers()
    {
        const std::lock_guard lock(mutex);
        ++began;
        wake.notify_all();
    }
};

Runs::Runs(const Parts& parts)
    : m_insides(new Insides{.parts = parts, .mutex = {}, .wake = {}})
{
}

Runs::~Runs() = default;

Runs::Begun Runs::begin(std::chrono::sys_days month, const std::optional<IdempotencyKey>& key, const api::Actor& by)
{
    postgres::Transaction tx(m_insides->parts.pool, postgres::Mode::readWrite);
    if (const auto made = key ? postgres::claimKey(tx, by.name, *key) : std::nullopt)
        return {find(tx, static_cast<RunId>(std::stoll(*made))), true};
    requireOver(month, tx.now());
    lockMonth(tx, month);
    const auto running = runningOf(tx, month);
    const RunId id = running ? *running : writeRun(tx, month, endOf(month), m_insides->parts.currency, by);
    if (key)
        postgres::rememberKey(tx, by.name, *key, std::to_string(static_cast<std::int64_t>(id)));
    Run run = find(tx, id);
    if (!running)
        m_insides->parts.audit.append(tx, event("receipt_run.started", run, by));
    tx.commit();
    m_insides->wakeWorkers();
    return {run, !running};
}

Run Runs::cancel(RunId id, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_insides->parts.pool, postgres::Mode::readWrite);
    const bool isCancelled = cancelRun(tx, id);
    Run run = find(tx, id);
    if (!isCancelled)
        throw Conflict("run_ended", fmt::format("The run of {} is {} already.", monthOf(run.month), codeOf(run.status)));
    auto record = event("receipt_run.cancelled", run, by);
    record.details["reason"] = reason;
    m_insides->parts.audit.append(tx, record);
    tx.commit();
    return run;
}

Run Runs::retry(RunId id, const std::string& reason, const api::Actor& by)
{
    postgres::Transaction tx(m_insides->parts.pool, postgres::Mode::readWrite);
    const Run before = find(tx, id);
    lockMonth(tx, before.month);
    if (before.status == RunStatus::cancelled)
        throw Conflict("run_ended", fmt::format("The run of {} was cancelled: begin a new one.", monthOf(before.month)));
    if (const auto running = runningOf(tx, before.month); running && *running != id)
        throw Conflict("run_under_way", fmt::format("Run {} bills {} at present: it comes to the same users.",
                                                    static_cast<std::int64_t>(*running), monthOf(before.month)));
    if (retryFailed(tx, id) == 0)
        throw Conflict("nothing_to_retry", "Nobody has failed in this run.");
    Run run = find(tx, id);
    auto record = event("receipt_run.retried", run, by);
    record.details["reason"] = reason;
    m_insides->parts.audit.append(tx, record);
    tx.commit();
    m_insides->wakeWorkers();
    return run;
}

bool Runs::billNext(std::optional<RunId> only)
{
    const Parts& parts = m_insides->parts;
    std::optional<ClaimedUser> user;
    const auto keepFailure = [&](const std::string& error, bool mayPass) {
        postgres::Transaction tx(parts.pool, postgres::Mode::readWrite);
        writeFailure(tx, *user, error, mayPass);
        tx.commit();
        Poco::Logger::get("receipts").warning(fmt::format("run {}: {} could not be billed: {}",
                                                          static_cast<std::int64_t>(user->run), user->username, error));
    };
    try {
        postgres::Transaction tx(parts.pool, postgres::Mode::readWrite);
        user = claimUser(tx, only);
        if (!user)
            return false;
        const auto receipt = parts.receipts.bill(tx, user->username, user->cutOff, user->by,
                                                 [&](ReceiptId id) { writeBilled(tx, *user, id); });
        if (!receipt)
            writeNothingToBill(tx, *user);
        tx.commit();
        if (receipt)
            parts.receipts.countCreated(*receipt, Scope::run);
        return true;
    } catch (const postgres::QueryError& error) {
        const bool mayPass = dynamic_cast<const postgres::SerializationFailure*>(&error) != nullptr ||
                             dynamic_cast<const postgres::Timeout*>(&error) != nullptr;
        if (!user)
            throw;
        keepFailure(fmt::format("the database refused it ({}): {}", error.sqlstate(), error.what()), mayPass);
    } catch (const Overloaded&) {
        throw; // no connection was to be had: nothing is wrong with the user
    } catch (const postgres::Unavailable&) {
        throw; // nor when it broke
    } catch (const std::exception& error) {
        // Whatever it is, it is kept as this user's: claimed anew and anew he would keep everybody behind him waiting.
        if (!user)
            throw;
        keepFailure(error.what(), false);
    }
    return true;
}

void Runs::endWhatIsDone()
{
    postgres::Transaction tx(m_insides->parts.pool, postgres::Mode::readWrite);
    const auto ended = endRuns(tx);
    if (ended.empty())
        return;
    const api::Actor system{.name = "system", .role = {}, .address = {}, .requestId = {}};
    for (const RunId id : ended)
        m_insides->parts.audit.append(tx, event("receipt_run.finished", find(tx, id), system));
    tx.commit();
}

void Runs::work(const std::stop_token& stop)
{
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
        try {
            while (!stop.stop_requested() && billNext(std::nullopt)) {}
            if (!stop.stop_requested())
                endWhatIsDone();
        } catch (const std::exception& error) {
            // The database may be gone for a while: the next look tries again, and what was not committed is undone.
            Poco::Logger::get("receipts").error(std::string("runs cannot go on at present: ") + error.what());
        }
        std::unique_lock lock(m_insides->mutex);
        m_insides->wake.wait_for(lock, stop, lookInterval, [&] { return m_insides->began != seen; });
        seen = m_insides->began;
    }
}

Run Runs::find(postgres::Transaction& tx, RunId id) const
{
    if (auto run = readRun(tx, id))
        return *run;
    throw NotFound(fmt::format("There is no run {}.", static_cast<std::int64_t>(id)));
}

std::vector<Run> Runs::list(postgres::Transaction& tx, std::int64_t limit, std::optional<RunId> before) const
{
    return readRuns(tx, limit, before);
}

std::vector<RunFailure> Runs::failures(postgres::Transaction& tx, RunId id) const
{
    return readFailures(tx, id, failuresShown);
}

std::vector<RunForecast> Runs::forecast(postgres::Transaction& tx, std::chrono::sys_days month, std::int64_t limit,
                                        const std::optional<std::string>& after) const
{
    auto users = readForecast(tx, endOf(month), limit, after);
    for (RunForecast& user : users) {
        const Estimate estimate = m_insides->parts.receipts.estimate(tx, user.username, endOf(month));
        user.jobs = estimate.jobs;
        user.amount = estimate.total;
    }
    return users;
}

struct RunWorkers::Insides {
    std::vector<std::jthread> threads;
};

RunWorkers::RunWorkers(Runs& runs, unsigned threads)
    : m_insides(std::make_unique<Insides>())
{
    for (unsigned thread = 0; thread < threads; ++thread)
        m_insides->threads.emplace_back([&runs](const std::stop_token& stop) { runs.work(stop); });
}

RunWorkers::~RunWorkers()
{
    for (std::jthread& thread : m_insides->threads)
        thread.request_stop(); // all of them before the first is waited for
}

} // namespace hpcbill::receipts
