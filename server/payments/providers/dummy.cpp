// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/dummy.h"

#include <fmt/format.h>

namespace hpcbill::payments
{

Checkout Dummy::createCheckout(const CheckoutOrder& order)
{
    return {.externalPaymentId = fmt::format("dummy_{}", static_cast<std::int64_t>(order.payment)),
            .url = order.returnUrl};
}

ProviderState Dummy::read(const std::string& externalPaymentId)
{
    return {.externalPaymentId = externalPaymentId,
            .standing = Standing::open,
            .amount = std::nullopt,
            .currency = std::nullopt,
            .reason = std::nullopt};
}

ProviderState Dummy::expire(const std::string& externalPaymentId)
{
    ProviderState state = read(externalPaymentId);
    state.standing = Standing::expired;
    return state;
}

Verdict Dummy::verify(const http::TextPairs&, std::string_view, const std::vector<SigningSecret>&, UtcTime) const
{
    return {.isGenuine = false, .secretId = std::nullopt, .reason = "The dummy provider sends no webhooks."};
}

Result<ProviderEvent, std::string> Dummy::parse(std::string_view) const
{
    return fail(std::string("The dummy provider sends no webhooks."));
}

} // namespace hpcbill::payments
