// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"

#include <functional>
#include <optional>
#include <string>

namespace hpcbill::http
{

/// What a caller shows to prove who they are: the API a bearer token, the pages a session cookie.
struct Credentials {
    enum class Kind { bearer, cookie };
    Kind kind = Kind::bearer;
    std::string token;
};

/// Who it turned out to be.
struct Principal {
    std::string username;
    api::Role role = api::Role::user;
};

/// Knows whose credentials these are; none when they are wrong, ended or expired. May throw what a problem
/// mapper knows.
using Authenticate = std::function<std::optional<Principal>(const Credentials&)>;

} // namespace hpcbill::http
