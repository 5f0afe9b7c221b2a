// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hpcbill::http
{

/// What a caller shows to prove who they are: the API a bearer token, the pages a session cookie.
struct Credentials {
    enum class Kind { bearer, cookie };
    Kind kind = Kind::bearer;
    std::string token;
};

/// What an API token is good for, and nothing beyond it.
struct TokenScope {
    std::vector<api::Role> roles;    ///< from the least to the most
    std::vector<std::string> routes; ///< "GET /api/v1/jobs"; a `*` at the end stands for whatever follows
};

/// Who it turned out to be.
struct Principal {
    std::string username; ///< of an API token "token:NAME"
    api::Role role = api::Role::user;
    bool mustChangePassword = false;
    std::optional<TokenScope> scope; ///< of an API token; none for people
};

/// Knows whose credentials these are; none when they are wrong, ended or expired. May throw what a problem
/// mapper knows.
using Authenticate = std::function<std::optional<Principal>(const Credentials&)>;

} // namespace hpcbill::http
