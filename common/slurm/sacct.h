// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/error.h"
#include "common/slurm/job_record.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::slurm
{

/// The text as a whole is not what sacct prints: empty, not sacct's, or without a column that billing needs.
/// Codes: "sacct_empty", "sacct_unknown_format", "sacct_missing_column".
class UnreadableLog final : public Error
{
public:
    using Error::Error;
    ~UnreadableLog() override;
};

/// What a text held.
struct SacctSummary {
    std::uint64_t jobs = 0;
    std::uint64_t steps = 0; ///< recognised and passed over
    std::uint64_t rejects = 0;
    std::uint64_t lines = 0; ///< the unterminated one included
    /// The last line when it had no line feed: sacct ends every line with one, so the text was cut or made by
    /// hand.
    std::optional<std::string> unterminated;
};

/// What to do with a last line that has no line feed.
enum class Tail { read, leave };

/// Reads the text of `sacct --parsable2`, fed in chunks of any size, in constant memory: with a header line
/// (any columns, any order) or headerless in Open XDMoD's four layouts. Byte-order mark and CRLF are passed
/// over.
///
/// sacct escapes nothing: a line that does not start a record belongs to the free text of the one before, and
/// surplus delimiters belong to JobName (else to another column of free text).
class SacctReader final
{
public:
    using OnJob = std::function<void(JobRecord&&)>;
    using OnReject = std::function<void(Reject&&)>;

    /// What is called may throw; the reader is then to be given up.
    SacctReader(OnJob onJob, OnReject onReject, std::string delimiter = "|");
    ~SacctReader();

    /// Throws UnreadableLog as soon as the first line shows that this is no text of sacct.
    void feed(std::string_view chunk);

    /// Ends the text; to be called once. Throws UnreadableLog when nothing at all was fed.
    SacctSummary finish(Tail tail = Tail::read);

private:
    class Lines;
    std::unique_ptr<Lines> m_lines;
};

} // namespace hpcbill::slurm
