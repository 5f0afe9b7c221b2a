// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::crypto
{

/// Seals secrets for the database, so that a dump of it tells none of them: libsodium's secretbox
/// (XSalsa20-Poly1305) under a key derived from APP_SECRET_KEY, a new nonce each time.
class SecretBox final
{
public:
    explicit SecretBox(std::string_view appSecretKey);
    ~SecretBox();
    SecretBox(const SecretBox&) = delete;
    SecretBox& operator=(const SecretBox&) = delete;

    [[nodiscard]] std::vector<std::byte> seal(std::string_view secret) const;
    /// Throws Conflict("wrong_secret_key") for what was sealed under another key, or altered.
    [[nodiscard]] std::string open(std::span<const std::byte> sealed) const;

    /// The same for the same secret under the same key, and telling nothing of it: to find out whether a secret
    /// is known already.
    [[nodiscard]] std::vector<std::byte> fingerprint(std::string_view secret) const;

private:
    std::array<unsigned char, 32> m_sealKey{};
    std::array<unsigned char, 32> m_fingerprintKey{};
};

} // namespace hpcbill::crypto
