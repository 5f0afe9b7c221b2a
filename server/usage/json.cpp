// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/json.h"

#include "common/api/json.h"
#include "server/rates/rates.h"

namespace hpcbill::usage
{
namespace
{

std::int64_t countOf(const Job& job, pricing::Resource resource)
{
    switch (resource) {
    case pricing::Resource::cpu:
        return job.cpus;
    case pricing::Resource::gpu:
        return job.gpus;
    case pricing::Resource::mem:
        return job.memoryMib;
    }
    return 0;
}

std::int64_t secondsOf(const Job& job, pricing::Resource resource)
{
    switch (resource) {
    case pricing::Resource::cpu:
        return job.usage.cpuSeconds;
    case pricing::Resource::gpu:
        return job.usage.gpuSeconds;
    case pricing::Resource::mem:
        return job.usage.memoryMibSeconds;
    }
    return 0;
}

std::string_view unitOf(pricing::Resource resource)
{
    switch (resource) {
    case pricing::Resource::cpu:
        return "core";
    case pricing::Resource::gpu:
        return "gpu";
    case pricing::Resource::mem:
        return "MiB";
    }
    return {};
}

nlohmann::ordered_json moneyOf(const SimulatedSum& sum)
{
    return {{"jobs", sum.jobs},
            {"current", api::toJson(sum.current)},
            {"proposed", api::toJson(sum.proposed)},
            {"difference", api::toJson(sum.proposed - sum.current)}};
}

nlohmann::ordered_json listOf(const char* key, const std::vector<SimulatedSum>& sums)
{
    auto list = nlohmann::ordered_json::array();
    for (const SimulatedSum& sum : sums) {
        nlohmann::ordered_json item{{key, sum.name}};
        item.update(moneyOf(sum));
        list.push_back(std::move(item));
    }
    return list;
}

} // namespace

nlohmann::ordered_json toJson(const Simulation& simulation)
{
    nlohmann::ordered_json json = moneyOf(simulation.total);
    json["tiers"] = listOf("tier", simulation.tiers);
    json["accounts"] = listOf("account", simulation.accounts);
    json["other_accounts"] = simulation.otherAccounts;
    json["users"] = listOf("user", simulation.users);
    json["other_users"] = simulation.otherUsers;
    return json;
}

nlohmann::ordered_json toJson(const Job& job)
{
    return {{"cluster", job.cluster},
            {"job_id", job.jobId},
            {"display_id", job.displayId},
            {"submit_at", toRfc3339(job.submitAt)},
            {"started_at", api::toJson(job.startedAt)},
            {"ended_at", api::toJson(job.endedAt)},
            {"user", job.user},
            {"account", job.account},
            {"partition", job.partition},
            {"qos", job.qos},
            {"state", job.state},
            {"exit_code", job.exitCode < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(job.exitCode)},
            {"name", job.name},
            {"nodes", job.nodes},
            {"cpus", job.cpus},
            {"gpus", job.gpus},
            {"gpu_types", job.gpuTypes},
            {"memory_mib", job.memoryMib},
            {"elapsed_seconds", job.elapsedSeconds},
            {"cpu_seconds", job.usage.cpuSeconds},
            {"gpu_seconds", job.usage.gpuSeconds},
            {"memory_mib_seconds", job.usage.memoryMibSeconds},
            {"tier", job.tier},
            {"cost", api::toJson(job.cost)},
            {"receipt_id", api::orNull(job.receiptId)}};
}

nlohmann::ordered_json explainJson(const Job& job, const Explanation& explanation)
{
    auto lines = nlohmann::ordered_json::array();
    for (const pricing::ChargeLine& line : explanation.charge.lines) {
        // What was billed keeps its seconds alone: how they came about is not known any more once the job has changed.
        const bool isAmended = job.receiptId && line.seconds != secondsOf(job, line.resource);
        lines.push_back({{"resource", pricing::codeOf(line.resource)},
                         {"count", isAmended ? nlohmann::ordered_json() : nlohmann::ordered_json(countOf(job, line.resource))},
                         {"unit", unitOf(line.resource)},
                         {"elapsed_seconds", isAmended ? nlohmann::ordered_json() : nlohmann::ordered_json(job.elapsedSeconds)},
                         {"seconds", line.seconds},
                         {"rate", toDecimal(line.rate)},
                         {"amount", pricing::toDecimal(line.exact, 6)},
                         {"exact", pricing::toFraction(line.exact)}});
    }
    auto rules = nlohmann::ordered_json::array();
    for (const pricing::RuleLine& rule : explanation.charge.rules) {
        rules.push_back({{"place", rule.place},
                         {"name", rule.name},
                         {"action", codeOf(rule.action)},
                         {"applies", rule.applies},
                         {"obstacle", rule.obstacle.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(rule.obstacle)},
                         {"after", pricing::toDecimal(rule.after, 6)}});
    }
    return {{"currency", explanation.charge.total.currency().code()},
            {"tier", job.tier},
            {"tier_reason", explanation.tierReason},
            {"tier_rule", api::orNull(explanation.tierRule)},
            {"tier_pattern", api::orNull(explanation.tierPattern)},
            {"rate_source", explanation.rateSource},
            {"rate_effective_from", api::toJson(explanation.effectiveFrom)},
            {"rate_author", api::orNull(explanation.rateAuthor)},
            {"basis", "allocated"},
            {"charged", job.booked || job.receiptId},
            {"lines", std::move(lines)},
            {"sum", pricing::toDecimal(explanation.charge.sum, 6)},
            {"sum_exact", pricing::toFraction(explanation.charge.sum)},
            {"rules", std::move(rules)},
            {"after_rules", pricing::toDecimal(explanation.charge.exact, 6)},
            {"after_rules_exact", pricing::toFraction(explanation.charge.exact)},
            {"rounding", "half to even, once per job"},
            {"rounded", api::toJson(explanation.charge.total)}};
}

nlohmann::ordered_json toJson(const UsageRow& row)
{
    nlohmann::ordered_json json;
    if (row.day)
        json["day"] = *row.day;
    if (row.month)
        json["month"] = *row.month;
    if (row.cluster)
        json["cluster"] = *row.cluster;
    if (row.user)
        json["user"] = *row.user;
    if (row.account)
        json["account"] = *row.account;
    if (row.partition)
        json["partition"] = *row.partition;
    if (row.tier)
        json["tier"] = *row.tier;
    json["jobs"] = row.jobs;
    json["cpu_hours"] = pricing::hoursFromSeconds(row.usage.cpuSeconds);
    json["gpu_hours"] = pricing::hoursFromSeconds(row.usage.gpuSeconds);
    json["mem_gib_hours"] = pricing::gibHoursFromMibSeconds(row.usage.memoryMibSeconds);
    json["cpu_seconds"] = row.usage.cpuSeconds;
    json["gpu_seconds"] = row.usage.gpuSeconds;
    json["memory_mib_seconds"] = row.usage.memoryMibSeconds;
    json["cost"] = api::toJson(row.cost);
    return json;
}

} // namespace hpcbill::usage
