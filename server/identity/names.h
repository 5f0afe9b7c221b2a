// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace hpcbill::identity
{

/// 1 to 128 bytes of UTF-8 without blanks and control characters, as the schema demands.
bool isUsername(std::string_view text);
/// Names that the audit log gives to others than users.
bool isReserved(std::string_view username);

} // namespace hpcbill::identity
