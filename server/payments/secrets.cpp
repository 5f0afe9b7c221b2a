// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/payments/secrets.h"

#include "common/error.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/payments/insides.h"
#include "server/postgres/errors.h"
#include "server/postgres/idempotency.h"
#include "server/postgres/transaction.h"

#include <Poco/Logger.h>
#include <fmt/format.h>

namespace hpcbill::payments
{
namespace
{

constexpr postgres::Statement inForce{"payments.secrets_in_force", R"sql(
    select id, sealed from webhook_secrets where provider = $1 and retired_at is null order by id desc
)sql"};

constexpr postgres::Statement noteSecretUse{"payments.note_secret_use", R"sql(
    update webhook_secrets set last_used_at = $2
    where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')
)sql"};

constexpr postgres::Statement secretsPage{"payments.secrets_page", R"sql(
    select id, provider, name, from_configuration, created_at, created_by, last_used_at, retired_at, retired_by
    from webhook_secrets
    where $1::bigint is null or id < $1
    order by id desc
    limit $2
)sql"};

constexpr postgres::Statement secretById{"payments.secret_by_id", R"sql(
    select id, provider, name, from_configuration, created_at, created_by, last_used_at, retired_at, retired_by
    from webhook_secrets
    where id = $1
    for update
)sql"};

constexpr postgres::Statement insertSecret{"payments.add_secret", R"sql(
    insert into webhook_secrets (provider, name, sealed, fingerprint, from_configuration, created_at, created_by)
    values ($1, $2, $3, $4, $5, $6, $7)
    returning id
)sql"};

constexpr postgres::Statement isSameSecret{"payments.is_same_secret", R"sql(
    select fingerprint = $2 from webhook_secrets where id = $1
)sql"};

constexpr postgres::Statement knownSecret{"payments.known_secret", R"sql(
    select retired_at is not null from webhook_secrets where provider = $1 and fingerprint = $2 order by id desc limit 1
)sql"};

constexpr postgres::Statement retire{"payments.retire_secret", R"sql(
    update webhook_secrets set retired_at = $2, retired_by = $3 where id = $1
)sql"};

// Two replicas that start together bring the same secret in once.
constexpr postgres::Statement lockSecrets{"payments.lock_secrets", R"sql(
    select pg_advisory_xact_lock(hashtextextended('hpcbill.webhook_secrets', 0))
)sql"};

Secret toSecret(const postgres::Row& row)
{
    return {.id = row.as<std::int64_t>(0),
            .provider = row.as<std::string>(1),
            .name = row.as<std::string>(2),
            .isFromConfiguration = row.as<bool>(3),
            .createdAt = row.as<UtcTime>(4),
            .createdBy = row.as<std::string>(5),
            .lastUsedAt = row.as<std::optional<UtcTime>>(6),
            .retiredAt = row.as<std::optional<UtcTime>>(7),
            .retiredBy = row.as<std::optional<std::string>>(8)};
}

std::int64_t write(postgres::Transaction& tx, Payments::Insides& insides, const NewSecret& addition, bool isFromConfiguration,
                   const api::Actor& by)
{
    const auto added = tx.execute(insertSecret, addition.provider, addition.name,
                                  insides.parts.box.seal(addition.secret),
                                  insides.parts.box.fingerprint(addition.secret), isFromConfiguration,
                                  tx.now(), by.name);
    const auto id = added[0].as<std::int64_t>(0);
    insides.parts.audit.append(tx, {.by = by,
                                    .action = "payment_secret.added",
                                    .targetType = "payment_secret",
                                    .targetId = fmt::to_string(id),
                                    .details = {{"provider", addition.provider},
                                                {"name", addition.name},
                                                {"from_configuration", isFromConfiguration}}});
    return id;
}

} // namespace

std::vector<SigningSecret> secretsInForce(postgres::Transaction& tx, const Payments::Insides& insides,
                                          const std::string& provider)
{
    std::vector<SigningSecret> secrets;
    for (const auto& row : tx.execute(inForce, provider)) {
        SigningSecret& secret = secrets.emplace_back(SigningSecret{row.as<std::int64_t>(0), std::nullopt});
        try {
            secret.value = insides.parts.box.open(row.as<postgres::Bytes>(1));
        } catch (const Conflict& conflict) { // the others verify all the same
            Poco::Logger::get("payments").error(
                fmt::format("the webhook secret {} of {} verifies nothing: {}", secret.id, provider, conflict.what()));
        }
    }
    return secrets;
}

void noteUse(postgres::Transaction& tx, std::int64_t secret)
{
    tx.execute(noteSecretUse, secret, tx.now());
}

std::vector<Secret> Payments::secrets(postgres::Transaction& tx, std::int64_t limit,
                                      std::optional<std::int64_t> before) const
{
    std::vector<Secret> secrets;
    for (const auto& row : tx.execute(secretsPage, before, limit))
        secrets.push_back(toSecret(row));
    return secrets;
}

Secret Payments::addSecret(const NewSecret& order, const std::optional<api::IdempotencyKey>& key, const api::Actor& by)
{
    Insides& insides = *m_insides;
    if (!insides.hasProvider(order.provider))
        throw InvalidInput("provider", fmt::format("{} is not in use here.", order.provider));
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    if (const auto made = key ? postgres::claimKey(tx, by.name, *key) : std::nullopt) {
        const std::int64_t id = std::stoll(*made);
        if (!tx.execute(isSameSecret, id, insides.parts.box.fingerprint(order.secret))[0].as<bool>(0))
            throw Conflict("idempotency_key_reused", "This Idempotency-Key came with another secret before: take a new key for a new order.");
        return toSecret(tx.execute(secretById, id)[0]);
    }
    try {
        const std::int64_t id = write(tx, insides, order, false, by);
        if (key)
            postgres::rememberKey(tx, by.name, *key, std::to_string(id));
        Secret added = toSecret(tx.execute(secretById, id)[0]);
        tx.commit();
        return added;
    } catch (const postgres::ConstraintViolation& violation) {
        if (violation.constraint() != "webhook_secrets_once_in_force")
            throw;
        throw Conflict("secret_in_force", "This secret is in force already.");
    }
}

void Payments::retireSecret(std::int64_t id, const api::Actor& by)
{
    Insides& insides = *m_insides;
    postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
    const auto found = tx.execute(secretById, id);
    if (found.empty())
        throw NotFound(fmt::format("There is no webhook secret {}.", id));
    const Secret secret = toSecret(found[0]);
    if (secret.retiredAt)
        return;
    tx.execute(retire, id, tx.now(), by.name);
    insides.parts.audit.append(tx, {.by = by,
                                    .action = "payment_secret.retired",
                                    .targetType = "payment_secret",
                                    .targetId = fmt::to_string(id),
                                    .details = {{"provider", secret.provider}, {"name", secret.name}}});
    tx.commit();
}

void takeConfiguredSecrets(Payments::Insides& insides)
{
    for (const auto& [provider, secret] : insides.settings.configuredSecrets) {
        if (secret.empty() || !insides.hasProvider(provider))
            continue;
        postgres::Transaction tx(insides.parts.pool, postgres::Mode::readWrite);
        tx.execute(lockSecrets);
        const auto known = tx.execute(knownSecret, provider, insides.parts.box.fingerprint(secret));
        if (!known.empty()) {
            if (known[0].as<bool>(0))
                Poco::Logger::get("payments")
                    .warning(fmt::format("the webhook secret of {} in the configuration was retired here and "
                                         "verifies nothing: take it out of the configuration",
                                         provider));
            continue;
        }
        write(tx, insides, {provider, "from the configuration", secret}, true, systemActor);
        tx.commit();
    }
}

} // namespace hpcbill::payments
