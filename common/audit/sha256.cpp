// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/sha256.h"

#include "common/invariant.h"

#include <openssl/evp.h>

#include <memory>

namespace hpcbill::audit
{
namespace
{

/// Finding the algorithm and making a context cost OpenSSL 3 more than hashing a record: 575 ns against 183 for 65 bytes.
class Digest final
{
public:
    Digest()
        : m_algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free)
        , m_context(EVP_MD_CTX_new(), EVP_MD_CTX_free)
    {
        invariant(m_algorithm && m_context, "OpenSSL has SHA-256");
    }

    Hash of(std::initializer_list<std::string_view> parts)
    {
        Hash hash{};
        bool isDone = EVP_DigestInit_ex2(m_context.get(), m_algorithm.get(), nullptr) == 1;
        for (const std::string_view part : parts)
            isDone = isDone && EVP_DigestUpdate(m_context.get(), part.data(), part.size()) == 1;
        isDone = isDone && EVP_DigestFinal_ex(m_context.get(), hash.data(), nullptr) == 1;
        invariant(isDone, "OpenSSL hashes what lies in memory");
        return hash;
    }

private:
    std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> m_algorithm;
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> m_context;
};

} // namespace

Hash sha256(std::initializer_list<std::string_view> parts)
{
    thread_local Digest digest; // holds nothing from one call to the next
    return digest.of(parts);
}

} // namespace hpcbill::audit
