// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/providers/provider.h"

#include <chrono>

namespace hpcbill::http
{
struct OutgoingRequest;
}

namespace hpcbill::payments
{

struct StripeSettings {
    std::string apiUrl = "https://api.stripe.com";
    std::string secretKey;
    std::chrono::milliseconds timeout{20'000}; ///< of a call
};

/// Stripe by Checkout Sessions: the payer pays on Stripe's own page. A session that is given up is expired by
/// Stripe after a day.
class Stripe final : public Provider
{
public:
    explicit Stripe(StripeSettings settings)
        : m_settings(std::move(settings))
    {
    }

    std::string_view name() const override { return "stripe"; }
    std::vector<std::string_view> eventTypes() const override;
    Checkout createCheckout(const CheckoutOrder& order) override;
    ProviderState read(const std::string& externalPaymentId) override;
    ProviderState expire(const std::string& externalPaymentId) override;
    /// By `Stripe-Signature: t=TIME,v1=SIGNATURE[,v1=…]`.
    Verdict verify(const http::TextPairs& headers, std::string_view body,
                   const std::vector<SigningSecret>& secrets, UtcTime now) const override;
    Result<ProviderEvent, std::string> parse(std::string_view body) const override;
    bool needsReadBack() const override { return false; }
    std::string checkoutOrigin() const override;

private:
    http::OutgoingRequest request(const std::string& path) const;

    StripeSettings m_settings;
};

} // namespace hpcbill::payments
