// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/models/PagedTableModel.h"
#include "client/widgets/BarChart.h"
#include "client/widgets/FactsPane.h"
#include "server/audit/audit.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/webhooks/webhooks.h"
#include "server/usage/usage.h"
#include "tests/client/app/desktop.h"
#include "tests/support/jobs.h"

#include <prometheus/registry.h>

#include <QAbstractSpinBox>
#include <QAccessible>
#include <QComboBox>
#include <QDialog>
#include <QFileDialog>
#include <QRadioButton>
#include <QRegularExpression>
#include <QSignalSpy>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

constexpr int jobCount = 450;
const QString adminPassword = support::TestServer::adminPassword;

} // namespace

/// The real window, driven by keys and clicks, against the real server.
class WindowTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void aWrongPasswordIsToldAndTheRightOneOpensTheWindow();
    void anAuditorReadsEverythingAndChangesNothing();
    void usageShowsEveryJobAndThePriceOfOne();
    void filtersByKeyboardAndBackRestoresWhatWas();
    void aBarChosenNarrowsTheTable();
    void anEditedRateIsInForceTaggedAnewAndOnRecord();
    void aStaleEditShowsWasTheirsAndMine();
    void discardingCanBeUndone();
    void whatWasTypedSurvivesAnExpiredSession();
    void whatWasTypedSurvivesAServerThatIsAway();
    void theChainIsVerifiedHereAndTamperingIsFound();
    void anExportedFileIsVerifiedWithoutTheServer();
    void everyControlHasANameForScreenReadersAndForTests();
    void everyPageInBothLanguagesAndThemes();

private:
    [[nodiscard]] std::string firstUser() const;
    void changeRates(const std::string& tier, const std::string& cpu, const std::string& gpu,
                     const std::string& reason) const;

    std::unique_ptr<support::TestServer> m_server;
};

void WindowTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>(support::Environment{{"HTTP_PORT", freePort()}});
    prometheus::Registry metrics;
    audit::Log audit(metrics);
    const webhooks::Outbox outbox;
    const rates::RateBook rates(m_server->database().pool(), audit, outbox, Currency::thb());
    const rates::BillingRules rules(m_server->database().pool(), audit, outbox, Currency::thb());
    const rates::Tiers tiers({.pool = m_server->database().pool(), .audit = audit, .outbox = outbox, .rates = rates});
    const rates::Prices prices(rates, rules, rates::RateAt::receipt);
    const usage::JobStore jobs(prices, tiers);
    const usage::ClusterId cluster = support::addCluster(m_server->database(), "lanta");
    postgres::Transaction tx(m_server->database().pool(), postgres::Mode::readWrite);
    jobs.merge(tx, cluster, support::manyJobs(jobCount, 5));
    tx.commit();
}

std::string WindowTest::firstUser() const
{
    return m_server->database().value("select username from jobs order by submit_at limit 1");
}

void WindowTest::changeRates(const std::string& tier, const std::string& cpu, const std::string& gpu,
                             const std::string& reason) const
{
    const support::HttpClient admin = m_server->admin();
    const std::string etag = admin.get("/api/v1/rates/" + tier + "/history").header("etag");
    const nlohmann::ordered_json body{{"cpu", cpu}, {"gpu", gpu}, {"mem", "0.5"}, {"reason", reason}};
    const auto answer = admin.ask("PUT", "/api/v1/rates/" + tier, body.dump(),
                                  {{"If-Match", etag}, {"Content-Type", "application/json"}});
    QCOMPARE(answer.status, 200);
}

void WindowTest::aWrongPasswordIsToldAndTheRightOneOpensTheWindow()
{
    Desktop desktop(m_server->baseUrl());
    desktop.logIn("admin", "wrong");
    QTRY_COMPARE(desktop.text("loginMessage"), QString("Name or password is wrong."));
    QVERIFY(!desktop.window.workspace());
    QVERIFY(desktop.find<QLineEdit>("loginPassword")->text().isEmpty());
    desktop.logIn("admin", adminPassword);
    QTRY_VERIFY(desktop.window.workspace());
    QCOMPARE(desktop.text("statusUser"), QString("admin (admin)"));
    for (const char* page : {"sidebar-usage", "sidebar-rates", "sidebar-audit"})
        QVERIFY(desktop.shows(page));
    for (const QString& key : desktop.settings.allKeys())
        QVERIFY2(!desktop.settings.value(key).toString().contains(adminPassword), qPrintable(key));
}

void WindowTest::anAuditorReadsEverythingAndChangesNothing()
{
    const support::HttpClient made = m_server->signedIn("audrey", "auditor");
    Desktop desktop(m_server->baseUrl());
    desktop.open("audrey", "password of audrey", "rates");
    QTRY_VERIFY(desktop.shows("rateCard-mu"));
    QVERIFY(!desktop.shows("rateEdit-mu"));
}

void WindowTest::usageShowsEveryJobAndThePriceOfOne()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "usage");
    auto* table = desktop.find<TableView>("jobs");
    QTRY_VERIFY(table->model()->rowCount() > 0);
    auto* model = qobject_cast<PagedTableModel*>(table->model());
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End, Qt::ControlModifier);
    while (!model->isComplete()) {
        QTRY_VERIFY(model->state() == PagedTableModel::State::ready);
        const int before = model->rowCount();
        QTest::keyClick(table, Qt::Key_End, Qt::ControlModifier);
        QTRY_VERIFY(model->rowCount() > before || model->isComplete());
    }
    QCOMPARE(model->rowCount(), jobCount);
    QTRY_COMPARE(desktop.text("jobsCount"), QString("%1 jobs").arg(jobCount));

    QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
    QTRY_VERIFY(desktop.shows("jobFacts"));
    const QString cost = model->index(0, 4).data().toString();
    const auto shown = [&desktop] { return desktop.find<FactsPane>("jobFacts")->plainText(); };
    QTRY_VERIFY(shown().contains("Job " + model->index(0, 0).data().toString()));
    QVERIFY(shown().contains("How the price came about"));
    QVERIFY2(shown().contains(cost), qPrintable(shown()));
    QTest::keyClick(table, Qt::Key_Escape);
    desktop.press(Qt::Key_Escape);
    QTRY_VERIFY(!desktop.shows("jobFacts"));
}

void WindowTest::filtersByKeyboardAndBackRestoresWhatWas()
{
    const QString user = QString::fromStdString(firstUser());
    const int expected = std::stoi(
        m_server->database().value("select count(*) from jobs where username = '" + firstUser() + "'"));
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "usage");
    auto* table = desktop.find<TableView>("jobs");
    QTRY_COMPARE(table->model()->rowCount(), 200);
    desktop.type("filterUser", user);
    QTest::keyClick(desktop.find<QLineEdit>("filterUser"), Qt::Key_Return);
    QTRY_COMPARE(table->model()->rowCount(), std::min(expected, 200));
    for (int row = 0; row < table->model()->rowCount(); ++row)
        QCOMPARE(table->model()->index(row, 1).data().toString(), user);

    desktop.press(Qt::Key_Left, Qt::AltModifier);
    QTRY_COMPARE(desktop.find<QLineEdit>("filterUser")->text(), QString());
    QTRY_COMPARE(table->model()->rowCount(), 200);
    desktop.press(Qt::Key_Right, Qt::AltModifier);
    QTRY_COMPARE(desktop.find<QLineEdit>("filterUser")->text(), user);

    desktop.type("filterAccount", "nobody's");
    QTest::keyClick(desktop.find<QLineEdit>("filterAccount"), Qt::Key_Return);
    QTRY_VERIFY(desktop.find<QWidget>("jobsState")->findChild<QWidget*>("message")->isVisible());
    desktop.click("filterClear");
    QTRY_COMPARE(table->model()->rowCount(), 200);
}

void WindowTest::aBarChosenNarrowsTheTable()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "usage");
    auto* chart = desktop.find<BarChart>("usageChart");
    QTRY_VERIFY(!chart->bars().isEmpty());
    const QString month = chart->bars().first().key;
    QTest::keyClick(chart, Qt::Key_Right);
    QTest::keyClick(chart, Qt::Key_Return);
    const auto expected = m_server->database().value(
        "select count(*) from jobs where to_char(ended_at at time zone 'UTC', 'YYYY-MM') = '" +
        month.toStdString() + "'");
    auto* table = desktop.find<TableView>("jobs");
    QTRY_COMPARE(table->model()->rowCount(), std::min(200, std::stoi(expected)));
    QVERIFY(desktop.find<QToolButton>("timeRange")->text() != "All time");
    desktop.click("back");
    QTRY_COMPARE(desktop.find<QToolButton>("timeRange")->text(), QString("All time"));
    QTRY_COMPARE(table->model()->rowCount(), 200);
}

void WindowTest::anEditedRateIsInForceTaggedAnewAndOnRecord()
{
    const auto before = m_server->nobody().get("/formula?type=mu");
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "usage");
    desktop.press(Qt::Key_2, Qt::ControlModifier);
    QTRY_VERIFY(desktop.shows("rateEdit-mu"));
    desktop.click("rateEdit-mu");
    QVERIFY(!desktop.find<QPushButton>("rateSave")->isEnabled());
    desktop.type("rateWill-cpu", "x");
    QVERIFY(desktop.shows("rateFault-cpu"));
    desktop.type("rateWill-cpu", "1.875");
    QVERIFY(!desktop.shows("rateFault-cpu"));
    QVERIFY(desktop.text("rateSummary").contains("→ 1.875"));
    QVERIFY(!desktop.find<QPushButton>("rateSave")->isEnabled()); // no reason yet
    desktop.type("rateReason", "electricity");
    QTest::keyClick(desktop.find<QWidget>("rateReason"), Qt::Key_Return);
    QTRY_VERIFY(desktop.shows("ratesBanner"));
    QVERIFY(!desktop.shows("rateEditor"));
    QTRY_COMPARE(desktop.text("rate-mu-cpu"), QString("1.875"));

    const auto after = m_server->nobody().get("/formula?type=mu");
    QVERIFY(after.header("etag") != before.header("etag"));
    QVERIFY(after.body.find("\"cpu\":1.875") != std::string::npos);
    QCOMPARE(m_server->nobody().get("/formula?type=mu", {{"If-None-Match", after.header("etag")}}).status,
             304);

    desktop.press(Qt::Key_4, Qt::ControlModifier);
    auto* table = desktop.find<TableView>("audit");
    QTRY_VERIFY(table->model()->rowCount() > 0);
    QCOMPARE(table->model()->index(0, 5).data().toString(), QString("rate mu"));
    table->selectRow(0);
    QTRY_VERIFY(desktop.find<FactsPane>("auditFacts")->plainText().contains("→ 1.875000"));
    QVERIFY(desktop.find<FactsPane>("auditFacts")->plainText().contains("electricity"));
}

void WindowTest::aStaleEditShowsWasTheirsAndMine()
{
    changeRates("gov", "3", "10", "as it was");
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "rates");
    QTRY_VERIFY(desktop.shows("rateEdit-gov"));
    desktop.click("rateEdit-gov");
    desktop.type("rateWill-cpu", "4");
    desktop.type("rateReason", "mine");
    changeRates("gov", "3.5", "12", "theirs");
    desktop.click("rateSave");
    QTRY_VERIFY(desktop.shows("rateConflict"));
    QCOMPARE(desktop.find<QRadioButton>("conflict-cpu-theirs")->text(), QString("3.50"));
    QCOMPARE(desktop.find<QRadioButton>("conflict-cpu-mine")->text(), QString("4"));
    QVERIFY(desktop.find<QRadioButton>("conflict-gpu-theirs")->isChecked()); // only they changed it
    QVERIFY(!desktop.find<QPushButton>("rateSave")->isEnabled()); // both changed cpu: somebody has to choose
    QCOMPARE(desktop.find<QLineEdit>("rateReason")->text(), QString("mine"));
    QVERIFY(desktop.find<QRadioButton>("conflict-cpu-mine")->hasFocus()); // and not the button that discards
    desktop.tick("conflict-cpu-mine");
    desktop.click("rateSave");
    QTRY_VERIFY(desktop.shows("ratesBanner"));
    const auto formula = m_server->nobody().get("/formula?type=gov").body;
    QVERIFY2(formula.find("\"cpu\":4") != std::string::npos &&
                 formula.find("\"gpu\":12") != std::string::npos,
             formula.c_str());
}

void WindowTest::discardingCanBeUndone()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "rates");
    QTRY_VERIFY(desktop.shows("rateEdit-gov"));
    desktop.click("rateEdit-gov");
    desktop.click("rateDiscard");
    QVERIFY(!desktop.shows("ratesBanner")); // nothing was typed
    desktop.click("rateEdit-gov");
    desktop.type("rateWill-cpu", "9");
    desktop.click("rateDiscard");
    QVERIFY(!desktop.shows("rateEditor"));
    QTest::mouseClick(desktop.find<Banner>("ratesBanner")->findChild<QPushButton*>("bannerAction"),
                      Qt::LeftButton);
    QVERIFY(desktop.shows("rateEditor"));
    QCOMPARE(desktop.find<QLineEdit>("rateWill-cpu")->text(), QString("9"));
}

void WindowTest::whatWasTypedSurvivesAnExpiredSession()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "rates");
    QTRY_VERIFY(desktop.shows("rateEdit-private"));
    desktop.click("rateEdit-private");
    desktop.type("rateWill-mem", "2.5");
    desktop.type("rateReason", "half done");
    m_server->database().run("delete from sessions");
    desktop.press(Qt::Key_F5);
    QTRY_VERIFY(desktop.shows("renewalDialog"));
    auto* dialog = desktop.find<QDialog>("renewalDialog");
    auto* password = dialog->findChild<QLineEdit*>("loginPassword");
    QCOMPARE(dialog->findChild<QLineEdit*>("loginUsername")->text(), QString("admin"));
    QTest::keyClicks(password, adminPassword);
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_VERIFY(!desktop.shows("renewalDialog"));
    QCOMPARE(desktop.find<QLineEdit>("rateWill-mem")->text(), QString("2.5"));
    QCOMPARE(desktop.find<QLineEdit>("rateReason")->text(), QString("half done"));
    desktop.click("rateSave");
    QTRY_COMPARE(desktop.text("rate-private-mem"), QString("2.50"));
}

void WindowTest::whatWasTypedSurvivesAServerThatIsAway()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "rates");
    QTRY_VERIFY(desktop.shows("rateEdit-private"));
    desktop.click("rateEdit-private");
    desktop.type("rateWill-mem", "3.25");
    desktop.type("rateReason", "during an outage");
    QCOMPARE(m_server->stop(), 0);
    desktop.click("rateSave");
    QTRY_VERIFY(desktop.shows("awayBanner"));
    QCOMPARE(desktop.find<QLineEdit>("rateWill-mem")->text(), QString("3.25"));
    m_server->start();
    QTRY_VERIFY(!desktop.shows("awayBanner"));
    QCOMPARE(desktop.find<QLineEdit>("rateReason")->text(), QString("during an outage"));
    desktop.click("rateSave");
    QTRY_COMPARE(desktop.text("rate-private-mem"), QString("3.25"));
}

void WindowTest::theChainIsVerifiedHereAndTamperingIsFound()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "audit");
    QTRY_VERIFY(desktop.find<TableView>("audit")->model()->rowCount() > 0);
    QTRY_VERIFY(desktop.find<QPushButton>("status-audit")->text().startsWith("audit log consistent to"));
    const qint64 before = std::stoll(m_server->database().value("select max(seq) from audit_log")); // more may come meanwhile
    desktop.click("auditVerify");
    QTRY_VERIFY(desktop.shows("auditBanner"));
    QCOMPARE(desktop.text("mark-audit"), QString("✓"));
    static const QRegularExpression whole("is whole up to record ([0-9,]+)");
    QString upTo = whole.match(desktop.find<Banner>("auditBanner")->text()).captured(1);
    QVERIFY2(upTo.remove(',').toLongLong() >= before, qPrintable(desktop.find<Banner>("auditBanner")->text()));

    const std::string outcome = m_server->database().value("select outcome from audit_log where seq = 2");
    const auto tamper =
        [this](const std::string& newOutcome) { // as a superuser, who can go round the trigger
            m_server->database().run(
                "begin; set local session_replication_role = replica; update audit_log set outcome = '" +
                newOutcome + "' where seq = 2; commit");
        };
    tamper("forged");
    desktop.click("auditVerify");
    QTRY_COMPARE(desktop.text("mark-audit"), QString("✗"));
    QVERIFY(desktop.find<Banner>("auditBanner")->text().contains("Record 2 was altered."));
    QCOMPARE(desktop.find<QPushButton>("status-audit")->text(), QString("audit log broken at 2 ✗"));
    tamper(outcome);
    desktop.click("auditVerify");
    QTRY_COMPARE(desktop.text("mark-audit"), QString("✓"));
}

void WindowTest::anExportedFileIsVerifiedWithoutTheServer()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "audit");
    const std::string exported = m_server->admin().get("/api/v1/audit/export?format=jsonl").body;
    const auto verify = [&desktop](const QString& name, const QByteArray& content) {
        QFile file(desktop.folder().filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
        file.close();
        desktop.click("auditOpenFile");
        auto* dialog = desktop.find<QFileDialog>("auditFileDialog");
        dialog->selectFile(file.fileName());
        QMetaObject::invokeMethod(dialog, "accept");
        QTRY_VERIFY(desktop.find<Banner>("auditBanner")->isVisible());
        QTRY_VERIFY(!desktop.window.findChild<QFileDialog*>("auditFileDialog"));
    };
    verify("whole.jsonl", QByteArray::fromStdString(exported));
    QVERIFY(desktop.find<Banner>("auditBanner")->text().contains("whole.jsonl is whole up to record"));
    QByteArray forged = QByteArray::fromStdString(exported);
    forged.replace(forged.indexOf("admin"), 5, "nimda");
    verify("forged.jsonl", forged);
    QVERIFY(desktop.find<Banner>("auditBanner")->text().contains("forged.jsonl is broken."));
    QTRY_VERIFY(desktop.find<QPushButton>("status-audit")
                    ->text()
                    .startsWith("audit log consistent to")); // the file is broken, not the log
}

void WindowTest::everyControlHasANameForScreenReadersAndForTests()
{
    Desktop desktop(m_server->baseUrl());
    desktop.open("admin", adminPassword, "rates");
    QTRY_VERIFY(desktop.shows("rateEdit-mu"));
    desktop.click("rateEdit-mu");
    const QList<QWidget*> parts = desktop.window.findChildren<QWidget*>();
    // Pages that are not in front are looked at too; banners and editors that are hidden have nothing to say
    // yet.
    const auto isPutAway = [](const QWidget* part) {
        for (; part; part = part->parentWidget()) {
            if (part->isHidden() && !part->objectName().startsWith("page-"))
                return true;
        }
        return false;
    };
    int controls = 0;
    for (QWidget* part : parts) {
        // Parts inside Qt's own widgets (the field of a combo box, the corner of a table) speak through
        // those.
        const QString name = part->objectName();
        const auto* area = qobject_cast<QAbstractScrollArea*>(part->parentWidget());
        if ((area && area->viewport() == part) || isPutAway(part) || !(part->focusPolicy() & Qt::TabFocus) ||
            name.startsWith("qt_") || qobject_cast<QComboBox*>(part->parentWidget()) ||
            qobject_cast<QAbstractSpinBox*>(part->parentWidget()))
            continue;
        ++controls;
        const auto* inside = part->parentWidget();
        const QString what =
            QString("%1 in %2")
                .arg(part->metaObject()->className(), inside ? inside->objectName() : QString());
        QVERIFY2(!name.isEmpty(), qPrintable(what));
        auto* spoken = QAccessible::queryAccessibleInterface(part);
        QVERIFY2(spoken && !spoken->text(QAccessible::Name).isEmpty(), qPrintable(name + ", " + what));
    }
    QVERIFY(controls > 30);
}

void WindowTest::everyPageInBothLanguagesAndThemes()
{
    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    Desktop desktop(m_server->baseUrl());
    QVERIFY(desktop.shot().save(folder.filePath("login.png")));
    desktop.open("admin", adminPassword, "usage");
    QTRY_VERIFY(desktop.find<TableView>("jobs")->model()->rowCount() > 0);
    QTRY_VERIFY(!desktop.find<BarChart>("usageChart")->bars().isEmpty());
    desktop.find<TableView>("jobs")->selectRow(0);
    QTRY_VERIFY(desktop.find<FactsPane>("jobFacts")->plainText().contains("How the price came about"));
    desktop.click("sidebar-rates");
    QTRY_VERIFY(desktop.shows("rateEdit-mu"));
    desktop.click("rateEdit-mu");
    desktop.type("rateWill-gpu", "7.5");
    desktop.click("sidebar-audit");
    QTRY_VERIFY(desktop.find<TableView>("audit")->model()->rowCount() > 0);
    desktop.find<TableView>("audit")->selectRow(0);
    for (const char* code : {"en", "th"}) {
        for (const char* kind : {"light", "dark"}) {
            desktop.choose(QString("language-") + code);
            QTRY_COMPARE(desktop.language.code(), QString(code));
            desktop.choose(QString("theme-") + kind);
            QTRY_COMPARE(desktop.theme.kind() == Theme::Kind::dark, QString(kind) == "dark");
            for (const char* page : {"usage", "rates", "audit"}) {
                desktop.click(QString("sidebar-") + page);
                QVERIFY(desktop.shows(QString("page-") + page));
                const QImage shot = desktop.shot();
                QVERIFY(shot.save(folder.filePath(QString("%1-%2-%3.png").arg(page, code, kind))));
                // The surface shows at the right end of the header: light is light and dark is dark.
                QCOMPARE(qGray(shot.pixel(shot.width() - 3, 3)) < 128, QString(kind) == "dark");
            }
            QCOMPARE(desktop.text("pageTitle"),
                     QString(code) == "th" ? QString("การตรวจสอบ") : QString("Audit"));
        }
    }
}

QTEST_MAIN(WindowTest)
#include "tst_window.moc"
