// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/router.h"

#include "common/invariant.h"

#include <algorithm>
#include <limits>
#include <set>

namespace hpcbill::http
{

namespace
{

/// "/a/b" is {"a", "b"}; "/" is {""}.
std::vector<std::string_view> split(std::string_view path)
{
    std::vector<std::string_view> parts;
    path.remove_prefix(1);
    while (true) {
        const std::size_t slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos)
            return parts;
        path.remove_prefix(slash + 1);
    }
}

/// A parameter may be followed by a fixed ending within its part: "{id}.pdf".
struct PartPattern {
    std::string_view name;
    std::string_view ending;
};

std::optional<PartPattern> parameterOf(std::string_view part)
{
    const std::size_t close = part.find('}');
    if (!part.starts_with('{') || close == std::string_view::npos)
        return std::nullopt;
    return PartPattern{part.substr(1, close - 1), part.substr(close + 1)};
}

} // namespace

Router::Router(std::vector<Route> routes)
    : m_routes(std::move(routes))
{
    for (std::size_t i = 0; i < m_routes.size(); ++i) {
        const Route& route = m_routes[i];
        invariant(route.pattern.starts_with('/') && route.handler, "a route has a path and a handler");
        std::vector<std::string> parts;
        for (const std::string_view part : split(route.pattern))
            parts.emplace_back(part);
        auto shape = std::ranges::find(m_shapes, parts, &Shape::parts);
        if (shape == m_shapes.end())
            shape = m_shapes.insert(m_shapes.end(), Shape{std::move(parts), {}});
        invariant(shape->routes.emplace(route.method, i).second,
                  "no two routes have the same method and path");
    }
    // Literal parts first, so that "/receipts/new" is not a receipt's number; longer endings before shorter
    // ones.
    std::ranges::stable_sort(m_shapes, [](const Shape& left, const Shape& right) {
        const auto rank = [](const std::string& part) {
            const std::optional<PartPattern> parameter = parameterOf(part);
            return parameter ? std::numeric_limits<std::size_t>::max() - parameter->ending.size() : 0;
        };
        return std::ranges::lexicographical_compare(left.parts, right.parts, {}, rank, rank);
    });
}

RouteMatch Router::find(std::optional<Method> method, std::string_view rawPath) const
{
    RouteMatch match;
    if (!rawPath.starts_with('/'))
        return match;
    const std::vector<std::string_view> parts = split(rawPath);
    std::set<std::string> allowed;
    for (const Shape& shape : m_shapes) {
        if (shape.parts.size() != parts.size())
            continue;
        std::map<std::string, std::string, std::less<>> parameters;
        const bool matches = std::ranges::equal(
            shape.parts, parts, [&parameters](const std::string& wanted, std::string_view raw) {
                const std::optional<std::string> part = decodePercent(raw, false);
                const std::optional<PartPattern> parameter = parameterOf(wanted);
                if (!part || !parameter)
                    return part && *part == wanted;
                if (part->size() <= parameter->ending.size() || !part->ends_with(parameter->ending))
                    return false;
                parameters.emplace(parameter->name, part->substr(0, part->size() - parameter->ending.size()));
                return true;
            });
        if (!matches)
            continue;
        const auto found =
            method ? shape.routes.find(*method == Method::head ? Method::get : *method) : shape.routes.end();
        if (found != shape.routes.end())
            return {&m_routes[found->second], std::move(parameters), {}};
        for (const auto& [known, place] : shape.routes) {
            allowed.emplace(codeOf(known));
            if (known == Method::get)
                allowed.emplace(codeOf(Method::head));
        }
    }
    for (const std::string& known : allowed)
        match.allow += (match.allow.empty() ? "" : ", ") + known;
    return match;
}

} // namespace hpcbill::http
