// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/payment_provider.h"

#include "tests/support/ports.h"

#include <stdexcept>

namespace hpcbill::support
{
namespace
{

constexpr int patienceMs = 120'000;

} // namespace

PaymentProvider::PaymentProvider(std::string stateFile)
    : m_stateFile(std::move(stateFile))
{
    start();
}

PaymentProvider::~PaymentProvider()
{
    stop();
}

void PaymentProvider::start()
{
    if (m_port == 0)
        m_port = freePorts();
    QStringList arguments{"--port", QString::number(m_port)};
    if (!m_stateFile.empty())
        arguments << "--state" << QString::fromStdString(m_stateFile);
    m_process = std::make_unique<QProcess>();
    m_process->start(HPCBILL_BINARY_DIR "/bin/payment-provider", arguments);
    while (m_process->waitForReadyRead(patienceMs)) {
        if (!m_process->canReadLine())
            continue;
        const std::string line = m_process->readLine().trimmed().toStdString();
        if (line.starts_with("ready ")) {
            m_url = line.substr(6);
            return;
        }
    }
    throw std::runtime_error("payment-provider does not come up: " +
                             m_process->readAllStandardError().toStdString());
}

void PaymentProvider::stop()
{
    m_process->terminate();
    if (!m_process->waitForFinished(patienceMs)) {
        m_process->kill();
        m_process->waitForFinished(patienceMs);
    }
}

void PaymentProvider::conduct(const nlohmann::ordered_json& changes) const
{
    const Answer answer = client().post("/control", changes);
    if (answer.status != 200)
        throw std::runtime_error("the provider does not do that: " + answer.body);
}

nlohmann::ordered_json PaymentProvider::act(const std::string& name, const nlohmann::ordered_json& what) const
{
    const Answer answer = client().post("/control/" + name, what);
    if (answer.status != 200)
        throw std::runtime_error("the provider does not " + name + ": " + answer.body);
    return answer.json();
}

nlohmann::ordered_json PaymentProvider::payment(const std::string& id) const
{
    const auto all = client().get("/control/payments").json();
    for (const auto& one : all["payments"]) {
        if (one["id"] == id)
            return one;
    }
    throw std::runtime_error("the provider has no payment " + id);
}

void PaymentProvider::waitUntilQuiet() const
{
    act("settle");
}

} // namespace hpcbill::support
