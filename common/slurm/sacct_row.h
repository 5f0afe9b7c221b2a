// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/result.h"
#include "common/slurm/job_record.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace hpcbill::slurm
{

/// The columns of sacct that billing reads.
enum class Column {
    jobId,
    jobIdRaw,
    cluster,
    partition,
    qos,
    account,
    user,
    submit,
    eligible,
    start,
    end,
    elapsed,
    elapsedRaw,
    suspended,
    exitCode,
    state,
    nodes,
    cpus,
    allocTres,
    reqGres,
    nodeList,
    name
};
inline constexpr std::size_t columnCount = static_cast<std::size_t>(Column::name) + 1;

/// Where each column stands in a line.
class SacctLayout final
{
public:
    /// From the names in a header line. Throws UnreadableLog when a column that billing needs is not among
    /// them.
    static SacctLayout ofHeader(const std::vector<std::string_view>& names);

    /// True for a line of which some field is called like a job id's column.
    static bool isHeader(const std::vector<std::string_view>& fields);

    /// The one of Open XDMoD's four headerless layouts that the line has, told by its content because the
    /// number of columns does not tell. Null when it has none of them.
    static const SacctLayout* ofXdmodLine(const std::vector<std::string_view>& fields);

    [[nodiscard]] std::optional<std::size_t> position(Column column) const
    {
        return m_positions[static_cast<std::size_t>(column)];
    }
    [[nodiscard]] bool has(Column column) const { return position(column).has_value(); }
    /// How many columns a line has when no free text holds a delimiter.
    [[nodiscard]] std::size_t width() const { return m_width; }
    /// Columns of free text, JobName first: what may hold delimiters and line feeds.
    [[nodiscard]] const std::vector<std::size_t>& freeText() const { return m_freeText; }
    /// Columns that stand left of every free text.
    [[nodiscard]] std::size_t firstFreeText() const;
    /// Whether the last column is text that people type: only then can a line belong to a record that is
    /// whole without it.
    [[nodiscard]] bool mayEndWithLineFeeds() const { return m_mayEndWithLineFeeds; }

private:
    void put(std::string_view lowerCaseName, std::size_t position);

    std::array<std::optional<std::size_t>, columnCount> m_positions{};
    std::size_t m_width = 0;
    std::vector<std::size_t> m_freeText;
    bool m_mayEndWithLineFeeds = false;
};

/// How many delimiters of a line belong to the content of each column of free text, in the order of the
/// layout's freeText(). Empty when the line has no more delimiters than it should.
using Surplus = std::vector<std::size_t>;

/// The fields of one record by column; absent columns are empty.
class SacctRow final
{
public:
    /// `fields` point into one line and are as many as the layout's width and the surplus say.
    SacctRow(const std::vector<std::string_view>& fields, const SacctLayout& layout, const Surplus& surplus);

    [[nodiscard]] std::string_view operator[](Column column) const
    {
        return m_fields[static_cast<std::size_t>(column)];
    }
    [[nodiscard]] bool has(Column column) const { return m_layout->has(column); }

private:
    std::array<std::string_view, columnCount> m_fields{};
    const SacctLayout* m_layout;
};

/// True for "10.batch", "10.extern", "10.0".
bool isStep(const SacctRow& row);

/// False where readJob() is sure to fail; costs far less.
bool mayBeJob(const SacctRow& row);

/// Has the time or the state of a job where one has it: whatever else is damaged, this is no part of a name.
bool resemblesJob(const SacctRow& row);

/// The job of a row, or what is wrong with it.
Result<JobRecord, RowFault> readJob(const SacctRow& row);

} // namespace hpcbill::slurm
