// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/signature.h"

#include "common/invariant.h"
#include "server/crypto/hmac.h"

#include <fmt/format.h>
#include <sodium.h>

namespace hpcbill::webhooks
{
namespace
{

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t secretBytes = 32;

std::string toBase64(std::string_view bytes)
{
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // the NUL
    return text;
}

std::string keyOf(std::string_view secret)
{
    invariant(secret.starts_with(prefix), "secrets of webhooks begin with whsec_");
    secret.remove_prefix(prefix.size());
    std::string key(secret.size(), '\0');
    std::size_t size = 0;
    invariant(sodium_base642bin(reinterpret_cast<unsigned char*>(key.data()), key.size(), secret.data(),
                                secret.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL) == 0,
              "secrets of webhooks are base64");
    key.resize(size);
    return key;
}

} // namespace

std::string newSecret()
{
    std::string bytes(secretBytes, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return std::string(prefix) + toBase64(bytes);
}

std::string timestampOf(UtcTime at)
{
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

std::string signatures(const SignedContent& content, const std::vector<std::string>& secrets)
{
    const std::string text =
        fmt::format("{}.{}.{}", content.messageId, timestampOf(content.at), content.body);
    std::string all;
    for (const std::string& secret : secrets)
        all += (all.empty() ? "v1," : " v1,") + toBase64(crypto::hmacSha256(keyOf(secret), text));
    return all;
}

} // namespace hpcbill::webhooks
