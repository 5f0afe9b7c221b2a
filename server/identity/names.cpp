// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/names.h"

#include <simdjson.h>

#include <algorithm>

namespace hpcbill::identity
{

bool isUsername(std::string_view text)
{
    const auto isBlank = [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte <= 0x20 || byte == 0x7f;
    };
    return !text.empty() && text.size() <= 128 && std::ranges::none_of(text, isBlank) &&
           simdjson::validate_utf8(text.data(), text.size());
}

bool isReserved(std::string_view username)
{
    return username == "system" || username.starts_with("cli:") || username.starts_with("token:");
}

} // namespace hpcbill::identity
