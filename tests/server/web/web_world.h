// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "server/crypto/secret_box.h"
#include "server/http/server.h"
#include "server/identity/identity.h"
#include "server/postgres/transaction.h"
#include "server/payments/payments.h"
#include "server/receipts/receipts.h"
#include "server/slurm/slurm.h"
#include "server/web/site.h"
#include "tests/support/ground.h"
#include "tests/support/http_client.h"
#include "tests/support/jobs.h"

#include <string>
#include <vector>

namespace hpcbill::support
{

inline slurm::JobRecord jobOf(std::int64_t id, const std::string& user, const std::string& name)
{
    slurm::JobRecord job = finishedJob(id);
    job.user = user;
    job.name = name;
    return job;
}

/// The pages over real HTTP on a database of their own, with the users alice and bob.
struct WebWorld : Ground {
    static constexpr const char* password = "correct horse";

    WebWorld()
        : users({database.pool(), audit}, identity::PasswordCost::least())
        , sessions({database.pool(), audit, users, metrics}, {.throttleMaxFails = 3})
        , receipts({.pool = database.pool(), .audit = audit, .prices = prices, .outbox = outbox, .metrics = metrics})
        , printer({database.pool(), receipts, prices}, "https://billing.example.org")
        , payments({database.pool(), audit, outbox, receipts, box, metrics}, paymentSettings(),
                   payments::makeProviders({.hasDummy = true}))
        , site({database.pool(), sessions, jobs, rates, receipts, printer, payments, ingestion})
        , server(site.routes(), options(),
                 {metrics,
                  [this](const http::Credentials& shown) { return sessions.authenticate(shown); },
                  [this](const http::Request& request, const http::Problem& problem) {
                      return site.problemPage(request, problem);
                  },
                  {}})
    {
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

    static payments::PaymentSettings paymentSettings()
    {
        payments::PaymentSettings settings;
        settings.defaultProvider = "dummy";
        settings.mayBeSimulated = true;
        return settings;
    }

    std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()); }

    void merge(const std::vector<slurm::JobRecord>& records)
    {
        const usage::ClusterId cluster = addCluster(database, "test");
        postgres::Transaction tx(database.pool(), postgres::Mode::readWrite);
        jobs.merge(tx, cluster, records);
        tx.commit();
    }

    identity::Users users;
    identity::Sessions sessions;
    receipts::Receipts receipts;
    receipts::Printer printer;
    crypto::SecretBox box{"a key for suites"};
    payments::Payments payments;
    slurm::Ingestion ingestion{{.pool = database.pool(), .jobs = jobs, .audit = audit, .metrics = metrics}, {}};
    web::Site site;
    http::Server server;
};

} // namespace hpcbill::support
