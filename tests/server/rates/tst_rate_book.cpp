// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/audit/audit.h"
#include "server/postgres/transaction.h"
#include "server/rates/rates.h"
#include "server/webhooks/webhooks.h"
#include "tests/support/jobs.h"
#include "tests/support/test_database.h"

#include <QtTest>

#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <thread>

using namespace hpcbill;

class RateBookTest : public QObject
{
    Q_OBJECT

private slots:
    void init();

    void everyTierHasRatesFromTheBeginning();
    void serversThatStartAtOnceMakeOneFirstVersion();
    void aChangeIsANewVersionAndOnRecord();
    void aStaleChangeIsRefusedAndChangesNothing();
    void ofEightChangesThatNameTheSameVersionOneWins();
    void aScheduledVersionIsNotInForceYet();
    void aMomentInThePastIsRefused();
    void aChangeWithoutReasonIsRefused();
    void anUnknownTierIsNotFound();
    void sixDecimalsAreKept();

private:
    rates::RateVersion newest(const std::string& tier);
    rates::RateChange order(std::int64_t microCpu) const;

    const api::Actor m_admin{.name = "admin1", .role = api::Role::admin, .address = {}, .requestId = {}};
    std::unique_ptr<support::TestDatabase> m_database;
    std::unique_ptr<prometheus::Registry> m_metrics;
    std::unique_ptr<audit::Log> m_audit;
    webhooks::Outbox m_outbox;
    std::unique_ptr<rates::RateBook> m_rates;
};

void RateBookTest::init()
{
    m_rates.reset();
    m_database = std::make_unique<support::TestDatabase>();
    m_metrics = std::make_unique<prometheus::Registry>();
    m_audit = std::make_unique<audit::Log>(*m_metrics);
    m_rates = std::make_unique<rates::RateBook>(m_database->pool(), *m_audit, m_outbox, Currency::thb());
    m_rates->ensureInitial();
}

rates::RateVersion RateBookTest::newest(const std::string& tier)
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    return m_rates->newest(tx, tier);
}

rates::RateChange RateBookTest::order(std::int64_t microCpu) const
{
    return {.tier = "gov",
            .rates = {.cpu = Rate::fromMicro(microCpu), .gpu = {}, .mem = {}},
            .effectiveFrom = {},
            .reason = "a test"};
}

void RateBookTest::everyTierHasRatesFromTheBeginning()
{
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    const auto table = m_rates->inForce(tx, support::at("1971-01-01T00:00:00Z"));
    QCOMPARE(table.size(), 3U);
    QVERIFY(table.contains("mu") && table.contains("gov") && table.contains("private"));
}

void RateBookTest::serversThatStartAtOnceMakeOneFirstVersion()
{
    m_database->run(
        "set session_replication_role = replica; delete from rate_versions; reset session_replication_role");
    {
        std::vector<std::jthread> servers;
        for (int server = 0; server < 4; ++server)
            servers.emplace_back([this] { m_rates->ensureInitial(); });
    }
    QCOMPARE(m_database->value("select count(*) from rate_versions"), std::string("3"));
}

void RateBookTest::aChangeIsANewVersionAndOnRecord()
{
    const auto before = newest("gov");
    const auto after = m_rates->change(order(1'250'000), before.id, m_admin);
    QVERIFY(rates::etagOf(after) != rates::etagOf(before));
    QCOMPARE(m_database->value("select count(*) from rate_versions where tier = 'gov'"), std::string("2"));
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    QCOMPARE(m_rates->inForce(tx, tx.now()).at("gov").rates.cpu, Rate::fromMicro(1'250'000));
    const auto record = m_audit->page(tx, false, 1, std::nullopt).at(0).record;
    QCOMPARE(record.action, std::string("rate.changed"));
    QVERIFY(record.details.find("\"cpu\":\"1.250000\"") != std::string::npos);
    QVERIFY(record.details.find("a test") != std::string::npos);
}

void RateBookTest::aStaleChangeIsRefusedAndChangesNothing()
{
    const auto read = newest("gov");
    m_rates->change(order(1), read.id, m_admin);
    QVERIFY_EXCEPTION_THROWN(m_rates->change(order(2), read.id, m_admin), Stale);
    QCOMPARE(newest("gov").rates.cpu, Rate::fromMicro(1));
}

void RateBookTest::ofEightChangesThatNameTheSameVersionOneWins()
{
    const auto read = newest("gov");
    std::atomic<int> won = 0;
    std::atomic<int> stale = 0;
    {
        std::vector<std::jthread> editors;
        for (int editor = 0; editor < 8; ++editor) {
            editors.emplace_back([&, editor] {
                try {
                    m_rates->change(order(100 + editor), read.id, m_admin);
                    ++won;
                } catch (const Stale&) {
                    ++stale;
                }
            });
        }
    }
    QCOMPARE(won.load(), 1);
    QCOMPARE(stale.load(), 7);
}

void RateBookTest::aScheduledVersionIsNotInForceYet()
{
    auto later = order(7);
    later.effectiveFrom = support::at("2099-01-01T00:00:00Z");
    const auto scheduled = m_rates->change(later, std::nullopt, m_admin);
    postgres::Transaction tx(m_database->pool(), postgres::Mode::readOnly);
    QVERIFY(m_rates->inForce(tx, tx.now()).at("gov").id != scheduled.id);
    QVERIFY(m_rates->inForce(tx, support::at("2099-01-01T00:00:00Z")).at("gov").id == scheduled.id);
    QVERIFY(m_rates->newest(tx, "gov").id == scheduled.id);
}

void RateBookTest::aMomentInThePastIsRefused()
{
    auto past = order(7);
    past.effectiveFrom = support::at("2001-01-01T00:00:00Z");
    QVERIFY_EXCEPTION_THROWN(m_rates->change(past, std::nullopt, m_admin), InvalidInput);
    QCOMPARE(m_database->value("select count(*) from rate_versions"), std::string("3"));
}

void RateBookTest::aChangeWithoutReasonIsRefused()
{
    auto silent = order(7);
    silent.reason.clear();
    QVERIFY_EXCEPTION_THROWN(m_rates->change(silent, std::nullopt, m_admin), InvalidInput);
}

void RateBookTest::anUnknownTierIsNotFound()
{
    auto unknown = order(7);
    unknown.tier = "nobility";
    QVERIFY_EXCEPTION_THROWN(m_rates->change(unknown, std::nullopt, m_admin), NotFound);
}

void RateBookTest::sixDecimalsAreKept()
{
    m_rates->change(order(1), std::nullopt, m_admin);
    QCOMPARE(m_database->value("select cpu from rate_versions order by id desc limit 1"),
             std::string("0.000001"));
    QCOMPARE(toDecimal(newest("gov").rates.cpu), std::string("0.000001"));
}

QTEST_GUILESS_MAIN(RateBookTest)
#include "tst_rate_book.moc"
