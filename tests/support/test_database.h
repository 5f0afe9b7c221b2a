// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/postgres/embedded_cluster.h"
#include "server/postgres/pool.h"

#include <memory>
#include <string>
#include <string_view>

namespace hpcbill::support
{

/// What a new test database holds.
enum class Schema { migrated, empty };

/// A database of one's own in a private PostgreSQL cluster: made in a moment from a migrated template, dropped at the end.
/// The cluster is shared by all suites of a build tree, runs while any of them does, and does not flush to disk.
class TestDatabase final
{
public:
    explicit TestDatabase(Schema schema = Schema::migrated);
    ~TestDatabase();
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;

    /// As the application's role, as the role that owns the schema, and as the superuser.
    [[nodiscard]] std::string appUrl() const;
    [[nodiscard]] std::string ownerUrl() const;
    [[nodiscard]] std::string superuserUrl() const;

    /// Connections as the application has them.
    [[nodiscard]] postgres::Pool& pool() { return *m_pool; }

    /// What the superuser reads: the first column of the first row as text; empty for NULL and for no row.
    [[nodiscard]] std::string value(const std::string& sql) const;
    /// What only the superuser may do.
    void run(const std::string& sql) const;

private:
    [[nodiscard]] std::string urlOf(std::string_view clusterUrl, std::string_view database) const;
    void makeTemplate(postgres::Connection& superuser, const std::string& name) const;

    postgres::EmbeddedCluster m_cluster;
    std::string m_name;
    std::unique_ptr<postgres::Pool> m_pool;
};

} // namespace hpcbill::support
