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

struct OmiseSettings {
    std::string apiUrl = "https://api.omise.co";
    std::string secretKey;
    std::chrono::milliseconds timeout{20'000}; ///< of a call
};

/// Omise by PromptPay: a charge has a QR code, which the payer scans with a bank's app. Its webhooks were not
/// signed at all for years and still need not be, so that each is confirmed by asking for the charge.
class Omise final : public Provider
{
public:
    explicit Omise(OmiseSettings settings)
        : m_settings(std::move(settings))
    {
    }

    std::string_view name() const override { return "omise"; }
    std::vector<std::string_view> eventTypes() const override;
    /// Omise has no idempotency keys: its newest charges are asked for first, and one that was made for the
    /// same order is gone on with.
    Checkout createCheckout(const CheckoutOrder& order) override;
    ProviderState read(const std::string& externalPaymentId) override;
    ProviderState expire(const std::string& externalPaymentId) override;
    /// By `Omise-Signature: SIGNATURE[,SIGNATURE]` and `Omise-Signature-Timestamp` where a secret is in force.
    /// Otherwise it is genuine for now: read() decides.
    Verdict verify(const http::TextPairs& headers, std::string_view body,
                   const std::vector<SigningSecret>& secrets, UtcTime now) const override;
    Result<ProviderEvent, std::string> parse(std::string_view body) const override;
    bool needsReadBack() const override { return true; }
    std::string checkoutOrigin() const override;

private:
    http::OutgoingRequest request(const std::string& path) const;

    OmiseSettings m_settings;
};

} // namespace hpcbill::payments
