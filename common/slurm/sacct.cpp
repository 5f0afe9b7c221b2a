// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/slurm/sacct.h"

#include "common/invariant.h"
#include "common/slurm/job_id.h"
#include "common/slurm/sacct_row.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace hpcbill::slurm
{
namespace
{

// sacct's own fields end far below; what is longer is no record, and must not fill the memory.
constexpr std::size_t longestRecord = std::size_t{1} << 20;
constexpr std::size_t longestKeptRaw = std::size_t{64} << 10;

void split(std::string_view line, std::string_view delimiter, std::vector<std::string_view>& fields)
{
    fields.clear();
    std::size_t from = 0;
    for (std::size_t at = line.find(delimiter); at != std::string_view::npos;
         at = line.find(delimiter, from)) {
        fields.push_back(line.substr(from, at - from));
        from = at + delimiter.size();
    }
    fields.push_back(line.substr(from));
}

/// An array task's raw id differs from the number that is shown; every other job's is that number (plus its
/// component).
bool fitTogether(const JobIdText& raw, const JobIdText& shown)
{
    return shown.task || shown.isTaskRange || shown.component || raw.base == shown.base;
}

} // namespace

/// Puts lines together to records and reads them.
class SacctReader::Lines final
{
public:
    Lines(OnJob onJob, OnReject onReject, std::string delimiter)
        : m_onJob(std::move(onJob))
        , m_onReject(std::move(onReject))
        , m_delimiter(std::move(delimiter))
    {
        invariant(!m_delimiter.empty(), "sacct's delimiter is empty");
    }

    void feed(std::string_view chunk)
    {
        while (!chunk.empty()) {
            const std::size_t end = chunk.find('\n');
            if (m_unread.empty() && !m_overlong && end != std::string_view::npos) {
                takeLine(chunk.substr(0, end));
            } else {
                keep(chunk.substr(0, end));
                if (end == std::string_view::npos)
                    return;
                endKeptLine();
            }
            chunk.remove_prefix(end + 1);
        }
    }

    SacctSummary finish(Tail tail)
    {
        if (m_overlong) {
            endKeptLine();
        } else if (!m_unread.empty()) {
            m_summary.unterminated = m_unread;
            if (tail == Tail::read)
                endKeptLine();
            else
                ++m_lineNumber;
        }
        endRecord();
        if (m_kind == Kind::unknown)
            throw UnreadableLog("sacct_empty",
                                "The text is empty: sacct printed nothing, not even a header.");
        m_summary.lines = m_lineNumber;
        return std::move(m_summary);
    }

private:
    enum class Kind { unknown, header, xdmod };

    void keep(std::string_view part)
    {
        if (m_unread.size() + part.size() <= longestRecord) {
            m_unread += part;
            return;
        }
        if (m_kind == Kind::unknown)
            throwUnknownFormat(m_unread);
        m_unread += part.substr(0, longestRecord - m_unread.size());
        m_overlong = true;
    }

    void endKeptLine()
    {
        const std::string line = std::exchange(m_unread, {});
        if (std::exchange(m_overlong, false)) {
            ++m_lineNumber;
            reject({RejectReason::tooLong, "the line is longer than 1 MiB"}, line, m_lineNumber);
            return;
        }
        takeLine(line);
    }

    void takeLine(std::string_view line)
    {
        ++m_lineNumber;
        if (m_kind == Kind::unknown) {
            m_endsWithCr = line.ends_with('\r');
            if (line.starts_with("\xEF\xBB\xBF"))
                line.remove_prefix(3);
        }
        if (m_endsWithCr && line.ends_with('\r'))
            line.remove_suffix(1);
        if (m_kind == Kind::unknown) {
            takeFirstLine(line);
            return;
        }
        if (line.empty()) {
            ++m_blankLines; // part of a name if more of it follows, else nothing
            return;
        }
        if (m_kind == Kind::header && line == m_headerLine) {
            endRecord(); // several outputs in one file
            return;
        }
        split(line, m_delimiter, m_fields);
        if (startsRecord()) {
            const bool isWhole =
                m_fields.size() >= layout().width(); // asked before endRecord() uses m_fields
            endRecord();
            beginRecord(line, isWhole);
        } else if (m_hasRecord && (!m_recordIsWhole || layout().mayEndWithLineFeeds())) {
            continueRecord(line);
        } else {
            endRecord();
            m_blankLines = 0;
            reject({RejectReason::columnCount, "the line is not the beginning of a record"}, line,
                   m_lineNumber);
        }
    }

    void takeFirstLine(std::string_view line)
    {
        if (line.empty())
            return;
        split(line, m_delimiter, m_fields);
        if (SacctLayout::isHeader(m_fields)) {
            m_layout = SacctLayout::ofHeader(m_fields);
            m_headerLine = line;
            m_kind = Kind::header;
            return;
        }
        const SacctLayout* const xdmod = SacctLayout::ofXdmodLine(m_fields);
        if (xdmod == nullptr || !parseJobId(m_fields[0]))
            throwUnknownFormat(line);
        m_kind = Kind::xdmod;
        m_layout = *xdmod;
        beginRecord(line, true);
    }

    [[noreturn]] void throwUnknownFormat(std::string_view line) const
    {
        const std::string shown(line.substr(0, 80));
        if (m_delimiter.size() == 1 && line.find("JobID") != std::string_view::npos)
            throw UnreadableLog("sacct_unknown_format",
                                "The header is not separated by '" + m_delimiter +
                                    "'. Run sacct with --parsable2. The first line is: " + shown);
        throw UnreadableLog(
            "sacct_unknown_format",
            "This is not the output of sacct --parsable2: the first line is neither a header with "
            "JobID or JobIDRaw nor one of Open XDMoD's layouts. It is: " +
                shown);
    }

    [[nodiscard]] const SacctLayout& layout() const { return *m_layout; }

    /// Is the line in m_fields the first one of a record? Judged by the job ids left of every free text, so
    /// that a row with another fault is put aside under its own name and not taken for a part of the job name
    /// before it.
    [[nodiscard]] bool startsRecord() const
    {
        const std::size_t left = layout().firstFreeText();
        std::size_t ids = 0;
        std::optional<JobIdText> seen[2];
        for (const Column column : {Column::jobIdRaw, Column::jobId}) {
            const std::optional<std::size_t> position = layout().position(column);
            if (!position || *position >= left)
                continue;
            if (*position >= m_fields.size())
                return false;
            seen[ids] = parseJobId(m_fields[*position]);
            if (!seen[ids])
                return looksLikeJob();
            ++ids;
        }
        const bool isWide = m_fields.size() >= layout().width();
        if (isWide || (m_hasRecord && m_recordIsWhole && !layout().mayEndWithLineFeeds()))
            return true;
        return ids == 2 && m_fields.size() > 2 && fitTogether(*seen[0], *seen[1]);
    }

    /// A line that has all columns of a job but whose id is damaged: as a part of the name before it, the job
    /// would be lost without a word. Behind a record that is not whole yet, such a line may well be its rest.
    [[nodiscard]] bool looksLikeJob() const
    {
        if (m_hasRecord && !m_recordIsWhole)
            return false;
        const SacctLayout* const shape =
            m_kind == Kind::xdmod ? SacctLayout::ofXdmodLine(m_fields) : &layout();
        if (shape == nullptr || m_fields.size() < shape->width())
            return false;
        const std::size_t surplus = m_fields.size() - shape->width();
        if (surplus > 0 && shape->freeText().empty())
            return false;
        const std::vector<Surplus> readings = readingsOf(surplus, shape->freeText().size());
        return std::any_of(readings.begin(), readings.end(), [&](const Surplus& reading) {
            return resemblesJob(SacctRow(m_fields, *shape, reading));
        });
    }

    void beginRecord(std::string_view line, bool isWhole)
    {
        m_record.assign(line);
        m_recordLine = m_lineNumber;
        m_recordIsWhole = isWhole;
        m_hasRecord = true;
        m_blankLines = 0;
    }

    void continueRecord(std::string_view line)
    {
        if (m_record.size() + m_blankLines + 1 + line.size() > longestRecord) {
            reject({RejectReason::tooLong, "the record is longer than 1 MiB"}, m_record, m_recordLine);
            m_hasRecord = false;
            return;
        }
        m_record.append(m_blankLines + 1, '\n');
        m_record += line;
        m_blankLines = 0;
        split(m_record, m_delimiter, m_fields);
        m_recordIsWhole = m_fields.size() >= layout().width();
    }

    void endRecord()
    {
        m_blankLines = 0;
        if (!std::exchange(m_hasRecord, false))
            return;
        split(m_record, m_delimiter, m_fields);
        const SacctLayout* shape = &layout();
        if (m_kind == Kind::xdmod) {
            // Each line tells its own layout: files of several years are often put together.
            shape = SacctLayout::ofXdmodLine(m_fields);
            if (shape == nullptr) {
                reject({RejectReason::columnCount, "the columns are those of no known layout"}, m_record,
                       m_recordLine);
                return;
            }
        }
        if (m_fields.size() < shape->width()) {
            reject({RejectReason::columnCount, "the record has " + std::to_string(m_fields.size()) +
                                                   " columns of " + std::to_string(shape->width())},
                   m_record, m_recordLine);
            return;
        }
        readRecord(*shape);
    }

    /// Every way to share the surplus out among the columns from `column` on, most of it to the first ones.
    static void shareOut(std::size_t surplus, std::size_t column, Surplus& shares,
                         std::vector<Surplus>& readings)
    {
        constexpr std::size_t mostReadings = 5'000; // what is more is a row of delimiters, not of sacct
        if (readings.size() >= mostReadings)
            return;
        if (column + 1 == shares.size()) {
            shares[column] = surplus;
            readings.push_back(shares);
            return;
        }
        for (std::size_t share = surplus + 1; share-- > 0;) {
            shares[column] = share;
            shareOut(surplus - share, column + 1, shares, readings);
        }
    }

    static std::vector<Surplus> readingsOf(std::size_t surplus, std::size_t columns)
    {
        if (surplus == 0)
            return {Surplus{}};
        std::vector<Surplus> readings;
        Surplus shares(columns);
        shareOut(surplus, 0, shares, readings);
        return readings;
    }

    void readRecord(const SacctLayout& shape)
    {
        const std::size_t surplus = m_fields.size() - shape.width();
        if (surplus > 0 && shape.freeText().empty()) {
            reject({RejectReason::columnCount,
                    "the record has " + std::to_string(surplus) + " columns too many"},
                   m_record, m_recordLine);
            return;
        }
        std::optional<RowFault> firstFault;
        for (const Surplus& reading : readingsOf(surplus, shape.freeText().size())) {
            const SacctRow row(m_fields, shape, reading);
            if (isStep(row)) {
                ++m_summary.steps;
                return;
            }
            // Thousands of readings fail alike; what they fail by is told by the first.
            if (firstFault && !mayBeJob(row))
                continue;
            Result<JobRecord, RowFault> job = readJob(row);
            if (job) {
                ++m_summary.jobs;
                m_onJob(std::move(job).value());
                return;
            }
            if (!firstFault)
                firstFault = std::move(job).error();
        }
        reject(*std::move(firstFault), m_record, m_recordLine);
    }

    void reject(RowFault fault, std::string_view raw, std::uint64_t place)
    {
        ++m_summary.rejects;
        m_onReject({fault.reason, std::move(fault.detail), std::string(raw.substr(0, longestKeptRaw)), place,
                    m_headerLine, m_delimiter});
    }

    OnJob m_onJob;
    OnReject m_onReject;
    std::string m_delimiter;

    Kind m_kind = Kind::unknown;
    std::optional<SacctLayout> m_layout; // of the header, or of the first line
    std::string m_headerLine;
    bool m_endsWithCr = false;
    std::uint64_t m_lineNumber = 0;

    std::string m_unread; // a line whose line feed has not come
    bool m_overlong = false;

    std::string m_record; // the record that the next lines may belong to
    std::uint64_t m_recordLine = 0;
    bool m_hasRecord = false;
    bool m_recordIsWhole = false; // has all its columns
    std::size_t m_blankLines = 0; // after it

    std::vector<std::string_view> m_fields;
    SacctSummary m_summary;
};

SacctReader::SacctReader(OnJob onJob, OnReject onReject, std::string delimiter)
    : m_lines(std::make_unique<Lines>(std::move(onJob), std::move(onReject), std::move(delimiter)))
{
}

SacctReader::~SacctReader() = default;

void SacctReader::feed(std::string_view chunk)
{
    m_lines->feed(chunk);
}

SacctSummary SacctReader::finish(Tail tail)
{
    return m_lines->finish(tail);
}

} // namespace hpcbill::slurm
