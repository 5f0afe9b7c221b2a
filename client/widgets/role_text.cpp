// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/role_text.h"

#include <QCoreApplication>

namespace hpcbill::client
{

QString roleText(api::Role role)
{
    switch (role) {
    case api::Role::user:
        return QCoreApplication::translate("roles", "user");
    case api::Role::auditor:
        return QCoreApplication::translate("roles", "auditor");
    case api::Role::operator_:
        return QCoreApplication::translate("roles", "operator");
    case api::Role::admin:
        return QCoreApplication::translate("roles", "admin");
    }
    return {};
}

QString roleCode(api::Role role)
{
    const std::string_view code = api::codeOf(role);
    return QString::fromLatin1(code.data(), static_cast<qsizetype>(code.size()));
}

} // namespace hpcbill::client
