// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/csrf.h"

#include <fmt/format.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <array>
#include <span>

namespace hpcbill::http
{

namespace
{

std::string base64Url(std::span<const unsigned char> bytes)
{
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back(); // the terminating zero that libsodium counts
    return text;
}

std::string withPrefix(bool secure, std::string_view name)
{
    return fmt::format("{}{}", secure ? "__Host-" : "", name);
}

} // namespace

std::string sessionCookieName(bool secure)
{
    return withPrefix(secure, "hpcbill_session");
}

std::string visitCookieName(bool secure)
{
    return withPrefix(secure, "hpcbill_visit");
}

std::string csrfTokenFor(std::string_view secret)
{
    const std::string text = fmt::format("hpcbill-csrf-1:{}", secret);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64Url(digest);
}

bool isSameSecret(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string randomToken()
{
    std::array<unsigned char, 32> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return base64Url(bytes);
}

} // namespace hpcbill::http
