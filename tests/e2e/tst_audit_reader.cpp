// SPDX-License-Identifier: GPL-3.0-or-later
// The exported audit log, read by a program in another language that was written from docs/audit-format.md alone.
#include "tests/support/test_server.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;

namespace
{

struct Verdict {
    int exitCode = -1;
    QString words;
};

Verdict readerSays(const QByteArrayList& lines)
{
    QTemporaryFile file;
    if (!file.open()) return {};
    file.write(lines.join('\n') + '\n');
    file.flush();
    QProcess reader;
    reader.start("python3", {HPCBILL_SOURCE_DIR "/tests/e2e/audit_reader.py", file.fileName()});
    reader.waitForFinished(120'000);
    return {reader.exitCode(), reader.readAllStandardOutput().trimmed() + reader.readAllStandardError()};
}

} // namespace

class TestAuditReader final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<support::TestServer>();
        const support::HttpClient admin = m_server->admin();
        // What canonical JSON has to spell rightly: Thai, quotes, control characters, a character beyond the first plane.
        for (const char* reason : {"ปรับราคา", "a \"quoted\" \\ reason", "two\nlines\tand a tab", "\xf0\x9f\x92\xb0 money", "</script>&"}) {
            const std::string etag = admin.get("/api/v1/rates/mu/history").header("etag");
            const support::Answer answer = admin.ask("PUT", "/api/v1/rates/mu",
                nlohmann::ordered_json{{"cpu", "1.5"}, {"gpu", "5.5"}, {"mem", "0.25"}, {"reason", reason}}.dump(),
                {{"If-Match", etag}, {"Content-Type", "application/json"}});
            QVERIFY2(answer.status == 200 || answer.status == 400, answer.body.c_str()); // control characters may be refused
        }
        for (int more = 0; more < 3; ++more) { // several checkpoints, one of them by a new key
            admin.get("/api/v1/audit/checkpoint");
            QVERIFY(!m_server->signedIn("user" + std::to_string(more), "user").token().empty());
        }
        QCOMPARE(m_server->hpcbill({"audit", "rotate-key"}).exitCode, 0);
        const support::Outcome outcome = m_server->hpcbill({"audit", "export"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.c_str());
        m_lines = QByteArray::fromStdString(outcome.output).trimmed().split('\n');
        for (const QByteArray& line : m_lines)
            (line.startsWith("{\"seq\":") ? m_records : m_others).append(line);
        QVERIFY(m_records.size() >= 10);
        QVERIFY(m_others.size() >= 6); // two keys, the newest checkpoint, and three and more in their places
    }

    void cleanupTestCase() { m_server.reset(); }

    void bothFindTheLogWholeWithTheSameHead()
    {
        const Verdict verdict = readerSays(m_lines);
        QVERIFY2(verdict.exitCode == 0, qPrintable(verdict.words));
        const auto ours = nlohmann::json::parse(m_server->hpcbill({"--json", "audit", "verify"}).output);
        QVERIFY(ours.at("whole").get<bool>());
        QCOMPARE(verdict.words, QString("whole %1 %2 %1").arg(m_records.size()).arg(QString::fromStdString(ours.at("head").get<std::string>())));
        QVERIFY(readerSays(m_records).words.endsWith(" 0")); // as exports were before there were checkpoints
    }

    void bothFindAWindowWhole()
    {
        const auto middle = nlohmann::json::parse(m_records[m_records.size() / 2].toStdString());
        const support::Outcome outcome = m_server->hpcbill({"audit", "export", "--from", middle.at("ts").get<std::string>()});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.c_str());
        QByteArrayList lines = QByteArray::fromStdString(outcome.output).trimmed().split('\n');
        const auto tree = std::find_if(lines.begin(), lines.end(), [](const QByteArray& line) { return line.startsWith("{\"tree\":"); });
        QVERIFY(tree != lines.end());
        QVERIFY2(readerSays(lines).words.startsWith("whole "), qPrintable(readerSays(lines).words));
        QVERIFY(!readerSays(lines).words.endsWith(" 0"));
        char& digit = (*tree)[tree->indexOf("\"hashes\":[\"") + 11];
        digit = digit == '0' ? '1' : '0';
        const Verdict verdict = readerSays(lines);
        QCOMPARE(verdict.exitCode, 1);
        QVERIFY2(verdict.words.contains("rewritten"), qPrintable(verdict.words));
    }

    void theExampleInTheTextIsTrue()
    {
        QFile text(HPCBILL_SOURCE_DIR "/docs/audit-format.md");
        QVERIFY(text.open(QIODevice::ReadOnly));
        const QByteArray all = text.readAll();
        const qsizetype from = all.indexOf("\n{\"seq\":1,") + 1;
        QVERIFY(from > 0);
        QCOMPARE(readerSays({all.mid(from, all.indexOf('\n', from) - from)}).words.section(' ', 0, 1), QString("whole 1"));
    }

    void eachKindOfTamperingIsNamed_data()
    {
        QTest::addColumn<QByteArrayList>("lines");
        QTest::addColumn<QString>("verdict");
        const QByteArrayList whole = m_records;
        const auto changed = [&](auto change) {
            QByteArrayList lines = whole;
            change(lines);
            return lines;
        };
        QTest::newRow("a byte of the second") << changed([](QByteArrayList& l) { l[1].replace("\"outcome\":\"", "\"outcome\":\"x"); }) << "2 altered";
        QTest::newRow("a hash of the third") << changed([](QByteArrayList& l) { l[2].replace("\"leaf_hash\":\"", "\"leaf_hash\":\"0"); }) << "3 altered";
        QTest::newRow("one more member") << changed([](QByteArrayList& l) { l[1].replace("{\"seq\"", "{\"note\":\"x\",\"seq\""); }) << "2 altered";
        QTest::newRow("the second removed") << changed([](QByteArrayList& l) { l.removeAt(1); }) << "2 missing";
        QTest::newRow("the second twice") << changed([](QByteArrayList& l) { l.insert(1, l[1]); }) << "2 inserted";
        QTest::newRow("two swapped") << changed([](QByteArrayList& l) { l.swapItemsAt(1, 2); }) << "2 reordered";
        QTest::newRow("another beginning") << changed([](QByteArrayList& l) { l[0].replace("\"prev_hash\":\"0", "\"prev_hash\":\"1"); }) << "1 altered";
        const auto withCheckpoints = [&](auto change) {
            QByteArrayList lines = m_lines;
            change(lines);
            return lines;
        };
        QTest::newRow("the last cut off") << withCheckpoints([](QByteArrayList& l) { l.resize(l.size() - 3); }) << QString::number(m_records.size() - 1) + " cut_off";
        QTest::newRow("a checkpoint's root") << withCheckpoints([&](QByteArrayList& l) {
            QByteArray& line = l[l.indexOf(m_others.last())];
            const qsizetype root = line.indexOf("\\n", line.indexOf("\\n") + 1) + 2;
            line[root] = line[root] == 'A' ? 'B' : 'A';
        }) << "1 altered";
    }

    void eachKindOfTamperingIsNamed()
    {
        QFETCH(const QByteArrayList, lines);
        QFETCH(const QString, verdict);
        QVERIFY(lines != m_lines && lines != m_records);
        const Verdict said = readerSays(lines);
        QCOMPARE(said.exitCode, 1);
        QCOMPARE(said.words.section(' ', 0, 1), verdict);
        // And so says our own.
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write(lines.join('\n') + '\n');
        file.flush();
        const auto ours = nlohmann::json::parse(support::runHpcbill({}, {"--json", "audit", "verify", file.fileName().toStdString()}).output).at("finding");
        QCOMPARE(QString("%1 %2").arg(ours.at("seq").get<int>()).arg(QString::fromStdString(ours.at("fault").get<std::string>())), verdict);
    }

private:
    std::unique_ptr<support::TestServer> m_server;
    QByteArrayList m_lines;
    QByteArrayList m_records; // of the lines
    QByteArrayList m_others;  // keys and checkpoints
};

QTEST_GUILESS_MAIN(TestAuditReader)
#include "tst_audit_reader.moc"
