// SPDX-License-Identifier: GPL-3.0-or-later
// A record costs three hashes of some hundred bytes. OpenSSL 3's own interface takes 183 ns for one of 65 bytes, and 575 in one call; the one
// below it 150. It has been deprecated, and is there in every OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "common/audit/sha256.h"

#include "common/invariant.h"

#include <openssl/sha.h>

namespace hpcbill::audit
{

Hash sha256(std::initializer_list<std::string_view> parts)
{
    Hash hash{};
    SHA256_CTX context;
    bool isDone = SHA256_Init(&context) == 1;
    for (const std::string_view part : parts)
        isDone = isDone && SHA256_Update(&context, part.data(), part.size()) == 1;
    isDone = isDone && SHA256_Final(hash.data(), &context) == 1;
    invariant(isDone, "OpenSSL hashes what lies in memory");
    return hash;
}

} // namespace hpcbill::audit
