// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/usage.h"

#include "server/http/csv.h"

#include <fmt/ostream.h>

#include <string>

namespace hpcbill::usage
{
namespace
{

using http::csvCell;

std::string moment(const std::optional<UtcTime>& time)
{
    return time ? toRfc3339(*time) : std::string();
}

} // namespace

void writeCsv(std::ostream& out, const std::function<void(const std::function<void(const Job&)>&)>& source)
{
    out << "cluster,job_id,display_id,submit_at,started_at,ended_at,user,account,partition,qos,state,name,"
           "nodes,cpus,gpus,"
           "memory_mib,elapsed_seconds,cpu_seconds,gpu_seconds,memory_mib_seconds,tier,cost,currency,receipt_"
           "id\r\n";
    source([&out](const Job& job) {
        fmt::print(out, "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
                   csvCell(job.cluster), job.jobId, csvCell(job.displayId), toRfc3339(job.submitAt),
                   moment(job.startedAt), moment(job.endedAt), csvCell(job.user), csvCell(job.account),
                   csvCell(job.partition), csvCell(job.qos), csvCell(job.state), csvCell(job.name), job.nodes,
                   job.cpus, job.gpus, job.memoryMib, job.elapsedSeconds, job.usage.cpuSeconds,
                   job.usage.gpuSeconds, job.usage.memoryMibSeconds, csvCell(job.tier), toDecimal(job.cost),
                   job.cost.currency().code(),
                   job.receiptId ? std::to_string(*job.receiptId) : std::string());
    });
}

} // namespace hpcbill::usage
