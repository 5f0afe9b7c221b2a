// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/payment_provider.h"
#include "tests/support/test_server.h"

#include <cstdint>
#include <string>

namespace hpcbill::support
{

/// A payment that its payer has begun.
struct BegunPayment {
    std::int64_t receipt = 0;
    std::string receiptNumber;
    std::int64_t payment = 0;
    std::string externalId;
};

/// The real server with Stripe and Omise, for which the program `payment-provider` stands in. The server does not
/// ask by itself unless PAYMENT_ASK_INTERVAL_SEC is among the settings. Suites that use it need
/// add_dependencies(SUITE hpcbilld hpcbill payment-provider).
class PaymentWorld final
{
public:
    static constexpr const char* stripeSecret = "whsec_of_the_stripe_test_account";
    static constexpr const char* operatorName = "operator1";

    explicit PaymentWorld(const Environment& settings = {});

    /// A new receipt over 45.00 THB of a user who exists or not, its payment begun on its page.
    BegunPayment begin(const std::string& username);
    /// A new receipt of the user without a payment: its id.
    std::int64_t makeReceipt(const std::string& username);
    /// Makes it as if the payment had been begun so long ago.
    void age(const BegunPayment& begun, const std::string& interval);

    /// The payment as the queue shows it; null where it is not in it.
    nlohmann::ordered_json stuck(const BegunPayment& begun) const;
    nlohmann::ordered_json payment(const BegunPayment& begun) const;
    /// `/api/v1/PATH`, as an operator. Throws std::runtime_error for an answer other than 2xx.
    nlohmann::ordered_json act(const std::string& path, const nlohmann::ordered_json& body) const;

    PaymentProvider provider;
    TestServer server;
    HttpClient admin;
    HttpClient operator_;

private:
    static Environment environment(const Environment& settings, const PaymentProvider& provider);
    void addJob(const std::string& username);

    std::int64_t m_jobs = 0;
};

} // namespace hpcbill::support
