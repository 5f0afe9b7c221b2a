// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/json.h"

#include "common/api/json.h"
#include "common/utf8.h"
#include "server/http/etag.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::slurm
{
namespace
{

using nlohmann::ordered_json;

std::string shown(std::string_view bytes)
{
    std::string text;
    while (!bytes.empty()) {
        const std::size_t length = utf8SequenceLength(bytes);
        if (length == 0)
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes.front()));
        else
            text += bytes.substr(0, length);
        bytes.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}

} // namespace

std::string etagOf(const std::string& timeZone)
{
    return http::etagOfContent(timeZone);
}

ordered_json toJson(const Replay& replay)
{
    return {{"read", replay.read},
            {"resolved", replay.resolved},
            {"added", replay.added},
            {"changed", replay.changed},
            {"unchanged", replay.unchanged},
            {"next", replay.next ? ordered_json(*replay.next) : ordered_json(nullptr)}};
}

ordered_json toJson(const Run& run)
{
    auto notes = ordered_json::array();
    for (const RunNote& note : run.notes)
        notes.push_back({{"source", note.source}, {"text", note.text}});
    ordered_json source = nullptr;
    if (run.source)
        source = codeOf(*run.source);
    return {{"id", run.id},
            {"cluster", run.cluster},
            {"kind", run.kind},
            {"source", source},
            {"status", run.status},
            {"started_at", toRfc3339(run.startedAt)},
            {"finished_at", api::toJson(run.finishedAt)},
            {"from", api::toJson(run.windowFrom)},
            {"to", api::toJson(run.windowTo)},
            {"jobs_read", run.jobsRead},
            {"added", run.added},
            {"changed", run.changed},
            {"unchanged", run.unchanged},
            {"rejected", run.rejected},
            {"notes", notes}};
}

ordered_json toJson(const Cluster& cluster)
{
    return {{"name", cluster.name},
            {"time_zone", cluster.timeZone},
            {"created_at", toRfc3339(cluster.createdAt)},
            {"read_until", api::toJson(cluster.readUntil)},
            {"last_run", cluster.lastRun ? toJson(*cluster.lastRun) : ordered_json(nullptr)},
            {"etag", etagOf(cluster.timeZone)}};
}

ordered_json toJson(const KeptReject& reject)
{
    return {{"id", reject.id},
            {"cluster", reject.cluster},
            {"run_id", reject.runId},
            {"source", reject.source},
            {"reason", reject.reason},
            {"detail", reject.detail},
            {"place", reject.place},
            {"raw", shown(reject.raw)},
            {"first_seen_at", toRfc3339(reject.firstSeenAt)},
            {"last_seen_at", toRfc3339(reject.lastSeenAt)},
            {"resolved_at", api::toJson(reject.resolvedAt)}};
}

} // namespace hpcbill::slurm
