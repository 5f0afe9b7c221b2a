// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace hpcbill::web
{

/// The content of a template, style sheet or picture that was compiled in, by its file's name; empty for an
/// unknown one.
std::string_view embedded(std::string_view name);

} // namespace hpcbill::web
