// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payment_metrics.h"
#include "server/payments/payments.h"

namespace hpcbill::payments
{

/// What the files of this folder work with.
struct Payments::Insides {
    /// Throws NotFound.
    [[nodiscard]] Provider& provider(std::string_view name) const;
    [[nodiscard]] bool hasProvider(std::string_view name) const;

    Parts parts;
    PaymentSettings settings;
    std::vector<std::unique_ptr<Provider>> providers;
    PaymentMetrics metrics;
};

/// Payments::ask() about the provider's `externalId`, which may not be known of the payment yet, or be another
/// checkout of it: then its answer counts if it names payment and receipt.
void askAbout(Payments::Insides& insides, PaymentId id, const std::string& externalId,
              const std::optional<std::string>& reason, const api::Actor& by);

/// Records of the system itself.
inline const api::Actor systemActor{.name = "system", .role = std::nullopt, .address = "", .requestId = ""};

} // namespace hpcbill::payments
