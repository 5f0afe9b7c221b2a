// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "client/witness/seen.h"

namespace hpcbill::client
{

/// What was done to the audit log, in one or two sentences of the present language.
QString alarmText(const Alarm& alarm);

} // namespace hpcbill::client
