// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/crypto/secret_box.h"

#include "common/error.h"
#include "common/invariant.h"

#include <sodium.h>

#include <algorithm>

namespace hpcbill::crypto
{
namespace
{

/// One key per use, so that what one of them gives away is of no help with the other.
void derive(std::array<unsigned char, 32>& key, std::string_view appSecretKey, std::string_view use)
{
    std::array<unsigned char, 32> master{};
    crypto_generichash(master.data(), master.size(), reinterpret_cast<const unsigned char*>(appSecretKey.data()),
                       appSecretKey.size(), nullptr, 0);
    crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(use.data()), use.size(),
                       master.data(), master.size());
    sodium_memzero(master.data(), master.size());
}

} // namespace

SecretBox::SecretBox(std::string_view appSecretKey)
{
    static_assert(crypto_secretbox_KEYBYTES == 32 && crypto_generichash_BYTES == 32);
    invariant(sodium_init() >= 0, "libsodium can be used");
    derive(m_sealKey, appSecretKey, "hpcbill.seal");
    derive(m_fingerprintKey, appSecretKey, "hpcbill.fingerprint");
}

SecretBox::~SecretBox()
{
    sodium_memzero(m_sealKey.data(), m_sealKey.size());
    sodium_memzero(m_fingerprintKey.data(), m_fingerprintKey.size());
}

std::vector<std::byte> SecretBox::seal(std::string_view secret) const
{
    std::vector<std::byte> sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + secret.size());
    auto* const nonce = reinterpret_cast<unsigned char*>(sealed.data());
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES,
                          reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nonce,
                          m_sealKey.data());
    return sealed;
}

std::string SecretBox::open(std::span<const std::byte> sealed) const
{
    constexpr std::size_t overhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const auto* const nonce = reinterpret_cast<const unsigned char*>(sealed.data());
    std::string secret(sealed.size() < overhead ? 0 : sealed.size() - overhead, '\0');
    if (sealed.size() < overhead ||
        crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(secret.data()),
                                   nonce + crypto_secretbox_NONCEBYTES,
                                   sealed.size() - crypto_secretbox_NONCEBYTES, nonce, m_sealKey.data()) != 0)
        throw Conflict("wrong_secret_key",
                       "A stored secret cannot be opened: APP_SECRET_KEY is not the one that it was stored "
                       "under. Put that one back, or add the secret again.");
    return secret;
}

std::vector<std::byte> SecretBox::fingerprint(std::string_view secret) const
{
    std::vector<std::byte> print(crypto_generichash_BYTES);
    crypto_generichash(reinterpret_cast<unsigned char*>(print.data()), print.size(),
                       reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                       m_fingerprintKey.data(), m_fingerprintKey.size());
    return print;
}

} // namespace hpcbill::crypto
