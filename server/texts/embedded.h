// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace hpcbill::texts
{

/// The content of a catalogue that was compiled in, by its file's name; empty for an unknown one.
std::string_view embedded(std::string_view name);

} // namespace hpcbill::texts
