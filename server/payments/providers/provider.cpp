// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/provider.h"

namespace hpcbill::payments
{

ProviderFailure::~ProviderFailure() = default;
Provider::~Provider() = default;

std::string_view codeOf(Standing standing)
{
    switch (standing) {
    case Standing::open:
        return "open";
    case Standing::paid:
        return "paid";
    case Standing::failed:
        return "failed";
    case Standing::expired:
        return "expired";
    }
    return {};
}

std::optional<Standing> parseStanding(std::string_view code)
{
    for (const Standing standing : {Standing::open, Standing::paid, Standing::failed, Standing::expired}) {
        if (codeOf(standing) == code)
            return standing;
    }
    return std::nullopt;
}

} // namespace hpcbill::payments
