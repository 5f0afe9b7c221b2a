// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/invariant.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/http/etag.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/webhooks/addresses.h"
#include "server/webhooks/signature.h"
#include "server/webhooks/webhooks.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/StringTokenizer.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace hpcbill::webhooks
{
namespace
{

constexpr int mostSecrets = 5;

constexpr postgres::Statement addEndpoint{"webhooks.add_endpoint", R"sql(
    insert into webhook_endpoints (url, description, event_types, status, created_at, created_by)
    values ($1, $2, $3::text[], 'active', $4, $5) returning id
)sql"};

constexpr postgres::Statement lockEndpoint{"webhooks.lock_endpoint", R"sql(
    select 1 from webhook_endpoints where id = $1 and deleted_at is null for no key update
)sql"};

constexpr postgres::Statement listEndpoints{"webhooks.list_endpoints", R"sql(
    select e.id, e.url, e.description, array_to_string(e.event_types, ','), e.status, e.paused_reason, e.created_at, e.created_by,
           e.consecutive_failures, e.last_success_at, e.last_failure_at, e.last_error,
           (select count(*) from webhook_deliveries d where d.endpoint_id = e.id and d.status = 'pending'),
           (select count(*) from webhook_deliveries d where d.endpoint_id = e.id and d.status = 'dead')
    from webhook_endpoints e
    where e.deleted_at is null and ($1::bigint is null or e.id = $1) and e.id > $2
    order by e.id
    limit $3
)sql"};

constexpr postgres::Statement updateEndpoint{"webhooks.update_endpoint", R"sql(
    update webhook_endpoints set url = $2, description = $3, event_types = $4::text[], status = $5, paused_reason = $6 where id = $1
)sql"};

constexpr postgres::Statement forgetFailures{"webhooks.forget_failures", R"sql(
    update webhook_endpoints set consecutive_failures = 0, failing_since = null where id = $1
)sql"};

constexpr postgres::Statement makeDue{"webhooks.make_due", R"sql(
    update webhook_deliveries set next_attempt_at = $2, trying_since = null, failures = 0
    where endpoint_id = $1 and status = 'pending' and trying_since is not null
)sql"};

constexpr postgres::Statement deleteEndpoint{"webhooks.delete_endpoint", R"sql(
    update webhook_endpoints set deleted_at = $2, lease = null, leased_until = null where id = $1
)sql"};

constexpr postgres::Statement giveUpPending{"webhooks.give_up_pending", R"sql(
    update webhook_deliveries set status = 'dead', next_attempt_at = null, last_error = 'The endpoint was deleted.'
    where endpoint_id = $1 and status = 'pending'
)sql"};

constexpr postgres::Statement deleteSecrets{"webhooks.delete_secrets", R"sql(
    delete from webhook_endpoint_secrets where endpoint_id = $1
)sql"};

constexpr postgres::Statement deleteExpiredSecrets{"webhooks.delete_expired_secrets", R"sql(
    delete from webhook_endpoint_secrets where endpoint_id = $1 and expires_at <= $2
)sql"};

constexpr postgres::Statement expireNewest{"webhooks.expire_newest_secret", R"sql(
    update webhook_endpoint_secrets set expires_at = $2 where endpoint_id = $1 and expires_at is null
)sql"};

constexpr postgres::Statement addSecret{"webhooks.add_secret", R"sql(
    insert into webhook_endpoint_secrets (endpoint_id, sealed, created_at) values ($1, $2, $3) returning id
)sql"};

constexpr postgres::Statement secretById{"webhooks.secret_by_id", R"sql(
    select endpoint_id, sealed from webhook_endpoint_secrets where id = $1 and (expires_at is null or expires_at > $2)
)sql"};

constexpr postgres::Statement listSecrets{"webhooks.list_secrets", R"sql(
    select endpoint_id, id, created_at, expires_at
    from webhook_endpoint_secrets
    where endpoint_id = any ($1::bigint[]) and (expires_at is null or expires_at > $2)
    order by endpoint_id, id desc
)sql"};

std::int64_t number(EndpointId id)
{
    return static_cast<std::int64_t>(id);
}

std::vector<std::string> splitTypes(const std::string& joined)
{
    const Poco::StringTokenizer words(joined, ",", Poco::StringTokenizer::TOK_IGNORE_EMPTY);
    return {words.begin(), words.end()};
}

std::optional<PauseReason> parsePauseReason(const std::optional<std::string>& code)
{
    for (const PauseReason reason : {PauseReason::requested, PauseReason::gone, PauseReason::failing}) {
        if (code && codeOf(reason) == *code)
            return reason;
    }
    invariant(!code, "the schema allows known reasons only");
    return std::nullopt;
}

Endpoint readEndpoint(const postgres::Row& row)
{
    const auto status = parseEndpointStatus(row.as<std::string>(4));
    invariant(status.has_value(), "the schema allows known statuses only");
    return {.id = EndpointId{row.as<std::int64_t>(0)},
            .url = row.as<std::string>(1),
            .description = row.as<std::string>(2),
            .eventTypes = splitTypes(row.as<std::string>(3)),
            .status = *status,
            .pausedReason = parsePauseReason(row.as<std::optional<std::string>>(5)),
            .createdAt = row.as<UtcTime>(6),
            .createdBy = row.as<std::string>(7),
            .consecutiveFailures = row.as<std::int32_t>(8),
            .lastSuccessAt = row.as<std::optional<UtcTime>>(9),
            .lastFailureAt = row.as<std::optional<UtcTime>>(10),
            .lastError = row.as<std::optional<std::string>>(11),
            .pending = row.as<std::int64_t>(12),
            .dead = row.as<std::int64_t>(13),
            .secrets = {}};
}

std::vector<Endpoint> readEndpoints(postgres::Transaction& tx, std::optional<EndpointId> only,
                                    std::int64_t after, std::int64_t limit)
{
    std::vector<Endpoint> endpoints;
    std::vector<std::string> ids;
    const std::optional<std::int64_t> onlyNumber = only ? std::optional(number(*only)) : std::nullopt;
    for (const postgres::Row row : tx.execute(listEndpoints, onlyNumber, after, limit)) {
        endpoints.push_back(readEndpoint(row));
        ids.push_back(std::to_string(number(endpoints.back().id)));
    }
    std::map<std::int64_t, std::vector<EndpointSecret>> secrets;
    for (const postgres::Row row : tx.execute(listSecrets, ids, tx.now()))
        secrets[row.as<std::int64_t>(0)].push_back(
            {row.as<std::int64_t>(1), row.as<UtcTime>(2), row.as<std::optional<UtcTime>>(3)});
    for (Endpoint& endpoint : endpoints)
        endpoint.secrets = secrets[number(endpoint.id)];
    return endpoints;
}

void checkEventTypes(const std::vector<std::string>& types)
{
    for (const std::string& type : types) {
        if (std::find(eventTypes.begin(), eventTypes.end(), type) == eventTypes.end())
            throw InvalidInput("event_types",
                               fmt::format("\"{}\" is no type of event. There are {}; an empty list "
                                           "stands for all.",
                                           type, fmt::join(eventTypes, ", ")));
    }
}

nlohmann::json audited(const Endpoint& endpoint)
{
    return {{"url", endpoint.url},
            {"description", endpoint.description},
            {"event_types", endpoint.eventTypes},
            {"status", codeOf(endpoint.status)}};
}

audit::Event eventAbout(EndpointId id, std::string action, const api::Actor& by)
{
    return {.by = by,
            .action = std::move(action),
            .targetType = "webhook_endpoint",
            .targetId = std::to_string(number(id))};
}

} // namespace

std::string etagOf(const Endpoint& endpoint)
{
    return http::etagOfContent(fmt::format("{}\n{}\n{}\n{}\n{}", number(endpoint.id), endpoint.url,
                                           endpoint.description, fmt::join(endpoint.eventTypes, ","),
                                           codeOf(endpoint.status)));
}

Endpoints::Endpoints(const Parts& parts, Reach reach)
    : m_pool(parts.pool)
    , m_audit(parts.audit)
    , m_secretBox(parts.secretBox)
    , m_reach(std::move(reach))
{
    addressRule(m_reach.allowedNetworks); // throws at the start what would otherwise be thrown later
}

void Endpoints::checkUrl(const std::string& url) const
{
    Poco::URI uri;
    try {
        uri = url;
    } catch (const Poco::SyntaxException&) {
        throw InvalidInput("url", "Is no URL.");
    }
    if (uri.getScheme() != "https" && (m_reach.httpsOnly || uri.getScheme() != "http"))
        throw InvalidInput("url", "Must begin with https://.");
    if (uri.getHost().empty())
        throw InvalidInput("url", "Names no host.");
    if (!uri.getUserInfo().empty() || !uri.getFragment().empty())
        throw InvalidInput("url", "Must hold neither a user's name or password nor a #fragment.");
    // Names are looked up, and their addresses checked, when a delivery connects; an address can be told of
    // now.
    Poco::Net::IPAddress address;
    if (Poco::Net::IPAddress::tryParse(uri.getHost(), address) &&
        !addressRule(m_reach.allowedNetworks)(address))
        throw InvalidInput("url",
                           fmt::format("{} is no public address. WEBHOOK_ALLOWED_NETWORKS can allow it.",
                                       address.toString()));
}

std::optional<EndpointWithSecret> Endpoints::madeBefore(postgres::Transaction& tx, const std::optional<api::IdempotencyKey>& key,
                                                        const api::Actor& by) const
{
    const auto made = key ? postgres::claimKey(tx, by.name, *key) : std::nullopt;
    if (!made)
        return std::nullopt;
    const auto found = tx.execute(secretById, static_cast<std::int64_t>(std::stoll(*made)), tx.now());
    if (found.empty())
        throw Conflict("secret_gone", "The secret that this Idempotency-Key made is no longer in force: take a new key for a new one.");
    return EndpointWithSecret{find(tx, EndpointId{found[0].as<std::int64_t>(0)}), m_secretBox.open(found[0].as<postgres::Bytes>(1))};
}

EndpointWithSecret Endpoints::addSecretTo(postgres::Transaction& tx, EndpointId id, const std::optional<api::IdempotencyKey>& key,
                                          const api::Actor& by) const
{
    const std::string secret = newSecret();
    const auto made = tx.execute(addSecret, number(id), m_secretBox.seal(secret), tx.now())[0].as<std::int64_t>(0);
    if (key)
        postgres::rememberKey(tx, by.name, *key, std::to_string(made));
    return {find(tx, id), secret};
}

EndpointWithSecret Endpoints::add(const EndpointOrder& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by)
{
    checkUrl(order.url);
    checkEventTypes(order.eventTypes);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (auto made = madeBefore(tx, key, by))
        return *std::move(made);
    const EndpointId id{
        tx.execute(addEndpoint, order.url, order.description, order.eventTypes, tx.now(), by.name)[0]
            .as<std::int64_t>(0)};
    EndpointWithSecret made = addSecretTo(tx, id, key, by);
    audit::Event event = eventAbout(id, "webhook_endpoint.created", by);
    event.details["after"] = audited(made.endpoint);
    m_audit.append(tx, event);
    tx.commit();
    return made;
}

Endpoint Endpoints::change(EndpointId id, const EndpointChange& change, const EtagCheck& check,
                           const api::Actor& by)
{
    if (change.url)
        checkUrl(*change.url);
    if (change.eventTypes)
        checkEventTypes(*change.eventTypes);
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockEndpoint, number(id));
    const Endpoint before = find(tx, id);
    check(etagOf(before));
    Endpoint after = before;
    after.url = change.url.value_or(before.url);
    after.description = change.description.value_or(before.description);
    after.eventTypes = change.eventTypes.value_or(before.eventTypes);
    after.status = change.status.value_or(before.status);
    if (etagOf(after) == etagOf(before))
        return before;

    if (after.status == EndpointStatus::active)
        after.pausedReason.reset();
    else if (before.status == EndpointStatus::active)
        after.pausedReason = PauseReason::requested;
    const std::optional<std::string> reason =
        after.pausedReason ? std::optional(std::string(codeOf(*after.pausedReason))) : std::nullopt;
    tx.execute(updateEndpoint, number(id), after.url, after.description, after.eventTypes,
               codeOf(after.status), reason);
    const bool goesOn = before.status == EndpointStatus::paused && after.status == EndpointStatus::active;
    if (goesOn)
        tx.execute(forgetFailures, number(id));
    if (goesOn || after.url != before.url)
        tx.execute(makeDue, number(id), tx.now());
    after = find(tx, id);
    audit::Event event = eventAbout(id, "webhook_endpoint.changed", by);
    event.details["before"] = audited(before);
    event.details["after"] = audited(after);
    m_audit.append(tx, event);
    tx.commit();
    return after;
}

void Endpoints::remove(EndpointId id, const EtagCheck& check, const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    tx.execute(lockEndpoint, number(id));
    const Endpoint before = find(tx, id);
    check(etagOf(before));
    tx.execute(deleteEndpoint, number(id), tx.now());
    tx.execute(deleteSecrets, number(id));
    const std::int64_t givenUp = tx.execute(giveUpPending, number(id)).affectedRows();
    audit::Event event = eventAbout(id, "webhook_endpoint.deleted", by);
    event.details["before"] = audited(before);
    event.details["given_up"] = givenUp;
    m_audit.append(tx, event);
    tx.commit();
}

EndpointWithSecret Endpoints::rotate(EndpointId id, std::chrono::hours overlap, const std::optional<api::IdempotencyKey>& key,
                                     const api::Actor& by)
{
    postgres::Transaction tx(m_pool, postgres::Mode::readWrite);
    if (auto made = madeBefore(tx, key, by))
        return *std::move(made);
    tx.execute(lockEndpoint, number(id));
    const Endpoint before = find(tx, id);
    if (before.secrets.size() >= mostSecrets)
        throw Conflict("too_many_secrets",
                       fmt::format("Deliveries are signed with {} secrets already. Wait until the "
                                   "oldest of them has expired.",
                                   before.secrets.size()));
    const UtcTime expiry = tx.now() + overlap;
    tx.execute(expireNewest, number(id), expiry);
    tx.execute(deleteExpiredSecrets, number(id), tx.now());
    EndpointWithSecret after = addSecretTo(tx, id, key, by);
    audit::Event event = eventAbout(id, "webhook_endpoint.rotated", by);
    event.details["secret_id"] = after.endpoint.secrets.front().id;
    event.details["before_expires_at"] = toRfc3339(expiry);
    m_audit.append(tx, event);
    tx.commit();
    return after;
}

std::vector<Endpoint> Endpoints::list(postgres::Transaction& tx, std::int64_t limit,
                                      std::optional<EndpointId> after) const
{
    return readEndpoints(tx, std::nullopt, after ? number(*after) : 0, limit);
}

Endpoint Endpoints::find(postgres::Transaction& tx, EndpointId id) const
{
    std::vector<Endpoint> found = readEndpoints(tx, id, 0, 1);
    if (found.empty())
        throw NotFound(fmt::format("There is no webhook endpoint {}.", number(id)));
    return std::move(found.front());
}

} // namespace hpcbill::webhooks
