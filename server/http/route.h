// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "server/http/request.h"
#include "server/http/response.h"

#include <functional>
#include <string>
#include <vector>

namespace hpcbill::http
{

using Handler = std::function<Response(const Request&)>;

/// For whom a route is made: programs bring a bearer token and get problem+json; browsers bring a session
/// cookie, a CSRF token with every form, and get pages.
enum class Surface { api, page };

/// Whom a route admits among those who have its roles.
enum class Admission {
    usual,
    people,      ///< no API token: here it could make itself more than it is, or it has no such thing
    anyPassword, ///< like `people`, and also those who have to change their password before anything else
};

/// One row of the table of everything that the server answers. A route without roles admits nobody.
struct Route {
    Method method = Method::get;
    std::string pattern; ///< "/api/v1/receipts/{id}"; a part in braces matches one non-empty part of a path
    api::RoleSet roles;
    Handler handler;
    Surface surface = Surface::api;
    Admission admission = Admission::usual;
};

/// "GET /api/v1/receipts/{id}": how scopes of API tokens name a route.
std::string nameOf(const Route& route);
/// Whether one of these names of routes means this one.
bool names(const std::vector<std::string>& scope, const Route& route);

} // namespace hpcbill::http
