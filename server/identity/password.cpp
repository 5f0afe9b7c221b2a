// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/password.h"

#include "common/error.h"
#include "common/invariant.h"
#include "server/http/csrf.h"

#include <sodium.h>

#include <array>
#include <cstdio>

namespace hpcbill::identity
{

PasswordCost PasswordCost::least()
{
    return {crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
}

PasswordHasher::PasswordHasher(PasswordCost cost)
    : m_cost(cost)
{
    invariant(sodium_init() >= 0, "libsodium can be used");
    m_nobody = hash(http::randomToken());
}

std::string PasswordHasher::hash(std::string_view password) const
{
    const Turns::Turn turn(m_turns, 0);
    std::array<char, crypto_pwhash_STRBYTES> text{};
    if (crypto_pwhash_str(text.data(), password.data(), password.size(), m_cost.operations,
                          m_cost.memoryBytes) != 0)
        throw Overloaded("There is not enough memory to check passwords. Try again in a moment.",
                         std::chrono::seconds(5));
    return text.data();
}

bool PasswordHasher::verify(const std::optional<std::string>& hash, std::string_view password, std::int64_t rank) const
{
    const Turns::Turn turn(m_turns, rank);
    const std::string& known = hash ? *hash : m_nobody;
    return crypto_pwhash_str_verify(known.c_str(), password.data(), password.size()) == 0 && hash.has_value();
}

bool PasswordHasher::isOutdated(const std::string& hash) const
{
    int version = 0;
    unsigned long long kibibytes = 0;
    unsigned long long operations = 0;
    const int read = std::sscanf(hash.c_str(), "$argon2id$v=%d$m=%llu,t=%llu,p=1$", &version, &kibibytes, &operations);
    return read != 3 || version < 19 || kibibytes * 1024 < m_cost.memoryBytes || operations < m_cost.operations;
}

} // namespace hpcbill::identity
