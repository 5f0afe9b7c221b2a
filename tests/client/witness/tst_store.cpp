// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/Store.h"

#include <QTemporaryDir>
#include <QTest>

#include <thread>

using namespace hpcbill::client;

namespace
{

const QDateTime monday = QDateTime::fromString("2026-11-23T08:00:00.000Z", Qt::ISODateWithMs);
const QString here = "http://127.0.0.1:8080";

SeenCheckpoint seen(qint64 size, char digit, const QDateTime& at = monday, const QString& address = here)
{
    return {0, size, QString(64, QLatin1Char(digit)), "note " + QByteArray::number(size), "log+00000001+AAAA", address, at, at};
}

TrustedKey key(const QString& text)
{
    return {text, monday, {}};
}

} // namespace

/// What is kept, and what two windows make of one file.
class StoreTest final : public QObject
{
    Q_OBJECT

private slots:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void nothingIsKnownAtFirst();
    void whatIsKeptIsThereAfterARestart();
    void theSameCheckpointAgainIsSeenAgain();
    void aLogIsKnownByItsKeyAtAnotherAddress();
    void whoComesLaterThanAnotherWindowIsTold();
    void manyWritersKeepOneHistory();
    void anAlarmStaysUntilItIsAccepted();
    void afterAcceptingTheAddressBeginsAnew();
    void aFileThatIsNoDatabaseIsTold();

private:
    [[nodiscard]] QString file() const { return m_folder->filePath("deep/er/witness.sqlite"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void StoreTest::nothingIsKnownAtFirst()
{
    Store store(file());
    const KnownLog known = store.known(here, {"log+00000001+AAAA"});
    QCOMPARE(known.log, qint64{0});
    QVERIFY(!known.latest && !known.alarm && known.keys.isEmpty());
    QVERIFY(store.checkpoints(here, 10).isEmpty());
}

void StoreTest::whatIsKeptIsThereAfterARestart()
{
    {
        Store store(file());
        QCOMPARE(store.keep({}, "log", seen(3, 'a'), {key("k1")}), Store::Kept::yes);
        QCOMPARE(store.keep(store.known(here), "log", seen(7, 'b', monday.addSecs(60)), {{"k2", monday.addDays(1), "both"}}),
                 Store::Kept::yes);
    }
    Store again(file());
    const KnownLog known = again.known(here);
    QCOMPARE(known.origin, QString("log"));
    QCOMPARE(known.keys, (QList<TrustedKey>{key("k1"), {"k2", monday.addDays(1), "both"}}));
    QVERIFY(known.latest);
    SeenCheckpoint expected = seen(7, 'b', monday.addSecs(60));
    expected.id = known.latest->id;
    QCOMPARE(*known.latest, expected);
    QCOMPARE(again.checkpoints(here, 10).size(), 2);
    QCOMPARE(again.checkpoints(here, 1).first().size, qint64{7});
}

void StoreTest::theSameCheckpointAgainIsSeenAgain()
{
    Store store(file());
    QCOMPARE(store.keep({}, "log", seen(3, 'a'), {}), Store::Kept::yes);
    QCOMPARE(store.keep(store.known(here), "log", seen(3, 'a', monday.addDays(1)), {}), Store::Kept::yes);
    const QList<SeenCheckpoint> all = store.checkpoints(here, 10);
    QCOMPARE(all.size(), 1);
    QCOMPARE(all.first().seenAt, monday);
    QCOMPARE(all.first().lastSeenAt, monday.addDays(1));
}

void StoreTest::aLogIsKnownByItsKeyAtAnotherAddress()
{
    Store store(file());
    QCOMPARE(store.keep({}, "log", seen(3, 'a'), {key("k1")}), Store::Kept::yes);
    const QString there = "https://billing.example.org:443";
    QCOMPARE(store.known(there).log, qint64{0});
    const KnownLog joined = store.known(there, {"k0", "k1"});
    QCOMPARE(joined.log, store.known(here).log);
    QCOMPARE(joined.latest->size, qint64{3});
    QCOMPARE(store.keep(joined, "log", seen(5, 'b', monday, there), {}), Store::Kept::yes);
    QCOMPARE(store.known(here).latest->size, qint64{5}); // one log, whoever asked
    QCOMPARE(store.known(there).latest->size, qint64{5});
}

void StoreTest::whoComesLaterThanAnotherWindowIsTold()
{
    Store one(file());
    Store other(file());
    const KnownLog before = one.known(here);
    QCOMPARE(other.keep(other.known(here), "log", seen(3, 'a'), {}), Store::Kept::yes);
    QCOMPARE(one.keep(before, "log", seen(3, 'c'), {}), Store::Kept::moved); // both for the first time
    const KnownLog known = one.known(here);
    QCOMPARE(other.keep(other.known(here), "log", seen(9, 'b'), {}), Store::Kept::yes);
    QCOMPARE(one.keep(known, "log", seen(7, 'd'), {}), Store::Kept::moved);
    QCOMPARE(one.checkpoints(here, 10).size(), 2);
}

void StoreTest::manyWritersKeepOneHistory()
{
    constexpr int writers = 4;
    constexpr int each = 25;
    std::vector<std::jthread> threads;
    threads.reserve(writers);
    for (int writer = 0; writer < writers; ++writer) {
        threads.emplace_back([this, writer] {
            Store store(file());
            for (int kept = 0; kept < each;) {
                const KnownLog known = store.known(here);
                const qint64 size = known.latest ? known.latest->size + 1 : 1;
                if (store.keep(known, "log", seen(size, static_cast<char>('a' + writer)), {}) == Store::Kept::yes)
                    ++kept;
            }
        });
    }
    threads.clear(); // joins
    Store store(file());
    const QList<SeenCheckpoint> all = store.checkpoints(here, 1000);
    QCOMPARE(all.size(), writers * each);
    QCOMPARE(all.first().size, qint64{writers * each}); // each from the one before, none twice
}

void StoreTest::anAlarmStaysUntilItIsAccepted()
{
    Alarm alarm;
    {
        Store store(file());
        QCOMPARE(store.keep({}, "log", seen(20, 'a'), {key("k1")}), Store::Kept::yes);
        const KnownLog known = store.known(here);
        alarm.kind = AlarmKind::cutOff;
        alarm.address = here;
        alarm.foundAt = monday.addDays(1);
        alarm.before = known.latest;
        alarm.presented = "what it says now";
        alarm.presentedKeys = QStringList{"k1", "k2"};
        alarm.presentedSize = 11;
        alarm.presentedRoot = QString(64, 'f');
        alarm.agreedSize = 4;
        store.raise(known, alarm);
        store.raise(known, alarm); // the same state of affairs, seen again
    }
    Store again(file());
    QCOMPARE(again.alarms(here).size(), 1);
    const KnownLog known = again.known(here);
    QVERIFY(known.alarm);
    alarm.id = known.alarm->id;
    alarm.proof = "";
    QCOMPARE(*known.alarm, alarm);
    again.accept(*known.alarm, "restored from a backup", monday.addDays(2));
    QCOMPARE(again.alarms(here).first().acceptedReason, QString("restored from a backup"));
    QCOMPARE(again.alarms(here).first().acceptedAt, monday.addDays(2));
}

void StoreTest::afterAcceptingTheAddressBeginsAnew()
{
    Store store(file());
    QCOMPARE(store.keep({}, "log", seen(20, 'a'), {key("k1")}), Store::Kept::yes);
    Alarm alarm;
    alarm.address = here;
    alarm.foundAt = monday;
    store.raise(store.known(here), alarm);
    store.accept(*store.known(here).alarm, "restored", monday);
    const KnownLog known = store.known(here, {"k1"}); // the same key signs on
    QCOMPARE(known.log, qint64{0});
    QCOMPARE(store.keep(known, "log", seen(11, 'b'), {key("k1")}), Store::Kept::yes);
    QVERIFY(!store.known(here).alarm);
    QCOMPARE(store.known(here).latest->size, qint64{11});
    const QList<SeenCheckpoint> all = store.checkpoints(here, 10);
    QCOMPARE(all.size(), 2); // the old one is kept
    QCOMPARE(all.first().size, qint64{11});
    QCOMPARE(store.checkpointsOf(store.known(here).log, 10), all.first(1)); // of the log that one goes on with
    QCOMPARE(store.alarms(here).size(), 1);
}

void StoreTest::aFileThatIsNoDatabaseIsTold()
{
    const QString path = m_folder->filePath("letter.txt");
    QFile letter(path);
    QVERIFY(letter.open(QIODevice::WriteOnly));
    letter.write(QByteArray("Dear auditor, ").repeated(200));
    letter.close();
    QVERIFY_THROWS_EXCEPTION(StoreFault, Store(path).known(here));
    QVERIFY_THROWS_EXCEPTION(StoreFault, Store("/proc/nowhere/witness.sqlite").known(here));
}

QTEST_GUILESS_MAIN(StoreTest)
#include "tst_store.moc"
