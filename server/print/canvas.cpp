// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/print/canvas.h"

#include "common/invariant.h"
#include "server/print/fonts.h"

#include <cairo/cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <ostream>
#include <span>
#include <stdexcept>

namespace hpcbill::print
{
namespace
{

constexpr double paperWidth = 595.276; // ISO 216, in points
constexpr double paperHeight = 841.89;
constexpr char firstPlain = ' '; // of ASCII's characters that can be seen
constexpr char lastPlain = '~';
constexpr std::size_t plainCount = lastPlain - firstPlain + 1;
/// Seen by the eye, and less than what readers of PDF take for a blank (a tenth of the size).
constexpr double gapShare = 0.09;
/// In smaller text than this nobody misses kerning.
constexpr double leastKerned = 10;

struct FreeDescription {
    void operator()(PangoFontDescription* description) const { pango_font_description_free(description); }
};
struct FreeCode {
    void operator()(QRcode* code) const { QRcode_free(code); }
};
struct DestroySurface {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct DestroyContext {
    void operator()(cairo_t* context) const { cairo_destroy(context); }
};
struct DestroyFont {
    void operator()(cairo_scaled_font_t* font) const { cairo_scaled_font_destroy(font); }
};
using Description = std::unique_ptr<PangoFontDescription, FreeDescription>;

double pointsOf(Size size)
{
    switch (size) {
    case Size::small:
        return 7;
    case Size::normal:
        return 8;
    case Size::large:
        return 11;
    case Size::title:
        return 19;
    }
    return 0;
}

/// Control characters and bytes that are no UTF-8 become something that can be shown.
std::string printable(std::string_view text)
{
    char* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    std::string line(valid);
    g_free(valid);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return line;
}

double leftOf(Align align, double x, double wide)
{
    switch (align) {
    case Align::left:
        return x;
    case Align::right:
        return x - wide;
    case Align::centre:
        return x - wide / 2;
    }
    return x;
}

struct Glyph {
    unsigned long index = 0;
    double wide = 0;
};

/// One font in one size, with the glyphs of plain text: they need no shaping, which takes ten times as long.
struct Font {
    Description description;
    std::unique_ptr<cairo_scaled_font_t, DestroyFont> scaled;
    std::array<Glyph, plainCount> plain{};
    Glyph ellipsis;

    [[nodiscard]] const Glyph& operator[](char character) const
    {
        return plain[static_cast<std::size_t>(character - firstPlain)];
    }
};

bool isPlain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= firstPlain && c <= lastPlain; });
}

Glyph glyphOf(cairo_scaled_font_t* font, std::string_view character)
{
    cairo_glyph_t* glyphs = nullptr;
    int count = 0;
    cairo_scaled_font_text_to_glyphs(font, 0, 0, character.data(), static_cast<int>(character.size()), &glyphs, &count, nullptr,
                                     nullptr, nullptr);
    invariant(count == 1, "Noto Sans has a glyph for each character of ASCII");
    cairo_text_extents_t extents;
    cairo_scaled_font_glyph_extents(font, glyphs, 1, &extents);
    const Glyph glyph{glyphs->index, extents.x_advance};
    cairo_glyph_free(glyphs);
    return glyph;
}

/// A gap comes after the digit at `at`: a multiple of three digits stand between it and the point.
bool isBeforeGap(std::string_view decimal, std::size_t at)
{
    const std::size_t point = std::min(decimal.find('.'), decimal.size());
    return decimal[at] != '-' && at + 1 < point && (point - at - 1) % 3 == 0;
}

} // namespace

struct Canvas::Insides {
    explicit Insides(std::ostream& stream)
        : out(&stream)
        , surface(cairo_pdf_surface_create_for_stream(&Insides::writeTo, this, paperWidth, paperHeight))
        , cairo(cairo_create(surface.get()))
        , context(pango_font_map_create_context(bundledFonts()))
    {
        pango_cairo_update_context(cairo.get(), context.get()); // a file is not hinted for a screen
        pango_cairo_context_set_resolution(context.get(), 72);  // a point is a unit of the page
        pango_context_set_round_glyph_positions(context.get(), FALSE);
        layout.reset(pango_layout_new(context.get()));
        pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
    }

    static cairo_status_t writeTo(void* insides, const unsigned char* data, unsigned int length)
    {
        std::ostream* const out = static_cast<Insides*>(insides)->out;
        if (out == nullptr)
            return CAIRO_STATUS_SUCCESS;
        try {
            out->write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(length));
        } catch (const std::exception&) {
            return CAIRO_STATUS_WRITE_ERROR; // no exception may pass through C; finish() throws
        }
        return out->good() ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
    }

    void setColour(Colour colour) const
    {
        const auto set = [this](double red, double green, double blue) { cairo_set_source_rgb(cairo.get(), red, green, blue); };
        switch (colour) { // the light theme's
        case Colour::text:
            return set(0.122, 0.137, 0.157);
        case Colour::quiet:
            return set(0.357, 0.392, 0.439);
        case Colour::line:
            return set(0.780, 0.776, 0.761);
        case Colour::accent:
            return set(0.122, 0.373, 0.749);
        case Colour::good:
            return set(0.118, 0.498, 0.310);
        case Colour::bad:
            return set(0.702, 0.149, 0.118);
        case Colour::faint:
            return set(0.973, 0.894, 0.886);
        }
    }

    const Font& fontOf(Size size, bool isBold)
    {
        const auto [place, isNew] = fonts.try_emplace({size, isBold});
        if (isNew)
            place->second = load(size, isBold);
        return place->second;
    }

    Font load(Size size, bool isBold) const;
    /// Lays out what is printable, in lines where it does not fit into the room, and answers how wide it is.
    double lay(std::string_view text, double room, const Style& style);
    /// Lays out one line that fits. (Pango's own ellipsis would keep what it hides in the text of the file.)
    double layOneLine(std::string line, int room, const Style& style);
    /// Draws the first line that was laid out.
    void showLine(double x, double baseline);
    void showRun(double x, double baseline, const char* text, PangoLayoutRun* run);
    /// Draws what `glyphs` holds, `wide` as a whole, in that font.
    void show(int x, int baseline, double wide, double scale, const Font& font, const Style& style) const;
    double plainText(int x, int baseline, std::string_view line, int room, const Style& style);
    void figures(int x, int baseline, std::string_view figures, int room, const Style& style, double gap);

    std::ostream* out;
    std::unique_ptr<cairo_surface_t, DestroySurface> surface;
    std::unique_ptr<cairo_t, DestroyContext> cairo;
    Counted<PangoContext> context;
    Counted<PangoLayout> layout;
    std::map<std::pair<Size, bool>, Font> fonts;
    std::vector<cairo_glyph_t> glyphs; ///< kept for its memory
    std::vector<cairo_text_cluster_t> clusters;
};

Font Canvas::Insides::load(Size size, bool isBold) const
{
    Font font;
    font.description.reset(pango_font_description_new());
    pango_font_description_set_family(font.description.get(), "Noto Sans,Noto Sans Thai");
    pango_font_description_set_absolute_size(font.description.get(), pointsOf(size) * PANGO_SCALE);
    pango_font_description_set_weight(font.description.get(), isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    const Counted<PangoFont> loaded(pango_context_load_font(context.get(), font.description.get()));
    if (!loaded)
        throw std::runtime_error("a font that comes with the program cannot be loaded");
    font.scaled.reset(cairo_scaled_font_reference(pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(loaded.get()))));
    for (char character = firstPlain; character <= lastPlain; ++character)
        font.plain[static_cast<std::size_t>(character - firstPlain)] = glyphOf(font.scaled.get(), {&character, 1});
    font.ellipsis = glyphOf(font.scaled.get(), "…");
    return font;
}

double Canvas::Insides::lay(std::string_view text, double room, const Style& style)
{
    pango_layout_set_font_description(layout.get(), fontOf(style.size, style.isBold).description.get());
    pango_layout_set_width(layout.get(), static_cast<int>(room * PANGO_SCALE));
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    int used = 0;
    pango_layout_get_size(layout.get(), &used, nullptr);
    return static_cast<double>(used) / PANGO_SCALE;
}

double Canvas::Insides::layOneLine(std::string line, int room, const Style& style)
{
    // Far more than can be seen: no letter is so narrow, and has so many bytes and marks.
    if (const std::size_t most = 16 * static_cast<std::size_t>(room); line.size() > most) {
        while ((static_cast<unsigned char>(line.back()) & 0xC0U) == 0x80U || line.size() > most)
            line.pop_back();
        line.pop_back();
    }
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_CHAR);
    const double wide = lay(line, room, style);
    if (pango_layout_get_line_count(layout.get()) == 1)
        return wide;
    lay(line, room - fontOf(style.size, style.isBold).ellipsis.wide, style);
    const auto fitting = static_cast<std::size_t>(pango_layout_get_line_readonly(layout.get(), 0)->length);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD);
    return lay(line.substr(0, fitting) + "…", room, style);
}

void Canvas::Insides::showLine(double x, double baseline)
{
    const char* const text = pango_layout_get_text(layout.get());
    for (const GSList* at = pango_layout_get_line_readonly(layout.get(), 0)->runs; at != nullptr; at = at->next) {
        auto* const run = static_cast<PangoLayoutRun*>(at->data);
        showRun(x, baseline, text, run);
        x += static_cast<double>(pango_glyph_string_get_width(run->glyphs)) / PANGO_SCALE;
    }
}

// Readers that put the glyphs of a file in order by their places would tear vowels and tone marks from their consonants: each
// word goes into the file with its text.
void Canvas::Insides::showRun(double x, double baseline, const char* text, PangoLayoutRun* run)
{
    const PangoItem& item = *run->item;
    const std::span shaped(run->glyphs->glyphs, static_cast<std::size_t>(run->glyphs->num_glyphs));
    const bool hasUnknown = std::any_of(shaped.begin(), shaped.end(), [](const PangoGlyphInfo& info) { return (info.glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0; });
    if (hasUnknown || item.analysis.level % 2 != 0) { // no font of ours has it, or it goes to the left
        cairo_move_to(cairo.get(), x, baseline);
        pango_cairo_show_glyph_item(cairo.get(), text, run);
        return;
    }
    const char* const own = text + item.offset;
    glyphs.clear();
    clusters.clear();
    int begin = 0; // of the word, in bytes
    bool isAfterSpace = false;
    for (std::size_t at = 0; at < shaped.size(); ++at) {
        const int byte = run->glyphs->log_clusters[at];
        const bool isSpace = own[byte] == ' ';
        if (clusters.empty() || (byte > begin && (isSpace || isAfterSpace))) {
            if (!clusters.empty())
                clusters.back().num_bytes = byte - begin;
            clusters.push_back({0, 0});
            begin = byte;
        }
        isAfterSpace = isSpace;
        const PangoGlyphInfo& info = shaped[at];
        if (info.glyph != PANGO_GLYPH_EMPTY) {
            glyphs.push_back({info.glyph, x + static_cast<double>(info.geometry.x_offset) / PANGO_SCALE,
                              baseline + static_cast<double>(info.geometry.y_offset) / PANGO_SCALE});
            ++clusters.back().num_glyphs;
        }
        x += static_cast<double>(info.geometry.width) / PANGO_SCALE;
    }
    if (clusters.empty())
        return;
    clusters.back().num_bytes = item.length - begin;
    cairo_set_scaled_font(cairo.get(), pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(item.analysis.font)));
    cairo_show_text_glyphs(cairo.get(), own, item.length, glyphs.data(), static_cast<int>(glyphs.size()), clusters.data(),
                           static_cast<int>(clusters.size()), cairo_text_cluster_flags_t{});
}

void Canvas::Insides::show(int x, int baseline, double wide, double scale, const Font& font, const Style& style) const
{
    setColour(style.colour);
    cairo_save(cairo.get());
    cairo_translate(cairo.get(), leftOf(style.align, x, wide * scale), baseline);
    cairo_scale(cairo.get(), scale, scale);
    cairo_set_scaled_font(cairo.get(), font.scaled.get());
    cairo_show_glyphs(cairo.get(), glyphs.data(), static_cast<int>(glyphs.size()));
    cairo_restore(cairo.get());
}

double Canvas::Insides::plainText(int x, int baseline, std::string_view line, int room, const Style& style)
{
    const Font& font = fontOf(style.size, style.isBold);
    glyphs.clear();
    double wide = 0;
    for (const char character : line) {
        glyphs.push_back({font[character].index, wide, 0});
        wide += font[character].wide;
        if (wide > room)
            break;
    }
    if (wide > room) {
        while (!glyphs.empty() && wide + font.ellipsis.wide > room) {
            wide = glyphs.back().x;
            glyphs.pop_back();
        }
        glyphs.push_back({font.ellipsis.index, wide, 0});
        wide += font.ellipsis.wide;
    }
    show(x, baseline, wide, 1, font, style);
    return wide;
}

void Canvas::Insides::figures(int x, int baseline, std::string_view figures, int room, const Style& style, double gap)
{
    invariant(isPlain(figures), "figures are digits and what stands between them");
    const Font& font = fontOf(style.size, style.isBold);
    glyphs.clear();
    double wide = 0;
    for (std::size_t at = 0; at < figures.size(); ++at) {
        glyphs.push_back({font[figures[at]].index, wide, 0});
        wide += font[figures[at]].wide + (gap > 0 && isBeforeGap(figures, at) ? gap : 0);
    }
    show(x, baseline, wide, wide > room ? room / wide : 1, font, style);
}

Canvas::Canvas(std::ostream& out, const About& about)
    : m_insides(std::make_unique<Insides>(out))
{
    cairo_surface_t* const surface = m_insides->surface.get();
    const std::string at = toRfc3339(std::chrono::floor<std::chrono::seconds>(about.madeAt));
    for (const auto& [name, value] : {std::pair(CAIRO_PDF_METADATA_TITLE, printable(about.title)),
                                      std::pair(CAIRO_PDF_METADATA_AUTHOR, printable(about.author)),
                                      std::pair(CAIRO_PDF_METADATA_CREATOR, std::string("HPC Billing")),
                                      std::pair(CAIRO_PDF_METADATA_CREATE_DATE, at), std::pair(CAIRO_PDF_METADATA_MOD_DATE, at)}) {
        if (!value.empty())
            cairo_pdf_surface_set_metadata(surface, name, value.c_str());
    }
}

Canvas::~Canvas()
{
    m_insides->out = nullptr;
}

int Canvas::text(int x, int baseline, std::string_view line, int room, const Style& style)
{
    const std::string shown = printable(line);
    if (pointsOf(style.size) < leastKerned && isPlain(shown))
        return static_cast<int>(std::ceil(m_insides->plainText(x, baseline, shown, room, style)));
    const double wide = m_insides->layOneLine(shown, room, style);
    m_insides->setColour(style.colour);
    m_insides->showLine(leftOf(style.align, x, wide), baseline);
    return static_cast<int>(std::ceil(wide));
}

void Canvas::figures(int x, int baseline, std::string_view figures, int room, const Style& style)
{
    m_insides->figures(x, baseline, figures, room, style, 0);
}

void Canvas::amount(int x, int baseline, std::string_view decimal, int room, const Style& style)
{
    m_insides->figures(x, baseline, decimal, room, style, pointsOf(style.size) * gapShare);
}

std::vector<std::string> Canvas::lines(std::string_view text, int room, const Style& style) const
{
    const std::string shown = printable(text);
    PangoLayout* const layout = m_insides->layout.get();
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    m_insides->lay(shown, room, style);
    std::vector<std::string> broken;
    for (int at = 0; at < pango_layout_get_line_count(layout); ++at) {
        const PangoLayoutLine* const line = pango_layout_get_line_readonly(layout, at);
        broken.push_back(shown.substr(static_cast<std::size_t>(line->start_index), static_cast<std::size_t>(line->length)));
    }
    return broken;
}

void Canvas::rule(int x1, int x2, int y, Colour colour)
{
    cairo_t* const cairo = m_insides->cairo.get();
    m_insides->setColour(colour);
    cairo_set_line_width(cairo, 0.5);
    cairo_move_to(cairo, x1, y);
    cairo_line_to(cairo, x2, y);
    cairo_stroke(cairo);
}

void Canvas::box(int x, int y, int wide, int high, Colour colour)
{
    m_insides->setColour(colour);
    cairo_rectangle(m_insides->cairo.get(), x, y, wide, high);
    cairo_fill(m_insides->cairo.get());
}

void Canvas::qrCode(int x, int y, int side, const std::string& content)
{
    const std::unique_ptr<QRcode, FreeCode> code(QRcode_encodeString(content.c_str(), 0, QR_ECLEVEL_M, QR_MODE_8, 1));
    if (!code)
        throw std::runtime_error("an address is too long for a QR code");
    cairo_t* const cairo = m_insides->cairo.get();
    const auto isDark = [&code](int row, int column) { return (code->data[row * code->width + column] & 1) != 0; };
    const double module = static_cast<double>(side) / code->width;
    cairo_set_source_rgb(cairo, 0, 0, 0);
    for (int row = 0; row < code->width; ++row) {
        for (int column = 0; column < code->width; ++column) {
            int end = column;
            while (end < code->width && isDark(row, end))
                ++end;
            // A run as one, and each a hair too high, or seams would show between them.
            if (end > column)
                cairo_rectangle(cairo, x + column * module, y + row * module, (end - column) * module, module * 1.03);
            column = end;
        }
    }
    cairo_fill(cairo);
}

void Canvas::stamp(std::string_view word)
{
    constexpr int across = 420;
    cairo_t* const cairo = m_insides->cairo.get();
    const double wide = m_insides->layOneLine(printable(word), across, {.size = Size::title, .isBold = true});
    cairo_save(cairo);
    m_insides->setColour(Colour::faint);
    cairo_translate(cairo, paperWidth / 2, paperHeight / 2);
    cairo_rotate(cairo, -std::numbers::pi / 5);
    cairo_scale(cairo, across / wide, across / wide);
    m_insides->showLine(-wide / 2, pointsOf(Size::title) / 3);
    cairo_restore(cairo);
}

void Canvas::endPage()
{
    cairo_show_page(m_insides->cairo.get());
}

void Canvas::finish()
{
    const cairo_status_t drawn = cairo_status(m_insides->cairo.get());
    cairo_surface_finish(m_insides->surface.get());
    const cairo_status_t written = cairo_surface_status(m_insides->surface.get());
    for (const cairo_status_t status : {drawn, written}) {
        if (status != CAIRO_STATUS_SUCCESS)
            throw std::runtime_error(std::string("a PDF could not be made: ") + cairo_status_to_string(status));
    }
}

} // namespace hpcbill::print
