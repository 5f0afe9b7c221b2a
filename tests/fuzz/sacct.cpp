// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/sacct.h"

#include "common/invariant.h"
#include "common/slurm/state.h"
#include "tests/fuzz/targets.h"

#include <algorithm>
#include <string>
#include <vector>

namespace hpcbill::fuzz
{
namespace
{

using namespace slurm;

/// Everything that a reading told.
struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
    std::string refusal; ///< UnreadableLog's code
};

/// `step` bytes at a time; 0 is all at once.
Reading read(std::string_view text, std::size_t step = 0, Tail tail = Tail::read)
{
    Reading reading;
    SacctReader reader([&reading](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                       [&reading](Reject&& reject) { reading.rejects.push_back(std::move(reject)); });
    try {
        for (std::size_t at = 0; at < text.size(); at += step == 0 ? text.size() : step)
            reader.feed(text.substr(at, step == 0 ? text.npos : step));
        reading.summary = reader.finish(tail);
    } catch (const UnreadableLog& unreadable) {
        reading.refusal = unreadable.code();
    }
    return reading;
}

bool isSame(const Reject& left, const Reject& right)
{
    return left.reason == right.reason && left.detail == right.detail && left.raw == right.raw &&
           left.place == right.place;
}

/// Apart from how the last line ended.
bool isSame(const Reading& left, const Reading& right)
{
    return left.jobs == right.jobs && left.refusal == right.refusal &&
           std::equal(left.rejects.begin(), left.rejects.end(), right.rejects.begin(), right.rejects.end(),
                      [](const Reject& a, const Reject& b) { return isSame(a, b); }) &&
           left.summary.steps == right.summary.steps && left.summary.lines == right.summary.lines;
}

void checkJob(const JobRecord& job)
{
    invariant(!faultOf(job), "a job was handed on that cannot be billed");
    const std::optional<State> known = parseState(job.state);
    invariant(known && known->base == job.state && !known->cancelledBy,
              "a job's state is not one of Slurm's words");
    invariant(job.jobId > 0 && !job.displayId.empty(), "a job has no id");
    invariant(ranOnNodes(job) || (job.cpus == 0 && job.gpus == 0 && job.memoryMib == 0 && job.nodes == 0),
              "a job that had no node held something");
    invariant(!ranOnNodes(job) || job.startedAt, "a job ran and never started");
    invariant(cpuSeconds(job) >= 0 && gpuSeconds(job) >= 0 && memoryMibSeconds(job) >= 0,
              "a usage is negative");
}

void checkReading(std::string_view text, const Reading& reading)
{
    std::for_each(reading.jobs.begin(), reading.jobs.end(), checkJob);
    for (const Reject& reject : reading.rejects)
        invariant(!reject.raw.empty() && !reject.detail.empty() && reject.place > 0,
                  "a reject does not say what and where");
    if (!reading.refusal.empty())
        return;
    const auto lineFeeds = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    const std::uint64_t lines = lineFeeds + (reading.summary.unterminated ? 1 : 0);
    invariant(reading.summary.lines == lines, "the lines were not all counted");
    invariant(reading.summary.jobs == reading.jobs.size(), "the jobs were not all counted");
    invariant(reading.summary.rejects == reading.rejects.size(), "the rejects were not all counted");
    invariant(reading.jobs.size() + reading.summary.steps + reading.rejects.size() <= lines,
              "a line was read twice");
}

/// What arrives in pieces is the same text; what has no line feed is left, and nothing else.
void checkFeeding(std::string_view text, const Reading& whole)
{
    invariant(isSame(read(text, 1), whole), "read byte by byte a text is another one");
    invariant(isSame(read(text, 1 + text.size() / 3), whole), "read in three pieces a text is another one");
    const std::size_t end = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
    const Reading left = read(text, 0, Tail::leave);
    const Reading shorter = read(text.substr(0, end));
    invariant(left.refusal == shorter.refusal && left.jobs == shorter.jobs &&
                  left.rejects.size() == shorter.rejects.size() &&
                  left.summary.steps == shorter.summary.steps,
              "a line without line feed was not left");
}

constexpr std::string_view header =
    "JobIDRaw|JobID|User|Account|State|ExitCode|Submit|Eligible|Start|End|ElapsedRaw|"
    "Suspended|NNodes|NCPUS|AllocTRES|NodeList|Comment|JobName\n";
constexpr std::string_view goodRow = "77|77|zoe|chem|COMPLETED|0:0|1795440000|1795440000|1795440000|"
                                     "1795443600|3600|00:00:00|1|2|cpu=2,mem=1G,node=1|n1||good\n";

} // namespace

void sacct(std::string_view text)
{
    const Reading whole = read(text);
    checkReading(text, whole);
    checkFeeding(text, whole);
}

void sacctRows(std::string_view rows)
{
    // Of its own the reader takes the first line's end for that of all.
    const std::string text =
        std::string(header) + std::string(rows) + (rows.ends_with('\n') || rows.empty() ? "" : "\n");
    const Reading whole = read(text);
    invariant(whole.refusal.empty(), "a text with a good header was refused");
    checkReading(text, whole);
    checkFeeding(text, whole);

    // Whatever comes before, a good record is read, and takes nothing with it.
    Reading more = read(text + std::string(goodRow));
    invariant(more.jobs.size() == whole.jobs.size() + 1 && more.jobs.back().name == "good" &&
                  more.jobs.back().jobId == 77,
              "a good record behind others was lost");
    more.jobs.pop_back();
    invariant(more.jobs == whole.jobs && more.rejects.size() == whole.rejects.size() &&
                  more.summary.steps == whole.summary.steps,
              "a good record changed those before it");

    // Put aside, it stays what it is: reading it again gives no other job by accident.
    for (const Reject& reject : whole.rejects) {
        const Reading again = read(std::string(header) + reject.raw + "\n");
        invariant(again.jobs.empty() && !again.rejects.empty() &&
                      again.rejects.front().reason == reject.reason,
                  "a reject that is read again is something else");
    }

    // A log cut into two files between records is the same log.
    int cuts = 0;
    for (std::size_t at = rows.find('\n'); at != rows.npos && cuts < 8;
         at = rows.find('\n', at + 1), ++cuts) {
        const std::string first = std::string(header) + std::string(rows.substr(0, at + 1));
        const Reading both = read(first + text);
        const Reading a = read(first);
        invariant(both.jobs.size() == a.jobs.size() + whole.jobs.size() &&
                      both.rejects.size() == a.rejects.size() + whole.rejects.size() &&
                      both.summary.steps == a.summary.steps + whole.summary.steps,
                  "two logs in one file are not the two");
    }
}

} // namespace hpcbill::fuzz
