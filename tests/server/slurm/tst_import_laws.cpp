// SPDX-License-Identifier: GPL-3.0-or-later
// However a log reaches the database, the same table comes of it: split, shuffled, repeated, compressed,
// stopped, cut.
#include "server/postgres/transaction.h"
#include "server/slurm/slurm.h"
#include "tests/bench/forms.h"
#include "tests/support/answering_server.h"
#include "tests/support/compression.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <algorithm>
#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

constexpr bench::SiteSettings site{.seed = 7, .jobs = 2000, .begin = 1'787'356'800, .end = 1'795'132'800};

std::string logOf(const bench::SiteSettings& settings)
{
    return bench::written(settings,
                          *bench::makeForm("sacct", {.cluster = "demo", .steps = 2, .epoch = true}));
}

/// The lines of a log with their line feeds, the header first.
std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find('\n', from) + 1;
        lines.push_back(text.substr(from, end - from));
        from = end;
    }
    return lines;
}

/// A log in some files, each with the header, cut at any line.
std::vector<std::string> split(const std::vector<std::string>& lines, bench::Dice& dice)
{
    std::vector<std::string> files(static_cast<std::size_t>(dice.between(1, 9)), lines.front());
    std::vector<std::size_t> cuts{1, lines.size()};
    for (std::size_t cut = 1; cut < files.size(); ++cut)
        cuts.push_back(static_cast<std::size_t>(dice.between(1, static_cast<std::int64_t>(lines.size()))));
    std::sort(cuts.begin(), cuts.end());
    for (std::size_t file = 0; file < files.size(); ++file)
        for (std::size_t line = cuts[file]; line < cuts[file + 1]; ++line)
            files[file] += lines[line];
    return files;
}

template <typename T>
void shuffle(std::vector<T>& things, bench::Dice& dice)
{
    for (std::size_t at = things.size(); at > 1; --at)
        std::swap(things[at - 1],
                  things[static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(at) - 1))]);
}

std::string packed(const std::string& text, bench::Dice& dice)
{
    switch (dice.between(0, 3)) {
    case 0:
        return support::gzipped(text, 1);
    case 1:
        return support::zstdPacked(text);
    default:
        return text;
    }
}

} // namespace

class TestImportLaws final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase();
    void anyWayToTheSameTable_data();
    void anyWayToTheSameTable();
    void oneRunInManyBatchesIsOneRun();
    void slurmrestdAndSacctGiveTheSameRows_data();
    void slurmrestdAndSacctGiveTheSameRows();

private:
    Ingestion ingestion(std::vector<ClusterSettings> clusters = {}) const
    {
        return Ingestion({m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, std::move(clusters));
    }
    Run importOf(const std::string& cluster, const std::string& text,
                 std::int64_t chunksUntilStop = 1'000'000) const
    {
        std::istringstream stream(text);
        std::stop_source stop;
        return ingestion().importText(
            stream, {.cluster = cluster, .timeZone = std::nullopt, .atBeginning = {}},
            [&](const Progress&) {
                if (--chunksUntilStop <= 0)
                    stop.request_stop();
            },
            stop.get_token());
    }
    /// The cluster's rows in both tables, but for the cluster itself.
    std::string tableOf(const std::string& cluster) const
    {
        return m_ground->database.value(
            "select (select count(*) || ' jobs ' || md5(string_agg((to_jsonb(j) - 'cluster_id')::text, '|' "
            "order by job_id, submit_at))"
            "          from jobs j where j.cluster_id = c.id) || ', ' ||"
            "       (select count(*) || ' days ' || md5(string_agg((to_jsonb(u) - 'cluster_id' - 'revision')::text, '|'"
            "                                          order by day, account, username, partition))"
            "          from usage_daily u where u.cluster_id = c.id)"
            "  from clusters c where name = '" +
            cluster + "'");
    }
    std::string differences() const
    {
        postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
        std::string all;
        for (const std::string& difference : m_ground->jobs.recount(tx))
            all += difference + "\n";
        return all;
    }

    std::string m_log;
    std::string m_expected;
    std::unique_ptr<support::Ground> m_ground;
};

void TestImportLaws::initTestCase()
{
    m_ground = std::make_unique<support::Ground>();

    m_log = logOf(site);
    const Run run = importOf("whole", m_log);
    QCOMPARE(run.added, site.jobs);
    QCOMPARE(run.rejected, std::int64_t{0});
    m_expected = tableOf("whole");
    QVERIFY2(m_expected.starts_with("2000 jobs "), m_expected.c_str());
    QCOMPARE(differences(), std::string());
}

void TestImportLaws::cleanupTestCase()
{
    m_ground.reset();
}

void TestImportLaws::anyWayToTheSameTable_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 16; ++seed)
        QTest::addRow("seed %llu", seed) << seed;
}

void TestImportLaws::anyWayToTheSameTable()
{
    QFETCH(const quint64, seed);
    bench::Dice dice(seed);
    const std::string cluster = "seed" + std::to_string(seed);
    const std::vector<std::string> files = split(linesOf(m_log), dice);

    // First what goes wrong: files in any order, some again and again, put together, stopped halfway or cut.
    std::vector<std::string> attempts = files;
    for (std::int64_t more = dice.between(0, 3); more > 0; --more)
        attempts.push_back(
            files[static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(files.size()) - 1))] +
            files.front());
    shuffle(attempts, dice);
    for (const std::string& text : attempts) {
        const std::string bytes = packed(text, dice);
        const bool isCut = bytes.size() > 10 && bytes != text && dice.chance(400);
        const Run run =
            importOf(cluster, isCut ? bytes.substr(0, bytes.size() * 2 / 3) : bytes, dice.between(1, 12));
        QCOMPARE(run.rejected, std::int64_t{0});
        QCOMPARE(run.jobsRead, run.added + run.changed + run.unchanged);
        QVERIFY(!isCut || run.status == "failed");
    }
    QCOMPARE(differences(), std::string());

    // Then each file whole, in an order of its own.
    std::vector<std::string> again = files;
    shuffle(again, dice);
    for (const std::string& text : again)
        QCOMPARE(importOf(cluster, packed(text, dice)).status, std::string("succeeded"));
    QCOMPARE(tableOf(cluster), m_expected);
    QCOMPARE(differences(), std::string());

    const Run last = importOf(cluster, m_log);
    QCOMPARE(last.unchanged, site.jobs);
    QCOMPARE(last.added + last.changed, std::int64_t{0});
}

void TestImportLaws::oneRunInManyBatchesIsOneRun()
{
    // 24,000 records in three batches, each job twelve times: many times in one batch and again in the next.
    std::string text;
    for (int time = 0; time < 12; ++time)
        text += m_log;
    const Run stopped = importOf("repeated", text, static_cast<std::int64_t>(text.size() * 3 / 4 / 65536));
    QCOMPARE(stopped.status, std::string("failed"));
    QVERIFY(stopped.jobsRead > 10'000 && stopped.jobsRead < 24'000);
    QCOMPARE(differences(), std::string());
    const Run run = importOf("repeated", text);
    QCOMPARE(run.jobsRead, std::int64_t{24'000});
    QCOMPARE(run.added + run.changed, std::int64_t{0});
    QCOMPARE(tableOf("repeated"), m_expected);
}

void TestImportLaws::slurmrestdAndSacctGiveTheSameRows_data()
{
    QTest::addColumn<quint64>("seed");
    for (const quint64 seed : {7U, 8U, 9U})
        QTest::addRow("seed %llu", seed) << seed;
}

void TestImportLaws::slurmrestdAndSacctGiveTheSameRows()
{
    QFETCH(const quint64, seed);
    bench::SiteSettings settings = site;
    settings.seed = seed;
    const std::string bySacct = "sacct" + std::to_string(seed);
    const std::string byRest = "rest" + std::to_string(seed);
    importOf(bySacct, logOf(settings));

    const std::string body = bench::written(settings, *bench::makeForm("slurmrestd", {.cluster = "demo"}));
    support::AnsweringServer slurmrestd(
        [&body](const support::SeenRequest& request) -> support::CannedAnswer {
            if (request.path == "/openapi/v3")
                return {.body = R"({"paths": {"\/slurmdb\/v0.0.38\/jobs": {}}})"};
            return {.body = body};
        });
    Ingestion rest =
        ingestion({{.name = byRest,
                    .slurmrestd = SlurmrestdSettings{.url = slurmrestd.url(), .user = "u", .token = "t"},
                    .sacct = std::nullopt,
                    .csv = std::nullopt}});
    PollOptions options;
    options.from = UtcTime(
        std::chrono::seconds(std::stoll(m_ground->database.value("select extract(epoch from now())::bigint - 60"))));
    const Run run = rest.poll(byRest, options, {});
    QCOMPARE(run.status, std::string("succeeded"));
    QCOMPARE(run.added, settings.jobs);
    QCOMPARE(run.rejected, std::int64_t{0});
    QCOMPARE(tableOf(byRest), tableOf(bySacct));
    QCOMPARE(differences(), std::string());
    QVERIFY(tableOf(bySacct) != m_expected || seed == site.seed);
}

QTEST_GUILESS_MAIN(TestImportLaws)
#include "tst_import_laws.moc"
