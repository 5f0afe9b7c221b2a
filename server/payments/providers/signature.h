// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/providers/provider.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::payments
{

/// A signature over "TIME.BODY" as Stripe and Omise both make it: HMAC-SHA256 in lower case hexadecimal.
struct SentSignature {
    std::string time;                    ///< as it was sent, for it is signed; seconds since 1970
    std::vector<std::string> signatures; ///< one for each secret that the sender had
};

/// The bytes that a secret stands for; none where it cannot be one.
using KeyOf = std::function<std::optional<std::string>(const std::string& secret)>;

/// Compares each signature with that of each secret, in a time that does not tell which fits, and then looks
/// at the time: not more than five minutes from `now` either way, so that an event which somebody kept cannot
/// be sent again later.
Verdict judge(const SentSignature& sent, std::string_view body, const std::vector<SigningSecret>& secrets,
              UtcTime now, const KeyOf& keyOf);

} // namespace hpcbill::payments
