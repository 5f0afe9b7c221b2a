// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/etag.h"

#include "common/error.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

namespace hpcbill::http
{

namespace
{

/// One entity tag taken off the front of a list; none when what stands there is not one.
struct Tag {
    bool weak = false;
    std::string_view quoted;
};

void skipBlanksAndCommas(std::string_view& text)
{
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \t,")));
}

std::optional<Tag> takeTag(std::string_view& text)
{
    Tag tag;
    if (text.starts_with("W/")) {
        tag.weak = true;
        text.remove_prefix(2);
    }
    if (!text.starts_with('"'))
        return std::nullopt;
    const std::size_t end = text.find('"', 1);
    if (end == std::string_view::npos)
        return std::nullopt;
    tag.quoted = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    return tag;
}

} // namespace

std::string etagOfContent(std::string_view content)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest.data());
    std::string etag = "\"";
    for (std::size_t i = 0; i < 16; ++i)
        etag += fmt::format("{:02x}", digest[i]);
    return etag + '"';
}

bool namesEtag(std::string_view header, std::string_view etag, Comparison comparison)
{
    skipBlanksAndCommas(header);
    if (header.starts_with('*'))
        return true;
    std::string_view current = etag;
    const std::optional<Tag> wanted = takeTag(current);
    if (!wanted || (comparison == Comparison::strong && wanted->weak))
        return false;
    while (!header.empty()) {
        const std::optional<Tag> tag = takeTag(header);
        if (!tag)
            return false;
        if (tag->quoted == wanted->quoted && !(comparison == Comparison::strong && tag->weak))
            return true;
        skipBlanksAndCommas(header);
    }
    return false;
}

void requireMatch(const Request& request, std::string_view etag)
{
    const std::optional<std::string> header = request.header("If-Match");
    if (!header)
        throw PreconditionRequired(
            "Send If-Match with the ETag of the version that you read, so that nobody's change is lost.");
    if (!namesEtag(*header, etag, Comparison::strong))
        throw Stale("This was changed since you read it. Read it again, compare, and send the change with "
                    "the new ETag.");
}

Response withEtag(const Request& request, Response response, std::string_view etag)
{
    response.set("ETag", std::string(etag));
    const std::optional<std::string> header = request.header("If-None-Match");
    if (!header || !namesEtag(*header, etag, Comparison::weak))
        return response;
    Response unchanged(304);
    for (const auto& [name, value] : response.headers()) {
        if (name != "Content-Type")
            unchanged.add(name, value);
    }
    return unchanged;
}

} // namespace hpcbill::http
