// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/http/csrf.h"
#include "server/identity/identity.h"
#include "server/identity/sessions_store.h"
#include "server/postgres/errors.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/transaction.h"

#include <fmt/format.h>

#include <algorithm>

namespace hpcbill::identity
{

namespace
{

/// So that one that got into a repository or a log is recognised for what it is.
constexpr std::string_view prefix = "hpcbill_";
constexpr std::size_t nameMax = 64;
constexpr std::size_t routesMax = 200;
constexpr std::chrono::seconds touchInterval{60};

constexpr postgres::Statement insertStatement{"identity.insert_api_token", R"sql(
    insert into api_tokens (name, token_hash, roles, routes, created_at, created_by, expires_at)
    values ($1, $2, $3::text[], $4::text[], $5, $6, $7)
    returning id
)sql"};

constexpr postgres::Statement findStatement{"identity.find_api_token", R"sql(
    select id, name, created_at, created_by, expires_at, last_used_at, array_to_string(roles, ','),
           array_to_string(routes, chr(10))
    from api_tokens
    where id = $1
)sql"};

constexpr postgres::Statement findByHash{"identity.find_api_token_by_hash", R"sql(
    select id, name, created_at, created_by, expires_at, last_used_at, array_to_string(roles, ','),
           array_to_string(routes, chr(10))
    from api_tokens
    where token_hash = $1 and expires_at > $2
)sql"};

constexpr postgres::Statement listStatement{"identity.list_api_tokens", R"sql(
    select id, name, created_at, created_by, expires_at, last_used_at, array_to_string(roles, ','),
           array_to_string(routes, chr(10))
    from api_tokens
    where $1::bigint is null or id < $1
    order by id desc
    limit $2
)sql"};

constexpr postgres::Statement touchStatement{"identity.touch_api_token", R"sql(
    update api_tokens set last_used_at = date_trunc('minute', $2::timestamptz)
    where id = $1 and (last_used_at is null or last_used_at < date_trunc('minute', $2::timestamptz))
)sql"};

constexpr postgres::Statement deleteById{"identity.delete_api_token", R"sql(
    delete from api_tokens where id = $1 returning name
)sql"};

constexpr postgres::Statement deleteByName{"identity.delete_api_token_by_name", R"sql(
    delete from api_tokens where name = $1 returning name
)sql"};

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts;
    for (std::size_t from = 0;;) {
        const std::size_t to = text.find(separator, from);
        parts.push_back(text.substr(from, to - from));
        if (to == std::string::npos)
            return parts;
        from = to + 1;
    }
}

ApiToken readToken(const postgres::Row& row)
{
    ApiToken token{static_cast<ApiTokenId>(row.as<std::int64_t>(0)),
                   row.as<std::string>(1),
                   {},
                   row.as<UtcTime>(2),
                   row.as<std::string>(3),
                   row.as<UtcTime>(4),
                   row.as<std::optional<UtcTime>>(5)};
    for (const std::string& code : split(row.as<std::string>(6), ',')) {
        const auto role = api::parseRole(code);
        invariant(role.has_value(), "the schema allows known roles only");
        token.scope.roles.push_back(*role);
    }
    token.scope.routes = split(row.as<std::string>(7), '\n');
    return token;
}

std::vector<std::string> codesOf(const std::vector<api::Role>& roles)
{
    std::vector<std::string> codes;
    for (const api::Role role : roles)
        codes.emplace_back(api::codeOf(role));
    return codes;
}

http::Principal principalOf(const ApiToken& token)
{
    return {"token:" + token.name, token.scope.roles.back(), false, token.scope};
}

bool isName(std::string_view name)
{
    return !name.empty() && name.size() <= nameMax && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_").find(c) != std::string_view::npos;
    });
}

/// What is wrong with a route of a scope; empty when nothing is.
std::string faultOf(const std::string& name, const std::vector<api::Role>& roles, const std::vector<http::Route>& table)
{
    bool isKnown = false;
    bool isForTokens = false;
    for (const http::Route& route : table) {
        if (!http::names({name}, route))
            continue;
        isKnown = true;
        if (route.surface != http::Surface::api || route.admission != http::Admission::usual)
            continue;
        isForTokens = true;
        if (std::ranges::any_of(roles, [&route](api::Role role) { return route.roles.admits(role); }))
            return {};
    }
    if (!isKnown)
        return fmt::format("\"{}\" is not one of our routes, such as \"GET /api/v1/jobs\" or \"GET /api/v1/*\".", name);
    if (!isForTokens)
        return fmt::format("\"{}\" is for people, not for API tokens.", name);
    return fmt::format("\"{}\" admits none of the token's roles.", name);
}

void check(const NewApiToken& order, const std::vector<http::Route>& table, UtcTime now)
{
    std::vector<FieldError> faults;
    if (!isName(order.name))
        faults.push_back({"name", fmt::format("Must be 1 to {} letters, digits, '.', '-' or '_'.", nameMax)});
    const auto& roles = order.scope.roles;
    if (roles.empty() || std::ranges::find(roles, api::Role::user) != roles.end())
        faults.push_back({"roles", "Must name one or more of auditor, operator, admin."});
    if (order.scope.routes.empty() || order.scope.routes.size() > routesMax)
        faults.push_back({"routes", fmt::format("Must name 1 to {} routes.", routesMax)});
    for (const std::string& route : order.scope.routes) {
        if (const std::string fault = faultOf(route, roles, table); !fault.empty())
            faults.push_back({"routes", fault});
    }
    if (order.expiresAt <= now || order.expiresAt > now + ApiTokens::lifetimeMax)
        faults.push_back({"expires_at", "Must lie in the future, within ten years."});
    if (!faults.empty())
        throw InvalidInput(std::move(faults));
}

audit::Event eventAbout(const std::string& name, std::string action, const api::Actor& by)
{
    audit::Event event;
    event.by = by;
    event.action = std::move(action);
    event.targetType = "api_token";
    event.targetId = name;
    return event;
}

std::optional<ApiToken> findInForce(postgres::Transaction& tx, std::string_view secret)
{
    const postgres::Result rows = tx.execute(findByHash, hashOfToken(secret), tx.now());
    return rows.empty() ? std::nullopt : std::optional(readToken(rows[0]));
}

} // namespace

ApiTokens::ApiTokens(postgres::Pool& pool, audit::Log& audit)
    : m_pool(pool)
    , m_audit(audit)
{
}

ApiTokenWithSecret ApiTokens::add(const NewApiToken& asked, const std::vector<http::Route>& table,
                                  const std::optional<api::IdempotencyKey>& key, const api::Actor& by)
{
    NewApiToken order = asked;
    std::ranges::sort(order.scope.roles);
    const auto repeated = std::ranges::unique(order.scope.roles);
    order.scope.roles.erase(repeated.begin(), repeated.end());

    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (key) {
        if (const auto made = postgres::claimKey(tx, by.name, *key))
            return {find(tx, static_cast<ApiTokenId>(std::stoll(*made))), std::nullopt};
    }
    check(order, table, tx.now());
    const std::string secret = std::string(prefix) + http::randomToken();
    std::int64_t id = 0;
    try {
        id = tx.execute(insertStatement, order.name, hashOfToken(secret), codesOf(order.scope.roles), order.scope.routes,
                        tx.now(), by.name, order.expiresAt)[0]
                 .as<std::int64_t>(0);
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "api_tokens_name_unique")
            throw;
        throw Conflict("token_exists", fmt::format("There is a token {} already: revoke it, or take another name.", order.name));
    }
    if (key)
        postgres::rememberKey(tx, by.name, *key, std::to_string(id));
    ApiToken token = find(tx, static_cast<ApiTokenId>(id));
    audit::Event event = eventAbout(token.name, "api_token.added", by);
    event.details = {{"roles", codesOf(token.scope.roles)},
                     {"routes", token.scope.routes},
                     {"expires_at", toRfc3339(token.expiresAt)}};
    m_audit.append(tx, event);
    tx.commit();
    return {std::move(token), secret};
}

ApiToken ApiTokens::find(postgres::Transaction& tx, ApiTokenId id) const
{
    const postgres::Result rows = tx.execute(findStatement, static_cast<std::int64_t>(id));
    if (rows.empty())
        throw NotFound("There is no such API token; it may have been revoked.");
    return readToken(rows[0]);
}

std::vector<ApiToken> ApiTokens::list(postgres::Transaction& tx, std::int64_t limit,
                                      std::optional<ApiTokenId> before) const
{
    const auto beforeId = before ? std::optional(static_cast<std::int64_t>(*before)) : std::nullopt;
    std::vector<ApiToken> tokens;
    for (const postgres::Row& row : tx.execute(listStatement, beforeId, limit))
        tokens.push_back(readToken(row));
    return tokens;
}

void ApiTokens::revoke(ApiTokenId id, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    const postgres::Result rows = tx.execute(deleteById, static_cast<std::int64_t>(id));
    if (rows.empty())
        throw NotFound("There is no such API token; it may have been revoked.");
    m_audit.append(tx, eventAbout(rows[0].as<std::string>(0), "api_token.revoked", by));
    tx.commit();
}

void ApiTokens::revoke(const std::string& name, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (tx.execute(deleteByName, name).empty())
        throw NotFound(fmt::format("There is no API token {}; it may have been revoked.", name));
    m_audit.append(tx, eventAbout(name, "api_token.revoked", by));
    tx.commit();
}

bool ApiTokens::looksLikeOne(std::string_view token)
{
    return token.starts_with(prefix);
}

std::optional<http::Principal> ApiTokens::look(std::string_view token) const
{
    postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
    const std::optional<ApiToken> found = findInForce(tx, token);
    return found ? std::optional(principalOf(*found)) : std::nullopt;
}

std::optional<http::Principal> ApiTokens::authenticate(std::string_view token)
{
    std::optional<ApiToken> found;
    bool isDue = false;
    {
        postgres::Transaction tx(m_pool, postgres::Mode::readOnly);
        found = findInForce(tx, token);
        isDue = found && (!found->lastUsedAt || tx.now() - *found->lastUsedAt >= touchInterval);
    }
    if (!found)
        return std::nullopt;
    if (isDue) {
        postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
        tx.execute(touchStatement, static_cast<std::int64_t>(found->id), tx.now());
        tx.commit();
    }
    return principalOf(*found);
}

} // namespace hpcbill::identity
