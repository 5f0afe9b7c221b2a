// SPDX-License-Identifier: GPL-3.0-or-later
// The list of tiers, in its order, and which of them is the default.
#include "server/rates/tiers.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/http/etag.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/rates/tier_json.h"
#include "server/rates/tier_store.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace hpcbill::rates
{
namespace
{

constexpr postgres::Statement listTiers{"rates.list_tiers", R"sql(
    select t.name, t.receipt_prefix, t.is_default from tiers t order by t.position
)sql"};

constexpr postgres::Statement addTier{"rates.add_tier", R"sql(
    insert into tiers (name, position, is_default, receipt_prefix)
    select $1, max(t.position) + 1, false, $2 from tiers t
)sql"};

constexpr postgres::Statement orderTiers{"rates.order_tiers", R"sql(
    update tiers t set position = n.place
    from unnest($1::text[]) with ordinality as n (name, place)
    where n.name = t.name and t.position <> n.place
)sql"};

// Of two defaults the index would refuse the second, so the old one goes first.
constexpr postgres::Statement clearDefault{"rates.clear_default_tier", R"sql(
    update tiers set is_default = false where is_default
)sql"};
constexpr postgres::Statement setDefault{"rates.set_default_tier", R"sql(
    update tiers set is_default = true where name = $1
)sql"};

constexpr postgres::Statement countUnclassified{"rates.count_unclassified", R"sql(
    select count(*) from user_tiers u where u.tier is null
)sql"};

std::string fieldAt(std::size_t place, std::string_view member)
{
    return fmt::format("tiers[{}].{}", place, member);
}

/// What the list as a whole must hold; what each member must look like was checked when it was read.
void requireSound(const std::vector<Tier>& before, const std::vector<TierOrder>& order)
{
    std::map<std::string, std::string> prefixes; ///< of the tiers that there are, by name
    for (const Tier& tier : before)
        prefixes.emplace(tier.name, tier.receiptPrefix);
    std::set<std::string> names;
    std::set<std::string> usedPrefixes;
    std::vector<FieldError> faults;
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto& [tier, rates] = order[at];
        const auto known = prefixes.find(tier.name);
        if (!names.insert(tier.name).second)
            faults.push_back({fieldAt(at, "name"), "is in the list twice"});
        if (!usedPrefixes.insert(tier.receiptPrefix).second)
            faults.push_back({fieldAt(at, "receipt_prefix"), "is that of another tier: numbers of receipts would be doubled"});
        if (known != prefixes.end() && known->second != tier.receiptPrefix)
            faults.push_back({fieldAt(at, "receipt_prefix"), fmt::format("stays {}: receipts carry it", known->second)});
        if (known == prefixes.end() && !rates)
            faults.push_back({fieldAt(at, "rates"), "missing: a new tier needs its cpu, gpu and mem"});
        if (known != prefixes.end() && rates)
            faults.push_back({fieldAt(at, "rates"), fmt::format("are for new tiers: change those of {0} by PUT /api/v1/rates/{0}", tier.name)});
    }
    for (const Tier& tier : before) {
        if (!names.contains(tier.name))
            faults.push_back({"tiers", fmt::format("{} is missing: a tier is never taken away, because receipts name it", tier.name)});
    }
    if (std::count_if(order.begin(), order.end(), [](const TierOrder& one) { return one.tier.isDefault; }) != 1)
        faults.push_back({"tiers", "exactly one of them is the default"});
    if (!faults.empty())
        throw InvalidInput(std::move(faults));
}

} // namespace

std::string etagOf(const std::vector<Tier>& tiers)
{
    return http::etagOfContent(toJson(tiers).dump());
}

std::vector<Tier> Tiers::list(postgres::Transaction& tx) const
{
    std::vector<Tier> tiers;
    for (const auto& row : tx.execute(listTiers))
        tiers.push_back({.name = row.as<std::string>(0), .receiptPrefix = row.as<std::string>(1), .isDefault = row.as<bool>(2)});
    return tiers;
}

TierEffect Tiers::changeList(const std::vector<TierOrder>& order, const std::string& reason, const std::string& expected,
                             const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    const std::vector<Tier> before = list(tx);
    if (etagOf(before) != expected)
        throw Stale("The list of tiers was changed since you read it: read it again, then decide.");
    requireSound(before, order);

    std::vector<std::string> names;
    auto newRates = nlohmann::json::object();
    for (const auto& [tier, rates] : order) {
        names.push_back(tier.name);
        if (rates) {
            tx.execute(addTier, tier.name, tier.receiptPrefix);
            m_parts.rates.addFirst(tx, tier.name, *rates, by.name, reason);
            newRates[tier.name] = {{"cpu", toDecimal(rates->cpu)}, {"gpu", toDecimal(rates->gpu)}, {"mem", toDecimal(rates->mem)}};
        }
    }
    tx.execute(orderTiers, names);
    const std::string oldDefault = defaultTier(tx);
    const auto isDefault = [](const TierOrder& one) { return one.tier.isDefault; };
    const std::string newDefault = std::find_if(order.begin(), order.end(), isDefault)->tier.name;
    TierEffect effect;
    if (newDefault != oldDefault) {
        tx.execute(clearDefault);
        tx.execute(setDefault, newDefault);
        effect.usersChanged = tx.execute(countUnclassified)[0].as<std::int64_t>(0);
        effect.removed = removeRedundantOverrides(tx);
    }
    const std::vector<Tier> after = list(tx);
    m_parts.outbox.add(tx, {"rates.changed", {{"tiers", toJson(after)}}});
    for (const AssignedTier& one : effect.removed)
        m_parts.audit.append(tx, overrideEvent(one.name, one, std::nullopt, "equal to the default tier", by));
    m_parts.audit.append(tx, {.by = by,
                              .action = "tiers.changed",
                              .targetType = "tiers",
                              .targetId = "tiers",
                              .details = {{"before", toJson(before)},
                                          {"after", toJson(after)},
                                          {"new_rates", newRates},
                                          {"reason", reason},
                                          {"users_changed", effect.usersChanged}}});
    tx.commit();
    return effect;
}

} // namespace hpcbill::rates
