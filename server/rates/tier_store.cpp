// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/tier_store.h"

#include "common/error.h"

#include <fmt/format.h>

namespace hpcbill::rates
{
namespace
{

constexpr postgres::Statement lockExclusively{"rates.lock_tiers", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.tiers', 0))
)sql"};

constexpr postgres::Statement lockShared{"rates.share_tiers", R"sql(
    select pg_advisory_xact_lock_shared(hashtextextended('hpcbill.tiers', 0))
)sql"};

constexpr postgres::Statement selectDefault{"rates.default_tier", R"sql(
    select t.name from tiers t where t.is_default
)sql"};

constexpr postgres::Statement tierNamed{"rates.tier_named", R"sql(
    select 1 from tiers t where t.name = $1
)sql"};

constexpr postgres::Statement selectOverride{"rates.override_of", R"sql(
    select o.username, o.tier, o.author, o.reason, o.created_at from tier_overrides o where o.username = $1
)sql"};

constexpr postgres::Statement selectAccountTier{"rates.tier_of_account", R"sql(
    select a.account, a.tier, a.author, a.reason, a.created_at from account_tiers a where a.account = $1
)sql"};

constexpr postgres::Statement deleteRedundant{"rates.delete_redundant_overrides", R"sql(
    delete from tier_overrides o
    using user_tiers u, tiers d
    where u.username = o.username and d.is_default and o.tier = coalesce(u.tier, d.name)
    returning o.username, o.tier, o.author, o.reason, o.created_at
)sql"};

nlohmann::json audited(const std::optional<AssignedTier>& assigned)
{
    if (!assigned)
        return nullptr;
    return {{"tier", assigned->tier},
            {"author", assigned->author},
            {"reason", assigned->reason},
            {"created_at", toRfc3339(assigned->createdAt)}};
}

} // namespace

void lockTiers(postgres::Transaction& tx)
{
    tx.execute(lockExclusively);
}

void shareTiers(postgres::Transaction& tx)
{
    tx.execute(lockShared);
}

std::string defaultTier(postgres::Transaction& tx)
{
    return tx.execute(selectDefault)[0].as<std::string>(0);
}

void requireTier(postgres::Transaction& tx, const std::string& tier, const std::string& field)
{
    if (tx.execute(tierNamed, tier).empty())
        throw InvalidInput(field, fmt::format("There is no tier {}.", tier));
}

AssignedTier readAssigned(const postgres::Row& row)
{
    return {.name = row.as<std::string>(0),
            .tier = row.as<std::string>(1),
            .author = row.as<std::string>(2),
            .reason = row.as<std::string>(3),
            .createdAt = row.as<UtcTime>(4)};
}

std::optional<AssignedTier> overrideOf(postgres::Transaction& tx, const std::string& user)
{
    const auto found = tx.execute(selectOverride, user);
    return found.empty() ? std::nullopt : std::optional(readAssigned(found[0]));
}

std::optional<AssignedTier> tierOfAccount(postgres::Transaction& tx, const std::string& account)
{
    const auto found = tx.execute(selectAccountTier, account);
    return found.empty() ? std::nullopt : std::optional(readAssigned(found[0]));
}

std::vector<AssignedTier> removeRedundantOverrides(postgres::Transaction& tx)
{
    std::vector<AssignedTier> removed;
    for (const auto& row : tx.execute(deleteRedundant))
        removed.push_back(readAssigned(row));
    return removed;
}

audit::Event overrideEvent(const std::string& user, const std::optional<AssignedTier>& before, const std::optional<AssignedTier>& after,
                           const std::string& reason, const api::Actor& by)
{
    return {.by = by,
            .action = after ? "tier_override.changed" : "tier_override.removed",
            .targetType = "user",
            .targetId = user,
            .details = {{"before", audited(before)}, {"after", audited(after)}, {"reason", reason}}};
}

} // namespace hpcbill::rates
