// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/config.h"

#include "common/audit/signed_note.h"
#include "common/utf8.h"
#include "server/app/settings.h"
#include "server/http/log.h"

#include <Poco/Ascii.h>
#include <Poco/Environment.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace hpcbill::app
{
namespace
{

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

std::string prefixOf(std::string name)
{
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(c) ? static_cast<char>(Poco::Ascii::toUpper(c)) : '_';
    });
    return name + "_";
}

/// Whether this machine's zones, which are Debian's PostgreSQL's too, have one of this name. Where there are none, PostgreSQL
/// is the judge, when the cluster is polled.
bool isTimeZone(const std::string& name)
{
    const std::filesystem::path zones("/usr/share/zoneinfo");
    const bool isPlain = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos;
    if (!isPlain || !std::filesystem::is_directory(zones))
        return isPlain;
    std::ifstream file(zones / name, std::ios::binary);
    std::array<char, 4> magic{};
    file.read(magic.data(), magic.size());
    return file && std::string_view(magic.data(), magic.size()) == "TZif";
}

/// As the database's clusters_name_plain.
bool isClusterName(const std::string& name)
{
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return Poco::Ascii::isAlphaNumeric(c) || c == '_' || c == '.' || c == '-';
    });
}

void checkClusterName(Settings& settings, const std::string& setting, const std::string& name)
{
    if (!isClusterName(name))
        settings.fault(setting, fmt::format("\"{}\" is not the name of a cluster: 1 to 64 letters, digits, points, hyphens or underscores", name));
}

slurm::ClusterSettings readCluster(Settings& settings, const std::string& name, const std::string& prefix)
{
    slurm::ClusterSettings cluster{.name = name, .slurmrestd = {}, .sacct = {}, .csv = {}};
    settings.assign(prefix + "CLUSTER_TIME_ZONE", cluster.timeZone);
    if (!cluster.timeZone.empty() && !isTimeZone(cluster.timeZone))
        settings.fault(prefix + "CLUSTER_TIME_ZONE", fmt::format("{} is no time zone: write it like Asia/Bangkok", cluster.timeZone));
    slurm::SlurmrestdSettings rest;
    settings.assignUrl(prefix + "SLURMRESTD_URL", rest.url);
    settings.assign(prefix + "SLURMRESTD_USER", rest.user);
    settings.assign(prefix + "SLURMRESTD_TOKEN", rest.token);
    if (!settings.standsOverItsFile(prefix + "SLURMRESTD_TOKEN"))
        settings.assign(prefix + "SLURMRESTD_TOKEN_FILE", rest.tokenFile);
    settings.assignList(prefix + "SLURMRESTD_TOKEN_COMMAND", rest.tokenCommand, " ");
    settings.assign(prefix + "SLURMRESTD_CLUSTER", rest.cluster);
    settings.assign(prefix + "SLURMRESTD_CA_FILE", rest.caFile);
    settings.assign(prefix + "SLURMRESTD_CLIENT_CERT_FILE", rest.certificate);
    settings.assign(prefix + "SLURMRESTD_CLIENT_KEY_FILE", rest.key);
    if (settings.text(prefix + "SLURMRESTD_URL").value_or("") != "") // one that cannot be read is a source all the same
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
        checkClusterName(settings, "CLUSTERS", name);
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
        checkClusterName(settings, "CLUSTER_NAME", only.settings.name);
        if (hasSource(only.settings))
            clusters.push_back(std::move(only));
    }
    return clusters;
}

void readPayments(Settings& settings, Config& config)
{
    settings.assignUrl("PUBLIC_URL", config.publicUrl);
    while (config.publicUrl.ends_with('/'))
        config.publicUrl.pop_back();
    if (config.publicUrl.empty() && !config.production && config.httpPort != 0)
        config.publicUrl = fmt::format("http://{}:{}", config.httpAddress, config.httpPort);
    config.paymentProvider = config.production ? "" : "dummy";
    settings.assign("PAYMENT_PROVIDER", config.paymentProvider);
    constexpr std::array<std::string_view, 4> known{"", "dummy", "stripe", "omise"};
    if (std::ranges::find(known, config.paymentProvider) == known.end())
        settings.fault("PAYMENT_PROVIDER", "one of stripe, omise, dummy; empty for none");
    settings.assignUrl("STRIPE_API_URL", config.stripeApiUrl);
    config.stripeSecretKey = settings.secret("STRIPE_SECRET_KEY");
    config.stripeWebhookSecret = settings.secret("STRIPE_WEBHOOK_SECRET");
    settings.assignUrl("OMISE_API_URL", config.omiseApiUrl);
    config.omiseSecretKey = settings.secret("OMISE_SECRET_KEY");
    config.omiseWebhookSecret = settings.secret("OMISE_WEBHOOK_SECRET");
    config.paymentWebhookSecret = settings.secret("PAYMENT_WEBHOOK_SECRET");
    settings.assignSeconds("PAYMENT_ASK_INTERVAL_SEC", config.paymentAskInterval);
    settings.assignSeconds("PAYMENT_STUCK_AFTER_SEC", config.paymentStuckAfter);
}

/// Checkpoints name the site unless they are told how: where its payers come back to, else this machine.
void readAudit(Settings& settings, Config& config)
{
    const std::size_t scheme = config.publicUrl.find("://");
    const std::string host = scheme == std::string::npos ? Poco::Environment::nodeName() : config.publicUrl.substr(scheme + 3);
    config.auditOrigin = host + "/audit";
    settings.assign("AUDIT_ORIGIN", config.auditOrigin);
    if (!audit::isKeyName(config.auditOrigin))
        settings.fault("AUDIT_ORIGIN", fmt::format("\"{}\" has white space or a plus sign: write a name like billing.example.org/audit",
                                                   config.auditOrigin));
    settings.assignSeconds("AUDIT_CHECKPOINT_INTERVAL_SEC", config.auditCheckpointInterval);
}

Config read(Settings& settings)
{
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
    settings.assignNetworks("TRUSTED_PROXIES", config.trustedProxies);
    config.metricsNetworks = {"127.0.0.0/8", "::1/128"};
    settings.assignNetworks("METRICS_NETWORKS", config.metricsNetworks);
    config.metricsToken = settings.secret("METRICS_TOKEN");
    settings.assign("METRICS_ENABLED", config.metricsEnabled);
    config.sessionCookieSecure = config.production;
    settings.assign("SESSION_COOKIE_SECURE", config.sessionCookieSecure);
    settings.assign("LOG_LEVEL", config.logLevel);
    if (!http::isLogLevel(config.logLevel))
        settings.fault("LOG_LEVEL", fmt::format("{} is not one of debug, information, warning, error", config.logLevel));

    config.appSecretKey = settings.secret("APP_SECRET_KEY");
    config.adminPassword = settings.secret("ADMIN_PASSWORD");
    settings.assignNumber("AUTH_THROTTLE_MAX_FAILS", config.throttleMaxFails, 1, 1000);
    settings.assignNumber("AUTH_THROTTLE_ADDRESS_MAX_FAILS", config.throttleAddressMaxFails, 1, 1'000'000);
    settings.assignSeconds("AUTH_THROTTLE_WINDOW_SEC", config.throttleWindow);
    settings.assignSeconds("AUTH_THROTTLE_LOCK_SEC", config.throttleLock);

    if (const auto code = settings.text("BILLING_CURRENCY")) {
        if (const auto currency = Currency::parse(*code))
            config.currency = *currency;
        else
            settings.fault("BILLING_CURRENCY", currency.error());
    }
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
    settings.assignNetworks("WEBHOOK_ALLOWED_NETWORKS", config.webhookAllowedNetworks);
    config.clusters = readClusters(settings);
    settings.assignSeconds("POLL_INTERVAL_SEC", config.pollInterval);
    return config;
}

} // namespace

Config readConfig(const std::optional<std::filesystem::path>& file)
{
    Settings settings(file);
    Config config = read(settings);
    if (!settings.faults().empty())
        throw InvalidInput(settings.faults());
    return config;
}

ExaminedConfig examineConfig(const std::optional<std::filesystem::path>& file)
{
    Settings settings(file);
    ExaminedConfig examined{read(settings), {}};
    for (const FieldError& unreadable : settings.faults())
        examined.faults.push_back({unreadable.field, unreadable.detail});
    // What could not be read is at fault once, and not for being empty as well.
    const auto isUnreadable = [&settings](const ConfigFault& fault) {
        return std::any_of(settings.faults().begin(), settings.faults().end(), [&fault](const FieldError& unreadable) {
            return unreadable.field == fault.name || unreadable.field == fault.name + "_FILE";
        });
    };
    for (ConfigFault& fault : unsafeSettings(examined.config)) {
        if (!isUnreadable(fault))
            examined.faults.push_back(std::move(fault));
    }
    return examined;
}

} // namespace hpcbill::app
