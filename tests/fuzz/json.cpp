// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/canonical_json.h"
#include "common/audit/hashed_record.h"
#include "common/audit/record.h"
#include "common/error.h"
#include "common/invariant.h"
#include "server/slurm/jobs_answer.h"
#include "server/slurm/slurmrestd_json.h"
#include "tests/fuzz/targets.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace hpcbill::fuzz
{
namespace
{

/// Everything that an answer told.
struct Answer {
    std::vector<slurm::JobRecord> jobs;
    int rejects = 0; // of what has no end, `raw` goes as far as the text does
    bool failed = false;

    bool operator==(const Answer&) const = default;
};

Answer readAnswer(std::string_view body)
{
    Answer answer;
    const slurm::RecordSink sink{[&answer](slurm::JobRecord&& job) { answer.jobs.push_back(std::move(job)); },
                                 [&answer](slurm::Reject&& reject) {
                                     invariant(!reject.raw.empty() && !reject.detail.empty() &&
                                                   reject.place > 0,
                                               "a reject does not say what and where");
                                     ++answer.rejects;
                                 }};
    try {
        slurm::readJobsAnswer(body, sink);
    } catch (const slurm::SourceFailure& failure) {
        invariant(*failure.what() != '\0', "a failure does not say why");
        answer.failed = true;
    }
    return answer;
}

/// Canonical, or empty where the value has no canonical spelling.
std::string canonicalOf(const nlohmann::json& value)
{
    try {
        return audit::canonicalJson(value);
    } catch (const InvalidInput&) {
        return {};
    }
}

} // namespace

void slurmrestd(std::string_view text)
{
    const std::string body(text);
    const Answer answer = readAnswer(body);
    for (const slurm::JobRecord& job : answer.jobs) {
        invariant(!slurm::faultOf(job) && job.jobId > 0 && !job.displayId.empty(),
                  "a job was handed on that cannot be billed");
        invariant(slurm::cpuSeconds(job) >= 0, "a usage is negative");
    }
    invariant(readAnswer(body + "\n") == answer, "a line feed behind an answer makes another one");

    // An answer that was cut is a failure, whatever it gave before: never a shorter list.
    const std::size_t end = body.find_last_not_of(" \t\r\n");
    if (!answer.failed) {
        invariant(end != std::string::npos, "nothing at all was taken for an answer");
        for (const std::size_t length : {end, end / 2, end - end / 4}) {
            const Answer cut = readAnswer(body.substr(0, length));
            invariant(cut.failed, "an answer that was cut was taken for a whole one");
            invariant(cut.jobs.size() <= answer.jobs.size() &&
                          std::equal(cut.jobs.begin(), cut.jobs.end(), answer.jobs.begin()),
                      "an answer that was cut has other jobs than the whole one");
        }
    }
    std::string copy = body;
    const bool hasErrors = slurm::errorsOf(copy).has_value();
    invariant(!hasErrors || answer.failed, "an answer with errors was taken for a good one");
    copy = body;
    try {
        static_cast<void>(slurm::newestKnownVersion(copy));
    } catch (const slurm::SourceFailure&) {
        return; // no list of paths: said so
    }
}

void canonical(std::string_view text)
{
    const Result<nlohmann::json, std::string> value = audit::parseStrictJson(text);
    if (!value) {
        invariant(!value.error().empty(), "JSON that cannot be read does not say why");
        return;
    }
    const std::string once = canonicalOf(*value);
    if (once.empty())
        return;
    const Result<nlohmann::json, std::string> again = audit::parseStrictJson(once);
    invariant(again.ok(), "canonical JSON is no JSON");
    invariant(canonicalOf(*again) == once, "canonical JSON has two spellings");
    invariant(nlohmann::json::accept(once), "canonical JSON is none for another reader");
    try {
        const std::string details = audit::canonicalDetails(*value);
        invariant(details == once, "a record's details are spelled otherwise than JSON is");
        invariant(again->is_object(), "a record's details are no object");
        invariant(*again == *value, "details that are written and read are others");
    } catch (const InvalidInput&) {
        return; // not of the kinds that a record takes
    }
}

void auditRecord(std::string_view text)
{
    const Result<audit::StoredRecord, std::string> stored = audit::parseRecord(text);
    audit::HashedRecord quick;
    if (audit::readOwnSpelling(text, quick)) {
        invariant(stored.ok(), "a record was read quickly that is none");
        const audit::HashedRecord slow = audit::hashedOf(*stored);
        invariant(quick.seq == slow.seq && quick.canonical == slow.canonical && quick.leafHash == slow.leafHash &&
                      quick.prevHash == slow.prevHash && quick.hash == slow.hash,
                  "a record that was read quickly is another one");
        invariant(audit::toJson(*stored) == text, "a record was read quickly that is spelled otherwise");
    }
    if (!stored) {
        invariant(!stored.error().empty(), "a record that cannot be read does not say why");
        return;
    }
    const std::string written = audit::toJson(*stored);
    invariant(written.find('\n') == std::string::npos, "a record takes more than one line");
    const Result<audit::StoredRecord, std::string> again = audit::parseRecord(written);
    invariant(again && *again == *stored, "a record that is written and read is another one");
    const std::string hashed = audit::canonical(stored->record);
    const Result<nlohmann::json, std::string> json = audit::parseStrictJson(hashed);
    invariant(json && audit::canonicalJson(*json) == hashed, "the bytes that are hashed are not canonical");
    invariant(audit::canonical(again->record) == hashed,
              "a record that is written and read has another hash");
}

} // namespace hpcbill::fuzz
