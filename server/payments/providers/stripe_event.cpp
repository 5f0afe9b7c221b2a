// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/stripe_event.h"

#include "common/money/decimal.h"
#include "server/payments/providers/reading.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::payments::stripe
{
namespace
{

// Stripe's documentation, "Supported currencies": zero-decimal, three-decimal, special cases. MGA has two
// digits in ISO 4217 and none here; ISK and UGX have none in ISO 4217 and two here, of which the last two
// must be 0.
constexpr std::array<std::string_view, 15> withoutDigits{
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 5> withThreeDigits{"BHD", "JOD", "KWD", "OMR", "TND"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& codes, std::string_view code)
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

int digitsOf(std::string_view currency)
{
    return holds(withoutDigits, currency) ? 0 : holds(withThreeDigits, currency) ? 3 : 2;
}

std::int64_t powerOfTen(int exponent)
{
    std::int64_t power = 1;
    for (int digit = 0; digit < exponent; ++digit)
        power *= 10;
    return power;
}

std::optional<std::string> reasonOf(const nlohmann::json& intent)
{
    for (const char* const name : {"decline_code", "code"}) {
        if (auto reason = wordAt(intent, {"last_payment_error", name}))
            return reason;
    }
    return std::nullopt;
}

/// How a session stands that the payer has been through but that is not paid: only the payment intent knows.
Standing standingOfUnpaid(const nlohmann::json& intent)
{
    const auto status = textAt(intent, {"status"});
    return status == "requires_payment_method" || status == "canceled" ? Standing::failed : Standing::open;
}

bool isSessionEvent(std::string_view type)
{
    return type == completed || type == asyncSucceeded || type == asyncFailed || type == expired;
}

} // namespace

Result<std::int64_t, std::string> amountFor(const Money& money)
{
    const std::string_view code = money.currency().code();
    const int digits = digitsOf(code);
    const int ours = money.currency().minorDigits();
    std::int64_t amount = money.minorUnits();
    if (ours > digits) {
        const std::int64_t step = powerOfTen(ours - digits);
        if (amount % step != 0)
            return fail(fmt::format("Stripe takes no part of {} as small as in {}.", code, toDecimal(money)));
        amount /= step;
    } else if (__builtin_mul_overflow(amount, powerOfTen(digits - ours), &amount)) {
        return fail(fmt::format("{} {} is more than Stripe takes.", toDecimal(money), code));
    }
    if (digits == 3 && amount % 10 != 0)
        return fail(
            fmt::format("Stripe takes {} in steps of 0.010 only, and not {}.", code, toDecimal(money)));
    return amount;
}

std::optional<std::string> decimalOf(std::int64_t amount, std::string_view currency)
{
    const auto known = Currency::parse(currency);
    if (!known)
        return std::nullopt;
    const int digits = digitsOf(currency);
    const int ours = known->minorDigits();
    std::int64_t units = amount;
    // What cannot be told in our digits (half a krona) is told in Stripe's: it is not what is owed either
    // way.
    if (ours < digits && amount % powerOfTen(digits - ours) == 0)
        return decimalText(amount / powerOfTen(digits - ours), ours);
    if (ours < digits || __builtin_mul_overflow(amount, powerOfTen(ours - digits), &units))
        return decimalText(amount, digits);
    return decimalText(units, ours);
}

std::optional<ProviderState> stateOf(const nlohmann::json& session)
{
    const auto id = wordAt(session, {"id"});
    const auto status = textAt(session, {"status"});
    const auto paymentStatus = textAt(session, {"payment_status"});
    if (textAt(session, {"object"}) != "checkout.session" || !id || !paymentStatus)
        return std::nullopt;
    ProviderState state;
    state.externalPaymentId = *id;
    state.payment = paymentOf(session);
    state.receiptNumber = textAt(session, {"metadata", "receipt_number"});
    if (paymentStatus == "paid" || paymentStatus == "no_payment_required")
        state.standing = Standing::paid;
    else if (status == "expired")
        state.standing = Standing::expired;
    else if (status == "complete")
        state.standing = standingOfUnpaid(valueAt(session, {"payment_intent"}));
    else
        state.standing = Standing::open;
    if (auto currency = wordAt(session, {"currency"}))
        state.currency = upperCase(std::move(*currency));
    const auto amount = integerAt(session, {"amount_total"});
    if (amount && state.currency)
        state.amount = decimalOf(*amount, *state.currency);
    if (state.standing == Standing::failed)
        state.reason = reasonOf(valueAt(session, {"payment_intent"}));
    return state;
}

std::optional<PaymentId> paymentOf(const nlohmann::json& object)
{
    const auto id = parsePaymentId(textAt(object, {"metadata", "payment_id"}));
    return id ? id : parsePaymentId(textAt(object, {"client_reference_id"}));
}

Result<ProviderEvent, std::string> parseEvent(std::string_view body)
{
    const auto json = parseObject(body);
    if (!json)
        return fail(json.error());
    const auto id = wordAt(*json, {"id"});
    const auto type = wordAt(*json, {"type"});
    if (textAt(*json, {"object"}) != "event" || !id || !type)
        return fail(std::string("The body is no event of Stripe: object, id or type is missing."));
    const nlohmann::json& object = valueAt(*json, {"data", "object"});
    ProviderEvent event{
        .externalEventId = *id, .eventType = *type, .payment = paymentOf(object), .state = {}};
    if (!isSessionEvent(*type))
        return event;
    event.state = stateOf(object);
    if (!event.state)
        return fail("The event " + *type + " holds no Checkout Session that can be read.");
    // The session itself does not tell a payment that failed from one that is under way; the event's type
    // does.
    if (*type == asyncFailed && event.state->standing == Standing::open)
        event.state->standing = Standing::failed;
    return event;
}

} // namespace hpcbill::payments::stripe
