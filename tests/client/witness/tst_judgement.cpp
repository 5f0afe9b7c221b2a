// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/witness/judgement.h"
#include "common/audit/merkle.h"
#include "common/audit/record.h"

#include <QTest>

using namespace hpcbill;
using namespace hpcbill::client;

namespace
{

const QDateTime now = QDateTime::fromString("2026-11-27T00:00:00Z", Qt::ISODate);
constexpr const char* origin = "billing.example.org/audit";

audit::NoteSigner signer(std::uint8_t seed)
{
    audit::NoteSigner::Seed bytes{};
    bytes.fill(seed);
    return {origin, bytes};
}

audit::Hash leaf(int number)
{
    return audit::leafHash("record " + std::to_string(number));
}

audit::Checkpoint checkpointOf(int size, int changed = -1)
{
    audit::GrowingTree tree;
    for (int i = 0; i < size; ++i)
        tree.add(i == changed ? leaf(-i) : leaf(i));
    return {origin, size, tree.root()};
}

QByteArray noteOf(const audit::Checkpoint& checkpoint, const audit::NoteSigner& by)
{
    return QByteArray::fromStdString(audit::signedNote(checkpoint, by));
}

/// Signed by both, as at a rotation.
QByteArray noteOf(const audit::Checkpoint& checkpoint, const audit::NoteSigner& by, const audit::NoteSigner& andBy)
{
    audit::Note note = by.sign(audit::toText(checkpoint));
    note.signatures.push_back(andBy.sign(audit::toText(checkpoint)).signatures.front());
    return QByteArray::fromStdString(audit::toText(note));
}

QString keyOf(const audit::NoteSigner& signer)
{
    return QString::fromStdString(signer.key().toText());
}

KnownLog knownBy(const QStringList& keys)
{
    KnownLog known;
    known.log = 1;
    for (const QString& key : keys)
        known.keys.append({key, now, {}});
    return known;
}

} // namespace

/// Whose word is taken, and for what.
class JudgementTest final : public QObject
{
    Q_OBJECT

private slots:
    void aLogThatIsSeenForTheFirstTimeIsTakenAtItsWord();
    void aTrustedKeyOpensItsCheckpoints();
    void anotherKeyIsNotTrustedForSayingSo();
    void aKeyThatATrustedOneSignedBesideIsTrusted();
    void twoRotationsInARowAreFollowed();
    void aRotationThatTheOldKeyDidNotSignIsNone();
    void aForgedSignatureIsNone_data();
    void aForgedSignatureIsNone();
    void onlyALogThatBeganAsTheOtherFollowsFromIt_data();
    void onlyALogThatBeganAsTheOtherFollowsFromIt();
    void whatIsNoProofIsNotTakenForOne_data();
    void whatIsNoProofIsNotTakenForOne();
};

void JudgementTest::aLogThatIsSeenForTheFirstTimeIsTakenAtItsWord()
{
    const audit::NoteSigner first = signer(1);
    const audit::NoteSigner unused = signer(9);
    const Presented presented{noteOf(checkpointOf(3), first), {{keyOf(unused), {}}, {keyOf(first), {}}}, {}};
    const auto opened = open(presented, {}, now);
    QVERIFY(std::holds_alternative<Opened>(opened));
    QCOMPARE(std::get<Opened>(opened).checkpoint.size, std::int64_t{3});
    QCOMPARE(std::get<Opened>(opened).newKeys, (QList<TrustedKey>{{keyOf(first), now, {}}})); // and not the one that signs nothing
}

void JudgementTest::aTrustedKeyOpensItsCheckpoints()
{
    const audit::NoteSigner first = signer(1);
    const Presented presented{noteOf(checkpointOf(3), first), {}, {}}; // whatever keys the server names
    const auto opened = open(presented, knownBy({keyOf(first)}), now);
    QVERIFY(std::holds_alternative<Opened>(opened));
    QVERIFY(std::get<Opened>(opened).newKeys.isEmpty());
}

void JudgementTest::anotherKeyIsNotTrustedForSayingSo()
{
    const audit::NoteSigner first = signer(1);
    const audit::NoteSigner other = signer(2);
    const Presented presented{noteOf(checkpointOf(3), other), {{keyOf(other), {}}, {keyOf(first), {}}}, {}};
    QCOMPARE(std::get<AlarmKind>(open(presented, knownBy({keyOf(first)}), now)), AlarmKind::keyChanged);
}

void JudgementTest::aKeyThatATrustedOneSignedBesideIsTrusted()
{
    const audit::NoteSigner first = signer(1);
    const audit::NoteSigner second = signer(2);
    const QByteArray both = noteOf(checkpointOf(3), second, first);
    // At the very moment of the rotation, and later by the checkpoint that the server kept of it.
    for (const Presented& presented : {Presented{both, {{keyOf(second), {}}, {keyOf(first), {}}}, {}},
                                       Presented{noteOf(checkpointOf(5), second), {{keyOf(second), both}}, {}}}) {
        const auto opened = open(presented, knownBy({keyOf(first)}), now);
        QVERIFY(std::holds_alternative<Opened>(opened));
        QCOMPARE(std::get<Opened>(opened).newKeys, (QList<TrustedKey>{{keyOf(second), now, both}}));
    }
}

void JudgementTest::twoRotationsInARowAreFollowed()
{
    const audit::NoteSigner first = signer(1);
    const audit::NoteSigner second = signer(2);
    const audit::NoteSigner third = signer(3);
    const Presented presented{noteOf(checkpointOf(9), third),
                              {{keyOf(third), noteOf(checkpointOf(7), third, second)},
                               {keyOf(second), noteOf(checkpointOf(4), second, first)},
                               {keyOf(first), {}}},
                              {}};
    const auto opened = open(presented, knownBy({keyOf(first)}), now);
    QVERIFY(std::holds_alternative<Opened>(opened));
    QCOMPARE(std::get<Opened>(opened).key, keyOf(third));
    QCOMPARE(std::get<Opened>(opened).newKeys.size(), 2);
    // One who trusts the second only follows from there, and does not come to trust the first.
    const auto later = open(presented, knownBy({keyOf(second)}), now);
    QCOMPARE(std::get<Opened>(later).newKeys.size(), 1);
}

void JudgementTest::aRotationThatTheOldKeyDidNotSignIsNone()
{
    const audit::NoteSigner first = signer(1);
    const audit::NoteSigner second = signer(2);
    const audit::NoteSigner stranger = signer(7);
    const Presented presented{
        noteOf(checkpointOf(5), second),
        {{keyOf(second), noteOf(checkpointOf(3), second, stranger)}, {keyOf(stranger), {}}, {keyOf(first), {}}},
        {}};
    QCOMPARE(std::get<AlarmKind>(open(presented, knownBy({keyOf(first)}), now)), AlarmKind::keyChanged);
}

void JudgementTest::aForgedSignatureIsNone_data()
{
    QTest::addColumn<QByteArray>("note");
    const QByteArray good = noteOf(checkpointOf(3), signer(1));
    QByteArray resized = good;
    resized.replace("\n3\n", "\n4\n");
    QTest::newRow("another size under the same signature") << resized;
    QTest::newRow("without a signature") << good.left(good.indexOf("\n\n") + 2);
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a page") << QByteArray("<html>down for maintenance</html>");
}

void JudgementTest::aForgedSignatureIsNone()
{
    QFETCH(const QByteArray, note);
    const QString key = keyOf(signer(1));
    const Presented presented{note, {{key, {}}}, {}};
    QCOMPARE(std::get<AlarmKind>(open(presented, knownBy({key}), now)), AlarmKind::signatureWrong);
    QCOMPARE(std::get<AlarmKind>(open(presented, {}, now)), AlarmKind::signatureWrong);
}

void JudgementTest::onlyALogThatBeganAsTheOtherFollowsFromIt_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::addColumn<int>("changed");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("grown") << 6 << 11 << -1 << true;
    QTest::newRow("grown by one") << 6 << 7 << -1 << true;
    QTest::newRow("one of the old ones changed") << 6 << 11 << 2 << false;
    QTest::newRow("the last of the old ones changed") << 6 << 11 << 5 << false;
    QTest::newRow("a new one is whatever it is") << 6 << 11 << 8 << true;
}

void JudgementTest::onlyALogThatBeganAsTheOtherFollowsFromIt()
{
    QFETCH(const int, before);
    QFETCH(const int, after);
    QFETCH(const int, changed);
    QFETCH(const bool, isGood);
    const audit::Checkpoint later = checkpointOf(after, changed);
    const QString root = QString::fromStdString(audit::toHex(checkpointOf(before).root));
    std::map<audit::Subtree, audit::Hash> nodes;
    audit::GrowingTree tree;
    for (int i = 0; i < after; ++i) {
        const audit::Hash hash = i == changed ? leaf(-i) : leaf(i);
        nodes[{0, i}] = hash;
        tree.add(hash, [&nodes](const audit::Subtree& place, const audit::Hash& made) { nodes[place] = made; });
    }
    const ProofAnswer proof{before, after,
                            audit::proofOf(audit::planConsistency(before, after),
                                           [&nodes](const audit::Subtree& place) { return nodes.at(place); })};
    QCOMPARE(follows(later, before, root, proof), isGood);
    ProofAnswer ofOthers = proof;
    ofOthers.from = before - 1;
    QVERIFY(!follows(later, before, root, ofOthers));
    ProofAnswer shorter = proof;
    shorter.hashes.pop_back();
    QVERIFY(!follows(later, before, root, shorter));
}

void JudgementTest::whatIsNoProofIsNotTakenForOne_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no proof") << QByteArray(R"({"from":1,"to":2})");
    QTest::newRow("numbers as text") << QByteArray(R"({"from":"1","to":"2","proof":[]})");
    QTest::newRow("half a hash") << QByteArray(R"({"from":1,"to":2,"proof":["00ff"]})");
    QTest::newRow("a number for a hash") << QByteArray(R"({"from":1,"to":2,"proof":[7]})");
}

void JudgementTest::whatIsNoProofIsNotTakenForOne()
{
    QFETCH(const QByteArray, answer);
    QVERIFY(!readProof(answer));
}

QTEST_GUILESS_MAIN(JudgementTest)
#include "tst_judgement.moc"
