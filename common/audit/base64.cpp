// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace hpcbill::audit
{

std::string toBase64(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL puts a NUL behind it
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                    static_cast<int>(bytes.size()));
    text.pop_back();
    return text;
}

std::optional<std::string> fromBase64(std::string_view text)
{
    constexpr std::size_t sizeMax = std::size_t{1} << 20U; // so that no length of OpenSSL's overflows
    if (text.size() % 4 != 0 || text.size() > sizeMax)
        return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(text.data()),
                        static_cast<int>(text.size())) < 0)
        return std::nullopt;
    const auto padding = static_cast<std::size_t>(std::count(text.end() - std::min<std::ptrdiff_t>(2, std::ssize(text)), text.end(), '='));
    bytes.resize(bytes.size() - padding);
    // OpenSSL skips white space at both ends and takes bits that nobody needs.
    if (toBase64(bytes) != text)
        return std::nullopt;
    return bytes;
}

} // namespace hpcbill::audit
