// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/config.h"

#include "common/error.h"
#include "common/utf8.h"

#include <Poco/Ascii.h>
#include <Poco/AutoPtr.h>
#include <Poco/Environment.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/NumberParser.h>
#include <Poco/StringTokenizer.h>
#include <Poco/URI.h>
#include <Poco/Util/PropertyFileConfiguration.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>

namespace hpcbill::app
{
namespace
{

/// One setting after another, the environment before the file; faults are collected, so that all are told at
/// once.
class Settings
{
public:
    explicit Settings(const std::optional<std::filesystem::path>& file)
    {
        if (!file)
            return;
        if (!std::filesystem::is_regular_file(*file)) {
            throw InvalidInput("--config", fmt::format("{} is not a file", file->string()));
        }
        m_file = new Poco::Util::PropertyFileConfiguration(file->string());
    }

    std::optional<std::string> text(const std::string& name) const
    {
        if (const char* value = std::getenv(name.c_str()))
            return std::string(value);
        if (m_file && m_file->hasProperty(name))
            return m_file->getString(name);
        return std::nullopt;
    }

    /// NAME, else the content of the file NAME_FILE, without the line feed at its end.
    std::string secret(const std::string& name)
    {
        if (auto value = text(name))
            return *value;
        const auto path = text(name + "_FILE");
        if (!path || path->empty())
            return {};
        std::ifstream stream(*path, std::ios::binary);
        if (!stream) {
            fault(name + "_FILE", fmt::format("{} cannot be read", *path));
            return {};
        }
        std::string value{std::istreambuf_iterator<char>(stream), {}};
        while (!value.empty() && (value.back() == '\n' || value.back() == '\r'))
            value.pop_back();
        return value;
    }

    template <typename Target>
    void assign(const std::string& name, Target& target)
    {
        if (auto value = text(name))
            target = *value;
    }

    void assign(const std::string& name, bool& target)
    {
        const auto value = text(name);
        if (!value)
            return;
        if (!Poco::NumberParser::tryParseBool(*value, target))
            fault(name, "neither true nor false");
    }

    template <typename Integer>
    void assignNumber(const std::string& name, Integer& target, int least, int most)
    {
        const auto value = text(name);
        if (!value)
            return;
        int number = 0;
        if (!Poco::NumberParser::tryParse(*value, number) || number < least || number > most) {
            fault(name, fmt::format("not a whole number from {} to {}", least, most));
            return;
        }
        target = static_cast<Integer>(number);
    }

    void assignSeconds(const std::string& name, std::chrono::seconds& target)
    {
        int seconds = static_cast<int>(target.count());
        assignNumber(name, seconds, 1, 7 * 24 * 3600);
        target = std::chrono::seconds(seconds);
    }

    void assignList(const std::string& name, std::vector<std::string>& target, const char* separators = ", ")
    {
        const auto value = text(name);
        if (!value)
            return;
        const Poco::StringTokenizer words(
            *value, separators, Poco::StringTokenizer::TOK_TRIM | Poco::StringTokenizer::TOK_IGNORE_EMPTY);
        target.assign(words.begin(), words.end());
    }

    void fault(std::string name, std::string detail)
    {
        m_faults.push_back({std::move(name), std::move(detail)});
    }
    void throwFaults() const
    {
        if (!m_faults.empty())
            throw InvalidInput(m_faults);
    }

private:
    Poco::AutoPtr<Poco::Util::PropertyFileConfiguration> m_file;
    std::vector<FieldError> m_faults;
};

/// Control characters would break the lines of what is printed.
bool isLine(const std::string& text, std::size_t sizeMax)
{
    return text.size() <= sizeMax && isUtf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

receipts::Issuer readIssuer(Settings& settings)
{
    constexpr std::size_t sizeMax = 200;
    constexpr std::size_t linesMax = 6;
    receipts::Issuer issuer;
    settings.assign("BILLING_ISSUER_NAME", issuer.name);
    settings.assign("BILLING_ISSUER_TAX_ID", issuer.taxId);
    for (const auto& [name, value] : {std::pair("BILLING_ISSUER_NAME", issuer.name), std::pair("BILLING_ISSUER_TAX_ID", issuer.taxId)}) {
        if (!isLine(value, sizeMax))
            settings.fault(name, fmt::format("{} bytes of UTF-8 at most, on one line", sizeMax));
    }
    std::vector<std::string> lines;
    settings.assignList("BILLING_ISSUER_ADDRESS", lines, "\n");
    const bool isAddress = std::all_of(lines.begin(), lines.end(), [](const std::string& line) { return isLine(line, sizeMax); });
    if (!isAddress || lines.size() > linesMax)
        settings.fault("BILLING_ISSUER_ADDRESS", fmt::format("{} lines at most, of {} bytes of UTF-8 each", linesMax, sizeMax));
    issuer.address = fmt::format("{}", fmt::join(lines, "\n"));
    return issuer;
}

pricing::Tax readTax(Settings& settings)
{
    pricing::Tax tax;
    if (const auto text = settings.text("BILLING_TAX_RATE")) {
        if (const auto rate = pricing::parseTaxRate(*text))
            tax.rate = *rate;
        else
            settings.fault("BILLING_TAX_RATE", rate.error());
    }
    if (const auto text = settings.text("BILLING_TAX_MODE")) {
        if (const auto mode = pricing::parseTaxMode(*text))
            tax.mode = *mode;
        else
            settings.fault("BILLING_TAX_MODE", "neither exclusive nor inclusive");
    }
    const std::string label = settings.text("BILLING_TAX_LABEL").value_or("VAT");
    if (label.empty() || !isLine(label, 64))
        settings.fault("BILLING_TAX_LABEL", "1 to 64 bytes of UTF-8 on one line");
    if (tax.rate != pricing::TaxRate())
        tax.label = label; // what is not levied has no name
    return tax;
}

bool isLoopback(const std::string& host)
{
    Poco::Net::IPAddress address;
    return host == "localhost" || (Poco::Net::IPAddress::tryParse(host, address) && address.isLoopback());
}

std::string prefixOf(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(c) ? static_cast<char>(Poco::Ascii::toUpper(c)) : '_';
    });
    return name + "_";
}

slurm::ClusterSettings readCluster(Settings& settings, const std::string& name, const std::string& prefix)
{
    slurm::ClusterSettings cluster{.name = name, .slurmrestd = {}, .sacct = {}, .csv = {}};
    settings.assign(prefix + "CLUSTER_TIME_ZONE", cluster.timeZone);
    slurm::SlurmrestdSettings rest;
    settings.assign(prefix + "SLURMRESTD_URL", rest.url);
    settings.assign(prefix + "SLURMRESTD_USER", rest.user);
    settings.assign(prefix + "SLURMRESTD_TOKEN", rest.token);
    settings.assign(prefix + "SLURMRESTD_TOKEN_FILE", rest.tokenFile);
    settings.assignList(prefix + "SLURMRESTD_TOKEN_COMMAND", rest.tokenCommand, " ");
    settings.assign(prefix + "SLURMRESTD_CLUSTER", rest.cluster);
    settings.assign(prefix + "SLURMRESTD_CA_FILE", rest.caFile);
    settings.assign(prefix + "SLURMRESTD_CLIENT_CERT_FILE", rest.certificate);
    settings.assign(prefix + "SLURMRESTD_CLIENT_KEY_FILE", rest.key);
    if (!rest.url.empty())
        cluster.slurmrestd = rest;
    bool isSacctEnabled = false;
    slurm::SacctSettings sacct;
    settings.assign(prefix + "SACCT_ENABLED", isSacctEnabled);
    settings.assign(prefix + "SACCT_PATH", sacct.program);
    settings.assign(prefix + "SACCT_CLUSTER", sacct.cluster);
    if (isSacctEnabled)
        cluster.sacct = sacct;
    slurm::CsvSettings csv;
    settings.assign(prefix + "FALLBACK_CSV", csv.file);
    if (!csv.file.empty())
        cluster.csv = csv;
    return cluster;
}

bool hasSource(const slurm::ClusterSettings& cluster)
{
    return cluster.slurmrestd || cluster.sacct || cluster.csv;
}

/// Those of CLUSTERS, else the one of CLUSTER_NAME where any source of it is set.
std::vector<PolledCluster> readClusters(Settings& settings)
{
    std::vector<std::string> names;
    settings.assignList("CLUSTERS", names);
    std::vector<PolledCluster> clusters;
    for (const std::string& name : names) {
        const std::string prefix = prefixOf(name);
        if (std::any_of(clusters.begin(), clusters.end(),
                        [&](const auto& one) { return one.prefix == prefix; }))
            settings.fault("CLUSTERS",
                           fmt::format("{}: the settings of two clusters begin with {}", name, prefix));
        clusters.push_back({prefix, readCluster(settings, name, prefix)});
        if (!hasSource(clusters.back().settings))
            settings.fault("CLUSTERS",
                           fmt::format("{0}: no source is set: {1}SLURMRESTD_URL, {1}SACCT_ENABLED or "
                                       "{1}FALLBACK_CSV",
                                       name, prefix));
    }
    if (names.empty()) {
        PolledCluster only{"", readCluster(settings, settings.text("CLUSTER_NAME").value_or("default"), "")};
        if (hasSource(only.settings))
            clusters.push_back(std::move(only));
    }
    return clusters;
}

void readPayments(Settings& settings, Config& config)
{
    settings.assign("PUBLIC_URL", config.publicUrl);
    while (config.publicUrl.ends_with('/'))
        config.publicUrl.pop_back();
    if (config.publicUrl.empty() && !config.production && config.httpPort != 0)
        config.publicUrl = fmt::format("http://{}:{}", config.httpAddress, config.httpPort);
    config.paymentProvider = config.production ? "" : "dummy";
    settings.assign("PAYMENT_PROVIDER", config.paymentProvider);
    constexpr std::array<std::string_view, 4> known{"", "dummy", "stripe", "omise"};
    if (std::ranges::find(known, config.paymentProvider) == known.end())
        settings.fault("PAYMENT_PROVIDER", "one of stripe, omise, dummy; empty for none");
    settings.assign("STRIPE_API_URL", config.stripeApiUrl);
    config.stripeSecretKey = settings.secret("STRIPE_SECRET_KEY");
    config.stripeWebhookSecret = settings.secret("STRIPE_WEBHOOK_SECRET");
    settings.assign("OMISE_API_URL", config.omiseApiUrl);
    config.omiseSecretKey = settings.secret("OMISE_SECRET_KEY");
    config.omiseWebhookSecret = settings.secret("OMISE_WEBHOOK_SECRET");
    config.paymentWebhookSecret = settings.secret("PAYMENT_WEBHOOK_SECRET");
    settings.assignSeconds("PAYMENT_ASK_INTERVAL_SEC", config.paymentAskInterval);
    settings.assignSeconds("PAYMENT_STUCK_AFTER_SEC", config.paymentStuckAfter);
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
    if (production && url.getScheme() == "http" && !isLoopback(url.getHost())) {
        faults.push_back({prefix + "SLURMRESTD_URL",
                          "plain http to another host shows the token to the network: use https"});
    }
}

/// Checkpoints name the site unless they are told how: where its payers come back to, else this machine.
void readAudit(Settings& settings, Config& config)
{
    const std::size_t scheme = config.publicUrl.find("://");
    const std::string host = scheme == std::string::npos ? Poco::Environment::nodeName() : config.publicUrl.substr(scheme + 3);
    config.auditOrigin = host + "/audit";
    settings.assign("AUDIT_ORIGIN", config.auditOrigin);
    settings.assignSeconds("AUDIT_CHECKPOINT_INTERVAL_SEC", config.auditCheckpointInterval);
}

} // namespace

Config readConfig(const std::optional<std::filesystem::path>& file)
{
    Settings settings(file);
    Config config;

    const std::string environment = settings.text("APP_ENV").value_or("development");
    config.production = environment == "production";
    if (!config.production && environment != "development" && environment != "test") {
        settings.fault("APP_ENV", "one of production, development, test");
    }

    config.databaseUrl = settings.secret("DATABASE_URL");
    config.databaseOwnerUrl = settings.secret("DATABASE_OWNER_URL");
    if (config.databaseUrl.empty()) {
        settings.fault("DATABASE_URL",
                       "not set: a postgresql:// URL, or embedded:DIR for a private database in DIR");
    }
    if (config.databaseOwnerUrl.empty())
        config.databaseOwnerUrl = config.databaseUrl;
    settings.assignNumber("DATABASE_POOL_SIZE", config.databasePoolSize, 2, 500);

    settings.assign("HTTP_ADDRESS", config.httpAddress);
    settings.assignNumber("HTTP_PORT", config.httpPort, 0, 65535);
    settings.assignList("TRUSTED_PROXIES", config.trustedProxies);
    config.metricsNetworks = {"127.0.0.0/8", "::1/128"};
    settings.assignList("METRICS_NETWORKS", config.metricsNetworks);
    config.metricsToken = settings.secret("METRICS_TOKEN");
    settings.assign("METRICS_ENABLED", config.metricsEnabled);
    config.sessionCookieSecure = config.production;
    settings.assign("SESSION_COOKIE_SECURE", config.sessionCookieSecure);
    settings.assign("LOG_LEVEL", config.logLevel);

    config.appSecretKey = settings.secret("APP_SECRET_KEY");
    config.adminPassword = settings.secret("ADMIN_PASSWORD");
    settings.assignNumber("AUTH_THROTTLE_MAX_FAILS", config.throttleMaxFails, 1, 1000);
    settings.assignNumber("AUTH_THROTTLE_ADDRESS_MAX_FAILS", config.throttleAddressMaxFails, 1, 1'000'000);
    settings.assignSeconds("AUTH_THROTTLE_WINDOW_SEC", config.throttleWindow);
    settings.assignSeconds("AUTH_THROTTLE_LOCK_SEC", config.throttleLock);

    settings.assign("BILLING_CURRENCY", config.currency);
    std::string rateAt(codeOf(config.rateAt));
    settings.assign("BILLING_RATE_AT", rateAt);
    if (const auto known = rates::parseRateAt(rateAt))
        config.rateAt = *known;
    else
        settings.fault("BILLING_RATE_AT", "receipt (the rates in force when the receipt is made) or job_end (those at the job's end)");
    config.tax = readTax(settings);
    config.issuer = readIssuer(settings);

    readPayments(settings, config);
    readAudit(settings, config);
    settings.assignList("WEBHOOK_ALLOWED_NETWORKS", config.webhookAllowedNetworks);
    config.clusters = readClusters(settings);
    settings.assignSeconds("POLL_INTERVAL_SEC", config.pollInterval);

    settings.throwFaults();
    return config;
}

std::vector<ConfigFault> unsafeSettings(const Config& config)
{
    std::vector<ConfigFault> faults;
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
