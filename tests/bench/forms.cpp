// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/forms.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace hpcbill::bench
{
namespace
{

std::string nodesOf(const SiteJob& job)
{
    if (job.start == 0) return "None assigned";
    return job.nodes > 1 ? fmt::format("n[{}-{}]", job.firstNode, job.firstNode + job.nodes - 1) : fmt::format("n{}", job.firstNode);
}

class SacctForm final : public Form
{
public:
    explicit SacctForm(FormSettings settings) : m_settings(std::move(settings)) {}

    void begin(std::string& text) override
    {
        text += "JobIDRaw|JobID|User|Account|Partition|QOS|Cluster|State|ExitCode|Submit|Eligible|Start|End|ElapsedRaw|Suspended|"
                "TimelimitRaw|NNodes|NCPUS|AllocTRES|ReqTRES|NodeList|JobName\n";
    }

    void add(const SiteJob& job, std::string& text) override
    {
        const std::string tres = fmt::format("billing={0},cpu={0}{1},mem={2}M,node={3}", job.cpus,
                                             job.gpus > 0 ? fmt::format(",gres/gpu:a100={0},gres/gpu={0}", job.gpus) : "",
                                             job.memoryMib, job.nodes);
        const std::string nodes = nodesOf(job);
        text += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}{}|{}:{}|{}|{}|{}|{}|{}|00:00:00|{}|{}|{}|{}|{}|{}|{}\n", job.jobId, job.displayId,
                            job.user, job.account, job.partition, job.qos, m_settings.cluster, job.state, job.cancelledBy, job.exitCode,
                            job.exitSignal, time(job.submit, ""), time(job.eligible, "Unknown"),
                            time(job.start, job.end == 0 ? "Unknown" : "None"), time(job.end, "Unknown"), job.elapsed, job.limitMinutes,
                            job.nodes, job.cpus, job.start == 0 ? "" : tres, tres, nodes, job.name);
        if (job.start == 0) return;
        for (std::int64_t step = 0; step < m_settings.steps; ++step) addStep(job, step, nodes, text);
    }

    void end(std::string& /*text*/) override {}

private:
    void addStep(const SiteJob& job, std::int64_t step, const std::string& nodes, std::string& text) const
    {
        const std::string id = step == 0 ? "batch" : (step == 1 ? "extern" : fmt::format("{}", step - 2));
        text += fmt::format("{}.{}|{}.{}||{}|||{}|{}|{}:{}|{}|{}|{}|{}|{}|00:00:00||{}|{}|cpu={},mem={}M,node={}||{}|{}\n", job.jobId, id,
                            job.displayId, id, job.account, m_settings.cluster, job.state, job.exitCode, job.exitSignal,
                            time(job.start, ""), time(job.start, ""), time(job.start, ""), time(job.end, "Unknown"), job.elapsed,
                            job.nodes, job.cpus, job.cpus, job.memoryMib, job.nodes, nodes, step < 2 ? id : job.name);
    }

    [[nodiscard]] std::string time(std::int64_t seconds, std::string_view absent) const
    {
        if (seconds == 0) return std::string(absent);
        if (m_settings.epoch) return fmt::format("{}", seconds);
        const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
        const auto day = std::chrono::floor<std::chrono::days>(moment);
        const std::chrono::year_month_day date(day);
        const std::chrono::hh_mm_ss clock(moment - day);
        return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                           static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    }

    FormSettings m_settings;
};

/// Texts and numbers only, put together by hand: what is written a million times over should not be a tree before.
class SlurmrestdForm final : public Form
{
public:
    explicit SlurmrestdForm(FormSettings settings) : m_cluster(quoted(settings.cluster)) {}

    void begin(std::string& text) override
    {
        text += R"({"meta":{"plugin":{"type":"openapi\/dbv0.0.38","name":"Slurm OpenAPI DB v0.0.38"},)"
                R"("Slurm":{"version":{"major":22,"micro":8,"minor":5},"release":"22.05.8"}},"errors":[],"jobs":[)";
    }

    void add(const SiteJob& job, std::string& text) override
    {
        if (std::exchange(m_hasJobs, true)) text += ',';
        const std::string requested = tresOf(job);
        const std::size_t by = job.cancelledBy.rfind(' ');
        text += fmt::format(
            R"({{"job_id":{},"name":{},"user":{},"account":{},"cluster":{},"partition":{},"qos":{},"nodes":"{}","allocation_nodes":{},)"
            R"({},"het":{{"job_id":0,"job_offset":null}},)"
            R"("time":{{"submission":{},"eligible":{},"start":{},"end":{},"elapsed":{},"suspended":0,"limit":{}}},)"
            R"("state":{{"current":"{}","reason":"None"}},{},"kill_request_user":{},"tres":{{"allocated":[{}],"requested":[{}]}},)"
            R"("steps":[]}})",
            job.jobId, quoted(job.name), quoted(job.user), quoted(job.account), m_cluster, quoted(job.partition), quoted(job.qos),
            nodesOf(job), job.start == 0 ? 0 : job.nodes, arrayOf(job), job.submit, job.eligible, startOf(job), job.end, job.elapsed,
            job.limitMinutes, job.state, exitOf(job),
            job.cancelledBy.empty() ? "null" : quoted(job.cancelledBy.substr(by + 1)), job.start == 0 ? "" : requested, requested);
    }

    void end(std::string& text) override { text += "]}\n"; }

private:
    static std::string quoted(std::string_view text) { return nlohmann::json(text).dump(); }

    static std::string startOf(const SiteJob& job)
    {
        return job.start == 0 && job.end != 0 ? "null" : fmt::format("{}", job.start); // null when it never will
    }

    static std::string arrayOf(const SiteJob& job)
    {
        constexpr auto form = R"("array":{{"job_id":{},"limits":{{"max":{{"running":{{"tasks":0}}}}}},"task":null,"task_id":{}}})";
        const std::size_t line = job.displayId.find('_');
        return line == std::string::npos
                   ? fmt::format(form, 0, "null")
                   : fmt::format(form, job.displayId.substr(0, line), job.displayId.substr(line + 1));
    }

    static std::string exitOf(const SiteJob& job)
    {
        if (job.exitSignal != 0)
            return fmt::format(R"("exit_code":{{"status":"SIGNALED","return_code":null,"signal":{{"signal_id":{},"name":null}}}})",
                               job.exitSignal);
        return fmt::format(R"("exit_code":{{"status":"{}","return_code":{}}})", job.exitCode == 0 ? "SUCCESS" : "ERROR", job.exitCode);
    }

    static std::string tresOf(const SiteJob& job)
    {
        constexpr auto form = R"({{"type":"{}","name":{},"id":{},"count":{}}})";
        std::string list = fmt::format(form, "cpu", "null", 1, job.cpus) + ',' + fmt::format(form, "mem", "null", 2, job.memoryMib) +
                           ',' + fmt::format(form, "node", "null", 4, job.nodes) + ',' + fmt::format(form, "billing", "null", 5, job.cpus);
        if (job.gpus > 0)
            list += ',' + fmt::format(form, "gres", R"("gpu")", 1001, job.gpus) + ',' +
                    fmt::format(form, "gres", R"("gpu:a100")", 1002, job.gpus);
        return list;
    }

    std::string m_cluster;
    bool m_hasJobs = false;
};

} // namespace

Form::~Form() = default;

std::unique_ptr<Form> makeForm(std::string_view name, FormSettings settings)
{
    if (name == "sacct") return std::make_unique<SacctForm>(std::move(settings));
    if (name == "slurmrestd") return std::make_unique<SlurmrestdForm>(std::move(settings));
    return nullptr;
}

std::string written(const SiteSettings& settings, Form& form)
{
    Site site(settings);
    SiteJob job;
    std::string text;
    form.begin(text);
    while (site.next(job)) form.add(job, text);
    form.end(text);
    return text;
}

} // namespace hpcbill::bench
