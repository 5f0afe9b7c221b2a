// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/print/canvas.h"

#include <functional>

namespace hpcbill::receipts::pdf
{

/// Blocks that flow down numbered pages, with headings that stand again on each page that they go on over. The same blocks are
/// told twice: first to count the pages, because each of them says how many there are, then to draw them.
class Pages final
{
public:
    using Draw = std::function<void(print::Canvas&, int top)>;
    /// What stands on every page; page and pages count from 1.
    using Furniture = std::function<void(print::Canvas&, int page, int pages)>;

    static constexpr int left = 36;
    static constexpr int right = print::Canvas::width - 36;

    /// Counts.
    explicit Pages(print::Canvas& canvas)
        : m_canvas(canvas)
    {
    }
    /// Draws; `pages` was counted before.
    Pages(print::Canvas& canvas, int pages, Furniture furniture);

    [[nodiscard]] bool isCounting() const { return m_pages == 0; }
    [[nodiscard]] int count() const { return m_page; }
    /// For breaking text into lines.
    [[nodiscard]] const print::Canvas& canvas() const { return m_canvas; }

    /// Something that is not torn apart, on a new page where this one is full.
    void block(int height, const Draw& draw);
    /// Begins a part: the heading stands here, with room for one block of `next` below, and on top of each page that the part goes
    /// on over.
    void begin(int height, int next, Draw heading);
    void end();
    /// Ends the last page.
    void finish();

private:
    static constexpr int firstTop = 36;
    static constexpr int laterTop = 64; ///< below the running head
    static constexpr int bottom = print::Canvas::height - 50;

    void newPage();
    void drawHeading();

    print::Canvas& m_canvas;
    int m_pages = 0;
    Furniture m_furniture;
    int m_page = 1;
    int m_top = firstTop;
    int m_headingHeight = 0;
    Draw m_heading;
};

} // namespace hpcbill::receipts::pdf
