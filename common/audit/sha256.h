// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace hpcbill::audit
{

/// SHA-256.
using Hash = std::array<std::uint8_t, 32>;

/// The hash of the parts, one behind the other.
Hash sha256(std::initializer_list<std::string_view> parts);

/// The hash as the bytes that it is.
inline std::string_view bytesOf(const Hash& hash)
{
    return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

} // namespace hpcbill::audit
