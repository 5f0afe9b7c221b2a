// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/plain_bytes.h"

#include "server/slurm/source.h"

#include <fmt/format.h>

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::slurm
{
namespace
{

constexpr std::size_t bufferBytes = std::size_t{64} << 10;

[[noreturn]] void throwCut(std::string_view format)
{
    throw SourceFailure(
        fmt::format("the {} data end too early: the file was cut or is still being written", format));
}

[[noreturn]] void throwDamaged(std::string_view format, std::string_view why)
{
    throw SourceFailure(fmt::format("the {} data are damaged: {}", format, why));
}

} // namespace

/// The stream's own bytes, a buffer of them at a time.
class PlainBytes::Input final
{
public:
    explicit Input(std::istream& from)
        : m_from(from)
        , m_buffer(bufferBytes)
    {
    }

    /// What was read and not yet consumed.
    [[nodiscard]] std::span<const char> rest() const
    {
        return std::span(m_buffer).subspan(m_at, m_end - m_at);
    }
    void consume(std::size_t count) { m_at += count; }
    [[nodiscard]] std::uint64_t taken() const { return m_taken; }

    /// Reads on when nothing is left; false at the end. Throws SourceFailure when the stream breaks.
    bool fill()
    {
        if (m_at < m_end)
            return true;
        if (!m_from.eof()) {
            m_from.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
            m_at = 0;
            m_end = static_cast<std::size_t>(m_from.gcount());
            m_taken += m_end;
        }
        // What came before the break is given out first.
        if (m_at == m_end && (m_from.bad() || !m_from.eof()))
            throw SourceFailure("the text broke off: it could not be read to its end");
        return m_at < m_end;
    }

    [[nodiscard]] bool startsWith(std::string_view bytes) const
    {
        return std::string_view(rest().data(), rest().size()).starts_with(bytes);
    }

private:
    std::istream& m_from;
    std::vector<char> m_buffer;
    std::size_t m_at = 0;
    std::size_t m_end = 0;
    std::uint64_t m_taken = 0;
};

/// Takes bytes out of a compressed form.
class PlainBytes::Decoder
{
public:
    Decoder() = default;
    virtual ~Decoder();
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    /// As PlainBytes::read, but may fill less.
    virtual std::size_t read(Input& input, std::span<char> into) = 0;
};

PlainBytes::Decoder::~Decoder() = default;

namespace
{

constexpr std::string_view gzipMagic = "\x1f\x8b";
constexpr std::string_view zstdMagic = "\x28\xb5\x2f\xfd";

/// RFC 8878, 3.1.2: pzstd begins a file with such a frame.
bool startsWithSkippableFrame(const PlainBytes::Input& input)
{
    return input.rest().size() >= 4 && (input.rest()[0] & 0xF0) == 0x50 &&
           std::string_view(input.rest().data() + 1, 3) == "\x2a\x4d\x18";
}

/// RFC 1952.
class Gzip final : public PlainBytes::Decoder
{
public:
    Gzip()
    {
        constexpr int largestWindow = 15;
        constexpr int gzipOnly = 16; // zlib.h: added to the window's bits
        if (inflateInit2(&m_state, largestWindow + gzipOnly) != Z_OK)
            throw SourceFailure("gzip data cannot be read: zlib refuses to begin");
    }
    ~Gzip() override { inflateEnd(&m_state); }
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    std::size_t read(PlainBytes::Input& input, std::span<char> into) override
    {
        std::size_t given = 0;
        while (given == 0) {
            const bool hasMore = input.fill();
            if (m_isBetween) {
                if (!hasMore)
                    return 0;
                if (!beginMember(input))
                    continue;
            }
            // Asked without input too: zlib may hold back what did not fit before.
            given = inflateSome(input, into, !hasMore);
        }
        return given;
    }

private:
    /// False for a byte of padding, which tapes and block devices leave behind the last member.
    bool beginMember(PlainBytes::Input& input)
    {
        if (m_members > 0 && input.rest().front() == '\0') {
            m_isPadding = true;
            input.consume(1);
            return false;
        }
        if (m_isPadding || input.rest().front() != gzipMagic.front())
            throwDamaged("gzip", "what follows the last member is no gzip");
        ++m_members;
        m_isBetween = false;
        inflateReset(&m_state);
        return true;
    }

    std::size_t inflateSome(PlainBytes::Input& input, std::span<char> into, bool isLast)
    {
        const auto before = static_cast<uInt>(input.rest().size());
        // zlib does not write to what it reads; its type is older than const.
        m_state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.rest().data()));
        m_state.avail_in = before;
        m_state.next_out = reinterpret_cast<Bytef*>(into.data());
        m_state.avail_out = static_cast<uInt>(into.size());
        const int status = inflate(&m_state, Z_NO_FLUSH);
        input.consume(before - m_state.avail_in);
        const std::size_t given = into.size() - m_state.avail_out;
        if (status == Z_STREAM_END)
            m_isBetween = true;
        else if (status != Z_OK && status != Z_BUF_ERROR && given == 0)
            throwDamaged("gzip", m_state.msg == nullptr ? "zlib cannot read them" : m_state.msg);
        else if (given == 0 && isLast)
            throwCut("gzip");
        return given;
    }

    z_stream m_state{};
    bool m_isBetween = true; // two members, or before the first
    bool m_isPadding = false;
    std::uint64_t m_members = 0;
};

/// RFC 8878. Frames that need a window of more than 128 MiB (`zstd --long=28` and on) are refused by the
/// library, so that no file can take all memory.
class Zstd final : public PlainBytes::Decoder
{
public:
    std::size_t read(PlainBytes::Input& input, std::span<char> into) override
    {
        ZSTD_outBuffer out{into.data(), into.size(), 0};
        while (out.pos == 0) {
            if (!m_fault.empty())
                throwDamaged("zstd", m_fault);
            const bool hasMore = input.fill();
            if (!hasMore && m_isBetween)
                return 0;
            ZSTD_inBuffer in{input.rest().data(), hasMore ? input.rest().size() : 0, 0};
            const std::size_t status = ZSTD_decompressStream(m_state.get(), &out, &in);
            input.consume(in.pos);
            if (ZSTD_isError(status) != 0)
                m_fault = ZSTD_getErrorName(status); // told once what came before it is given out
            m_isBetween = status == 0;
            if (!hasMore && !m_isBetween && out.pos == 0 && m_fault.empty())
                throwCut("zstd");
        }
        return out.pos;
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* state) const { ZSTD_freeDStream(state); }
    };
    std::unique_ptr<ZSTD_DStream, Free> m_state{ZSTD_createDStream()};
    bool m_isBetween = true; // two frames, or before the first
    std::string m_fault;
};

} // namespace

PlainBytes::PlainBytes(std::istream& from)
    : m_input(std::make_unique<Input>(from))
{
}

PlainBytes::~PlainBytes() = default;

std::size_t PlainBytes::read(std::span<char> into)
{
    if (m_input->taken() == 0) {
        if (!m_input->fill())
            return 0;
        if (m_input->startsWith(gzipMagic))
            m_decoder = std::make_unique<Gzip>();
        else if (m_input->startsWith(zstdMagic) || startsWithSkippableFrame(*m_input))
            m_decoder = std::make_unique<Zstd>();
    }
    if (m_decoder)
        return m_decoder->read(*m_input, into);
    if (!m_input->fill())
        return 0;
    const std::size_t count = std::min(into.size(), m_input->rest().size());
    std::copy_n(m_input->rest().data(), count, into.data());
    m_input->consume(count);
    return count;
}

std::uint64_t PlainBytes::bytesTaken() const
{
    return m_input->taken();
}

} // namespace hpcbill::slurm
