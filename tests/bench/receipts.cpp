// SPDX-License-Identifier: GPL-3.0-or-later
// bench-receipts [JOBS [USERS]]: a month's run over so many jobs against one INSERT ... SELECT of the very items that it made, into the
// same table with its indexes and foreign keys.
#include "common/money/currency.h"
#include "server/audit/audit.h"
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/migrate.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/receipts/receipts.h"
#include "server/webhooks/webhooks.h"
#include "tests/bench/measure.h"

#include <fmt/format.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <thread>

#include <sys/resource.h>

namespace
{

using namespace hpcbill;

constexpr int workers = 2;
constexpr int rounds = 2;

/// Few users have most of the jobs: the share falls with the square of a random number.
std::string jobsOf(std::int64_t jobs, std::int64_t users)
{
    return fmt::format(R"sql(
        insert into clusters (name, created_at) values ('bench', now());
        select ensure_jobs_partition('2026-09-01'), ensure_jobs_partition('2026-10-01'), setseed(0.5);
        insert into jobs (cluster_id, job_id, submit_at, display_id, started_at, ended_at, username, account, partition, qos, state, name, node_list,
                          nodes, cpus, gpus, memory_mib, elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on)
        select 1, n, t, n::text, t, t + interval '10 minutes', 'user' || u, 'a' || u % 100, 'p', 'q', 'COMPLETED', 'job', 'n1', 1, 7, n % 2, 1024,
               600, 0, 7 * 600 + n % 977, (n % 2) * 600, 1024 * 600 + n % 131, (t + interval '10 minutes')::date
        from generate_series(1, {}) n, lateral (select (random() ^ 2 * {})::int) u (u),
             lateral (select timestamptz '2026-10-01' + (n % 2592000) * interval '1 second') at (t);
        insert into usage_daily (day, cluster_id, account, username, partition, jobs, cpu_seconds, gpu_seconds, memory_mib_seconds)
        select booked_on, cluster_id, account, username, partition, count(*), sum(cpu_seconds), sum(gpu_seconds), sum(memory_mib_seconds)
        from jobs where booked_on is not null group by 1, 2, 3, 4, 5;
    )sql",
                       jobs, users - 1);
}

double secondsOf(const auto& act)
{
    const auto began = std::chrono::steady_clock::now();
    act();
    return bench::Seconds(std::chrono::steady_clock::now() - began).count();
}

double runMonth(postgres::Pool& pool, receipts::Runs& runs)
{
    const double seconds = secondsOf([&] {
        const api::Actor admin{.name = "admin", .role = api::Role::admin, .address = {}, .requestId = {}};
        const auto id = runs.begin(*receipts::parseMonth("2026-10"), std::nullopt, admin).run.id;
        std::vector<std::jthread> threads;
        for (int worker = 0; worker < workers; ++worker)
            threads.emplace_back([&runs, id] { while (runs.billNext(id)) {} });
        threads.clear();
        runs.endWhatIsDone();
    });
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    if (const auto run = runs.list(tx, 1, std::nullopt).at(0); run.status != receipts::RunStatus::finished)
        throw std::runtime_error(fmt::format("{} users failed", run.usersFailed));
    return seconds;
}

void measure(std::int64_t jobs, std::int64_t users)
{
    const bench::Workplace workplace;
    const postgres::EmbeddedCluster cluster((workplace.path() / "database").string());
    postgres::migrate(cluster.ownerUrl());
    postgres::Connection superuser(cluster.superuserUrl(), {});
    superuser.script(jobsOf(jobs, users));
    superuser.script("vacuum analyze");

    postgres::Pool pool({.conninfo = cluster.appUrl()});
    prometheus::Registry metrics;
    audit::Log audit(metrics);
    webhooks::Outbox outbox;
    rates::RateBook book(pool, audit, outbox, Currency::thb());
    book.ensureInitial();
    rates::BillingRules rules(pool, audit, outbox, Currency::thb());
    rules.ensureInitial();
    const rates::Prices prices(book, rules, rates::RateAt::receipt);
    receipts::Receipts store({.pool = pool, .audit = audit, .prices = prices, .outbox = outbox, .metrics = metrics});
    receipts::Runs runs({.pool = pool, .audit = audit, .receipts = store, .currency = Currency::thb()});

    double run = std::numeric_limits<double>::max();
    double insert = run;
    for (int round = 0; round < rounds; ++round) {
        superuser.script("set session_replication_role = replica; truncate receipts cascade; truncate receipt_runs cascade; "
                         "reset session_replication_role; checkpoint");
        run = std::min(run, runMonth(pool, runs));
        // The guards stay out of it: they would refuse these items, and cost the run alone.
        superuser.script("drop table if exists made; create table made as table receipt_items; "
                         "alter table receipt_items disable trigger user; truncate receipt_items; analyze made; checkpoint");
        insert = std::min(insert, secondsOf([&] { superuser.script("insert into receipt_items table made"); }));
        superuser.script("alter table receipt_items enable trigger user");
    }
    struct rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    bench::print("receipts", static_cast<double>(jobs) / run, "jobs/s", "insert-select", insert / run);
    bench::print("receipts-memory", static_cast<double>(usage.ru_maxrss) / 1024, "MiB", "250MiB", static_cast<double>(usage.ru_maxrss) / 1024 / 250);
}

} // namespace

int main(int argc, char** argv)
{
    try {
        measure(argc > 1 ? std::stoll(argv[1]) : 1'000'000, argc > 2 ? std::stoll(argv[2]) : 2'000);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-receipts: {}\n", error.what());
        return 3;
    }
    return 0;
}
