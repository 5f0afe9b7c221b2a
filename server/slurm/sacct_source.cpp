// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/sacct_source.h"

#include "server/slurm/program.h"
#include "server/slurm/sacct_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

namespace hpcbill::slurm
{
namespace
{

constexpr std::chrono::minutes longestRun{30};

// Every field exists in 22.05 and since. JobName is last because it may hold anything.
constexpr const char* fields =
    "JobIDRaw,JobID,Cluster,Partition,QOS,Account,User,Submit,Eligible,Start,End,ElapsedRaw,"
    "Suspended,State,ExitCode,NNodes,NCPUS,AllocTRES,NodeList,JobName";

/// Drawn anew for every run: a job name that was chosen before cannot hold it, and so cannot forge a record.
std::string drawDelimiter()
{
    std::random_device random;
    return fmt::format("\x1f{:08x}{:08x}\x1f", random(), random());
}

// Between the columns of a row that is kept, which must look alike however often it is read.
constexpr char keptDelimiter = '\x1f';
// What a name has of that is replaced, so that it cannot forge a record in a row that is read again.
constexpr char substitute = '\x1a';

std::string withKeptDelimiter(std::string text, const std::string& delimiter)
{
    // What is too long is cut, within a delimiter perhaps.
    for (std::size_t length = delimiter.size() - 1; length > 0 && !text.ends_with(delimiter); --length) {
        if (text.ends_with(delimiter.substr(0, length)))
            text.erase(text.size() - length);
    }
    std::string kept;
    std::size_t from = 0;
    while (from < text.size()) {
        const std::size_t at = std::min(text.find(delimiter, from), text.size());
        const std::size_t begin = kept.size();
        kept.append(text, from, at - from);
        std::replace(kept.begin() + static_cast<std::ptrdiff_t>(begin), kept.end(), keptDelimiter, substitute);
        if (at < text.size())
            kept += keptDelimiter;
        from = at + delimiter.size();
    }
    return kept;
}

} // namespace

void SacctSource::read(const Window& window, const RecordSink& sink, const std::stop_token& stop)
{
    const std::string delimiter = drawDelimiter();
    std::vector<std::string> arguments = {
        "--allusers",
        "--parsable2",
        "--duplicates", // the earlier runs of requeued jobs
        "--allocations",
        "--delimiter=" + delimiter,
        std::string("--format=") + fields,
        fmt::format("--starttime=uts{}", window.from.time_since_epoch().count()),
        fmt::format("--endtime=uts{}", window.to.time_since_epoch().count())};
    if (!m_settings.cluster.empty())
        arguments.push_back("--clusters=" + m_settings.cluster);
    const RecordSink keeps{sink.onJob, [&](Reject&& reject) {
                               reject.raw = withKeptDelimiter(reject.raw, delimiter);
                               reject.header = withKeptDelimiter(reject.header, delimiter);
                               reject.delimiter = keptDelimiter;
                               sink.onReject(std::move(reject));
                           }};
    const RecordSink ours = m_cluster.in(keeps);
    run(arguments, delimiter, ours, stop);
    // A window shows only jobs that were eligible at some moment. Those that ended before they ever were are
    // found by state.
    std::vector<std::string> neverEligible = arguments;
    neverEligible.emplace_back("--state=CA,DL");
    run(neverEligible, delimiter, ours, stop);
}

void SacctSource::run(const std::vector<std::string>& arguments, const std::string& delimiter,
                      const RecordSink& sink, const std::stop_token& stop) const
try {
    // Epoch seconds: the wall clock that sacct prints otherwise names no zone, and an hour comes twice a
    // year.
    runProgram(
        {.path = m_settings.program.string(),
         .arguments = arguments,
         .environment = {{"SLURM_TIME_FORMAT", "%s"}},
         .longestRun = longestRun},
        [&](std::istream& output) {
            if (readSacctText(output, sink, Tail::leave, delimiter, {}, stop).unterminated)
                throw SourceFailure(FailureKind::truncated,
                                    "the output of sacct was cut in the middle of a line");
        },
        stop);
} catch (const UnreadableLog& unreadable) {
    throw SourceFailure(unreadable.what());
}

} // namespace hpcbill::slurm
