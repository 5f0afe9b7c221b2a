// SPDX-License-Identifier: GPL-3.0-or-later
// The law of sums: whatever happened, in whatever order, a sum of usage is the sum of its jobs' own costs.
#include "common/error.h"
#include "server/postgres/transaction.h"
#include "server/receipts/receipts.h"
#include "tests/bench/site.h"
#include "tests/support/ground.h"
#include "tests/support/jobs.h"

#include <QtTest>

#include <array>
#include <functional>
#include <map>
#include <memory>

using namespace hpcbill;

namespace
{

const api::Actor admin{.name = "finance", .role = api::Role::admin, .address = {}, .requestId = {}};

const std::array<std::string, 4> users{"alice", "bob", "gov-carol", "dave.mu.ac.th"};
const std::array<std::string, 3> accounts{"physics", "chemistry", "industry"};
const std::array<std::string, 3> tiers{"mu", "gov", "private"};
const std::array<std::string, 4> states{"COMPLETED", "FAILED", "NODE_FAIL", "TIMEOUT"};

/// One site, on which things happen.
struct Site : support::Ground {
    explicit Site(rates::RateAt rateAt)
        : listed(rates, rules, rateAt)
        , store(listed, tiers)
        , receipts({.pool = database.pool(), .audit = audit, .prices = listed, .outbox = outbox, .metrics = metrics})
        , clusters{support::addCluster(database, "lanta"), support::addCluster(database, "tara")}
    {
    }

    rates::Prices listed;
    usage::JobStore store;
    receipts::Receipts receipts;
    std::array<usage::ClusterId, 2> clusters;
};

template <typename Range>
const auto& oneOf(const Range& range, bench::Dice& dice)
{
    return range[static_cast<std::size_t>(dice.between(0, static_cast<std::int64_t>(range.size()) - 1))];
}

slurm::JobRecord randomJob(bench::Dice& dice)
{
    slurm::JobRecord job = support::finishedJob(dice.between(1, 60)); // often one that is there already
    job.user = oneOf(users, dice);
    job.account = oneOf(accounts, dice);
    job.partition = dice.chance(500) ? "cpu" : "gpu";
    job.state = oneOf(states, dice);
    job.cpus = dice.between(1, 64);
    job.gpus = dice.between(0, 4);
    job.endedAt = *job.startedAt + std::chrono::hours(dice.between(1, 24 * 40));
    job.elapsedSeconds = (std::chrono::duration_cast<std::chrono::seconds>(*job.endedAt - *job.startedAt)).count();
    return job;
}

void mergeSome(Site& site, bench::Dice& dice)
{
    std::vector<slurm::JobRecord> records;
    for (std::int64_t count = dice.between(1, 20); count > 0; --count)
        records.push_back(randomJob(dice));
    postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
    site.store.merge(tx, oneOf(site.clusters, dice), records);
    tx.commit();
}

void changeRates(Site& site, bench::Dice& dice)
{
    const auto rate = [&dice] { return Rate::fromMicro(dice.between(0, 9'000'000)); };
    const std::string tier = oneOf(tiers, dice);
    site.rates.change({.tier = tier, .rates = {rate(), rate(), rate()}, .effectiveFrom = {}, .reason = "a law"}, std::nullopt, admin);
    // Some are made to hold for part of the time in which the jobs ended.
    if (dice.chance(500))
        site.database.run("set session_replication_role = replica; update rate_versions set effective_from = '2026-11-10' where id = (select max(id) "
                          "from rate_versions); reset session_replication_role");
}

void changeRules(Site& site, bench::Dice& dice)
{
    pricing::Rule half;
    half.name = "half";
    half.when.partition = {"gpu"};
    half.action = pricing::Action::multiply;
    half.factorMicro = dice.between(0, 2'000'000);
    pricing::Rule cap;
    cap.name = "cap";
    cap.when.user = {oneOf(users, dice)};
    cap.action = pricing::Action::cap;
    cap.amountMinor = dice.between(0, 100'000);
    const rates::RuleVersionId seen = [&] {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        return site.rules.inForce(tx).id;
    }();
    site.rules.change(pricing::Rules({half, cap}), "a law", seen, admin);
}

void changeTierRules(Site& site, bench::Dice& dice)
{
    const rates::TierRuleVersionId seen = [&] {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        return site.tiers.rules(tx).id;
    }();
    site.tiers.changeRules({{rates::TierMatch::glob, "gov-*", oneOf(tiers, dice)}, {rates::TierMatch::suffix, ".mu.ac.th", oneOf(tiers, dice)}},
                           "a law", seen, admin);
}

void changeDefault(Site& site, bench::Dice& dice)
{
    const auto present = [&] {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        return site.tiers.list(tx);
    }();
    std::vector<rates::TierOrder> order;
    const std::string chosen = oneOf(tiers, dice);
    for (rates::Tier tier : present) {
        tier.isDefault = tier.name == chosen;
        order.push_back({tier, std::nullopt});
    }
    site.tiers.changeList(order, "a law", rates::etagOf(present), admin);
}

void setOverride(Site& site, bench::Dice& dice)
{
    const std::string user = oneOf(users, dice);
    std::optional<std::string> seen;
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        if (const auto assigned = site.tiers.decide(tx, user, std::nullopt).assigned)
            seen = rates::etagOf(*assigned);
    }
    site.tiers.setOverride({.name = user, .tier = oneOf(tiers, dice), .author = {}, .reason = "a law", .createdAt = {}}, seen, admin);
}

void setAccount(Site& site, bench::Dice& dice)
{
    std::optional<std::string> seen;
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        for (const rates::AssignedTier& account : site.tiers.accounts(tx, 10, std::nullopt)) {
            if (account.name == "industry")
                seen = rates::etagOf(account);
        }
    }
    if (seen && dice.chance(400))
        site.tiers.removeAccount("industry", *seen, std::nullopt, admin);
    else
        site.tiers.setAccount({.name = "industry", .tier = oneOf(tiers, dice), .author = {}, .reason = "a law", .createdAt = {}}, seen, admin);
}

void bill(Site& site, bench::Dice& dice)
{
    try {
        const UtcTime cutOff = support::at("2026-11-02T00:00:00Z") + std::chrono::hours(dice.between(0, 24 * 45));
        site.receipts.create(oneOf(users, dice), cutOff, std::nullopt, admin);
    } catch (const Conflict&) { // nothing to bill
    }
}

void voidOrReissue(Site& site, bench::Dice& dice)
{
    std::vector<receipts::Receipt> all;
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readOnly);
        all = site.receipts.list(tx, std::nullopt, std::nullopt, 100, std::nullopt);
    }
    if (all.empty())
        return;
    const receipts::Receipt& receipt = oneOf(all, dice);
    try {
        if (dice.chance(500))
            site.receipts.voidReceipt(receipt.id, {.reason = "a law", .hasCreditNote = receipt.status == receipts::Status::paid}, admin);
        else
            site.receipts.reissue(receipt.id, "a law", std::nullopt, admin);
    } catch (const Conflict&) { // void already, replaced already, or nothing to bill
    }
}

void priceSome(Site& site, bench::Dice& dice)
{
    postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
    site.store.priceRollups(tx, dice.between(1, 100));
    tx.commit();
}

/// Sums by every key at once.
std::map<std::string, std::string> sumsOf(const std::vector<usage::UsageRow>& rows)
{
    std::map<std::string, std::string> sums;
    for (const usage::UsageRow& row : rows)
        sums[*row.day + " " + *row.cluster + " " + *row.account + " " + *row.user + " " + *row.partition + " " + *row.tier] =
            std::to_string(row.jobs) + " jobs " + std::to_string(row.usage.cpuSeconds) + " " + std::to_string(row.usage.gpuSeconds) + " " +
            std::to_string(row.usage.memoryMibSeconds) + " cost " + toDecimal(row.cost);
    return sums;
}

constexpr usage::UsageKeys everyKey{.day = true, .month = false, .cluster = true, .user = true, .account = true, .partition = true, .tier = true};

/// The same from the jobs one by one, as the list of jobs shows them.
std::map<std::string, std::string> sumsOfJobs(Site& site, postgres::Transaction& tx)
{
    std::map<std::string, usage::UsageRow> groups;
    site.store.stream(tx, {}, [&groups](const usage::Job& job) {
        if (!job.booked)
            return;
        const std::string day = toIsoDate(std::chrono::floor<std::chrono::days>(*job.endedAt));
        usage::UsageRow& row = groups[day + "|" + job.cluster + "|" + job.account + "|" + job.user + "|" + job.partition + "|" + job.tier];
        row.day = day;
        row.cluster = job.cluster;
        row.account = job.account;
        row.user = job.user;
        row.partition = job.partition;
        row.tier = job.tier;
        ++row.jobs;
        row.usage.cpuSeconds += job.usage.cpuSeconds;
        row.usage.gpuSeconds += job.usage.gpuSeconds;
        row.usage.memoryMibSeconds += job.usage.memoryMibSeconds;
        row.cost += job.cost;
    });
    std::vector<usage::UsageRow> rows;
    for (auto& [key, row] : groups)
        rows.push_back(row);
    return sumsOf(rows);
}

std::string firstDifference(const std::map<std::string, std::string>& expected, const std::map<std::string, std::string>& found)
{
    for (const auto& [key, sum] : expected) {
        const auto at = found.find(key);
        if (at == found.end() || at->second != sum)
            return key + ": the jobs come to " + sum + ", the sums say " + (at == found.end() ? "nothing" : at->second);
    }
    for (const auto& [key, sum] : found) {
        if (!expected.contains(key))
            return key + ": no jobs, but the sums say " + sum;
    }
    return {};
}

std::string lawBreach(Site& site)
{
    postgres::Transaction tx(site.database.pool(), postgres::Mode::snapshot);
    const auto found = site.store.summarize(tx, everyKey, {}, 10'000, std::nullopt);
    std::string breach = firstDifference(sumsOfJobs(site, tx), sumsOf(found));
    for (const std::string& difference : site.store.recount(tx))
        breach += "\nrecount: " + difference;
    return breach;
}

std::int64_t staleRows(Site& site)
{
    return std::stoll(site.database.value("select count(*) from usage_daily where priced_revision <> revision"));
}

} // namespace

class UsageCostsTest : public QObject
{
    Q_OBJECT

private slots:
    void sumsAreThoseOfTheJobsWhateverHappened_data();
    void sumsAreThoseOfTheJobsWhateverHappened();
    void everyGroupingAndFilterAddsUp();
    void pagesOfSumsAreTheWhole();
    void whatIsBilledIsNotPricedAgainForNewRates();
    void aReceiptThatLocksOlderRatesIsNoticed();
    void aSumAgreesWithItsReceipt();
    void aDamagedCostIsFoundByARecount();
    void nothingIsPricedWhileAMergeIsUnderWay();
    void theBackgroundPricesAllOfIt();
};

void UsageCostsTest::sumsAreThoseOfTheJobsWhateverHappened_data()
{
    QTest::addColumn<quint64>("seed");
    QTest::addColumn<bool>("atJobEnd");
    for (quint64 seed = 1; seed <= 8; ++seed)
        QTest::addRow("seed %llu %s", seed, seed % 2 == 0 ? "job end" : "receipt") << seed << (seed % 2 == 0);
}

void UsageCostsTest::sumsAreThoseOfTheJobsWhateverHappened()
{
    QFETCH(const quint64, seed);
    QFETCH(const bool, atJobEnd);
    bench::Dice dice(seed);
    Site site(atJobEnd ? rates::RateAt::jobEnd : rates::RateAt::receipt);
    struct Happening {
        const char* name;
        std::function<void(Site&, bench::Dice&)> happen;
        int weight;
    };
    const std::vector<Happening> happenings{
        {"merge", mergeSome, 4},          {"rates", changeRates, 2},  {"rules", changeRules, 1},     {"tier rules", changeTierRules, 1},
        {"default tier", changeDefault, 1}, {"override", setOverride, 1}, {"account tier", setAccount, 1}, {"receipt", bill, 3},
        {"void or reissue", voidOrReissue, 2}, {"pricing", priceSome, 4}};
    std::vector<const Happening*> bag;
    for (const Happening& happening : happenings)
        bag.insert(bag.end(), static_cast<std::size_t>(happening.weight), &happening);
    std::string story;
    for (int step = 0; step < 48; ++step) {
        const Happening& next = *oneOf(bag, dice);
        next.happen(site, dice);
        story += std::string(story.empty() ? "" : ", ") + next.name;
        if (step % 6 == 5) {
            const std::string breach = lawBreach(site);
            QVERIFY2(breach.empty(), (story + ": " + breach).c_str());
        }
    }
    for (int round = 0; round < 1000 && staleRows(site) > 0; ++round)
        priceSome(site, dice);
    QCOMPARE(staleRows(site), std::int64_t{0});
    const std::string breach = lawBreach(site);
    QVERIFY2(breach.empty(), breach.c_str());
}

void UsageCostsTest::everyGroupingAndFilterAddsUp()
{
    bench::Dice dice(3);
    Site site(rates::RateAt::receipt);
    for (int batch = 0; batch < 5; ++batch)
        mergeSome(site, dice);
    setAccount(site, dice);
    for (int receipt = 0; receipt < 5; ++receipt)
        bill(site, dice);
    setAccount(site, dice);
    for (const bool isPriced : {false, true}) {
        if (isPriced)
            priceSome(site, dice); // of some rows only
        postgres::Transaction tx(site.database.pool(), postgres::Mode::snapshot);
        const auto total = site.store.summarize(tx, {}, {}, 10, std::nullopt).at(0);
        for (int mask = 0; mask < 128; ++mask) {
            const usage::UsageKeys keys{.day = (mask & 1) != 0,     .month = (mask & 2) != 0,     .cluster = (mask & 4) != 0, .user = (mask & 8) != 0,
                                        .account = (mask & 16) != 0, .partition = (mask & 32) != 0, .tier = (mask & 64) != 0};
            usage::UsageRow sum;
            for (const usage::UsageRow& row : site.store.summarize(tx, keys, {}, 10'000, std::nullopt)) {
                sum.jobs += row.jobs;
                sum.usage.cpuSeconds += row.usage.cpuSeconds;
                sum.cost += row.cost;
            }
            QCOMPARE(sum.jobs, total.jobs);
            QCOMPARE(sum.usage.cpuSeconds, total.usage.cpuSeconds);
            QVERIFY(sum.cost == total.cost);
        }
        // Each filter takes the rows that the whole has of it.
        for (const usage::UsageRow& row : site.store.summarize(tx, everyKey, {}, 10'000, std::nullopt)) {
            usage::UsageFilter filter;
            filter.from = std::chrono::floor<std::chrono::days>(*parseTimeOrDate(*row.day));
            filter.to = *filter.from + std::chrono::days(1);
            filter.cluster = row.cluster;
            filter.user = row.user;
            filter.account = row.account;
            filter.partition = row.partition;
            filter.tier = row.tier;
            const auto one = site.store.summarize(tx, {}, filter, 10, std::nullopt);
            QCOMPARE(one.size(), std::size_t{1});
            QVERIFY(one[0].cost == row.cost);
            QCOMPARE(one[0].jobs, row.jobs);
        }
    }
}

void UsageCostsTest::pagesOfSumsAreTheWhole()
{
    bench::Dice dice(5);
    Site site(rates::RateAt::receipt);
    for (int batch = 0; batch < 6; ++batch)
        mergeSome(site, dice);
    priceSome(site, dice);
    mergeSome(site, dice); // some rows are stale, some are not
    postgres::Transaction tx(site.database.pool(), postgres::Mode::snapshot);
    const auto whole = site.store.summarize(tx, everyKey, {}, 10'000, std::nullopt);
    std::vector<usage::UsageRow> pages;
    for (auto page = site.store.summarize(tx, everyKey, {}, 7, std::nullopt); !page.empty();
         page = site.store.summarize(tx, everyKey, {}, 7, pages.back()))
        pages.insert(pages.end(), page.begin(), page.end());
    QCOMPARE(pages.size(), whole.size());
    QVERIFY(sumsOf(pages) == sumsOf(whole));
}

void UsageCostsTest::whatIsBilledIsNotPricedAgainForNewRates()
{
    bench::Dice dice(7);
    Site site(rates::RateAt::receipt);
    mergeSome(site, dice);
    for (const std::string& user : users) {
        try {
            site.receipts.create(user, support::at("2027-06-01T00:00:00Z"), std::nullopt, admin);
        } catch (const Conflict&) { // had no jobs
        }
    }
    const auto price = [&site] {
        std::int64_t rows = 0;
        for (std::int64_t now = 1; now > 0; rows += now) {
            postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
            now = site.store.priceRollups(tx, 1000);
            tx.commit();
        }
        return rows;
    };
    QVERIFY(price() > 0);
    for (const std::string& tier : tiers)
        site.rates.change({.tier = tier, .rates = {}, .effectiveFrom = {}, .reason = "free"}, std::nullopt, admin);
    setOverride(site, dice);
    QCOMPARE(price(), std::int64_t{0});
    QCOMPARE(lawBreach(site), std::string());
}

void UsageCostsTest::aReceiptThatLocksOlderRatesIsNoticed()
{
    Site site(rates::RateAt::receipt);
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
        site.store.merge(tx, site.clusters[0], std::vector{support::finishedJob(1)});
        tx.commit();
    }
    const receipts::Receipt receipt = site.receipts.create("alice", support::at("2026-12-01T00:00:00Z"), std::nullopt, admin);
    // As if the receipt had been under way while the rates were changed and the row was priced by them.
    site.database.run("delete from usage_rebilled");
    site.rates.change({.tier = "mu", .rates = {}, .effectiveFrom = {}, .reason = "free"}, std::nullopt, admin);
    site.database.run("update usage_daily set priced_revision = revision, unbilled_jobs = 1, priced_tier = 'mu', "
                      "priced_rates = (select max(id) from rate_versions), rule_version_id = (select max(id) from billing_rule_versions);"
                      "insert into usage_costs select day, cluster_id, account, username, partition, 'mu', 'THB', jobs, cpu_seconds, gpu_seconds, "
                      "memory_mib_seconds, 0.00 from usage_daily");
    postgres::Transaction mark(site.database.pool(), postgres::Mode::readWrite);
    usage::markBilled(mark, "alice", receipt.from, receipt.to);
    mark.commit();
    QCOMPARE(lawBreach(site), std::string());
    bench::Dice dice(1);
    priceSome(site, dice);
    QCOMPARE(site.database.value("select cost from usage_costs"), toDecimal(receipt.total));
}

void UsageCostsTest::aSumAgreesWithItsReceipt()
{
    bench::Dice dice(11);
    Site site(rates::RateAt::receipt);
    for (int batch = 0; batch < 5; ++batch)
        mergeSome(site, dice);
    const receipts::Receipt receipt = site.receipts.create("bob", support::at("2027-06-01T00:00:00Z"), std::nullopt, admin);
    changeRates(site, dice);
    postgres::Transaction tx(site.database.pool(), postgres::Mode::snapshot);
    usage::UsageFilter filter;
    filter.user = "bob";
    QCOMPARE(toDecimal(site.store.summarize(tx, {}, filter, 10, std::nullopt).at(0).cost), toDecimal(receipt.subtotal));
}

void UsageCostsTest::aDamagedCostIsFoundByARecount()
{
    bench::Dice dice(13);
    Site site(rates::RateAt::receipt);
    mergeSome(site, dice);
    priceSome(site, dice);
    QCOMPARE(lawBreach(site), std::string());
    site.database.run("update usage_costs set cost = cost + 0.01 where ctid = (select min(ctid) from usage_costs)");
    postgres::Transaction tx(site.database.pool(), postgres::Mode::snapshot);
    const auto differences = site.store.recount(tx);
    QCOMPARE(differences.size(), std::size_t{1});
    QVERIFY2(differences[0].find("in usage_costs (THB)") != std::string::npos, differences[0].c_str());
}

void UsageCostsTest::nothingIsPricedWhileAMergeIsUnderWay()
{
    bench::Dice dice(17);
    Site site(rates::RateAt::receipt);
    mergeSome(site, dice);
    postgres::Transaction merging(site.database.pool(), postgres::Mode::readWrite);
    site.store.merge(merging, site.clusters[1], std::vector{support::finishedJob(1000)});
    {
        postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
        QCOMPARE(site.store.priceRollups(tx, 1000), std::int64_t{0});
    }
    merging.commit();
    postgres::Transaction tx(site.database.pool(), postgres::Mode::readWrite);
    QVERIFY(site.store.priceRollups(tx, 1000) > 0);
}

void UsageCostsTest::theBackgroundPricesAllOfIt()
{
    bench::Dice dice(19);
    Site site(rates::RateAt::receipt);
    for (int batch = 0; batch < 5; ++batch)
        mergeSome(site, dice);
    bill(site, dice);
    const usage::RollupPricer pricer(site.database.pool(), site.store, std::chrono::seconds(1));
    QTRY_COMPARE_WITH_TIMEOUT(staleRows(site), std::int64_t{0}, 20'000);
    QTRY_COMPARE_WITH_TIMEOUT(site.database.value("select count(*) from usage_rebilled"), std::string("0"), 20'000);
    QCOMPARE(lawBreach(site), std::string());
}

QTEST_GUILESS_MAIN(UsageCostsTest)
#include "tst_usage_costs.moc"
