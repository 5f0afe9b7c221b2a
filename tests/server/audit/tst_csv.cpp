// SPDX-License-Identifier: GPL-3.0-or-later
// An export as CSV holds all that the other form holds, whatever stands in the texts.
#include "common/audit/csv_export.h"
#include "common/audit/log_verifier.h"
#include "server/audit/audit.h"
#include "server/crypto/secret_box.h"
#include "server/postgres/transaction.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>

#include <memory>
#include <sstream>

using namespace hpcbill;
using audit::LogVerifier;

class CsvTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aWholeLogIsWhole();
    void aWindowIsWhole();
    void whatWasChangedIsFound_data();
    void whatWasChangedIsFound();
    void whatIsNoExportIsNone_data();
    void whatIsNoExportIsNone();

private:
    /// As the verifier finds it, which is fed so many bytes at a time.
    static LogVerifier verified(const std::string& csv, std::size_t piece = 100'000);
    std::string exported(bool asCsv, const audit::Window& window = {});

    std::unique_ptr<support::TestDatabase> m_database;
    prometheus::Registry m_metrics;
    audit::Log m_log{m_metrics};
    std::string m_csv;
};

namespace
{

/// Names that a spreadsheet would calculate with, or that look like what guards against that.
const std::vector<std::string> oddNames{"=1+1", "'", "''", "'=1+1", "-5", "@home", "\ttab", "\rreturn", "a,b;c", "\"quoted\"", "line\r\nfeed\nagain", "", "ทดสอบ", "null"};

} // namespace

void CsvTest::initTestCase()
{
    m_database = std::make_unique<support::TestDatabase>();
    const crypto::SecretBox box("key");
    audit::Checkpoints checkpoints({.pool = m_database->pool(), .audit = m_log, .box = box, .metrics = m_metrics, .announce = [](postgres::Transaction&, const audit::PublishedCheckpoint&) {}},
                                   "log.example/audit");
    for (int round = 0; round < 3; ++round) {
        for (const std::string& name : oddNames) {
            postgres::Transaction tx(m_database->pool(), postgres::Mode::readWrite);
            m_log.append(tx, {.by = {.name = name, .role = api::Role::admin, .address = "", .requestId = name},
                              .action = "thing.made",
                              .targetType = "thing",
                              .targetId = name,
                              .details = {{"name", name}, {"number", 1}}});
            tx.commit();
        }
        checkpoints.signAll();
    }
    m_csv = exported(true);
}

std::string CsvTest::exported(bool asCsv, const audit::Window& window)
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::snapshot);
    std::ostringstream out;
    if (asCsv)
        audit::writeCsv(m_log, tx, window, out);
    else
        audit::writeExport(m_log, tx, window, out);
    return out.str();
}

LogVerifier CsvTest::verified(const std::string& csv, std::size_t piece)
{
    LogVerifier verifier;
    {
        audit::CsvExport reader(verifier);
        for (std::string_view rest = csv; !rest.empty() && reader.feed(rest.substr(0, piece));)
            rest.remove_prefix(std::min(piece, rest.size()));
        reader.finish();
    }
    verifier.finish();
    return verifier;
}

void CsvTest::aWholeLogIsWhole()
{
    QVERIFY(audit::isCsvExport(m_csv));
    LogVerifier lines;
    std::istringstream other(exported(false));
    for (std::string line; std::getline(other, line);)
        lines.addLine(line);
    lines.finish();
    QVERIFY(!lines.finding());
    const auto count = static_cast<std::int64_t>(3 * oddNames.size());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
        const LogVerifier csv = verified(m_csv, piece);
        QVERIFY2(!csv.finding(), csv.finding() ? csv.finding()->detail.c_str() : "");
        QCOMPARE(csv.verifier().count(), count);
        QCOMPARE(csv.verifier().confirmed(), count);
        QCOMPARE(csv.checkpoints(), lines.checkpoints());
        QVERIFY(csv.verifier().head() == lines.verifier().head());
    }
}

void CsvTest::aWindowIsWhole()
{
    const std::string time = m_database->value("select to_char(ts at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from audit_log where seq = 20");
    const LogVerifier csv = verified(exported(true, {.from = *parseRfc3339(time), .to = std::nullopt}));
    QVERIFY2(!csv.finding(), csv.finding() ? csv.finding()->detail.c_str() : "");
    QCOMPARE(csv.firstSeq(), std::int64_t{20});
    QCOMPARE(csv.verifier().confirmed(), static_cast<std::int64_t>(3 * oddNames.size()));
    QVERIFY(verified(exported(true, {.from = std::nullopt, .to = UtcTime{}})).verifier().count() == 0);
}

void CsvTest::whatWasChangedIsFound_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::addColumn<QByteArray>("fault");
    const std::string second = m_csv.substr(m_csv.find("\r\n2,1,"), m_csv.find("\r\n3,1,") - m_csv.find("\r\n2,1,"));
    const std::string tail = m_csv.substr(m_csv.rfind("\r\n40,1,"));
    const std::string hash = m_database->value("select encode(hash, 'hex') from audit_log where seq = 30");
    const std::string changedHash = (hash.front() == '0' ? '1' : '0') + hash.substr(1);
    const auto row = [](const char* name, const std::string& from, const std::string& to, const char* fault) {
        QTest::newRow(name) << QByteArray::fromStdString(from) << QByteArray::fromStdString(to) << QByteArray(fault);
    };
    row("a name", "\"'@home\"", "\"'@work\"", "altered");
    row("null for an empty text", "\"thing\",\"\"", "\"thing\",", "altered");
    row("a number", "\"\"number\"\":1", "\"\"number\"\":2", "altered");
    row("the version", "\r\n2,1,", "\r\n2,2,", "altered");
    row("a text that is not UTF-8", "\"'@home\"", "\"\xFF\"", "altered");
    row("details that are no JSON", "\"\"number\"\":1}", "\"\"number\"\":1", "altered");
    row("a row taken out", second, "", "missing");
    row("the end cut off", tail, "\r\n", "cut_off");
    row("a hash", hash, changedHash, "altered");
    // Verified, and in none of the rows that people read.
    const std::string lines = exported(false);
    const std::size_t line = lines.find("{\"seq\":2,");
    std::string record = lines.substr(line, lines.find('\n', line) + 1 - line);
    for (std::size_t at = record.find('"'); at != std::string::npos; at = record.find('"', at + 2))
        record.insert(at, 1, '"');
    row("a record that stands beside another", ",\"\"" + second, ",\"" + record + "\"", "altered");
}

void CsvTest::whatWasChangedIsFound()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QFETCH(QByteArray, fault);
    std::string changed = m_csv;
    const std::size_t at = changed.find(from.toStdString());
    QVERIFY(at != std::string::npos);
    const LogVerifier found = verified(changed.replace(at, static_cast<std::size_t>(from.size()), to.toStdString()));
    QVERIFY(found.finding().has_value());
    QCOMPARE(QByteArray::fromStdString(std::string(audit::codeOf(found.finding()->fault))), fault);
}

void CsvTest::whatIsNoExportIsNone_data()
{
    QTest::addColumn<QByteArray>("changed");
    const QByteArray heading = QByteArray::fromRawData(audit::csvHeading.data(), static_cast<qsizetype>(audit::csvHeading.size())) + "\r\n";
    QTest::newRow("too few columns") << heading + "1,1,x\r\n";
    QTest::newRow("quotes that do not end") << QByteArray::fromStdString(m_csv) + "99,1,\"";
    QTest::newRow("a quote within a cell") << heading + "1,1,a\"b\r\n";
    QTest::newRow("a row without an end") << heading + QByteArray(40 << 20, 'x');
    QTest::newRow("a row of commas without an end") << heading + QByteArray(40 << 20, ',');
}

void CsvTest::whatIsNoExportIsNone()
{
    QFETCH(QByteArray, changed);
    const LogVerifier found = verified(changed.toStdString());
    QVERIFY(found.finding().has_value());
    QCOMPARE(std::string(audit::codeOf(found.finding()->fault)), std::string("altered"));
    QVERIFY(found.finding()->detail.starts_with("row "));
}

QTEST_GUILESS_MAIN(CsvTest)
#include "tst_csv.moc"
