// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/app/config.h"
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/pool.h"

#include <memory>
#include <string>
#include <vector>

namespace hpcbill::app
{

/// The database that the configuration names, started where it is a private one, with its schema up to date.
class Database final
{
public:
    /// Starts or joins the private cluster, where there is one, and migrates. `applied()` tells which steps
    /// were missing.
    explicit Database(const Config& config);

    [[nodiscard]] postgres::Pool& pool() { return m_pool; }
    [[nodiscard]] const std::vector<std::string>& applied() const { return m_applied; }
    /// Of the superuser where the cluster is private, else what the configuration says.
    [[nodiscard]] std::string administrationUrl() const;

private:
    std::unique_ptr<postgres::EmbeddedCluster> m_cluster; ///< null for a database elsewhere
    std::string m_ownerUrl;
    std::vector<std::string> m_applied;
    postgres::Pool m_pool;
};

} // namespace hpcbill::app
