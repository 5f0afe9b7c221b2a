// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>

namespace hpcbill::support
{

std::string gzipped(std::string_view text, int level)
{
    constexpr int gzip = 16; // zlib.h: added to the window's bits
    constexpr int memory = 8;
    z_stream state{};
    if (deflateInit2(&state, level, Z_DEFLATED, 15 + gzip, memory, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib refuses to begin");
    std::string name = "jobs.txt";
    std::string comment = "made by a test";
    gz_header header{};
    header.name = reinterpret_cast<Bytef*>(name.data());
    header.comment = reinterpret_cast<Bytef*>(comment.data());
    header.hcrc = 1;
    deflateSetHeader(&state, &header);
    std::string packed(deflateBound(&state, text.size()) + 100, '\0');
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state.avail_in = static_cast<uInt>(text.size());
    state.next_out = reinterpret_cast<Bytef*>(packed.data());
    state.avail_out = static_cast<uInt>(packed.size());
    const int status = deflate(&state, Z_FINISH);
    packed.resize(packed.size() - state.avail_out);
    deflateEnd(&state);
    if (status != Z_STREAM_END)
        throw std::runtime_error("zlib did not end");
    return packed;
}

std::string zstdPacked(std::string_view text, int level, int windowLog)
{
    ZSTD_CCtx* const context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog);
    if (windowLog > 0)
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0); // else the window shrinks to the text
    std::string packed(ZSTD_compressBound(text.size()) + 100, '\0');
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    ZSTD_outBuffer out{packed.data(), packed.size(), 0};
    // Two calls: told all at once, the library would know the size and take a smaller window.
    if (windowLog > 0)
        ZSTD_compressStream2(context, &out, &in, ZSTD_e_flush);
    const std::size_t left = ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
    ZSTD_freeCCtx(context);
    if (left != 0)
        throw std::runtime_error("zstd did not end");
    packed.resize(out.pos);
    return packed;
}

} // namespace hpcbill::support
