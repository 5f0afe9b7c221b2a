// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::print
{

enum class Size { small, normal, large, title };
enum class Align { left, right, centre };
enum class Colour { text, quiet, line, accent, good, bad, faint };

struct Style {
    Size size = Size::normal;
    bool isBold = false;
    Colour colour = Colour::text;
    Align align = Align::left;
};

/// What a file says of itself.
struct About {
    std::string title;
    std::string author;
    UtcTime madeAt; ///< not the clock's: the same content is the same bytes
};

/// Upright pages of A4 in a PDF (1.5) that goes out while it is drawn, in constant memory. Lengths are points from the top left
/// corner; text stands on its baseline, in the fonts that come with the program, which are embedded. Whatever bytes a text
/// has, it becomes one line.
class Canvas final
{
public:
    static constexpr int width = 595;
    static constexpr int height = 842;

    /// Throws std::runtime_error where the fonts cannot be read.
    Canvas(std::ostream& out, const About& about);
    /// What was not finished stays half a file.
    ~Canvas();
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    /// One line, cut with an ellipsis where it does not fit into `room`. To the right and centred it ends at, or stands
    /// around, x. How wide it came out.
    int text(int x, int baseline, std::string_view line, int room, const Style& style = {});
    /// Digits, points, minus signs, colons, commas and blanks, never cut: they get smaller until they fit.
    void figures(int x, int baseline, std::string_view figures, int room, const Style& style = {});
    /// The same for an amount, with a gap after each third digit before its point. The gap is only seen: in the text of the file
    /// there is none.
    void amount(int x, int baseline, std::string_view decimal, int room, const Style& style = {});
    /// Where a text has to be broken to fit into `room`.
    [[nodiscard]] std::vector<std::string> lines(std::string_view text, int room, const Style& style = {}) const;

    void rule(int x1, int x2, int y, Colour colour = Colour::line);
    void box(int x, int y, int wide, int high, Colour colour);
    /// A QR code (ISO/IEC 18004) of `content`; around it stay four modules of white. Throws std::runtime_error where it is too
    /// long for one.
    void qrCode(int x, int y, int side, const std::string& content);
    /// A word in large letters, slanted across the page.
    void stamp(std::string_view word);

    void endPage();
    /// Writes what is left. Throws std::runtime_error when anything failed on the way.
    void finish();

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::print
