// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace hpcbill
{

void violated(const char* what, const std::source_location& where)
{
    std::fprintf(stderr, "%s:%u: %s: invariant violated: %s\n", where.file_name(), where.line(),
                 where.function_name(), what);
    std::abort();
}

} // namespace hpcbill
