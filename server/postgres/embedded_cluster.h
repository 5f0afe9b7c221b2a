// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hpcbill::postgres
{

/// A private PostgreSQL cluster in a directory of ours: `DATABASE_URL=embedded:DIR`. The same engine and the same SQL as any
/// other, on a Unix socket in a directory that only its owner may enter, run as an unprivileged user where we are root.
/// A supervising process runs it until the last program that uses it has ended, or was killed (supervisor.h).
class EmbeddedCluster final
{
public:
    /// Makes the cluster unless it is there, and starts it. One that runs already is joined (another hpcbilld or hpcbill of the
    /// same directory), and one that was left behind without its supervisor is stopped and started again, so any number of
    /// programs may do this at once. `settings` are PostgreSQL's, "fsync=off"; they count for whoever starts the database.
    /// Throws Unavailable with what to do about it.
    explicit EmbeddedCluster(std::filesystem::path directory, std::vector<std::string> settings = {});
    /// Lets go of the database, and waits for its end when no other program of ours uses it.
    ~EmbeddedCluster();
    EmbeddedCluster(const EmbeddedCluster&) = delete;
    EmbeddedCluster& operator=(const EmbeddedCluster&) = delete;

    /// For the application's role, for the role that owns the schema, and for the cluster's superuser.
    [[nodiscard]] std::string appUrl() const;
    [[nodiscard]] std::string ownerUrl() const;
    [[nodiscard]] std::string superuserUrl() const;

private:
    struct Insides;
    std::unique_ptr<Insides> m_insides;
};

} // namespace hpcbill::postgres
