// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/money/currency.h"
#include "common/pricing/pricing.h"
#include "common/time/time.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hpcbill::audit
{
class Log;
}
namespace hpcbill::postgres
{
class Pool;
class Transaction;
} // namespace hpcbill::postgres

namespace hpcbill::webhooks
{
class Outbox;
}

namespace hpcbill::rates
{

enum class RateVersionId : std::int64_t {};

/// What one hour of a core, of a GPU and of a GiB costs users of a tier from a moment on. Never edited: a
/// change is a new version.
struct RateVersion {
    RateVersionId id{};
    std::string tier;
    pricing::Rates rates;
    Currency currency = Currency::thb();
    UtcTime effectiveFrom;
    std::string author;
    std::string reason;
};

/// The rates in force at one moment, by tier.
using RateTable = std::map<std::string, RateVersion, std::less<>>;

/// As /api/v1/rates shows it, and as events carry it.
nlohmann::ordered_json toJson(const RateVersion& version);

/// An order to change the rates of a tier. Without `effectiveFrom` they hold from now on; a moment in the
/// past is refused.
struct RateChange {
    std::string tier;
    pricing::Rates rates;
    std::optional<UtcTime> effectiveFrom;
    std::string reason;
};

/// Keeps the rates of all tiers.
class RateBook final
{
public:
    RateBook(postgres::Pool& pool, audit::Log& audit, const webhooks::Outbox& outbox, Currency currency);

    /// Gives each tier that has none its first version. Safe when several servers start at once.
    void ensureInitial();

    /// The versions in force at `at`, every tier.
    RateTable inForce(postgres::Transaction& tx, UtcTime at) const;

    /// The newest version of the tier, in force or scheduled: the one that a change has to name. Throws
    /// NotFound for an unknown tier.
    RateVersion newest(postgres::Transaction& tx, std::string_view tier) const;

    /// All versions of a tier, newest first. Throws NotFound for an unknown tier.
    std::vector<RateVersion> history(postgres::Transaction& tx, std::string_view tier, std::int64_t limit,
                                     std::optional<RateVersionId> before) const;

    /// Makes a new version. `expected`, where given, must be the newest one, else Stale: somebody else was
    /// faster.
    RateVersion change(const RateChange& order, std::optional<RateVersionId> expected, const api::Actor& by);

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const webhooks::Outbox& m_outbox;
    Currency m_currency;
};

/// The entity tag of a version, for If-Match and If-None-Match.
std::string etagOf(const RateVersion& version);

} // namespace hpcbill::rates
