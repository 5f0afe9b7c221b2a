// SPDX-License-Identifier: GPL-3.0-or-later
// A published accounting log read with our parser: its totals are known (Open XDMoD publishes the same).
#include "common/slurm/sacct.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

const std::filesystem::path folder =
    std::filesystem::path(HPCBILL_SOURCE_DIR) / ".." / "shared" / "data" / "phillips";

struct Reading {
    std::vector<JobRecord> jobs;
    std::vector<Reject> rejects;
    SacctSummary summary;
};

Reading readInChunks(const std::string& text, std::size_t chunk)
{
    Reading reading;
    SacctReader reader([&](JobRecord&& job) { reading.jobs.push_back(std::move(job)); },
                       [&](Reject&& reject) { reading.rejects.push_back(std::move(reject)); });
    for (std::size_t at = 0; at < text.size(); at += chunk)
        reader.feed(std::string_view(text).substr(at, chunk));
    reading.summary = reader.finish();
    return reading;
}

std::string contentOf(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

} // namespace

class TestPhillips : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyRowIsAJob();
    void theTotalsAreThePublishedOnes();
    void eachStateHasItsTotals();
    void jobsAreBookedInTheDayOfTheirEnd();
    void theSizeOfTheChunksDoesNotMatter();

private:
    std::string m_text;
    nlohmann::json m_expected;
    Reading m_reading;
};

void TestPhillips::initTestCase()
{
    if (!std::filesystem::exists(folder / "phillips.log"))
        QSKIP("the log ../shared/data/phillips/phillips.log is not on this machine");
    m_text = contentOf(folder / "phillips.log");
    m_expected = nlohmann::json::parse(contentOf(folder / "phillips.expected.json"));
    m_reading = readInChunks(m_text, 65536);
}

void TestPhillips::everyRowIsAJob()
{
    QCOMPARE(m_reading.summary.jobs, m_expected["rows"].get<std::uint64_t>());
    QCOMPARE(m_reading.summary.steps, std::uint64_t{0});
    QCOMPARE(m_reading.summary.rejects, std::uint64_t{0});
    QVERIFY(!m_reading.summary.unterminated);
}

void TestPhillips::theTotalsAreThePublishedOnes()
{
    std::int64_t ran = 0, elapsed = 0, cpu = 0, gpu = 0, node = 0;
    for (const JobRecord& job : m_reading.jobs) {
        QVERIFY(job.timesAreLocal);
        ran += ranOnNodes(job);
        elapsed += job.elapsedSeconds;
        cpu += cpuSeconds(job);
        gpu += gpuSeconds(job);
        node += job.nodes * job.elapsedSeconds;
    }
    QCOMPARE(ran, m_expected["jobs_that_ran_on_nodes"].get<std::int64_t>());
    QCOMPARE(elapsed, m_expected["elapsed_seconds"].get<std::int64_t>());
    QCOMPARE(cpu, m_expected["cpu_seconds"].get<std::int64_t>());
    QCOMPARE(gpu, m_expected["gpu_seconds"].get<std::int64_t>());
    QCOMPARE(node, m_expected["node_seconds"].get<std::int64_t>());
}

void TestPhillips::eachStateHasItsTotals()
{
    struct Totals {
        std::int64_t rows = 0, ran = 0, cpu = 0;
    };
    std::map<std::string, Totals> totals;
    for (const JobRecord& job : m_reading.jobs) {
        Totals& of = totals[job.state];
        ++of.rows;
        of.ran += ranOnNodes(job);
        of.cpu += cpuSeconds(job);
    }
    QCOMPARE(totals.size(), m_expected["by_state"].size());
    for (const auto& [state, of] : totals) {
        const nlohmann::json& expected = m_expected["by_state"][state];
        QCOMPARE(of.rows, expected["rows"].get<std::int64_t>());
        QCOMPARE(of.ran, expected["ran"].get<std::int64_t>());
        QCOMPARE(of.cpu, expected["cpu_seconds"].get<std::int64_t>());
    }
}

void TestPhillips::jobsAreBookedInTheDayOfTheirEnd()
{
    std::map<std::string, std::int64_t> cpuByDay;
    for (const JobRecord& job : m_reading.jobs) {
        QVERIFY(isFinished(job));
        if (ranOnNodes(job))
            cpuByDay[toIsoDate(std::chrono::floor<std::chrono::days>(*job.endedAt))] += cpuSeconds(job);
    }
    std::map<std::string, std::int64_t> expected;
    for (const auto& [day, totals] : m_expected["by_day_of_end"].items())
        expected[day] = totals["cpu_seconds"].get<std::int64_t>();
    QCOMPARE(cpuByDay, expected);
}

void TestPhillips::theSizeOfTheChunksDoesNotMatter()
{
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, m_text.size()})
        QVERIFY(readInChunks(m_text, chunk).jobs == m_reading.jobs);
}

QTEST_GUILESS_MAIN(TestPhillips)
#include "tst_phillips.moc"
