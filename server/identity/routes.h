// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/route.h"

#include <vector>

namespace hpcbill::postgres
{
class Pool;
}

namespace hpcbill::identity
{

class ApiTokens;
class Sessions;
class Users;

/// /api/v1: session, me and below, users/{name}/sessions.
std::vector<http::Route> sessionRoutes(Users& users, Sessions& sessions, postgres::Pool& pool);
/// /api/v1: users, auth-locks.
std::vector<http::Route> routes(Users& users, Sessions& sessions, postgres::Pool& pool);
/// /api/v1: api-tokens. `table` is the whole route table, which scopes are checked against; it need not be whole
/// before a request comes.
std::vector<http::Route> tokenRoutes(ApiTokens& tokens, const std::vector<http::Route>& table, postgres::Pool& pool);

} // namespace hpcbill::identity
