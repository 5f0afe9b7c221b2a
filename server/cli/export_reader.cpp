// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/cli/export_reader.h"

#include "common/audit/csv_export.h"
#include "common/audit/log_verifier.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <istream>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hpcbill::cli
{
namespace
{

constexpr std::size_t blockSize = std::size_t{1} << 18U; // stays in a core's own cache
constexpr std::size_t longestLine = std::size_t{16} << 20U; // what is longer is no record, and is told as that
constexpr unsigned mostThreads = 8; // comparing is a seventh of the work, and done by one at a time

/// Whole lines and what could be made of them.
struct Block {
    std::string bytes;
    std::vector<audit::PreparedLine> lines; ///< those behind `count` are of an earlier block: their memory is used again
    std::size_t count = 0;

    void prepare()
    {
        count = 0;
        for (std::string_view rest = bytes; !rest.empty(); ++count) {
            const std::size_t end = rest.find('\n');
            if (count == lines.size())
                lines.emplace_back();
            audit::prepare(rest.substr(0, end), lines[count]);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }
};

/// What the threads share: each takes the next block from the stream, prepares it beside the others, and compares it when it is its turn.
class Reading final
{
public:
    /// `begun` was read from the stream before.
    Reading(std::istream& stream, std::string begun, audit::LogVerifier& verifier)
        : m_stream(stream)
        , m_kept(std::move(begun))
        , m_verifier(verifier)
    {
    }

    void work() noexcept
    {
        try {
            Block block;
            for (auto number = take(block); number; number = take(block)) {
                block.prepare();
                if (!compare(*number, block))
                    return;
            }
        } catch (const std::exception&) {
            const std::scoped_lock lock(m_comparing);
            m_failure = std::current_exception();
            m_turned.notify_all();
        }
    }

    std::size_t size() const
    {
        if (m_failure)
            std::rethrow_exception(m_failure);
        return m_size;
    }

private:
    /// Fills a block up to its last line feed; what is behind that is kept for the next one. Its number; nothing at the stream's end.
    std::optional<std::int64_t> take(Block& block)
    {
        const std::scoped_lock lock(m_reading);
        block.bytes.swap(m_kept);
        m_kept.clear();
        std::size_t end = std::string::npos;
        while (m_stream && end == std::string::npos && block.bytes.size() < longestLine) { // a line may be longer than a block
            const std::size_t before = block.bytes.size();
            block.bytes.resize(before + blockSize);
            m_stream.read(block.bytes.data() + before, static_cast<std::streamsize>(blockSize));
            block.bytes.resize(before + static_cast<std::size_t>(m_stream.gcount()));
            const std::size_t last = std::string_view(block.bytes).substr(before).rfind('\n');
            if (m_stream && last != std::string::npos)
                end = before + last;
        }
        if (end != std::string::npos) {
            m_kept.assign(block.bytes, end + 1);
            block.bytes.resize(end + 1);
        }
        return block.bytes.empty() ? std::nullopt : std::optional(m_taken++);
    }

    /// False once there is no use in going on.
    bool compare(std::int64_t number, const Block& block)
    {
        std::unique_lock lock(m_comparing);
        m_turned.wait(lock, [&] { return m_compared == number || m_isSettled || m_failure; });
        if (m_isSettled || m_failure)
            return false;
        m_size += block.bytes.size();
        m_isSettled = !std::all_of(block.lines.begin(), block.lines.begin() + static_cast<std::ptrdiff_t>(block.count),
                                   [this](const audit::PreparedLine& line) { return m_verifier.addLine(line); });
        ++m_compared;
        m_turned.notify_all();
        return !m_isSettled;
    }

    std::mutex m_reading;
    std::istream& m_stream;
    std::string m_kept;
    std::int64_t m_taken = 0;

    std::mutex m_comparing;
    std::condition_variable m_turned;
    audit::LogVerifier& m_verifier;
    std::int64_t m_compared = 0;
    std::size_t m_size = 0;
    bool m_isSettled = false;
    std::exception_ptr m_failure;
};

std::size_t readSome(std::istream& stream, std::string& bytes)
{
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return static_cast<std::size_t>(stream.gcount());
}

/// On this thread alone: it is the form for people, and seldom large.
std::size_t verifyCsv(std::istream& stream, std::string_view begun, audit::LogVerifier& verifier)
{
    audit::CsvExport csv(verifier);
    std::size_t size = begun.size();
    std::string block(blockSize, '\0');
    for (bool isGood = csv.feed(begun); isGood && stream;) {
        const std::size_t read = readSome(stream, block);
        isGood = csv.feed(std::string_view(block).substr(0, read));
        size += read;
    }
    return csv.finish() && csv.records() == 0 ? 0 : size;
}

} // namespace

std::size_t verifyStream(std::istream& stream, audit::LogVerifier& verifier)
{
    std::string begun(audit::csvHeading.size(), '\0');
    begun.resize(readSome(stream, begun));
    if (audit::isCsvExport(begun))
        return verifyCsv(stream, begun, verifier);
    Reading reading(stream, std::move(begun), verifier);
    {
        std::vector<std::jthread> threads;
        for (unsigned more = std::clamp(std::thread::hardware_concurrency(), 1U, mostThreads); more > 0; --more)
            threads.emplace_back([&reading] { reading.work(); });
    }
    return reading.size();
}

} // namespace hpcbill::cli
