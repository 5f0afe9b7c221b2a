// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/role.h"

#include "common/invariant.h"

namespace hpcbill::api
{

std::string_view codeOf(Role role)
{
    switch (role) {
    case Role::user:
        return "user";
    case Role::auditor:
        return "auditor";
    case Role::operator_:
        return "operator";
    case Role::admin:
        return "admin";
    }
    violated("a role without a name", std::source_location::current());
}

std::optional<Role> parseRole(std::string_view code)
{
    for (const Role role : {Role::user, Role::auditor, Role::operator_, Role::admin}) {
        if (codeOf(role) == code)
            return role;
    }
    return std::nullopt;
}

} // namespace hpcbill::api
