// SPDX-License-Identifier: GPL-3.0-or-later
// stuck-payments SERVER PROVIDER DATABASE [BEFORE...]: tells the test provider where its webhooks go, and for
// each moment BEFORE (RFC 3339, rising) makes a receipt of one user's jobs until then, begins to pay it, and
// lets that go wrong in a way of its own. Standard input: the demo's users, `NAME ROLE PASSWORD` a line.
// Environment: STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, OMISE_SECRET_KEY.
#include "server/postgres/connection.h"
#include "tests/support/http_client.h"
#include "tests/support/visitor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace hpcbill
{
namespace
{

using Json = nlohmann::ordered_json;
using support::Answer;
using support::HttpClient;

struct Begun {
    std::string receipt;
    std::string payment;
    std::string externalId;
};

std::string setting(const char* name)
{
    const char* const value = std::getenv(name);
    if (value == nullptr)
        throw std::runtime_error(std::string(name) + " is not set");
    return value;
}

const Answer& good(const Answer& answer, const std::string& what)
{
    if (answer.status >= 400)
        throw std::runtime_error(fmt::format("{}: {} {}", what, answer.status, answer.body));
    return answer;
}

class Show final
{
public:
    Show(const std::string& server, const std::string& provider, const std::string& database)
        : m_server(server)
        , m_provider(provider)
        , m_database(database, {})
    {
        std::string name;
        std::string role;
        std::string password;
        while (std::cin >> name >> role >> password)
            m_passwords[name] = password;
    }

    void connect() const
    {
        conduct({{"stripe",
                  {{"secret_key", setting("STRIPE_SECRET_KEY")},
                   {"webhook_url", m_server + "/payments/webhook/stripe"},
                   {"webhook_secrets", {setting("STRIPE_WEBHOOK_SECRET")}}}},
                 {"omise",
                  {{"secret_key", setting("OMISE_SECRET_KEY")},
                   {"webhook_url", m_server + "/payments/webhook/omise"}}}});
    }

    void run(const std::vector<std::string>& moments)
    {
        const std::vector<void (Show::*)(const Begun&)> stories{
            &Show::nothingIsHeard,  &Show::signedWrongly,  &Show::nobodyPays, &Show::amountDiffers,
            &Show::currencyDiffers, &Show::receiptWasVoid, &Show::allIsWell};
        for (std::size_t at = 0; at < moments.size(); ++at) {
            const std::optional<Begun> begunNow = begin(at % 2 == 0 ? "alice" : "bob", moments[at]);
            if (!begunNow)
                continue; // a run that did not get to its end has told this story
            const Begun& begun = *begunNow;
            (this->*stories[at % stories.size()])(begun);
            conduct({{"webhooks", nullptr}, {"report", nullptr}});
            m_database.script(
                fmt::format("update payments set created_at = created_at - interval '{} hours' where id = {}",
                            2 + 11 * at, begun.payment));
        }
    }

private:
    void conduct(const Json& changes) const
    {
        good(m_provider.post("/control", changes), "the provider's conduct");
    }
    /// The payer is done, and all webhooks have come or gone.
    void pay(const Begun& begun) const
    {
        conduct({{"webhooks", {{"retries", 0}}}});
        good(m_provider.post("/control/pay", {{"id", begun.externalId}}), "paying");
        good(m_provider.post("/control/settle", Json::object()), "waiting for webhooks");
    }
    HttpClient as(const std::string& name) const
    {
        return support::logIn(m_server, name, m_passwords.at(name));
    }

    /// None when there is nothing to bill.
    std::optional<Begun> begin(const std::string& username, const std::string& before) const
    {
        const HttpClient admin = as("admin1");
        const Answer made = admin.post("/api/v1/receipts", {{"username", username}, {"before", before}});
        if (made.status == 409)
            return std::nullopt;
        const Json receipt = good(made, "a receipt").json();
        Begun begun;
        begun.receipt = receipt.at("id").dump();
        support::Visitor payer(m_server);
        payer.logIn(username, m_passwords.at(username));
        good(payer.submit("/me/receipts/" + begun.receipt,
                          fmt::format("/payments/receipt/{}/start", begun.receipt), {}),
             "a checkout");
        const Json payment = good(admin.get("/api/v1/payments?receipt_id=" + begun.receipt), "the payment")
                                 .json()
                                 .at("items")
                                 .at(0);
        begun.payment = payment.at("id").dump();
        begun.externalId = payment.at("external_payment_id").get<std::string>();
        return begun;
    }

    void nothingIsHeard(const Begun& begun)
    {
        conduct({{"webhooks", {{"silent", true}}}});
        pay(begun);
    }
    void signedWrongly(const Begun& begun)
    {
        conduct({{"webhooks", {{"sign_with", "whsec_before_the_rotation"}, {"copies", 3}}}});
        pay(begun);
    }
    void nobodyPays(const Begun& begun)
    {
        good(as("operator1")
                 .post(fmt::format("/api/v1/payments/{}/refresh", begun.payment),
                       {{"reason", "Still open after the reminder"}}),
             "asking the provider");
    }
    void amountDiffers(const Begun& begun)
    {
        conduct({{"report", {{"amount", 4000}}}});
        pay(begun);
    }
    void currencyDiffers(const Begun& begun)
    {
        conduct({{"report", {{"currency", "usd"}}}});
        pay(begun);
    }
    void receiptWasVoid(const Begun& begun)
    {
        good(as("admin1").post(fmt::format("/api/v1/receipts/{}/void", begun.receipt),
                               {{"reason", "Billed to the wrong project"}}),
             "making a receipt void");
        pay(begun);
    }
    void allIsWell(const Begun& begun) { pay(begun); }

    std::string m_server;
    HttpClient m_provider;
    postgres::Connection m_database;
    std::map<std::string, std::string> m_passwords;
};

} // namespace
} // namespace hpcbill

int main(int count, char** words)
{
    const std::vector<std::string> arguments(words + 1, words + count);
    if (arguments.size() < 3) {
        fmt::print(stderr, "usage: stuck-payments SERVER PROVIDER DATABASE [BEFORE...]\n");
        return 2;
    }
    try {
        hpcbill::Show show(arguments[0], arguments[1], arguments[2]);
        show.connect();
        show.run({arguments.begin() + 3, arguments.end()});
    } catch (const std::exception& error) {
        fmt::print(stderr, "stuck-payments: {}\n", error.what());
        return 1;
    }
    return 0;
}
