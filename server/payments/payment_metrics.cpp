// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/payment_metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>

namespace hpcbill::payments
{
namespace
{

/// Those that a message of a known kind can have.
constexpr std::array verifiedOutcomes{
    Outcome::applied,        Outcome::noChange,        Outcome::unknownPayment, Outcome::amountUnknown,
    Outcome::amountDiffers,  Outcome::currencyDiffers, Outcome::receiptVoid,    Outcome::paidTwice,
    Outcome::lateFailure,    Outcome::waiting,         Outcome::notAboutPayments};

} // namespace

PaymentMetrics::PaymentMetrics(prometheus::Registry& registry,
                               const std::vector<std::unique_ptr<Provider>>& providers)
    : m_events(prometheus::BuildCounter()
                   .Name("payments_webhook_events_total")
                   .Help("Webhooks of payment providers, by what became of them; a repeated one is a replay.")
                   .Register(registry))
    , m_finalized(prometheus::BuildCounter()
                      .Name("payments_finalized_total")
                      .Help("Payments that succeeded.")
                      .Register(registry))
    , m_oldest(prometheus::BuildGauge()
                   .Name("payments_pending_oldest_seconds")
                   .Help("Age of the oldest pending payment, 0 where there is none.")
                   .Register(registry)
                   .Add({}))
{
    for (const auto& provider : providers) {
        const std::string name(provider->name());
        m_finalized.Add({{"provider", name}});
        const auto add = [&](std::string_view event, std::string_view outcome) {
            m_events.Add({{"provider", name}, {"event", std::string(event)}, {"outcome", std::string(outcome)}});
        };
        for (const std::string_view event : provider->eventTypes()) {
            m_known.emplace(name, event);
            for (const Outcome outcome : verifiedOutcomes)
                add(event, codeOf(outcome));
            add(event, "replay");
        }
        add("unverified", codeOf(Outcome::badSignature));
        add("unverified", codeOf(Outcome::unreadable));
        add("other", codeOf(Outcome::notAboutPayments));
    }
}

void PaymentMetrics::countEvent(const std::string& provider, const std::optional<std::string>& eventType,
                                std::string_view outcome)
{
    const bool isUnverified =
        outcome == codeOf(Outcome::badSignature) || outcome == codeOf(Outcome::unreadable);
    std::string event = "other";
    if (isUnverified)
        event = "unverified";
    else if (eventType && m_known.contains({provider, *eventType}))
        event = *eventType;
    m_events.Add({{"provider", provider}, {"event", event}, {"outcome", std::string(outcome)}}).Increment();
}

void PaymentMetrics::countFinalized(const std::string& provider)
{
    m_finalized.Add({{"provider", provider}}).Increment();
}

void PaymentMetrics::setOldest(std::chrono::seconds age)
{
    m_oldest.Set(static_cast<double>(age.count()));
}

} // namespace hpcbill::payments
