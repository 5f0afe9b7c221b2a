// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/checkpoint.h"

#include "common/audit/base64.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace hpcbill::audit
{
namespace
{

/// The next line without its line feed, which is taken off `text`; none where there is no whole line left.
std::optional<std::string_view> takeLine(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos)
        return std::nullopt;
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

std::optional<std::int64_t> readSize(std::string_view digits)
{
    std::int64_t size = -1;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, size);
    const bool isPlain = error == std::errc() && stop == end && size >= 0 && (digits.size() == 1 || digits.front() != '0');
    return isPlain && digits != "-0" ? std::optional(size) : std::nullopt;
}

} // namespace

std::string toText(const Checkpoint& checkpoint)
{
    return fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, toBase64(bytesOf(checkpoint.root)));
}

Result<Checkpoint, std::string> parseCheckpoint(std::string_view text)
{
    const auto origin = takeLine(text);
    const auto size = takeLine(text);
    const auto root = takeLine(text);
    if (!origin || origin->empty() || !size || !root)
        return fail(std::string("has not the three lines of a checkpoint"));
    Checkpoint checkpoint;
    checkpoint.origin = *origin;
    const auto number = readSize(*size);
    const auto hash = fromBase64(*root);
    if (!number)
        return fail(std::string("names no number of records in its second line"));
    if (!hash || hash->size() != checkpoint.root.size())
        return fail(std::string("has no SHA-256 in its third line"));
    checkpoint.size = *number;
    std::copy(hash->begin(), hash->end(), checkpoint.root.begin());
    while (!text.empty()) {
        const auto extension = takeLine(text);
        if (!extension || extension->empty())
            return fail(std::string("has an empty line among its extensions"));
    }
    return checkpoint;
}

std::string signedNote(const Checkpoint& checkpoint, const NoteSigner& signer)
{
    return toText(signer.sign(toText(checkpoint)));
}

Result<Checkpoint, std::string> openCheckpoint(std::string_view note, std::span<const NoteKey> trusted)
{
    const Result<std::string, std::string> text = openNote(note, trusted);
    if (!text)
        return fail(text.error());
    return parseCheckpoint(*text);
}

} // namespace hpcbill::audit
