// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace hpcbill::api
{

/// `Idempotency-Key` of a POST that makes something: with the same key and request the same thing is answered
/// with, and made once.
struct IdempotencyKey {
    std::string key;
    std::string requestHash; ///< SHA-256 of the request, 32 raw bytes; never of one that carries a password
};

} // namespace hpcbill::api
