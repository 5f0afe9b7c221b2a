// SPDX-License-Identifier: GPL-3.0-or-later
// import, ingest
#include "common/error.h"
#include "server/app/features.h"
#include "server/cli/interruption.h"
#include "server/cli/invocation.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>

namespace hpcbill::cli
{
namespace
{

std::string toText(const slurm::Progress& progress, std::uint64_t totalBytes)
{
    const std::string share = totalBytes > 0 ? fmt::format("{:3} %  ", progress.bytes * 100 / totalBytes) : std::string();
    return fmt::format("{}{} jobs, {} rejects", share, progress.jobs, progress.rejects);
}

nlohmann::ordered_json toJson(const slurm::Run& run)
{
    auto notes = nlohmann::ordered_json::array();
    for (const slurm::RunNote& note : run.notes)
        notes.push_back({{"source", note.source}, {"text", note.text}});
    return {{"id", run.id},
            {"cluster", run.cluster},
            {"source", run.source ? nlohmann::ordered_json(slurm::codeOf(*run.source))
                                  : nlohmann::ordered_json(nullptr)},
            {"status", run.status},
            {"jobs_read", run.jobsRead},
            {"added", run.added},
            {"changed", run.changed},
            {"unchanged", run.unchanged},
            {"rejected", run.rejected},
            {"notes", notes}};
}

std::string toSentences(const slurm::Run& run)
{
    std::string text =
        fmt::format("{}: {} through {}: {} jobs read, {} new, {} changed, {} as before, {} rejected.",
                    run.cluster, run.status, run.source ? slurm::codeOf(*run.source) : "no source",
                    run.jobsRead, run.added, run.changed, run.unchanged, run.rejected);
    for (const slurm::RunNote& note : run.notes)
        text += fmt::format("\n  {}: {}", note.source, note.text);
    return text;
}

/// The first rows of the run that were put aside, for the reader's eye; all of them are in ingest_rejects.
std::vector<slurm::RunNote> firstRejects(app::Features& features, const slurm::Run& run)
{
    constexpr std::int64_t shown = 5;
    std::vector<slurm::RunNote> notes;
    if (run.rejected == 0)
        return notes;
    postgres::Transaction tx(features.database.pool(), postgres::Mode::readOnly);
    for (const slurm::KeptReject& reject :
         features.ingestion.rejects(tx, {.cluster = run.cluster, .reason = {}, .resolved = {}}, shown, std::nullopt)) {
        if (reject.runId == run.id)
            notes.push_back({fmt::format("line {}", reject.place), reject.detail});
    }
    if (run.rejected > shown)
        notes.push_back({"and", fmt::format("{} more, in GET /api/v1/ingest-rejects", run.rejected - shown)});
    return notes;
}

/// The record of who asked for a run, in the transaction that begins it.
slurm::AtBeginning onRecord(app::Features& features, std::string action, std::string cluster,
                            nlohmann::json details)
{
    return [&features, action = std::move(action), cluster = std::move(cluster),
            details = std::move(details)](postgres::Transaction& tx, std::int64_t) {
        features.audit.append(tx, {.by = operatorAtTheShell(),
                                   .action = action,
                                   .targetType = "cluster",
                                   .targetId = cluster,
                                   .details = details});
    };
}

} // namespace

int importFile(Invocation& call)
{
    slurm::ImportOrder order{.cluster = call.requiredOption("--cluster"),
                             .timeZone = call.option("--time-zone"),
                             .atBeginning = {}};
    const std::string path = call.positional("FILE");
    call.finish();
    order.file = path == "-" ? "standard input" : path;

    std::ifstream file;
    std::uint64_t size = 0;
    if (path != "-") {
        if (!std::filesystem::is_regular_file(path))
            throw std::runtime_error(fmt::format("{} is not a file", path));
        file.open(path, std::ios::binary);
        if (!file)
            throw std::runtime_error(fmt::format("{} cannot be read", path));
        size = std::filesystem::file_size(path);
    }
    const Interruption interruption;
    app::Features features(call.config());
    order.atBeginning = onRecord(features, "ingest.imported", order.cluster, {{"file", path}});
    slurm::Run run;
    {
        ProgressLine line;
        run = features.ingestion.importText(
            path == "-" ? std::cin : file, order,
            [&](const slurm::Progress& progress) { line.show([&] { return toText(progress, size); }); },
            interruption.token());
    }
    const auto rejects = firstRejects(features, run);
    run.notes.insert(run.notes.end(), rejects.begin(), rejects.end());
    call.answer(toJson(run), toSentences(run));
    if (interruption.requested()) {
        fmt::print(stderr, "hpcbill: interrupted; run the same import again to finish it\n");
        return failed;
    }
    if (run.status != "succeeded")
        return failed;
    return run.jobsRead == 0 && run.rejected > 0 ? bad : good;
}

int ingest(Invocation& call)
{
    if (!call.flag("--once"))
        throw UsageError("--once is missing: hpcbilld is what polls again and again");
    const auto cluster = call.option("--cluster");
    slurm::PollOptions options;
    if (const auto code = call.option("--source")) {
        options.only = slurm::parseSourceKind(*code);
        if (!options.only)
            throw UsageError(fmt::format("{} is not a source: slurmrestd, sacct or csv", *code));
    }
    if (const auto text = call.option("--from")) {
        const auto from = parseTimeOrDate(*text);
        if (!from)
            throw UsageError(fmt::format("--from {}: {}", *text, from.error()));
        options.from = *from;
    }
    call.finish();

    const Interruption interruption;
    app::Features features(call.config());
    const auto configured = features.ingestion.configured();
    const std::vector<std::string> clusters = cluster ? std::vector{*cluster} : configured;
    if (clusters.empty()) {
        throw std::runtime_error(
            "no cluster has a source: set SLURMRESTD_URL, SACCT_ENABLED or FALLBACK_CSV");
    }
    bool allServed = true;
    auto runs = nlohmann::ordered_json::array();
    std::string sentences;
    for (const std::string& name : clusters) {
        options.atBeginning = onRecord(features, "ingest.requested", name, nlohmann::json::object());
        try {
            const slurm::Run run = features.ingestion.poll(name, options, interruption.token());
            allServed = allServed && run.status == "succeeded";
            runs.push_back(toJson(run));
            sentences += (sentences.empty() ? "" : "\n") + toSentences(run);
        } catch (const Conflict& busy) {
            if (busy.code() != "ingest_busy" && busy.code() != "ingest_not_due")
                throw;
            // Another replica is at this one; the others are read all the same.
            allServed = false;
            fmt::print(stderr, "hpcbill: {}\n", busy.what());
        }
        if (interruption.requested())
            break;
    }
    call.answer({{"runs", runs}}, sentences);
    return allServed && !interruption.requested() ? good : failed;
}

} // namespace hpcbill::cli
