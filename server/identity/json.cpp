// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/json.h"

#include "common/api/json.h"

namespace hpcbill::identity
{

using Json = nlohmann::ordered_json;

Json toJson(const User& user)
{
    return {{"username", user.username},
            {"role", api::codeOf(user.role)},
            {"disabled", user.disabled},
            {"created_at", toRfc3339(user.createdAt)},
            {"password_changed_at", toRfc3339(user.passwordChangedAt)},
            {"must_change_password", user.mustChangePassword},
            {"etag", etagOf(user)}};
}

Json toJson(const AuthLock& lock)
{
    return {{"id", static_cast<std::int64_t>(lock.id)},
            {"username", api::orNull(lock.username)},
            {"address", lock.address},
            {"failures", lock.failures},
            {"locked_until", toRfc3339(lock.lockedUntil)}};
}

Json toJson(const Session& session)
{
    return {{"id", static_cast<std::int64_t>(session.id)},
            {"kind", session.kind == SessionKind::api ? "api" : "web"},
            {"address", session.address},
            {"created_at", toRfc3339(session.createdAt)},
            {"last_seen_at", toRfc3339(session.lastSeenAt)},
            {"expires_at", toRfc3339(session.expiresAt)},
            {"current", session.isCurrent}};
}

Json toJson(const ApiToken& token)
{
    Json roles = Json::array();
    for (const api::Role role : token.scope.roles)
        roles.push_back(api::codeOf(role));
    return {{"id", static_cast<std::int64_t>(token.id)},
            {"name", token.name},
            {"roles", std::move(roles)},
            {"routes", token.scope.routes},
            {"created_at", toRfc3339(token.createdAt)},
            {"created_by", token.createdBy},
            {"expires_at", toRfc3339(token.expiresAt)},
            {"last_used_at", api::toJson(token.lastUsedAt)}};
}

Json toJson(const Login& login)
{
    return {{"token", login.token},
            {"expires_at", toRfc3339(login.expiresAt)},
            {"user",
             {{"username", login.user.username},
              {"role", api::codeOf(login.user.role)},
              {"must_change_password", login.user.mustChangePassword}}}};
}

} // namespace hpcbill::identity
