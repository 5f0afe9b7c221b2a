// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/identity/identity.h"

#include <nlohmann/json.hpp>

namespace hpcbill::identity
{

// The shapes of the contract.
nlohmann::ordered_json toJson(const User& user);
nlohmann::ordered_json toJson(const AuthLock& lock);
nlohmann::ordered_json toJson(const Session& session);
nlohmann::ordered_json toJson(const ApiToken& token);
/// With the bearer token: of a session that was just opened.
nlohmann::ordered_json toJson(const Login& login);

} // namespace hpcbill::identity
