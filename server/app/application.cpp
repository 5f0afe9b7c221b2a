// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/app/application.h"

#include "server/app/features.h"
#include "server/app/problems.h"
#include "server/audit/audit.h"
#include "server/audit/routes.h"
#include "server/http/server.h"
#include "server/identity/routes.h"
#include "server/operations/routes.h"
#include "server/payments/routes.h"
#include "server/rates/routes.h"
#include "server/receipts/routes.h"
#include "server/slurm/routes.h"
#include "server/usage/routes.h"
#include "server/webhooks/routes.h"
#include "server/web/site.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace hpcbill::app
{
namespace
{

/// How soon what is due is noticed; how often providers are asked is PAYMENT_ASK_INTERVAL_SEC.
constexpr std::chrono::seconds watchInterval{5};

/// How soon rollups that changed are priced; until then whoever reads them prices them.
constexpr std::chrono::seconds pricingInterval{10};

/// Jobs are to be seen so soon; where polls are rarer, so many of them in a row may fail before anybody is told.
constexpr std::chrono::seconds freshnessPromised = std::chrono::minutes(15);
constexpr int missedPolls = 3;
constexpr std::chrono::seconds freshnessInterval{15};

/// How soon the end of a lock is on record.
constexpr std::chrono::seconds sweepInterval{15};

/// With fewer connections one worker of month's runs has to do: requests need some as well.
constexpr unsigned poolOfTwoWorkers = 8;

void append(std::vector<http::Route>& table, std::vector<http::Route> more)
{
    table.insert(table.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// Whether this is an API token whose scope has /metrics, which admits anybody otherwise proven.
bool admitsToMetrics(Features& features, const std::string& token)
{
    if (!identity::ApiTokens::looksLikeOne(token))
        return false;
    const auto principal = features.tokens.authenticate(token);
    return principal && http::names(principal->scope->routes, {http::Method::get, "/metrics", api::anyone, {}});
}

/// `whole` is where the table will be kept.
std::vector<http::Route> routeTable(Features& features, audit::EventStreams& events, const web::Site& site,
                                    const Config& config, const std::vector<http::Route>& whole)
{
    postgres::Pool& pool = features.database.pool();
    std::vector<http::Route> table;
    append(table, operations::routes(pool, features.metrics,
                                     {.enabled = config.metricsEnabled,
                                      .networks = config.metricsNetworks,
                                      .token = config.metricsToken,
                                      .admits = [&features](const std::string& token) {
                                          return admitsToMetrics(features, token);
                                      }}));
    append(table, audit::routes(features.audit, features.checkpoints, pool));
    append(table, audit::eventRoutes(events));
    append(table, audit::checkpointRoutes(features.checkpoints, pool));
    append(table, webhooks::routes(features.endpoints, features.deliveries, pool));
    append(table, identity::sessionRoutes(features.users, features.sessions, pool));
    append(table, identity::routes(features.users, features.sessions, pool));
    append(table, identity::tokenRoutes(features.tokens, whole, pool));
    append(table, rates::routes(features.rates, features.rules, features.tiers, pool));
    append(table, usage::routes(features.jobs, pool, features.currency));
    append(table, slurm::routes(features.ingestion, features.audit, pool));
    append(table, receipts::routes(features.receipts, features.printer, pool));
    append(table, receipts::runRoutes(features.runs, pool));
    append(table, receipts::exportRoutes(features.receipts, pool));
    append(table, payments::routes(features.payments, pool, features.currency));
    append(table, site.routes());
    return table;
}

http::ServerOptions serverOptions(const Config& config, const payments::Payments& payments)
{
    http::ServerOptions options;
    options.address = config.httpAddress;
    options.port = config.httpPort;
    options.trustedProxies = config.trustedProxies;
    options.https = config.sessionCookieSecure;
    options.languages = {"en", "th"};
    options.formTargets = payments.checkoutOrigins();
    return options;
}

} // namespace

struct Application::Insides {
    Insides(const Config& config, Amounts amounts)
        : features(config, amounts)
        , events(features.database.pool(),
                 [this](const http::Credentials& credentials) { return features.look(credentials); })
        , site({.pool = features.database.pool(),
                .sessions = features.sessions,
                .jobs = features.jobs,
                .rates = features.rates,
                .receipts = features.receipts,
                .printer = features.printer,
                .payments = features.payments,
                .ingestion = features.ingestion})
        , routes(routeTable(features, events, site, config, routes))
        , server(routes, serverOptions(config, features.payments),
                 http::ServerParts{.metrics = features.metrics,
                                   .authenticate =
                                       [this](const http::Credentials& credentials) {
                                           return features.authenticate(credentials);
                                       },
                                   .problemPage =
                                       [this](const http::Request& request, const http::Problem& problem) {
                                           return site.problemPage(request, problem);
                                       },
                                   .problemMappers = {databaseProblem, providerProblem, streamProblem}})
        , pollInterval(config.pollInterval)
        , checkpointInterval(config.auditCheckpointInterval)
        , poolSize(config.databasePoolSize)
    {
    }

    Features features;
    audit::EventStreams events;
    web::Site site;
    const std::vector<http::Route> routes;
    http::Server server;
    std::optional<slurm::Poller> poller;
    std::optional<slurm::FreshnessWatch> freshnessWatch;
    std::optional<usage::RollupPricer> rollupPricer;
    std::optional<payments::Watch> watch;
    std::optional<audit::CheckpointWatch> checkpointWatch;
    std::optional<identity::Sweeper> sweeper;
    std::optional<receipts::RunWorkers> runWorkers;
    std::optional<webhooks::Deliverer> deliverer;
    std::chrono::seconds pollInterval;
    std::chrono::seconds checkpointInterval;
    unsigned poolSize;
};

Application::Application(const Config& config, Amounts amounts)
    : m_insides(std::make_unique<Insides>(config, amounts))
{
}

Application::~Application() = default;

void Application::start()
{
    m_insides->freshnessWatch.emplace(
        slurm::FreshnessWatch::Parts{m_insides->features.database.pool(), m_insides->features.outbox, m_insides->features.metrics},
        m_insides->features.ingestion.configured(), std::max(freshnessPromised, missedPolls * m_insides->pollInterval), freshnessInterval);
    m_insides->server.start();
    m_insides->poller.emplace(m_insides->features.ingestion, m_insides->pollInterval);
    m_insides->rollupPricer.emplace(m_insides->features.database.pool(), m_insides->features.jobs, pricingInterval);
    m_insides->deliverer.emplace(m_insides->features.courier);
    m_insides->sweeper.emplace(m_insides->features.sessions, sweepInterval);
    m_insides->watch.emplace(m_insides->features.payments, watchInterval);
    m_insides->checkpointWatch.emplace(m_insides->features.checkpoints, m_insides->checkpointInterval);
    m_insides->runWorkers.emplace(m_insides->features.runs, m_insides->poolSize >= poolOfTwoWorkers ? 2U : 1U);
}

void Application::stop()
{
    m_insides->runWorkers.reset();
    m_insides->checkpointWatch.reset();
    m_insides->watch.reset();
    m_insides->sweeper.reset();
    m_insides->deliverer.reset();
    m_insides->rollupPricer.reset();
    m_insides->freshnessWatch.reset();
    m_insides->poller.reset();
    m_insides->events.stop(); // the server waits for its requests, and a stream has no end of its own
    m_insides->server.stop();
}

const std::vector<http::Route>& Application::routes() const
{
    return m_insides->routes;
}

Features& Application::features()
{
    return m_insides->features;
}

std::uint16_t Application::port() const
{
    return m_insides->server.port();
}

} // namespace hpcbill::app
