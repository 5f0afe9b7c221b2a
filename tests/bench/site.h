// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::bench
{

/// Random numbers that are the same on every machine for the same seed (splitmix64; integers only).
class Dice final
{
public:
    explicit Dice(std::uint64_t seed) : m_state(seed) {}
    std::uint64_t next();
    /// From `low` to `high`, both included.
    std::int64_t between(std::int64_t low, std::int64_t high);
    /// True in `count` of 1,000 cases.
    bool chance(std::int64_t count) { return between(0, 999) < count; }

private:
    std::uint64_t m_state;
};

/// One allocation as a site would have accounted it. Times are seconds since 1970; 0 where there is none.
struct SiteJob {
    std::int64_t jobId = 0;
    std::string displayId;
    std::string name;
    std::string user;
    std::string account;
    std::string_view partition;
    std::string_view qos;
    std::string_view state;
    std::string_view cancelledBy; ///< " by 1001", or empty
    int exitCode = 0;
    int exitSignal = 0;
    std::int64_t submit = 0;
    std::int64_t eligible = 0;
    std::int64_t start = 0; ///< 0: it never started
    std::int64_t end = 0;   ///< 0: it waits or runs
    std::int64_t elapsed = 0;
    std::int64_t limitMinutes = 0;
    std::int64_t nodes = 0;
    std::int64_t cpus = 0;
    std::int64_t gpus = 0;
    std::int64_t memoryMib = 0;
    std::int64_t firstNode = 0;
};

/// What the site is to look like.
struct SiteSettings {
    std::uint64_t seed = 1;
    std::int64_t jobs = 0; ///< records, counting each run of a requeued job and each task of an array
    std::int64_t begin = 0;
    std::int64_t end = 0; ///< the moment of the report: what had not ended by then still runs or waits
};

/// A made-up site: few users and accounts do most of the work, more is submitted on weekdays than at night, many jobs are
/// short and small, some are arrays, some fail, are cancelled, run into their limit, or are requeued. Memory does not
/// grow with the number of jobs.
class Site final
{
public:
    explicit Site(const SiteSettings& settings);

    /// The next record, in order of submission (but for second runs); false when all were given.
    bool next(SiteJob& job);

private:
    struct Person {
        std::string name;
        std::string account;
        std::string otherAccount;
        std::int64_t gpuShare = 0; ///< of 1,000 jobs
    };

    void makePeople();
    void submitBatch();
    [[nodiscard]] std::int64_t submitTimeOf(std::int64_t index) const;
    const Person& anyPerson();
    void size(SiteJob& job, bool onGpu);
    void run(SiteJob& job);
    void endAs(SiteJob& job, std::int64_t fate);
    void place(SiteJob& job);

    SiteSettings m_settings;
    Dice m_dice;
    std::vector<Person> m_people;
    std::vector<std::uint64_t> m_weights; ///< running sums over m_people
    std::array<std::int64_t, 169> m_week{}; ///< running sums of the weights of a week's hours, from the hour of `begin`
    std::int64_t m_totalWeight = 0;
    std::int64_t m_given = 0;
    std::int64_t m_made = 0;
    std::int64_t m_nextId = 1000;
    std::deque<SiteJob> m_ready; ///< at most one array and its second runs
};

} // namespace hpcbill::bench
