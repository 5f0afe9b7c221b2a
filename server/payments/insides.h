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

/// Records of the system itself.
inline const api::Actor systemActor{.name = "system", .role = std::nullopt, .address = "", .requestId = ""};

} // namespace hpcbill::payments
