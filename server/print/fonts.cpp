// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/print/fonts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>

// The assembler puts the files into the program: a font as a C++ array takes the compiler a minute.
#define HPCBILL_EMBED(symbol, file)                                                                                                  \
    __asm__(".pushsection .rodata\n.global hpcbill_font_" symbol "\n.balign 16\nhpcbill_font_" symbol ":\n.incbin \"" HPCBILL_FONTS \
            "/" file "\"\n.global hpcbill_font_" symbol "_end\nhpcbill_font_" symbol "_end:\n.byte 0\n.popsection\n")
HPCBILL_EMBED("sans", "NotoSans-Regular.ttf");
HPCBILL_EMBED("sans_bold", "NotoSans-Bold.ttf");
HPCBILL_EMBED("thai", "NotoSansThai-Regular.ttf");
HPCBILL_EMBED("thai_bold", "NotoSansThai-Bold.ttf");

extern "C" {
extern const std::byte hpcbill_font_sans[], hpcbill_font_sans_end[];
extern const std::byte hpcbill_font_sans_bold[], hpcbill_font_sans_bold_end[];
extern const std::byte hpcbill_font_thai[], hpcbill_font_thai_end[];
extern const std::byte hpcbill_font_thai_bold[], hpcbill_font_thai_bold_end[];
}

namespace hpcbill::print
{
namespace
{

/// Fontconfig reads fonts from files only: one in memory, open as long as the process lives. Its address.
std::string fileOf(std::span<const std::byte> font)
{
    const int file = memfd_create("hpcbill-font", MFD_CLOEXEC);
    if (file < 0)
        throw std::system_error(errno, std::generic_category(), "memfd_create");
    for (std::size_t written = 0; written < font.size();) {
        const ssize_t count = write(file, font.data() + written, font.size() - written);
        if (count < 0)
            throw std::system_error(errno, std::generic_category(), "a font cannot be kept in memory");
        written += static_cast<std::size_t>(count);
    }
    return "/proc/self/fd/" + std::to_string(file);
}

FcConfig* makeConfig()
{
    FcConfig* config = FcConfigCreate();
    const std::array<std::span<const std::byte>, 4> fonts{
        std::span(hpcbill_font_sans, hpcbill_font_sans_end), std::span(hpcbill_font_sans_bold, hpcbill_font_sans_bold_end),
        std::span(hpcbill_font_thai, hpcbill_font_thai_end), std::span(hpcbill_font_thai_bold, hpcbill_font_thai_bold_end)};
    for (const std::span<const std::byte> font : fonts) {
        const std::string path = fileOf(font);
        if (FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(path.c_str())) != FcTrue)
            throw std::runtime_error("fontconfig refuses a font that comes with the program");
    }
    return config;
}

} // namespace

PangoFontMap* bundledFonts()
{
    static FcConfig* const config = makeConfig(); // for good: threads' maps refer to it until they end
    thread_local const Counted<PangoFontMap> map = [] {
        Counted<PangoFontMap> made(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
        if (!made)
            throw std::runtime_error("this Pango cannot use FreeType");
        pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(made.get()), config);
        return made;
    }();
    return map.get();
}

} // namespace hpcbill::print
