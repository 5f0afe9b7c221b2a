// SPDX-License-Identifier: GPL-3.0-or-later
// bench-price [JOBS]: how many jobs one core prices in a second, under the shipped rules and under a list in which every
// kind of rule applies to some, against the ten million that are to be reached.
#include "common/pricing/pricing.h"
#include "tests/bench/measure.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::pricing;

namespace
{

constexpr double goal = 10'000'000;

struct SampleJob {
    Usage usage;
    JobFacts facts;
};

/// As a site's jobs are: most complete, few die with their node, some have GPUs.
std::vector<SampleJob> makeJobs()
{
    constexpr std::array<std::string_view, 8> states{"COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED",
                                                     "FAILED",    "TIMEOUT",   "CANCELLED", "NODE_FAIL"};
    constexpr std::array<std::string_view, 3> partitions{"compute", "gpu", "debug"};
    std::mt19937_64 dice(5);
    std::vector<SampleJob> jobs(100'000); // too many for the nearest caches
    for (SampleJob& job : jobs) {
        const auto elapsed = static_cast<std::int64_t>(dice() % 200'000);
        const bool onGpu = dice() % 8 == 0;
        job.usage = {elapsed * static_cast<std::int64_t>(1 + dice() % 128), onGpu ? elapsed * 2 : 0, elapsed * 4096};
        job.facts.state = states[dice() % states.size()];
        job.facts.partition = partitions[dice() % partitions.size()];
        job.facts.qos = "normal";
        job.facts.account = "physics";
        job.facts.user = "alice";
        job.facts.gpuTypes = onGpu ? "a100" : "";
        job.facts.elapsedSeconds = elapsed;
        job.facts.nodes = 1;
    }
    return jobs;
}

Rules everyKind()
{
    std::vector<Rule> rules = shippedRules();
    Rule half;
    half.name = "debug is half price";
    half.when.partition = {"debug*"};
    half.action = Action::multiply;
    half.factorMicro = 500'000;
    half.goesOn = true;
    Rule cap;
    cap.name = "cap";
    cap.when.gpuType = {"a100"};
    cap.action = Action::cap;
    cap.amountMinor = 100'000;
    rules.push_back(half);
    rules.push_back(cap);
    return Rules(std::move(rules));
}

void measure(std::string_view name, const std::vector<SampleJob>& jobs, const Rules& rules, std::int64_t count)
{
    const Rates rates{Rate::fromMicro(1'234'567), Rate::fromMicro(80'000'001), Rate::fromMicro(123'456)};
    const Currency currency = Currency::thb();
    std::int64_t sum = 0; // used, so that nothing is left out
    const auto start = std::chrono::steady_clock::now();
    for (std::int64_t done = 0; done < count; ++done) {
        const SampleJob& job = jobs[static_cast<std::size_t>(done) % jobs.size()];
        sum += price(job.usage, job.facts, rates, rules, currency).total.minorUnits();
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (sum == 0)
        std::abort();
    const double perSecond = static_cast<double>(count) / took.count();
    bench::print(name, perSecond, "jobs/s", "10M", perSecond / goal);
}

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t count = argc > 1 ? std::stoll(argv[1]) : 20'000'000;
    const std::vector<SampleJob> jobs = makeJobs();
    measure("price", jobs, Rules(shippedRules()), count);
    measure("price-rules", jobs, everyKind(), count);
}
