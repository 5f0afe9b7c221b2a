// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <pango/pangocairo.h>

#include <memory>

namespace hpcbill::print
{

/// Lets go of what GObject counts.
struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Counted = std::unique_ptr<T, Unref>;

/// The fonts that come with the program, and no others, so that a page looks the same on every machine: Noto Sans and
/// Noto Sans Thai, regular and bold. One map a thread. Throws std::runtime_error when they cannot be read.
PangoFontMap* bundledFonts();

} // namespace hpcbill::print
