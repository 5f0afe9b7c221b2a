// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cli/export_reader.h"

#include "common/audit/log_verifier.h"

#include <array>
#include <future>
#include <istream>
#include <string>
#include <vector>

namespace hpcbill::cli
{
namespace
{

constexpr std::size_t blockSize = std::size_t{1} << 20U;

/// Whole lines and what could be made of them.
struct Block {
    std::string bytes;
    std::vector<hpcbill::audit::PreparedLine> lines; ///< those behind `count` are of an earlier block: their memory is used again
    std::size_t count = 0;

    void prepare()
    {
        count = 0;
        for (std::string_view rest = bytes; !rest.empty(); ++count) {
            const std::size_t end = rest.find('\n');
            if (count == lines.size())
                lines.emplace_back();
            hpcbill::audit::prepare(rest.substr(0, end), lines[count]);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }
};

/// Fills a block up to its last line feed; what is behind that is kept for the next one. False at the end of the stream.
bool fill(std::istream& stream, std::string& kept, Block& block)
{
    block.bytes.swap(kept);
    kept.clear();
    std::size_t end = std::string::npos;
    while (stream && end == std::string::npos) { // a line may be longer than a block
        const std::size_t before = block.bytes.size();
        block.bytes.resize(before + blockSize);
        stream.read(block.bytes.data() + before, static_cast<std::streamsize>(blockSize));
        block.bytes.resize(before + static_cast<std::size_t>(stream.gcount()));
        if (stream)
            end = block.bytes.rfind('\n');
    }
    if (end != std::string::npos) {
        kept.assign(block.bytes, end + 1);
        block.bytes.resize(end + 1);
    }
    block.prepare();
    return !block.bytes.empty();
}

} // namespace

std::size_t verifyStream(std::istream& stream, audit::LogVerifier& verifier)
{
    std::array<Block, 2> blocks; // one is compared while the other one is filled
    std::string kept;
    std::size_t size = 0;
    const auto fillOther = [&](Block& block) {
        return std::async(std::launch::async, [&stream, &kept, &block] { return fill(stream, kept, block); });
    };
    std::future<bool> filled = fillOther(blocks[0]);
    for (std::size_t at = 0; filled.get(); at = 1 - at) {
        filled = fillOther(blocks[1 - at]);
        size += blocks[at].bytes.size();
        for (std::size_t line = 0; line < blocks[at].count; ++line) {
            if (!verifier.addLine(blocks[at].lines[line]))
                return size; // the other block is waited for
        }
    }
    return size;
}

} // namespace hpcbill::cli
