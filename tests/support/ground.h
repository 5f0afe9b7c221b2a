// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/audit/audit.h"
#include "server/rates/rates.h"
#include "server/usage/usage.h"
#include "server/webhooks/webhooks.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>

namespace hpcbill::support
{

/// A migrated database, and what every feature above it stands on.
struct Ground {
    /// With the first rates and rules, as a server makes them when it starts.
    explicit Ground(Currency currency = Currency::thb())
        : rates(database.pool(), audit, outbox, currency)
        , tiers({.pool = database.pool(), .audit = audit, .outbox = outbox, .rates = rates})
        , rules(database.pool(), audit, outbox, currency)
    {
        rates.ensureInitial();
        rules.ensureInitial();
    }

    TestDatabase database;
    prometheus::Registry metrics;
    audit::Log audit{metrics};
    webhooks::Outbox outbox;
    rates::RateBook rates;
    rates::Tiers tiers;
    rates::BillingRules rules;
    rates::Prices prices{rates, rules, rates::RateAt::receipt};
    usage::JobStore jobs{prices, tiers};
};

} // namespace hpcbill::support
