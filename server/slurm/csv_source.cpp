// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/csv_source.h"

#include "server/slurm/sacct_text.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

namespace hpcbill::slurm
{

void CsvSource::read(const Window& /*window*/, const RecordSink& sink, const std::stop_token& stop)
try {
    std::ifstream file(m_settings.file, std::ios::binary);
    if (!file)
        throw SourceFailure("it cannot be opened");
    // Whoever writes the file may be in the middle of its last line: what has no line feed yet is not
    // believed.
    const SacctSummary summary = readSacctText(file, m_cluster.in(sink), Tail::leave, "|", {}, stop);
    if (summary.unterminated)
        sink.onReject({RejectReason::cutLine,
                       "the last line has no line feed, so it may be cut; it is read once it has one",
                       *summary.unterminated, summary.lines});
} catch (const SourceFailure& fault) {
    throw SourceFailure(fault.kind(), fmt::format("{}: {}", m_settings.file.string(), fault.what()));
} catch (const UnreadableLog& fault) {
    throw SourceFailure(fmt::format("{}: {}", m_settings.file.string(), fault.what()));
}

std::string CsvSource::version() const
{
    std::error_code sizeError;
    std::error_code timeError;
    const auto size = std::filesystem::file_size(m_settings.file, sizeError);
    const auto changed = std::filesystem::last_write_time(m_settings.file, timeError);
    if (sizeError || timeError)
        throw SourceFailure(fmt::format("{} cannot be read: {}", m_settings.file.string(),
                                        (sizeError ? sizeError : timeError).message()));
    return fmt::format("{}:{}", size, changed.time_since_epoch().count());
}

} // namespace hpcbill::slurm
