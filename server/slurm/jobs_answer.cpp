// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/jobs_answer.h"

#include "server/slurm/slurmrestd_json.h"

#include <simdjson.h>

#include <utility>

namespace hpcbill::slurm
{
namespace
{

// A job without its steps takes 3 KB. What is longer is none, and must not fill the memory.
constexpr std::size_t longestValue = std::size_t{1} << 20;
constexpr std::size_t longestKeptRaw = std::size_t{64} << 10;

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view endsOfToken = " \t\r\n,:]}";

[[noreturn]] void throwNotJson(const std::string& why)
{
    throw SourceFailure(FailureKind::notJson, "the answer of slurmrestd cannot be read as JSON: " + why);
}

void require(char c, char expected)
{
    if (c != expected)
        throwNotJson(std::string("there is '") + c + "' where '" + expected + "' should be");
}

} // namespace

JobsAnswer::JobsAnswer(const RecordSink& sink)
    : m_sink(sink)
    , m_parser(std::make_unique<simdjson::dom::parser>())
{
}

JobsAnswer::~JobsAnswer() = default;

void JobsAnswer::feed(std::string_view chunk)
{
    while (!chunk.empty()) {
        if (m_isInValue) {
            const std::size_t length = scan(chunk);
            keep(chunk.substr(0, length));
            chunk.remove_prefix(length);
            if (!m_isInValue)
                endValue();
            continue;
        }
        const char c = chunk.front();
        if (blanks.find(c) == std::string_view::npos)
            take(c);
        if (!m_isInValue) // what begins a value is part of it
            chunk.remove_prefix(1);
    }
}

void JobsAnswer::finish() const
{
    if (m_next != Next::nothing)
        throw SourceFailure(FailureKind::truncated,
                            m_next == Next::answer
                                ? "the answer of slurmrestd cannot be read as JSON: it is empty"
                                : "the answer of slurmrestd cannot be read as JSON: it broke off");
    if (!m_isListed)
        throw SourceFailure("the answer of slurmrestd has no list of jobs");
}

/// A character outside of all values.
void JobsAnswer::take(char c)
{
    switch (m_next) {
    case Next::answer:
        require(c, '{');
        m_next = Next::firstKey;
        return;
    case Next::firstKey:
        if (c == '}') {
            m_next = Next::nothing;
            return;
        }
        m_next = Next::key;
        [[fallthrough]];
    case Next::key:
        require(c, '"');
        begin(c, true);
        return;
    case Next::colon:
        require(c, ':');
        m_next = Next::value;
        return;
    case Next::value:
        if (m_key != "jobs") {
            begin(c, m_key == "errors");
            return;
        }
        if (std::exchange(m_isListed, true))
            throw SourceFailure("the answer of slurmrestd has two lists of jobs");
        require(c, '[');
        m_next = Next::firstJob;
        return;
    case Next::commaOrEnd:
        if (c != ',')
            require(c, '}');
        m_next = c == ',' ? Next::key : Next::nothing;
        return;
    case Next::firstJob:
        if (c == ']') {
            m_next = Next::commaOrEnd;
            return;
        }
        m_next = Next::job;
        [[fallthrough]];
    case Next::job:
        begin(c, true);
        return;
    case Next::commaOrEndOfJobs:
        if (c != ',')
            require(c, ']');
        handOn();
        m_next = c == ',' ? Next::job : Next::commaOrEnd;
        return;
    case Next::nothing:
        throwNotJson("there is more behind its end");
    }
}

void JobsAnswer::begin(char c, bool isKept)
{
    if (endsOfToken.find(c) != std::string_view::npos)
        throwNotJson(std::string("there is '") + c + "' where a value should be");
    m_isInValue = true;
    m_isKept = isKept;
    m_isToken = c != '"' && c != '{' && c != '[';
    m_value.clear();
    m_isTooLong = false;
}

/// How much of the chunk belongs to the value under way.
std::size_t JobsAnswer::scan(std::string_view chunk)
{
    for (std::size_t at = 0; at < chunk.size(); ++at) {
        const char c = chunk[at];
        if (m_isToken) {
            m_isInValue = endsOfToken.find(c) == std::string_view::npos;
            if (!m_isInValue)
                return at;
        } else if (m_isEscaped) {
            m_isEscaped = false;
        } else if (m_isInString) {
            m_isEscaped = c == '\\';
            m_isInString = c != '"';
            m_isInValue = m_isInString || m_depth > 0;
        } else if (c == '"') {
            m_isInString = true;
        } else if (c == '{' || c == '[') {
            ++m_depth;
        } else if (c == '}' || c == ']') {
            m_isInValue = --m_depth > 0;
        }
        if (!m_isInValue)
            return at + 1;
    }
    return chunk.size();
}

void JobsAnswer::keep(std::string_view part)
{
    if (!m_isKept)
        return;
    const std::size_t room = longestValue - m_value.size();
    m_isTooLong = m_isTooLong || part.size() > room;
    m_value += part.substr(0, room);
}

void JobsAnswer::endValue()
{
    switch (m_next) {
    case Next::key:
        endKey();
        m_next = Next::colon;
        return;
    case Next::value:
        if (m_isTooLong)
            throwNotJson("its errors are longer than 1 MiB");
        if (m_isKept)
            throwErrors(*m_parser, m_value);
        m_next = Next::commaOrEnd;
        return;
    default:
        m_next = Next::commaOrEndOfJobs;
    }
}

void JobsAnswer::endKey()
{
    std::string_view key;
    if (m_isTooLong || m_parser->parse(m_value).get(key) != simdjson::SUCCESS)
        throwNotJson("a name in it is damaged");
    m_key = key;
}

void JobsAnswer::handOn()
{
    ++m_place;
    if (m_isTooLong) {
        m_sink.onReject({RejectReason::tooLong, "the job is longer than 1 MiB",
                         m_value.substr(0, longestKeptRaw), m_place});
        return;
    }
    Result<JobRecord, RowFault> record = readJob(*m_parser, m_value);
    if (record)
        m_sink.onJob(std::move(record).value());
    else
        m_sink.onReject({record.error().reason, record.error().detail, m_value, m_place});
}

void readJobsAnswer(std::string_view body, const RecordSink& sink)
{
    JobsAnswer answer(sink);
    answer.feed(body);
    answer.finish();
}

} // namespace hpcbill::slurm
