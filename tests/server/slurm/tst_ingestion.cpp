// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "common/slurm/sacct.h"
#include "server/postgres/transaction.h"
#include "server/slurm/slurm.h"
#include "tests/support/answering_server.h"
#include "tests/support/ground.h"

#include <QTemporaryDir>
#include <QtTest>

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <fstream>
#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;
using support::AnsweringServer;
using support::CannedAnswer;
using support::SeenRequest;

namespace
{

const std::string fixtures = std::string(HPCBILL_SOURCE_DIR) + "/tests/fixtures/slurm/";

std::string contentOf(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

const std::string header = "JobIDRaw|JobID|User|Account|Partition|QOS|State|Submit|Start|End|ElapsedRaw|AllocTRES|JobName\n";

std::string row(int id, const std::string& start, const std::string& end, const std::string& state = "COMPLETED")
{
    const std::string number = std::to_string(id);
    return number + "|" + number + "|alice|chem|cpu|normal|" + state + "|" + start + "|" + start + "|" + end +
           "|3600|cpu=2,mem=1G,node=1|name\n";
}

const std::string utcRow = row(1, "1795440000", "1795443600");

CannedAnswer likeSlurmrestd(const SeenRequest& request)
{
    if (request.path == "/openapi/v3")
        return {.body = R"({"paths": {"\/slurmdb\/v0.0.38\/jobs": {}}})"};
    if (request.query.contains("state"))
        return {.body = contentOf(fixtures + "jobs-by-submission-v0.0.38.json")};
    return {.body = contentOf(fixtures + "jobs-v0.0.38.json")};
}

CannedAnswer withExpiredToken(const SeenRequest& request)
{
    return request.path == "/openapi/v3" ? likeSlurmrestd(request)
                                         : support::readRecordedAnswer(fixtures + "http/200-expired-token.http");
}

} // namespace

class TestIngestion : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void anImportTakesEveryJobOver();
    void theSameImportTwiceChangesNothing();
    void aRejectIsKeptOnceWithItsBytes();
    void timesWithoutZoneAreReadInTheClustersZone();
    void namesAndZonesAreChecked();
    void whatIsNotSacctsIsRefusedAndLeavesNothing();
    void aLastLineWithoutLineFeedIsRemarkedUpon();
    void aStoppedImportCanBeRepeated();

    void aPollReadsSlurmrestd();
    void theNextPollReadsOn();
    void aFailingSourceFallsThroughToTheNext();
    void whenAllSourcesFailTheRunFailed();
    void aSourceCanBeAskedForAlone();
    void anUnchangedFileIsNotReadAgain();
    void aFilesUnfinishedLineWaits();
    void aLargeAnswerIsAskedForInParts();
    void jobsThatRunDoNotMakeWindowsShorter();
    void oneRunAtATime();
    void abandonedRunsAreClosed();
    void theRequestIsOnRecordInTheSameTransaction();
    void seriesExistFromTheStart();

private:
    std::unique_ptr<Ingestion> make(const ClusterSettings& cluster)
    {
        return std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                                           std::vector<ClusterSettings>{cluster});
    }
    Run importOf(const std::string& text, const ImportOrder& order)
    {
        std::istringstream stream(text);
        return make({})->importText(stream, order, {}, m_stop->get_token());
    }
    ClusterSettings restAt(const std::string& url) const
    {
        return {.name = "testbed",
                .slurmrestd = SlurmrestdSettings{.url = url, .user = "u", .token = "t"},
                .sacct = std::nullopt,
                .csv = std::nullopt};
    }
    Run poll(Ingestion& ingestion, const PollOptions& options = PollOptions())
    {
        return ingestion.poll("testbed", options, m_stop->get_token());
    }
    std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }
    std::string series(const std::string& name) const;

    std::unique_ptr<std::stop_source> m_stop;
    std::unique_ptr<support::Ground> m_ground;
};

void TestIngestion::init()
{
    m_stop = std::make_unique<std::stop_source>();
    m_ground = std::make_unique<support::Ground>();
}

void TestIngestion::cleanup()
{
    m_stop = std::make_unique<std::stop_source>();
    m_ground.reset();
}

/// The value of a series as /metrics would show it; empty when there is none.
std::string TestIngestion::series(const std::string& name) const
{
    std::istringstream text(prometheus::TextSerializer().Serialize(m_ground->metrics.Collect()));
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with(name + " "))
            return line.substr(name.size() + 1);
    }
    return {};
}

void TestIngestion::anImportTakesEveryJobOver()
{
    const std::string text = contentOf(fixtures + "sacct-all-epoch.txt");
    const Run run = importOf(text, {.cluster = "testbed", .timeZone = std::nullopt, .atBeginning = {}});
    QCOMPARE(run.status, std::string("succeeded"));
    QCOMPARE(run.kind, std::string("import"));
    QCOMPARE(run.jobsRead, std::int64_t{32});
    QCOMPARE(run.added, std::int64_t{32});
    QCOMPARE(run.rejected, std::int64_t{0});
    QCOMPARE(sql("select count(*) from jobs"), std::string("32"));

    std::int64_t cpu = 0;
    SacctReader reader([&](JobRecord&& job) { cpu += cpuSeconds(job); }, [](Reject&&) {});
    reader.feed(text);
    reader.finish();
    QCOMPARE(sql("select sum(cpu_seconds) from usage_daily"), std::to_string(cpu));
    QCOMPARE(sql("select count(*) from jobs where job_id = 3 and booked_on is not null"), std::string("2")); // requeued
    QCOMPARE(series(R"(ingest_jobs_total{cluster="testbed",source="csv"})"), std::string("32"));
}

void TestIngestion::theSameImportTwiceChangesNothing()
{
    const std::string text = contentOf(fixtures + "sacct-all-epoch.txt");
    const ImportOrder order{.cluster = "testbed", .timeZone = std::nullopt, .atBeginning = {}};
    importOf(text, order);
    const std::string before = sql("select md5(string_agg(j::text, '|' order by j)) from jobs j");
    const Run run = importOf(text, order);
    QCOMPARE(run.added + run.changed, std::int64_t{0});
    QCOMPARE(run.unchanged, std::int64_t{32});
    QCOMPARE(sql("select md5(string_agg(j::text, '|' order by j)) from jobs j"), before);
    // The same runs in columns of another kind of output are the same jobs.
    QCOMPARE(importOf(contentOf(fixtures + "sacct-every-column-epoch.txt"), order).added, std::int64_t{0});
}

void TestIngestion::aRejectIsKeptOnceWithItsBytes()
{
    const std::string bad = "2|2|M\xFCller|chem|cpu|normal|EXPLODED|1|1|1|1||\xFF";
    const std::string text = header + utcRow + bad + "\n" + bad + "\n";
    const ImportOrder order{.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}};
    const Run first = importOf(text, order);
    QCOMPARE(first.status, std::string("succeeded"));
    QCOMPARE(first.added, std::int64_t{1});
    QCOMPARE(first.rejected, std::int64_t{2});
    const Run second = importOf(text, order);
    QCOMPARE(sql("select count(*) from ingest_rejects"), std::string("1"));

    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const std::vector<KeptReject> kept = make({})->rejects(tx, {}, 10, std::nullopt);
    QCOMPARE(kept.size(), std::size_t{1});
    QCOMPARE(kept[0].raw, bad);
    QCOMPARE(kept[0].reason, std::string("state"));
    QCOMPARE(kept[0].cluster, std::string("c1"));
    QCOMPARE(kept[0].runId, second.id);
    QCOMPARE(kept[0].place, std::int64_t{4});
    QVERIFY(kept[0].lastSeenAt > kept[0].firstSeenAt);
    QCOMPARE(series(R"(ingest_rejects_total{cluster="c1",reason="state"})"), std::string("4"));
}

void TestIngestion::timesWithoutZoneAreReadInTheClustersZone()
{
    const std::string text = header + row(1, "2026-11-02T06:30:00", "2026-11-02T07:30:00") +
                             row(2, "1793579400", "1793583000"); // the same moments in Bangkok
    const Run run = importOf(text, {.cluster = "c1", .timeZone = "Asia/Bangkok", .atBeginning = {}});
    QCOMPARE(run.added, std::int64_t{2});
    QCOMPARE(sql("select string_agg(ended_at::text, ' ' order by job_id) from jobs"),
             std::string("2026-11-02 00:30:00+00 2026-11-02 01:30:00+00"));
    QCOMPARE(sql("select time_zone from clusters where name = 'c1'"), std::string("Asia/Bangkok"));
    // The cluster's zone counts from then on.
    importOf(header + row(3, "2026-11-02T06:30:00", "2026-11-02T07:30:00"),
             {.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}});
    QCOMPARE(sql("select ended_at::text from jobs where job_id = 3"), std::string("2026-11-02 00:30:00+00"));
}

void TestIngestion::namesAndZonesAreChecked()
{
    const auto order = [](const char* cluster, const char* zone) {
        return ImportOrder{.cluster = cluster, .timeZone = zone, .atBeginning = {}};
    };
    QVERIFY_THROWS_EXCEPTION(InvalidInput, importOf(header + utcRow, order("", "UTC")));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, importOf(header + utcRow, order("a b", "UTC")));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, importOf(header + utcRow, order("c1", "Mars/Olympus")));
    QCOMPARE(sql("select count(*) from clusters"), std::string("0"));
}

void TestIngestion::whatIsNotSacctsIsRefusedAndLeavesNothing()
{
    const ImportOrder order{.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}};
    QVERIFY_THROWS_EXCEPTION(UnreadableLog, importOf("Dear sir,\n", order));
    QVERIFY_THROWS_EXCEPTION(UnreadableLog, importOf("", order));
    QCOMPARE(sql("select (select count(*) from ingest_runs) + (select count(*) from clusters)"), std::string("0"));
}

void TestIngestion::aLastLineWithoutLineFeedIsRemarkedUpon()
{
    const std::string text = header + utcRow;
    const Run run = importOf(text.substr(0, text.size() - 1), {.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}});
    QCOMPARE(run.added, std::int64_t{1});
    QCOMPARE(run.notes.size(), std::size_t{1});
}

void TestIngestion::aStoppedImportCanBeRepeated()
{
    std::string text = header;
    for (int id = 1; id <= 25'000; ++id)
        text += row(id, "1795440000", "1795443600");
    const ImportOrder order{.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}};
    std::istringstream stream(text);
    const Run stopped = make({})->importText(
        stream, order,
        [this](const Progress& progress) {
            if (progress.jobs >= 12'000)
                m_stop->request_stop();
        },
        m_stop->get_token());
    QCOMPARE(stopped.status, std::string("failed"));
    QVERIFY(stopped.added >= 12'000 && stopped.added < 25'000);
    QCOMPARE(sql("select count(*) from jobs"), std::to_string(stopped.added));

    m_stop = std::make_unique<std::stop_source>();
    const Run repeated = importOf(text, order);
    QCOMPARE(repeated.status, std::string("succeeded"));
    QCOMPARE(repeated.added, 25'000 - stopped.added);
    QCOMPARE(sql("select sum(jobs) from usage_daily"), std::string("25000"));
}

void TestIngestion::aPollReadsSlurmrestd()
{
    AnsweringServer server(likeSlurmrestd);
    const auto ingestion = make(restAt(server.url()));
    const Run run = poll(*ingestion);
    QCOMPARE(run.status, std::string("succeeded"));
    QVERIFY(run.source == SourceKind::slurmrestd);
    QCOMPARE(run.kind, std::string("poll"));
    QCOMPARE(sql("select count(*) from jobs"), std::string("33")); // with the one that was never eligible
    QCOMPARE(sql("select count(*) from jobs where job_id = 5 and booked_on is null"), std::string("1"));
    QCOMPARE(series(R"(ingest_source_up{cluster="testbed",source="slurmrestd"})"), std::string("1"));
    // What slurmrestd and sacct say of the same jobs is the same, but for exit codes and who cancelled.
    const Run import = importOf(contentOf(fixtures + "sacct-ended-epoch.txt"),
                                {.cluster = "testbed", .timeZone = std::nullopt, .atBeginning = {}});
    QCOMPARE(import.added, std::int64_t{0});
    QCOMPARE(sql("select count(*) from jobs"), std::string("33"));
}

void TestIngestion::theNextPollReadsOn()
{
    AnsweringServer server(likeSlurmrestd);
    const auto ingestion = make(restAt(server.url()));
    const Run first = poll(*ingestion);
    QCOMPARE((*first.windowTo - *first.windowFrom) / std::chrono::days(1), std::int64_t{730});
    const Run second = poll(*ingestion);
    QCOMPARE(second.added, std::int64_t{0});
    const auto length = *second.windowTo - *second.windowFrom;
    QVERIFY(length >= std::chrono::hours(2) && length < std::chrono::hours(3));
    // A week is read again when that was last done long ago, and from where one likes when one asks.
    m_ground->database.run("update ingest_positions set swept_at = swept_at - interval '7 hours'");
    const Run sweep = poll(*ingestion);
    QVERIFY(*sweep.windowTo - *sweep.windowFrom >= std::chrono::days(7));
    PollOptions options;
    options.from = *parseRfc3339("2026-01-01T00:00:00Z");
    QVERIFY(poll(*ingestion, options).windowFrom == options.from);
    const Run after = poll(*ingestion);
    QVERIFY(*after.windowTo - *after.windowFrom < std::chrono::hours(3));
}

void TestIngestion::aFailingSourceFallsThroughToTheNext()
{
    AnsweringServer server(withExpiredToken);
    ClusterSettings cluster = restAt(server.url());
    cluster.sacct = SacctSettings{.program = "/bin/false"};
    cluster.csv = CsvSettings{.file = fixtures + "sacct-all-epoch.txt"};
    const auto ingestion = make(cluster);
    const Run run = poll(*ingestion);
    QCOMPARE(run.status, std::string("succeeded"));
    QVERIFY(run.source == SourceKind::csv);
    QCOMPARE(run.added, std::int64_t{32});
    QCOMPARE(run.notes.size(), std::size_t{2});
    QCOMPARE(run.notes[0].source, std::string("slurmrestd"));
    QVERIFY(run.notes[0].text.find("1007") != std::string::npos);
    QCOMPARE(run.notes[1].source, std::string("sacct"));
    QCOMPARE(series(R"(ingest_source_up{cluster="testbed",source="slurmrestd"})"), std::string("0"));
    QCOMPARE(series(R"(ingest_source_up{cluster="testbed",source="sacct"})"), std::string("0"));
    QCOMPARE(series(R"(ingest_source_up{cluster="testbed",source="csv"})"), std::string("1"));
    // The file does not say how far slurmrestd has to be read.
    QCOMPARE(sql("select count(*) from ingest_positions"), std::string("0"));
}

void TestIngestion::whenAllSourcesFailTheRunFailed()
{
    AnsweringServer server(withExpiredToken);
    const auto ingestion = make(restAt(server.url()));
    const Run run = poll(*ingestion);
    QCOMPARE(run.status, std::string("failed"));
    QVERIFY(!run.source);
    QCOMPARE(run.notes.size(), std::size_t{1});
    QCOMPARE(sql("select count(*) from ingest_positions"), std::string("0"));
}

void TestIngestion::aSourceCanBeAskedForAlone()
{
    AnsweringServer server(likeSlurmrestd);
    ClusterSettings cluster = restAt(server.url());
    cluster.csv = CsvSettings{.file = fixtures + "sacct-all-epoch.txt"};
    const auto ingestion = make(cluster);
    PollOptions options;
    options.only = SourceKind::csv;
    QVERIFY(poll(*ingestion, options).source == SourceKind::csv);
    QVERIFY(server.seen().empty());
    options.only = SourceKind::sacct;
    QVERIFY_THROWS_EXCEPTION(InvalidInput, poll(*ingestion, options));
    QVERIFY_THROWS_EXCEPTION(NotFound, ingestion->poll("elsewhere", PollOptions(), m_stop->get_token()));
}

void TestIngestion::anUnchangedFileIsNotReadAgain()
{
    QTemporaryDir directory;
    const std::string path = directory.filePath("jobs.csv").toStdString();
    std::ofstream(path) << header + utcRow;
    const auto ingestion = make({.name = "testbed", .slurmrestd = std::nullopt, .sacct = std::nullopt, .csv = CsvSettings{path}});
    QCOMPARE(poll(*ingestion).added, std::int64_t{1});
    QCOMPARE(poll(*ingestion).jobsRead, std::int64_t{0});
    std::ofstream(path, std::ios::app) << row(2, "1795440000", "1795443600");
    const Run changed = poll(*ingestion);
    QCOMPARE(changed.jobsRead, std::int64_t{2});
    QCOMPARE(changed.added, std::int64_t{1});
    QCOMPARE(sql("select count(*) from ingest_positions"), std::string("1")); // the only source tells how far
    std::filesystem::remove(path);
    QCOMPARE(poll(*ingestion).status, std::string("failed"));
}

void TestIngestion::aFilesUnfinishedLineWaits()
{
    QTemporaryDir directory;
    const std::string path = directory.filePath("jobs.csv").toStdString();
    const std::string second = row(2, "1795440000", "1795443600");
    std::ofstream(path) << header + utcRow + second.substr(0, 60);
    const auto ingestion = make({.name = "testbed", .slurmrestd = std::nullopt, .sacct = std::nullopt, .csv = CsvSettings{path}});
    const Run cut = poll(*ingestion);
    QCOMPARE(cut.added, std::int64_t{1});
    QCOMPARE(cut.rejected, std::int64_t{1});
    QCOMPARE(sql("select reason from ingest_rejects"), std::string("cut_line"));
    std::ofstream(path, std::ios::app) << second.substr(60);
    QCOMPARE(poll(*ingestion).added, std::int64_t{1});
}

void TestIngestion::aLargeAnswerIsAskedForInParts()
{
    const std::string large(std::size_t{1} << 20, ' ');
    AnsweringServer server([&](const SeenRequest& request) -> CannedAnswer {
        if (request.path == "/openapi/v3")
            return likeSlurmrestd(request);
        const auto second = [&](const char* name) { return std::stoll(request.query.at(name).substr(3)); };
        if (second("end_time") - second("start_time") > 50'000)
            return {.body = large};
        return likeSlurmrestd(request);
    });
    ClusterSettings cluster = restAt(server.url());
    cluster.slurmrestd->largestAnswer = std::size_t{1} << 19;
    const auto ingestion = make(cluster);
    postgres::Transaction clock(m_ground->database.pool(), postgres::Mode::readOnly);
    PollOptions options;
    options.from = clock.now() - std::chrono::hours(20);
    const Run run = poll(*ingestion, options);
    QCOMPARE(run.status, std::string("succeeded"));
    QCOMPARE(sql("select count(*) from jobs"), std::string("33"));
    const std::vector<SeenRequest> seen = server.seen();
    QCOMPARE(seen.size(), std::size_t{1 + 1 + 2 * 2}); // versions, one too large, two halves with two questions each
    QCOMPARE(seen[2].query.at("end_time"), seen[4].query.at("start_time"));
}

void TestIngestion::jobsThatRunDoNotMakeWindowsShorter()
{
    std::string jobs;
    for (int id = 1; id <= 2500; ++id)
        jobs += fmt::format(R"({}{{"job_id":{},"user":"alice","nodes":"n1","state":{{"current":"RUNNING"}},"time":{{"submission":1000,"eligible":1000,"start":1000,"end":0,"elapsed":60}},"tres":{{"allocated":[]}}}})", id > 1 ? "," : "", id);
    AnsweringServer server([&](const SeenRequest& request) -> CannedAnswer {
        if (request.path == "/openapi/v3")
            return likeSlurmrestd(request);
        return {.body = R"({"errors":[],"jobs":[)" + (request.query.contains("state") ? "" : jobs) + "]}"};
    });
    const auto ingestion = make(restAt(server.url()));
    postgres::Transaction clock(m_ground->database.pool(), postgres::Mode::readOnly);
    PollOptions options;
    options.from = clock.now() - std::chrono::days(60);
    const Run run = poll(*ingestion, options);
    QCOMPARE(run.added, std::int64_t{2500});
    // Windows of 1, 2, 4, 8, 16 and 29 days, two questions each: they stand in all of them.
    QCOMPARE(server.seen().size(), std::size_t{1 + 6 * 2});
}

void TestIngestion::oneRunAtATime()
{
    AnsweringServer server(likeSlurmrestd);
    const auto ingestion = make(restAt(server.url()));
    std::string code;
    PollOptions outer;
    // From within a run: another one of the same cluster has to give way, one of another cluster does not.
    outer.atBeginning = [&](postgres::Transaction&, std::int64_t) {
        try {
            poll(*ingestion);
        } catch (const Conflict& busy) {
            code = busy.code();
        }
        importOf(header + utcRow, {.cluster = "other", .timeZone = std::nullopt, .atBeginning = {}});
    };
    QCOMPARE(poll(*ingestion, outer).status, std::string("succeeded"));
    QCOMPARE(code, std::string("ingest_busy"));
    QCOMPARE(poll(*ingestion).status, std::string("succeeded"));
}

void TestIngestion::abandonedRunsAreClosed()
{
    importOf(header + utcRow, {.cluster = "testbed", .timeZone = std::nullopt, .atBeginning = {}});
    m_ground->database.run("update ingest_runs set status = 'running', finished_at = null");
    importOf(header + utcRow, {.cluster = "testbed", .timeZone = std::nullopt, .atBeginning = {}});
    QCOMPARE(sql("select string_agg(status, ' ' order by id) from ingest_runs"), std::string("failed succeeded"));
}

void TestIngestion::theRequestIsOnRecordInTheSameTransaction()
{
    const AtBeginning record = [this](postgres::Transaction& tx, std::int64_t) {
        audit::Event event;
        event.by.name = "olga";
        event.action = "ingest.requested";
        m_ground->audit.append(tx, event);
    };
    importOf(header + utcRow, {.cluster = "c1", .timeZone = std::nullopt, .atBeginning = record});
    QCOMPARE(sql("select count(*) from audit_log where action = 'ingest.requested'"), std::string("1"));
    // Refused before it began: nothing happened, so nothing is on record.
    QVERIFY_THROWS_EXCEPTION(InvalidInput, importOf(header, {.cluster = "a b", .timeZone = std::nullopt, .atBeginning = record}));
    QCOMPARE(sql("select count(*) from audit_log where action = 'ingest.requested'"), std::string("1"));
}

void TestIngestion::seriesExistFromTheStart()
{
    ClusterSettings cluster = restAt("http://127.0.0.1:1");
    cluster.csv = CsvSettings{.file = "x"};
    const auto ingestion = make(cluster);
    QCOMPARE(series(R"(ingest_jobs_total{cluster="testbed",source="slurmrestd"})"), std::string("0"));
    QCOMPARE(series(R"(ingest_jobs_total{cluster="testbed",source="csv"})"), std::string("0"));
    QCOMPARE(series(R"(ingest_jobs_total{cluster="testbed",source="sacct"})"), std::string(""));
    QCOMPARE(series(R"(ingest_source_up{cluster="testbed",source="csv"})"), std::string("0"));
    for (const RejectReason reason : rejectReasons)
        QCOMPARE(series("ingest_rejects_total{cluster=\"testbed\",reason=\"" + std::string(codeOf(reason)) + "\"}"),
                 std::string("0"));
}

QTEST_GUILESS_MAIN(TestIngestion)
#include "tst_ingestion.moc"
