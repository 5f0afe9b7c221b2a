// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace hpcbill::operations
{

/// The content of a file that was compiled in, by its name; empty for an unknown one.
std::string_view embedded(std::string_view name);

} // namespace hpcbill::operations
