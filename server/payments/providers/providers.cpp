// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/payments.h"
#include "server/payments/providers/dummy.h"
#include "server/payments/providers/omise.h"
#include "server/payments/providers/stripe.h"

namespace hpcbill::payments
{

std::vector<std::unique_ptr<Provider>> makeProviders(const ProviderSettings& settings)
{
    std::vector<std::unique_ptr<Provider>> providers;
    if (settings.hasDummy)
        providers.push_back(std::make_unique<Dummy>());
    if (!settings.stripeSecretKey.empty()) {
        providers.push_back(std::make_unique<Stripe>(
            StripeSettings{.apiUrl = settings.stripeApiUrl, .secretKey = settings.stripeSecretKey}));
    }
    if (!settings.omiseSecretKey.empty()) {
        providers.push_back(std::make_unique<Omise>(
            OmiseSettings{.apiUrl = settings.omiseApiUrl, .secretKey = settings.omiseSecretKey}));
    }
    return providers;
}

} // namespace hpcbill::payments
