// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/payments/payments.h"

#include <set>

#include <prometheus/family.h>

namespace prometheus
{
class Counter;
class Gauge;
class Registry;
} // namespace prometheus

namespace hpcbill::payments
{

/// `payments_webhook_events_total{provider,event,outcome}`, `payments_finalized_total{provider}`,
/// `payments_pending_oldest_seconds`.
class PaymentMetrics final
{
public:
    PaymentMetrics(prometheus::Registry& registry, const std::vector<std::unique_ptr<Provider>>& providers);

    /// A type that the provider is not known to send counts as "other", and what was not proven to be the
    /// provider's as "unverified", so that callers cannot make series.
    void countEvent(const std::string& provider, const std::optional<std::string>& eventType,
                    std::string_view outcome);
    void countFinalized(const std::string& provider);
    void setOldest(std::chrono::seconds age);

private:
    prometheus::Family<prometheus::Counter>& m_events;
    prometheus::Family<prometheus::Counter>& m_finalized;
    prometheus::Gauge& m_oldest;
    std::set<std::pair<std::string, std::string>> m_known; ///< provider and event type
};

} // namespace hpcbill::payments
