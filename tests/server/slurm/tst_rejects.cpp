// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that were put aside, read again after a fix. The fix is played by mending what is kept of the row.
#include "common/api/role.h"
#include "server/slurm/slurm.h"
#include "tests/support/answering_server.h"
#include "tests/support/ground.h"

#include <QTemporaryDir>
#include <QtTest>

#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

const api::Actor olga{"olga", api::Role::operator_, "", ""};
// Columns in an order of their own, so that a row can be read only with its header.
const std::string header = "User|State|JobID|Submit|Start|End|Elapsed|AllocTRES|JobName\n";

std::string row(int job, const std::string& state)
{
    return "alice|" + state + "|" + std::to_string(job) + "|2026-11-01T00:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|01:00:00|cpu=2,mem=1G,node=1|n\n";
}

} // namespace

class TestRejects final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void whatIsUnderstoodNowBecomesAJob();
    void theZoneOfTheImportCounts();
    void whatIsNotUnderstoodStays();
    void whatWasCutIsNeverUnderstood();
    void aRejectOfSlurmrestdIsReadAgainToo();
    void aRejectOfSacctIsKeptOnceAndReadAgain();
    void theFilterChooses();
    void whatIsRejectedAgainIsOpenAgain();
    void moreThanAThousandAreReadInSeveralCalls();

private:
    Run importOf(const std::string& text, const std::string& cluster = "c1", const std::string& zone = "Asia/Bangkok");
    void change(const std::string& assignment) { QVERIFY(!sql("update ingest_rejects set " + assignment + " returning id").empty()); }
    void mend() { change("raw = convert_to(replace(convert_from(raw, 'UTF8'), 'EXPLODED', 'COMPLETED'), 'UTF8')"); }
    [[nodiscard]] std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<Ingestion> m_ingestion;
};

void TestRejects::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_ingestion = std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, std::vector<ClusterSettings>{});
}

void TestRejects::cleanup()
{
    m_ingestion.reset();
    m_ground.reset();
}

Run TestRejects::importOf(const std::string& text, const std::string& cluster, const std::string& zone)
{
    std::istringstream stream(text);
    return m_ingestion->importText(stream, {.cluster = cluster, .timeZone = zone, .atBeginning = {}}, {}, {});
}

void TestRejects::whatIsUnderstoodNowBecomesAJob()
{
    QCOMPARE(importOf(header + row(1, "EXPLODED") + row(2, "COMPLETED")).rejected, std::int64_t{1});
    mend();
    const Replay replay = m_ingestion->replay({}, 0, olga);
    QCOMPARE(replay.read, std::int64_t{1});
    QCOMPARE(replay.resolved, std::int64_t{1});
    QCOMPARE(replay.added, std::int64_t{1});
    QVERIFY(!replay.next);
    // In the cluster's zone, and in the rollups.
    QCOMPARE(sql("select string_agg(job_id || ' ' || (ended_at at time zone 'UTC'), ',' order by job_id) from jobs"),
             std::string("1 2026-10-31 18:00:00,2 2026-10-31 18:00:00"));
    QCOMPARE(sql("select sum(jobs) || ' ' || sum(cpu_seconds) from usage_daily"), std::string("2 14400"));
    QCOMPARE(sql("select count(*) from ingest_rejects where resolved_at is null"), std::string("0"));
    QCOMPARE(sql("select actor || ' ' || (details::jsonb->>'resolved') from audit_log where action = 'ingest.replayed'"), std::string("olga 1"));
    QCOMPARE(m_ingestion->replay({}, 0, olga).read, std::int64_t{0});
}

void TestRejects::theZoneOfTheImportCounts()
{
    importOf(header, "c1", "UTC");
    importOf(header + row(1, "EXPLODED"), "c1", "Asia/Bangkok");
    mend();
    QCOMPARE(m_ingestion->replay({}, 0, olga).added, std::int64_t{1});
    QCOMPARE(sql("select (ended_at at time zone 'UTC')::text from jobs"), std::string("2026-10-31 18:00:00"));
    // The file itself, after the fix, brings the same run.
    QCOMPARE(importOf(header + row(1, "COMPLETED"), "c1", "Asia/Bangkok").unchanged, std::int64_t{1});
    // Of a reject that was kept before zones were, the cluster's is the best word.
    importOf(header + row(2, "EXPLODED"), "c1", "Asia/Bangkok");
    mend();
    change("time_zone = null");
    QCOMPARE(m_ingestion->replay({}, 0, olga).added, std::int64_t{1});
    QCOMPARE(sql("select (ended_at at time zone 'UTC')::text from jobs where job_id = 2"), std::string("2026-11-01 01:00:00"));
}

void TestRejects::whatIsNotUnderstoodStays()
{
    importOf(header + row(1, "EXPLODED"));
    const Replay replay = m_ingestion->replay({}, 0, olga);
    QCOMPARE(replay.read, std::int64_t{1});
    QCOMPARE(replay.resolved, std::int64_t{0});
    QCOMPARE(sql("select count(*) from jobs"), std::string("0"));
    QCOMPARE(sql("select count(*) from audit_log where actor = 'olga'"), std::string("0")); // nothing was changed
}

void TestRejects::whatWasCutIsNeverUnderstood()
{
    importOf(header + row(1, "EXPLODED"));
    mend();
    change("reason = 'cut_line'");
    QCOMPARE(m_ingestion->replay({}, 0, olga).resolved, std::int64_t{0});
    change("reason = 'too_long'");
    QCOMPARE(m_ingestion->replay({}, 0, olga).resolved, std::int64_t{0});
}

void TestRejects::aRejectOfSlurmrestdIsReadAgainToo()
{
    const std::string job = R"({"job_id":7,"user":"alice","account":"physics","partition":"cpu","qos":"normal","name":"n","nodes":"n1",)"
                            R"("state":{"current":"EXPLODED"},"exit_code":{"return_code":0},"array":{"job_id":0},"het":{"job_id":0},)"
                            R"("time":{"submission":1000,"eligible":1000,"start":1000,"end":1060,"elapsed":60,"suspended":0},)"
                            R"("allocation_nodes":1,"tres":{"allocated":[{"type":"cpu","name":"","count":3},{"type":"node","name":"","count":1}]}})";
    const support::AnsweringServer server([&](const support::SeenRequest& request) {
        support::CannedAnswer answer;
        answer.body = request.path.starts_with("/openapi") ? R"({"paths":{"/slurmdb/v0.0.38/jobs":{}}})" : R"({"errors":[],"jobs":[)" + job + "]}";
        return answer;
    });
    Ingestion ingestion(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics},
                        {{.name = "c1", .slurmrestd = SlurmrestdSettings{.url = server.url(), .user = "u", .token = "t"}, .sacct = std::nullopt, .csv = std::nullopt}});
    QCOMPARE(ingestion.poll("c1", {}, {}).status, std::string("succeeded"));
    QCOMPARE(sql("select reason from ingest_rejects"), std::string("state"));
    mend();
    QCOMPARE(ingestion.replay({}, 0, olga).added, std::int64_t{1});
    QCOMPARE(sql("select job_id || ' ' || cpus || ' ' || cpu_seconds from jobs"), std::string("7 3 180"));
}

void TestRejects::aRejectOfSacctIsKeptOnceAndReadAgain()
{
    // Takes its delimiter from the command line, like sacct, which gets another one each time.
    const QTemporaryDir directory;
    QFile sacct(directory.filePath("sacct"));
    QVERIFY(sacct.open(QIODevice::WriteOnly));
    sacct.write("#!/bin/sh\nfor a in \"$@\"; do case $a in --delimiter=*) d=${a#*=};; esac; done\nsed \"s/|/$d/g\" <<'END'\n");
    sacct.write(QByteArray::fromStdString(header + row(1, "EXPLODED").insert(row(1, "EXPLODED").size() - 1, "\nforged|COMPLETED|\x1f" "666\x1f|x")));
    sacct.write("END\n");
    sacct.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    sacct.close();
    const ClusterSettings cluster{.name = "c1", .slurmrestd = std::nullopt, .sacct = SacctSettings{.program = sacct.fileName().toStdString()}, .csv = std::nullopt};
    Ingestion ingestion(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, {cluster});
    QCOMPARE(ingestion.poll("c1", {}, {}).status, std::string("succeeded"));
    QCOMPARE(ingestion.poll("c1", {}, {}).status, std::string("succeeded"));
    QCOMPARE(sql("select string_agg(reason, ' ') from ingest_rejects"), std::string("state"));
    mend();
    QCOMPARE(ingestion.replay({}, 0, olga).added, std::int64_t{1});
    QCOMPARE(sql("select job_id || ' ' || cpu_seconds from jobs"), std::string("1 7200"));
}

void TestRejects::theFilterChooses()
{
    importOf(header + row(1, "EXPLODED"), "c1");
    importOf(header + row(2, "EXPLODED"), "c2");
    mend();
    QCOMPARE(m_ingestion->replay({.cluster = "c3", .reason = {}, .resolved = {}}, 0, olga).read, std::int64_t{0});
    QCOMPARE(m_ingestion->replay({.cluster = {}, .reason = "time", .resolved = {}}, 0, olga).read, std::int64_t{0});
    QCOMPARE(m_ingestion->replay({.cluster = "c2", .reason = "state", .resolved = {}}, 0, olga).added, std::int64_t{1});
    QCOMPARE(sql("select job_id from jobs"), std::string("2"));
}

void TestRejects::whatIsRejectedAgainIsOpenAgain()
{
    importOf(header + row(1, "EXPLODED"));
    change("resolved_at = now()");
    importOf(header + row(1, "EXPLODED"));
    QCOMPARE(sql("select count(*) filter (where resolved_at is null) || ' ' || count(*) from ingest_rejects"), std::string("1 1"));
}

void TestRejects::moreThanAThousandAreReadInSeveralCalls()
{
    std::string text = header;
    for (int job = 1; job <= 1500; ++job)
        text += row(job, "EXPLODED");
    importOf(text);
    mend();
    const Replay first = m_ingestion->replay({}, 0, olga);
    QCOMPARE(first.added, std::int64_t{1000});
    QVERIFY(first.next);
    const Replay second = m_ingestion->replay({}, *first.next, olga);
    QCOMPARE(second.added, std::int64_t{500});
    QVERIFY(!second.next);
    QCOMPARE(sql("select count(*) from jobs"), std::string("1500"));
}

QTEST_GUILESS_MAIN(TestRejects)
#include "tst_rejects.moc"
