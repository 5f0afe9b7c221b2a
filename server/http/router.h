// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::http
{

/// What a path and a method lead to.
struct RouteMatch {
    const Route* route = nullptr; ///< null: nothing here, or not by this method
    std::map<std::string, std::string, std::less<>> parameters;
    std::string allow; ///< the methods that this path knows; empty: the path is unknown
};

/// Finds the route of a request. Literal parts win over parameters; GET routes answer HEAD too.
class Router final
{
public:
    /// Two routes of one method and shape, or a pattern that is not a path, are bugs and end the process.
    explicit Router(std::vector<Route> routes);

    const std::vector<Route>& routes() const { return m_routes; }
    /// `rawPath` as sent: parts are decoded after the split, so that an encoded slash stays within its part.
    /// None stands for a method that nobody knows here.
    RouteMatch find(std::optional<Method> method, std::string_view rawPath) const;

private:
    struct Shape {
        std::vector<std::string> parts;       ///< literal, or "{name}"
        std::map<Method, std::size_t> routes; ///< by method, places in m_routes
    };

    std::vector<Route> m_routes;
    std::vector<Shape> m_shapes;
};

} // namespace hpcbill::http
