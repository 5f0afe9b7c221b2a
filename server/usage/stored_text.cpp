// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/usage/stored_text.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>

namespace hpcbill::usage
{
namespace
{

/// How many bytes the sequence that `first` begins has, by RFC 3629; 1 for what begins none.
std::size_t sequenceLength(char first)
{
    const auto byte = static_cast<unsigned char>(first);
    if (byte >= 0xF0)
        return 4;
    if (byte >= 0xE0)
        return 3;
    if (byte >= 0xC0)
        return 2;
    return 1;
}

} // namespace

StoredText toStoredText(std::string_view bytes)
{
    if (bytes.find('\0') == std::string_view::npos && simdjson::validate_utf8(bytes.data(), bytes.size())) {
        return {std::string(bytes), std::nullopt};
    }
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view sequence = bytes.substr(at, sequenceLength(bytes[at]));
        if (bytes[at] != '\0' && simdjson::validate_utf8(sequence.data(), sequence.size())) {
            text += sequence;
            at += sequence.size();
        } else {
            text += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes[at]));
            ++at;
        }
    }
    return {text, std::string(bytes)};
}

std::int64_t exitCodeOf(const std::optional<std::string>& stored)
{
    std::int64_t code = stored ? 0 : -1;
    if (stored)
        std::from_chars(stored->data(), stored->data() + stored->size(), code);
    return code;
}

} // namespace hpcbill::usage
