// SPDX-License-Identifier: GPL-3.0-or-later
// Webhooks of payment providers: anybody can send one.
#include "common/invariant.h"
#include "common/money/currency.h"
#include "common/money/money.h"
#include "server/payments/providers/omise_event.h"
#include "server/payments/providers/reading.h"
#include "server/payments/providers/stripe_event.h"
#include "tests/fuzz/targets.h"

namespace hpcbill::fuzz
{
namespace
{

using namespace payments;

void check(const Result<ProviderEvent, std::string>& event)
{
    if (!event) {
        invariant(event.error().ends_with('.'), "an event that cannot be read does not say why");
        return;
    }
    invariant(!event->externalEventId.empty() && event->externalEventId.size() <= 255 &&
                  event->externalEventId.find('\0') == std::string::npos && !event->eventType.empty(),
              "an event was read that cannot be stored");
    invariant(!event->payment || static_cast<std::int64_t>(*event->payment) > 0,
              "a payment has an impossible id");
    if (!event->state)
        return;
    invariant(!event->state->externalPaymentId.empty(), "a state was read of no payment");
    invariant(!event->state->amount || event->state->currency, "an amount was read of no currency");
}

} // namespace

void stripeEvent(std::string_view text)
{
    const auto event = stripe::parseEvent(text);
    check(event);
    if (!event || !event->state || !event->state->amount)
        return;
    // What Stripe said and we understood is what we would have said to Stripe.
    const auto currency = Currency::parse(*event->state->currency);
    invariant(currency.ok(), "an amount was read of an unknown currency");
    const auto money = parseMoney(*event->state->amount, *currency);
    const auto json = parseObject(text);
    if (!money)
        return; // told in Stripe's digits, because ours are too few
    const auto amount = stripe::amountFor(*money);
    invariant(!amount || *amount == integerAt(*json, {"data", "object", "amount_total"}),
              "an amount that is read and written is another one");
}

void omiseEvent(std::string_view text)
{
    check(omise::parseEvent(text));
}

} // namespace hpcbill::fuzz
