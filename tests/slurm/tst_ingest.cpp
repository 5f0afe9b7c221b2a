// SPDX-License-Identifier: GPL-3.0-or-later
// A real Slurm cluster runs one job of every kind; hpcbill reads it through slurmrestd, through sacct and from a file of sacct's
// lines into three databases. All have to hold the same rows, and what sacct prints.
#include "tests/slurm/cluster.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <fstream>
#include <memory>
#include <set>
#include <thread>

using namespace hpcbill;
using slurmtest::Cluster;

namespace
{

constexpr const char* everyColumn =
    "JobIDRaw,JobID,Cluster,Partition,QOS,Account,User,Submit,Eligible,Start,End,ElapsedRaw,Suspended,State,ExitCode,NNodes,NCPUS,"
    "AllocTRES,NodeList,JobName";

/// All that is known of every run of every job, a line each, in one order.
constexpr const char* allRows = R"(
    select string_agg(concat_ws('|', job_id, submit_at, display_id, eligible_at, started_at, ended_at, username, account, partition,
                                qos, state, name, coalesce(encode(name_bytes, 'hex'), '-'), node_list, nodes, cpus, gpus, memory_mib,
                                elapsed_seconds, suspended_seconds, cpu_seconds, gpu_seconds, memory_mib_seconds, booked_on),
                      E'\n' order by job_id, submit_at)
    from jobs where ended_at is not null)";
constexpr const char* allUsage = R"(
    select string_agg(concat_ws('|', day, account, username, partition, jobs, cpu_seconds, gpu_seconds, memory_mib_seconds),
                      E'\n' order by day, account, username, partition)
    from usage_daily)";

/// A database that is read into by one source.
class Store final
{
public:
    Store(const Cluster& cluster, std::string source) : m_settings(cluster.settings()), m_source(std::move(source))
    {
        m_settings["APP_ENV"] = "test";
        m_settings["DATABASE_URL"] = m_database.appUrl();
        m_settings["DATABASE_OWNER_URL"] = m_database.ownerUrl();
    }

    support::Environment& settings() { return m_settings; }
    support::Outcome ingest()
    {
        std::vector<std::string> words{"--json", "ingest", "--once", "--cluster", "testbed"};
        if (!m_source.empty()) words.insert(words.end(), {"--source", m_source});
        return support::runHpcbill(m_settings, words);
    }
    [[nodiscard]] std::string value(const std::string& sql) const { return m_database.value(sql); }
    [[nodiscard]] std::string rows() const { return value(allRows); }

private:
    support::TestDatabase m_database{support::Schema::migrated};
    support::Environment m_settings;
    std::string m_source;
};

QStringList without(QStringList lines, const QStringList& others)
{
    for (const QString& line : others) lines.removeOne(line);
    return lines;
}

/// The one run that a verb told of, whether it came alone or in a list.
nlohmann::json runOf(const support::Outcome& outcome)
{
    const nlohmann::json answer = nlohmann::json::parse(outcome.output);
    if (answer.is_array()) return answer.at(0);
    return answer.contains("runs") ? answer.at("runs").at(0) : answer;
}

} // namespace

class TestIngest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (const std::string why = Cluster::obstacle(); !why.empty()) QSKIP(why.c_str());
        m_cluster = std::make_unique<Cluster>();
        m_cluster->runJobs();
        m_rest = std::make_unique<Store>(*m_cluster, "slurmrestd");
        m_sacct = std::make_unique<Store>(*m_cluster, "sacct");
        for (Store* store : {m_rest.get(), m_sacct.get()}) {
            const support::Outcome outcome = store->ingest();
            QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
        }
    }

    void cleanupTestCase()
    {
        m_rest.reset();
        m_sacct.reset();
        m_cluster.reset();
    }

    void bothSourcesGiveTheSameRows()
    {
        QVERIFY(!m_sacct->rows().empty());
        QCOMPARE(QString::fromStdString(m_rest->rows()), QString::fromStdString(m_sacct->rows()));
        QCOMPARE(QString::fromStdString(m_rest->value(allUsage)), QString::fromStdString(m_sacct->value(allUsage)));
        QCOMPARE(m_rest->value("select count(*) from ingest_rejects"), std::string("0"));
        QCOMPARE(m_sacct->value("select count(*) from ingest_rejects"), std::string("0"));
    }

    void aFileOfSacctLinesGivesThemToo()
    {
        const support::ScratchDirectory directory;
        const std::string path = (directory.path() / "jobs.txt").string();
        std::ofstream(path, std::ios::binary) << m_cluster->sacctText(everyColumn);
        Store store(*m_cluster, "csv");
        const support::Outcome outcome = support::runHpcbill(store.settings(), {"import", path, "--cluster", "testbed"});
        QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
        QCOMPARE(QString::fromStdString(store.rows()), QString::fromStdString(m_sacct->rows()));
        QCOMPARE(QString::fromStdString(store.value(allUsage)), QString::fromStdString(m_sacct->value(allUsage)));
    }

    void theRowsAreWhatSacctPrints()
    {
        // Without the job name, which may hold line feeds; epoch times, `None` and `Unknown` are absent.
        const auto printed = m_cluster->sacct("JobIDRaw,Submit,Start,End,User,Account,Partition,QOS,State,NNodes,NCPUS,ElapsedRaw,JobID");
        QVERIFY(printed.size() >= 30);
        QStringList expected;
        for (const auto& row : printed) {
            QStringList words;
            for (const std::string& word : row) words << QString::fromStdString(word);
            if (words[2] == "None" || words[2] == "Unknown") words[2] = "-";
            if (words[2] == "-") words[9] = words[10] = "0"; // sacct prints what was asked for; nothing was held
            words[8] = words[8].section(' ', 0, 0); // CANCELLED by 1003
            expected << words.join('|');
        }
        QStringList stored = QString::fromStdString(m_rest->value(R"(
            select string_agg(concat_ws('|', job_id, extract(epoch from submit_at)::bigint, coalesce(extract(epoch from started_at)::bigint::text, '-'),
                                        extract(epoch from ended_at)::bigint, username, account, partition, qos, state, nodes, cpus,
                                        elapsed_seconds, display_id), E'\n')
            from jobs where ended_at is not null)")).split('\n');
        QCOMPARE(without(expected, stored).join('\n'), QString()); // printed and not stored
        QCOMPARE(without(stored, expected).join('\n'), QString()); // stored and not printed
    }

    void eachKindOfJobIsUnderstood_data()
    {
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<QByteArray>("question");
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* label, const char* question, const char* answer) {
            QTest::newRow(label) << QByteArray(label) << QByteArray(question) << QByteArray(answer);
        };
        // The question is asked of the rows of that job, in the order of their submission.
        constexpr const char* states = "string_agg(state, ',' order by submit_at)";
        constexpr const char* billed = "string_agg(state || ' ' || (booked_on is not null), ',' order by submit_at)";
        row("completed", "string_agg(concat_ws(' ', state, cpus, memory_mib, cpu_seconds = 2 * elapsed_seconds), ',')", "COMPLETED 2 512 t");
        row("steps", "string_agg(concat_ws(' ', state, cpus, memory_mib), ',')", "COMPLETED 4 800");
        row("gpu", "string_agg(concat_ws(' ', state, gpus, gpu_seconds = 2 * elapsed_seconds), ',')", "COMPLETED 2 t");
        row("gpu_typed", "string_agg(concat_ws(' ', state, gpus, memory_mib), ',')", "COMPLETED 1 1536");
        row("two_nodes", "string_agg(concat_ws(' ', state, nodes, node_list), ',')", "COMPLETED 2 n[1-2]");
        row("srun_alone", states, "COMPLETED");
        row("failed", billed, "FAILED true");
        row("signalled", billed, "FAILED true");
        row("timeout", billed, "TIMEOUT true");
        row("out_of_memory", billed, "OUT_OF_MEMORY true");
        row("cancelled_running", billed, "CANCELLED true");
        row("cancelled_pending", billed, "CANCELLED false");
        row("cancelled_early", billed, "CANCELLED false");
        row("held", billed, "COMPLETED true");
        row("requeued", billed, "REQUEUED true,COMPLETED true");
        row("preempted", billed, "PREEMPTED true");
        row("preempts", "string_agg(state || ' ' || qos, ',')", "COMPLETED high");
        row("node_fail", billed, "NODE_FAIL true");
        row("instant", billed, "COMPLETED true");
        row("other_account", "string_agg(username || ' ' || account, ',')", "alice chem");
        row("burn", states, "COMPLETED");
        row("odd_name", "string_agg(name, ',')", "งาน|job, `quoted` \\back");
        row("two_line_name", "string_agg(name, ',')", "=1+1\n<b>markup</b>");
        row("long_name", "string_agg(length(name)::text, ',')", "200");
        row("suspended", "string_agg(concat_ws(' ', suspended_seconds >= 1, "
                         "elapsed_seconds + suspended_seconds = extract(epoch from ended_at - started_at)), ',')", "t t");
    }

    void eachKindOfJobIsUnderstood()
    {
        QFETCH(const QByteArray, label);
        QFETCH(const QByteArray, question);
        QFETCH(const QByteArray, answer);
        if (label == "out_of_memory" && !m_cluster->jobs().contains("out_of_memory")) QSKIP("this kernel's memory groups cannot be written");
        m_named.insert(label.toStdString());
        const std::string sql = "select " + question.toStdString() + " from jobs where job_id = " + m_cluster->jobOf(label.toStdString());
        QCOMPARE(QByteArray::fromStdString(m_rest->value(sql)), answer);
        QCOMPARE(QByteArray::fromStdString(m_sacct->value(sql)), answer);
    }

    void noKindOfJobWasLeftOut()
    {
        if (m_named.empty()) QSKIP("needs all of eachKindOfJobIsUnderstood");
        for (const auto& [label, id] : m_cluster->jobs())
            QVERIFY2(m_named.contains(label) || label == "array" || label == "het", label.c_str());
    }

    void tasksOfAnArrayAreJobsOfTheirOwn()
    {
        const std::string id = m_cluster->jobOf("array");
        const std::string sql = "select string_agg(display_id || ' ' || state, ',' order by display_id) from jobs where booked_on is not null"
                                " and display_id like '" + id + "\\_%'";
        const std::string tasks = id + "_1 COMPLETED," + id + "_2 COMPLETED," + id + "_3 COMPLETED," + id + "_4 FAILED," + id + "_5 COMPLETED";
        QCOMPARE(m_rest->value(sql), tasks);
        QCOMPARE(m_sacct->value(sql), tasks);
    }

    void componentsOfAHeterogeneousJobAreJobsOfTheirOwn()
    {
        const std::string id = m_cluster->jobOf("het");
        const std::string sql = "select string_agg(concat_ws(' ', display_id, partition, cpus, gpus), ',' order by display_id) from jobs"
                                " where display_id like '" + id + "+%'";
        QCOMPARE(m_rest->value(sql), id + "+0 cpu 1 0," + id + "+1 gpu 2 1");
        QCOMPARE(m_sacct->value(sql), id + "+0 cpu 1 0," + id + "+1 gpu 2 1");
    }

    void readingAgainChangesNothing()
    {
        for (Store* store : {m_rest.get(), m_sacct.get()}) {
            const std::string before = store->rows();
            const support::Outcome outcome = store->ingest();
            QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
            const nlohmann::json run = runOf(outcome);
            QCOMPARE(run.at("added").get<int>(), 0);
            QCOMPARE(run.at("changed").get<int>(), 0);
            QCOMPARE(QString::fromStdString(store->rows()), QString::fromStdString(before));
        }
    }

    void aTokenThatIsRefusedIsAFailureAndNotAnEmptyWindow()
    {
        Store store(*m_cluster, "slurmrestd");
        store.settings().erase("SLURMRESTD_TOKEN_FILE");
        store.settings()["SLURMRESTD_TOKEN"] = "garbage";
        const support::Outcome outcome = store.ingest();
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY2((outcome.output + outcome.errors).find("uthentication") != std::string::npos, (outcome.output + outcome.errors).c_str());
        QCOMPARE(store.value("select count(*) from jobs"), std::string("0"));
        QCOMPARE(store.value("select count(*) from ingest_positions"), std::string("0"));
    }

    void whereSlurmrestdIsGoneSacctServes()
    {
        Store store(*m_cluster, "");
        m_cluster->endDaemon("slurmrestd");
        const support::Outcome outcome = store.ingest();
        QVERIFY2(outcome.exitCode == 0, (outcome.output + outcome.errors).c_str());
        const nlohmann::json run = runOf(outcome);
        QCOMPARE(run.at("source").get<std::string>(), std::string("sacct"));
        QVERIFY2(run.at("notes").dump().find("slurmrestd") != std::string::npos, run.dump().c_str());
        QCOMPARE(QString::fromStdString(store.rows()), QString::fromStdString(m_sacct->rows()));
        m_cluster->start();
    }

    void whereSlurmrestdDiesHalfwaySacctGoesOn()
    {
        support::Environment settings = m_cluster->settings();
        settings["POLL_INTERVAL_SEC"] = "86400";
        support::TestServer server(settings);
        const support::HttpClient operator_ = server.signedIn("olga", "operator");
        const auto running = [&] { return server.database().value("select count(*) from ingest_runs where status = 'running'"); };
        QTRY_COMPARE_WITH_TIMEOUT(server.database().value("select count(*) from ingest_runs where status = 'succeeded'"), std::string("1"), 60'000);
        server.database().run("lock table usage_daily in exclusive mode; delete from jobs; delete from usage_daily"); // as if the poll at the start had not been

        nlohmann::json run;
        std::string failure;
        std::jthread asking([&] { // many windows, the jobs in the last one; sacct has to be through them before the client gives up
            try {
                run = operator_.post("/api/v1/ingest-runs", {{"cluster", "testbed"}, {"from", "2020-01-01T00:00:00Z"}}).json();
            } catch (const std::exception& exception) {
                failure = exception.what();
            }
        });
        QTRY_COMPARE_WITH_TIMEOUT(running(), std::string("1"), 60'000);
        m_cluster->endDaemon("slurmrestd");
        asking.join();
        QVERIFY2(failure.empty(), failure.c_str());
        QCOMPARE(run.at("source").get<std::string>(), std::string("sacct"));
        QCOMPARE(run.at("status").get<std::string>(), std::string("succeeded"));
        QVERIFY2(run.at("notes").dump().find("slurmrestd") != std::string::npos, run.dump().c_str());
        QCOMPARE(QString::fromStdString(server.database().value(allRows)), QString::fromStdString(m_sacct->rows()));
        QCOMPARE(QString::fromStdString(server.database().value(allUsage)), QString::fromStdString(m_sacct->value(allUsage)));

        const auto clusters = operator_.get("/api/v1/clusters").json().at("items");
        QCOMPARE(clusters.at(0).at("last_run").at("source").get<std::string>(), std::string("sacct"));
        const std::string metrics = server.nobody().get("/metrics").body;
        QVERIFY2(metrics.find("ingest_source_up{cluster=\"testbed\",source=\"slurmrestd\"} 0\n") != std::string::npos, metrics.c_str());
        QVERIFY2(metrics.find("ingest_source_up{cluster=\"testbed\",source=\"sacct\"} 1\n") != std::string::npos, metrics.c_str());
        m_cluster->start();
    }

private:
    std::unique_ptr<Cluster> m_cluster;
    std::set<std::string> m_named; // labels that eachKindOfJobIsUnderstood asked for
    std::unique_ptr<Store> m_rest;
    std::unique_ptr<Store> m_sacct;
};

QTEST_GUILESS_MAIN(TestIngest)
#include "tst_ingest.moc"
