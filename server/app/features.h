// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/money/currency.h"
#include "server/app/config.h"
#include "server/app/database.h"
#include "server/audit/audit.h"
#include "server/identity/identity.h"
#include "server/rates/rates.h"
#include "server/crypto/secret_box.h"
#include "server/payments/payments.h"
#include "server/receipts/receipts.h"
#include "server/slurm/slurm.h"
#include "server/usage/usage.h"
#include "server/webhooks/webhooks.h"

#include <prometheus/registry.h>

namespace hpcbill::app
{

/// Every feature with what it needs, built once, for the server and for the command line alike. Members stand
/// in the order in which they need each other.
struct Features {
    /// Throws InvalidInput{"BILLING_CURRENCY"} where the database has rates in another currency and amounts are used: nothing
    /// could be summed up any more.
    explicit Features(const Config& config, Amounts amounts = Amounts::used);

    /// Whose credentials these are: a session's, or an API token's.
    std::optional<http::Principal> authenticate(const http::Credentials& credentials);
    /// The same without counting as their use.
    std::optional<http::Principal> look(const http::Credentials& credentials) const;

    Currency currency;
    prometheus::Registry metrics;
    Database database;
    audit::Log audit;
    webhooks::Outbox outbox;
    crypto::SecretBox box;
    audit::Checkpoints checkpoints;
    webhooks::Endpoints endpoints;
    webhooks::Deliveries deliveries;
    webhooks::Courier courier;
    rates::RateBook rates;
    rates::Tiers tiers;
    identity::Users users;
    identity::Sessions sessions;
    identity::ApiTokens tokens;
    rates::BillingRules rules;
    rates::Prices prices;
    usage::JobStore jobs;
    slurm::Ingestion ingestion;
    receipts::Receipts receipts;
    receipts::Runs runs;
    receipts::Printer printer;
    payments::Payments payments;
};

} // namespace hpcbill::app
