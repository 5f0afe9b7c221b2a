// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http_client.h"

#include <QProcess>

#include <cstdint>
#include <memory>
#include <string>

namespace hpcbill::support
{

/// The program `payment-provider` (tests/fakes/payment-provider/README.md): Stripe and Omise over real HTTP,
/// on a free port. Suites that use it need add_dependencies(SUITE payment-provider).
class PaymentProvider final
{
public:
    /// With a file, what it knows outlives stop(). Throws std::runtime_error when it does not come up.
    explicit PaymentProvider(std::string stateFile = {});
    ~PaymentProvider();
    PaymentProvider(const PaymentProvider&) = delete;
    PaymentProvider& operator=(const PaymentProvider&) = delete;

    [[nodiscard]] const std::string& url() const { return m_url; }
    [[nodiscard]] HttpClient client() const { return HttpClient(m_url); }

    /// POST /control: how it behaves from now on.
    void conduct(const nlohmann::ordered_json& changes) const;
    /// POST /control/NAME: what a payer or the provider does; its answer. Throws std::runtime_error when it
    /// is refused.
    nlohmann::ordered_json act(const std::string& name,
                               const nlohmann::ordered_json& what = nlohmann::ordered_json::object()) const;
    /// One of GET /control/payments. Throws std::runtime_error when there is none.
    [[nodiscard]] nlohmann::ordered_json payment(const std::string& id) const;
    /// Waits until no webhook is under way. Throws std::runtime_error when that does not come.
    void waitUntilQuiet() const;

    void stop();
    /// Again, on the same port.
    void start();

private:
    std::string m_stateFile;
    std::string m_url;
    std::uint16_t m_port = 0;
    std::unique_ptr<QProcess> m_process;
};

} // namespace hpcbill::support
