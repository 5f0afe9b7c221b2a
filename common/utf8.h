// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hpcbill
{

/// Length in bytes (1 to 4) of the UTF-8 sequence at the front of a text that is not empty; 0 when there is
/// none: nothing overlong, no surrogates (RFC 3629).
std::size_t utf8SequenceLength(std::string_view text);

/// True when all of it is UTF-8.
bool isUtf8(std::string_view text);

/// The same text in UTF-16. Only for text that is UTF-8.
std::u16string toUtf16(std::string_view text);

} // namespace hpcbill
