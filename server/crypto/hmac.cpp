// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/crypto/hmac.h"

#include "common/invariant.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace hpcbill::crypto
{

std::string hmacSha256(std::string_view key, std::string_view message)
{
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    unsigned int size = 0;
    const auto* const done =
        HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
             reinterpret_cast<const unsigned char*>(message.data()), message.size(),
             reinterpret_cast<unsigned char*>(mac.data()), &size);
    invariant(done != nullptr && size == 32, "OpenSSL has HMAC-SHA256");
    mac.resize(size);
    return mac;
}

std::string toHex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

} // namespace hpcbill::crypto
