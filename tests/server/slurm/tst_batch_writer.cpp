// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs that come differently after they were put on a receipt: told, and the receipt stays as it was.
#include "server/postgres/pool.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "server/slurm/slurm.h"
#include "tests/support/jobs.h"
#include "tests/support/ground.h"

#include <QtTest>

#include <prometheus/text_serializer.h>

#include <memory>
#include <sstream>

using namespace hpcbill;
using namespace hpcbill::slurm;

namespace
{

const api::Actor finance{"fiona", api::Role::admin, "", ""};
const std::string header = "JobID|User|Account|State|ExitCode|Submit|Start|End|Elapsed|AllocTRES|JobName\n";

std::string row(int job, int cpus, const std::string& state = "COMPLETED", const std::string& exitCode = "0:0")
{
    return std::to_string(job) + "|alice|physics|" + state + "|" + exitCode
           + "|2026-11-01T00:00:00|2026-11-01T00:00:00|2026-11-01T01:00:00|01:00:00|cpu=" + std::to_string(cpus) + ",mem=1G,node=1|n\n";
}

} // namespace

class TestBatchWriter final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void aBilledJobThatChangesIsToldAndItsReceiptStays();
    void whatCostsNothingIsNotTold();
    void whatIsNotBilledIsNotTold();
    void nothingIsToldTwice();

private:
    void importOf(const std::string& text);
    [[nodiscard]] std::string sql(const std::string& statement) const { return m_ground->database.value(statement); }
    [[nodiscard]] std::string told() const { return sql("select count(*) from audit_log where action = 'ingest.amended'"); }
    [[nodiscard]] std::string receipts() const
    {
        return sql("select string_agg(md5(r::text) || (select string_agg(i::text, ',' order by line) from receipt_items i where i.receipt_id = r.id), ',') from receipts r");
    }

    std::unique_ptr<support::Ground> m_ground;
    std::unique_ptr<Ingestion> m_ingestion;
};

void TestBatchWriter::init()
{
    m_ground = std::make_unique<support::Ground>();
    m_ingestion = std::make_unique<Ingestion>(Ingestion::Parts{m_ground->database.pool(), m_ground->jobs, m_ground->audit, m_ground->metrics}, std::vector<ClusterSettings>{});
    importOf(header + row(1, 2) + row(2, 4));
    receipts::Receipts made({.pool = m_ground->database.pool(), .audit = m_ground->audit, .prices = m_ground->prices, .outbox = m_ground->outbox, .metrics = m_ground->metrics});
    QCOMPARE(made.create("alice", support::at("2026-11-02T00:00:00Z"), std::nullopt, finance).jobs, 2);
}

void TestBatchWriter::cleanup()
{
    m_ingestion.reset();
    m_ground.reset();
}

void TestBatchWriter::importOf(const std::string& text)
{
    std::istringstream stream(text);
    m_ingestion->importText(stream, {.cluster = "c1", .timeZone = std::nullopt, .atBeginning = {}}, {}, {});
}

void TestBatchWriter::aBilledJobThatChangesIsToldAndItsReceiptStays()
{
    const std::string before = receipts();
    importOf(header + row(1, 8) + row(2, 4));
    QCOMPARE(told(), std::string("1"));
    QCOMPARE(sql("select actor || ' ' || target_type || ' ' || target_id || ' ' || (details::jsonb#>>'{before,cpu_seconds}') || ' ' ||"
                 " (details::jsonb#>>'{after,cpu_seconds}') || ' ' || ((details::jsonb->>'receipt') = (select number from receipts))"
                 " from audit_log where action = 'ingest.amended'"),
             std::string("system job c1/1 7200 28800 true"));
    QCOMPARE(receipts(), before);
    QCOMPARE(sql("select cpu_seconds from jobs where job_id = 1"), std::string("28800")); // what Slurm says now
    const std::string metrics = prometheus::TextSerializer().Serialize(m_ground->metrics.Collect());
    QVERIFY2(metrics.find("ingest_amended_total{cluster=\"c1\"} 1\n") != std::string::npos, metrics.c_str());
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    QVERIFY(!audit::verify(m_ground->audit, tx).finding);
}

void TestBatchWriter::whatCostsNothingIsNotTold()
{
    // As a restarted slurmctld may write a job again: another signal, nothing else.
    importOf(header + row(1, 2, "COMPLETED", "0:15"));
    QCOMPARE(sql("select exit_code from jobs where job_id = 1"), std::string("0:15"));
    QCOMPARE(told(), std::string("0"));
    importOf(header + row(1, 2, "NODE_FAIL", "0:15")); // rules price by state
    QCOMPARE(told(), std::string("1"));
    importOf(header + row(1, 2, "NODE_FAIL", "15:0")); // and by exit code
    QCOMPARE(told(), std::string("2"));
    QCOMPARE(sql("select details::jsonb#>>'{after,exit_code}' from audit_log where action = 'ingest.amended' order by seq desc limit 1"),
             std::string("15:0"));
}

void TestBatchWriter::whatIsNotBilledIsNotTold()
{
    importOf(header + row(3, 2));
    importOf(header + row(3, 4));
    QCOMPARE(told(), std::string("0"));
}

void TestBatchWriter::nothingIsToldTwice()
{
    importOf(header + row(1, 8));
    importOf(header + row(1, 8));
    QCOMPARE(told(), std::string("1"));
}

QTEST_GUILESS_MAIN(TestBatchWriter)
#include "tst_batch_writer.moc"
