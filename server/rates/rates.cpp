// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/rates.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::rates
{
namespace
{

constexpr postgres::Statement ratesInForce{"rates.in_force", R"sql(
    select distinct on (v.tier) v.id, v.tier, v.cpu::text, v.gpu::text, v.mem::text, v.currency, v.effective_from, v.author, v.reason
    from rate_versions v
    where v.effective_from <= $1
    order by v.tier, v.effective_from desc, v.id desc
)sql"};

constexpr postgres::Statement versionsUntil{"rates.versions_until", R"sql(
    select v.id, v.tier, v.cpu::text, v.gpu::text, v.mem::text, v.currency, v.effective_from, v.author, v.reason
    from rate_versions v
    where v.effective_from <= $1
    order by v.tier, v.effective_from, v.id
)sql"};

constexpr postgres::Statement versionsOfTier{"rates.versions_of_tier", R"sql(
    select v.id, v.tier, v.cpu::text, v.gpu::text, v.mem::text, v.currency, v.effective_from, v.author, v.reason
    from rate_versions v
    where v.tier = $1 and ($2::bigint is null or v.id < $2)
    order by v.id desc
    limit $3
)sql"};

constexpr postgres::Statement tierExists{"rates.tier_exists", R"sql(
    select 1 from tiers where name = $1
)sql"};

// Two changes of one tier wait for each other here, so that the second one sees what the first one made.
constexpr postgres::Statement lockTier{"rates.lock_tier", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.rates.' || $1::text, 0))
)sql"};

constexpr postgres::Statement addVersion{"rates.add_version", R"sql(
    insert into rate_versions (tier, cpu, gpu, mem, currency, effective_from, author, reason, created_at)
    values ($1, $2::text::numeric, $3::text::numeric, $4::text::numeric, $5, $6, $7, $8, $9)
    returning id
)sql"};

constexpr postgres::Statement otherCurrencies{"rates.other_currencies", R"sql(
    select distinct v.currency from rate_versions v
    where not exists (select 1 from rate_versions own where own.currency = $1)
    order by v.currency
)sql"};

// From the beginning of time on, so that whatever moment is asked for, each tier has a rate.
constexpr postgres::Statement addInitialVersions{"rates.add_initial_versions", R"sql(
    insert into rate_versions (tier, cpu, gpu, mem, currency, effective_from, author, reason, created_at)
    select t.name, 1.000000 * t.position, 5.000000 * t.position, 0.500000 * t.position, $1, 'epoch', 'system', 'initial rates', $2
    from tiers t
    where not exists (select 1 from rate_versions v where v.tier = t.name)
    order by t.position
    returning tier
)sql"};

Rate readRate(const std::string& decimal)
{
    const auto rate = parseRate(decimal);
    if (!rate)
        throw std::runtime_error("rate_versions holds a rate that cannot be read: " + decimal);
    return *rate;
}

RateVersion readVersion(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(5));
    if (!currency)
        throw std::runtime_error("rate_versions holds an unknown currency: " + row.as<std::string>(5));
    RateVersion version;
    version.id = static_cast<RateVersionId>(row.as<std::int64_t>(0));
    version.tier = row.as<std::string>(1);
    version.rates = {readRate(row.as<std::string>(2)), readRate(row.as<std::string>(3)),
                     readRate(row.as<std::string>(4))};
    version.currency = *currency;
    version.effectiveFrom = row.as<UtcTime>(6);
    version.author = row.as<std::string>(7);
    version.reason = row.as<std::string>(8);
    return version;
}

nlohmann::json auditedRates(const RateVersion& version)
{
    return {{"cpu", toDecimal(version.rates.cpu)},
            {"gpu", toDecimal(version.rates.gpu)},
            {"mem", toDecimal(version.rates.mem)},
            {"currency", version.currency.code()},
            {"effective_from", toRfc3339(version.effectiveFrom)}};
}

} // namespace

RateBook::RateBook(postgres::Pool& pool, audit::Log& audit, const webhooks::Outbox& outbox, Currency currency)
    : m_pool(pool)
    , m_audit(audit)
    , m_outbox(outbox)
    , m_currency(currency)
{
}

std::vector<std::string> RateBook::ensureInitial()
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockTier, "initial");
    std::vector<std::string> others;
    for (const auto& row : tx.execute(otherCurrencies, m_currency.code()))
        others.push_back(row.as<std::string>(0));
    if (!others.empty())
        return others;
    const auto added = tx.execute(addInitialVersions, m_currency.code(), tx.now());
    for (const auto& row : added) {
        const std::string tier = row.as<std::string>(0);
        m_audit.append(tx, {.by = {.name = "system", .role = {}, .address = {}, .requestId = {}},
                            .action = "rate.changed",
                            .targetType = "rate",
                            .targetId = tier,
                            .details = {{"before", nullptr},
                                        {"after", auditedRates(newest(tx, tier))},
                                        {"reason", "initial rates"}}});
    }
    tx.commit();
    return others;
}

void RateBook::addFirst(postgres::Transaction& tx, const std::string& tier, const pricing::Rates& rates, const std::string& author,
                        const std::string& reason) const
{
    tx.execute(addVersion, tier, toDecimal(rates.cpu), toDecimal(rates.gpu), toDecimal(rates.mem), m_currency.code(), UtcTime{}, author,
               reason, tx.now());
}

RateTable RateBook::inForce(postgres::Transaction& tx, UtcTime at) const
{
    RateTable table;
    for (const auto& row : tx.execute(ratesInForce, at)) {
        RateVersion version = readVersion(row);
        table.emplace(version.tier, version);
    }
    return table;
}

std::map<std::string, std::vector<RateVersion>, std::less<>> RateBook::versions(postgres::Transaction& tx, UtcTime at,
                                                                                bool onlyLast) const
{
    std::map<std::string, std::vector<RateVersion>, std::less<>> byTier;
    for (const auto& row : tx.execute(onlyLast ? ratesInForce : versionsUntil, at)) {
        RateVersion version = readVersion(row);
        byTier[version.tier].push_back(std::move(version));
    }
    return byTier;
}

std::vector<RateVersion> RateBook::history(postgres::Transaction& tx, std::string_view tier,
                                           std::int64_t limit, std::optional<RateVersionId> before) const
{
    if (tx.execute(tierExists, tier).empty())
        throw NotFound(fmt::format("There is no tier {}.", tier));
    std::optional<std::int64_t> beforeId;
    if (before)
        beforeId = static_cast<std::int64_t>(*before);
    std::vector<RateVersion> versions;
    for (const auto& row : tx.execute(versionsOfTier, tier, beforeId, limit))
        versions.push_back(readVersion(row));
    return versions;
}

RateVersion RateBook::newest(postgres::Transaction& tx, std::string_view tier) const
{
    const auto versions = history(tx, tier, 1, std::nullopt);
    if (versions.empty())
        throw NotFound(fmt::format("The tier {} has no rates yet.", tier));
    return versions.front();
}

RateVersion RateBook::change(const RateChange& order, std::optional<RateVersionId> expected,
                             const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockTier, order.tier);
    const RateVersion before = newest(tx, order.tier);
    if (expected && *expected != before.id) {
        throw Stale(fmt::format(
            "The rates of {} were changed by {} since you read them: read them again, then decide.",
            order.tier, before.author));
    }
    if (order.effectiveFrom && *order.effectiveFrom < tx.now()) {
        throw InvalidInput("effective_from",
                           "lies in the past: rates hold from now on or from a later moment");
    }
    if (order.reason.empty())
        throw InvalidInput("reason", "says nothing: write why the rates change, for those who audit them");

    RateVersion after{.id = {},
                      .tier = order.tier,
                      .rates = order.rates,
                      .currency = m_currency,
                      .effectiveFrom = order.effectiveFrom.value_or(tx.now()),
                      .author = by.name,
                      .reason = order.reason};
    const auto added =
        tx.execute(addVersion, after.tier, toDecimal(after.rates.cpu), toDecimal(after.rates.gpu),
                   toDecimal(after.rates.mem), after.currency.code(), after.effectiveFrom, after.author,
                   after.reason, tx.now());
    after.id = static_cast<RateVersionId>(added[0].as<std::int64_t>(0));
    m_outbox.add(tx, {"rates.changed", toJson(after)});
    m_audit.append(tx, {.by = by,
                        .action = "rate.changed",
                        .targetType = "rate",
                        .targetId = order.tier,
                        .details = {{"before", auditedRates(before)},
                                    {"after", auditedRates(after)},
                                    {"reason", order.reason}}});
    tx.commit();
    return after;
}

nlohmann::ordered_json toJson(const RateVersion& version)
{
    return {{"tier", version.tier},
            {"cpu", toDecimal(version.rates.cpu)},
            {"gpu", toDecimal(version.rates.gpu)},
            {"mem", toDecimal(version.rates.mem)},
            {"currency", version.currency.code()},
            {"effective_from", toRfc3339(version.effectiveFrom)},
            {"author", version.author},
            {"reason", version.reason},
            {"etag", etagOf(version)}};
}

std::string etagOf(const RateVersion& version)
{
    return fmt::format("\"{}.{}\"", version.tier, static_cast<std::int64_t>(version.id));
}

} // namespace hpcbill::rates
