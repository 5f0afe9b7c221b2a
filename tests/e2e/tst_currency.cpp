// SPDX-License-Identifier: GPL-3.0-or-later
// A database bills in one currency.
#include "tests/support/test_server.h"

#include <QtTest>

using namespace hpcbill;

class CurrencyTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase()
    {
        m_server = std::make_unique<support::TestServer>();
        QCOMPARE(m_server->stop(), 0);
        // A tier without rates is given some by whoever comes first.
        m_server->database().run("insert into tiers (name, position, is_default, receipt_prefix) values ('new', 9, false, 'NEW')");
        m_other = m_server->settings();
        m_other["BILLING_CURRENCY"] = "JPY";
    }
    void cleanupTestCase() { m_server.reset(); }

    void theServerRefusesAnotherCurrency()
    {
        try {
            const support::TestServer server(m_other);
            QFAIL("the server started");
        } catch (const std::runtime_error& error) {
            QVERIFY2(std::string(error.what()).find(sentence) != std::string::npos, error.what());
        }
    }

    void whatUsesAmountsRefusesItToo_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("import") << QStringList{"import", "-", "--cluster", "main"};
        QTest::newRow("ingest") << QStringList{"ingest", "--once"};
        QTest::newRow("receipts") << QStringList{"receipts", "run", "--month", "2026-01"};
        QTest::newRow("doctor") << QStringList{"doctor"};
    }

    void whatUsesAmountsRefusesItToo()
    {
        QFETCH(QStringList, words);
        const support::Outcome outcome = run(words);
        QCOMPARE(outcome.exitCode, 3);
        QVERIFY2(outcome.errors.find(sentence) != std::string::npos, outcome.errors.c_str());
    }

    void whatLeavesAmountsAloneWorksAndMakesNone_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("migrate") << QStringList{"migrate"};
        QTest::newRow("user") << QStringList{"user", "unlock", "admin"};
        QTest::newRow("audit") << QStringList{"audit", "verify"};
        QTest::newRow("tokens") << QStringList{"token", "list"};
        QTest::newRow("a token") << QStringList{"token", "add", "watch", "--role", "auditor", "--route", "GET /metrics", "--days", "1"};
        QTest::newRow("secrets") << QStringList{"secrets", "list"};
    }

    void whatLeavesAmountsAloneWorksAndMakesNone()
    {
        QFETCH(QStringList, words);
        const support::Outcome outcome = run(words);
        QVERIFY2(outcome.exitCode == 0, outcome.errors.c_str());
        QCOMPARE(m_server->database().value("select string_agg(distinct currency, ',') from rate_versions"), std::string("THB"));
    }

    void theFirstCurrencyIsTakenAgain()
    {
        m_server->start();
        QCOMPARE(m_server->admin().get("/api/v1/rates").status, 200);
        QCOMPARE(m_server->stop(), 0);
    }

    void aDatabaseWithRatesInBothStartsWithEither()
    {
        m_server->database().run("insert into rate_versions (tier, cpu, gpu, mem, currency, effective_from, author, reason, created_at) "
                                 "select tier, cpu, gpu, mem, 'JPY', now(), author, 'before it was refused', now() from rate_versions limit 1");
        {
            const support::TestServer server(m_other);
        }
        m_server->start();
        QCOMPARE(m_server->stop(), 0);
    }

    void aNewDatabaseTakesTheServersCurrency()
    {
        m_server->database().run("set session_replication_role = replica; truncate rate_versions, billing_rule_versions cascade; reset session_replication_role");
        QCOMPARE(support::runHpcbill(m_server->settings(), {"migrate"}).exitCode, 0); // by a shell without the server's settings
        QCOMPARE(m_server->database().value("select count(*) from rate_versions"), std::string("0"));
        {
            const support::TestServer server(m_other);
        }
        QCOMPARE(m_server->database().value("select string_agg(distinct currency, ',') from rate_versions"), std::string("JPY"));
    }

private:
    static constexpr const char* sentence = "BILLING_CURRENCY: JPY, but this database has rates in THB: set BILLING_CURRENCY to THB again";

    support::Outcome run(const QStringList& words) const
    {
        std::vector<std::string> arguments;
        for (const QString& word : words)
            arguments.push_back(word.toStdString());
        return support::runHpcbill(m_other, arguments);
    }

    std::unique_ptr<support::TestServer> m_server;
    support::Environment m_other;
};

QTEST_GUILESS_MAIN(CurrencyTest)
#include "tst_currency.moc"
