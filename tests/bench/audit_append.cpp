// SPDX-License-Identifier: GPL-3.0-or-later
// Eight writers who append to the audit log, one record in each transaction, against pgbench with eight clients who insert the same rows
// into a table like it without the chain: no lock, no hashes of what was there before. On one embedded cluster with the durability that
// it always has. One line per figure: name value unit ratio-against ratio.
#include "server/audit/audit.h"
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/migrate.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "tests/bench/measure.h"

#include <fmt/format.h>
#include <prometheus/registry.h>

#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <vector>

namespace
{

using namespace hpcbill;

constexpr int writers = 8;
constexpr int roundsDefault = 3;

// The log's columns and indexes.
constexpr const char* tableLikeIt = "create table bench_log (like audit_log including all); grant insert on bench_log to hpcbill_app;"
                                    "create sequence bench_seq; grant usage on bench_seq to hpcbill_app";

// As many statements as an append sends, in as many round trips: begin with the time, insert, commit.
constexpr const char* withoutChain = R"(begin transaction read write;
select transaction_timestamp() as now \gset
insert into bench_log (seq, v, ts, actor, actor_role, action, target_type, target_id, outcome, request_id, address, details, leaf_hash, prev_hash, hash)
select n, 1, :now::timestamptz, 'admin', 'admin', 'rate.changed', 'rate', 'mu', 'ok', repeat('r', 32), '127.0.0.1', repeat('x', 180),
       sha256(convert_to(n::text, 'UTF8')), sha256(convert_to(n::text, 'UTF8')), sha256(convert_to(n::text, 'UTF8'))
from (select nextval('bench_seq') as n) s;
commit;
)";

bench::Seconds append(postgres::Pool& pool, const audit::Log& log, int share)
{
    const audit::Event event{.by = {.name = "admin", .role = api::Role::admin, .address = "127.0.0.1", .requestId = std::string(32, 'r')},
                             .action = "rate.changed",
                             .targetType = "rate",
                             .targetId = "mu",
                             .details = {{"reason", std::string(165, 'x')}}};
    const auto began = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (int writer = 0; writer < writers; ++writer) {
            threads.emplace_back([&] {
                for (int number = 0; number < share; ++number) {
                    postgres::Transaction tx(pool, postgres::Mode::readWrite);
                    log.append(tx, event);
                    tx.commit();
                }
            });
        }
    }
    return std::chrono::steady_clock::now() - began;
}

void measure(int rounds, int share)
{
    const bench::Workplace workplace;
    const postgres::EmbeddedCluster cluster((workplace.path() / "database").string());
    postgres::migrate(cluster.ownerUrl());
    postgres::Connection owner(cluster.ownerUrl(), {});
    owner.script(tableLikeIt);
    const auto script = workplace.path() / "without_chain.sql";
    std::ofstream(script) << withoutChain;
    postgres::Pool pool({.conninfo = cluster.appUrl(), .size = writers});
    prometheus::Registry metrics;
    const audit::Log log(metrics);
    append(pool, log, 20); // connections are made, statements prepared

    for (int round = 0; round < rounds; ++round) {
        const bench::Seconds ours = append(pool, log, share);
        const auto began = std::chrono::steady_clock::now();
        bench::run({"/usr/lib/postgresql/15/bin/pgbench", "--no-vacuum", "--protocol=prepared", fmt::format("--client={}", writers), "--jobs=2",
                    fmt::format("--transactions={}", share), "--file=" + script.string(), cluster.appUrl()},
                   workplace.path() / "output");
        const bench::Seconds theirs = std::chrono::steady_clock::now() - began;
        const auto perSecond = [share](bench::Seconds time) { return writers * share / time.count(); };
        bench::print("audit-append", perSecond(ours), "records/s", "pgbench-without-chain", theirs / ours);
        bench::print("pgbench-without-chain", perSecond(theirs), "transactions/s", "pgbench-without-chain", 1);
    }
    postgres::Transaction tx(pool, postgres::Mode::readOnly);
    const audit::Verification found = audit::verify(log, tx);
    if (found.finding || found.records != writers * (rounds * share + 20))
        throw std::runtime_error("the chain is not whole");
}

} // namespace

int main(int argc, char** argv)
{
    int share = 1000; // of each writer, in each round
    if (argc == 2) {
        const std::string_view text(argv[1]);
        std::from_chars(text.data(), text.data() + text.size(), share);
    }
    if (argc > 2 || share < 1) {
        fmt::print(stderr, "usage: bench-audit-append [RECORDS OF EACH WRITER]\n");
        return 2;
    }
    try {
        measure(roundsDefault, share);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-audit-append: {}\n", error.what());
        return 3;
    }
    return 0;
}
