// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/usage.h"

#include <fmt/ostream.h>

#include <string>
#include <string_view>

namespace hpcbill::usage
{
namespace
{

std::string quoted(std::string_view text)
{
    std::string cell = "\"";
    // OWASP, "CSV Injection": what begins like this is evaluated by spreadsheets.
    if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) cell += '\'';
    for (const char letter : text) {
        if (letter == '"') cell += '"';
        cell += letter;
    }
    return cell += '"';
}

std::string moment(const std::optional<UtcTime>& time)
{
    return time ? toRfc3339(*time) : std::string();
}

} // namespace

void writeCsv(std::ostream& out, const std::function<void(const std::function<void(const Job&)>&)>& source)
{
    out << "cluster,job_id,display_id,submit_at,started_at,ended_at,user,account,partition,qos,state,name,nodes,cpus,gpus,"
           "memory_mib,elapsed_seconds,cpu_seconds,gpu_seconds,memory_mib_seconds,tier,cost,currency,receipt_id\r\n";
    source([&out](const Job& job) {
        fmt::print(out, "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", quoted(job.cluster), job.jobId,
                   quoted(job.displayId), toRfc3339(job.submitAt), moment(job.startedAt), moment(job.endedAt), quoted(job.user),
                   quoted(job.account), quoted(job.partition), quoted(job.qos), quoted(job.state), quoted(job.name), job.nodes,
                   job.cpus, job.gpus, job.memoryMib, job.elapsedSeconds, job.usage.cpuSeconds, job.usage.gpuSeconds,
                   job.usage.memoryMibSeconds, quoted(job.tier), toDecimal(job.cost), job.cost.currency().code(),
                   job.receiptId ? std::to_string(*job.receiptId) : std::string());
    });
}

} // namespace hpcbill::usage
