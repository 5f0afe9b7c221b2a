// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/pages/audit/ChainCheck.h"

#include <QSignalSpy>
#include <QTemporaryFile>
#include <QTest>

#include <fmt/format.h>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

QList<audit::StoredRecord> recordsOf(int count)
{
    QList<audit::StoredRecord> records;
    audit::Hash head{};
    for (int seq = 1; seq <= count; ++seq) {
        audit::StoredRecord stored;
        stored.record.seq = seq;
        stored.record.ts = UtcTime(std::chrono::seconds(1'700'000'000 + seq));
        stored.record.actor = "สมชาย";
        stored.record.action = "rate.changed";
        stored.record.outcome = "ok";
        stored.prevHash = head;
        stored.leafHash = audit::leafHash(audit::canonical(stored.record));
        stored.hash = audit::chainHash(stored.prevHash, stored.leafHash);
        head = stored.hash;
        records.append(stored);
    }
    return records;
}

QList<QByteArray> chainOf(int count)
{
    QList<QByteArray> lines;
    for (const audit::StoredRecord& stored : recordsOf(count))
        lines.append(QByteArray::fromStdString(audit::toJson(stored)));
    return lines;
}

/// As the server writes it.
QByteArray csvOf(int count)
{
    QByteArray csv = QByteArray(audit::csvHeading.data(), static_cast<qsizetype>(audit::csvHeading.size())) + "\r\n";
    for (const audit::StoredRecord& stored : recordsOf(count)) {
        const audit::Record& record = stored.record;
        std::string details = record.details;
        for (std::size_t at = details.find('"'); at != std::string::npos; at = details.find('"', at + 2))
            details.insert(at, 1, '"');
        csv += QByteArray::fromStdString(fmt::format("{},1,{},\"{}\",,\"{}\",,,\"{}\",,,\"{}\",{},{},{},\"\",\"\"\r\n", record.seq, toRfc3339Micros(record.ts),
                                                     *record.actor, record.action, record.outcome, details, audit::toHex(stored.leafHash),
                                                     audit::toHex(stored.prevHash), audit::toHex(stored.hash)));
    }
    return csv;
}

QByteArray pageOf(const QList<QByteArray>& records, const QByteArray& nextCursor)
{
    return "{\"items\":[" + records.join(',') + "],\"next_cursor\":" + nextCursor + "}";
}

ChainOutcome verify(const QByteArray& content)
{
    QTemporaryFile file;
    if (!file.open())
        qFatal("no temporary file");
    file.write(content);
    file.close();
    RestClient api;
    ChainCheck check(api);
    QSignalSpy finished(&check, &ChainCheck::finished);
    check.verifyFile(file.fileName());
    if (!finished.wait(10'000))
        qFatal("the verification did not end");
    return finished.first().first().value<ChainOutcome>();
}

} // namespace

class ChainCheckTest final : public QObject
{
    Q_OBJECT

private slots:
    void pagesAreOneChain();
    void aWholeFileIsWhole();
    void aWholeFileOfCsvIsWhole();
    void aPartOfTheLogIsWholeInItself();
    void everyKindOfTamperingIsFoundAndNamed_data();
    void everyKindOfTamperingIsFoundAndNamed();
    void aFileThatCannotBeReadIsToldApartFromABrokenOne();
    void aRunThatIsStoppedSaysSo();
};

void ChainCheckTest::pagesAreOneChain()
{
    const QList<QByteArray> records = chainOf(5);
    ChainReader reader(audit::LogVerifier::Extent::whole);
    const auto first = reader.addPage(pageOf(records.mid(0, 3), "\"c3\""));
    QVERIFY(first && first->nextCursor);
    QCOMPARE(*first->nextCursor, QString("c3"));
    const auto last = reader.addPage(pageOf(records.mid(3), "null"));
    QVERIFY(last && !last->nextCursor);
    QCOMPARE(reader.count(), 5);
    QCOMPARE(reader.lastSeq(), 5);

    ChainReader fromTheMiddle(audit::LogVerifier::Extent::whole); // a server that hides the beginning
    QVERIFY(fromTheMiddle.addPage(pageOf(records.mid(1), "null"))); // the first may come later
    QVERIFY(!fromTheMiddle.finish());
    QCOMPARE(fromTheMiddle.fault()->code, QString("missing"));
    ChainReader confused(audit::LogVerifier::Extent::whole);
    QVERIFY(!confused.addPage("{\"items\":3,\"next_cursor\":null}"));
    QCOMPARE(confused.fault()->code, QString("unreadable"));
}

void ChainCheckTest::aWholeFileIsWhole()
{
    const QList<QByteArray> records = chainOf(1'000);
    const ChainOutcome outcome = verify(records.join('\n') + '\n');
    QVERIFY(outcome.isWhole());
    QCOMPARE(outcome.count, 1'000);
    QCOMPARE(outcome.lastSeq, 1'000);
    QVERIFY(records.last().contains(outcome.head.toLatin1()));
}

void ChainCheckTest::aWholeFileOfCsvIsWhole()
{
    const ChainOutcome outcome = verify(csvOf(1'000));
    QVERIFY2(outcome.isWhole(), outcome.fault ? qPrintable(outcome.fault->detail) : "");
    QCOMPARE(outcome.count, 1'000);
    QVERIFY(chainOf(1'000).last().contains(outcome.head.toLatin1()));
    const ChainOutcome changed = verify(csvOf(6).replace("\r\n4,1,2023", "\r\n4,1,2024"));
    QVERIFY(changed.fault);
    QCOMPARE(changed.fault->code, QString("altered"));
    QCOMPARE(changed.fault->seq, 4);
    QVERIFY(verify(csvOf(6) + "\"").fault);
    QVERIFY(verify(csvOf(0)).fault); // cut off behind its heading, it says nothing
}

void ChainCheckTest::aPartOfTheLogIsWholeInItself()
{
    const ChainOutcome outcome = verify(chainOf(10).mid(4).join('\n'));
    QVERIFY(outcome.isWhole());
    QCOMPARE(outcome.firstSeq, 5);
    QCOMPARE(outcome.lastSeq, 10);
}

void ChainCheckTest::everyKindOfTamperingIsFoundAndNamed_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("code");
    QTest::addColumn<qint64>("seq");
    const QList<QByteArray> whole = chainOf(6);
    QList<QByteArray> records = whole;
    records[2].replace("rate.changed", "rate.Changed");
    QTest::newRow("a field") << records.join('\n') << "altered" << Q_INT64_C(3);
    records = whole;
    records.removeAt(3);
    QTest::newRow("a record less") << records.join('\n') << "missing" << Q_INT64_C(4);
    records = whole;
    records.insert(2, whole[1]);
    QTest::newRow("a record twice") << records.join('\n') << "inserted" << Q_INT64_C(2);
    records = whole;
    records[4] = "{}";
    QTest::newRow("no record") << records.join('\n') << "altered" << Q_INT64_C(5);
    QTest::newRow("a line cut off") << whole.join('\n').chopped(20) << "altered" << Q_INT64_C(6);
}

void ChainCheckTest::everyKindOfTamperingIsFoundAndNamed()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, code);
    QFETCH(qint64, seq);
    const ChainOutcome outcome = verify(content);
    QVERIFY(!outcome.isWhole());
    QVERIFY(outcome.fault);
    QCOMPARE(outcome.fault->code, code);
    QCOMPARE(outcome.fault->seq, seq);
    QVERIFY(!outcome.fault->detail.isEmpty());
}

void ChainCheckTest::aFileThatCannotBeReadIsToldApartFromABrokenOne()
{
    RestClient api;
    ChainCheck check(api);
    QSignalSpy finished(&check, &ChainCheck::finished);
    check.verifyFile("/nowhere/audit.jsonl");
    QVERIFY(finished.wait(10'000));
    const auto outcome = finished.first().first().value<ChainOutcome>();
    QVERIFY(!outcome.fault);
    QVERIFY(!outcome.fileError.isEmpty());
    QVERIFY(!outcome.isWhole());
}

void ChainCheckTest::aRunThatIsStoppedSaysSo()
{
    RestClient api;
    ChainCheck check(api);
    QSignalSpy finished(&check, &ChainCheck::finished);
    check.verifyFile("/nowhere/audit.jsonl");
    check.cancel();
    QCOMPARE(finished.size(), 1);
    QVERIFY(finished.first().first().value<ChainOutcome>().isCancelled);
    QVERIFY(!check.isRunning());
}

QTEST_GUILESS_MAIN(ChainCheckTest)
#include "tst_chain_check.moc"
