// SPDX-License-Identifier: GPL-3.0-or-later
// Ingest against COPY: the text of sacct through `hpcbill import` into jobs with rollups, then the finished rows of the same
// jobs by binary COPY into a table of the same columns, partitions, indexes and foreign key; both on one embedded cluster with
// the durability that it always has. One line per figure: name value unit ratio-against ratio.
#include "server/postgres/connection.h"
#include "server/postgres/embedded_cluster.h"
#include "server/postgres/errors.h"
#include "server/postgres/migrate.h"
#include "tests/bench/measure.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace
{

using namespace hpcbill;
namespace fs = std::filesystem;
using bench::Finished;
using bench::Seconds;

constexpr postgres::Statement months{"bench.months", R"sql(
    select to_char(m, 'YYYYMM'), m::text, (m + interval '1 month')::text
    from (select distinct date_trunc('month', submit_at) as m from jobs) d
    order by m
)sql"};
constexpr postgres::Statement countRows{"bench.count", "select (select count(*) from jobs), (select count(*) from copied)"};

// In the order of the text, so that the COPY finds the rows as the import did.
constexpr const char* copyOut = "copy (select {} from jobs order by job_id, submit_at) to '{}' (format binary)";
constexpr const char* copyIn = "copy copied ({}) from stdin (format binary)";
constexpr postgres::Statement columnsOfJobs{"bench.columns", R"sql(
    select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
    where attrelid = 'jobs'::regclass and attnum > 0 and not attisdropped
)sql"};

void makeEqualTable(postgres::Connection& superuser)
{
    superuser.script("create table copied (like jobs including all) partition by range (submit_at);"
                     "alter table copied add constraint copied_cluster_id_fkey foreign key (cluster_id) references clusters (id)");
    for (const postgres::Row row : superuser.execute(months, {})) {
        superuser.script(fmt::format("create table copied_{} partition of copied for values from ('{}') to ('{}')",
                                     row.as<std::string>(0), row.as<std::string>(1), row.as<std::string>(2)));
    }
}

Seconds copyRows(postgres::Connection& superuser, const fs::path& file, const std::string& columns)
{
    std::ifstream rows(file, std::ios::binary);
    std::string chunk(64 * 1024, '\0');
    const auto began = std::chrono::steady_clock::now();
    superuser.startCopy(fmt::format(fmt::runtime(copyIn), columns).c_str());
    while (rows.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || rows.gcount() > 0)
        superuser.putCopyData(std::string_view(chunk).substr(0, static_cast<std::size_t>(rows.gcount())));
    superuser.finishCopy();
    return std::chrono::steady_clock::now() - began;
}

void measure(const fs::path& programs, long jobs)
{
    const bench::Workplace workplace;
    const fs::path text = workplace.path() / "jobs.txt";
    const fs::path ignored = workplace.path() / "output";
    bench::run({(programs / "make-jobs").string(), "--jobs", std::to_string(jobs), "--days", "365", "--end", "2026-10-31", "--seed", "1", "--steps", "3"},
        text);

    const std::string directory = (workplace.path() / "database").string();
    const postgres::EmbeddedCluster cluster(directory);
    postgres::migrate(cluster.ownerUrl());
    setenv("DATABASE_URL", ("embedded:" + directory).c_str(), 1);
    postgres::Connection superuser(cluster.superuserUrl(), {});

    const std::vector<std::string> import{(programs / "hpcbill").string(), "import", text.string(), "--cluster", "bench"};
    superuser.script("checkpoint");
    const Finished first = bench::run(import, ignored);
    superuser.script("checkpoint");
    const Finished again = bench::run(import, ignored);

    makeEqualTable(superuser);
    const std::string columns = superuser.execute(columnsOfJobs, {})[0].as<std::string>(0);
    const fs::path rows = fs::path(directory) / "rows"; // where the database may write
    superuser.script(fmt::format(fmt::runtime(copyOut), columns, rows.string()));
    superuser.script("checkpoint");
    const Seconds copied = copyRows(superuser, rows, columns);

    const postgres::Result counts = superuser.execute(countRows, {});
    const auto inserted = counts[0].as<std::int64_t>(0);
    if (inserted != counts[0].as<std::int64_t>(1) || inserted == 0)
        throw std::runtime_error("the two tables differ in their rows");
    const auto perSecond = [inserted](Seconds time) { return static_cast<double>(inserted) / time.count(); };
    bench::print("ingest", perSecond(first.time), "jobs/s", "copy", copied / first.time);
    bench::print("ingest-unchanged", perSecond(again.time), "jobs/s", "copy", copied / again.time);
    bench::print("ingest-memory", static_cast<double>(first.maxResidentKib) / 1024, "MiB", "250MiB",
          static_cast<double>(first.maxResidentKib) / 1024 / 250);
    bench::print("copy", perSecond(copied), "jobs/s", "copy", 1);
}

} // namespace

int main(int argc, char** argv)
{
    long jobs = 1'000'000;
    if (argc == 2) {
        const std::string_view text(argv[1]);
        std::from_chars(text.data(), text.data() + text.size(), jobs);
    }
    if (argc > 2 || jobs <= 0) {
        fmt::print(stderr, "usage: bench-ingest [JOBS]\n");
        return 2;
    }
    try {
        measure(fs::read_symlink("/proc/self/exe").parent_path(), jobs);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench-ingest: {}\n", error.what());
        return 3;
    }
    return 0;
}
