// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/omise_event.h"

#include "common/money/currency.h"
#include "common/money/decimal.h"
#include "server/payments/providers/reading.h"

namespace hpcbill::payments::omise
{
namespace
{

std::optional<Standing> standingOf(const nlohmann::json& charge)
{
    const auto status = textAt(charge, {"status"});
    if (status == "successful")
        return Standing::paid;
    // `expired` is a field of its own beside the status; which of them changes first is not documented.
    if (status == "expired" || (status == "pending" && isTrueAt(charge, {"expired"})))
        return Standing::expired;
    if (status == "pending")
        return Standing::open;
    if (status == "failed" || status == "reversed")
        return Standing::failed;
    return std::nullopt;
}

} // namespace

std::optional<ProviderState> stateOf(const nlohmann::json& charge)
{
    const auto id = wordAt(charge, {"id"});
    const auto standing = standingOf(charge);
    if (textAt(charge, {"object"}) != "charge" || !id || !standing)
        return std::nullopt;
    ProviderState state;
    state.externalPaymentId = *id;
    state.standing = *standing;
    state.payment = parsePaymentId(textAt(charge, {"metadata", "payment_id"}));
    state.receiptNumber = textAt(charge, {"metadata", "receipt_number"});
    if (auto currency = wordAt(charge, {"currency"}))
        state.currency = upperCase(std::move(*currency));
    const auto amount = integerAt(charge, {"amount"});
    const auto known = Currency::parse(state.currency.value_or(""));
    if (amount && known) // "in the smallest unit of the currency", which here is ISO 4217's
        state.amount = decimalText(*amount, known->minorDigits());
    if (*standing == Standing::failed) {
        state.reason = wordAt(charge, {"failure_code"});
        if (!state.reason)
            state.reason = wordAt(charge, {"status"});
    }
    return state;
}

Result<ProviderEvent, std::string> parseEvent(std::string_view body)
{
    const auto json = parseObject(body);
    if (!json)
        return fail(json.error());
    const auto id = wordAt(*json, {"id"});
    const auto type = wordAt(*json, {"key"});
    if (textAt(*json, {"object"}) != "event" || !id || !type)
        return fail(std::string("The body is no event of Omise: object, id or key is missing."));
    const nlohmann::json& charge = valueAt(*json, {"data"});
    ProviderEvent event{.externalEventId = *id,
                        .eventType = *type,
                        .payment = parsePaymentId(textAt(charge, {"metadata", "payment_id"})),
                        .state = {}};
    if (*type != created && *type != completed && *type != expired)
        return event;
    event.state = stateOf(charge);
    if (!event.state)
        return fail("The event " + *type + " holds no charge that can be read.");
    return event;
}

} // namespace hpcbill::payments::omise
