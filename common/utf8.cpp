// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/utf8.h"

#include "common/invariant.h"

#include <cstdint>

namespace hpcbill
{
namespace
{

unsigned byteAt(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

bool hasTail(std::string_view text, std::size_t length)
{
    if (text.size() < length)
        return false;
    for (std::size_t at = 1; at < length; ++at) {
        if ((byteAt(text, at) & 0xC0U) != 0x80U)
            return false;
    }
    return true;
}

} // namespace

std::size_t utf8SequenceLength(std::string_view text)
{
    const unsigned lead = byteAt(text, 0);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return hasTail(text, 2) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (!hasTail(text, 3))
            return 0;
        const bool overlong = lead == 0xE0 && byteAt(text, 1) < 0xA0;
        const bool surrogate = lead == 0xED && byteAt(text, 1) > 0x9F;
        return overlong || surrogate ? 0 : 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (!hasTail(text, 4))
            return 0;
        const bool overlong = lead == 0xF0 && byteAt(text, 1) < 0x90;
        const bool beyond = lead == 0xF4 && byteAt(text, 1) > 0x8F;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

bool isUtf8(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t length = utf8SequenceLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::u16string toUtf16(std::string_view text)
{
    std::u16string units;
    units.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8SequenceLength(text);
        invariant(length != 0, "text that is not UTF-8 was to become UTF-16");
        // A lead byte of a sequence of n > 1 bytes carries 7 - n bits, every other byte six.
        std::uint32_t point = byteAt(text, 0) & (length == 1 ? 0x7FU : 0xFFU >> (length + 1));
        for (std::size_t at = 1; at < length; ++at)
            point = point << 6U | (byteAt(text, at) & 0x3FU);
        if (point < 0x10000) {
            units += static_cast<char16_t>(point);
        } else {
            units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10U));
            units += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FFU));
        }
        text.remove_prefix(length);
    }
    return units;
}

} // namespace hpcbill
