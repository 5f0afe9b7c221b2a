// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/jobs.h"

#include "common/invariant.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace hpcbill::support
{

using namespace std::chrono_literals;

UtcTime at(std::string_view rfc3339)
{
    const auto time = parseRfc3339(rfc3339);
    invariant(time.ok(), "the test gives a moment in RFC 3339");
    return *time;
}

usage::ClusterId addCluster(TestDatabase& database, const std::string& name)
{
    database.run(fmt::format("insert into clusters (name, created_at) values ('{}', now()) on conflict do nothing", name));
    return static_cast<usage::ClusterId>(std::stoi(database.value(fmt::format("select id from clusters where name = '{}'", name))));
}

slurm::JobRecord finishedJob(std::int64_t jobId)
{
    slurm::JobRecord job;
    job.jobId = jobId;
    job.displayId = std::to_string(jobId);
    job.submitAt = at("2026-11-02T08:00:00Z");
    job.eligibleAt = job.submitAt;
    job.startedAt = job.submitAt + 10s;
    job.endedAt = *job.startedAt + 1h;
    job.user = "alice";
    job.account = "physics";
    job.partition = "cpu";
    job.qos = "normal";
    job.state = "COMPLETED";
    job.name = "job";
    job.nodeList = "n1";
    job.nodes = 1;
    job.cpus = 2;
    job.memoryMib = 512;
    job.elapsedSeconds = 3600;
    job.hadNodes = true;
    return job;
}

slurm::JobRecord runningJob(std::int64_t jobId)
{
    auto job = finishedJob(jobId);
    job.state = "RUNNING";
    job.endedAt.reset();
    job.elapsedSeconds = 60;
    return job;
}

std::vector<slurm::JobRecord> manyJobs(int count, unsigned seed)
{
    constexpr std::array users{"alice", "bob", "carol", "dave", "somchai.k"};
    constexpr std::array accounts{"physics", "chem", "bio"};
    constexpr std::array partitions{"cpu", "gpu", "debug"};
    std::mt19937 random(seed);
    const auto below = [&random](std::uint32_t bound) { return static_cast<std::int64_t>(random() % bound); };
    std::vector<slurm::JobRecord> jobs;
    for (int id = 1; id <= count; ++id) {
        auto job = finishedJob(id);
        job.user = users[static_cast<std::size_t>(below(users.size()))];
        job.account = accounts[static_cast<std::size_t>(below(accounts.size()))];
        job.partition = partitions[static_cast<std::size_t>(below(partitions.size()))];
        job.submitAt = at("2026-08-15T00:00:00Z") + std::chrono::seconds(below(80 * 86400));
        job.startedAt = job.submitAt + std::chrono::seconds(below(7200));
        job.elapsedSeconds = below(100'000);
        job.endedAt = *job.startedAt + std::chrono::seconds(job.elapsedSeconds);
        job.cpus = 1 + below(128);
        job.gpus = below(4) == 0 ? 1 + below(8) : 0;
        job.memoryMib = 100 + below(500'000);
        if (below(10) == 0) {
            job.hadNodes = false;
            job.startedAt.reset();
            job.elapsedSeconds = 0;
            job.state = "CANCELLED";
        }
        jobs.push_back(std::move(job));
    }
    return jobs;
}

} // namespace hpcbill::support
