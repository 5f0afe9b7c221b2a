// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/invariant.h"
#include "server/slurm/plain_bytes.h"
#include "server/slurm/source.h"
#include "tests/fuzz/targets.h"

#include <sstream>
#include <string>
#include <vector>

namespace hpcbill::fuzz
{
namespace
{

constexpr std::size_t enough = std::size_t{1} << 20; // a few bytes can stand for as many as one likes

struct Reading {
    std::string text;
    bool failed = false;
    bool stopped = false;
};

Reading read(std::string_view bytes, std::size_t atOnce)
{
    std::istringstream stream{std::string(bytes)};
    slurm::PlainBytes plain(stream);
    Reading reading;
    std::vector<char> chunk(atOnce);
    try {
        while (const std::size_t count = plain.read(chunk)) {
            invariant(count <= chunk.size(), "more was given than there is room");
            reading.text.append(chunk.data(), count);
            if (reading.text.size() >= enough) {
                reading.text.resize(enough);
                reading.stopped = true;
                return reading;
            }
        }
        invariant(plain.read(chunk) == 0, "something came after the end");
        invariant(plain.bytesTaken() == bytes.size(), "the end was told before the stream's");
    } catch (const slurm::SourceFailure&) {
        reading.failed = true;
    }
    return reading;
}

} // namespace

void plainBytes(std::string_view bytes)
{
    const auto agree = [](const Reading& left, const Reading& right) {
        return left.text.starts_with(right.text) || right.text.starts_with(left.text);
    };
    const Reading whole = read(bytes, 65536);
    const Reading pieces = read(bytes, 977);
    invariant(pieces.failed == whole.failed && pieces.stopped == whole.stopped && agree(pieces, whole) &&
                  (whole.failed || pieces.text == whole.text),
              "read in small pieces a text is another one");
    if (whole.stopped || bytes.empty())
        return;
    // How much is given out before a fault is the library's affair; it is never something else.
    const Reading cut = read(bytes.substr(0, bytes.size() - 1), 65536);
    const bool isPlain = cut.text == bytes.substr(0, bytes.size() - 1);
    invariant(isPlain || agree(cut, whole), "a file that was cut has another text");
    invariant(cut.failed || whole.failed || isPlain || cut.text == whole.text || whole.text.starts_with(cut.text),
              "a file that was cut has more text");
}

} // namespace hpcbill::fuzz
