// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_database.h"

#include "server/postgres/connection.h"
#include "server/postgres/errors.h"
#include "server/postgres/migrate.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <functional>

#include <unistd.h>

namespace hpcbill::support
{
namespace
{

constexpr postgres::Statement lockDatabases{"test.lock", "select pg_advisory_lock(1)"};
constexpr postgres::Statement unlockDatabases{"test.unlock", "select pg_advisory_unlock(1)"};
constexpr postgres::Statement hasDatabase{"test.has_database", "select 1 from pg_database where datname = $1"};
constexpr postgres::Statement testDatabases{"test.databases", "select datname::text from pg_database where datname like 't\\_%'"};

/// One cluster per build tree and user: another compiler's or sanitizer's tests do not meet ours.
std::filesystem::path clusterDirectory()
{
    return std::filesystem::temp_directory_path()
           / fmt::format("hpcbill-tests-{}-{:016x}", getuid(), std::hash<std::string_view>{}(HPCBILL_BINARY_DIR));
}

std::string templateName()
{
    std::string all;
    for (const postgres::Migration& step : postgres::knownMigrations())
        all.append(step.name).append(step.sql);
    return fmt::format("template_{:016x}", std::hash<std::string>{}(all));
}

/// Databases of suites that were killed before they could drop them.
void dropForsaken(postgres::Connection& superuser)
{
    for (const postgres::Row row : superuser.execute(testDatabases, {})) {
        const auto name = row.as<std::string>(0);
        pid_t pid = 0;
        std::from_chars(name.data() + 2, name.data() + name.size(), pid);
        if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH)
            superuser.script(fmt::format("drop database if exists {} with (force)", name));
    }
}

} // namespace

TestDatabase::TestDatabase(Schema schema)
    : m_cluster(clusterDirectory(), {"fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=256MB"})
{
    static std::atomic<int> made = 0; // so that databases of one process differ in name
    m_name = fmt::format("t_{}_{}", getpid(), ++made);
    postgres::Connection superuser(urlOf(m_cluster.superuserUrl(), "postgres"), {});
    superuser.execute(lockDatabases, {});
    dropForsaken(superuser);
    std::string source = "template0";
    if (schema == Schema::migrated) {
        source = templateName();
        makeTemplate(superuser, source);
    }
    superuser.script(fmt::format("drop database if exists {} with (force)", m_name)); // of one that was killed and had our number
    superuser.script(fmt::format("create database {} owner hpcbill_owner template {}", m_name, source));
    superuser.execute(unlockDatabases, {});

    m_pool = std::make_unique<postgres::Pool>(postgres::PoolOptions{.conninfo = appUrl()});
}

TestDatabase::~TestDatabase()
{
    m_pool.reset();
    try {
        postgres::Connection superuser(urlOf(m_cluster.superuserUrl(), "postgres"), {});
        superuser.script(fmt::format("drop database if exists {} with (force)", m_name));
    } catch (const postgres::DatabaseError& error) {
        fmt::print(stderr, "cannot drop {}: {}\n", m_name, error.what());
    }
}

std::string TestDatabase::urlOf(std::string_view clusterUrl, std::string_view database) const
{
    const std::size_t at = clusterUrl.find("@/");
    const std::size_t end = clusterUrl.find('?');
    return fmt::format("{}{}{}", clusterUrl.substr(0, at + 2), database, clusterUrl.substr(end));
}

void TestDatabase::makeTemplate(postgres::Connection& superuser, const std::string& name) const
{
    if (!superuser.execute(hasDatabase, postgres::Parameters::of(name)).empty())
        return;
    const std::string making = name + "_making"; // of a suite that was killed meanwhile, if it is there
    superuser.script(fmt::format("drop database if exists {} with (force)", making));
    superuser.script(fmt::format("create database {} owner hpcbill_owner template template0", making));
    postgres::migrate(urlOf(m_cluster.ownerUrl(), making));
    superuser.script(fmt::format("alter database {} rename to {}", making, name));
}

std::string TestDatabase::appUrl() const
{
    return urlOf(m_cluster.appUrl(), m_name);
}

std::string TestDatabase::ownerUrl() const
{
    return urlOf(m_cluster.ownerUrl(), m_name);
}

std::string TestDatabase::superuserUrl() const
{
    return urlOf(m_cluster.superuserUrl(), m_name);
}

std::string TestDatabase::value(const std::string& sql) const
{
    postgres::Connection superuser(superuserUrl(), {});
    const postgres::Result result = superuser.script(sql);
    return result.empty() || result[0].isNull(0) ? "" : result[0].as<std::string>(0);
}

void TestDatabase::run(const std::string& sql) const
{
    postgres::Connection(superuserUrl(), {}).script(sql);
}

} // namespace hpcbill::support
