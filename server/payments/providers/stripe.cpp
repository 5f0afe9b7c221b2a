// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/stripe.h"

#include "server/crypto/hmac.h"
#include "server/payments/providers/api_call.h"
#include "server/payments/providers/reading.h"
#include "server/payments/providers/signature.h"
#include "server/payments/providers/stripe_event.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::payments
{
namespace
{

constexpr std::string_view signatureHeader = "Stripe-Signature";
constexpr std::string_view sessionsPath = "/v1/checkout/sessions";
constexpr int turnsMax = 20;

[[noreturn]] void refuse(const ApiAnswer& answer)
{
    throw ProviderFailure(
        fmt::format("Stripe answered {}: {}", answer.status,
                    textAt(answer.body, {"error", "message"}).value_or("no reason is told.")));
}

ProviderState stateFrom(const ApiAnswer& answer, const std::string& asked)
{
    if (answer.status != 200)
        refuse(answer);
    auto state = stripe::stateOf(answer.body);
    if (!state || state->externalPaymentId != asked)
        throw ProviderFailure(
            "Stripe answered with something else than the Checkout Session that was asked for.");
    return std::move(*state);
}

std::string pathOf(const std::string& session)
{
    return fmt::format("{}/{}", sessionsPath, http::encodePercent(session));
}

http::TextPairs fieldsOf(const CheckoutOrder& order, std::int64_t amount)
{
    const std::string payment = fmt::to_string(static_cast<std::int64_t>(order.payment));
    std::string currency(order.amount.currency().code());
    std::transform(currency.begin(), currency.end(), currency.begin(),
                   [](char c) { return static_cast<char>(c - 'A' + 'a'); });
    return {{"mode", "payment"},
            {"success_url", order.returnUrl},
            {"cancel_url", order.returnUrl},
            {"client_reference_id", payment},
            {"metadata[payment_id]", payment},
            {"metadata[receipt_number]", order.receiptNumber},
            {"payment_intent_data[metadata][payment_id]", payment},
            {"payment_intent_data[metadata][receipt_number]", order.receiptNumber},
            {"line_items[0][quantity]", "1"},
            {"line_items[0][price_data][currency]", currency},
            {"line_items[0][price_data][unit_amount]", fmt::to_string(amount)},
            {"line_items[0][price_data][product_data][name]", order.description}};
}

http::OutgoingRequest withKey(http::OutgoingRequest request, const std::string& key)
{
    request.headers.emplace_back("Idempotency-Key", key);
    return request;
}

/// `t=1492774577,v1=5257…,v1=6ffb…,v0=…`; kinds that are not known are passed over.
SentSignature parseHeader(std::string_view header)
{
    SentSignature sent;
    while (!header.empty()) {
        const std::size_t comma = header.find(',');
        const std::string_view item = header.substr(0, comma);
        header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
        if (item.starts_with("t="))
            sent.time = item.substr(2);
        else if (item.starts_with("v1="))
            sent.signatures.emplace_back(item.substr(3));
    }
    return sent;
}

} // namespace

std::vector<std::string_view> Stripe::eventTypes() const
{
    return {stripe::completed, stripe::asyncSucceeded, stripe::asyncFailed, stripe::expired};
}

http::OutgoingRequest Stripe::request(const std::string& path) const
{
    http::OutgoingRequest request;
    request.url = m_settings.apiUrl + path;
    request.timeout = m_settings.timeout;
    // The version is named, so that a change of the account's own does not change what is read here.
    request.headers = {{"Authorization", "Bearer " + m_settings.secretKey}, {"Stripe-Version", "2024-06-20"}};
    return request;
}

Checkout Stripe::createCheckout(const CheckoutOrder& order)
{
    const auto amount = stripe::amountFor(order.amount);
    if (!amount)
        throw ProviderFailure(amount.error());
    http::OutgoingRequest create = request(std::string(sessionsPath));
    create.method = http::Method::post;
    create.body = formOf(fieldsOf(order, *amount));
    create.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    // The whole order is in the key: Stripe refuses a key that comes with another body, and a database that
    // was begun anew counts its payments from one again.
    const std::string key = fmt::format("hpcbill-{}-{}", static_cast<std::int64_t>(order.payment),
                                        crypto::toHex(crypto::hmacSha256("hpcbill.checkout", create.body)));
    ApiAnswer answer = callApi("Stripe", withKey(create, key));
    // An error of Stripe's own is kept for a day and told again: then it is the next key's turn, which is the same
    // one for everybody who asks.
    for (int turn = 2; turn <= turnsMax && answer.status >= 500 && answer.isReplayed; ++turn)
        answer = callApi("Stripe", withKey(create, fmt::format("{}-{}", key, turn)));
    if (answer.status != 200)
        refuse(answer);
    const auto id = wordAt(answer.body, {"id"});
    const auto url = textAt(answer.body, {"url"});
    if (!id || !url || url->empty())
        throw ProviderFailure("Stripe made a Checkout Session without an id or an address to pay at.");
    return {*id, *url};
}

ProviderState Stripe::read(const std::string& externalPaymentId)
{
    return stateFrom(callApi("Stripe", request(pathOf(externalPaymentId) + "?expand[]=payment_intent")),
                     externalPaymentId);
}

ProviderState Stripe::expire(const std::string& externalPaymentId)
{
    http::OutgoingRequest expire = request(pathOf(externalPaymentId) + "/expire");
    expire.method = http::Method::post;
    expire.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const ApiAnswer answer = callApi("Stripe", expire);
    // 400: it is not open any more. How it ended, only a question tells.
    return answer.status == 400 ? read(externalPaymentId) : stateFrom(answer, externalPaymentId);
}

Verdict Stripe::verify(const http::TextPairs& headers, std::string_view body,
                       const std::vector<SigningSecret>& secrets, UtcTime now) const
{
    const auto header = http::headerOf(headers, signatureHeader);
    if (!header)
        return {.isGenuine = false,
                .secretId = std::nullopt,
                .reason = fmt::format("The header {} is missing.", signatureHeader)};
    return judge(parseHeader(*header), body, secrets, now, [](const std::string& secret) { return secret; });
}

Result<ProviderEvent, std::string> Stripe::parse(std::string_view body) const
{
    return stripe::parseEvent(body);
}

std::string Stripe::checkoutOrigin() const
{
    const std::string origin = originOf(m_settings.apiUrl);
    return origin == "https://api.stripe.com" ? "https://checkout.stripe.com" : origin;
}

} // namespace hpcbill::payments
