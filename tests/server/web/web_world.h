// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/audit/audit.h"
#include "server/http/server.h"
#include "server/identity/identity.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/receipts.h"
#include "server/usage/usage.h"
#include "server/web/site.h"
#include "server/webhooks/webhooks.h"
#include "tests/support/http_client.h"
#include "tests/support/jobs.h"
#include "tests/support/test_database.h"

#include <prometheus/registry.h>

#include <string>
#include <vector>

namespace hpcbill::support
{

/// The pages over real HTTP on a database of their own, with the users alice and bob.
struct WebWorld {
    static constexpr const char* password = "correct horse";

    WebWorld()
        : log(metrics)
        , users({database.pool(), log}, identity::PasswordCost::least())
        , sessions({database.pool(), log, users, metrics}, {.throttleMaxFails = 3})
        , rates(database.pool(), log, Currency::thb())
        , jobs(rates)
        , receipts({.pool = database.pool(), .audit = log, .rates = rates, .outbox = outbox, .metrics = metrics})
        , site({database.pool(), sessions, jobs, rates, receipts})
        , server(site.routes(), options(),
                 {metrics,
                  [this](const http::Credentials& shown) { return sessions.authenticate(shown); },
                  [this](const http::Request& request, const http::Problem& problem) {
                      return site.problemPage(request, problem);
                  },
                  {}})
    {
        rates.ensureInitial();
        const api::Actor system{"system", std::nullopt, "", ""};
        users.add("alice", password, api::Role::user, system);
        users.add("bob", password, api::Role::user, system);
        server.start();
    }

    static http::ServerOptions options()
    {
        http::ServerOptions options;
        options.languages = {"en", "th"};
        return options;
    }

    void merge(const std::vector<slurm::JobRecord>& records)
    {
        const usage::ClusterId cluster = addCluster(database, "test");
        postgres::Transaction tx(database.pool(), postgres::Mode::readWrite);
        jobs.merge(tx, cluster, records);
        tx.commit();
    }

    TestDatabase database;
    prometheus::Registry metrics;
    audit::Log log;
    webhooks::Outbox outbox;
    identity::Users users;
    identity::Sessions sessions;
    rates::RateBook rates;
    usage::JobStore jobs;
    receipts::Receipts receipts;
    web::Site site;
    http::Server server;
};

} // namespace hpcbill::support
