// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace hpcbill::crypto
{

/// HMAC-SHA256 (RFC 2104) as 32 raw bytes.
std::string hmacSha256(std::string_view key, std::string_view message);

/// Lower case.
std::string toHex(std::string_view bytes);

} // namespace hpcbill::crypto
