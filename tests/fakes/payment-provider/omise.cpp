// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/omise.h"

#include "tests/fakes/payment-provider/deeds.h"
#include "tests/fakes/payment-provider/page.h"
#include "tests/fakes/payment-provider/shapes.h"

#include <Poco/NumberParser.h>
#include <Poco/String.h>

#include <algorithm>
#include <optional>

namespace hpcbill::fakes
{
namespace
{

constexpr std::int64_t chargeSeconds = 24 * 3600;
// PromptPay's limits at Omise, in satang.
constexpr std::int64_t amountMin = 2'000;
constexpr std::int64_t amountMax = 15'000'000;

Reply refusal(int status, const std::string& code, const std::string& message)
{
    return jsonReply({{"object", "error"},
                      {"location", "https://www.omise.co/api-errors#" +
                                       Poco::replace(code, std::string("_"), std::string("-"))},
                      {"code", code},
                      {"message", message}},
                     status);
}

/// Fields as they come in a form; JSON is taken too, and flattened to the same names.
Fields fieldsOf(const Ask& ask)
{
    if (!ask.header("content-type").starts_with("application/json"))
        return parseForm(ask.body);
    Fields fields;
    const Json json = Json::parse(ask.body, nullptr, false);
    if (!json.is_object())
        return fields;
    const auto textOf = [](const Json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
    };
    for (const auto& [name, value] : json.items()) {
        if (!value.is_object()) {
            fields[name] = textOf(value);
            continue;
        }
        for (const auto& [inner, text] : value.items())
            fields[name + "[" + inner + "]"] = textOf(text);
    }
    return fields;
}

Reply create(Books& books, const Ask& ask, const std::string& url)
{
    const Fields form = fieldsOf(ask);
    const auto field = [&form](const char* name) {
        const auto found = form.find(name);
        return found == form.end() ? std::string() : found->second;
    };
    Poco::Int64 amount = 0;
    if (!Poco::NumberParser::tryParse64(field("amount"), amount))
        return refusal(400, "invalid_amount", "amount must be an integer");
    if (amount < amountMin)
        return refusal(400, "invalid_amount", "amount must be at least 2000");
    if (amount > amountMax)
        return refusal(400, "invalid_amount", "amount must be at most 15000000");
    if (Poco::toUpper(field("currency")) != "THB")
        return refusal(400, "invalid_charge", "currency is not supported by PromptPay");
    if (field("source[type]") != "promptpay")
        return refusal(400, "bad_request", "source type is not supported");

    Payment payment;
    payment.id = "chrg_test_" + randomWord(19);
    payment.brand = Brand::omise;
    payment.amount = amount;
    payment.currency = "THB";
    payment.description = field("description");
    payment.returnUrl = field("return_uri");
    for (const auto& [name, value] : form) {
        if (name.starts_with("metadata["))
            payment.metadata[name.substr(9, name.size() - 10)] = value;
    }
    payment.createdAt = nowMs() / 1000;
    payment.expiresAt = payment.createdAt + chargeSeconds;
    payment.companion = "src_test_" + randomWord(19);
    payment.document = "docu_test_" + randomWord(19);
    const std::string id = payment.id;
    Payment& placed = books.payments.emplace(id, std::move(payment)).first->second;
    Deed{books, url, placed}.open();
    return jsonReply(omiseCharge(placed, books.conduct.report, Place::answer, url));
}

Reply list(const Books& books, const Ask& ask, const std::string& url)
{
    const auto parameter = [&ask](const char* name, const char* otherwise) {
        const auto found = ask.query.find(name);
        return found == ask.query.end() ? std::string(otherwise) : found->second;
    };
    const std::string order = parameter("order", "chronological");
    const auto limit =
        static_cast<std::size_t>(std::clamp(Poco::NumberParser::parse(parameter("limit", "20")), 1, 100));
    std::vector<const Payment*> charges;
    for (const auto& [id, payment] : books.payments) {
        if (payment.brand == Brand::omise)
            charges.push_back(&payment);
    }
    std::stable_sort(charges.begin(), charges.end(), [&order](const Payment* left, const Payment* right) {
        return order == "chronological" ? left->createdAt < right->createdAt
                                        : left->createdAt > right->createdAt;
    });
    Json data = Json::array();
    for (std::size_t at = 0; at < std::min(limit, charges.size()); ++at)
        data.push_back(omiseCharge(*charges[at], books.conduct.report, Place::answer, url));
    return jsonReply({{"object", "list"},
                      {"data", data},
                      {"limit", limit},
                      {"offset", 0},
                      {"total", charges.size()},
                      {"location", "/charges"},
                      {"order", order},
                      {"from", "1970-01-01T00:00:00Z"},
                      {"to", "2100-01-01T00:00:00Z"}});
}

} // namespace

Reply answerOmise(Ledger& ledger, const Ask& ask, const std::string& url)
{
    return ledger.change([&](Books& books) -> Reply {
        const std::vector<std::string> parts = partsOf(ask.path);
        const auto found = parts.size() > 1 ? books.payments.find(parts[1]) : books.payments.end();
        const bool isThere = found != books.payments.end() && found->second.brand == Brand::omise;
        // The picture's own address is the secret: browsers load it without a key.
        if (isThere && parts.size() == 6 && parts[2] == "documents" && parts[4] == "downloads")
            return {200, "image/svg+xml", qrPicture(url + "/pay/" + found->second.id)};

        const std::string key = keyOf(ask);
        const std::string& expected = books.conduct.omise.secretKey;
        if (key.empty() || (!expected.empty() && key != expected))
            return refusal(401, "authentication_failure", "authentication failed");
        if (parts.size() == 1 && ask.method == "POST")
            return create(books, ask, url);
        if (parts.size() == 1 && ask.method == "GET")
            return list(books, ask, url);
        if (!isThere)
            return refusal(404, "not_found",
                           "charge " + (parts.size() > 1 ? parts[1] : "") + " was not found");
        Payment& payment = found->second;
        if (parts.size() == 3 && parts[2] == "expire" && ask.method == "POST") {
            if (payment.standing != Standing::open)
                return refusal(400, "invalid_charge", "charge cannot be expired");
            Deed{books, url, payment}.expire();
        } else if (parts.size() != 2 || ask.method != "GET") {
            return refusal(404, "not_found", "the requested resource was not found");
        }
        return jsonReply(omiseCharge(payment, books.conduct.report, Place::answer, url));
    });
}

} // namespace hpcbill::fakes
