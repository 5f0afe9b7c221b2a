// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/api/json.h"

namespace hpcbill::api
{

nlohmann::ordered_json toJson(const Money& money)
{
    return {{"amount", toDecimal(money)}, {"currency", money.currency().code()}};
}

nlohmann::ordered_json toJson(const std::optional<UtcTime>& time)
{
    return time ? nlohmann::ordered_json(toRfc3339(*time)) : nlohmann::ordered_json(nullptr);
}

} // namespace hpcbill::api
