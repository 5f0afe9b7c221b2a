// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are not what `hpcbill import` asks for: told what is wrong, and nothing changed.
#include "tests/support/compression.h"
#include "tests/support/snapshot.h"
#include "tests/support/test_server.h"

#include <QtTest>

#include <fstream>

using namespace hpcbill;
using support::Outcome;

class ImportTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aWrongFileIsRefused_data();
    void aWrongFileIsRefused();
    void aWrongLineIsPutAsideAndTheOthersAreTaken();
    void aCutFileIsTold();
    void theSameFileAgainChangesNothing();
    void aCompressedFileIsTheSameFile_data();
    void aCompressedFileIsTheSameFile();

private:
    /// A file of this content; `import` of it into the cluster c.
    Outcome import(const std::string& content, const std::vector<std::string>& more = {"--cluster", "c"});
    int jobs() { return std::stoi(m_server->database().value("select count(*) from jobs")); }

    std::unique_ptr<support::TestServer> m_server;
    support::ScratchDirectory m_scratch;
};

namespace
{

const std::string header = "JobIDRaw|JobID|User|Account|Partition|QOS|Cluster|State|ExitCode|Submit|Eligible|Start|End|ElapsedRaw|Suspended|"
                           "TimelimitRaw|NNodes|NCPUS|AllocTRES|ReqTRES|NodeList|JobName\n";

std::string line(int job, const std::string& submit = "2026-10-01T00:00:00")
{
    const std::string id = std::to_string(job);
    return id + "|" + id + "|alice|physics|cpu|normal|c|COMPLETED|0:0|" + submit
           + "|2026-10-01T00:00:00|2026-10-01T01:00:00|2026-10-01T02:00:00|3600|00:00:00|120|1|2|billing=2,cpu=2,mem=4G,node=1|"
             "billing=2,cpu=2,mem=4G,node=1|n1|run\n";
}

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    return text.replace(text.find(what), what.size(), with);
}

} // namespace

void ImportTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>();
}

Outcome ImportTest::import(const std::string& content, const std::vector<std::string>& more)
{
    const auto file = m_scratch.path() / "jobs.txt";
    std::ofstream(file, std::ios::binary) << content;
    std::vector<std::string> words{"--json", "import", file.string()};
    words.insert(words.end(), more.begin(), more.end());
    return m_server->hpcbill(words);
}

void ImportTest::aWrongFileIsRefused_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("named");
    const QStringList cluster{"--cluster", "c"};
    const auto bytes = [](const std::string& text) { return QByteArray::fromStdString(text); };
    QTest::newRow("an empty file") << QByteArray() << cluster << 3 << "empty";
    QTest::newRow("a missing column") << bytes(replaced(header, "|Submit|", "|Submitted|") + line(1)) << cluster << 3 << "Submit";
    QTest::newRow("no column of the job's id") << bytes(replaced(header, "JobIDRaw|JobID|", "Number|Name|") + line(1)) << cluster << 3 << "JobID";
    QTest::newRow("JSON") << QByteArray(R"({"jobs":[]})") << cluster << 3 << "sacct";
    QTest::newRow("bytes of a program") << QByteArray("\x7f" "ELF\x02\x01\x01\0\0\0\0\0\n\xff\xfe", 16) << cluster << 3 << "sacct";
    QTest::newRow("a page of an error") << QByteArray("<html><body>502 Bad Gateway</body></html>\n") << cluster << 3 << "sacct";
    QTest::newRow("a time zone that there is not") << bytes(header + line(1)) << QStringList{"--cluster", "c", "--time-zone", "Mars/Base"} << 3
                                                   << "time_zone";
    QTest::newRow("a cluster's name with a space") << bytes(header + line(1)) << QStringList{"--cluster", "a b"} << 3 << "cluster";
    QTest::newRow("no cluster") << bytes(header + line(1)) << QStringList{} << 2 << "--cluster";
    QTest::newRow("an option that there is not") << bytes(header + line(1)) << QStringList{"--cluster", "c", "--dry"} << 2 << "--dry";
}

void ImportTest::aWrongFileIsRefused()
{
    QFETCH(QByteArray, content);
    QFETCH(QStringList, options);
    QFETCH(int, exitCode);
    QFETCH(QString, named);
    std::vector<std::string> words;
    for (const QString& option : options)
        words.push_back(option.toStdString());
    const std::string before = support::snapshotOf(m_server->database());
    const Outcome outcome = import(content.toStdString(), words);
    QCOMPARE(outcome.exitCode, exitCode);
    QVERIFY2(QString::fromStdString(outcome.errors).contains(named), outcome.errors.c_str());
    QCOMPARE(support::snapshotOf(m_server->database()), before);

    const Outcome missing = m_server->hpcbill({"import", (m_scratch.path() / "not-there").string(), "--cluster", "c"});
    QCOMPARE(missing.exitCode, 3);
    QVERIFY(missing.errors.find("not-there") != std::string::npos);
}

void ImportTest::aWrongLineIsPutAsideAndTheOthersAreTaken()
{
    const std::string bad = line(2, "2026-13-45T00:00:00");
    const Outcome outcome = import(header + line(1) + bad + line(3));
    QCOMPARE(outcome.exitCode, 0);
    const auto run = nlohmann::json::parse(outcome.output);
    QCOMPARE(run.at("added").get<int>(), 2);
    QCOMPARE(run.at("rejected").get<int>(), 1);
    QCOMPARE(jobs(), 2);
    const auto rejects = m_server->admin().get("/api/v1/ingest-rejects").json().at("items");
    QCOMPARE(rejects.size(), std::size_t{1});
    const std::string told = rejects.at(0).dump();
    QVERIFY2(told.find("2026-13-45T00:00:00") != std::string::npos && told.find("Submit") != std::string::npos, told.c_str());
}

void ImportTest::aCutFileIsTold()
{
    const std::string text = header + line(1) + line(3) + line(4);
    const Outcome outcome = import(text.substr(0, text.size() - 40));
    const auto run = nlohmann::json::parse(outcome.output);
    QCOMPARE(run.at("rejected").get<int>(), 1);
    QVERIFY(outcome.output.find("cut") != std::string::npos);
    QCOMPARE(jobs(), 2); // what was cut is no job
}

void ImportTest::theSameFileAgainChangesNothing()
{
    // Of the usage what an import counts: the rest is the pricer's, who writes it when he gets to it.
    const std::string digest = "select md5(string_agg(j::text, '' order by j::text)) || (select md5(string_agg(u::text, '' order by u::text)) "
                               "from (select day, cluster_id, account, username, partition, jobs, cpu_seconds, gpu_seconds, memory_mib_seconds "
                               "from usage_daily) u) from jobs j";
    const std::string text = header + line(1) + line(3) + line(5);
    QCOMPARE(import(text).exitCode, 0);
    const std::string before = m_server->database().value(digest);
    const auto run = nlohmann::json::parse(import(text).output);
    QCOMPARE(run.at("added").get<int>() + run.at("changed").get<int>(), 0);
    QCOMPARE(m_server->database().value(digest), before);
    QCOMPARE(m_server->hpcbill({"doctor"}).exitCode, 0);
}

void ImportTest::aCompressedFileIsTheSameFile_data()
{
    QTest::addColumn<QString>("format");
    QTest::newRow("gzip") << "gzip";
    QTest::newRow("zstd") << "zstd";
}

void ImportTest::aCompressedFileIsTheSameFile()
{
    QFETCH(QString, format);
    std::string text = header;
    for (int job = 100; job < 600; ++job)
        text += line(job);
    const std::string packed = format == "gzip" ? support::gzipped(text) : support::zstdPacked(text);
    const std::string cluster = "from-" + format.toStdString();

    const Outcome cut = import(packed.substr(0, packed.size() - 3), {"--cluster", cluster});
    QVERIFY(cut.exitCode != 0);
    const auto run = nlohmann::json::parse(cut.output);
    QCOMPARE(run.at("status").get<std::string>(), std::string("failed"));
    const std::string told = run.at("notes").dump();
    QVERIFY2(told.find((m_scratch.path() / "jobs.txt").string()) != std::string::npos && told.find("cut") != std::string::npos, told.c_str());
    QVERIFY(run.at("added").get<int>() > 0); // what was read before stays

    QCOMPARE(import(packed, {"--cluster", cluster}).exitCode, 0);
    const std::string count = "select count(*) from jobs j join clusters c on c.id = j.cluster_id where c.name = '" + cluster + "'";
    QCOMPARE(m_server->database().value(count), std::string("500"));

    const Outcome piped = m_server->hpcbill({"--json", "import", "-", "--cluster", cluster}, packed);
    QCOMPARE(piped.exitCode, 0);
    QCOMPARE(nlohmann::json::parse(piped.output).at("unchanged").get<int>(), 500);
    const Outcome cutPipe = m_server->hpcbill({"--json", "import", "-", "--cluster", cluster}, packed.substr(0, packed.size() / 2));
    QVERIFY(cutPipe.exitCode != 0);
    QVERIFY2(cutPipe.output.find("standard input") != std::string::npos, cutPipe.output.c_str());
}

QTEST_GUILESS_MAIN(ImportTest)
#include "tst_import.moc"
