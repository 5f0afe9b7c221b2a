// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/stripe.h"

#include "tests/fakes/payment-provider/deeds.h"
#include "tests/fakes/payment-provider/shapes.h"

#include <Poco/NumberParser.h>
#include <Poco/String.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace hpcbill::fakes
{
namespace
{

constexpr std::int64_t sessionSeconds = 24 * 3600;

Reply refusal(int status, const std::string& message, const std::string& code = {},
              const std::string& param = {}, const std::string& type = "invalid_request_error")
{
    Json error;
    if (!code.empty()) {
        error["code"] = code;
        error["doc_url"] = "https://stripe.com/docs/error-codes/" + Poco::replace(code, "_", "-");
    }
    error["message"] = message;
    if (!param.empty())
        error["param"] = param;
    error["type"] = type;
    return jsonReply({{"error", error}}, status);
}

Reply noSuchSession(const std::string& id)
{
    return refusal(404, "No such checkout.session: " + id, "resource_missing", "session");
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool isKnown(const std::string& name)
{
    static const std::initializer_list<std::string_view> plain{
        "mode",
        "success_url",
        "cancel_url",
        "client_reference_id",
        "customer_email",
        "locale",
        "expires_at",
        "submit_type",
        "line_items[0][quantity]",
        "line_items[0][price_data][currency]",
        "line_items[0][price_data][unit_amount]",
        "line_items[0][price_data][product_data][name]",
        "line_items[0][price_data][product_data][description]",
        "payment_intent_data[description]",
        "payment_method_types[0]",
        "expand[0]",
        "expand[]"};
    return isOneOf(name, plain) || name.starts_with("metadata[") ||
           name.starts_with("payment_intent_data[metadata][");
}

/// Stripe's rules for amounts of certain currencies ("Supported currencies": special cases, three-decimal
/// currencies).
std::optional<Reply> faultOfAmount(std::int64_t amount, const std::string& currency)
{
    if (amount <= 0) {
        return refusal(400, "Invalid positive integer", "parameter_invalid_integer",
                       "line_items[0][price_data][unit_amount]");
    }
    if (isOneOf(currency, {"bhd", "jod", "kwd", "omr", "tnd"}) && amount % 10 != 0) {
        return refusal(400, "Invalid amount: the last digit of an amount in " + currency + " must be 0.", {},
                       "line_items[0][price_data][unit_amount]");
    }
    if (isOneOf(currency, {"isk", "ugx"}) && amount % 100 != 0) {
        return refusal(
            400,
            "Invalid amount. Currency " + Poco::toUpper(currency) +
                " has become effectively zero-decimal and charged amounts must be evenly divisible by 100.",
            "invalid_charge_amount_no_decimal_compatible", "line_items[0][price_data][unit_amount]");
    }
    return std::nullopt;
}

std::optional<Reply> faultOf(const Fields& form)
{
    for (const auto& [name, value] : form) {
        if (!isKnown(name))
            return refusal(400, "Received unknown parameter: " + name, "parameter_unknown", name);
    }
    for (const char* name :
         {"mode", "success_url", "line_items[0][quantity]", "line_items[0][price_data][currency]",
          "line_items[0][price_data][unit_amount]", "line_items[0][price_data][product_data][name]"}) {
        const auto found = form.find(name);
        if (found == form.end() || found->second.empty())
            return refusal(400, fmt::format("Missing required param: {}.", name), "parameter_missing", name);
    }
    if (form.at("mode") != "payment")
        return refusal(400, "Only mode=payment is spoken here.", {}, "mode");
    if (!form.at("success_url").starts_with("http"))
        return refusal(400, "Not a valid URL", "url_invalid", "success_url");
    Poco::Int64 amount = 0;
    if (!Poco::NumberParser::tryParse64(form.at("line_items[0][price_data][unit_amount]"), amount)) {
        return refusal(400, "Invalid integer: " + form.at("line_items[0][price_data][unit_amount]"),
                       "parameter_invalid_integer", "line_items[0][price_data][unit_amount]");
    }
    const std::string& currency = form.at("line_items[0][price_data][currency]");
    if (currency.size() != 3 || Poco::toLower(currency) != currency)
        return refusal(400, "Invalid currency: " + currency + ".", {}, "line_items[0][price_data][currency]");
    return faultOfAmount(amount, currency);
}

Payment sessionFrom(const Fields& form)
{
    const auto field = [&form](const char* name) {
        const auto found = form.find(name);
        return found == form.end() ? std::string() : found->second;
    };
    Payment payment;
    payment.id = "cs_test_" + randomWord(58);
    payment.brand = Brand::stripe;
    payment.amount = Poco::NumberParser::parse64(field("line_items[0][price_data][unit_amount]"));
    payment.currency = field("line_items[0][price_data][currency]");
    payment.reference = field("client_reference_id");
    payment.description = field("line_items[0][price_data][product_data][name]");
    payment.returnUrl = Poco::replace(field("success_url"), std::string("{CHECKOUT_SESSION_ID}"), payment.id);
    payment.cancelUrl = field("cancel_url");
    for (const auto& [name, value] : form) {
        if (name.starts_with("metadata["))
            payment.metadata[name.substr(9, name.size() - 10)] = value;
    }
    payment.createdAt = nowMs() / 1000;
    payment.expiresAt = payment.createdAt + sessionSeconds;
    payment.companion = "pi_" + randomWord(24);
    return payment;
}

Reply toldAgain(const KeptAnswer& kept)
{
    return {kept.status, "application/json", kept.body, {{"Idempotent-Replayed", "true"}}};
}

Reply create(Books& books, const Ask& ask, const std::string& url)
{
    const std::string key = ask.header("idempotency-key");
    const auto kept = books.keptAnswers.find("stripe " + key);
    if (!key.empty() && kept != books.keptAnswers.end()) {
        if (kept->second.request != ask.body) {
            return refusal(
                400,
                "Keys for idempotent requests can only be used with the same parameters they were first used "
                "with. Try using a key other than '" +
                    key + "' if you meant to execute a different request.",
                {}, {}, "idempotency_error");
        }
        return toldAgain(kept->second);
    }
    const Fields form = parseForm(ask.body);
    if (const auto fault = faultOf(form)) // what is refused for its parameters is not kept
        return *fault;
    Payment payment = sessionFrom(form);
    const std::string id = payment.id;
    Payment& placed = books.payments.emplace(id, std::move(payment)).first->second;
    Deed{books, url, placed}.open();
    const Reply reply = jsonReply(stripeSession(placed, books.conduct.report, Place::answer, url));
    if (!key.empty())
        books.keptAnswers["stripe " + key] = {ask.body, reply.status, reply.body};
    return reply;
}

Reply show(const Books& books, const Payment& payment, const Ask& ask, const std::string& url)
{
    Json session = stripeSession(payment, books.conduct.report, Place::answer, url);
    const bool isExpanded = std::any_of(ask.query.begin(), ask.query.end(), [](const auto& pair) {
        return pair.first.starts_with("expand[") && pair.second == "payment_intent";
    });
    if (isExpanded && !session.at("payment_intent").is_null())
        session["payment_intent"] = stripeIntent(payment);
    return jsonReply(session);
}

} // namespace

Reply failStripe(Ledger& ledger, const Ask& ask, const Reply& failure)
{
    const std::string key = ask.header("idempotency-key");
    if (ask.method != "POST" || key.empty() || failure.status < 500)
        return failure;
    return ledger.change([&](Books& books) {
        const auto kept = books.keptAnswers.find("stripe " + key);
        if (kept != books.keptAnswers.end())
            return toldAgain(kept->second);
        books.keptAnswers["stripe " + key] = {ask.body, failure.status, failure.body};
        return failure;
    });
}

Reply answerStripe(Ledger& ledger, const Ask& ask, const std::string& url)
{
    return ledger.change([&](Books& books) -> Reply {
        const std::string key = keyOf(ask);
        const std::string& expected = books.conduct.stripe.secretKey;
        if (key.empty())
            return refusal(401, "You did not provide an API key.");
        if (!expected.empty() && key != expected)
            return refusal(401, "Invalid API Key provided: " + key.substr(0, 8) + "****");

        const std::vector<std::string> parts = partsOf(ask.path);
        const bool isSessions = parts.size() >= 3 && parts[1] == "checkout" && parts[2] == "sessions";
        if (isSessions && parts.size() == 3 && ask.method == "POST")
            return create(books, ask, url);
        if (isSessions && parts.size() >= 4) {
            const auto found = books.payments.find(parts[3]);
            if (found == books.payments.end() || found->second.brand != Brand::stripe)
                return noSuchSession(parts[3]);
            Payment& payment = found->second;
            if (parts.size() == 4 && ask.method == "GET")
                return show(books, payment, ask, url);
            if (parts.size() == 5 && parts[4] == "expire" && ask.method == "POST") {
                if (payment.standing != Standing::open) {
                    return refusal(
                        400,
                        fmt::format("Only Checkout Sessions with a status in [\"open\"] can be expired. This "
                                    "Checkout Session has a status of `{}`.",
                                    payment.standing == Standing::expired ? "expired" : "complete"));
                }
                Deed{books, url, payment}.expire();
                return show(books, payment, ask, url);
            }
        }
        return refusal(404, fmt::format("Unrecognized request URL ({}: {}).", ask.method, ask.path));
    });
}

} // namespace hpcbill::fakes
