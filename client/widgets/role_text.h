// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"

#include <QString>

namespace hpcbill::client
{

/// The role's name in the present language.
QString roleText(api::Role role);
/// Its name in the contract: `operator`.
QString roleCode(api::Role role);

} // namespace hpcbill::client
