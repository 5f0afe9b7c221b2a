// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/features.h"

#include "common/error.h"

namespace hpcbill::app
{
namespace
{

Currency readCurrency(const Config& config)
{
    const auto currency = Currency::parse(config.currency);
    if (!currency) throw InvalidInput("BILLING_CURRENCY", currency.error());
    return *currency;
}

} // namespace

Features::Features(const Config& config)
    : currency(readCurrency(config)), database(config), audit(metrics), rates(database.pool(), audit, currency), jobs(rates),
      receipts({.pool = database.pool(), .audit = audit, .rates = rates, .metrics = metrics})
{
    rates.ensureInitial();
}

} // namespace hpcbill::app
