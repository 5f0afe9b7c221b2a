// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hpcbill::audit
{

/// RFC 4648, section 4, with padding and without line feeds.
std::string toBase64(std::string_view bytes);
/// Takes only what toBase64() writes.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace hpcbill::audit
