// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/site.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::bench
{
namespace
{

constexpr std::int64_t hour = 3600;
constexpr std::int64_t longestWait = 12 * hour;

/// Seconds of run time by thousandths of all jobs: half of all jobs take less than six minutes, one in a hundred more than two days.
constexpr std::array<std::array<std::int64_t, 2>, 9> durations{{{0, 0}, {60, 4}, {250, 45}, {500, 350}, {700, 1800},
                                                                {850, 9000}, {950, 43200}, {990, 172800}, {1000, 604800}}};

constexpr std::array<std::string_view, 16> firstNames{"alice", "bob",  "carol", "dave",   "erin",  "farid", "grace", "hana",
                                                      "ivan",  "judy", "kanya", "leonor", "mali",  "niran", "olga",  "pim"};
constexpr std::array<std::string_view, 12> subjects{"physics", "chem", "bio",     "astro",   "geo",    "materials",
                                                    "medicine", "ai",   "climate", "genomics", "civil", "stats"};
constexpr std::array<std::string_view, 10> programs{"relax", "md", "train", "align", "blast", "cfd", "postproc", "mc", "assemble", "bash"};
constexpr std::array<std::string_view, 4> oddNames{"งานทดลอง", "a|b|c", "run (copy) 100%", "=1+1"};

} // namespace

std::uint64_t Dice::next()
{
    m_state += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = m_state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

std::int64_t Dice::between(std::int64_t low, std::int64_t high)
{
    const auto width = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(next() % width);
}

Site::Site(const SiteSettings& settings) : m_settings(settings), m_dice(settings.seed)
{
    makePeople();
    const std::int64_t firstHour = settings.begin / hour;
    for (std::size_t at = 0; at < 168; ++at) {
        const std::int64_t now = firstHour + static_cast<std::int64_t>(at);
        const std::int64_t ofDay = now % 24;
        const std::int64_t weekday = (now / 24 + 3) % 7; // 1 January 1970 was a Thursday; 0 is Monday
        const std::int64_t byHour = ofDay >= 2 && ofDay < 11 ? 8 : (ofDay < 15 ? 4 : 2); // working hours in Bangkok
        m_week[at + 1] = m_week[at] + byHour * (weekday < 5 ? 3 : 1);
    }
    const std::int64_t hours = std::max<std::int64_t>(1, (settings.end - settings.begin) / hour);
    m_totalWeight = hours / 168 * m_week[168] + m_week[static_cast<std::size_t>(hours % 168)];
}

void Site::makePeople()
{
    std::int64_t count = 8;
    while (count < 2000 && count * count < m_settings.jobs) ++count;
    const std::int64_t accounts = std::max<std::int64_t>(3, count / 5);
    const auto accountName = [](std::int64_t number) {
        const auto at = static_cast<std::size_t>(number);
        return at < subjects.size() ? std::string(subjects[at]) : fmt::format("{}.{}", subjects[at % subjects.size()], at / subjects.size());
    };
    std::uint64_t sum = 0;
    for (std::int64_t rank = 0; rank < count; ++rank) {
        const auto at = static_cast<std::size_t>(rank);
        Person person;
        person.name = at < firstNames.size() ? std::string(firstNames[at])
                                             : fmt::format("{}{}", firstNames[at % firstNames.size()], at / firstNames.size());
        // The square makes few accounts large and many small.
        const std::int64_t draw = m_dice.between(0, accounts * accounts - 1);
        std::int64_t account = 0;
        while ((account + 1) * (account + 1) <= draw) ++account;
        person.account = accountName(accounts - 1 - account);
        person.otherAccount = m_dice.chance(200) ? accountName(m_dice.between(0, accounts - 1)) : person.account;
        person.gpuShare = m_dice.chance(300) ? m_dice.between(200, 800) : m_dice.between(0, 40);
        m_people.push_back(std::move(person));
        sum += 1'000'000U / (at + 1);
        m_weights.push_back(sum);
    }
}

const Site::Person& Site::anyPerson()
{
    const std::uint64_t draw = m_dice.next() % m_weights.back();
    const auto found = std::upper_bound(m_weights.begin(), m_weights.end(), draw);
    return m_people[static_cast<std::size_t>(found - m_weights.begin())];
}

std::int64_t Site::submitTimeOf(std::int64_t index) const
{
    const std::int64_t position = m_totalWeight * hour * index / m_settings.jobs; // fits for 10 years of 10^9 jobs
    const std::int64_t weekWeight = m_week[168] * hour;
    const std::int64_t inWeek = position % weekWeight;
    const auto found = std::upper_bound(m_week.begin() + 1, m_week.end(), inWeek / hour) - 1;
    const std::int64_t inHour = (inWeek - *found * hour) / (*(found + 1) - *found);
    const std::int64_t time = m_settings.begin + position / weekWeight * 168 * hour + (found - m_week.begin()) * hour + inHour;
    return std::min(time, m_settings.end - 1);
}

void Site::size(SiteJob& job, bool onGpu)
{
    constexpr std::array<std::int64_t, 8> sizes{1, 1, 2, 4, 8, 16, 32, 64};
    const bool parallel = m_dice.chance(60);
    job.partition = onGpu ? "gpu" : (m_dice.chance(60) ? "debug" : (m_dice.chance(80) ? "long" : "cpu"));
    job.qos = m_dice.chance(50) ? "high" : (m_dice.chance(80) ? "low" : "normal");
    job.nodes = parallel ? m_dice.between(2, 16) : 1;
    job.cpus = (parallel ? m_dice.between(1, 4) * 16 : sizes[static_cast<std::size_t>(m_dice.between(0, 7))]) * job.nodes;
    job.gpus = onGpu ? m_dice.between(1, 4) * (parallel ? job.nodes : 1) : 0;
    constexpr std::array<std::int64_t, 5> perCpu{500, 1000, 2000, 4000, 8000};
    job.memoryMib = perCpu[static_cast<std::size_t>(m_dice.between(0, 4))] * job.cpus;
    job.limitMinutes = m_dice.between(1, 8) * (onGpu ? 180 : 60);
}

void Site::run(SiteJob& job)
{
    const std::int64_t thousandth = m_dice.between(0, 999);
    const auto upper = std::find_if(durations.begin(), durations.end(), [&](const auto& row) { return row[0] > thousandth; });
    const auto lower = upper - 1;
    job.elapsed = m_dice.between((*lower)[1], (*upper)[1]);
    job.limitMinutes = std::max(job.limitMinutes, m_dice.chance(30) ? job.elapsed / 60 : job.elapsed / 30 + 1);
    job.start = job.eligible + (m_dice.chance(600) ? m_dice.between(0, 20) : m_dice.between(20, longestWait));
    job.firstNode = m_dice.between(1, 200);
    if (job.elapsed > job.limitMinutes * 60) job.elapsed = job.limitMinutes * 60 + m_dice.between(0, 30);
    endAs(job, m_dice.between(0, 999));
    job.end = job.start + job.elapsed;
    place(job);
}

void Site::endAs(SiteJob& job, std::int64_t fate)
{
    if (job.elapsed >= job.limitMinutes * 60) {
        job.state = "TIMEOUT";
    } else if (fate < 800) {
        job.state = "COMPLETED";
    } else if (fate < 900) {
        job.state = "FAILED";
        job.exitCode = m_dice.chance(800) ? 1 : static_cast<int>(m_dice.between(2, 127));
        if (m_dice.chance(400)) job.elapsed = std::min<std::int64_t>(job.elapsed, m_dice.between(0, 10));
    } else if (fate < 945) {
        job.state = "CANCELLED";
        job.cancelledBy = " by 1001";
    } else if (fate < 970) { // before it had a node
        job.state = "CANCELLED";
        job.cancelledBy = " by 1001";
        job.end = job.start;
        job.start = job.elapsed = 0;
    } else if (fate < 985) {
        job.state = "OUT_OF_MEMORY";
        job.exitSignal = 125;
    } else if (fate < 992) {
        job.state = "PREEMPTED";
    } else {
        job.state = "NODE_FAIL";
    }
}

/// What lies after the moment of the report has not happened yet.
void Site::place(SiteJob& job)
{
    if (job.start == 0) job.end = std::min(job.eligible + m_dice.between(1, hour), m_settings.end);
    if (job.start != 0 && job.start >= m_settings.end) {
        job.state = "PENDING";
        job.start = job.end = job.elapsed = 0;
    } else if (job.end > m_settings.end) {
        job.state = "RUNNING";
        job.elapsed = m_settings.end - job.start;
        job.end = 0;
    } else {
        return;
    }
    job.cancelledBy = {};
    job.exitCode = job.exitSignal = 0;
}

void Site::submitBatch()
{
    const Person& person = anyPerson();
    SiteJob job;
    job.submit = job.eligible = submitTimeOf(m_made);
    job.user = person.name;
    job.account = m_dice.chance(800) ? person.account : person.otherAccount;
    size(job, m_dice.chance(person.gpuShare));
    job.name = m_dice.chance(3) ? std::string(oddNames[static_cast<std::size_t>(m_dice.between(0, 3))])
                                : fmt::format("{}-{}", programs[static_cast<std::size_t>(m_dice.between(0, 9))], m_dice.between(1, 40));
    const std::int64_t tasks = m_dice.chance(25) ? std::min(m_dice.between(2, 120), m_settings.jobs - m_made) : 1;
    const std::int64_t arrayId = m_nextId + tasks - 1; // the task started last keeps the array's own id
    const bool requeued = tasks == 1 && m_made + 2 <= m_settings.jobs && m_dice.chance(8);
    for (std::int64_t task = 0; task < tasks; ++task) {
        SiteJob one = job;
        one.jobId = m_nextId++;
        one.displayId = tasks > 1 ? fmt::format("{}_{}", arrayId, task) : fmt::format("{}", one.jobId);
        run(one);
        m_ready.push_back(std::move(one));
    }
    m_made += tasks;
    if (!requeued || m_ready.back().end == 0 || m_ready.back().start == 0) return;
    SiteJob& first = m_ready.back();
    first.state = "REQUEUED";
    first.cancelledBy = {};
    first.exitCode = first.exitSignal = 0;
    SiteJob second = first;
    second.submit = first.end;
    second.eligible = first.end + 120; // Slurm lets a requeued job wait two minutes
    run(second);
    m_ready.push_back(std::move(second));
    ++m_made;
}

bool Site::next(SiteJob& job)
{
    if (m_given == m_settings.jobs) return false;
    if (m_ready.empty()) submitBatch();
    job = std::move(m_ready.front());
    m_ready.pop_front();
    ++m_given;
    return true;
}

} // namespace hpcbill::bench
