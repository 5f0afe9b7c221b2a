// SPDX-License-Identifier: GPL-3.0-or-later
// At what jobs are billed: tiers of users and accounts, rates of the receipt or of the job's end, billing rules.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "server/usage/json.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;

class ReceiptPricesTest : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void whatADeadNodeKilledIsFreeAndSaysSo();
    void laterRulesLeaveItAsItWas();
    void theTierOfAnAccountPricesItsJobs();
    void aReceiptOfOneAccountTierIsOfThatTier();
    void anOverrideStandsAboveTheAccount();
    void ratesMayBeThoseOfTheJobsEnd();
    void whatItSaysOfAJobIsWhatThePageSays();
    void whatChangedSinceIsExplainedAsItWasBilled();
    void versionsThatReceiptsReferToAreKept();

private:
    receipts::Receipt billAlice(rates::RateAt rateAt = rates::RateAt::receipt);
    void merge(const std::vector<slurm::JobRecord>& records);
    std::string item(std::int64_t job, const std::string& column);
    void setRate(const std::string& tier, std::int64_t micro, const std::string& from);
    usage::Explanation explain(std::int64_t job);

    std::unique_ptr<support::Ground> m_ground;
};

namespace
{

const api::Actor finance{.name = "finance1", .role = api::Role::admin, .address = "127.0.0.1", .requestId = "r1"};

slurm::JobRecord job(std::int64_t id, const std::string& account = "physics", const std::string& state = "COMPLETED")
{
    slurm::JobRecord record = support::finishedJob(id); // 7,200 core-seconds and 512 MiB for an hour
    record.account = account;
    record.state = state;
    return record;
}

} // namespace

void ReceiptPricesTest::init()
{
    m_ground = std::make_unique<support::Ground>();
}

void ReceiptPricesTest::merge(const std::vector<slurm::JobRecord>& records)
{
    const auto cluster = support::addCluster(m_ground->database, "testbed");
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, cluster, records);
    tx.commit();
}

receipts::Receipt ReceiptPricesTest::billAlice(rates::RateAt rateAt)
{
    prometheus::Registry metrics;
    const rates::Prices prices(m_ground->rates, m_ground->rules, rateAt);
    receipts::Receipts made({.pool = m_ground->database.pool(),
                             .audit = m_ground->audit,
                             .prices = prices,
                             .outbox = m_ground->outbox,
                             .metrics = metrics});
    return made.create("alice", support::at("2027-01-01T00:00:00Z"), std::nullopt, finance);
}

std::string ReceiptPricesTest::item(std::int64_t id, const std::string& column)
{
    return m_ground->database.value("select " + column + " from receipt_items where job_id = " + std::to_string(id));
}

/// As if it had been agreed in time: versions cannot be dated back.
void ReceiptPricesTest::setRate(const std::string& tier, std::int64_t micro, const std::string& from)
{
    const std::string rate = std::to_string(micro) + " / 1000000.0";
    m_ground->database.run("insert into rate_versions (tier, cpu, gpu, mem, currency, effective_from, author, reason, created_at) values ('" +
                           tier + "', " + rate + ", " + rate + ", 0, 'THB', '" + from + "', 'finance1', 'test', now())");
}

usage::Explanation ReceiptPricesTest::explain(std::int64_t id)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    return m_ground->jobs.explain(tx, m_ground->jobs.find(tx, "testbed", id, std::nullopt));
}

void ReceiptPricesTest::whatADeadNodeKilledIsFreeAndSaysSo()
{
    merge({job(1), job(2, "physics", "NODE_FAIL"), job(3, "physics", "BOOT_FAIL")});
    const receipts::Receipt receipt = billAlice();
    QCOMPARE(receipt.jobs, 3);
    QCOMPARE(toDecimal(receipt.total), std::string("2.25"));
    QCOMPARE(item(1, "amount || ' ' || rules_applied"), std::string("2.25 0"));
    QCOMPARE(item(2, "amount || ' ' || rules_applied"), std::string("0.00 1")); // the first rule
    QCOMPARE(item(3, "amount || ' ' || rules_applied"), std::string("0.00 2")); // the second
    const pricing::Charge charge = explain(2).charge;
    QCOMPARE(toDecimal(charge.total), std::string("0.00"));
    QCOMPARE(pricing::toDecimal(charge.sum, 2), std::string("2.25"));
    QVERIFY(charge.rules[0].applies);
    QVERIFY(!charge.rules[1].applies);
}

void ReceiptPricesTest::laterRulesLeaveItAsItWas()
{
    merge({job(1), job(2, "physics", "NODE_FAIL")});
    const receipts::Receipt receipt = billAlice();
    postgres::Transaction read(m_ground->database.pool(), postgres::Mode::readOnly);
    const rates::RuleVersion before = m_ground->rules.inForce(read);
    m_ground->rules.change(pricing::Rules{}, "nothing is free any more", before.id, finance);
    QCOMPARE(toDecimal(explain(2).charge.total), std::string("0.00"));
    QCOMPARE(explain(2).charge.rules.size(), std::size_t{2}); // those of its receipt
    QCOMPARE(item(2, "amount"), std::string("0.00"));
    QCOMPARE(m_ground->database.value("select total from receipts"), std::string("2.25"));
    QVERIFY(receipt.total.minorUnits() == 225);
}

void ReceiptPricesTest::theTierOfAnAccountPricesItsJobs()
{
    m_ground->database.run("insert into account_tiers values ('industry', 'private', 'admin', 'contract', now())");
    merge({job(1), job(2, "industry")});
    const receipts::Receipt receipt = billAlice();
    QCOMPARE(receipt.tier, std::string("mu")); // her own
    QCOMPARE(toDecimal(receipt.total), std::string("9.00")); // 2.25, and three times that
    QCOMPARE(receipt.prices.size(), std::size_t{2});
    std::vector<std::string> told;
    for (const receipts::ReceiptPrice& price : receipt.prices)
        told.push_back(price.tier + " " + std::to_string(price.jobs) + " " + price.amount);
    QCOMPARE(told, (std::vector<std::string>{"mu 1 2.25", "private 1 6.75"}));
}

void ReceiptPricesTest::aReceiptOfOneAccountTierIsOfThatTier()
{
    m_ground->database.run("insert into account_tiers values ('industry', 'private', 'admin', 'contract', now())");
    merge({job(1, "industry"), job(2, "industry")});
    const receipts::Receipt receipt = billAlice();
    QCOMPARE(receipt.tier, std::string("private"));
    QVERIFY(receipt.number.starts_with("PRIVATE-"));
    QCOMPARE(receipt.prices.size(), std::size_t{1});
}

void ReceiptPricesTest::anOverrideStandsAboveTheAccount()
{
    m_ground->database.run("insert into account_tiers values ('industry', 'private', 'admin', 'contract', now());"
                           "insert into tier_overrides values ('alice', 'gov', 'admin', 'agreed', now())");
    merge({job(1, "industry")});
    QCOMPARE(billAlice().tier, std::string("gov"));
    QCOMPARE(m_ground->database.value("select tier_of('alice', 'industry') || ' ' || tier_of('bob', 'industry') || ' ' || tier_of('bob', 'x')"),
             std::string("gov private mu"));
}

void ReceiptPricesTest::ratesMayBeThoseOfTheJobsEnd()
{
    slurm::JobRecord early = job(1);
    slurm::JobRecord atTheChange = job(2);
    slurm::JobRecord late = job(3);
    early.endedAt = support::at("2026-10-31T23:59:59Z");
    atTheChange.endedAt = support::at("2026-11-01T00:00:00Z");
    late.endedAt = support::at("2026-11-15T00:00:00Z");
    merge({early, atTheChange, late});
    setRate("mu", 2'000'000, "2026-11-01");
    setRate("mu", 4'000'000, "2026-11-10");
    setRate("mu", 9'000'000, "2099-01-01"); // not yet

    const receipts::Receipt receipt = billAlice(rates::RateAt::jobEnd);
    QCOMPARE(item(1, "amount"), std::string("2.25")); // the first rates
    QCOMPARE(item(2, "amount"), std::string("4.00"));
    QCOMPARE(item(3, "amount"), std::string("8.00"));
    QCOMPARE(receipt.prices.size(), std::size_t{3});
    QCOMPARE(toDecimal(explain(2).charge.lines[0].rate), std::string("2.000000"));
}

void ReceiptPricesTest::whatItSaysOfAJobIsWhatThePageSays()
{
    merge({job(1), job(2, "physics", "NODE_FAIL"), job(3)});
    std::vector<std::string> before;
    for (const std::int64_t id : {1, 2, 3})
        before.push_back(pricing::toFraction(explain(id).charge.exact));
    billAlice();
    for (const std::int64_t id : {1, 2, 3}) {
        QCOMPARE(pricing::toFraction(explain(id).charge.exact), before[static_cast<std::size_t>(id - 1)]);
        QCOMPARE(toDecimal(explain(id).charge.total), item(id, "amount"));
    }
}

void ReceiptPricesTest::whatChangedSinceIsExplainedAsItWasBilled()
{
    merge({job(1), job(2)});
    m_ground->rates.change({.tier = "mu", .rates = {.cpu = Rate::fromMicro(1'000'000), .gpu = {}, .mem = {}}, .effectiveFrom = {}, .reason = "x"},
                           std::nullopt, {.name = "boss", .role = api::Role::admin, .address = {}, .requestId = {}});
    billAlice();
    slurm::JobRecord longer = job(1);
    longer.elapsedSeconds *= 2;
    longer.endedAt = *longer.endedAt + std::chrono::hours(1);
    slurm::JobRecord neverRan = job(2);
    neverRan.hadNodes = false;
    merge({longer, neverRan});
    QCOMPARE(m_ground->database.value("select count(*) from jobs where cpu_seconds = 14400 or booked_on is null"), std::string("2"));
    for (const std::int64_t id : {1, 2}) {
        const usage::Explanation explanation = explain(id);
        QCOMPARE(toDecimal(explanation.charge.total), item(id, "amount"));
        QCOMPARE(std::to_string(explanation.charge.lines[0].seconds), item(id, "cpu_seconds"));
        QCOMPARE(std::to_string(explanation.charge.lines[2].seconds), item(id, "memory_mib_seconds"));
        QCOMPARE(explanation.rateAuthor, std::optional<std::string>("boss"));
    }
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    const usage::Job changed = m_ground->jobs.find(tx, "testbed", 1, std::nullopt);
    const auto told = explainJson(changed, m_ground->jobs.explain(tx, changed));
    QCOMPARE(told["rounded"], toJson(changed)["cost"]);
    QVERIFY(told["lines"][0]["count"].is_null());
    const usage::Job unbooked = m_ground->jobs.find(tx, "testbed", 2, std::nullopt);
    QVERIFY(explainJson(unbooked, m_ground->jobs.explain(tx, unbooked))["charged"].get<bool>());
}

void ReceiptPricesTest::versionsThatReceiptsReferToAreKept()
{
    merge({job(1)});
    billAlice();
    for (const char* attempt : {"update rate_versions set cpu = 0", "delete from rate_versions", "update receipt_prices set amount = 0",
                                "delete from receipt_prices", "update billing_rule_versions set rules = '[]'", "delete from billing_rule_versions"})
        QVERIFY_THROWS_EXCEPTION(std::exception, m_ground->database.run(attempt));
}

QTEST_GUILESS_MAIN(ReceiptPricesTest)
#include "tst_receipt_prices.moc"
