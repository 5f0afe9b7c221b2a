// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/receipts/pdf/pages.h"

#include "common/invariant.h"

#include <utility>

namespace hpcbill::receipts::pdf
{

Pages::Pages(print::Canvas& canvas, int pages, Furniture furniture)
    : m_canvas(canvas)
    , m_pages(pages)
    , m_furniture(std::move(furniture))
{
    m_furniture(m_canvas, m_page, m_pages);
}

void Pages::newPage()
{
    ++m_page;
    m_top = laterTop;
    if (!isCounting()) {
        m_canvas.endPage();
        m_furniture(m_canvas, m_page, m_pages);
    }
    drawHeading();
}

void Pages::drawHeading()
{
    if (!isCounting() && m_heading)
        m_heading(m_canvas, m_top);
    m_top += m_headingHeight;
}

void Pages::block(int height, const Draw& draw)
{
    if (m_top + height > bottom)
        newPage();
    if (!isCounting())
        draw(m_canvas, m_top);
    m_top += height;
}

void Pages::begin(int height, int next, Draw heading)
{
    end();
    if (m_top + height + next > bottom)
        newPage();
    m_headingHeight = height;
    m_heading = std::move(heading);
    drawHeading();
}

void Pages::end()
{
    m_heading = nullptr;
    m_headingHeight = 0;
}

void Pages::finish()
{
    invariant(m_page == m_pages, "as many pages were drawn as were counted");
    m_canvas.endPage();
}

} // namespace hpcbill::receipts::pdf
