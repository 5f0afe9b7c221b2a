// SPDX-License-Identifier: GPL-3.0-or-later
// Endpoints and deliveries in the real window, against the real server and a receiver over real HTTP.
#include "client/widgets/Banner.h"
#include "client/widgets/FactsPane.h"
#include "tests/client/app/desktop.h"
#include "tests/support/answering_server.h"

#include <QClipboard>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>

#include <fmt/format.h>

#include <atomic>

using namespace hpcbill;
using namespace hpcbill::client;

class WebhooksFlowTest final : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase() { m_server.reset(); }
    void cleanup();

    void anEndpointIsAddedAndItsSecretShownOnce();
    void whatHappensIsDeliveredAndCanBeRedelivered();
    void anEditThatMeetsAnotherKeepsWhatWasTyped();
    void pausedRotatedAndDeleted();
    void operatorsSeeDeliveriesOnly();
    void bothListsInBothLanguagesAndThemes();

private:
    [[nodiscard]] std::string url() const { return m_receiver.url() + "/hooks"; }
    void addEndpoint(const std::string& description) const;
    void changeRates(const std::string& cpu) const;
    [[nodiscard]] std::string value(const std::string& sql) const { return m_server->database().value(sql); }
    static void open(Desktop& desktop) { desktop.open("admin", support::TestServer::adminPassword, "webhooks"); }
    static TableView* endpoints(const Desktop& desktop) { return desktop.find<TableView>("endpoints"); }
    static TableView* deliveries(const Desktop& desktop) { return desktop.find<TableView>("deliveries"); }

    std::atomic<int> m_status = 204;
    support::AnsweringServer m_receiver{
        [this](const support::SeenRequest&) { return support::CannedAnswer{.status = m_status}; }};
    std::unique_ptr<support::TestServer> m_server;
};

void WebhooksFlowTest::initTestCase()
{
    m_server = std::make_unique<support::TestServer>(support::Environment{{"WEBHOOK_ALLOWED_NETWORKS", "127.0.0.1"}});
}

void WebhooksFlowTest::cleanup()
{
    m_status = 204;
    const auto list = m_server->admin().get("/api/v1/webhook-endpoints").json();
    for (const auto& item : list.at("items")) {
        const std::string path = fmt::format("/api/v1/webhook-endpoints/{}", item.at("id").get<std::int64_t>());
        const auto one = m_server->admin().get(path);
        m_server->admin().ask("DELETE", path, "", {{"If-Match", one.header("etag")}});
    }
}

void WebhooksFlowTest::addEndpoint(const std::string& description) const
{
    QCOMPARE(m_server->admin()
                 .post("/api/v1/webhook-endpoints",
                       {{"url", url()}, {"description", description}, {"event_types", {"rates.changed"}}})
                 .status,
             201);
}

void WebhooksFlowTest::changeRates(const std::string& cpu) const
{
    const auto admin = m_server->admin();
    const std::string etag = admin.get("/api/v1/rates/mu/history").header("etag");
    const nlohmann::ordered_json body{{"cpu", cpu}, {"gpu", "5"}, {"mem", "0.5"}, {"reason", "electricity"}};
    QCOMPARE(admin.ask("PUT", "/api/v1/rates/mu", body.dump(), {{"If-Match", etag}, {"Content-Type", "application/json"}})
                 .status,
             200);
}

void WebhooksFlowTest::anEndpointIsAddedAndItsSecretShownOnce()
{
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    QTRY_COMPARE(desktop.find<QWidget>("endpointsState")->findChild<QLabel*>("messageText")->text(),
                 QString("Nobody is told of what happens here."));
    desktop.click("endpointAdd");
    desktop.type("endpointForm-url", "ftp://nowhere");
    desktop.click("endpointForm-submit");
    QTRY_VERIFY(desktop.shows("endpointForm-fault-url"));
    QCOMPARE(desktop.find<QLineEdit>("endpointForm-url")->text(), QString("ftp://nowhere"));
    desktop.type("endpointForm-url", QString::fromStdString(url()));
    desktop.type("endpointForm-description", "the ledger");
    desktop.tick("endpointForm-tick-rates.changed");
    desktop.click("endpointForm-submit");
    QTRY_VERIFY(desktop.shows("secretCard"));
    const QString secret = desktop.find<QLineEdit>("secretValue")->text();
    QVERIFY(secret.startsWith("whsec_"));
    desktop.click("secretCopy");
    QCOMPARE(QGuiApplication::clipboard()->text(), secret);
    QTRY_COMPARE(endpoints(desktop)->model()->rowCount(), 1);
    QTRY_VERIFY(desktop.find<FactsPane>("endpointFacts")->plainText().contains("rates.changed"));
    QCOMPARE(value("select array_to_string(event_types, ',') from webhook_endpoints where deleted_at is null"),
             std::string("rates.changed"));

    // Shown once: whoever comes back finds it gone.
    desktop.click("sidebar-audit");
    desktop.click("sidebar-webhooks");
    QCOMPARE(desktop.find<QLineEdit>("secretValue")->text(), secret); // not lost by looking elsewhere
    endpoints(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("endpointEdit"));
    QTest::keyClick(desktop.find<QWidget>("endpointEdit"), Qt::Key_Escape);
    QTRY_VERIFY(!desktop.shows("endpointFacts"));
    QTest::mouseClick(endpoints(desktop)->viewport(), Qt::LeftButton, {},
                      endpoints(desktop)->visualRect(endpoints(desktop)->model()->index(0, 0)).center());
    QTRY_VERIFY(desktop.shows("endpointEdit"));
    QVERIFY(!desktop.shows("secretCard"));
    QVERIFY(desktop.find<QLineEdit>("secretValue")->text().isEmpty());
    for (const QString& key : desktop.settings.allKeys())
        QVERIFY2(!desktop.settings.value(key).toString().contains(secret), qPrintable(key));
}

void WebhooksFlowTest::whatHappensIsDeliveredAndCanBeRedelivered()
{
    addEndpoint("the ledger");
    changeRates("1.25");
    QTRY_COMPARE(value("select count(*) from webhook_deliveries where status = 'delivered'"), std::string("1"));
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    desktop.click("webhooksList-deliveries");
    QTRY_COMPARE(deliveries(desktop)->model()->rowCount(), 1);
    QCOMPARE(deliveries(desktop)->model()->index(0, 0).data().toString(), QString("delivered"));
    deliveries(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("deliveryPayload"));
    QVERIFY(desktop.find<QPlainTextEdit>("deliveryPayload")->toPlainText().contains("rates.changed"));
    QVERIFY(desktop.find<FactsPane>("deliveryFacts")->plainText().contains("HTTP 204"));
    const std::size_t sent = m_receiver.seen().size();
    desktop.click("deliveryRedeliver");
    QVERIFY(!desktop.find<QPushButton>("deliveryForm-submit")->isEnabled());
    desktop.type("deliveryForm-reason", "the ledger lost it");
    desktop.click("deliveryForm-submit");
    QTRY_COMPARE(desktop.find<Banner>("deliveryBanner")->text(), QString("On its way once more."));
    QTRY_VERIFY(m_receiver.seen().size() > sent);
    QCOMPARE(m_receiver.seen().back().headers.at("webhook-id"), m_receiver.seen().front().headers.at("webhook-id"));
    QCOMPARE(value("select count(*) from audit_log where action = 'webhook_delivery.redelivered'"), std::string("1"));
}

void WebhooksFlowTest::anEditThatMeetsAnotherKeepsWhatWasTyped()
{
    addEndpoint("before");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    QTRY_COMPARE(endpoints(desktop)->model()->rowCount(), 1);
    endpoints(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("endpointEdit"));
    desktop.click("endpointEdit");
    const QString host = QUrl(QString::fromStdString(url())).authority();
    QVERIFY(desktop.find<FactsPane>("endpointFacts")->plainText().startsWith(host));
    QCOMPARE(desktop.find<QPushButton>("endpointForm-submit")->text(), "Save " + host);
    desktop.type("endpointForm-description", "mine");
    desktop.click("endpointForm-dismiss"); // not now
    desktop.click("endpointEdit");
    QCOMPARE(desktop.find<QLineEdit>("endpointForm-description")->text(), QString("mine"));
    const std::string id = value("select id from webhook_endpoints where deleted_at is null");
    const auto admin = m_server->admin();
    const std::string etag = admin.get("/api/v1/webhook-endpoints/" + id).header("etag");
    QCOMPARE(admin.ask("PATCH", "/api/v1/webhook-endpoints/" + id, R"({"description":"theirs"})",
                       {{"If-Match", etag}, {"Content-Type", "application/json"}})
                 .status,
             200);
    desktop.click("endpointForm-submit");
    QTRY_VERIFY(desktop.find<Banner>("endpointBanner")->text().contains("Description: theirs"));
    QCOMPARE(desktop.find<QLineEdit>("endpointForm-description")->text(), QString("mine"));
    QCOMPARE(value("select description from webhook_endpoints where id = " + id), std::string("theirs"));
    desktop.click("endpointForm-submit");
    QTRY_COMPARE(value("select description from webhook_endpoints where id = " + id), std::string("mine"));
    QTRY_VERIFY(!desktop.shows("endpointForm"));
}

void WebhooksFlowTest::pausedRotatedAndDeleted()
{
    addEndpoint("the ledger");
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    QTRY_COMPARE(endpoints(desktop)->model()->rowCount(), 1);
    endpoints(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("endpointPause"));
    desktop.click("endpointPause");
    QTRY_COMPARE(desktop.find<QPushButton>("endpointPause")->text(), QString("Resume"));
    QTRY_COMPARE(endpoints(desktop)->model()->index(0, 0).data().toString(), QString("paused"));
    desktop.click("endpointPause");
    QTRY_COMPARE(desktop.find<QPushButton>("endpointPause")->text(), QString("Pause"));

    desktop.click("endpointRotate");
    auto* overlap = desktop.find<QComboBox>("endpointForm-overlap_hours");
    QCOMPARE(overlap->currentText(), QString("24 hours"));
    desktop.click("endpointForm-submit");
    QTRY_VERIFY(desktop.shows("secretCard"));
    QTRY_VERIFY(desktop.find<FactsPane>("endpointFacts")->plainText().contains("signs until"));

    desktop.click("endpointDelete");
    QVERIFY(desktop.text("endpointForm-lead").contains("This cannot be undone."));
    QVERIFY(desktop.find<QPushButton>("endpointForm-submit")->text().startsWith("Delete the endpoint 127.0.0.1:"));
    QVERIFY(!desktop.find<QPushButton>("endpointForm-submit")->hasFocus());
    QCOMPARE(value("select count(*) from webhook_endpoints where deleted_at is null"), std::string("1"));
    desktop.click("endpointForm-submit");
    QTRY_COMPARE(endpoints(desktop)->model()->rowCount(), 0);
    QVERIFY(!desktop.shows("endpointFacts"));
    QCOMPARE(value("select count(*) from webhook_endpoints where deleted_at is null"), std::string("0"));
}

void WebhooksFlowTest::operatorsSeeDeliveriesOnly()
{
    addEndpoint("the ledger");
    changeRates("2.25");
    QTRY_COMPARE(value("select count(*) from webhook_deliveries where status = 'pending'"), std::string("0"));
    const auto made = m_server->signedIn("oscar", "operator");
    Desktop desktop(m_server->baseUrl());
    desktop.open("oscar", "password of oscar", "webhooks");
    QTRY_VERIFY(deliveries(desktop)->model()->rowCount() > 0);
    QVERIFY(!desktop.shows("webhooksList-endpoints"));
    QVERIFY(!desktop.shows("endpointAdd"));
    QVERIFY(!desktop.shows("deliveriesEndpoint"));
    deliveries(desktop)->selectRow(0);
    QTRY_VERIFY(desktop.shows("deliveryRedeliver"));
}

void WebhooksFlowTest::bothListsInBothLanguagesAndThemes()
{
    addEndpoint("the ledger of the faculty");
    changeRates("1.5");
    QTRY_COMPARE(value("select count(*) from webhook_deliveries where status = 'pending'"), std::string("0"));
    m_status = 500;
    changeRates("1.75");
    QTRY_COMPARE(value("select count(*) from webhook_deliveries where attempts > 0 and status = 'pending'"),
                 std::string("1"));
    const QDir folder(HPCBILL_BINARY_DIR "/screenshots");
    QVERIFY(folder.mkpath("."));
    Desktop desktop(m_server->baseUrl());
    open(desktop);
    QTRY_COMPARE(endpoints(desktop)->model()->rowCount(), 1);
    for (const char* code : {"en", "th"}) {
        for (const char* kind : {"light", "dark"}) {
            desktop.choose(QString("language-") + code);
            QTRY_COMPARE(desktop.language.code(), QString(code));
            desktop.choose(QString("theme-") + kind);
            QTRY_COMPARE(desktop.theme.kind() == Theme::Kind::dark, QString(kind) == "dark");
            const auto shoot = [&](const char* what) {
                QVERIFY(desktop.shot().save(folder.filePath(QString("webhooks-%1-%2-%3.png").arg(what, code, kind))));
            };
            desktop.click("webhooksList-endpoints");
            endpoints(desktop)->clearSelection();
            endpoints(desktop)->setCurrentIndex({});
            endpoints(desktop)->selectRow(0);
            QTRY_VERIFY(desktop.shows("endpointEdit"));
            shoot("endpoints");
            desktop.click("endpointEdit");
            shoot("edit");
            desktop.click("endpointForm-dismiss");
            desktop.click("webhooksList-deliveries");
            QTRY_VERIFY(deliveries(desktop)->model()->rowCount() > 1);
            deliveries(desktop)->selectRow(0);
            QTRY_VERIFY(desktop.shows("deliveryPayload"));
            shoot("deliveries");
        }
    }
}

QTEST_MAIN(WebhooksFlowTest)
#include "tst_webhooks_flow.moc"
