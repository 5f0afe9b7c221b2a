// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace hpcbill::audit
{

class LogVerifier;

/// The first row of an export as CSV (docs/audit-format.md), without its line end.
inline constexpr std::string_view csvHeading =
    "seq,v,ts,actor,actor_role,action,target_type,target_id,outcome,request_id,address,details,leaf_hash,prev_hash,hash,lines_before,lines_after";

/// Whether a text that begins so is an export as CSV.
bool isCsvExport(std::string_view beginning);

/// Reads an export as CSV in pieces of any length, and has it verified row by row, in constant memory.
class CsvExport final
{
public:
    explicit CsvExport(LogVerifier& verifier);
    ~CsvExport();
    CsvExport(const CsvExport&) = delete;
    CsvExport& operator=(const CsvExport&) = delete;

    /// False once it is settled what is wrong.
    bool feed(std::string_view bytes);
    /// There is no more. Does not finish the verifier.
    bool finish();
    /// Rows that were to be records. A file without any says nothing: neither its keys nor its checkpoints are there.
    [[nodiscard]] std::int64_t records() const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::audit
