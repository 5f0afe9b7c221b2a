// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/providers/provider.h"

namespace hpcbill::payments
{

/// Takes no money and reaches nobody: for trying things out. Its checkout is our own page of thanks, where the
/// payer chooses how it ends.
class Dummy final : public Provider
{
public:
    std::string_view name() const override { return "dummy"; }
    std::vector<std::string_view> eventTypes() const override { return {}; }
    Checkout createCheckout(const CheckoutOrder& order) override;
    ProviderState read(const std::string& externalPaymentId) override;
    ProviderState expire(const std::string& externalPaymentId) override;
    Verdict verify(const http::TextPairs& headers, std::string_view body,
                   const std::vector<SigningSecret>& secrets, UtcTime now) const override;
    Result<ProviderEvent, std::string> parse(std::string_view body) const override;
    bool needsReadBack() const override { return false; }
    std::string checkoutOrigin() const override { return {}; }
};

} // namespace hpcbill::payments
