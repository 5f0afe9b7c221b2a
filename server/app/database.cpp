// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/database.h"

#include "server/postgres/migrate.h"

namespace hpcbill::app
{
namespace
{

constexpr std::string_view embeddedPrefix = "embedded:";

std::unique_ptr<postgres::EmbeddedCluster> startCluster(const Config& config)
{
    if (!config.databaseUrl.starts_with(embeddedPrefix))
        return nullptr;
    return std::make_unique<postgres::EmbeddedCluster>(config.databaseUrl.substr(embeddedPrefix.size()));
}

} // namespace

Database::Database(const Config& config)
    : m_cluster(startCluster(config))
    , m_ownerUrl(m_cluster ? m_cluster->ownerUrl() : config.databaseOwnerUrl)
    , m_applied(postgres::migrate(m_ownerUrl))
    , m_pool(
          {.conninfo = m_cluster ? m_cluster->appUrl() : config.databaseUrl, .size = config.databasePoolSize})
{
}

std::string Database::administrationUrl() const
{
    return m_cluster ? m_cluster->superuserUrl() : m_ownerUrl;
}

} // namespace hpcbill::app
