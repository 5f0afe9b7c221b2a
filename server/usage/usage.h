// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/money.h"
#include "common/pricing/pricing.h"
#include "common/pricing/rules.h"
#include "common/slurm/job_record.h"
#include "common/time/time.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::postgres
{
class Pool;
class Transaction;
}
namespace hpcbill::rates
{
class Prices;
class Tiers;
}

namespace hpcbill::usage
{

enum class ClusterId : std::int32_t {};

/// What a merge did with the rows that it was given; a row that stood in the batch twice counts as unchanged.
struct MergeCounts {
    std::int64_t added = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    /// Runs that stand on a receipt and came differently afterwards, in what money depends on: `job_id`,
    /// `submit_at`, `receipt`, `before` and `after`, as their audit records tell it. The receipt stays.
    std::vector<nlohmann::json> amended;
};

/// A run of a job as it is kept, with its price: what its receipt says where it has one, else at the rates in
/// force.
struct Job {
    ClusterId clusterId{};
    std::string cluster;
    std::int64_t jobId = 0;
    std::string displayId;
    UtcTime submitAt;
    std::optional<UtcTime> startedAt;
    std::optional<UtcTime> endedAt;
    std::string user;
    std::string account;
    std::string partition;
    std::string qos;
    std::string state;
    std::string name;
    std::int64_t nodes = 0;
    std::int64_t cpus = 0;
    std::int64_t gpus = 0;
    std::int64_t memoryMib = 0;
    std::int64_t elapsedSeconds = 0;
    std::int64_t exitCode = 0; ///< without the signal; -1: not known
    std::string gpuTypes;      ///< "a100,h100"
    pricing::Usage usage;
    bool booked = false; ///< it has ended and had nodes: it counts and can be billed
    std::string tier;
    Money cost{0, Currency::thb()};
    std::optional<std::int64_t> receiptId;
};

/// What billing rules look at; the text stays the job's.
pricing::JobFacts factsOf(const Job& job);

/// Which jobs; what is absent does not restrict. `from` and `to` ask for the moment of the end.
struct JobFilter {
    std::optional<std::string> cluster;
    std::optional<std::string> user;
    std::optional<std::string> account;
    std::optional<std::string> partition;
    std::optional<std::string> state;
    std::optional<std::string> tier;
    std::optional<bool> billed;
    std::optional<UtcTime> from;
    std::optional<UtcTime> to;
};

/// The place of a job in the order of lists: newest submission first.
struct JobPosition {
    UtcTime submitAt;
    ClusterId clusterId{};
    std::int64_t jobId = 0;
};

/// What usage can be summed by; any set of them at once.
struct UsageKeys {
    bool day = false;
    bool month = false;
    bool cluster = false;
    bool user = false;
    bool account = false;
    bool partition = false;
    bool tier = false;
};

/// A sum over the booked jobs that share the keys asked for; keys not asked for are absent.
struct UsageRow {
    std::optional<std::string> day;   ///< YYYY-MM-DD
    std::optional<std::string> month; ///< YYYY-MM
    std::optional<std::string> cluster;
    std::optional<std::string> user;
    std::optional<std::string> account;
    std::optional<std::string> partition;
    std::optional<std::string> tier;
    std::int64_t jobs = 0;
    pricing::Usage usage{};
    Money cost{0, Currency::thb()}; ///< the sum of the jobs' own costs
};

/// Which jobs are summed; what is absent does not restrict. Of days, `from` is inclusive, `to` exclusive, both in
/// UTC.
struct UsageFilter {
    std::optional<std::chrono::sys_days> from;
    std::optional<std::chrono::sys_days> to;
    std::optional<std::string> cluster;
    std::optional<std::string> user;
    std::optional<std::string> account;
    std::optional<std::string> partition;
    std::optional<std::string> tier;
};

/// How the cost of a job comes about.
struct Explanation {
    pricing::Charge charge;
    std::optional<std::int64_t> tierRule;   ///< by rule: its place in the list, from 1
    std::optional<std::string> tierPattern; ///< by rule
    std::string tierReason; ///< code: `override`, `account`, `rule`, `default`, or `receipt` where it was locked by one
    std::string rateSource; ///< code: `in_force`, `job_end`, or `receipt` where a receipt locked them
    std::optional<UtcTime> effectiveFrom; ///< of the rates, or when the receipt locked them
    std::optional<std::string> rateAuthor;
};

/// Prices that somebody thinks of; what is absent stays as it is in force.
struct Proposal {
    std::map<std::string, pricing::Rates> rates; ///< by tier; NotFound for one that there is not
    std::optional<pricing::Rules> rules;
};

/// What the jobs of a group cost now, and would cost under a proposal.
struct SimulatedSum {
    std::string name; ///< of the tier, account or user
    std::int64_t jobs = 0;
    Money current{0, Currency::thb()};
    Money proposed{0, Currency::thb()};
};

/// A window of time under a proposal. Of accounts and users those whose costs change most, the rest in one sum.
struct Simulation {
    SimulatedSum total;
    std::vector<SimulatedSum> tiers;
    std::vector<SimulatedSum> accounts;
    std::vector<SimulatedSum> users;
    std::int64_t otherAccounts = 0; ///< how many are left out
    std::int64_t otherUsers = 0;
};

/// The jobs of all clusters and their daily rollups; the only writer of both.
class JobStore final
{
public:
    JobStore(const rates::Prices& prices, const rates::Tiers& tiers)
        : m_prices(prices)
        , m_tiers(tiers)
    {
    }

    /// Takes over a batch (a few thousand records) in the caller's transaction: new runs are added, changed
    /// ones updated, rollups follow. A record of a job still running never replaces one of its end.
    /// `timeZone` (a PostgreSQL zone name) is that of the records' times, "UTC" when they were written as
    /// epoch seconds. Idempotent. Throws InvalidInput when the zone is unknown.
    MergeCounts merge(postgres::Transaction& tx, ClusterId cluster, std::span<const slurm::JobRecord> records,
                      std::string_view timeZone = "UTC") const;

    /// Makes the partitions of this month and the two to come where they are missing, so that no batch of the
    /// first of a month has to wait for one. Readers and writers of the others go on meanwhile.
    void makePartitionsAhead(postgres::Transaction& tx) const;

    /// A page of jobs, newest submission first, after `after`.
    std::vector<Job> list(postgres::Transaction& tx, const JobFilter& filter, std::int64_t limit,
                          const std::optional<JobPosition>& after) const;

    /// All jobs of the filter, in the order of lists, one by one in constant memory.
    void stream(postgres::Transaction& tx, const JobFilter& filter,
                const std::function<void(const Job&)>& sink) const;

    /// The run submitted at `submitAt`, the latest one without. Throws NotFound.
    Job find(postgres::Transaction& tx, std::string_view cluster, std::int64_t jobId,
             std::optional<UtcTime> submitAt) const;

    /// The derivation of this job's cost, by the same function that prices receipts.
    Explanation explain(postgres::Transaction& tx, const Job& job) const;

    /// What the jobs that ended in [from, to) cost at the prices in force, billed or not, and would cost under the
    /// proposal; the `most` accounts and users that it hits hardest.
    Simulation simulate(postgres::Transaction& tx, UtcTime from, UtcTime to, const Proposal& proposal, std::size_t most) const;

    /// Sums in the order of the keys; at most `limit` rows after the row `after`. What rollups do not know yet is priced from
    /// the jobs, so `tx` has to be a snapshot. A billed job counts under its receipt's tier. Throws Conflict for a sum in two
    /// currencies.
    std::vector<UsageRow> summarize(postgres::Transaction& tx, const UsageKeys& keys,
                                    const UsageFilter& filter, std::int64_t limit,
                                    const std::optional<UsageRow>& after) const;

    /// What rollups and the costs kept beside them say otherwise than a recount of the jobs, as sentences; empty when all is
    /// well. `tx` has to be a snapshot.
    std::vector<std::string> recount(postgres::Transaction& tx) const;

    /// Prices the jobs of rollups that have changed or are to be priced otherwise, newest days first, about so many jobs at
    /// once; how many rollups it brought up to date. Does nothing while a batch is merged; merges wait until it commits.
    std::int64_t priceRollups(postgres::Transaction& tx, std::int64_t jobsAtOnce) const;

private:
    const rates::Prices& m_prices;
    const rates::Tiers& m_tiers;
};

/// A receipt was made of the user's jobs that ended from `firstEnd` on and before `cutOff`: their rollups have to be priced again.
void markBilled(postgres::Transaction& tx, const std::string& user, UtcTime firstEnd, UtcTime cutOff);
/// The receipt's items changed hands: it became void, or bills what another one had billed.
void markRebilled(postgres::Transaction& tx, std::int64_t receiptId);

/// Prices rollups in the background until it goes out of scope.
class RollupPricer final
{
public:
    RollupPricer(postgres::Pool& pool, const JobStore& jobs, std::chrono::seconds interval);
    ~RollupPricer();
    RollupPricer(const RollupPricer&) = delete;
    RollupPricer& operator=(const RollupPricer&) = delete;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

/// Writes jobs as CSV (RFC 4180), with a heading, one after another as `source` hands them to the function
/// that it is given. Text that a spreadsheet would take for a formula is led by an apostrophe.
void writeCsv(std::ostream& out, const std::function<void(const std::function<void(const Job&)>&)>& source);

} // namespace hpcbill::usage
