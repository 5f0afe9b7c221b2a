// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/usage/usage.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <memory>

using namespace hpcbill;

class SimulationTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void withoutAProposalNothingDiffers();
    void proposedRatesChangeTheirTierOnly();
    void proposedRulesReplaceThoseInForce();
    void onlyJobsThatEndedInTheWindowCount();
    void theHardestHitAreNamedAndTheRestCounted();
    void anUnknownTierIsNotFound();

private:
    usage::Simulation simulate(const usage::Proposal& proposal, std::size_t most = 100, UtcTime from = {},
                               UtcTime to = *parseTimeOrDate("2100-01-01"));
    std::int64_t sumOfJobs(const std::optional<std::string>& user = {});

    std::unique_ptr<support::Ground> m_ground;
    usage::ClusterId m_cluster{};
};

void SimulationTest::initTestCase()
{
    m_ground = std::make_unique<support::Ground>();
    m_cluster = support::addCluster(m_ground->database, "lanta");
    std::vector<slurm::JobRecord> records = support::manyJobs(500, 7);
    for (std::size_t at = 0; at < records.size(); ++at) {
        records[at].user = at % 3 == 0 ? "alice" : at % 3 == 1 ? "bob" : "carol";
        records[at].state = at % 10 == 0 ? "NODE_FAIL" : "COMPLETED";
    }
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readWrite);
    m_ground->jobs.merge(tx, m_cluster, records);
    tx.commit();
    m_ground->database.run("insert into tier_overrides values ('carol', 'gov', 'admin', 'agreed', now())");
}

usage::Simulation SimulationTest::simulate(const usage::Proposal& proposal, std::size_t most, UtcTime from, UtcTime to)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    return m_ground->jobs.simulate(tx, from, to, proposal, most);
}

/// What the list of jobs says, priced one by one.
std::int64_t SimulationTest::sumOfJobs(const std::optional<std::string>& user)
{
    postgres::Transaction tx(m_ground->database.pool(), postgres::Mode::readOnly);
    usage::JobFilter filter;
    filter.user = user;
    std::int64_t sum = 0;
    m_ground->jobs.stream(tx, filter, [&sum](const usage::Job& job) { sum += job.cost.minorUnits(); });
    return sum;
}

void SimulationTest::withoutAProposalNothingDiffers()
{
    const usage::Simulation simulation = simulate({});
    QVERIFY(simulation.total.jobs > 0);
    QVERIFY(simulation.total.current == simulation.total.proposed);
    QCOMPARE(simulation.total.current.minorUnits(), sumOfJobs());
    std::int64_t users = 0;
    std::int64_t tiers = 0;
    for (const usage::SimulatedSum& sum : simulation.users) {
        QCOMPARE(sum.current.minorUnits(), sumOfJobs(sum.name));
        users += sum.current.minorUnits();
    }
    for (const usage::SimulatedSum& sum : simulation.tiers)
        tiers += sum.current.minorUnits();
    QCOMPARE(users, simulation.total.current.minorUnits());
    QCOMPARE(tiers, simulation.total.current.minorUnits());
}

void SimulationTest::proposedRatesChangeTheirTierOnly()
{
    const Rate nothing;
    const usage::Simulation simulation = simulate({.rates = {{"gov", {nothing, nothing, nothing}}}, .rules = {}});
    for (const usage::SimulatedSum& tier : simulation.tiers) {
        if (tier.name == "gov")
            QCOMPARE(tier.proposed.minorUnits(), std::int64_t{0});
        else
            QVERIFY(tier.proposed == tier.current);
    }
    QCOMPARE(simulation.users.front().name, std::string("carol")); // hit hardest
    QCOMPARE(simulation.total.proposed.minorUnits(), sumOfJobs("alice") + sumOfJobs("bob"));
}

void SimulationTest::proposedRulesReplaceThoseInForce()
{
    const usage::Simulation charged = simulate({.rates = {}, .rules = pricing::Rules{}});
    QVERIFY(charged.total.proposed.minorUnits() > charged.total.current.minorUnits()); // node failures cost again
    pricing::Rule free;
    free.name = "everything is free";
    const usage::Simulation simulation = simulate({.rates = {}, .rules = pricing::Rules({free})});
    QCOMPARE(simulation.total.proposed.minorUnits(), std::int64_t{0});
    QCOMPARE(simulation.total.current.minorUnits(), sumOfJobs());
}

void SimulationTest::onlyJobsThatEndedInTheWindowCount()
{
    const std::string middle = m_ground->database.value("select to_char(percentile_disc(0.5) within group (order by ended_at) at time zone "
                                                        "'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from jobs where booked_on is not null");
    const UtcTime cut = *parseTimeOrDate(middle);
    const usage::Simulation before = simulate({}, 100, {}, cut);
    const usage::Simulation after = simulate({}, 100, cut);
    QVERIFY(before.total.jobs > 0 && after.total.jobs > 0);
    QCOMPARE(before.total.jobs + after.total.jobs, simulate({}).total.jobs);
    QCOMPARE(std::to_string(before.total.jobs),
             m_ground->database.value("select count(*) from jobs where booked_on is not null and ended_at < '" + middle + "'"));
}

void SimulationTest::theHardestHitAreNamedAndTheRestCounted()
{
    const usage::Simulation simulation = simulate({.rates = {}, .rules = pricing::Rules{}}, 1);
    QCOMPARE(simulation.users.size(), std::size_t{1});
    QCOMPARE(simulation.otherUsers, std::int64_t{2});
    QVERIFY(simulation.tiers.size() > 1); // all of them, always
}

void SimulationTest::anUnknownTierIsNotFound()
{
    QVERIFY_THROWS_EXCEPTION(NotFound, simulate({.rates = {{"nobody", {}}}, .rules = {}}));
}

QTEST_GUILESS_MAIN(SimulationTest)
#include "tst_simulation.moc"
