// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/webhooks/webhooks.h"

namespace hpcbill::webhooks
{

std::string_view codeOf(EndpointStatus status)
{
    switch (status) {
    case EndpointStatus::active:
        return "active";
    case EndpointStatus::paused:
        return "paused";
    }
    return {};
}

std::string_view codeOf(PauseReason reason)
{
    switch (reason) {
    case PauseReason::requested:
        return "requested";
    case PauseReason::gone:
        return "gone";
    case PauseReason::failing:
        return "failing";
    }
    return {};
}

std::string_view codeOf(DeliveryStatus status)
{
    switch (status) {
    case DeliveryStatus::pending:
        return "pending";
    case DeliveryStatus::delivered:
        return "delivered";
    case DeliveryStatus::dead:
        return "dead";
    }
    return {};
}

std::optional<EndpointStatus> parseEndpointStatus(std::string_view code)
{
    for (const EndpointStatus status : {EndpointStatus::active, EndpointStatus::paused}) {
        if (codeOf(status) == code)
            return status;
    }
    return std::nullopt;
}

std::optional<DeliveryStatus> parseDeliveryStatus(std::string_view code)
{
    for (const DeliveryStatus status :
         {DeliveryStatus::pending, DeliveryStatus::delivered, DeliveryStatus::dead}) {
        if (codeOf(status) == code)
            return status;
    }
    return std::nullopt;
}

} // namespace hpcbill::webhooks
