// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/rates/tier_routes.h"

#include "common/api/json.h"
#include "common/error.h"
#include "server/http/etag.h"
#include "server/http/json.h"
#include "server/http/query.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/rates/tier_json.h"

#include <algorithm>
#include <regex>

namespace hpcbill::rates
{
namespace
{

using http::Method;

/// The longest name of a user or account, in bytes.
constexpr std::size_t longestName = 256;

http::Response tagged(const nlohmann::ordered_json& json, const std::string& etag)
{
    http::Response response = http::json(json);
    response.set("ETag", etag);
    return response;
}

/// The tag of what If-Match names; none where there is nothing yet, which asks for no If-Match and for none that names something.
std::optional<std::string> expectedTag(const http::Request& request, const std::optional<AssignedTier>& present)
{
    if (present) {
        if (request.header("If-None-Match"))
            throw Stale("There is a tier already: change it by naming in If-Match what you read.");
        http::requireMatch(request, etagOf(*present));
        return etagOf(*present);
    }
    if (request.header("If-Match"))
        throw Stale("There is no such tier any more: read again, then decide.");
    return std::nullopt;
}

std::string nameOf(const http::Request& request, std::string_view parameter)
{
    const std::string& name = request.parameter(parameter);
    const bool hasControls = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (name.size() > longestName || hasControls)
        throw NotFound("There is no such name: names have at most 256 bytes and no control characters.");
    return name;
}

AssignedTier readAssignment(const http::Request& request, std::string_view parameter)
{
    http::JsonBody body(request);
    AssignedTier wanted{.name = nameOf(request, parameter),
                        .tier = body->text("tier", {.min = 1, .max = 32}),
                        .author = {},
                        .reason = body->text("reason"),
                        .createdAt = {}};
    body.finish();
    return wanted;
}

std::optional<std::string> readReason(const http::Request& request)
{
    http::Query query(request);
    auto reason = query.text("reason");
    query.finish();
    return reason;
}

std::optional<TierDecision> findOverride(postgres::Transaction& tx, const Tiers& tiers, const std::string& user)
{
    TierDecision decision = tiers.decide(tx, user, std::nullopt);
    return decision.assigned ? std::optional(std::move(decision)) : std::nullopt;
}

/// A page of items by name, and the cursor of the next one.
template <typename Item, typename Read, typename NameOf, typename ToJson>
http::Response pageByName(const http::Request& request, std::string_view list, const Read& read, const NameOf& name, const ToJson& json)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor(list, 1);
    query.finish();
    std::vector<Item> page = read(limit + 1, cursor ? std::optional(cursor->text(0)) : std::nullopt);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(page.size()) > limit) {
        page.pop_back();
        next = http::Cursor(list, {name(page.back())}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const Item& item : page)
        items.push_back(json(item));
    return http::page(std::move(items), next);
}

http::Response showRules(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const TierRuleVersion version = tiers.rules(tx);
    return http::withEtag(request, http::json(toJson(version)), etagOf(version));
}

http::Response changeRules(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const std::vector<TierRule> wanted = readTierRules(body.root());
    const std::string reason = body->text("reason");
    body.finish();
    const TierRuleVersion seen = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        return tiers.rules(tx);
    }();
    http::requireMatch(request, etagOf(seen));
    const TierRulesChange change = tiers.changeRules(wanted, reason, seen.id, request.actor());
    nlohmann::ordered_json answer = toJson(change.version);
    answer.update(toJson(change.effect));
    return tagged(answer, etagOf(change.version));
}

http::Response listRules(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("tier_rules", 1);
    query.finish();
    std::optional<TierRuleVersionId> before;
    if (cursor)
        before = static_cast<TierRuleVersionId>(cursor->integer(0));
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    auto versions = tiers.history(tx, limit + 1, before);
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(versions.size()) > limit) {
        versions.pop_back();
        next = http::Cursor("tier_rules", {static_cast<std::int64_t>(versions.back().id)}).encode();
    }
    auto items = nlohmann::ordered_json::array();
    for (const TierRuleVersion& version : versions)
        items.push_back(toJson(version));
    return http::page(std::move(items), next);
}

http::Response testRules(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const std::string user = body->text("user", {.min = 1, .max = longestName});
    const auto account = body->optionalText("account", {.min = 0, .max = longestName});
    std::optional<std::vector<TierRule>> proposed;
    if (body->has("rules"))
        proposed = readTierRules(body.root());
    body.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const TierRulesTest test = tiers.test(tx, user, account, proposed);
    nlohmann::ordered_json answer{{"user", test.decision.user},
                                  {"account", api::orNull(account)},
                                  {"tier", test.decision.tier},
                                  {"source", codeOf(test.decision.source)},
                                  {"natural_tier", test.decision.naturalTier},
                                  {"rule", api::orNull(test.decision.place)},
                                  {"pattern", api::orNull(test.decision.pattern)},
                                  {"matches", test.matches},
                                  {"users_changed", test.usersChanged}};
    auto changes = nlohmann::ordered_json::array();
    for (const TierRulesTest::Change& change : test.changes)
        changes.push_back({{"user", change.user}, {"from", change.from}, {"to", change.to}});
    answer["changes"] = std::move(changes);
    return http::json(answer);
}

nlohmann::ordered_json listJson(const std::vector<Tier>& tiers)
{
    return {{"items", toJson(tiers)}, {"next_cursor", nullptr}, {"etag", etagOf(tiers)}};
}

/// Tiers are never taken away, so the one that a cursor names is still there.
std::vector<Tier>::const_iterator placeAfter(const std::vector<Tier>& tiers, const std::optional<http::Cursor>& cursor)
{
    if (!cursor)
        return tiers.begin();
    const auto last = std::ranges::find(tiers, cursor->text(0), &Tier::name);
    if (last == tiers.end())
        throw InvalidInput("cursor", "Names a tier that there is not: begin the list again.");
    return last + 1;
}

http::Response showTiers(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::Query query(request);
    const std::int64_t limit = query.limit();
    const auto cursor = query.cursor("tiers", 1);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const auto list = tiers.list(tx);
    const auto first = placeAfter(list, cursor);
    const auto end = list.end() - first > limit ? first + limit : list.end();
    nlohmann::ordered_json answer{{"items", toJson(std::vector(first, end))}, {"next_cursor", nullptr}, {"etag", etagOf(list)}};
    if (end != list.end())
        answer["next_cursor"] = http::Cursor("tiers", {std::prev(end)->name}).encode();
    return http::withEtag(request, http::json(answer), etagOf(list)); // of the whole list: a change names all of it
}

std::vector<TierOrder> readTiers(http::JsonBody& body)
{
    static const std::regex plainName("[a-z][a-z0-9_-]{0,31}");
    static const std::regex plainPrefix("[A-Z][A-Z0-9]{0,15}");
    std::vector<TierOrder> order;
    for (http::JsonObject& item : body->objects("tiers")) {
        TierOrder one;
        one.tier.name = item.text("name");
        one.tier.receiptPrefix = item.text("receipt_prefix");
        one.tier.isDefault = item.optionalBoolean("is_default").value_or(false);
        if (!one.tier.name.empty() && !std::regex_match(one.tier.name, plainName))
            item.refuse("name", "a to z first, then up to 31 of a to z, 0 to 9, _ and -");
        if (!one.tier.receiptPrefix.empty() && !std::regex_match(one.tier.receiptPrefix, plainPrefix))
            item.refuse("receipt_prefix", "A to Z first, then up to 15 of A to Z and 0 to 9");
        if (one.tier.receiptPrefix == "CN")
            item.refuse("receipt_prefix", "is that of credit notes");
        if (item.has("rates")) {
            http::JsonObject rates = item.object("rates");
            one.rates = readRates(rates);
        }
        order.push_back(std::move(one));
    }
    return order;
}

http::Response changeTiers(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    http::JsonBody body(request);
    const std::vector<TierOrder> order = readTiers(body);
    const std::string reason = body->text("reason");
    body.finish();
    const auto read = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        return tiers.list(tx);
    };
    const std::string seen = etagOf(read());
    http::requireMatch(request, seen);
    const TierEffect effect = tiers.changeList(order, reason, seen, request.actor());
    const auto after = read();
    nlohmann::ordered_json answer = listJson(after);
    answer.update(toJson(effect));
    return tagged(answer, etagOf(after));
}

http::Response showOverride(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    const std::string user = nameOf(request, "user");
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const auto found = findOverride(tx, tiers, user);
    if (!found)
        throw NotFound("This user has no override: see POST /api/v1/tier-rules/test for the tier and why.");
    return http::withEtag(request, http::json(toJson(*found)), etagOf(*found->assigned));
}

http::Response setOverride(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    const AssignedTier wanted = readAssignment(request, "user");
    const auto seen = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        return findOverride(tx, tiers, wanted.name);
    }();
    const TierDecision made =
        tiers.setOverride(wanted, expectedTag(request, seen ? seen->assigned : std::nullopt), request.actor());
    http::Response response = http::json(toJson(made));
    if (made.assigned)
        response.set("ETag", etagOf(*made.assigned));
    return response;
}

http::Response removeOverride(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    const auto reason = readReason(request);
    const std::string user = nameOf(request, "user");
    const auto seen = [&] {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        return findOverride(tx, tiers, user);
    }();
    if (!seen)
        throw NotFound("This user has no override.");
    http::requireMatch(request, etagOf(*seen->assigned));
    tiers.removeOverride(user, etagOf(*seen->assigned), reason, request.actor());
    return http::noContent();
}

http::Response showAccount(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    http::Query query(request);
    query.finish();
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const AssignedTier found = tiers.account(tx, nameOf(request, "account"));
    return http::withEtag(request, http::json(accountJson(found)), etagOf(found));
}

std::optional<AssignedTier> findAccount(const std::string& account, const Tiers& tiers, postgres::Pool& pool)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    try {
        return tiers.account(tx, account);
    } catch (const NotFound&) {
        return std::nullopt; // a new one
    }
}

http::Response setAccount(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    const AssignedTier wanted = readAssignment(request, "account");
    const auto seen = findAccount(wanted.name, tiers, pool);
    const AssignedTier made = tiers.setAccount(wanted, expectedTag(request, seen), request.actor());
    return tagged(accountJson(made), etagOf(made));
}

http::Response removeAccount(const http::Request& request, Tiers& tiers, postgres::Pool& pool)
{
    const auto reason = readReason(request);
    const std::string account = nameOf(request, "account");
    const auto seen = findAccount(account, tiers, pool);
    if (!seen)
        throw NotFound("This account has no tier of its own.");
    http::requireMatch(request, etagOf(*seen));
    tiers.removeAccount(account, etagOf(*seen), reason, request.actor());
    return http::noContent();
}

http::Response listOverrides(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return pageByName<TierDecision>(
        request, "tier_overrides", [&](std::int64_t limit, const auto& after) { return tiers.overrides(tx, limit, after); },
        [](const TierDecision& one) { return one.user; }, [](const TierDecision& one) { return toJson(one); });
}

http::Response listAccounts(const http::Request& request, const Tiers& tiers, postgres::Pool& pool)
{
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    return pageByName<AssignedTier>(
        request, "account_tiers", [&](std::int64_t limit, const auto& after) { return tiers.accounts(tx, limit, after); },
        [](const AssignedTier& one) { return one.name; }, accountJson);
}

} // namespace

std::vector<http::Route> tierRoutes(Tiers& tiers, postgres::Pool& pool)
{
    using Request = http::Request;
    return {
        {Method::get, "/api/v1/tiers", api::readers, [&](const Request& r) { return showTiers(r, tiers, pool); }},
        {Method::put, "/api/v1/tiers", api::admins, [&](const Request& r) { return changeTiers(r, tiers, pool); }},
        {Method::get, "/api/v1/tier-rules", api::readers, [&](const Request& r) { return showRules(r, tiers, pool); }},
        {Method::put, "/api/v1/tier-rules", api::admins, [&](const Request& r) { return changeRules(r, tiers, pool); }},
        {Method::get, "/api/v1/tier-rules/history", api::readers, [&](const Request& r) { return listRules(r, tiers, pool); }},
        {Method::post, "/api/v1/tier-rules/test", api::readers, [&](const Request& r) { return testRules(r, tiers, pool); }},
        {Method::get, "/api/v1/tier-overrides", api::readers, [&](const Request& r) { return listOverrides(r, tiers, pool); }},
        {Method::get, "/api/v1/tier-overrides/{user}", api::readers, [&](const Request& r) { return showOverride(r, tiers, pool); }},
        {Method::put, "/api/v1/tier-overrides/{user}", api::admins, [&](const Request& r) { return setOverride(r, tiers, pool); }},
        {Method::delete_, "/api/v1/tier-overrides/{user}", api::admins,
         [&](const Request& r) { return removeOverride(r, tiers, pool); }},
        {Method::get, "/api/v1/account-tiers", api::readers, [&](const Request& r) { return listAccounts(r, tiers, pool); }},
        {Method::get, "/api/v1/account-tiers/{account}", api::readers, [&](const Request& r) { return showAccount(r, tiers, pool); }},
        {Method::put, "/api/v1/account-tiers/{account}", api::admins, [&](const Request& r) { return setAccount(r, tiers, pool); }},
        {Method::delete_, "/api/v1/account-tiers/{account}", api::admins,
         [&](const Request& r) { return removeAccount(r, tiers, pool); }},
    };
}

} // namespace hpcbill::rates
