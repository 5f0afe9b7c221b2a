// SPDX-License-Identifier: GPL-3.0-or-later
// What a window of time would have cost: every job of it is priced twice as it streams by.
#include "server/usage/usage.h"

#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/stored_text.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace hpcbill::usage
{
namespace
{

constexpr postgres::Statement jobsThatEnded{"usage.jobs_that_ended", R"sql(
    select coalesce(o.tier, a.tier, u.tier, d.name), j.account, j.username, j.partition, j.qos, j.state, j.exit_code, j.gpu_types,
           j.elapsed_seconds, j.nodes, j.cpu_seconds, j.gpu_seconds, j.memory_mib_seconds, j.ended_at
    from jobs j
    cross join (select t.name from tiers t where t.is_default) d
    left join tier_overrides o on o.username = j.username
    left join account_tiers a on a.account = j.account
    left join user_tiers u on u.username = j.username
    where j.booked_on is not null and j.ended_at >= $1 and j.ended_at < $2
)sql"};

/// Sums by name, each with room for both prices.
class Sums
{
public:
    explicit Sums(Currency currency)
        : m_currency(currency)
    {
    }

    void add(const std::string& name, const Money& current, const Money& proposed)
    {
        const auto [at, isNew] = m_sums.try_emplace(name);
        SimulatedSum& sum = at->second;
        if (isNew)
            sum = {.name = name, .jobs = 0, .current = Money(0, m_currency), .proposed = Money(0, m_currency)};
        ++sum.jobs;
        sum.current += current;
        sum.proposed += proposed;
    }

    /// The `most` that change most, either way; of equal ones the dearer first.
    [[nodiscard]] std::vector<SimulatedSum> hitHardest(std::size_t most) const
    {
        std::vector<SimulatedSum> all;
        all.reserve(m_sums.size());
        for (const auto& [name, sum] : m_sums)
            all.push_back(sum);
        const auto change = [](const SimulatedSum& sum) {
            const std::int64_t difference = (sum.proposed - sum.current).minorUnits();
            return difference < 0 ? -difference : difference;
        };
        std::sort(all.begin(), all.end(), [&change](const SimulatedSum& a, const SimulatedSum& b) {
            return std::tuple(-change(a), -a.current.minorUnits(), a.name) < std::tuple(-change(b), -b.current.minorUnits(), b.name);
        });
        all.resize(std::min(all.size(), most));
        return all;
    }

    [[nodiscard]] std::size_t size() const { return m_sums.size(); }

private:
    std::unordered_map<std::string, SimulatedSum> m_sums;
    Currency m_currency;
};

} // namespace

Simulation JobStore::simulate(postgres::Transaction& tx, UtcTime from, UtcTime to, const Proposal& proposal,
                              std::size_t most) const
{
    const rates::PriceList current = m_prices.inForce(tx);
    for (const auto& [tier, rates] : proposal.rates)
        static_cast<void>(current.rateOf(tier, std::nullopt)); // NotFound before a million jobs are read
    const rates::PriceList proposed = current.with(proposal.rates, proposal.rules);
    const Currency currency = m_prices.rules().currency();

    Sums tiers(currency);
    Sums accounts(currency);
    Sums users(currency);
    SimulatedSum total{.name = {}, .jobs = 0, .current = Money(0, currency), .proposed = Money(0, currency)};
    tx.queryStream(
        jobsThatEnded,
        [&](const postgres::Row& row) {
            const auto tier = row.as<std::string>(0);
            const auto account = row.as<std::string>(1);
            const auto user = row.as<std::string>(2);
            const auto partition = row.as<std::string>(3);
            const auto qos = row.as<std::string>(4);
            const auto state = row.as<std::string>(5);
            const auto gpuTypes = row.as<std::string>(7);
            const pricing::JobFacts facts{.state = state,
                                          .partition = partition,
                                          .qos = qos,
                                          .account = account,
                                          .user = user,
                                          .gpuTypes = gpuTypes,
                                          .exitCode = exitCodeOf(row.as<std::optional<std::string>>(6)),
                                          .elapsedSeconds = row.as<std::int64_t>(8),
                                          .nodes = row.as<std::int64_t>(9)};
            const pricing::Usage usage{row.as<std::int64_t>(10), row.as<std::int64_t>(11), row.as<std::int64_t>(12)};
            const auto endedAt = row.as<UtcTime>(13);
            const Money before = current.price(usage, facts, current.rateOf(tier, endedAt)).total;
            const Money after = proposed.price(usage, facts, proposed.rateOf(tier, endedAt)).total;
            ++total.jobs;
            total.current += before;
            total.proposed += after;
            tiers.add(tier, before, after);
            accounts.add(account, before, after);
            users.add(user, before, after);
        },
        from, to);
    const auto left = [most](const Sums& sums) { return static_cast<std::int64_t>(sums.size() - std::min(sums.size(), most)); };
    return {.total = total,
            .tiers = tiers.hitHardest(tiers.size()),
            .accounts = accounts.hitHardest(most),
            .users = users.hitHardest(most),
            .otherAccounts = left(accounts),
            .otherUsers = left(users)};
}

} // namespace hpcbill::usage
