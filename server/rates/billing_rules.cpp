// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/rates.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rule_json.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::rates
{
namespace
{

constexpr postgres::Statement lockRules{"rates.lock_billing_rules", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.billing_rules', 0))
)sql"};

constexpr postgres::Statement ruleVersions{"rates.billing_rule_versions", R"sql(
    select v.id, v.rules::text, v.currency, v.author, v.reason, v.created_at
    from billing_rule_versions v
    where $1::bigint is null or v.id <= $1
    order by v.id desc
    limit $2
)sql"};

constexpr postgres::Statement addRuleVersion{"rates.add_billing_rule_version", R"sql(
    insert into billing_rule_versions (rules, currency, author, reason, created_at)
    values ($1::text::jsonb, $2, $3, $4, $5)
    returning id
)sql"};

RuleVersion readVersion(const postgres::Row& row)
{
    const auto currency = Currency::parse(row.as<std::string>(2));
    if (!currency)
        throw std::runtime_error("billing_rule_versions holds an unknown currency: " + row.as<std::string>(2));
    return {.id = static_cast<RuleVersionId>(row.as<std::int64_t>(0)),
            .rules = parseRules(row.as<std::string>(1), *currency),
            .author = row.as<std::string>(3),
            .reason = row.as<std::string>(4),
            .createdAt = row.as<UtcTime>(5)};
}

RuleVersionId add(postgres::Transaction& tx, const pricing::Rules& rules, const std::string& author, const std::string& reason)
{
    const auto added = tx.execute(addRuleVersion, toJson(rules).dump(), rules.currency().code(), author, reason, tx.now());
    return static_cast<RuleVersionId>(added[0].as<std::int64_t>(0));
}

} // namespace

BillingRules::BillingRules(postgres::Pool& pool, audit::Log& audit, const webhooks::Outbox& outbox, Currency currency)
    : m_pool(pool)
    , m_audit(audit)
    , m_outbox(outbox)
    , m_currency(currency)
{
}

void BillingRules::ensureInitial()
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockRules);
    if (!history(tx, 1, std::nullopt).empty())
        return;
    const pricing::Rules shipped(pricing::shippedRules(), m_currency);
    add(tx, shipped, "system", "shipped rules");
    m_audit.append(tx, {.by = {.name = "system", .role = {}, .address = {}, .requestId = {}},
                        .action = "billing_rules.changed",
                        .targetType = "billing_rules",
                        .targetId = "billing_rules",
                        .details = {{"before", nullptr}, {"after", toJson(shipped)}, {"reason", "shipped rules"}}});
    tx.commit();
}

RuleVersion BillingRules::inForce(postgres::Transaction& tx) const
{
    auto newest = history(tx, 1, std::nullopt);
    if (newest.empty())
        throw std::runtime_error("billing_rule_versions is empty: the server makes the first version when it starts");
    return newest.front();
}

RuleVersion BillingRules::version(postgres::Transaction& tx, RuleVersionId id) const
{
    const auto found = tx.execute(ruleVersions, static_cast<std::int64_t>(id), std::int64_t{1});
    if (!found.empty() && found[0].as<std::int64_t>(0) == static_cast<std::int64_t>(id))
        return readVersion(found[0]);
    throw NotFound(fmt::format("There is no version {} of the billing rules.", static_cast<std::int64_t>(id)));
}

std::vector<RuleVersion> BillingRules::history(postgres::Transaction& tx, std::int64_t limit,
                                               std::optional<RuleVersionId> before) const
{
    std::optional<std::int64_t> newest;
    if (before)
        newest = static_cast<std::int64_t>(*before) - 1;
    std::vector<RuleVersion> versions;
    for (const auto& row : tx.execute(ruleVersions, newest, limit))
        versions.push_back(readVersion(row));
    return versions;
}

RuleVersion BillingRules::change(const pricing::Rules& rules, const std::string& reason, RuleVersionId expected,
                                 const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockRules);
    const RuleVersion before = inForce(tx);
    if (before.id != expected)
        throw Stale(fmt::format("The billing rules were changed by {} since you read them: read them again, then decide.",
                                before.author));
    const RuleVersion after{.id = add(tx, rules, by.name, reason),
                            .rules = rules,
                            .author = by.name,
                            .reason = reason,
                            .createdAt = tx.now()};
    m_outbox.add(tx, {"rates.changed", {{"billing_rules", toJson(after)}}});
    m_audit.append(tx, {.by = by,
                        .action = "billing_rules.changed",
                        .targetType = "billing_rules",
                        .targetId = "billing_rules",
                        .details = {{"before", toJson(before.rules)}, {"after", toJson(rules)}, {"reason", reason}}});
    tx.commit();
    return after;
}

nlohmann::ordered_json toJson(const RuleVersion& version)
{
    return {{"rules", toJson(version.rules)},
            {"currency", version.rules.currency().code()},
            {"author", version.author},
            {"reason", version.reason},
            {"created_at", toRfc3339(version.createdAt)},
            {"etag", etagOf(version)}};
}

std::string etagOf(const RuleVersion& version)
{
    return fmt::format("\"rules.{}\"", static_cast<std::int64_t>(version.id));
}

} // namespace hpcbill::rates
