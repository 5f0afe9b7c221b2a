// SPDX-License-Identifier: GPL-3.0-or-later
// Tiers that somebody gave to a user or to an account.
#include "server/rates/tiers.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/tier_store.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

namespace hpcbill::rates
{
namespace
{

constexpr postgres::Statement listOverrides{"rates.list_overrides", R"sql(
    select o.username, o.tier, o.author, o.reason, o.created_at, coalesce(u.tier, d.name), u.rule::bigint
    from tier_overrides o
    join tiers d on d.is_default
    left join user_tiers u on u.username = o.username
    where $1::text is null or o.username > $1
    order by o.username
    limit $2
)sql"};

constexpr postgres::Statement putOverride{"rates.put_override", R"sql(
    insert into tier_overrides (username, tier, author, reason, created_at) values ($1, $2, $3, $4, $5)
    on conflict (username) do update
    set tier = excluded.tier, author = excluded.author, reason = excluded.reason, created_at = excluded.created_at
)sql"};

constexpr postgres::Statement deleteOverride{"rates.delete_override", R"sql(
    delete from tier_overrides where username = $1
)sql"};

constexpr postgres::Statement listAccounts{"rates.list_account_tiers", R"sql(
    select a.account, a.tier, a.author, a.reason, a.created_at
    from account_tiers a
    where $1::text is null or a.account > $1
    order by a.account
    limit $2
)sql"};

constexpr postgres::Statement putAccount{"rates.put_account_tier", R"sql(
    insert into account_tiers (account, tier, author, reason, created_at) values ($1, $2, $3, $4, $5)
    on conflict (account) do update
    set tier = excluded.tier, author = excluded.author, reason = excluded.reason, created_at = excluded.created_at
)sql"};

constexpr postgres::Statement deleteAccount{"rates.delete_account_tier", R"sql(
    delete from account_tiers where account = $1
)sql"};

/// Throws Stale where the present state is not the one that was read.
void requireUnchanged(const std::optional<AssignedTier>& present, const std::optional<std::string>& expected)
{
    const auto tag = present ? std::optional(etagOf(*present)) : std::nullopt;
    if (tag == expected)
        return;
    throw Stale(present ? fmt::format("The tier of {} was set by {} since you read it: read it again, then decide.", present->name,
                                      present->author)
                        : "The tier was taken away since you read it: read it again, then decide.");
}

nlohmann::json audited(const std::optional<AssignedTier>& account)
{
    if (!account)
        return nullptr;
    return {{"tier", account->tier}, {"author", account->author}, {"reason", account->reason}};
}

audit::Event accountEvent(const std::string& account, const std::optional<AssignedTier>& before,
                          const std::optional<AssignedTier>& after, const std::string& reason, const api::Actor& by)
{
    return {.by = by,
            .action = after ? "account_tier.changed" : "account_tier.removed",
            .targetType = "account",
            .targetId = account,
            .details = {{"before", audited(before)}, {"after", audited(after)}, {"reason", reason}}};
}

webhooks::Event overrideMessage(const std::string& user, const std::string& tier)
{
    return {"rates.changed", {{"tier_override", {{"user", user}, {"tier", tier}}}}};
}

webhooks::Event accountMessage(const std::string& account, const std::optional<std::string>& tier)
{
    nlohmann::ordered_json told{{"account", account}, {"tier", nullptr}};
    if (tier)
        told["tier"] = *tier;
    return {"rates.changed", {{"account_tier", std::move(told)}}};
}

constexpr auto removedWithoutReason = "removed";

} // namespace

std::string etagOf(const AssignedTier& assigned)
{
    return fmt::format("\"{}.{}\"", assigned.tier, assigned.createdAt.time_since_epoch().count());
}

std::vector<TierDecision> Tiers::overrides(postgres::Transaction& tx, std::int64_t limit, const std::optional<std::string>& after) const
{
    const std::vector<TierRule> inForce = rules(tx).rules;
    std::vector<TierDecision> page;
    for (const auto& row : tx.execute(listOverrides, after, limit)) {
        AssignedTier assigned = readAssigned(row);
        TierDecision decision{.user = assigned.name,
                              .tier = assigned.tier,
                              .source = TierSource::override_,
                              .naturalTier = row.as<std::string>(5),
                              .place = row.as<std::optional<std::int64_t>>(6),
                              .pattern = {},
                              .assigned = std::move(assigned)};
        // The two statements may see two versions of the rules.
        if (decision.place && *decision.place <= static_cast<std::int64_t>(inForce.size()))
            decision.pattern = inForce[static_cast<std::size_t>(*decision.place - 1)].pattern;
        page.push_back(std::move(decision));
    }
    return page;
}

TierDecision Tiers::setOverride(const AssignedTier& wanted, const std::optional<std::string>& expected, const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    requireTier(tx, wanted.tier, "tier");
    const auto before = overrideOf(tx, wanted.name);
    requireUnchanged(before, expected);
    learn(tx, {wanted.name});
    const bool isNatural = decide(tx, wanted.name, std::nullopt).naturalTier == wanted.tier;
    if (isNatural && !before)
        return decide(tx, wanted.name, std::nullopt); // nothing to change, nothing to put on record
    std::optional<AssignedTier> after;
    if (isNatural) {
        tx.execute(deleteOverride, wanted.name);
    } else {
        tx.execute(putOverride, wanted.name, wanted.tier, by.name, wanted.reason, tx.now());
        after = overrideOf(tx, wanted.name);
    }
    TierDecision decision = decide(tx, wanted.name, std::nullopt);
    m_parts.outbox.add(tx, overrideMessage(wanted.name, decision.tier));
    m_parts.audit.append(tx, overrideEvent(wanted.name, before, after, wanted.reason, by));
    tx.commit();
    return decision;
}

void Tiers::removeOverride(const std::string& user, const std::string& expected, const std::optional<std::string>& reason,
                           const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    const auto before = overrideOf(tx, user);
    if (!before)
        throw NotFound(fmt::format("The user {} has no override.", user));
    requireUnchanged(before, expected);
    tx.execute(deleteOverride, user);
    m_parts.outbox.add(tx, overrideMessage(user, decide(tx, user, std::nullopt).tier));
    m_parts.audit.append(tx, overrideEvent(user, before, std::nullopt, reason.value_or(removedWithoutReason), by));
    tx.commit();
}

std::vector<AssignedTier> Tiers::accounts(postgres::Transaction& tx, std::int64_t limit, const std::optional<std::string>& after) const
{
    std::vector<AssignedTier> page;
    for (const auto& row : tx.execute(listAccounts, after, limit))
        page.push_back(readAssigned(row));
    return page;
}

AssignedTier Tiers::account(postgres::Transaction& tx, const std::string& account) const
{
    if (auto found = tierOfAccount(tx, account))
        return *std::move(found);
    throw NotFound(fmt::format("The account {} has no tier of its own.", account));
}

AssignedTier Tiers::setAccount(const AssignedTier& wanted, const std::optional<std::string>& expected, const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    requireTier(tx, wanted.tier, "tier");
    const auto before = tierOfAccount(tx, wanted.name);
    requireUnchanged(before, expected);
    tx.execute(putAccount, wanted.name, wanted.tier, by.name, wanted.reason, tx.now());
    AssignedTier after = account(tx, wanted.name);
    m_parts.outbox.add(tx, accountMessage(wanted.name, after.tier));
    m_parts.audit.append(tx, accountEvent(wanted.name, before, after, wanted.reason, by));
    tx.commit();
    return after;
}

void Tiers::removeAccount(const std::string& account, const std::string& expected, const std::optional<std::string>& reason,
                          const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    const AssignedTier before = this->account(tx, account);
    requireUnchanged(before, expected);
    tx.execute(deleteAccount, account);
    m_parts.outbox.add(tx, accountMessage(account, std::nullopt));
    m_parts.audit.append(tx, accountEvent(account, before, std::nullopt, reason.value_or(removedWithoutReason), by));
    tx.commit();
}

} // namespace hpcbill::rates
