// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

/// Parsers and the laws that hold for every text whatever: a breach ends the process with the law's name.
namespace hpcbill::fuzz
{

void sacct(std::string_view text);       ///< a whole text, with a header or headerless
void sacctRows(std::string_view text);   ///< lines below a header
void jobId(std::string_view text);       ///< "8_[3-9%2].batch"
void tres(std::string_view text);        ///< TRES and GRES lists, sizes of memory
void times(std::string_view text);       ///< moments, lengths, counts
void state(std::string_view text);       ///< "CANCELLED by 1003"
void decimal(std::string_view text);     ///< decimals, rates, money
void slurmrestd(std::string_view text);  ///< an answer of slurmrestd
void canonical(std::string_view text);   ///< JSON as the audit log hashes it
void auditRecord(std::string_view text); ///< a line of an exported audit log
void signedNote(std::string_view text);  ///< a note, a checkpoint, a public key
void auditExport(std::string_view text); ///< the lines of an exported audit log
void stripeEvent(std::string_view text); ///< a webhook's body
void omiseEvent(std::string_view text);  ///< a webhook's body
void plainBytes(std::string_view text);  ///< gzip and zstd

/// A folder of corpus/ and what reads it.
struct Target {
    std::string_view name;
    void (*feed)(std::string_view text);
};

inline constexpr Target all[] = {{"sacct", sacct},
                                 {"sacct_rows", sacctRows},
                                 {"job_id", jobId},
                                 {"tres", tres},
                                 {"times", times},
                                 {"state", state},
                                 {"decimal", decimal},
                                 {"slurmrestd", slurmrestd},
                                 {"canonical", canonical},
                                 {"audit_record", auditRecord},
                                 {"signed_note", signedNote},
                                 {"audit_export", auditExport},
                                 {"stripe_event", stripeEvent},
                                 {"omise_event", omiseEvent},
                                 {"plain_bytes", plainBytes}};

} // namespace hpcbill::fuzz
