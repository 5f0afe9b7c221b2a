// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <source_location>

namespace hpcbill
{

/// Says what was violated and where on standard error, then ends the process.
[[noreturn]] void violated(const char* what, const std::source_location& where);

/// For what can only be a bug of ours. On in release builds too: a process that is restarted is better than
/// wrong money.
inline void invariant(bool holds, const char* what,
                      const std::source_location& where = std::source_location::current())
{
    if (!holds) [[unlikely]]
        violated(what, where);
}

} // namespace hpcbill
