// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/sacct_text.h"

#include <istream>
#include <vector>

namespace hpcbill::slurm
{

SacctSummary readSacctText(std::istream& text, const RecordSink& sink, Tail tail,
                           const std::string& delimiter, const std::function<void(std::uint64_t)>& onBytes,
                           const std::stop_token& stop)
{
    SacctReader reader(sink.onJob, sink.onReject, delimiter);
    std::vector<char> chunk(std::size_t{64} << 10);
    std::uint64_t bytes = 0;
    while (text) {
        if (stop.stop_requested())
            throw SourceFailure("the reading was stopped");
        text.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        const auto count = static_cast<std::size_t>(text.gcount());
        reader.feed({chunk.data(), count});
        bytes += count;
        if (onBytes)
            onBytes(bytes);
    }
    if (text.bad())
        throw SourceFailure("the text broke off: it could not be read to its end");
    return reader.finish(tail);
}

} // namespace hpcbill::slurm
