// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/payments.h"
#include "server/payments/providers/dummy.h"

namespace hpcbill::payments
{

std::vector<std::unique_ptr<Provider>> makeProviders(const ProviderSettings& settings)
{
    std::vector<std::unique_ptr<Provider>> providers;
    if (settings.hasDummy)
        providers.push_back(std::make_unique<Dummy>());
    return providers;
}

} // namespace hpcbill::payments
