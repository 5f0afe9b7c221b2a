// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/providers/omise.h"

#include "server/payments/providers/api_call.h"
#include "server/payments/providers/omise_event.h"
#include "server/payments/providers/reading.h"
#include "server/payments/providers/signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>

namespace hpcbill::payments
{
namespace
{

[[noreturn]] void refuse(const ApiAnswer& answer)
{
    throw ProviderFailure(fmt::format("Omise answered {}: {}", answer.status,
                                      textAt(answer.body, {"message"}).value_or("no reason is told.")));
}

ProviderState stateFrom(const ApiAnswer& answer, const std::string& asked)
{
    if (answer.status != 200)
        refuse(answer);
    auto state = omise::stateOf(answer.body);
    if (!state || state->externalPaymentId != asked)
        throw ProviderFailure("Omise answered with something else than the charge that was asked for.");
    return std::move(*state);
}

std::string pathOf(const std::string& charge)
{
    return "/charges/" + http::encodePercent(charge);
}

std::string toBase64(std::string_view text)
{
    std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0');
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    encoded.resize(static_cast<std::size_t>(size));
    return encoded;
}

/// The bytes that Omise signs with: it hands its secrets out in base64.
std::optional<std::string> fromBase64(const std::string& text)
{
    if (text.empty() || text.size() % 4 != 0)
        return std::nullopt;
    std::string bytes(text.size() / 4 * 3, '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0)
        return std::nullopt;
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

http::TextPairs fieldsOf(const CheckoutOrder& order)
{
    return {{"amount", fmt::to_string(order.amount.minorUnits())},
            {"currency", std::string(order.amount.currency().code())},
            {"source[type]", "promptpay"},
            {"description", order.description},
            {"metadata[payment_id]", fmt::to_string(static_cast<std::int64_t>(order.payment))},
            {"metadata[receipt_number]", order.receiptNumber},
            {"return_uri", order.returnUrl}};
}

bool isFor(const CheckoutOrder& order, const nlohmann::json& charge)
{
    return textAt(charge, {"status"}) == "pending" && !isTrueAt(charge, {"expired"}) &&
           parsePaymentId(textAt(charge, {"metadata", "payment_id"})) == order.payment &&
           textAt(charge, {"metadata", "receipt_number"}) == order.receiptNumber &&
           textAt(charge, {"return_uri"}) == order.returnUrl &&
           integerAt(charge, {"amount"}) == order.amount.minorUnits() &&
           upperCase(textAt(charge, {"currency"}).value_or("")) == order.amount.currency().code();
}

Checkout checkoutOf(const nlohmann::json& charge)
{
    const auto id = wordAt(charge, {"id"});
    // PromptPay needs no page of Omise's: then the QR code is where one pays.
    auto url = textAt(charge, {"authorize_uri"});
    if (!url)
        url = textAt(charge, {"source", "scannable_code", "image", "download_uri"});
    if (!id || !url || url->empty())
        throw ProviderFailure("Omise made a charge without an id or a QR code to pay by.");
    return {*id, *url};
}

Verdict genuineForNow()
{
    return {.isGenuine = true, .secretId = std::nullopt, .reason = {}};
}

} // namespace

std::vector<std::string_view> Omise::eventTypes() const
{
    return {omise::created, omise::completed, omise::expired};
}

http::OutgoingRequest Omise::request(const std::string& path) const
{
    http::OutgoingRequest request;
    request.url = m_settings.apiUrl + path;
    request.timeout = m_settings.timeout;
    request.headers = {{"Authorization", "Basic " + toBase64(m_settings.secretKey + ":")},
                       {"Omise-Version", "2019-05-29"}};
    return request;
}

Checkout Omise::createCheckout(const CheckoutOrder& order)
{
    const ApiAnswer known = callApi("Omise", request("/charges?order=reverse_chronological&limit=100"));
    if (known.status != 200)
        refuse(known);
    const nlohmann::json& charges = valueAt(known.body, {"data"});
    if (!charges.is_array())
        throw ProviderFailure(
            "Omise answered with something else than the list of charges that was asked for.");
    for (const nlohmann::json& charge : charges) {
        if (isFor(order, charge))
            return checkoutOf(charge);
    }
    http::OutgoingRequest create = request("/charges");
    create.method = http::Method::post;
    create.body = formOf(fieldsOf(order));
    create.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const ApiAnswer answer = callApi("Omise", create);
    if (answer.status != 200)
        refuse(answer);
    return checkoutOf(answer.body);
}

ProviderState Omise::read(const std::string& externalPaymentId)
{
    return stateFrom(callApi("Omise", request(pathOf(externalPaymentId))), externalPaymentId);
}

ProviderState Omise::expire(const std::string& externalPaymentId)
{
    http::OutgoingRequest expire = request(pathOf(externalPaymentId) + "/expire");
    expire.method = http::Method::post;
    expire.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const ApiAnswer answer = callApi("Omise", expire);
    // 400: it is not pending any more. How it ended, only a question tells.
    return answer.status == 400 ? read(externalPaymentId) : stateFrom(answer, externalPaymentId);
}

Verdict Omise::verify(const http::TextPairs& headers, std::string_view body,
                      const std::vector<SigningSecret>& secrets, UtcTime now) const
{
    const auto header = http::headerOf(headers, "Omise-Signature");
    if (secrets.empty())
        return genuineForNow();
    if (!header)
        return {.isGenuine = false,
                .secretId = std::nullopt,
                .reason = "The header Omise-Signature is missing, and a secret is in force."};
    SentSignature sent{http::headerOf(headers, "Omise-Signature-Timestamp").value_or(""), {}};
    std::string_view rest = *header;
    while (!rest.empty()) { // two for a day after the secret was rolled
        const std::size_t comma = rest.find(',');
        std::string_view signature = rest.substr(0, comma);
        while (signature.starts_with(' '))
            signature.remove_prefix(1);
        sent.signatures.emplace_back(signature);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return judge(sent, body, secrets, now, fromBase64);
}

Result<ProviderEvent, std::string> Omise::parse(std::string_view body) const
{
    return omise::parseEvent(body);
}

std::string Omise::checkoutOrigin() const
{
    const std::string origin = originOf(m_settings.apiUrl);
    return origin == "https://api.omise.co" ? "https://pay.omise.co https://api.omise.co" : origin;
}

} // namespace hpcbill::payments
