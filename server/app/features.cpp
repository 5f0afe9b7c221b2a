// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/features.h"

#include "common/error.h"

#include <fmt/format.h>

namespace hpcbill::app
{
namespace
{

identity::SessionOptions sessionOptions(const Config& config)
{
    identity::SessionOptions options;
    options.throttleMaxFails = config.throttleMaxFails;
    options.throttleAddressMaxFails = config.throttleAddressMaxFails;
    options.throttleWindow = config.throttleWindow;
    options.throttleLock = config.throttleLock;
    return options;
}

std::vector<slurm::ClusterSettings> clusters(const Config& config)
{
    std::vector<slurm::ClusterSettings> settings;
    for (const PolledCluster& cluster : config.clusters)
        settings.push_back(cluster.settings);
    return settings;
}

webhooks::Reach reach(const Config& config)
{
    return {.httpsOnly = config.production, .allowedNetworks = config.webhookAllowedNetworks};
}

payments::ProviderSettings providerSettings(const Config& config)
{
    return {.hasDummy = config.paymentProvider == "dummy" && !config.production,
            .stripeApiUrl = config.stripeApiUrl,
            .stripeSecretKey = config.stripeSecretKey,
            .omiseApiUrl = config.omiseApiUrl,
            .omiseSecretKey = config.omiseSecretKey};
}

payments::PaymentSettings paymentSettings(const Config& config)
{
    payments::PaymentSettings settings;
    settings.defaultProvider = config.paymentProvider;
    settings.publicUrl = config.publicUrl;
    settings.mayBeSimulated = !config.production;
    settings.askInterval = config.paymentAskInterval;
    settings.stuckAfter = config.paymentStuckAfter;
    settings.configuredSecrets = {{config.paymentProvider, config.paymentWebhookSecret},
                                  {"stripe", config.stripeWebhookSecret},
                                  {"omise", config.omiseWebhookSecret}};
    return settings;
}

bool isApiToken(const http::Credentials& credentials)
{
    return credentials.kind == http::Credentials::Kind::bearer &&
           identity::ApiTokens::looksLikeOne(credentials.token);
}

} // namespace

Features::Features(const Config& config, Amounts amounts)
    : currency(config.currency)
    , database(config)
    , audit(metrics)
    , box(config.appSecretKey)
    , checkpoints({.pool = database.pool(),
                   .audit = audit,
                   .box = box,
                   .metrics = metrics,
                   .announce =
                       [this](postgres::Transaction& tx, const audit::PublishedCheckpoint& checkpoint) {
                           outbox.add(tx, {"audit.checkpoint", toJson(checkpoint)});
                       }},
                  config.auditOrigin)
    , endpoints({.pool = database.pool(), .audit = audit, .secretBox = box}, reach(config))
    , deliveries(database.pool(), audit)
    , courier({.pool = database.pool(), .audit = audit, .secretBox = box, .metrics = metrics},
              {.reach = reach(config)})
    , rates(database.pool(), audit, outbox, currency)
    , tiers({.pool = database.pool(), .audit = audit, .outbox = outbox, .rates = rates})
    , users({.pool = database.pool(),
             .audit = audit,
             .added = [this](postgres::Transaction& tx, const std::string& name) { tiers.learn(tx, {name}); }})
    , sessions({.pool = database.pool(), .audit = audit, .users = users, .metrics = metrics},
               sessionOptions(config))
    , tokens(database.pool(), audit)
    , rules(database.pool(), audit, outbox, currency)
    , prices(rates, rules, config.rateAt)
    , jobs(prices, tiers)
    , ingestion({.pool = database.pool(), .jobs = jobs, .audit = audit, .metrics = metrics}, clusters(config))
    , receipts({.pool = database.pool(), .audit = audit, .prices = prices, .outbox = outbox, .metrics = metrics},
               config.tax, config.issuer)
    , runs({.pool = database.pool(), .audit = audit, .receipts = receipts, .currency = currency})
    , printer({.pool = database.pool(), .receipts = receipts, .prices = prices}, config.publicUrl)
    , payments({.pool = database.pool(),
                .audit = audit,
                .outbox = outbox,
                .receipts = receipts,
                .box = box,
                .metrics = metrics},
               paymentSettings(config), payments::makeProviders(providerSettings(config)))
{
    if (amounts == Amounts::used) {
        const std::vector<std::string> others = rates.ensureInitial();
        if (!others.empty())
            throw InvalidInput("BILLING_CURRENCY", fmt::format("{0}, but this database has rates in {1}: set BILLING_CURRENCY to {1} again; to "
                                                               "bill in {0}, begin with a new database",
                                                               currency.code(), fmt::join(others, ", ")));
        rules.ensureInitial();
    }
    tiers.ensureKnown();
    if (!config.adminPassword.empty())
        users.ensureAdmin(config.adminPassword);
}

std::optional<http::Principal> Features::authenticate(const http::Credentials& credentials)
{
    return isApiToken(credentials) ? tokens.authenticate(credentials.token) : sessions.authenticate(credentials);
}

std::optional<http::Principal> Features::look(const http::Credentials& credentials) const
{
    return isApiToken(credentials) ? tokens.look(credentials.token) : sessions.look(credentials);
}

} // namespace hpcbill::app
