// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/postgres/embedded_cluster.h"

#include "server/postgres/cluster_files.h"
#include "server/postgres/connection.h"
#include "server/postgres/errors.h"
#include "server/postgres/file_lock.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

namespace hpcbill::postgres
{
namespace
{

using namespace std::chrono_literals;

constexpr auto answerPatience = 30s;  ///< until the postmaster says anything
constexpr auto recoveryPatience = 1h; ///< while it says that it is starting: after a crash it replays its log first

constexpr const char* createRoles = R"sql(
    do $$
    begin
        if not exists (select from pg_roles where rolname = 'hpcbill_owner') then
            create role hpcbill_owner login createrole;
        end if;
        if not exists (select from pg_roles where rolname = 'hpcbill_app') then
            create role hpcbill_app login;
        end if;
    end
    $$
)sql";

constexpr Statement databaseExists{"embedded.database_exists", "select 1 from pg_database where datname = 'hpcbill'"};

std::string percentEncoded(std::string_view path)
{
    std::string encoded;
    for (const char letter : path) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9')
                           || std::string_view("/-_.").find(letter) != std::string_view::npos;
        encoded += plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return encoded;
}

} // namespace

struct EmbeddedCluster::Insides {
    Insides(const std::filesystem::path& directory, std::vector<std::string> wantedSettings)
        : files(prepareDirectory(directory))
        , settings(std::move(wantedSettings))
        , users(files.usersLock(), files.account.uid)
        , supervisor(files.supervisorLock(), files.account.uid)
        , start(files.startLock(), files.account.uid)
    {
    }

    [[nodiscard]] std::string url(std::string_view user, std::string_view database) const
    {
        return fmt::format("postgresql://{}@/{}?host={}", user, database, percentEncoded(files.sockets().string()));
    }

    [[nodiscard]] bool hasSupervisor() const { return supervisor.heldByOthers() != FileLock::Holder::nobody; }
    /// Whether a supervisor of ours is on its way: it lives, and may not have got to its lock yet.
    [[nodiscard]] bool hasLiveChild();

    void launchSupervisor();
    void startDatabase();
    void createDatabase() const;
    void watch(const std::stop_token& stopping);
    void waitForLastShutdown();

    const ClusterFiles files;
    const std::vector<std::string> settings;
    FileLock users;
    const FileLock supervisor; ///< only ever looked at
    FileLock start;
    pid_t child = 0; ///< the supervisor, where it was us who started it
    std::mutex mutex; ///< of `tick` alone
    std::condition_variable_any tick;
    std::jthread watcher; ///< alone in using the locks between the constructor and the destructor
};

bool EmbeddedCluster::Insides::hasLiveChild()
{
    if (child != 0 && hasEnded(child))
        child = 0;
    return child != 0;
}

void EmbeddedCluster::Insides::launchSupervisor()
{
    initialize(files);
    stopOrphan(files);
    prepareSockets(files);
    Supervision supervision{.account = files.account,
                            .command = {(findPrograms(files) / "postgres").string(), "-D", files.data().string()},
                            .log = files.log(),
                            .usersLock = files.usersLock(),
                            .supervisorLock = files.supervisorLock()};
    std::vector<std::string> all{"listen_addresses=", fmt::format("unix_socket_directories=\"{}\"", files.sockets().string()),
                                 "unix_socket_permissions=0700", "port=5432", "max_connections=200"};
    all.insert(all.end(), settings.begin(), settings.end());
    for (const std::string& setting : all) {
        supervision.command.emplace_back("-c");
        supervision.command.push_back(setting);
    }
    child = startSupervisor(supervision);
}

void EmbeddedCluster::Insides::startDatabase()
{
    start.lockExclusive();
    users.lockShared(); // waits for a supervisor that is shutting down after the last user
    const std::string superuser = url("postgres", "postgres");
    auto began = std::chrono::steady_clock::now();
    for (;;) {
        // Asked again each time: one that has just ended gives up its two locks in any order.
        if (!hasSupervisor() && !hasLiveChild()) {
            const auto launching = std::chrono::steady_clock::now();
            launchSupervisor();
            began += std::chrono::steady_clock::now() - launching; // a new cluster's files take their own time
        }
        const PGPing answer = PQping(superuser.c_str());
        if (answer == PQPING_OK)
            break;
        const auto patience = answer == PQPING_REJECT ? std::chrono::seconds(recoveryPatience) : answerPatience;
        if (std::chrono::steady_clock::now() - began > patience) {
            throw Unavailable(fmt::format("the embedded database in {} does not start; its log ends with:\n{}",
                                          files.directory.string(), endOfLog(files)));
        }
        pauseBetweenPolls();
    }
    createDatabase();
    start.unlock();
}

void EmbeddedCluster::Insides::createDatabase() const
{
    Connection connection(url("postgres", "postgres"), {});
    connection.script(createRoles);
    connection.script("grant hpcbill_app to hpcbill_owner");
    if (connection.execute(databaseExists, {}).empty())
        connection.script("create database hpcbill owner hpcbill_owner");
}

/// Should somebody kill the supervisor, the database goes with it; then this starts both again.
void EmbeddedCluster::Insides::watch(const std::stop_token& stopping)
{
    std::unique_lock lock(mutex);
    while (!tick.wait_for(lock, stopping, 1s, [] { return false; }) && !stopping.stop_requested()) {
        if (hasSupervisor() || hasLiveChild())
            continue;
        try {
            startDatabase();
        } catch (const DatabaseError&) {
            start.unlock(); // /readyz tells of it; the next tick tries again
        }
    }
}

void EmbeddedCluster::Insides::waitForLastShutdown()
{
    std::error_code ignored;
    users.unlock();
    while (hasSupervisor() || hasLiveChild()) {
        if (users.heldByOthers() == FileLock::Holder::sharers)
            return;
        pauseBetweenPolls();
    }
    if (start.tryExclusive()) // or else the next user is here already, and needs it
        std::filesystem::remove(files.sockets(), ignored);
}

EmbeddedCluster::EmbeddedCluster(std::filesystem::path directory, std::vector<std::string> settings)
    : m_insides(std::make_unique<Insides>(directory, std::move(settings)))
{
    m_insides->startDatabase();
    m_insides->watcher = std::jthread([this](const std::stop_token& stopping) { m_insides->watch(stopping); });
}

EmbeddedCluster::~EmbeddedCluster()
{
    m_insides->watcher.request_stop();
    m_insides->watcher.join();
    m_insides->waitForLastShutdown();
}

std::string EmbeddedCluster::appUrl() const
{
    return m_insides->url("hpcbill_app", "hpcbill");
}

std::string EmbeddedCluster::ownerUrl() const
{
    return m_insides->url("hpcbill_owner", "hpcbill");
}

std::string EmbeddedCluster::superuserUrl() const
{
    return m_insides->url("postgres", "hpcbill");
}

} // namespace hpcbill::postgres
