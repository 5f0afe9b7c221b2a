// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fakes/payment-provider/control.h"

#include "tests/fakes/payment-provider/deeds.h"
#include "tests/fakes/payment-provider/postman.h"

#include <algorithm>
#include <stdexcept>

namespace hpcbill::fakes
{
namespace
{

Reply refusal(int status, const std::string& message)
{
    return jsonReply({{"error", message}}, status);
}

std::string text(const Json& body, const char* name, const std::string& otherwise = {})
{
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

Json paymentJson(const Books& books, const Payment& payment)
{
    Json json = toJson(payment);
    json["events"] = Json::array();
    for (const Event& event : books.events) {
        if (event.payment != payment.id)
            continue;
        Json one{{"id", event.id}, {"type", event.type}, {"letters", Json::array()}};
        for (const Letter& letter : books.letters) {
            if (letter.event == event.id)
                one["letters"].push_back(toJson(letter));
        }
        json["events"].push_back(std::move(one));
    }
    return json;
}

Reply act(Books& books, const std::string& deedName, const Json& body, const std::string& url)
{
    const auto found = books.payments.find(text(body, "id"));
    if (found == books.payments.end())
        return refusal(404, "there is no payment with the id " + text(body, "id"));
    Payment& payment = found->second;
    const bool isUnfinished = payment.standing == Standing::open || payment.standing == Standing::processing;
    // Paying late happens: a bank may settle what the provider had given up.
    if (!isUnfinished && deedName != "pay")
        return refusal(409, "the payment is " + std::string(codeOf(payment.standing)));
    const Deed deed{books, url, payment};
    if (deedName == "pay" && body.value("promise", false))
        deed.promise();
    else if (deedName == "pay")
        deed.pay();
    else if (deedName == "fail")
        deed.fail(text(body, "code", "payment_rejected"),
                  text(body, "message", "The bank refused the payment."));
    else if (deedName == "expire")
        deed.expire();
    return jsonReply(paymentJson(books, payment));
}

Reply resendEvent(Books& books, const Json& body)
{
    const std::string id = text(body, "event");
    const bool isThere = std::any_of(books.events.begin(), books.events.end(),
                                     [&id](const Event& event) { return event.id == id; });
    if (!isThere)
        return refusal(404, "there is no event with the id " + id);
    resend(books, id);
    return jsonReply(Json::object());
}

} // namespace

Reply answerControl(Ledger& ledger, const Ask& ask, const std::string& url)
{
    const std::vector<std::string> parts = partsOf(ask.path);
    const std::string what = parts.size() > 1 ? parts[1] : "";
    if (ask.method == "GET") {
        return ledger.look([&](const Books& books) -> Reply {
            if (what.empty())
                return jsonReply(toJson(books.conduct));
            if (what != "payments")
                return refusal(404, "there is no such thing to see");
            Json payments = Json::array();
            for (const auto& [id, payment] : books.payments)
                payments.push_back(paymentJson(books, payment));
            return jsonReply({{"payments", payments}});
        });
    }
    const Json body = ask.body.empty() ? Json::object() : Json::parse(ask.body, nullptr, false);
    if (ask.method != "POST" || !body.is_object())
        return refusal(400, "an object of JSON is expected, by POST");
    if (what == "settle")
        return ledger.waitUntilQuiet() ? jsonReply(Json::object())
                                       : refusal(503, "webhooks are still under way");
    return ledger.change([&](Books& books) -> Reply {
        if (what.empty()) {
            try {
                books.conduct = changed(books.conduct, body);
            } catch (const std::invalid_argument& fault) {
                return refusal(400, fault.what());
            }
            return jsonReply(toJson(books.conduct));
        }
        if (what == "pay" || what == "fail" || what == "expire")
            return act(books, what, body, url);
        if (what == "resend")
            return resendEvent(books, body);
        if (what == "release") {
            release(books, text(body, "order") == "reversed");
            return jsonReply(Json::object());
        }
        return refusal(404, "there is no such thing to do");
    });
}

} // namespace hpcbill::fakes
