// SPDX-License-Identifier: GPL-3.0-or-later
// What is refused of a configuration that can be read.
#include "server/app/config.h"

#include "server/http/proxies.h"
#include "server/payments/payments.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <fstream>

namespace hpcbill::app
{
namespace
{

bool isLoopback(const std::string& host)
{
    Poco::Net::IPAddress address;
    return host == "localhost" || (Poco::Net::IPAddress::tryParse(host, address) && address.isLoopback());
}

bool isPlainHttpElsewhere(const std::string& address)
{
    const Poco::URI url(address);
    return url.getScheme() != "https" && !isLoopback(url.getHost());
}

void checkPayments(const Config& config, std::vector<ConfigFault>& faults)
{
    const std::string& provider = config.paymentProvider;
    if (provider == "stripe" && config.stripeSecretKey.empty())
        faults.push_back({"STRIPE_SECRET_KEY", "not set, and Stripe answers nobody without it"});
    if (provider == "omise" && config.omiseSecretKey.empty())
        faults.push_back({"OMISE_SECRET_KEY", "not set, and Omise answers nobody without it"});
    if ((provider == "stripe" || provider == "omise") && config.publicUrl.empty())
        faults.push_back({"PUBLIC_URL", "not set: payers have to come back to an address of ours"});
    if (!config.production)
        return;
    if (provider == "dummy")
        faults.push_back({"PAYMENT_PROVIDER", "dummy takes no money: it is for development only"});
    for (const auto& [name, url] : {std::pair("STRIPE_API_URL", config.stripeApiUrl),
                                    std::pair("OMISE_API_URL", config.omiseApiUrl),
                                    std::pair("PUBLIC_URL", config.publicUrl)}) {
        if (!url.empty() && isPlainHttpElsewhere(url))
            faults.push_back({name, "plain http shows secrets and payments to the network: use https"});
    }
}

void checkWebhookSecrets(const Config& config, std::vector<ConfigFault>& faults)
{
    constexpr std::size_t least = payments::NewSecret::bytesMin;
    for (const auto& [name, secret] : {std::pair("PAYMENT_WEBHOOK_SECRET", config.paymentWebhookSecret),
                                       std::pair("STRIPE_WEBHOOK_SECRET", config.stripeWebhookSecret),
                                       std::pair("OMISE_WEBHOOK_SECRET", config.omiseWebhookSecret)}) {
        if (!secret.empty() && secret.size() < least)
            faults.push_back({name, fmt::format("{} bytes, and who guesses it can tell us that a receipt was paid: take {} bytes at least",
                                                secret.size(), least)});
    }
}

/// Networks to which everybody belongs say nothing.
void checkNetworks(const Config& config, std::vector<ConfigFault>& faults)
{
    if (http::Networks(config.trustedProxies, "TRUSTED_PROXIES").containEverybody())
        faults.push_back({"TRUSTED_PROXIES", "a network of /0 is everybody: whoever guesses passwords could come from a new address each "
                                             "time, past the throttle. Name the proxies alone"});
    if (http::Networks(config.metricsNetworks, "METRICS_NETWORKS").containEverybody())
        faults.push_back({"METRICS_NETWORKS", "a network of /0 is everybody: the metrics would be public. Name the networks of those who "
                                              "watch, or set METRICS_TOKEN"});
}

/// What is named has to be there: else it is the first poll that fails.
void checkFile(const std::string& name, const std::filesystem::path& path, std::vector<ConfigFault>& faults)
{
    if (path.empty())
        return;
    std::ifstream file(path, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof())
        faults.push_back({name, fmt::format("{} cannot be read, or is empty: put the file there, for the account that hpcbilld runs as",
                                            path.string())});
}

/// An address, or a name that leads to one.
bool isListenable(const std::string& host)
{
    try {
        const Poco::Net::SocketAddress address(host, Poco::UInt16{0});
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

void checkSlurmrestd(const PolledCluster& cluster, bool production, std::vector<ConfigFault>& faults)
{
    if (!cluster.settings.slurmrestd)
        return;
    const slurm::SlurmrestdSettings& rest = *cluster.settings.slurmrestd;
    const std::string& prefix = cluster.prefix;
    const Poco::URI url(rest.url);
    if (url.getScheme() != "http" && url.getScheme() != "https")
        faults.push_back({prefix + "SLURMRESTD_URL", "neither http:// nor https://"});
    if (rest.token.empty() && rest.tokenFile.empty() && rest.tokenCommand.empty()) {
        faults.push_back(
            {prefix + "SLURMRESTD_TOKEN",
             fmt::format(
                 "not set, and slurmrestd answers nobody without one: set it, {0}SLURMRESTD_TOKEN_FILE "
                 "or {0}SLURMRESTD_TOKEN_COMMAND",
                 prefix)});
    }
    if (rest.tokenCommand.empty()) // which wins over the file
        checkFile(prefix + "SLURMRESTD_TOKEN_FILE", rest.tokenFile, faults);
    std::error_code unreadable; // is told by checkFile()
    if (!std::filesystem::is_directory(rest.caFile, unreadable)) // OpenSSL takes one of certificates as well
        checkFile(prefix + "SLURMRESTD_CA_FILE", rest.caFile, faults);
    checkFile(prefix + "SLURMRESTD_CLIENT_CERT_FILE", rest.certificate, faults);
    checkFile(prefix + "SLURMRESTD_CLIENT_KEY_FILE", rest.key, faults);
    if (production && url.getScheme() == "http" && !isLoopback(url.getHost())) {
        faults.push_back({prefix + "SLURMRESTD_URL",
                          "plain http to another host shows the token to the network: use https"});
    }
}

} // namespace

std::vector<ConfigFault> unsafeSettings(const Config& config)
{
    std::vector<ConfigFault> faults;
    if (!isListenable(config.httpAddress))
        faults.push_back({"HTTP_ADDRESS", fmt::format("{} is neither an address nor a name that leads to one: write 127.0.0.1, or "
                                                      "0.0.0.0 for all of this machine's", config.httpAddress)});
    for (const PolledCluster& cluster : config.clusters)
        checkSlurmrestd(cluster, config.production, faults);
    // Each poll under way holds two connections; requests need some as well.
    const std::size_t needed = 2 * config.clusters.size() + 2;
    if (config.clusters.size() > 1 && config.databasePoolSize < needed)
        faults.push_back({"DATABASE_POOL_SIZE",
                          fmt::format("at least {} for {} clusters", needed, config.clusters.size())});
    checkPayments(config, faults);
    if (!config.production)
        return faults;

    checkWebhookSecrets(config, faults);
    checkNetworks(config, faults);
    if (config.appSecretKey.size() < 32) {
        faults.push_back(
            {"APP_SECRET_KEY", "32 characters at least: make one with `openssl rand -base64 32`"});
    }
    if (!config.sessionCookieSecure) {
        faults.push_back({"SESSION_COOKIE_SECURE", "off: session cookies would travel unencrypted"});
    }
    if (!config.adminPassword.empty() && config.adminPassword.size() < 12) {
        faults.push_back({"ADMIN_PASSWORD", "12 characters at least"});
    }
    return faults;
}

} // namespace hpcbill::app
