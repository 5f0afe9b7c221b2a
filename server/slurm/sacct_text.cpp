// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/sacct_text.h"

#include "server/slurm/plain_bytes.h"

#include <vector>

namespace hpcbill::slurm
{

SacctSummary readSacctText(std::istream& text, const RecordSink& sink, Tail tail,
                           const std::string& delimiter, const std::function<void(std::uint64_t)>& onBytes,
                           const std::stop_token& stop)
{
    SacctReader reader(sink.onJob, sink.onReject, delimiter);
    PlainBytes bytes(text);
    std::vector<char> chunk(std::size_t{64} << 10);
    for (std::size_t count = 1; count > 0;) {
        if (stop.stop_requested())
            throw SourceFailure("the reading was stopped");
        count = bytes.read(chunk);
        reader.feed({chunk.data(), count});
        if (onBytes)
            onBytes(bytes.bytesTaken());
    }
    return reader.finish(tail);
}

} // namespace hpcbill::slurm
