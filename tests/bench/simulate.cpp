// SPDX-License-Identifier: GPL-3.0-or-later
// bench-simulate [JOBS]: a window with all jobs of a made-up site under proposed rates and rules, as POST /api/v1/rates/simulate
// asks for it, against the three seconds in which a million has to answer.
#include "common/money/currency.h"
#include "server/audit/audit.h"
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/migrate.h"
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/usage/usage.h"
#include "server/webhooks/webhooks.h"
#include "tests/bench/measure.h"

#include <fmt/format.h>
#include <prometheus/registry.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <stdexcept>

namespace
{

using namespace hpcbill;
namespace fs = std::filesystem;

void measure(const fs::path& programs, const std::string& jobs)
{
    const bench::Workplace workplace;
    const fs::path text = workplace.path() / "jobs.txt";
    bench::run({(programs / "make-jobs").string(), "--jobs", jobs, "--days", "365", "--end", "2026-10-31", "--seed", "1", "--steps", "0"},
        text);
    const std::string directory = (workplace.path() / "database").string();
    const postgres::EmbeddedCluster cluster(directory);
    postgres::migrate(cluster.ownerUrl());
    setenv("DATABASE_URL", ("embedded:" + directory).c_str(), 1);
    bench::run({(programs / "hpcbill").string(), "import", text.string(), "--cluster", "bench"}, workplace.path() / "output");

    postgres::Pool pool({.conninfo = cluster.appUrl()});
    prometheus::Registry metrics;
    audit::Log audit(metrics);
    const webhooks::Outbox outbox;
    const rates::RateBook book(pool, audit, outbox, Currency::thb());
    const rates::BillingRules rules(pool, audit, outbox, Currency::thb());
    const rates::Tiers tiers({.pool = pool, .audit = audit, .outbox = outbox, .rates = book});
    const rates::Prices prices(book, rules, rates::RateAt::receipt);
    const usage::JobStore store(prices, tiers);

    pricing::Rule half;
    half.name = "debug is half price";
    half.when.partition = {"debug*"};
    half.action = pricing::Action::multiply;
    half.factorMicro = 500'000;
    const Rate dearer = Rate::fromMicro(1'500'000);
    const usage::Proposal proposal{.rates = {{"mu", {dearer, dearer, dearer}}}, .rules = pricing::Rules({half})};

    double best = std::numeric_limits<double>::max();
    usage::Simulation simulation;
    for (int round = 0; round < 3; ++round) {
        postgres::Transaction tx(pool, postgres::Mode::readOnly);
        const auto began = std::chrono::steady_clock::now();
        simulation = store.simulate(tx, UtcTime{}, *parseTimeOrDate("2100-01-01"), proposal, 100);
        best = std::min(best, bench::Seconds(std::chrono::steady_clock::now() - began).count());
    }
    if (simulation.total.jobs == 0)
        throw std::runtime_error("there are no jobs in the window");
    bench::print("simulate", best * 1000, "ms", "3s-a-million", best / (3 * static_cast<double>(simulation.total.jobs) / 1'000'000));
}

} // namespace

int main(int argc, char** argv)
{
    try {
        measure(fs::read_symlink("/proc/self/exe").parent_path(), argc > 1 ? argv[1] : "1000000");
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-simulate: {}\n", error.what());
        return 3;
    }
    return 0;
}
