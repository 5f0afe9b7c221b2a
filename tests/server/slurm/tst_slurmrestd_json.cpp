// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/slurm/slurmrestd_json.h"

#include "common/slurm/sacct.h"
#include "server/slurm/jobs_answer.h"

#include <QtTest>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

std::string fixture(const std::string& name)
{
    std::ifstream file(std::string(HPCBILL_SOURCE_DIR) + "/tests/fixtures/slurm/" + name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

/// The body of a recorded answer with its head.
std::string recordedBody(const std::string& name)
{
    const std::string text = fixture("http/" + name);
    return text.substr(text.find("\n\n") + 2);
}

struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
};

Reading readAnswer(std::string_view body, std::size_t chunk = 1000)
{
    Reading reading;
    const RecordSink sink{[&](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                          [&](Reject&& reject) { reading.rejects.push_back(std::move(reject)); }};
    JobsAnswer answer(sink);
    for (std::size_t at = 0; at < body.size(); at += chunk)
        answer.feed(body.substr(at, chunk));
    answer.finish();
    return reading;
}

std::string failureOf(const std::string& body)
{
    try {
        static_cast<void>(readAnswer(body));
    } catch (const SourceFailure& failure) {
        return failure.what();
    }
    return {};
}

using ByKey = std::map<std::pair<std::int64_t, UtcTime>, JobRecord>;

ByKey byKey(std::vector<JobRecord> jobs)
{
    ByKey map;
    for (JobRecord& job : jobs) {
        // 22.05's slurmrestd tells plain exits wrongly, and names who cancelled where sacct gives a number.
        job.exitCode = 0;
        job.exitSignal = 0;
        job.cancelledBy.reset();
        job.energyJoules.reset();
        map.emplace(std::pair(job.jobId, job.submitAt), std::move(job));
    }
    return map;
}

ByKey fromSacct(const std::string& name)
{
    std::vector<JobRecord> jobs;
    SacctReader reader([&](JobRecord&& job) { jobs.push_back(std::move(job)); }, [](Reject&&) {});
    reader.feed(fixture(name));
    reader.finish();
    return byKey(std::move(jobs));
}

/// One job as v0.0.40 and later write it; `%1` is the place of one more member.
const std::string newerJob = R"({
  "account": "bio", "allocation_nodes": 1, "array": {"job_id": 36, "limits": {"max": {"running": {"tasks": 0}}},
  "task_id": {"set": true, "infinite": false, "number": 4}, "task": ""}, "cluster": "new", "exit_code": {"status": ["ERROR"],
  "return_code": {"set": true, "infinite": false, "number": 3}, "signal": {"id": {"set": false, "infinite": false,
  "number": 0}, "name": ""}}, "het": {"job_id": 0, "job_offset": {"set": false, "infinite": false, "number": 0}},
  "job_id": 41, "name": "n\u00e9w|\n", "nodes": "n[1-2]", "partition": "gpu", "qos": "high", "kill_request_user": "",
  "state": {"current": ["FAILED", "COMPLETING"], "reason": "None"}, "time": {"elapsed": 60, "eligible": 1000, "end": 1160,
  "start": 1100, "submission": 1000, "suspended": 0, "limit": {"set": false, "infinite": true, "number": 0}},
  "tres": {"allocated": [{"type": "cpu", "name": "", "id": 1, "count": 8}, {"type": "mem", "name": "", "id": 2,
  "count": 2048}, {"type": "energy", "name": "", "id": 3, "count": 18446744073709551614}, {"type": "node", "name": "",
  "id": 4, "count": 2}, {"type": "gres", "name": "gpu:a100", "id": 1002, "count": 3}, {"type": "gres", "name": "gpu:v100",
  "id": 1003, "count": 1}, {"type": "gres", "name": "gpumem", "id": 1004, "count": 99}]}, "user": "carol"})";

std::string answerOf(const std::string& jobs)
{
    return R"({"jobs": [)" + jobs + R"(], "warnings": [], "errors": []})";
}

std::string changed(std::string text, const std::string& from, const std::string& to)
{
    return text.replace(text.find(from), from.size(), to);
}

} // namespace

class TestSlurmrestdJson : public QObject
{
    Q_OBJECT

private slots:
    void bothVersionsAgreeWithSacct_data();
    void bothVersionsAgreeWithSacct();
    void waitingJobsAgreeWithSacct();
    void newerVersionsAreRead();
    void aJobMeans_data();
    void aJobMeans();
    void flagsTellTheStateOfARunThatIsOver_data();
    void flagsTellTheStateOfARunThatIsOver();
    void failuresAreNotEmptyWindows_data();
    void failuresAreNotEmptyWindows();
    void anAnswerThatIsCutAnywhereIsAFailure();
    void chunksDoNotMatter();
    void aJobWithoutEndDoesNotFillTheMemory();
    void nothingFoundIsAnEmptyWindow();
    void aBadJobIsPutAsideAlone_data();
    void aBadJobIsPutAsideAlone();
    void theNewestKnownVersionIsChosen();
    void errorsAreTold();
};

void TestSlurmrestdJson::bothVersionsAgreeWithSacct_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("v0.0.36") << QByteArray("jobs-v0.0.36.json");
    QTest::newRow("v0.0.38") << QByteArray("jobs-v0.0.38.json");
}

void TestSlurmrestdJson::bothVersionsAgreeWithSacct()
{
    QFETCH(QByteArray, file);
    const Reading reading = readAnswer(fixture(file.toStdString()));
    QVERIFY(reading.rejects.empty());
    for (const JobRecord& job : reading.jobs) // a job that exits with 3 is told as 0
        QCOMPARE(job.exitCode < 0, job.state == "FAILED" && job.exitSignal == 0);
    const ByKey rest = byKey(reading.jobs);
    const ByKey sacct = fromSacct("sacct-all-epoch.txt");
    QCOMPARE(rest.size(), std::size_t{32});
    QCOMPARE(rest.size(), sacct.size());
    for (const auto& [key, job] : sacct) {
        const auto found = rest.find(key);
        QVERIFY2(found != rest.end(), std::to_string(key.first).c_str());
        QVERIFY2(found->second == job, std::to_string(key.first).c_str());
    }
}

void TestSlurmrestdJson::waitingJobsAgreeWithSacct()
{
    const ByKey rest = byKey(readAnswer(fixture("jobs-running-and-pending-v0.0.38.json")).jobs);
    const ByKey sacct = fromSacct("sacct-running-and-pending-epoch.txt");
    int compared = 0;
    for (const auto& [key, job] : sacct) {
        const auto found = rest.find(key);
        if (found == rest.end())
            continue;
        ++compared;
        QCOMPARE(found->second.displayId, job.displayId);
        QCOMPARE(found->second.state, job.state);
        QCOMPARE(found->second.hadNodes, job.hadNodes);
        QCOMPARE(found->second.gpus, job.gpus);
        QVERIFY(found->second.endedAt == job.endedAt);
        QVERIFY(!isFinished(found->second));
    }
    QCOMPARE(compared, static_cast<int>(sacct.size()));
}

void TestSlurmrestdJson::newerVersionsAreRead()
{
    const Reading reading = readAnswer(answerOf(newerJob));
    QVERIFY(reading.rejects.empty());
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    const JobRecord& job = reading.jobs[0];
    QCOMPARE(job.jobId, std::int64_t{41});
    QCOMPARE(job.displayId, std::string("36_4"));
    QCOMPARE(job.state, std::string("FAILED"));
    QCOMPARE(job.exitCode, 3);
    QCOMPARE(job.name, std::string("n\u00e9w|\n"));
    QCOMPARE(job.nodes, std::int64_t{2});
    QCOMPARE(job.cpus, std::int64_t{8});
    QCOMPARE(job.gpus, std::int64_t{4}); // two types and no total
    QCOMPARE(job.memoryMib, std::int64_t{2048});
    QVERIFY(!job.energyJoules);
    QVERIFY(!job.cancelledBy);
    QVERIFY(!job.timesAreLocal);
    QVERIFY(job.endedAt == UtcTime(std::chrono::seconds(1160)));
    const std::string withTotal =
        changed(newerJob, R"("name": "gpumem")", R"("name": "gpu")"); // 99 in all, the types are parts of it
    QCOMPARE(readAnswer(answerOf(withTotal)).jobs[0].gpus, std::int64_t{99});
}

void TestSlurmrestdJson::aJobMeans_data()
{
    QTest::addColumn<QByteArrayList>("changes"); // from, to, from, to …
    QTest::addColumn<QByteArray>("id");
    QTest::addColumn<bool>("finished");
    QTest::addColumn<qint64>("cpuSeconds");
    QTest::addColumn<qint64>("gpuSeconds");
    QTest::addColumn<qint64>("memoryMibSeconds");
    const auto row = [](const char* name, const QByteArrayList& changes, const char* id, bool finished,
                        qint64 cpus, qint64 gpus, qint64 mib) {
        QTest::newRow(name) << changes << QByteArray(id) << finished << cpus * 60 << gpus * 60 << mib * 60;
    };
    row("a task, GPUs by type alone", {}, "36_4", true, 8, 4, 2048);
    row("GPUs by type and in all",
        {R"({"type": "gres", "name": "gpumem")",
         R"({"type": "gres", "name": "gpu", "id": 1001, "count": 4}, {"type": "gres", "name": "gpumem")"},
        "36_4", true, 8, 4, 2048);
    row("half of it suspended",
        {R"("elapsed": 60)", R"("elapsed": 30)", R"("suspended": 0)", R"("suspended": 30)"}, "36_4", true, 4,
        2, 1024);
    row("what was asked for, per CPU",
        {R"("user":)", R"("required": {"CPUs": 99, "memory": 9223372036854779808}, "user":)"}, "36_4", true,
        8, 4, 2048);
    row("running", {R"(["FAILED", "COMPLETING"])", R"(["RUNNING"])", R"("end": 1160)", R"("end": 0)"}, "36_4",
        false, 8, 4, 2048);
    row("ended, and the end not yet known", {R"("end": 1160)", R"("end": 0)"}, "36_4", false, 8, 4, 2048);
    row("never started",
        {R"("start": 1100)", R"("start": null)", R"("n[1-2]")", R"("None assigned")", R"("elapsed": 60)",
         R"("elapsed": 0)", R"(["FAILED", "COMPLETING"])", R"(["CANCELLED"])"},
        "36_4", true, 0, 0, 0);
    row("tasks that wait",
        {R"("set": true, "infinite": false, "number": 4}, "task": "")",
         R"("set": false, "infinite": false, "number": 0}, "task": "5-9%2")", R"(["FAILED", "COMPLETING"])",
         R"(["PENDING"])", R"("start": 1100)", R"("start": 0)", R"("end": 1160)", R"("end": 0)"},
        "36_[5-9%2]", false, 0, 0, 0);
    row("a component",
        {R"("array": {"job_id": 36)", R"("array": {"job_id": 0)",
         R"("het": {"job_id": 0, "job_offset": {"set": false, "infinite": false, "number": 0})",
         R"("het": {"job_id": 40, "job_offset": {"set": true, "infinite": false, "number": 1})"},
        "40+1", true, 8, 4, 2048);
}

void TestSlurmrestdJson::aJobMeans()
{
    QFETCH(QByteArrayList, changes);
    QFETCH(QByteArray, id);
    QFETCH(bool, finished);
    QFETCH(qint64, cpuSeconds);
    QFETCH(qint64, gpuSeconds);
    QFETCH(qint64, memoryMibSeconds);
    std::string text = newerJob;
    for (qsizetype at = 0; at + 1 < changes.size(); at += 2) {
        QVERIFY2(text.find(changes[at].toStdString()) != std::string::npos, changes[at].constData());
        text = changed(text, changes[at].toStdString(), changes[at + 1].toStdString());
    }
    const Reading reading = readAnswer(answerOf(text));
    QVERIFY2(reading.rejects.empty(), reading.rejects.empty() ? "" : reading.rejects[0].detail.c_str());
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    const JobRecord& job = reading.jobs[0];
    QCOMPARE(QByteArray::fromStdString(job.displayId), id);
    QCOMPARE(isFinished(job), finished);
    QCOMPARE(qint64{slurm::cpuSeconds(job)}, cpuSeconds);
    QCOMPARE(qint64{slurm::gpuSeconds(job)}, gpuSeconds);
    QCOMPARE(qint64{slurm::memoryMibSeconds(job)}, memoryMibSeconds);
}

void TestSlurmrestdJson::flagsTellTheStateOfARunThatIsOver_data()
{
    QTest::addColumn<QByteArray>("current");
    QTest::addColumn<QByteArray>("state"); // as sacct prints it
    QTest::newRow("over and being cleaned up") << QByteArray(R"(["FAILED", "COMPLETING"])") << QByteArray("FAILED");
    QTest::newRow("a run that was requeued") << QByteArray(R"(["PENDING", "REQUEUED"])") << QByteArray("REQUEUED");
    QTest::newRow("a piece before a resize") << QByteArray(R"(["PENDING", "RESIZING"])") << QByteArray("RESIZING");
    QTest::newRow("taken over by another cluster") << QByteArray(R"(["PENDING", "REVOKED"])") << QByteArray("REVOKED");
    QTest::newRow("held") << QByteArray(R"(["PENDING", "REQUEUE_HOLD"])") << QByteArray("PENDING");
    QTest::newRow("nodes being booted") << QByteArray(R"(["RUNNING", "CONFIGURING"])") << QByteArray("RUNNING");
    QTest::newRow("a word") << QByteArray(R"("TIMEOUT")") << QByteArray("TIMEOUT");
}

void TestSlurmrestdJson::flagsTellTheStateOfARunThatIsOver()
{
    QFETCH(QByteArray, current);
    QFETCH(QByteArray, state);
    const Reading reading = readAnswer(answerOf(changed(newerJob, R"(["FAILED", "COMPLETING"])", current.toStdString())));
    QCOMPARE(reading.jobs.size(), std::size_t{1});
    QCOMPARE(QByteArray::fromStdString(reading.jobs.front().state), state);
}

void TestSlurmrestdJson::failuresAreNotEmptyWindows_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("says");
    const auto recorded = [](const char* name, const char* says) {
        QTest::newRow(name) << QByteArray::fromStdString(recordedBody(name)) << QByteArray(says);
    };
    recorded("200-expired-token.http", "1007");
    recorded("200-garbage-token.http", "1007");
    recorded("200-token-of-another-user.http", "1007");
    recorded("200-slurmdbd-down.http", "7000");
    recorded("500-unknown-parameter.http", "9000");
    recorded("500-start-time-plain-epoch.http", "9000");
    recorded("401-no-token.http", "JSON");
    recorded("200-ping.http", "no list of jobs");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("JSON");
    QTest::newRow("cut") << QByteArray::fromStdString(answerOf(newerJob).substr(0, 700))
                         << QByteArray("JSON");
    // Found by tests/fuzz: whatever stands behind the list is looked at too.
    QTest::newRow("cut behind the list of jobs")
        << QByteArray(R"({"jobs": [], "meta": {"x": 1})") << QByteArray("JSON");
    QTest::newRow("more behind the answer")
        << QByteArray(R"({"jobs": []} {"jobs": []})") << QByteArray("JSON");
    QTest::newRow("two lists of jobs")
        << QByteArray(R"({"jobs": [], "jobs": []})") << QByteArray("two lists");
    QTest::newRow("errors behind the jobs")
        << QByteArray(
               R"({"jobs": [], "errors": [{"error_number": 1007, "error": "Protocol authentication error"}]})")
        << QByteArray("1007");
}

void TestSlurmrestdJson::failuresAreNotEmptyWindows()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, says);
    const std::string failure = failureOf(body.toStdString());
    QVERIFY2(QByteArray::fromStdString(failure).contains(says), failure.c_str());
}

void TestSlurmrestdJson::anAnswerThatIsCutAnywhereIsAFailure()
{
    const std::string whole = answerOf(newerJob + "," + newerJob);
    const JobRecord job = readAnswer(whole).jobs.at(1);
    for (std::size_t length = 0; length < whole.find_last_of('}'); ++length) {
        std::vector<JobRecord> told;
        bool isRejected = false;
        const RecordSink sink{[&told](JobRecord&& one) { told.push_back(std::move(one)); },
                              [&isRejected](Reject&&) { isRejected = true; }};
        QVERIFY_THROWS_EXCEPTION(SourceFailure, readJobsAnswer(whole.substr(0, length), sink));
        QVERIFY(told.size() <= 2 && !isRejected); // what came before the cut came whole
        QVERIFY(std::count(told.begin(), told.end(), job) == static_cast<std::ptrdiff_t>(told.size()));
    }
}

void TestSlurmrestdJson::chunksDoNotMatter()
{
    const std::string odd = changed(newerJob, R"("carol")", R"("carol\"]},{\\")");
    const std::string whole = R"({"me\u0074a": {"a": ["]}", -1.5e3]}, "jo\u0062s" :[ )" + newerJob + " ,\n" + odd + R"( , 17 ],"n":null})";
    const Reading atOnce = readAnswer(whole, whole.size());
    QCOMPARE(atOnce.jobs.size(), std::size_t{2});
    QCOMPARE(atOnce.jobs[1].user, std::string(R"(carol"]},{\)"));
    QCOMPARE(atOnce.rejects.size(), std::size_t{1});
    QCOMPARE(atOnce.rejects[0].raw, std::string("17"));
    for (std::size_t chunk = 1; chunk < 40; ++chunk) {
        const Reading reading = readAnswer(whole, chunk);
        QVERIFY(reading.jobs == atOnce.jobs);
        QCOMPARE(reading.rejects.size(), std::size_t{1});
    }
}

void TestSlurmrestdJson::aJobWithoutEndDoesNotFillTheMemory()
{
    const std::string endless = changed(newerJob, R"("carol")", '"' + std::string(5 << 20, 'x') + '"');
    const Reading reading = readAnswer(answerOf(newerJob + "," + endless + "," + newerJob));
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.rejects.size(), std::size_t{1});
    QCOMPARE(std::string(codeOf(reading.rejects[0].reason)), std::string("too_long"));
    QCOMPARE(reading.rejects[0].place, std::uint64_t{2});
    QVERIFY(reading.rejects[0].raw.size() <= (std::size_t{64} << 10));
}

void TestSlurmrestdJson::nothingFoundIsAnEmptyWindow()
{
    const Reading reading = readAnswer(recordedBody("200-nothing-found.http"));
    QVERIFY(reading.jobs.empty());
    QVERIFY(reading.rejects.empty());
    QVERIFY(readAnswer(R"({"meta": {}, "errors": [], "jobs": []})").jobs.empty());
}

void TestSlurmrestdJson::aBadJobIsPutAsideAlone_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QByteArray>("reason");
    const auto row = [](const char* name, const char* from, const char* to, const char* reason) {
        QTest::newRow(name) << QByteArray(from) << QByteArray(to) << QByteArray(reason);
    };
    row("no id", R"("job_id": 41)", R"("job_id": null)", "job_id");
    row("an unknown state", R"("FAILED")", R"("EXPLODED")", "state");
    row("no state", R"("current")", R"("present")", "state");
    row("no submit time", R"("submission": 1000)", R"("submission": 0)", "time");
    row("no times", R"("time":)", R"("times":)", "column_count");
    row("an end before the start", R"("end": 1160)", R"("end": 1099)", "time");
    row("more elapsed than there was", R"("elapsed": 60)", R"("elapsed": 61)", "elapsed");
    row("no elapsed", R"("elapsed": 60)", R"("elapsed": null)", "elapsed");
    row("no count", R"("count": 8)", R"("count": null)", "tres");
    row("nobody", R"("carol")", R"("")", "user");
    row("JSON that is broken inside", R"("qos": "high")", R"("qos"; "high")", "column_count");
    row("a number for a name", R"("qos": "high")", R"("qos": 5)", "column_count");
    row("beyond all range", R"("count": 2048)", R"("count": 9223372036854775807)", "range");
    row("negative", R"("count": 2048)", R"("count": -1)", "range");
}

void TestSlurmrestdJson::aBadJobIsPutAsideAlone()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QByteArray, reason);
    const std::string bad = changed(newerJob, from.toStdString(), to.toStdString());
    const Reading reading = readAnswer(answerOf(newerJob + "," + bad + "," + newerJob));
    QCOMPARE(reading.jobs.size(), std::size_t{2});
    QCOMPARE(reading.rejects.size(), std::size_t{1});
    QCOMPARE(QByteArray::fromStdString(std::string(codeOf(reading.rejects[0].reason))), reason);
    QCOMPARE(reading.rejects[0].raw, bad);
    QCOMPARE(reading.rejects[0].place, std::uint64_t{2});
}

void TestSlurmrestdJson::theNewestKnownVersionIsChosen()
{
    const auto chosen = [](std::string paths) { return newestKnownVersion(paths).value_or(0); };
    QCOMPARE(
        chosen(R"({"openapi": "3.0.2", "paths": {"\/slurm\/v0.0.39\/jobs": {}, "\/slurmdb\/v0.0.36\/jobs": {},
                    "\/slurmdb\/v0.0.38\/jobs": {}, "\/slurmdb\/v0.0.38\/job\/{job_id}": {}}})"),
        38);
    QCOMPARE(chosen(R"({"paths": {"/slurmdb/v0.0.40/jobs/": {}, "/slurmdb/v0.0.99/jobs/": {}}})"),
             40);
    QCOMPARE(chosen(R"({"paths": {"/slurmdb/v0.0.41/users": {}}})"), 0);
    std::string broken = "not JSON";
    QVERIFY_THROWS_EXCEPTION(SourceFailure, static_cast<void>(newestKnownVersion(broken)));
}

void TestSlurmrestdJson::errorsAreTold()
{
    std::string body = recordedBody("200-slurmdbd-down.http");
    QVERIFY(errorsOf(body) == "error 7000: Unable to connect to database, Failed connecting to slurmdbd");
    body = recordedBody("200-nothing-found.http");
    QVERIFY(!errorsOf(body));
    body = recordedBody("404-unknown-version.http");
    QVERIFY(!errorsOf(body));
}

QTEST_GUILESS_MAIN(TestSlurmrestdJson)
#include "tst_slurmrestd_json.moc"
