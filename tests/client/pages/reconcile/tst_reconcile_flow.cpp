// SPDX-License-Identifier: GPL-3.0-or-later
// Stuck payments in the real window, against the real server and a provider over real HTTP.
#include "client/widgets/FactsPane.h"
#include "tests/client/app/desktop.h"
#include "tests/support/payment_world.h"

#include <QAbstractItemModel>
#include <QComboBox>
#include <QJsonDocument>
#include <QMimeData>
#include <QDialog>
#include <QFileDialog>
#include <QLineEdit>
#include <QPlainTextEdit>

#include <fmt/format.h>

using namespace hpcbill;
using namespace hpcbill::client;
using support::BegunPayment;
using support::PaymentWorld;
using Json = nlohmann::ordered_json;

class ReconcileFlowTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_world = std::make_unique<PaymentWorld>(); }
    void cleanupTestCase() { m_world.reset(); }
    void cleanup();

    void nothingStuckIsSaid();
    void aStuckPaymentIsTakenFromDiagnosisToSettled();
    void askingTheProviderSettlesWhatItSaysIsPaid();
    void messagesAreReplayedWhenTheSecretIsBack();
    void anAdminPutsTheSecretBackAndReplays();
    void aRefusalIsToldInPlaceAndKeepsWhatWasTyped();
    void whatWasTypedWaitsWhileOneLooksElsewhere();
    void whatWasTypedSurvivesAnExpiredSession();
    void whatOthersDoShowsAtOnce();
    void anAuditorSeesAllAndHasNoActions();
    void aStatementIsShownFirstAndSettledThen();
    void everyListInBothLanguagesAndThemes();

private:
    BegunPayment begin() { return m_world->begin(fmt::format("payer{}", ++m_payers)); }
    BegunPayment stuck(const std::string& interval = "2 hours");
    void signIn(Desktop& desktop) const;
    QString status(const BegunPayment& begun) const;
    static TableView* queue(const Desktop& desktop) { return desktop.find<TableView>("queue"); }
    static QString facts(const Desktop& desktop) { return desktop.find<FactsPane>("paymentFacts")->plainText(); }

    std::unique_ptr<PaymentWorld> m_world;
    int m_payers = 0;
};

void ReconcileFlowTest::cleanup()
{
    m_world->provider.conduct({{"webhooks", nullptr}, {"report", nullptr}, {"answers", nullptr}});
    m_world->provider.conduct({{"webhooks", {{"retries", 0}}}});
    // What a case leaves over is young for the next one.
    m_world->server.database().run("lock table payments in exclusive mode; update payments set created_at = now() + interval '1 minute'");
}

BegunPayment ReconcileFlowTest::stuck(const std::string& interval)
{
    const BegunPayment begun = begin();
    m_world->age(begun, interval);
    return begun;
}

void ReconcileFlowTest::signIn(Desktop& desktop) const
{
    desktop.open(PaymentWorld::operatorName, QString("password of ") + PaymentWorld::operatorName, "reconcile");
}

QString ReconcileFlowTest::status(const BegunPayment& begun) const
{
    return QString::fromStdString(
        m_world->server.database().value(fmt::format("select status from receipts where id = {}", begun.receipt)));
}

void ReconcileFlowTest::nothingStuckIsSaid()
{
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(desktop.find<QWidget>("queueState")->findChild<QLabel*>("messageText")->text(),
                 QString("Nothing is stuck."));
    QVERIFY(!desktop.shows("mark-reconcile"));
}

void ReconcileFlowTest::aStuckPaymentIsTakenFromDiagnosisToSettled()
{
    m_world->provider.conduct({{"webhooks", {{"silent", true}}}});
    const BegunPayment older = stuck("30 hours");
    const BegunPayment begun = stuck("2 hours");
    const QString number = QString::fromStdString(begun.receiptNumber);
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 2);
    QCOMPARE(desktop.text("mark-reconcile"), QString("2"));
    QCOMPARE(queue(desktop)->model()->index(0, 1).data().toString(), QString::fromStdString(older.receiptNumber));
    QCOMPARE(queue(desktop)->model()->index(1, 0).data().toString(), QString("no message came"));

    queue(desktop)->setFocus();
    desktop.press(Qt::Key_J);
    desktop.press(Qt::Key_J);
    QTRY_VERIFY(desktop.shows("paymentFacts"));
    QTRY_VERIFY2(facts(desktop).contains(number), qPrintable(facts(desktop)));
    QVERIFY(facts(desktop).contains("The provider has sent no message about this payment."));
    QVERIFY(facts(desktop).contains("Next: Ask the provider how the payment stands."));
    QVERIFY(facts(desktop).contains("checkout opened by payer"));

    desktop.press(Qt::Key_M);
    QTRY_VERIFY(desktop.shows("paymentForm"));
    QCOMPARE(desktop.find<QPushButton>("paymentForm-submit")->text(), QString("Mark %1 paid").arg(number));
    QVERIFY(!desktop.find<QPushButton>("paymentForm-submit")->isEnabled());
    desktop.type("paymentForm-external_reference", "KBANK 20261123-77");
    QVERIFY(!desktop.find<QPushButton>("paymentForm-submit")->isEnabled()); // no reason yet
    // Letters are letters here, not commands: j, k, a, r and m.
    desktop.type("paymentForm-reason", "slip of the payer, jkarm");
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("slip of the payer, jkarm"));
    QCOMPARE(status(begun), QString("pending")); // nothing happened yet
    QTest::keyClick(desktop.find<QWidget>("paymentForm-reason"), Qt::Key_Return);
    QTRY_COMPARE(desktop.find<Banner>("paymentBanner")->text(), QString("%1 is marked paid.").arg(number));
    QVERIFY(!desktop.shows("paymentForm"));
    QCOMPARE(status(begun), QString("paid"));
    QCOMPARE(m_world->server.database().value(
                 fmt::format("select external_reference from receipts where id = {}", begun.receipt)),
             std::string("KBANK 20261123-77"));
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    QTRY_COMPARE(desktop.text("mark-reconcile"), QString("1"));
    QTRY_VERIFY2(facts(desktop).contains(QString("marked paid by ") + PaymentWorld::operatorName),
                 qPrintable(facts(desktop)));
    QVERIFY(facts(desktop).contains("slip of the payer"));

    // And back, where it was the wrong receipt.
    QTest::mouseClick(desktop.find<Banner>("paymentBanner")->findChild<QPushButton*>("bannerAction"), Qt::LeftButton);
    QTRY_VERIFY(desktop.shows("paymentForm"));
    desktop.type("paymentForm-reason", "it was another receipt's money");
    QTest::keyClick(desktop.find<QWidget>("paymentForm-reason"), Qt::Key_Return);
    QTRY_COMPARE(status(begun), QString("pending"));
    QTRY_VERIFY(facts(desktop).contains("taken back by"));

    // The last one is closed by hand, and then nothing is stuck.
    queue(desktop)->setFocus();
    desktop.press(Qt::Key_K);
    QTRY_VERIFY(facts(desktop).contains(QString::fromStdString(older.receiptNumber)));
    QTRY_VERIFY(desktop.find<QWidget>("payment-cancel")->isVisible());
    desktop.click("payment-cancel");
    desktop.type("paymentForm-reason", "the payer left");
    desktop.click("paymentForm-submit");
    QTRY_COMPARE(desktop.find<QWidget>("queueState")->findChild<QLabel*>("messageText")->isVisible(), true);
    QVERIFY(!desktop.shows("mark-reconcile"));
}

void ReconcileFlowTest::askingTheProviderSettlesWhatItSaysIsPaid()
{
    m_world->provider.conduct({{"webhooks", {{"silent", true}}}});
    const BegunPayment begun = stuck();
    m_world->provider.act("pay", {{"id", begun.externalId}});
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-ask"));
    queue(desktop)->setFocus();
    desktop.press(Qt::Key_A);
    desktop.type("paymentForm-reason", "no webhook since noon");
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.find<Banner>("paymentBanner")->text().contains("is settled"));
    QCOMPARE(status(begun), QString("paid"));
    QTRY_VERIFY(facts(desktop).contains("asked the provider: paid"));
}

void ReconcileFlowTest::messagesAreReplayedWhenTheSecretIsBack()
{
    const std::string other = "whsec_that_only_the_provider_has";
    const BegunPayment begun = stuck();
    m_world->provider.conduct({{"webhooks", {{"sign_with", other}, {"copies", 3}}}});
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    QCOMPARE(queue(desktop)->model()->index(0, 0).data().toString(), QString("message not verified"));
    queue(desktop)->selectRow(0);
    QTRY_VERIFY2(facts(desktop).contains("could not be verified: 3 tries"), qPrintable(facts(desktop)));
    const QString event = QString::fromStdString(m_world->server.database().value(
        fmt::format("select id from payment_events where payment_id = {}", begun.payment)));
    desktop.click("raw-" + event);
    QTRY_VERIFY(desktop.shows("eventBody"));
    QVERIFY(desktop.find<QPlainTextEdit>("eventBody")->toPlainText().contains(QString::fromStdString(begun.externalId)));
    desktop.click("eventPayment");
    QTRY_VERIFY(desktop.shows("payment-replay"));

    // Too early: the secret is not back. It is told in place, and what was typed stays.
    queue(desktop)->setFocus();
    desktop.press(Qt::Key_R);
    desktop.type("paymentForm-reason", "the secret was rotated");
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.shows("paymentForm-banner"));
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("the secret was rotated"));
    QCOMPARE(m_world->admin
                 .post("/api/v1/payment-secrets", {{"provider", "stripe"}, {"name", "the old one"}, {"secret", other}})
                 .status,
             201);
    QTRY_VERIFY(desktop.find<QPushButton>("paymentForm-submit")->isEnabled());
    desktop.click("paymentForm-submit");
    QTRY_COMPARE(status(begun), QString("paid"));
    QTRY_COMPARE(desktop.find<Banner>("paymentBanner")->text(), QString("1 message replayed; 1 applied."));
}

void ReconcileFlowTest::anAdminPutsTheSecretBackAndReplays()
{
    const QString secret = "whsec_that_an_admin_knows_and_types";
    const BegunPayment begun = stuck();
    m_world->provider.conduct({{"webhooks", {{"sign_with", secret.toStdString()}}}});
    m_world->provider.act("pay", {{"id", begun.externalId}});
    m_world->provider.waitUntilQuiet();
    Desktop desktop(m_world->server.baseUrl());
    desktop.open("admin", support::TestServer::adminPassword, "reconcile");
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-addSecret"));
    desktop.click("payment-addSecret");
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-secret")->echoMode(), QLineEdit::Password);
    desktop.type("paymentForm-name", "before the rotation");
    desktop.type("paymentForm-secret", "short");
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.shows("paymentForm-fault-secret"));
    desktop.type("paymentForm-secret", secret);
    for (const QString& key : desktop.settings.allKeys()) // it is nowhere on disk
        QVERIFY2(!QString::fromUtf8(QJsonDocument::fromVariant(desktop.settings.value(key)).toJson()).contains(secret),
                 qPrintable(key));
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.find<Banner>("paymentBanner")->text().contains("in force"));
    queue(desktop)->setFocus();
    desktop.press(Qt::Key_R);
    desktop.type("paymentForm-reason", "the secret is back");
    desktop.click("paymentForm-submit");
    QTRY_COMPARE(status(begun), QString("paid"));
}

void ReconcileFlowTest::aRefusalIsToldInPlaceAndKeepsWhatWasTyped()
{
    const BegunPayment begun = stuck();
    m_world->provider.conduct({{"answers", {{"status", 500}}}});
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-ask"));
    desktop.click("payment-ask");
    desktop.type("paymentForm-reason", "typed with care");
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.shows("paymentForm-banner"));
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("typed with care"));
    QVERIFY(!desktop.shows("awayBanner")); // the provider is away, our server is not

    // Settled by somebody else meanwhile: told, and shown as it is now.
    QTest::keyClick(desktop.find<QWidget>("paymentForm-reason"), Qt::Key_Escape);
    QTRY_VERIFY(!desktop.shows("paymentForm"));
    desktop.click("payment-markPaid");
    desktop.type("paymentForm-external_reference", "mine");
    desktop.type("paymentForm-reason", "mine");
    m_world->act(fmt::format("receipts/{}/mark-paid", begun.receipt),
                 {{"method", "cash"}, {"external_reference", "theirs"}, {"reason", "theirs"}});
    if (desktop.find<QPushButton>("paymentForm-submit")->isVisible())
        desktop.click("paymentForm-submit");
    QTRY_VERIFY(facts(desktop).contains("theirs"));
    QCOMPARE(m_world->server.database().value(
                 fmt::format("select external_reference from receipts where id = {}", begun.receipt)),
             std::string("theirs"));
}

void ReconcileFlowTest::whatWasTypedWaitsWhileOneLooksElsewhere()
{
    stuck("5 hours");
    stuck("4 hours");
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 2);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-cancel"));
    desktop.click("payment-cancel");
    desktop.type("paymentForm-reason", "half a sen");
    queue(desktop)->selectRow(1);
    QTRY_VERIFY(!desktop.shows("paymentForm"));
    desktop.press(Qt::Key_F5);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-cancel"));
    desktop.click("payment-cancel");
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("half a sen"));

    // The list is read anew beneath what is being typed.
    stuck("6 hours");
    desktop.press(Qt::Key_F5);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 3);
    QCOMPARE(queue(desktop)->currentIndex().row(), 1);
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("half a sen"));
    QVERIFY(desktop.shows("paymentForm"));
}

void ReconcileFlowTest::whatWasTypedSurvivesAnExpiredSession()
{
    const BegunPayment begun = stuck();
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("payment-markPaid"));
    desktop.click("payment-markPaid");
    desktop.type("paymentForm-external_reference", "SLIP-1");
    desktop.type("paymentForm-reason", "half done");
    m_world->server.database().run("delete from sessions");
    m_world->operator_ = m_world->server.signedIn(PaymentWorld::operatorName, "operator");
    m_world->admin = m_world->server.admin();
    desktop.click("paymentForm-submit");
    QTRY_VERIFY(desktop.shows("renewalDialog"));
    auto* password = desktop.find<QDialog>("renewalDialog")->findChild<QLineEdit*>("loginPassword");
    QTest::keyClicks(password, QString("password of ") + PaymentWorld::operatorName);
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_VERIFY(!desktop.shows("renewalDialog"));
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-external_reference")->text(), QString("SLIP-1"));
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("half done"));
    QTRY_VERIFY(desktop.find<QPushButton>("paymentForm-submit")->isEnabled());
    desktop.click("paymentForm-submit");
    QTRY_COMPARE(status(begun), QString("paid"));
    QTRY_COMPARE(desktop.text("liveText"), QString("live"));
}

void ReconcileFlowTest::whatOthersDoShowsAtOnce()
{
    const BegunPayment theirs = stuck("5 hours");
    stuck("4 hours");
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(desktop.text("liveText"), QString("live"));
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 2);
    queue(desktop)->selectRow(1);
    QTRY_VERIFY(desktop.shows("payment-cancel"));
    desktop.click("payment-cancel");
    desktop.type("paymentForm-reason", "being typed");
    m_world->act(fmt::format("payments/{}/cancel", theirs.payment), {{"reason", "the payer left"}});
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    QCOMPARE(desktop.text("mark-reconcile"), QString("1"));
    QCOMPARE(queue(desktop)->selectionModel()->selectedRows().size(), 1);
    QCOMPARE(desktop.find<QLineEdit>("paymentForm-reason")->text(), QString("being typed"));

    // The number in the sidebar is right on other pages, too.
    desktop.click("sidebar-audit");
    const BegunPayment more = stuck("6 hours");
    m_world->act(fmt::format("payments/{}/refresh", more.payment), {{"reason", "looked"}});
    QTRY_COMPARE(desktop.text("mark-reconcile"), QString("2"));
}

void ReconcileFlowTest::anAuditorSeesAllAndHasNoActions()
{
    stuck();
    const auto made = m_world->server.signedIn("audrey", "auditor");
    Desktop desktop(m_world->server.baseUrl());
    desktop.open("audrey", "password of audrey", "reconcile");
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 1);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(facts(desktop).contains("no message"));
    for (const char* action : {"ask", "replay", "markPaid", "cancel", "resolve", "revert"})
        QVERIFY(!desktop.shows(QString("payment-") + action));
    QVERIFY(!desktop.shows("reconcileImport"));
    queue(desktop)->setFocus();
    desktop.press(Qt::Key_M);
    QVERIFY(!desktop.shows("paymentForm"));
    desktop.press(Qt::Key_Escape);
    QTRY_VERIFY(!desktop.shows("paymentFacts"));
    desktop.press(Qt::Key_J);
    QTRY_VERIFY(desktop.shows("paymentFacts"));
}

void ReconcileFlowTest::aStatementIsShownFirstAndSettledThen()
{
    const std::int64_t first = m_world->makeReceipt("walker");
    const std::int64_t second = m_world->makeReceipt("runner");
    const auto numberOf = [this](std::int64_t receipt) {
        return m_world->server.database().value(fmt::format("select number from receipts where id = {}", receipt));
    };
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QFile file(desktop.folder().filePath("bank.csv"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(fmt::format("Date,Description,Amount\n"
                                                     "2026-11-20,transfer {},45.00\n"
                                                     "2026-11-20,transfer {},44.00\n"
                                                     "2026-11-21,somebody's rent,900.00\n",
                                                     numberOf(first), numberOf(second))));
    file.close();
    desktop.click("reconcileImport");
    auto* dialog = desktop.find<QFileDialog>("statementFileDialog");
    dialog->selectFile(file.fileName());
    QMetaObject::invokeMethod(dialog, "accept");
    auto* table = desktop.find<TableView>("statement");
    QTRY_COMPARE(table->model()->rowCount(), 3);
    QCOMPARE(table->model()->index(0, 0).data().toString(), QString("matches"));
    QCOMPARE(table->model()->index(1, 0).data().toString(), QString("another amount"));
    QCOMPARE(table->model()->index(2, 0).data().toString(), QString("no receipt found"));
    QVERIFY(desktop.text("statementTotals").contains("matches: 1"));
    auto* form = desktop.find<QWidget>("statementForm");
    auto* submit = desktop.find<QPushButton>("statementForm-submit");
    QCOMPARE(submit->text(), QString("Settle 1 receipt, ฿\u00A0") + "45.00");
    QCOMPARE(m_world->server.database().value(fmt::format("select status from receipts where id = {}", first)),
             std::string("pending"));

    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    QVERIFY(desktop.shot().save(folder.filePath("reconcile-statement-en-light.png")));

    // Unticked and ticked again by the keyboard.
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, 0));
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(!form->isVisible());
    QTest::keyClick(table, Qt::Key_Space);
    QVERIFY(form->isVisible());
    QTest::mouseClick(submit, Qt::LeftButton);
    QTRY_VERIFY(desktop.find<Banner>("statementBanner")->text().startsWith("1 receipt settled"));
    QCOMPARE(m_world->server.database().value(fmt::format("select status from receipts where id = {}", first)),
             std::string("paid"));
    QTRY_COMPARE(table->model()->index(0, 0).data().toString(), QString("paid already"));
    desktop.click("statementBack");
    QVERIFY(!desktop.shows("statement"));

    // A picture that somebody drops here is no statement, and that is said.
    QFile picture(desktop.folder().filePath("logo.png"));
    QVERIFY(picture.open(QIODevice::WriteOnly));
    picture.write(QByteArray("\x89PNG\r\n\x1a\n\0\0\0\x0d", 12));
    picture.close();
    QMimeData dropped;
    dropped.setUrls({QUrl::fromLocalFile(picture.fileName())});
    auto* page = desktop.find<QWidget>("page-reconcile");
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &dropped, Qt::LeftButton, {});
    QApplication::sendEvent(page, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &dropped, Qt::LeftButton, {});
    QApplication::sendEvent(page, &drop);
    QTRY_VERIFY(desktop.find<QWidget>("statementState")->findChild<QLabel*>("messageText")->text().contains("logo.png"));
}

void ReconcileFlowTest::everyListInBothLanguagesAndThemes()
{
    const std::string other = "whsec_that_nobody_else_has";
    const BegunPayment unverified = stuck("27 hours");
    m_world->provider.conduct({{"webhooks", {{"sign_with", other}, {"copies", 3}}}});
    m_world->provider.act("pay", {{"id", unverified.externalId}});
    m_world->provider.waitUntilQuiet();
    m_world->provider.conduct({{"webhooks", nullptr}});
    m_world->provider.conduct({{"webhooks", {{"silent", true}}}});
    stuck("5 hours");
    const BegunPayment open = stuck("3 hours");
    m_world->act(fmt::format("payments/{}/refresh", open.payment), {{"reason", "looked"}});

    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    Desktop desktop(m_world->server.baseUrl());
    signIn(desktop);
    QTRY_COMPARE(queue(desktop)->model()->rowCount(), 3);
    queue(desktop)->selectRow(0);
    QTRY_VERIFY(facts(desktop).contains(QString::fromStdString(unverified.receiptNumber)));
    for (const char* code : {"en", "th"}) {
        for (const char* kind : {"light", "dark"}) {
            desktop.choose(QString("language-") + code);
            QTRY_COMPARE(desktop.language.code(), QString(code));
            desktop.choose(QString("theme-") + kind);
            QTRY_COMPARE(desktop.theme.kind() == Theme::Kind::dark, QString(kind) == "dark");
            const auto shoot = [&](const char* what) {
                QVERIFY(desktop.shot().save(folder.filePath(QString("reconcile-%1-%2-%3.png").arg(what, code, kind))));
            };
            desktop.click("reconcileList-queue");
            queue(desktop)->setFocus();
            desktop.press(Qt::Key_Return);
            QTRY_VERIFY(desktop.shows("payment-markPaid"));
            shoot("queue");
            desktop.click("payment-markPaid");
            QVERIFY(desktop.shows("paymentForm"));
            shoot("form");
            QTest::keyClick(desktop.find<QWidget>("paymentForm-reason"), Qt::Key_Escape);
            desktop.click("reconcileList-payments");
            QTRY_VERIFY(desktop.find<TableView>("payments")->model()->rowCount() > 3);
            shoot("payments");
            desktop.click("reconcileList-events");
            QTRY_VERIFY(desktop.find<TableView>("paymentEvents")->model()->rowCount() > 0);
            desktop.find<TableView>("paymentEvents")->selectRow(0);
            QTRY_VERIFY(desktop.shows("eventBody"));
            shoot("events");
        }
    }
}

QTEST_MAIN(ReconcileFlowTest)
#include "tst_reconcile_flow.moc"
