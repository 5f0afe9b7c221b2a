// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/currency.h"
#include "common/pricing/tax.h"
#include "server/rates/rates.h"
#include "server/receipts/receipts.h"
#include "server/slurm/slurm.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::app
{

/// A setting that cannot be used, and what to do about it.
struct ConfigFault {
    std::string name;
    std::string detail;
};

/// A cluster that is polled. The names of its settings begin with `prefix`: empty for the one of
/// CLUSTER_NAME, `ANNEX_` for the cluster annex of CLUSTERS.
struct PolledCluster {
    std::string prefix;
    slurm::ClusterSettings settings;
};

/// Whether a program is going to price, bill or recount. One that leaves amounts alone works also where BILLING_CURRENCY is not
/// that of the database: at a shell without the server's settings somebody can still be unlocked.
enum class Amounts { used, leftAlone };

/// What the process was told by its file and its environment. The names of the settings stand in
/// docs/configuration.md.
struct Config {
    bool production = false;

    std::string databaseUrl;      ///< of the application role; `embedded:DIR` for a private cluster
    std::string databaseOwnerUrl; ///< of the role that migrates; the same as databaseUrl unless set
    unsigned databasePoolSize = 16;

    std::string httpAddress = "127.0.0.1";
    std::uint16_t httpPort = 8080;
    std::vector<std::string> trustedProxies;  ///< addresses and CIDR blocks whose X-Forwarded-For is believed
    std::vector<std::string> metricsNetworks; ///< who may read /metrics without a token
    std::string metricsToken;
    bool metricsEnabled = true;
    bool sessionCookieSecure = false;
    std::string logLevel = "information";

    std::string auditOrigin = "localhost/audit"; ///< the audit log's name in its checkpoints, from its first one on
    std::chrono::seconds auditCheckpointInterval{300};

    std::string appSecretKey;
    std::string adminPassword; ///< of the user `admin`, made at the first start only
    int throttleMaxFails = 5;
    int throttleAddressMaxFails = 30;
    std::chrono::seconds throttleWindow{900};
    std::chrono::seconds throttleLock{900};

    Currency currency = Currency::thb();
    rates::RateAt rateAt = rates::RateAt::receipt;
    pricing::Tax tax;        ///< put on receipts
    receipts::Issuer issuer; ///< who makes them

    std::string publicUrl;       ///< "https://billing.example.org": where payers come back to
    std::string paymentProvider; ///< dummy, stripe, omise; empty: nobody can pay online
    std::string stripeApiUrl = "https://api.stripe.com";
    std::string stripeSecretKey;
    std::string stripeWebhookSecret;
    std::string omiseApiUrl = "https://api.omise.co";
    std::string omiseSecretKey;
    std::string omiseWebhookSecret;
    std::string paymentWebhookSecret; ///< of the default provider
    std::chrono::seconds paymentAskInterval{300};
    std::chrono::seconds paymentStuckAfter{3600};

    std::vector<std::string> webhookAllowedNetworks; ///< that webhooks may go to although they are not public

    std::vector<PolledCluster> clusters;
    std::chrono::seconds pollInterval{60};
};

/// Reads `file` (Java properties; may be absent) and, over it, the environment. Every secret may also be
/// given as NAME_FILE, the path of a file that holds it; the environment's stands over NAME in `file`. Throws InvalidInput naming each setting that cannot
/// be read.
Config readConfig(const std::optional<std::filesystem::path>& file);

/// Why this configuration must not be used: nothing for development unless a value contradicts itself; in
/// production every unsafe value.
std::vector<ConfigFault> unsafeSettings(const Config& config);

/// A configuration and all for which the server refuses it: empty where it starts.
struct ExaminedConfig {
    Config config; ///< not to be used where there are faults
    std::vector<ConfigFault> faults;
};

/// Reads as readConfig() does, and judges as unsafeSettings() does, for the server and for those who ask beforehand: they
/// cannot come to differ. Throws InvalidInput{"--config"} when there is no such file.
ExaminedConfig examineConfig(const std::optional<std::filesystem::path>& file);

} // namespace hpcbill::app
