// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/payment_world.h"

#include "tests/support/visitor.h"

#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

namespace hpcbill::support
{

Environment PaymentWorld::environment(const Environment& settings, const PaymentProvider& provider)
{
    Environment all = settings;
    all.try_emplace("PUBLIC_URL", "http://127.0.0.1:9");
    all.try_emplace("PAYMENT_PROVIDER", "stripe");
    all.try_emplace("STRIPE_API_URL", provider.url());
    all.try_emplace("STRIPE_SECRET_KEY", "sk_test_site");
    all.try_emplace("STRIPE_WEBHOOK_SECRET", stripeSecret);
    all.try_emplace("OMISE_API_URL", provider.url());
    all.try_emplace("OMISE_SECRET_KEY", "skey_test_site");
    all.try_emplace("PAYMENT_ASK_INTERVAL_SEC", "604800");
    return all;
}

PaymentWorld::PaymentWorld(const Environment& settings)
    : server(environment(settings, provider))
    , admin(server.admin())
    , operator_(server.signedIn(operatorName, "operator"))
{
    provider.conduct({{"stripe",
                       {{"secret_key", "sk_test_site"},
                        {"webhook_url", server.baseUrl() + "/payments/webhook/stripe"},
                        {"webhook_secrets", {stripeSecret}}}},
                      {"omise",
                       {{"secret_key", "skey_test_site"},
                        {"webhook_url", server.baseUrl() + "/payments/webhook/omise"},
                        {"webhook_secrets", nlohmann::ordered_json::array()}}},
                      {"webhooks", {{"retries", 0}}}});
}

void PaymentWorld::addJob(const std::string& username)
{
    // Forty cores and 10 GiB for an hour: 45.00 THB at the first rates.
    const std::int64_t id = ++m_jobs;
    const ScratchDirectory directory;
    const std::string file = (directory.path() / "jobs.txt").string();
    std::ofstream(file) << "JobIDRaw|JobID|JobName|User|Account|Partition|QOS|Cluster|State|ExitCode|Submit|Eligible|Start|End|ElapsedRaw|"
                           "Suspended|NNodes|NCPUS|AllocTRES|NodeList\n"
                        << fmt::format("{0}|{0}|job|{1}|physics|cpu|normal|testbed|COMPLETED|0:0|1793610000|1793610000|1793610000|1793613600|3600|"
                                       "00:00:00|1|40|billing=40,cpu=40,mem=10G,node=1|n1\n",
                                       id, username);
    const Outcome outcome = server.hpcbill({"import", file, "--cluster", "testbed"});
    if (outcome.exitCode != 0)
        throw std::runtime_error("cannot import a job: " + outcome.errors);
}

std::int64_t PaymentWorld::makeReceipt(const std::string& username)
{
    addJob(username);
    const Answer made = admin.post("/api/v1/receipts", {{"username", username}, {"before", "2027-01-01"}});
    if (made.status != 201)
        throw std::runtime_error("cannot make a receipt: " + made.body);
    return made.json().at("id").get<std::int64_t>();
}

BegunPayment PaymentWorld::begin(const std::string& username)
{
    BegunPayment begun;
    begun.receipt = makeReceipt(username);
    static_cast<void>(server.signedIn(username, "user"));
    Visitor payer(server.baseUrl());
    payer.logIn(username, "password of " + username);
    const std::string page = fmt::format("/me/receipts/{}", begun.receipt);
    const Answer started = payer.submit(page, fmt::format("/payments/receipt/{}/start", begun.receipt), {});
    if (started.status != 303)
        throw std::runtime_error("cannot begin to pay: " + started.body);
    const auto payments = admin.get(fmt::format("/api/v1/payments?receipt_id={}", begun.receipt)).json();
    const auto& payment = payments.at("items").at(0);
    begun.receiptNumber = payment.at("receipt_number").get<std::string>();
    begun.payment = payment.at("id").get<std::int64_t>();
    begun.externalId = payment.at("external_payment_id").get<std::string>();
    return begun;
}

void PaymentWorld::age(const BegunPayment& begun, const std::string& interval)
{
    server.database().run(fmt::format("update payments set created_at = created_at - interval '{}' where id = {}",
                                      interval, begun.payment));
}

nlohmann::ordered_json PaymentWorld::stuck(const BegunPayment& begun) const
{
    const auto queue = operator_.get("/api/v1/reconciliation").json();
    for (const auto& item : queue.at("items")) {
        if (item.at("id") == begun.payment)
            return item;
    }
    return nullptr;
}

nlohmann::ordered_json PaymentWorld::payment(const BegunPayment& begun) const
{
    return operator_.get(fmt::format("/api/v1/payments/{}", begun.payment)).json();
}

nlohmann::ordered_json PaymentWorld::act(const std::string& path, const nlohmann::ordered_json& body) const
{
    const Answer answer = operator_.post("/api/v1/" + path, body);
    if (answer.status / 100 != 2)
        throw std::runtime_error(fmt::format("{}: {} {}", path, answer.status, answer.body));
    return answer.json();
}

} // namespace hpcbill::support
