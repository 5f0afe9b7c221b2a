// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/verifier.h"

#include <QtTest>

#include <rapidcheck.h>

#include <functional>
#include <vector>

using namespace hpcbill;
using namespace hpcbill::audit;

namespace
{

using Log = std::vector<StoredRecord>;

void seal(StoredRecord& stored, const Hash& prev)
{
    stored.prevHash = prev;
    stored.leafHash = leafHash(canonical(stored.record));
    stored.hash = chainHash(stored.prevHash, stored.leafHash);
}

Log logOf(int count)
{
    Log log;
    for (int number = 1; number <= count; ++number) {
        StoredRecord stored;
        stored.record.seq = number;
        stored.record.ts = UtcTime(std::chrono::seconds(number));
        stored.record.action = "login";
        stored.record.outcome = number % 2 == 0 ? "done" : "refused";
        seal(stored, log.empty() ? Hash{} : log.back().hash);
        log.push_back(stored);
    }
    return log;
}

Verifier verified(const Log& log, Verifier verifier = {})
{
    for (const StoredRecord& stored : log) {
        if (!verifier.add(stored))
            break;
    }
    return verifier;
}

struct Tampering {
    std::function<void(Log&)> change;
    std::int64_t seq;
    Fault fault;
};

} // namespace
Q_DECLARE_METATYPE(Tampering)

class TestVerifier : public QObject
{
    Q_OBJECT

private slots:
    void aWholeLogIsWhole();
    void aWindowIsCheckedFromItsFirstRecord();
    void tamperingIsFoundAndNamed_data();
    void tamperingIsFoundAndNamed();
    void nothingIsTakenAfterTheFirstFault();
    void everyBitCounts();
};

void TestVerifier::aWholeLogIsWhole()
{
    const Log log = logOf(20);
    const Verifier verifier = verified(log);
    QVERIFY(!verifier.finding());
    QCOMPARE(verifier.count(), std::int64_t{20});
    QVERIFY(verifier.head() == log.back().hash);
    QVERIFY(verified({}).head() == Hash{});
}

void TestVerifier::aWindowIsCheckedFromItsFirstRecord()
{
    Log window = logOf(20);
    window.erase(window.begin(), window.begin() + 9);
    QVERIFY(!verified(window, Verifier::ofWindow(10)).finding());
    QCOMPARE(verified(window).finding()->fault, Fault::missing);
    // The first record of the whole log has nothing before it, also when it is asked for as a window.
    Log forged = logOf(2);
    forged[0].record.outcome = "done";
    seal(forged[0], forged[1].hash);
    QCOMPARE(verified(forged, Verifier::ofWindow(1)).finding()->fault, Fault::chainBroken);
}

void TestVerifier::tamperingIsFoundAndNamed_data()
{
    QTest::addColumn<Tampering>("tampering");
    const auto row = [](const char* name, std::function<void(Log&)> change, std::int64_t seq, Fault fault) {
        QTest::newRow(name) << Tampering{std::move(change), seq, fault};
    };
    row("a field", [](Log& log) { log[4].record.outcome += 'x'; }, 5, Fault::altered);
    row("a field that was absent", [](Log& log) { log[4].record.actor = ""; }, 5, Fault::altered);
    row(
        "a microsecond", [](Log& log) { log[4].record.ts += std::chrono::microseconds(1); }, 5,
        Fault::altered);
    row(
        "a field and its leaf hash",
        [](Log& log) {
            log[4].record.outcome += 'x';
            log[4].leafHash = leafHash(canonical(log[4].record));
        },
        5, Fault::altered);
    row(
        "a record with all its hashes",
        [](Log& log) {
            log[4].record.outcome += 'x';
            seal(log[4], log[3].hash);
        },
        6, Fault::chainBroken);
    row("the previous hash", [](Log& log) { log[4].prevHash[31] ^= 1U; }, 5, Fault::altered);
    row("the hash", [](Log& log) { log[4].hash[0] ^= 1U; }, 5, Fault::altered);
    row("a record taken out", [](Log& log) { log.erase(log.begin() + 4); }, 5, Fault::missing);
    row("the first record taken out", [](Log& log) { log.erase(log.begin()); }, 1, Fault::missing);
    row("a record twice", [](Log& log) { log.insert(log.begin() + 5, log[4]); }, 5, Fault::outOfOrder);
    row("two records swapped", [](Log& log) { std::swap(log[4], log[5]); }, 5, Fault::missing);
    row(
        "a record taken out, the rest renumbered",
        [](Log& log) {
            log.erase(log.begin() + 4);
            for (std::size_t at = 4; at < log.size(); ++at)
                --log[at].record.seq;
        },
        5, Fault::altered);
}

void TestVerifier::tamperingIsFoundAndNamed()
{
    QFETCH(Tampering, tampering);
    Log log = logOf(10);
    tampering.change(log);
    const Verifier verifier = verified(log);
    QVERIFY(verifier.finding());
    QCOMPARE(verifier.finding()->seq, tampering.seq);
    QCOMPARE(codeOf(verifier.finding()->fault), codeOf(tampering.fault));
    QVERIFY(!verifier.finding()->detail.empty());
}

void TestVerifier::nothingIsTakenAfterTheFirstFault()
{
    Log log = logOf(3);
    Verifier verifier;
    QVERIFY(verifier.add(log[0]));
    QVERIFY(!verifier.add(log[2]));
    QVERIFY(!verifier.add(log[1]));
    QCOMPARE(verifier.count(), std::int64_t{1});
    QCOMPARE(verifier.finding()->seq, std::int64_t{2});
}

void TestVerifier::everyBitCounts()
{
    QVERIFY(rc::check([] {
        const auto bad = *rc::gen::inRange<std::size_t>(0, 10);
        const auto bit = *rc::gen::inRange<std::size_t>(0, 3 * 256);
        Log log = logOf(10);
        Hash* const hashes[] = {&log[bad].leafHash, &log[bad].prevHash, &log[bad].hash};
        (*hashes[bit / 256])[bit % 256 / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        const Verifier verifier = verified(log);
        RC_ASSERT(verifier.finding().has_value());
        RC_ASSERT(verifier.finding()->seq == static_cast<std::int64_t>(bad) + 1);
    }));
}

QTEST_GUILESS_MAIN(TestVerifier)
#include "tst_verifier.moc"
