// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/http/client.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace hpcbill::payments
{

struct ApiAnswer {
    int status = 0;
    nlohmann::json body; ///< an object always
    bool isReplayed = false; ///< Stripe's answer to an earlier request with the same Idempotency-Key
};

/// Asks a provider's API. Throws ProviderFailure, with `provider` in its sentence, when there is no answer or
/// none that is an object of JSON.
ApiAnswer callApi(std::string_view provider, const http::OutgoingRequest& request);

/// `a=1&b=2` for a form or a query; names and values are encoded here.
std::string formOf(const http::TextPairs& fields);

/// "https://api.example.org" of "https://api.example.org/v1"
std::string originOf(std::string_view url);

} // namespace hpcbill::payments
