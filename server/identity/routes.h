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

class Sessions;
class Users;

/// /api/v1: session, me, users, auth-locks.
std::vector<http::Route> routes(Users& users, Sessions& sessions, postgres::Pool& pool);

} // namespace hpcbill::identity
