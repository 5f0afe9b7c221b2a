// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/webhooks/webhooks.h"

#include <nlohmann/json.hpp>

namespace hpcbill::webhooks
{

nlohmann::ordered_json toJson(const Endpoint& endpoint);
/// With the secret, as it is shown once.
nlohmann::ordered_json toJson(const EndpointWithSecret& made);
nlohmann::ordered_json toJson(const Delivery& delivery);
nlohmann::ordered_json toJson(const DeliveryWithTries& delivery);

} // namespace hpcbill::webhooks
