// SPDX-License-Identifier: GPL-3.0-or-later
// The classifier: its versions, and what it says of each user name.
#include "server/rates/tiers.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/classifier.h"
#include "server/rates/tier_json.h"
#include "server/rates/tier_store.h"
#include "server/webhooks/webhooks.h"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace hpcbill::rates
{
namespace
{

/// How many of the users whom a proposal would move are named.
constexpr std::size_t mostChangesNamed = 100;

constexpr postgres::Statement versionsOfRules{"rates.tier_rule_versions", R"sql(
    select v.id, v.rules::text, v.author, v.reason, v.created_at
    from tier_rule_versions v
    where $1::bigint is null or v.id < $1
    order by v.id desc
    limit $2
)sql"};

constexpr postgres::Statement addRuleVersion{"rates.add_tier_rule_version", R"sql(
    insert into tier_rule_versions (rules, author, reason, created_at) values ($1::text::jsonb, $2, $3, $4) returning id
)sql"};

// Everybody of whom a tier may be asked: with jobs, with a login, with an override.
constexpr postgres::Statement knownUsers{"rates.known_users", R"sql(
    select n.username, u.tier, u.rule::bigint
    from (select t.username from user_tiers t
          union select l.username from users l
          union select o.username from tier_overrides o) n
    left join user_tiers u on u.username = n.username
    order by n.username
)sql"};

// The names with jobs one after another by way of the index: there are many more rollups than users.
constexpr postgres::Statement unknownUsers{"rates.unknown_users", R"sql(
    with recursive seen as (
        (select u.username from usage_daily u order by u.username limit 1)
        union all
        select (select u.username from usage_daily u where u.username > s.username order by u.username limit 1)
        from seen s
        where s.username is not null
    )
    select n.username
    from (select s.username from seen s
          union select l.username from users l
          union select o.username from tier_overrides o) n
    where n.username is not null and not exists (select from user_tiers t where t.username = n.username)
    order by n.username
)sql"};

// In the order of the names, so that two who learn the same ones wait for each other instead of crossing.
constexpr postgres::Statement addUsers{"rates.add_user_tiers", R"sql(
    insert into user_tiers (username, tier, rule)
    select n.username, nullif(n.tier, ''), nullif(n.rule, '')::integer
    from unnest($1::text[], $2::text[], $3::text[]) as n (username, tier, rule)
    order by n.username
    on conflict (username) do nothing
)sql"};

constexpr postgres::Statement putUsers{"rates.put_user_tiers", R"sql(
    insert into user_tiers (username, tier, rule)
    select n.username, nullif(n.tier, ''), nullif(n.rule, '')::integer
    from unnest($1::text[], $2::text[], $3::text[]) as n (username, tier, rule)
    order by n.username
    on conflict (username) do update set tier = excluded.tier, rule = excluded.rule
)sql"};

/// What the classifier says of names, as columns; empty texts stand for nothing.
struct Verdicts {
    std::vector<std::string> users;
    std::vector<std::string> tiers;
    std::vector<std::string> places;

    void add(const std::string& user, const std::optional<std::size_t>& place, const Classifier& classifier)
    {
        users.push_back(user);
        tiers.push_back(place ? classifier.rules()[*place].tier : std::string());
        places.push_back(place ? std::to_string(*place + 1) : std::string());
    }
};

struct KnownUser {
    std::string name;
    std::optional<std::string> tier;   ///< by the rules so far
    std::optional<std::int64_t> place; ///< of the rule, from 1
};

std::vector<KnownUser> readKnownUsers(postgres::Transaction& tx)
{
    std::vector<KnownUser> users;
    for (const auto& row : tx.execute(knownUsers))
        users.push_back({row.as<std::string>(0), row.as<std::optional<std::string>>(1), row.as<std::optional<std::int64_t>>(2)});
    return users;
}

std::optional<std::string> tierAt(const Classifier& classifier, const std::optional<std::size_t>& place)
{
    return place ? std::optional(classifier.rules()[*place].tier) : std::nullopt;
}

TierRuleVersion readVersion(const postgres::Row& row)
{
    return {.id = static_cast<TierRuleVersionId>(row.as<std::int64_t>(0)),
            .rules = parseTierRules(row.as<std::string>(1)),
            .author = row.as<std::string>(2),
            .reason = row.as<std::string>(3),
            .createdAt = row.as<UtcTime>(4)};
}

/// Throws InvalidInput for rules of tiers that there are not.
void requireTiers(const std::vector<Tier>& tiers, const std::vector<TierRule>& rules)
{
    std::set<std::string> names;
    for (const Tier& tier : tiers)
        names.insert(tier.name);
    std::vector<FieldError> faults;
    for (std::size_t at = 0; at < rules.size(); ++at) {
        if (!names.contains(rules[at].tier))
            faults.push_back({fmt::format("rules[{}].tier", at), fmt::format("There is no tier {}.", rules[at].tier)});
    }
    if (!faults.empty())
        throw InvalidInput(std::move(faults));
}

/// Brings `user_tiers` to what this classifier says; how many have another natural tier now.
std::int64_t reclassify(postgres::Transaction& tx, const Classifier& classifier, const std::string& defaultTier)
{
    Verdicts changed;
    std::int64_t moved = 0;
    for (const KnownUser& user : readKnownUsers(tx)) {
        const auto place = classifier.decide(user.name);
        const auto tier = tierAt(classifier, place);
        if (tier.value_or(defaultTier) != user.tier.value_or(defaultTier))
            ++moved;
        // Also names that are not there yet, which have nothing so far.
        if (tier != user.tier || user.place != (place ? std::optional(static_cast<std::int64_t>(*place) + 1) : std::nullopt))
            changed.add(user.name, place, classifier);
    }
    tx.execute(putUsers, changed.users, changed.tiers, changed.places);
    return moved;
}

} // namespace

std::string_view codeOf(TierSource source)
{
    switch (source) {
    case TierSource::override_:
        return "override";
    case TierSource::account:
        return "account";
    case TierSource::rule:
        return "rule";
    case TierSource::default_:
        return "default";
    }
    return {};
}

std::string etagOf(const TierRuleVersion& version)
{
    return fmt::format("\"tier-rules.{}\"", static_cast<std::int64_t>(version.id));
}

void Tiers::ensureKnown()
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    std::vector<std::string> users;
    for (const auto& row : tx.execute(unknownUsers))
        users.push_back(row.as<std::string>(0));
    learn(tx, users);
    tx.commit();
}

void Tiers::learn(postgres::Transaction& tx, const std::vector<std::string>& users) const
{
    if (users.empty())
        return;
    shareTiers(tx);
    const Classifier classifier(rules(tx).rules);
    Verdicts verdicts;
    for (const std::string& user : users)
        verdicts.add(user, classifier.decide(user), classifier);
    tx.execute(addUsers, verdicts.users, verdicts.tiers, verdicts.places);
}

TierRuleVersion Tiers::rules(postgres::Transaction& tx) const
{
    const auto newest = history(tx, 1, std::nullopt);
    return newest.empty() ? TierRuleVersion{.id = {}, .rules = {}, .author = "system", .reason = "no rules yet", .createdAt = {}}
                          : newest.front();
}

std::vector<TierRuleVersion> Tiers::history(postgres::Transaction& tx, std::int64_t limit,
                                            std::optional<TierRuleVersionId> before) const
{
    std::optional<std::int64_t> beforeId;
    if (before)
        beforeId = static_cast<std::int64_t>(*before);
    std::vector<TierRuleVersion> versions;
    for (const auto& row : tx.execute(versionsOfRules, beforeId, limit))
        versions.push_back(readVersion(row));
    return versions;
}

TierRulesChange Tiers::changeRules(const std::vector<TierRule>& wanted, const std::string& reason, TierRuleVersionId expected,
                                   const api::Actor& by)
{
    postgres::Transaction tx(m_parts.pool, postgres::Mode::readWrite);
    lockTiers(tx);
    const TierRuleVersion before = rules(tx);
    if (before.id != expected)
        throw Stale(fmt::format("The rules were changed by {} since you read them: read them again, then decide.", before.author));
    requireTiers(list(tx), wanted);

    const auto added = tx.execute(addRuleVersion, toJson(wanted).dump(), by.name, reason, tx.now());
    TierRulesChange change{.version = {.id = static_cast<TierRuleVersionId>(added[0].as<std::int64_t>(0)),
                                       .rules = wanted,
                                       .author = by.name,
                                       .reason = reason,
                                       .createdAt = tx.now()},
                           .effect = {}};
    change.effect.usersChanged = reclassify(tx, Classifier(wanted), defaultTier(tx));
    change.effect.removed = removeRedundantOverrides(tx);
    m_parts.outbox.add(tx, {"rates.changed", {{"tier_rules", toJson(change.version)}}});
    for (const AssignedTier& one : change.effect.removed)
        m_parts.audit.append(tx, overrideEvent(one.name, one, std::nullopt, "equal to what the tier rules say", by));
    m_parts.audit.append(tx, {.by = by,
                              .action = "tier_rules.changed",
                              .targetType = "tier_rules",
                              .targetId = "tier_rules",
                              .details = {{"before", toJson(before.rules)},
                                          {"after", toJson(wanted)},
                                          {"reason", reason},
                                          {"users_changed", change.effect.usersChanged}}});
    tx.commit();
    return change;
}

TierDecision Tiers::decide(postgres::Transaction& tx, const std::string& user, const std::optional<std::string>& account) const
{
    return test(tx, user, account, std::nullopt).decision;
}

TierRulesTest Tiers::test(postgres::Transaction& tx, const std::string& user, const std::optional<std::string>& account,
                          const std::optional<std::vector<TierRule>>& proposed) const
{
    if (proposed)
        requireTiers(list(tx), *proposed);
    const Classifier classifier(proposed ? *proposed : rules(tx).rules);
    const std::string byDefault = defaultTier(tx);
    const auto place = classifier.decide(user);
    TierRulesTest result;
    TierDecision& decision = result.decision;
    decision.user = user;
    decision.naturalTier = tierAt(classifier, place).value_or(byDefault);
    decision.tier = decision.naturalTier;
    decision.source = place ? TierSource::rule : TierSource::default_;
    if (place) {
        decision.place = static_cast<std::int64_t>(*place) + 1;
        decision.pattern = classifier.rules()[*place].pattern;
    }
    if (const auto ofAccount = account ? tierOfAccount(tx, *account) : std::nullopt) {
        decision.tier = ofAccount->tier;
        decision.source = TierSource::account;
    }
    decision.assigned = overrideOf(tx, user);
    if (decision.assigned) {
        decision.tier = decision.assigned->tier;
        decision.source = TierSource::override_;
    }
    for (std::size_t at = 0; at < classifier.rules().size(); ++at)
        result.matches.push_back(classifier.matches(at, user));
    if (!proposed)
        return result;
    for (const KnownUser& known : readKnownUsers(tx)) {
        const std::string from = known.tier.value_or(byDefault);
        const std::string to = tierAt(classifier, classifier.decide(known.name)).value_or(byDefault);
        if (from == to)
            continue;
        ++result.usersChanged;
        if (result.changes.size() < mostChangesNamed)
            result.changes.push_back({known.name, from, to});
    }
    return result;
}

} // namespace hpcbill::rates
