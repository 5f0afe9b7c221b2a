// SPDX-License-Identifier: GPL-3.0-or-later
// What `hpcbill check-config` says beforehand, the server says at its start.
#include "tests/support/test_server.h"

#include <QtTest>

#include <nlohmann/json.hpp>

using namespace hpcbill;

class CheckConfigTest : public QObject
{
    Q_OBJECT

private slots:
    void aGoodConfigurationIsTaken();
    void whatTheServerRefusesIsNamed_data();
    void whatTheServerRefusesIsNamed();
    void everyFaultIsNamed();
    void aFileThatIsNotThereCannotBeChecked();

private:
    /// Leads nowhere: a server that minds nothing else gets no further.
    const support::Environment m_settings{{"DATABASE_URL", "postgresql://hpcbill_app@/nowhere?host=/nonexistent"}, {"APP_ENV", "test"}};

    support::Environment with(const support::Environment& more) const
    {
        support::Environment settings = more;
        settings.insert(m_settings.begin(), m_settings.end());
        return settings;
    }
};

void CheckConfigTest::aGoodConfigurationIsTaken()
{
    const support::Outcome outcome = support::runHpcbill(m_settings, {"check-config", "--json"});
    QCOMPARE(outcome.exitCode, 0);
    QCOMPARE(outcome.output, std::string("{\"safe\":true,\"faults\":[]}\n"));
}

void CheckConfigTest::whatTheServerRefusesIsNamed_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* name, const char* value) { QTest::addRow("%s=%s", name, value) << name << value; };
    row("HTTP_PORT", "abc");
    row("HTTP_ADDRESS", "127.0.0.1.7");
    row("BILLING_CURRENCY", "XXX");
    row("LOG_LEVEL", "INFO");
    row("TRUSTED_PROXIES", "foo");
    row("METRICS_NETWORKS", "bar");
    row("WEBHOOK_ALLOWED_NETWORKS", "baz");
    row("CLUSTER_TIME_ZONE", "Nowhere/X");
    row("SLURMRESTD_TOKEN_FILE", "/nowhere/token");
    row("SLURMRESTD_CA_FILE", "/nowhere/ca.pem");
    row("SLURMRESTD_CLIENT_CERT_FILE", "/nowhere/cert.pem");
    row("SLURMRESTD_CLIENT_KEY_FILE", "/nowhere/key.pem");
    row("PUBLIC_URL", "https://billing.example.org:port");
    row("AUDIT_ORIGIN", "our log");
}

void CheckConfigTest::whatTheServerRefusesIsNamed()
{
    QFETCH(QString, name);
    QFETCH(QString, value);
    const support::Environment settings = with({{"SLURMRESTD_URL", "https://slurm.example.org"},
                                                {"SLURMRESTD_TOKEN", "token"},
                                                {name.toStdString(), value.toStdString()}});
    const support::Outcome outcome = support::runHpcbill(settings, {"--json", "check-config"});
    QCOMPARE(outcome.exitCode, 1);
    QCOMPARE(outcome.errors, std::string());
    const auto answer = nlohmann::json::parse(outcome.output);
    QCOMPARE(answer.at("safe").get<bool>(), false);
    const auto& faults = answer.at("faults");
    QCOMPARE(faults.size(), std::size_t{1});
    QCOMPARE(faults[0].at("name").get<std::string>(), name.toStdString());
    try {
        const support::TestServer server(settings);
        QFAIL("the server started");
    } catch (const std::runtime_error& error) {
        const std::string said = "hpcbilld: " + name.toStdString() + ": " + faults[0].at("detail").get<std::string>();
        QVERIFY2(std::string(error.what()).find(said) != std::string::npos, error.what());
    }
}

void CheckConfigTest::everyFaultIsNamed()
{
    const support::Environment settings = with({{"HTTP_PORT", "abc"}, {"LOG_LEVEL", "INFO"}, {"PAYMENT_PROVIDER", "stripe"}});
    const support::Outcome outcome = support::runHpcbill(settings, {"check-config"});
    QCOMPARE(outcome.exitCode, 1);
    QStringList names;
    for (const QString& line : QString::fromStdString(outcome.output).split('\n', Qt::SkipEmptyParts))
        names << line.section(':', 0, 0);
    QCOMPARE(names, QStringList({"HTTP_PORT", "LOG_LEVEL", "STRIPE_SECRET_KEY"}));
}

void CheckConfigTest::aFileThatIsNotThereCannotBeChecked()
{
    const support::Outcome outcome = support::runHpcbill(m_settings, {"--config", "/nowhere/hpcbilld.properties", "check-config"});
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY(outcome.errors.find("/nowhere/hpcbilld.properties is not a file") != std::string::npos);
}

QTEST_GUILESS_MAIN(CheckConfigTest)
#include "tst_check_config.moc"
