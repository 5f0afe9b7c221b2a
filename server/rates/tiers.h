// SPDX-License-Identifier: GPL-3.0-or-later
// Part of the face of rates: included by rates.h.
#pragma once

#include "common/api/role.h"
#include "common/pricing/pricing.h"
#include "common/time/time.h"

#include <cstdint>
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

class RateBook;

/// How a rule of the classifier looks at a user name. All of them tell upper and lower case apart.
enum class TierMatch {
    exact,  ///< the name is the pattern
    suffix, ///< the name ends with it: "@mu.ac.th"
    glob,   ///< the whole name, `*` for any text and `?` for any one byte: "*.mu.ac.th"
    regex,  ///< RE2's syntax, found anywhere in the name unless ^ and $ say where: "^(gov|moph)-"
};
/// "exact", "suffix", "glob", "regex".
std::string_view codeOf(TierMatch match);
std::optional<TierMatch> parseTierMatch(std::string_view code);

/// Users whose names match are of this tier, unless an earlier rule matches them.
struct TierRule {
    TierMatch match{};
    std::string pattern;
    std::string tier;

    bool operator==(const TierRule&) const = default;
};

enum class TierRuleVersionId : std::int64_t {};

/// The classifier as it was agreed at one moment. Never edited: a change is a new version.
struct TierRuleVersion {
    TierRuleVersionId id{};
    std::vector<TierRule> rules;
    std::string author;
    std::string reason;
    UtcTime createdAt;
};
/// The entity tag of a version, for If-Match.
std::string etagOf(const TierRuleVersion& version);

/// A tier that somebody has given to a user (an override) or to an account.
struct AssignedTier {
    std::string name; ///< of the user or account
    std::string tier;
    std::string author;
    std::string reason;
    UtcTime createdAt;
};
std::string etagOf(const AssignedTier& assigned);

/// Where a tier comes from: the first of these that says one.
enum class TierSource { override_, account, rule, default_ };
/// "override", "account", "rule", "default".
std::string_view codeOf(TierSource source);

/// Which tier the jobs of a user are priced at, and why.
struct TierDecision {
    std::string user;
    std::string tier;
    TierSource source{};
    std::string naturalTier;            ///< what the classifier says, else the default
    std::optional<std::int64_t> place;  ///< of the rule that says the natural tier, from 1
    std::optional<std::string> pattern; ///< of that rule
    std::optional<AssignedTier> assigned; ///< the user's override
};

/// What an edit of the classifier, or of the default tier, did to users.
struct TierEffect {
    std::int64_t usersChanged = 0; ///< whose natural tier is another one now
    std::vector<AssignedTier> removed; ///< overrides that said no more than the natural tier, and so went
};

struct TierRulesChange {
    TierRuleVersion version;
    TierEffect effect;
};

/// What proposed rules would do, before they are saved.
struct TierRulesTest {
    TierDecision decision;
    std::vector<bool> matches; ///< by rule: whether it matches the name, were it asked
    std::int64_t usersChanged = 0;
    struct Change {
        std::string user;
        std::string from;
        std::string to;
    };
    std::vector<Change> changes; ///< some of them, by name
};

/// A tier of the site.
struct Tier {
    std::string name;
    std::string receiptPrefix; ///< of the numbers of its receipts: "MU"
    bool isDefault = false;
};

/// A tier as the list is to have it. Rates are given for new ones, and for these alone.
struct TierOrder {
    Tier tier;
    std::optional<pricing::Rates> rates;
};

/// Keeps the list of tiers, the classifier, and what users and accounts were given; the only writer of all four and of
/// `user_tiers`, which holds what the classifier says of each user name ever seen, so that statements know it too.
///
/// A user's natural tier is what the classifier says, else the default. No override ever equals it: whatever makes them
/// equal (setting it, new rules, a new default) removes the override.
class Tiers final
{
public:
    struct Parts {
        postgres::Pool& pool;
        audit::Log& audit;
        const webhooks::Outbox& outbox;
        const RateBook& rates;
    };
    explicit Tiers(const Parts& parts)
        : m_parts(parts)
    {
    }

    /// Classifies names that came while nobody did: by a server of an older release.
    void ensureKnown();

    /// Classifies user names that are not known yet, in the caller's transaction, which should end soon: a change of the
    /// classifier waits for it.
    void learn(postgres::Transaction& tx, const std::vector<std::string>& users) const;

    /// In force; without rules until somebody agrees on some.
    [[nodiscard]] TierRuleVersion rules(postgres::Transaction& tx) const;
    /// Newest first, before `before`.
    [[nodiscard]] std::vector<TierRuleVersion> history(postgres::Transaction& tx, std::int64_t limit,
                                                       std::optional<TierRuleVersionId> before) const;
    /// Makes a new version and classifies every known user by it. `expected` must be the one in force, else Stale.
    /// Throws InvalidInput for rules that name a tier that there is not.
    TierRulesChange changeRules(const std::vector<TierRule>& rules, const std::string& reason, TierRuleVersionId expected,
                                const api::Actor& by);

    /// Which tier a user's jobs (under that account) are priced at and why, whether the name is known or not; by the rules
    /// in force, or by proposed ones.
    [[nodiscard]] TierDecision decide(postgres::Transaction& tx, const std::string& user,
                                      const std::optional<std::string>& account) const;
    [[nodiscard]] TierRulesTest test(postgres::Transaction& tx, const std::string& user, const std::optional<std::string>& account,
                                     const std::optional<std::vector<TierRule>>& proposed) const;

    /// In the order of the list.
    [[nodiscard]] std::vector<Tier> list(postgres::Transaction& tx) const;
    /// Puts the list into this order and adds what is new. `expected` must be etagOf() the present list, else Stale.
    /// Throws InvalidInput: tiers are never taken away, because receipts name them.
    TierEffect changeList(const std::vector<TierOrder>& order, const std::string& reason, const std::string& expected,
                          const api::Actor& by);

    /// Users with an override, by name, after `after`.
    [[nodiscard]] std::vector<TierDecision> overrides(postgres::Transaction& tx, std::int64_t limit,
                                                      const std::optional<std::string>& after) const;
    /// Gives the user a tier; one that is natural takes the override away. `expected` must be the tag of the override where
    /// there is one, and absent where there is none, else Stale. Throws InvalidInput{"tier"}.
    TierDecision setOverride(const AssignedTier& wanted, const std::optional<std::string>& expected, const api::Actor& by);
    /// Throws NotFound, Stale.
    void removeOverride(const std::string& user, const std::string& expected, const std::optional<std::string>& reason,
                        const api::Actor& by);

    /// Accounts with a tier of their own, by name, after `after`.
    [[nodiscard]] std::vector<AssignedTier> accounts(postgres::Transaction& tx, std::int64_t limit,
                                                     const std::optional<std::string>& after) const;
    /// Throws NotFound.
    [[nodiscard]] AssignedTier account(postgres::Transaction& tx, const std::string& account) const;
    AssignedTier setAccount(const AssignedTier& wanted, const std::optional<std::string>& expected, const api::Actor& by);
    void removeAccount(const std::string& account, const std::string& expected, const std::optional<std::string>& reason,
                       const api::Actor& by);

private:
    Parts m_parts;
};

/// The entity tag of a list of tiers.
std::string etagOf(const std::vector<Tier>& tiers);

} // namespace hpcbill::rates
