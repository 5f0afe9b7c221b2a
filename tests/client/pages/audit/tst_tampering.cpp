// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/widgets/FactsPane.h"
#include "common/audit/record.h"
#include "server/audit/audit.h"
#include "server/postgres/transaction.h"
#include "tests/client/app/desktop.h"

#include <prometheus/registry.h>

#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

const QString adminPassword = support::TestServer::adminPassword;

/// A superuser who goes round the triggers.
std::string superuser(const std::string& statements)
{
    return "begin; set local session_replication_role = replica; " + statements + "; commit";
}

std::string bytea(const audit::Hash& hash)
{
    return "'\\x" + audit::toHex(hash) + "'::bytea";
}

/// What the server keeps of what it has signed, gone as well: nothing on its side contradicts the records any more.
constexpr const char* forgetSigned = "delete from audit_checkpoints; delete from audit_nodes";

} // namespace

/// What a superuser of the database does to the log, and what the desktop finds: by the records themselves, or by the
/// checkpoints that this computer has seen.
class TamperingTest final : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void eachWayIsFoundAndNamed_data();
    void eachWayIsFoundAndNamed();
    void aLogThatGrewIsConsistentQuietly();
    void theAlarmStaysWhenTheOldStoryIsToldAgain();
    void theEvidenceIsReadWithoutUs();
    void afterARestoreOneGoesOnWithAReason();
    void aRotatedKeyIsTrustedAndAStrangersIsNot();
    void twoWindowsAtOnceKeepOneHistory();
    void theWitnessInBothLanguagesAndThemes();

private:
    [[nodiscard]] std::int64_t records() const { return std::stoll(m_server->database().value("select max(seq) from audit_log")); }
    void tamper(const std::string& statements) const { m_server->database().run(superuser(statements)); }
    /// One connection by which this computer sees the log as it is.
    void see() const;
    [[nodiscard]] std::string rewriteAll() const;

    std::unique_ptr<support::TestServer> m_server;
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TamperingTest::init()
{
    m_server = std::make_unique<support::TestServer>(support::Environment{{"HTTP_PORT", freePort()}});
    m_folder = std::make_unique<QTemporaryDir>();
    for (int i = 0; i < 12; ++i) // two records each
        static_cast<void>(m_server->signedIn(fmt::format("user{}", i), "auditor"));
}

void TamperingTest::see() const
{
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "audit");
    QTRY_COMPARE(desktop.text("mark-audit"), QString("✓"));
    QTRY_VERIFY(desktop.find<QPushButton>("status-audit")->text().startsWith("audit log consistent to"));
    QVERIFY(!desktop.shows("alarmBanner"));
}

std::string TamperingTest::rewriteAll() const
{
    prometheus::Registry metrics;
    const audit::Log log(metrics);
    audit::Hash previous{};
    postgres::Transaction tx(m_server->database().pool(), postgres::Mode::readOnly);
    std::vector<std::string> updates;
    log.stream(tx, {}, [&](const audit::StoredRecord& stored, const std::optional<std::string>&) {
        audit::Record record = stored.record;
        if (record.seq == 7)
            record.actor = "somebody else";
        const audit::Hash leaf = audit::leafHash(audit::canonical(record));
        const audit::Hash hash = audit::chainHash(previous, leaf);
        updates.push_back(fmt::format("update audit_log set actor = {}, leaf_hash = {}, prev_hash = {}, hash = {} where seq = {}",
                                      record.actor ? "'" + *record.actor + "'" : "null", bytea(leaf), bytea(previous),
                                      bytea(hash), record.seq));
        previous = hash;
    });
    return fmt::to_string(fmt::join(updates, "; "));
}

void TamperingTest::eachWayIsFoundAndNamed_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<QString>("named");   // by the check of the whole log; N is the number of records before
    QTest::addColumn<QString>("alarmed"); // by the witness, as soon as one is connected; empty where it sees nothing
    QTest::newRow("a field is changed") << "update audit_log set outcome = 'denied' where seq = 5" << "Record 5 was altered." << "";
    QTest::newRow("one is deleted") << "delete from audit_log where seq = 5" << "Record 5 is missing." << "";
    QTest::newRow("the last ten are deleted") << "CUT" << "The log was cut off: record CUT" << "is not what it signed";
    QTest::newRow("the last ten are deleted, and what was signed")
        << QString("CUT; ") + forgetSigned << "The log was cut off: record CUT" << "was cut off";
    QTest::newRow("one is inserted")
        << "create temp table moved on commit drop as table audit_log; delete from moved where seq < 5; delete from audit_log where seq >= 5;"
           " insert into audit_log select 5, v, ts, actor, actor_role, 'rate.changed', target_type, target_id, outcome, request_id,"
           " address, details, leaf_hash, prev_hash, sha256('forged') from moved where seq = 5;"
           " drop index audit_log_no_forks;"
           " insert into audit_log select seq + 1, v, ts, actor, actor_role, action, target_type, target_id, outcome, request_id,"
           " address, details, leaf_hash, prev_hash, hash from moved"
        << "Record 5 was inserted." << "";
    QTest::newRow("two are swapped")
        << "update audit_log set seq = -5 where seq = 5; update audit_log set seq = 5 where seq = 6;"
           " update audit_log set seq = 6 where seq = -5"
        << "Record 5 is out of order." << "";
    QTest::newRow("all are written anew with a good chain") << "REWRITE" << "The log was rewritten" << "is not what it signed";
    QTest::newRow("all are written anew, and what was signed is forgotten")
        << QString("REWRITE; ") + forgetSigned << "The log was rewritten" << "was rewritten";
}

void TamperingTest::eachWayIsFoundAndNamed()
{
    QFETCH(QString, how);
    QFETCH(QString, named);
    QFETCH(const QString, alarmed);
    see();
    const std::int64_t cut = records() - 10;
    how.replace("CUT", QString::fromStdString(fmt::format("delete from audit_log where seq > {}", cut)));
    if (how.contains("REWRITE"))
        how.replace("REWRITE", QString::fromStdString(rewriteAll()));
    tamper(how.toStdString());

    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "usage");
    if (!alarmed.isEmpty()) {
        QTRY_VERIFY(desktop.shows("alarmBanner")); // on whatever page
        QTRY_VERIFY2(desktop.find<Banner>("alarmBanner")->text().contains(alarmed),
                     qPrintable(desktop.find<Banner>("alarmBanner")->text()));
        QVERIFY(!desktop.find<Banner>("alarmBanner")->findChild<QPushButton*>("bannerClose")->isVisible());
        QCOMPARE(desktop.text("mark-audit"), QString("✗"));
    }
    desktop.click("sidebar-audit");
    desktop.click("auditVerify");
    QTRY_VERIFY(desktop.shows("auditBanner"));
    // Logging in put a record behind those that were left.
    named.replace("CUT", QString::number(cut + 2));
    const QString told = desktop.find<Banner>("auditBanner")->text();
    QVERIFY2(told.contains("is broken"), qPrintable(told));
    QVERIFY2(told.contains(named), qPrintable(told));
    QCOMPARE(desktop.text("mark-audit"), QString("✗"));
}

void TamperingTest::aLogThatGrewIsConsistentQuietly()
{
    see();
    static_cast<void>(m_server->signedIn("nina", "operator"));
    see();
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "audit");
    desktop.click("auditList-witness");
    auto* table = desktop.find<TableView>("witness");
    QTRY_VERIFY(table->model()->rowCount() >= 3);
    for (int row = 0; row < table->model()->rowCount(); ++row)
        QCOMPARE(table->model()->index(row, 2).data().toString(), QString("consistent"));
    QVERIFY(desktop.text("witnessSummary").startsWith("The log follows from every checkpoint"));
    QVERIFY(!desktop.shows("witnessExport"));
    desktop.click("auditList-records");
    desktop.click("auditVerify");
    QTRY_VERIFY(desktop.find<Banner>("auditBanner")->text().contains("is whole up to record"));
}

void TamperingTest::theAlarmStaysWhenTheOldStoryIsToldAgain()
{
    see();
    m_server->database().run("create table hidden as table audit_log; create table hidden_checkpoints as table "
                             "audit_checkpoints; create table hidden_nodes as table audit_nodes");
    tamper("delete from audit_log where seq > 8; " + std::string(forgetSigned));
    {
        Desktop desktop(m_server->baseUrl(), m_folder->path());
        desktop.open("admin", adminPassword, "usage");
        QTRY_VERIFY(desktop.shows("alarmBanner"));
    }
    tamper("delete from audit_log; insert into audit_log table hidden; delete from audit_checkpoints; delete from "
           "audit_nodes; insert into audit_checkpoints table hidden_checkpoints; insert into audit_nodes table "
           "hidden_nodes");
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "usage");
    QTRY_VERIFY(desktop.shows("alarmBanner"));
    QVERIFY(desktop.find<Banner>("alarmBanner")->text().contains("was cut off"));
    QCOMPARE(desktop.text("mark-audit"), QString("✗"));
}

void TamperingTest::theEvidenceIsReadWithoutUs()
{
    see();
    tamper(rewriteAll() + "; " + forgetSigned);
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "usage");
    QTRY_VERIFY(desktop.shows("alarmBanner"));
    QTest::mouseClick(desktop.find<Banner>("alarmBanner")->findChild<QPushButton*>("bannerAction"), Qt::LeftButton);
    QTRY_VERIFY(desktop.shows("witnessExport"));
    desktop.click("witnessExport");
    const QString path = m_folder->filePath("evidence.json");
    auto* dialog = desktop.find<QFileDialog>("witnessFileDialog");
    dialog->selectFile(path);
    QMetaObject::invokeMethod(dialog, "accept");
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonObject evidence = QJsonDocument::fromJson(file.readAll()).object();
    QCOMPARE(evidence["kind"].toString(), QString("rewritten"));
    QCOMPARE(evidence["server"].toString(), QString::fromStdString(m_server->baseUrl()));
    // A reader in another language, with another library for the signatures, knows only the published formats.
    QProcess reader;
    reader.start("python3", {HPCBILL_SOURCE_DIR "/tests/client/pages/audit/evidence_reader.py", path});
    QVERIFY(reader.waitForFinished());
    const QByteArray said = reader.readAllStandardOutput() + reader.readAllStandardError();
    QVERIFY2(reader.exitCode() == 0, said.constData());
    QVERIFY2(said.contains("both signed by the same key") && said.contains("contradiction"), said.constData());
}

void TamperingTest::afterARestoreOneGoesOnWithAReason()
{
    see();
    tamper("delete from audit_log where seq > 12; " + std::string(forgetSigned));
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "audit");
    QTRY_VERIFY(desktop.shows("alarmBanner"));
    desktop.click("auditList-witness");
    QTRY_VERIFY(desktop.shows("witnessAccept"));
    desktop.click("witnessAccept");
    QVERIFY(!desktop.find<QPushButton>("witnessForm-submit")->isEnabled());
    desktop.type("witnessForm-reason", "restored from last night's backup");
    desktop.click("witnessForm-submit");
    QTRY_VERIFY(!desktop.shows("alarmBanner"));
    QTRY_COMPARE(desktop.text("mark-audit"), QString("✓"));
    auto* table = desktop.find<TableView>("witness");
    QTRY_COMPARE(table->model()->rowCount(), 2);
    QVERIFY(desktop.shows("witnessExport")); // what was found is still there to be shown
    desktop.click("auditList-records");
    desktop.click("auditVerify");
    QTRY_VERIFY(desktop.find<Banner>("auditBanner")->text().contains("is whole up to record"));
}

void TamperingTest::aRotatedKeyIsTrustedAndAStrangersIsNot()
{
    see();
    QCOMPARE(m_server->hpcbill({"audit", "rotate-key"}).exitCode, 0);
    static_cast<void>(m_server->signedIn("nina", "operator")); // the newest checkpoint is by the new key alone
    see();
    tamper("delete from audit_keys; " + std::string(forgetSigned));
    QCOMPARE(m_server->stop(), 0);
    m_server->start(); // and makes itself another key
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "usage");
    QTRY_VERIFY(desktop.shows("alarmBanner"));
    QVERIFY(desktop.find<Banner>("alarmBanner")->text().contains("signed by another key"));
}

void TamperingTest::twoWindowsAtOnceKeepOneHistory()
{
    Desktop one(m_server->baseUrl(), m_folder->path());
    Desktop other(m_server->baseUrl(), m_folder->path());
    one.open("admin", adminPassword, "audit");
    other.open("admin", adminPassword, "audit");
    for (int i = 0; i < 5; ++i) {
        static_cast<void>(m_server->signedIn(fmt::format("late{}", i), "auditor"));
        one.witness.check();
        other.witness.check();
        const qint64 size = records();
        QTRY_VERIFY(!one.witness.seen().isEmpty() && one.witness.seen().first().size >= size);
        QTRY_VERIFY(!other.witness.seen().isEmpty() && other.witness.seen().first().size >= size);
    }
    QCOMPARE(one.witness.state(), Witness::State::consistent);
    QCOMPARE(other.witness.state(), Witness::State::consistent);
    QVERIFY(!one.shows("alarmBanner") && !other.shows("alarmBanner"));
}

void TamperingTest::theWitnessInBothLanguagesAndThemes()
{
    see();
    static_cast<void>(m_server->signedIn("nina", "operator"));
    see();
    tamper(rewriteAll() + "; " + forgetSigned);
    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    Desktop desktop(m_server->baseUrl(), m_folder->path());
    desktop.open("admin", adminPassword, "audit");
    QTRY_VERIFY(desktop.shows("alarmBanner"));
    for (const char* code : {"en", "th"}) {
        for (const char* kind : {"light", "dark"}) {
            desktop.choose(QString("language-") + code);
            QTRY_COMPARE(desktop.language.code(), QString(code));
            desktop.choose(QString("theme-") + kind);
            QTRY_COMPARE(desktop.theme.kind() == Theme::Kind::dark, QString(kind) == "dark");
            const auto shoot = [&](const char* what) {
                QVERIFY(desktop.shot().save(folder.filePath(QString("audit-%1-%2-%3.png").arg(what, code, kind))));
            };
            desktop.click("auditList-witness");
            shoot("witness");
            desktop.click("witnessAccept");
            shoot("accept");
            desktop.click("witnessForm-dismiss");
            desktop.click("auditList-records");
            shoot("alarmed");
        }
    }
}

QTEST_MAIN(TamperingTest)
#include "tst_tampering.moc"
