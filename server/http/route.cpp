// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/route.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::http
{

std::string nameOf(const Route& route)
{
    return fmt::format("{} {}", codeOf(route.method), route.pattern);
}

bool names(const std::vector<std::string>& scope, const Route& route)
{
    const std::string name = nameOf(route);
    return std::ranges::any_of(scope, [&name](std::string_view meant) {
        return meant.ends_with('*') ? name.starts_with(meant.substr(0, meant.size() - 1)) : name == meant;
    });
}

} // namespace hpcbill::http
