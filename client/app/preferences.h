// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/widgets/setting.h"

namespace hpcbill::client
{

/// What was chosen for all windows; empty is the computer's language.
inline const Setting<QString> chosenLanguage{"window/language", {}};
/// `light` or `dark`.
inline const Setting<QString> chosenTheme{"window/theme", "light"};

} // namespace hpcbill::client
