// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/time/time.h"

#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::webhooks
{

/// A new secret as consumers get it: `whsec_` and 32 random bytes in base64. Standard Webhooks 1.0.0 asks for
/// 24 to 64.
std::string newSecret();

/// What is signed: a message's id, when it was tried, and its body to the last byte.
struct SignedContent {
    std::string_view messageId;
    UtcTime at;
    std::string_view body;
};

/// The header `webhook-signature` (Standard Webhooks 1.0.0): `v1,` and the HMAC-SHA256 of `id.seconds.body`
/// in base64, once for each secret, apart by a blank.
std::string signatures(const SignedContent& content, const std::vector<std::string>& secrets);

/// The header `webhook-timestamp`: seconds since 1970.
std::string timestampOf(UtcTime at);

} // namespace hpcbill::webhooks
