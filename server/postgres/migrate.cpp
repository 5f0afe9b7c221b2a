// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/migrate.h"

#include "server/postgres/connection.h"
#include "server/postgres/errors.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <map>

namespace hpcbill::postgres
{
namespace
{

constexpr Statement lockSchema{"migrate.lock", R"sql(
    select pg_advisory_lock(hashtextextended('hpcbill.migrate', 0))
)sql"};

constexpr Statement unlockSchema{"migrate.unlock", R"sql(
    select pg_advisory_unlock(hashtextextended('hpcbill.migrate', 0))
)sql"};

// The application's role, and the right to become it: sessions of the owner's login work as hpcbill_app (SET ROLE).
constexpr const char* createRole = R"sql(
    do $$
    begin
        if not exists (select from pg_roles where rolname = 'hpcbill_app') then
            create role hpcbill_app nologin;
        end if;
        if not pg_has_role(current_user, 'hpcbill_app', 'member') then
            execute format('grant hpcbill_app to %I', current_user);
        end if;
    end
    $$
)sql";

constexpr const char* createVersionTable = R"sql(
    create table if not exists schema_migrations (
        version    integer     not null constraint schema_migrations_pkey primary key,
        name       text        not null,
        sha256     text        not null,
        applied_at timestamptz not null
    )
)sql";

constexpr Statement appliedSteps{"migrate.applied", R"sql(
    select version, sha256 from schema_migrations order by version
)sql"};

constexpr Statement recordStep{"migrate.record", R"sql(
    insert into schema_migrations (version, name, sha256, applied_at) values ($1, $2, $3, transaction_timestamp())
)sql"};

/// Roles belong to the whole cluster, so another database's migration may be making this one at the same moment: then one of
/// the two fails on the catalogue's unique indexes or on its rows, and finds the role there when it looks again.
void ensureRole(Connection& connection)
{
    constexpr int attempts = 10;
    for (int attempt = 1;; ++attempt) {
        try {
            connection.script(createRole);
            return;
        } catch (const QueryError& error) {
            const std::string& state = error.sqlstate();
            const bool raced = state == "23505" || state == "42710" || state == "XX000";
            if (!raced || attempt == attempts)
                throw;
        }
    }
}

std::string sha256Hex(std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    std::string hex;
    for (unsigned at = 0; at < size; ++at) hex += fmt::format("{:02x}", digest[at]);
    return hex;
}

} // namespace

std::vector<std::string> migrate(const std::string& conninfo, const std::vector<Migration>& steps)
{
    Connection connection(conninfo, {});
    connection.execute(lockSchema, {});
    ensureRole(connection);
    connection.script(createVersionTable);
    std::map<int, std::string> applied;
    for (const Row row : connection.execute(appliedSteps, {})) applied[row.as<std::int32_t>(0)] = row.as<std::string>(1);

    std::vector<std::string> done;
    for (const Migration& step : steps) {
        const std::string hash = sha256Hex(step.sql);
        if (const auto known = applied.find(step.version); known != applied.end()) {
            if (known->second != hash) {
                throw QueryError(fmt::format("migration {} was applied to this database with another content; "
                                             "this program does not know that schema",
                                             step.name),
                                 "");
            }
            continue;
        }
        connection.script("begin");
        connection.script(std::string(step.sql));
        connection.execute(recordStep, Parameters::of(step.version, step.name, hash));
        connection.script("commit");
        done.emplace_back(step.name);
    }
    connection.execute(unlockSchema, {});
    return done;
}

} // namespace hpcbill::postgres
