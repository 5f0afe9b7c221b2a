// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/slurm/source.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace simdjson::dom
{
class parser;
}

namespace hpcbill::slurm
{

/// Reads an answer of `/slurmdb/VERSION/jobs` (v0.0.36 to v0.0.43) while it is received, in chunks of any
/// size: no more than one job of it is in memory at a time. A job is handed on once what stands behind it has
/// come; so an answer that turns out to be cut, no JSON or a failure may have given jobs before, each of them
/// whole.
class JobsAnswer final
{
public:
    /// `sink` must outlive it.
    explicit JobsAnswer(const RecordSink& sink);
    ~JobsAnswer();
    JobsAnswer(const JobsAnswer&) = delete;
    JobsAnswer& operator=(const JobsAnswer&) = delete;

    /// Throws SourceFailure as soon as this is seen to be no JSON, or to hold an error: of an empty list only
    /// "nothing found" proves that there is nothing. What the sink throws passes through.
    void feed(std::string_view chunk);

    /// To be called at the end. Throws SourceFailure when the answer was cut, or has no list of jobs.
    void finish() const;

private:
    /// What comes next, blanks aside.
    enum class Next {
        answer,
        firstKey,
        key,
        colon,
        value,
        commaOrEnd,
        firstJob,
        job,
        commaOrEndOfJobs,
        nothing
    };

    void take(char c);
    void begin(char c, bool isKept);
    [[nodiscard]] std::size_t scan(std::string_view chunk);
    void keep(std::string_view part);
    void endValue();
    void endKey();
    void handOn();

    const RecordSink& m_sink;
    std::unique_ptr<simdjson::dom::parser> m_parser;
    Next m_next = Next::answer;
    std::string m_key;
    std::string m_value; ///< the value under way, as far as it is kept
    bool m_isInValue = false;
    bool m_isKept = false;
    bool m_isTooLong = false;
    bool m_isInString = false;
    bool m_isEscaped = false;
    bool m_isToken = false; ///< a number or a word: ends where something else begins
    std::size_t m_depth = 0;
    bool m_isListed = false;
    std::uint64_t m_place = 0;
};

/// Reads a whole answer that is in memory.
void readJobsAnswer(std::string_view body, const RecordSink& sink);

} // namespace hpcbill::slurm
