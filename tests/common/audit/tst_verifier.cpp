// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/verifier.h"

#include <QtTest>

#include <rapidcheck.h>

#include <algorithm>
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
    verifier.finish();
    return verifier;
}

Checkpoint checkpointOf(const Log& log, std::size_t size)
{
    GrowingTree tree;
    for (std::size_t at = 0; at < size; ++at)
        tree.add(log[at].leafHash);
    return {"log.example", static_cast<std::int64_t>(size), tree.root()};
}

/// Hashes all of it anew from there on, as somebody would who knows the format.
void resealFrom(Log& log, std::size_t from)
{
    for (std::size_t at = from; at < log.size(); ++at)
        seal(log[at], at == 0 ? Hash{} : log[at - 1].hash);
}

/// Puts a record in that fits what is before it, and gives those behind it other numbers, hashes or not.
void insertAt(Log& log, std::size_t place)
{
    StoredRecord stranger = log[0];
    stranger.record.action = "nothing.happened";
    stranger.record.seq = static_cast<std::int64_t>(place) + 1;
    seal(stranger, log[place - 1].hash);
    for (std::size_t at = place; at < log.size(); ++at)
        ++log[at].record.seq;
    log.insert(log.begin() + static_cast<std::ptrdiff_t>(place), stranger);
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
    void whatTheChainCannotShowACheckpointDoes_data();
    void whatTheChainCannotShowACheckpointDoes();
    void checkpointsThatAgreeAreCounted();
    void theFirstFaultIsToldBeforeWhatTheCheckpointShows();
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
    seal(forged[0], sha256({"another log"}));
    QCOMPARE(verified(forged, Verifier::ofWindow(1)).finding()->fault, Fault::altered);
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
        5, Fault::altered);
    row("the previous hash", [](Log& log) { log[4].prevHash[31] ^= 1U; }, 5, Fault::altered);
    row("the hash", [](Log& log) { log[4].hash[0] ^= 1U; }, 5, Fault::altered);
    row("a record taken out", [](Log& log) { log.erase(log.begin() + 4); }, 5, Fault::missing);
    row("the first record taken out", [](Log& log) { log.erase(log.begin()); }, 1, Fault::missing);
    row("two records taken out", [](Log& log) { log.erase(log.begin() + 4, log.begin() + 6); }, 5, Fault::missing);
    row("a record twice", [](Log& log) { log.insert(log.begin() + 5, log[4]); }, 5, Fault::inserted);
    row(
        "a record twice, the second under the next number",
        [](Log& log) {
            log.insert(log.begin() + 5, log[4]);
            for (std::size_t at = 5; at < log.size(); ++at)
                ++log[at].record.seq;
        },
        6, Fault::inserted);
    row("an old record again", [](Log& log) { log.insert(log.begin() + 7, log[2]); }, 3, Fault::inserted);
    row("a record of number 0", [](Log& log) { log.insert(log.begin(), log[0]); log[0].record.seq = 0; }, 0, Fault::inserted);
    row("a stranger that fits, the rest renumbered", [](Log& log) { insertAt(log, 4); }, 5, Fault::inserted);
    row(
        "a stranger that fits nowhere, the rest renumbered",
        [](Log& log) {
            insertAt(log, 4);
            log[4].prevHash = log[4].hash = log[4].leafHash = sha256({"bogus"});
        },
        5, Fault::inserted);
    row(
        "a stranger under a number that is there, before it",
        [](Log& log) {
            log.insert(log.begin() + 4, log[4]);
            log[4].record.outcome = "forged";
        },
        5, Fault::inserted);
    row(
        "a stranger under a number that is there, after it",
        [](Log& log) {
            log.insert(log.begin() + 5, log[4]);
            log[5].record.outcome = "forged";
        },
        5, Fault::inserted);
    row(
        "a stranger at the end that fits nothing",
        [](Log& log) {
            log.push_back(log.back());
            ++log.back().record.seq;
            log.back().prevHash = log.back().hash = log.back().leafHash = sha256({"bogus"});
        },
        11, Fault::inserted);
    row(
        "two strangers that fit, the rest renumbered",
        [](Log& log) {
            insertAt(log, 4);
            insertAt(log, 5);
        },
        5, Fault::inserted);
    row("two lines swapped", [](Log& log) { std::swap(log[4], log[5]); }, 5, Fault::reordered);
    row("two lines swapped that are far apart", [](Log& log) { std::swap(log[2], log[8]); }, 3, Fault::reordered);
    row("a line moved to the end", [](Log& log) { std::rotate(log.begin() + 4, log.begin() + 5, log.end()); }, 5, Fault::reordered);
    row("the numbers of two exchanged",
        [](Log& log) {
            std::swap(log[4], log[5]);
            std::swap(log[4].record.seq, log[5].record.seq);
        },
        5, Fault::reordered);
    row("the numbers of two exchanged that are far apart",
        [](Log& log) {
            std::swap(log[2], log[8]);
            std::swap(log[2].record.seq, log[8].record.seq);
        },
        3, Fault::reordered);
    row("the numbers of the last two exchanged",
        [](Log& log) {
            std::swap(log[8], log[9]);
            std::swap(log[8].record.seq, log[9].record.seq);
        },
        9, Fault::reordered);
    row("the fields of two exchanged",
        [](Log& log) {
            std::swap(log[4].record, log[5].record);
            std::swap(log[4].record.seq, log[5].record.seq);
        },
        5, Fault::reordered);
    row(
        "a record taken out, the rest renumbered",
        [](Log& log) {
            log.erase(log.begin() + 4);
            for (std::size_t at = 4; at < log.size(); ++at)
                --log[at].record.seq;
        },
        5, Fault::missing);
    row(
        "the last but one taken out, the last renumbered",
        [](Log& log) {
            log.erase(log.begin() + 8);
            --log[8].record.seq;
        },
        9, Fault::missing);
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

void TestVerifier::whatTheChainCannotShowACheckpointDoes_data()
{
    QTest::addColumn<Tampering>("tampering");
    QTest::addColumn<qint64>("checkpoint");
    const auto row = [](const char* name, std::function<void(Log&)> change, std::int64_t seq, Fault fault, qint64 checkpoint) {
        QTest::newRow(name) << Tampering{std::move(change), seq, fault} << checkpoint;
    };
    // The log of 30 had checkpoints at 8, 16 and 24.
    row("the last ten", [](Log& log) { log.resize(20); }, 21, Fault::cutOff, 24);
    row("all but one", [](Log& log) { log.resize(1); }, 2, Fault::cutOff, 24);
    row("all", [](Log& log) { log.clear(); }, 1, Fault::cutOff, 24);
    row(
        "all written anew",
        [](Log& log) {
            for (StoredRecord& stored : log)
                stored.record.actor = "nobody";
            resealFrom(log, 0);
        },
        1, Fault::rewritten, 8);
    row(
        "one record, and the chain from there on",
        [](Log& log) {
            log[18].record.actor = "nobody";
            resealFrom(log, 18);
        },
        17, Fault::rewritten, 24);
    row(
        "one record less, and the chain from there on",
        [](Log& log) {
            log.erase(log.begin() + 9);
            for (std::size_t at = 9; at < log.size(); ++at)
                --log[at].record.seq;
            resealFrom(log, 9);
        },
        9, Fault::rewritten, 16);
    row(
        "cut off, and gone on",
        [](Log& log) {
            log.resize(20);
            for (std::int64_t number = 21; number <= 40; ++number) {
                StoredRecord stored = log.back();
                stored.record.seq = number;
                stored.record.action = "later";
                seal(stored, log.back().hash);
                log.push_back(stored);
            }
        },
        17, Fault::rewritten, 24);
}

void TestVerifier::whatTheChainCannotShowACheckpointDoes()
{
    QFETCH(Tampering, tampering);
    QFETCH(qint64, checkpoint);
    const Log honest = logOf(30);
    Log log = honest;
    tampering.change(log);
    QVERIFY(!verified(log).finding()); // the chain is whole
    Verifier verifier;
    for (const std::size_t size : {24U, 8U, 16U})
        QVERIFY(verifier.expect(checkpointOf(honest, size)));
    verifier = verified(log, std::move(verifier));
    QVERIFY(verifier.finding());
    QCOMPARE(codeOf(verifier.finding()->fault), codeOf(tampering.fault));
    QCOMPARE(verifier.finding()->seq, tampering.seq);
    QCOMPARE(verifier.finding()->checkpoint, std::optional<std::int64_t>(checkpoint));
}

void TestVerifier::checkpointsThatAgreeAreCounted()
{
    const Log log = logOf(30);
    Verifier verifier;
    QVERIFY(verifier.expect(checkpointOf(log, 0)));
    QVERIFY(verifier.expect(checkpointOf(log, 24)));
    for (std::size_t at = 0; at < log.size(); ++at) {
        QVERIFY(verifier.add(log[at]));
        if (at + 1 == 7)
            QVERIFY(verifier.expect(checkpointOf(log, 7))); // as it stands in an export: behind its last record
    }
    QVERIFY(!verifier.expect(checkpointOf(log, 29))); // too late to tell
    verifier.finish();
    QVERIFY(!verifier.finding());
    QCOMPARE(verifier.confirmed(), std::int64_t{24});

    Verifier contradicted;
    QVERIFY(contradicted.expect(checkpointOf(log, 24)));
    QVERIFY(contradicted.expect(Checkpoint{"log.example", 24, checkpointOf(log, 23).root}));
    QCOMPARE(contradicted.finding()->fault, Fault::rewritten);
}

void TestVerifier::theFirstFaultIsToldBeforeWhatTheCheckpointShows()
{
    const Log honest = logOf(30);
    const auto told = [&](const std::function<void(Log&)>& change) {
        Log log = honest;
        change(log);
        Verifier verifier;
        verifier.expect(checkpointOf(honest, 10));
        return *verified(log, std::move(verifier)).finding();
    };
    // Record 10 is the checkpoint's last, and only record 11 tells what has become of it.
    const Finding replaced = told([](Log& log) {
        log[9].record.actor = "nobody";
        seal(log[9], log[8].hash);
    });
    QCOMPARE(replaced.fault, Fault::altered);
    QCOMPARE(replaced.seq, std::int64_t{10});
    const Finding inserted = told([](Log& log) { insertAt(log, 9); });
    QCOMPARE(inserted.fault, Fault::inserted);
    QCOMPARE(inserted.seq, std::int64_t{10});
    const Finding later = told([](Log& log) {
        log[3].record.actor = "nobody";
        resealFrom(log, 3);
        log[20].record.actor = "somebody";
    });
    QCOMPARE(later.fault, Fault::rewritten);
    QCOMPARE(later.seq, std::int64_t{1});
}

void TestVerifier::nothingIsTakenAfterTheFirstFault()
{
    Log log = logOf(3);
    Verifier verifier;
    QVERIFY(verifier.add(log[0]));
    QVERIFY(verifier.add(log[2])); // the next one tells whether one is missing
    QVERIFY(!verifier.add(log[1]));
    QVERIFY(!verifier.add(log[1]));
    QCOMPARE(verifier.count(), std::int64_t{1});
    QCOMPARE(verifier.finding()->seq, std::int64_t{2});
    QCOMPARE(verifier.finding()->fault, Fault::reordered);
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
