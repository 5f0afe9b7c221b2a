// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "common/api/role.h"
#include "common/money/currency.h"
#include "common/pricing/pricing.h"
#include "common/pricing/rules.h"
#include "common/time/time.h"
#include "server/rates/tiers.h"

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
namespace hpcbill::http
{
class JsonObject;
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

/// Reads `cpu`, `gpu` and `mem` of a body; what is wrong is noted.
pricing::Rates readRates(http::JsonObject& body);

/// Reads the member `rules` of a body: what is wrong is noted with its place ("rules[2].when.state"); the result then
/// lacks it. Amounts are in `currency`.
pricing::Rules readRules(http::JsonObject& body, const Currency& currency);

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

    /// Gives each tier that has none its first version, unless there are versions in other currencies than ours: these are
    /// told, and nothing is made. Safe when several servers start at once.
    std::vector<std::string> ensureInitial();

    /// The versions in force at `at`, every tier.
    RateTable inForce(postgres::Transaction& tx, UtcTime at) const;

    /// The versions that have come into force until `at`, by tier, in the order in which they did; only the last of
    /// each tier where the earlier ones are not wanted.
    std::map<std::string, std::vector<RateVersion>, std::less<>> versions(postgres::Transaction& tx, UtcTime at,
                                                                          bool onlyLast) const;

    /// The newest version of the tier, in force or scheduled: the one that a change has to name. Throws
    /// NotFound for an unknown tier.
    RateVersion newest(postgres::Transaction& tx, std::string_view tier) const;

    /// All versions of a tier, newest first. Throws NotFound for an unknown tier.
    std::vector<RateVersion> history(postgres::Transaction& tx, std::string_view tier, std::int64_t limit,
                                     std::optional<RateVersionId> before) const;

    /// Makes a new version. `expected`, where given, must be the newest one, else Stale: somebody else was
    /// faster.
    RateVersion change(const RateChange& order, std::optional<RateVersionId> expected, const api::Actor& by);

    /// Gives a tier that is being made its rates, from the beginning of time on; the caller puts it on record.
    void addFirst(postgres::Transaction& tx, const std::string& tier, const pricing::Rates& rates, const std::string& author,
                  const std::string& reason) const;

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const webhooks::Outbox& m_outbox;
    Currency m_currency;
};

/// The entity tag of a version, for If-Match and If-None-Match.
std::string etagOf(const RateVersion& version);

enum class RuleVersionId : std::int64_t {};

/// The billing rules as they were agreed at one moment. Never edited: a change is a new version.
struct RuleVersion {
    RuleVersionId id{};
    pricing::Rules rules;
    std::string author;
    std::string reason;
    UtcTime createdAt;
};

/// As GET /api/v1/billing-rules shows it.
nlohmann::ordered_json toJson(const RuleVersion& version);

/// The entity tag of a version, for If-Match.
std::string etagOf(const RuleVersion& version);

/// Keeps the ordered list of billing rules.
class BillingRules final
{
public:
    BillingRules(postgres::Pool& pool, audit::Log& audit, const webhooks::Outbox& outbox, Currency currency);

    /// Makes the first version, of the rules that are shipped. Safe when several servers start at once.
    void ensureInitial();

    [[nodiscard]] RuleVersion inForce(postgres::Transaction& tx) const;
    /// Throws NotFound.
    [[nodiscard]] RuleVersion version(postgres::Transaction& tx, RuleVersionId id) const;
    /// Newest first, before `before`.
    [[nodiscard]] std::vector<RuleVersion> history(postgres::Transaction& tx, std::int64_t limit,
                                                   std::optional<RuleVersionId> before) const;

    /// Makes a new version, in force from now on. `expected` must be the one in force, else Stale.
    RuleVersion change(const pricing::Rules& rules, const std::string& reason, RuleVersionId expected, const api::Actor& by);

    [[nodiscard]] const Currency& currency() const { return m_currency; }

private:
    postgres::Pool& m_pool;
    audit::Log& m_audit;
    const webhooks::Outbox& m_outbox;
    Currency m_currency;
};

/// Which moment decides the rates of a job: that of its receipt (until there is one: now), or that of its end.
enum class RateAt { receipt, jobEnd };
/// "receipt", "job_end".
std::string_view codeOf(RateAt rateAt);
std::optional<RateAt> parseRateAt(std::string_view code);

/// Everything that prices are made of, as it stands at one moment.
class PriceList final
{
public:
    /// Versions of each tier in the order in which they come into force, none of them later than that moment.
    using Versions = std::map<std::string, std::vector<RateVersion>, std::less<>>;

    PriceList(Versions versions, RuleVersion rules, RateAt rateAt);

    /// The rates of a job of this tier that ended at `endedAt` (or runs still). Throws NotFound for an unknown tier.
    [[nodiscard]] const RateVersion& rateOf(std::string_view tier, const std::optional<UtcTime>& endedAt) const;
    [[nodiscard]] const RuleVersion& rules() const { return m_rules; }
    [[nodiscard]] RateAt rateAt() const { return m_rateAt; }

    [[nodiscard]] pricing::Cost price(const pricing::Usage& usage, const pricing::JobFacts& job, const RateVersion& rate) const
    {
        return pricing::price(usage, job, rate.rates, m_rules.rules, rate.currency);
    }

    /// Of each tier a number that changes whenever its jobs may cost something else.
    [[nodiscard]] std::map<std::string, std::int64_t> marks() const;

    /// The same list with other rates for some tiers and, where given, other rules: what somebody thinks of.
    [[nodiscard]] PriceList with(const std::map<std::string, pricing::Rates>& rates,
                                 const std::optional<pricing::Rules>& rules) const;

private:
    Versions m_versions;
    RuleVersion m_rules;
    RateAt m_rateAt;
};

/// Reads price lists.
class Prices final
{
public:
    Prices(const RateBook& rates, const BillingRules& rules, RateAt rateAt)
        : m_rates(rates)
        , m_rules(rules)
        , m_rateAt(rateAt)
    {
    }

    /// Rates and rules in force at the transaction's moment.
    [[nodiscard]] PriceList inForce(postgres::Transaction& tx) const;
    [[nodiscard]] const RateBook& rates() const { return m_rates; }
    [[nodiscard]] const BillingRules& rules() const { return m_rules; }

private:
    const RateBook& m_rates;
    const BillingRules& m_rules;
    RateAt m_rateAt;
};

} // namespace hpcbill::rates
