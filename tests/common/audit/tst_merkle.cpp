// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/merkle.h"

#include "common/audit/record.h"

#include <QtTest>

#include <rapidcheck.h>

#include <map>

using namespace hpcbill::audit;

namespace
{

using Hashes = std::vector<Hash>;

Hash hashOf(const char* hex)
{
    return *parseHash(hex);
}

// The leaves and all that follows from them: Certificate Transparency's own tests (merkletree/merkle_tree_test.cc of
// google/certificate-transparency; testonly/constants.go of transparency-dev/merkle).
Hashes knownLeaves()
{
    const char* const inputs[] = {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    Hashes leaves;
    for (const char* const input : inputs)
        leaves.push_back(leafHash(QByteArray::fromHex(input).toStdString()));
    return leaves;
}

constexpr const char* knownRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Hashes leavesOf(std::int64_t count)
{
    Hashes leaves;
    for (std::int64_t number = 0; number < count; ++number)
        leaves.push_back(leafHash(std::to_string(number)));
    return leaves;
}

/// MTH as RFC 6962, section 2.1, defines it, by recursion over all leaves.
Hash treeHash(std::span<const Hash> leaves)
{
    if (leaves.empty())
        return sha256({});
    if (leaves.size() == 1)
        return leaves[0];
    std::size_t half = 1;
    while (2 * half < leaves.size())
        half *= 2;
    return nodeHash(treeHash(leaves.subspan(0, half)), treeHash(leaves.subspan(half)));
}

Hash rootOf(const Hashes& leaves, std::int64_t size)
{
    return treeHash(std::span(leaves).subspan(0, static_cast<std::size_t>(size)));
}

Hashes made(const Hashes& leaves, const ProofPlan& plan)
{
    return proofOf(plan, [&](const Subtree& subtree) {
        const auto width = std::size_t{1} << static_cast<unsigned>(subtree.level);
        return treeHash(std::span(leaves).subspan(static_cast<std::size_t>(subtree.index) * width, width));
    });
}

Hashes hashesOf(const QByteArrayList& hex)
{
    Hashes hashes;
    for (const QByteArray& one : hex)
        hashes.push_back(hashOf(one.constData()));
    return hashes;
}

} // namespace

class TestMerkle : public QObject
{
    Q_OBJECT

private slots:
    void knownRootsComeOut();
    void knownProofsComeOut_data();
    void knownProofsComeOut();
    void eachLeafOfEachTreeIsProven();
    void eachTreeIsProvenToGrowFromEachBefore();
    void aProofOfSomethingElseIsRefused();
    void theEmptyTreeIsTheBeginningOfAll();
    void aTreeGoesOnFromItsPeaks();
    void completedSubtreesAreThoseThatProofsAskFor();
};

void TestMerkle::knownRootsComeOut()
{
    const Hashes leaves = knownLeaves();
    GrowingTree tree;
    for (std::size_t size = 0; size <= leaves.size(); ++size) {
        QCOMPARE(toHex(tree.root()), std::string(knownRoots[size]));
        if (size < leaves.size())
            tree.add(leaves[size]);
    }
}

void TestMerkle::knownProofsComeOut_data()
{
    QTest::addColumn<bool>("isInclusion");
    QTest::addColumn<qint64>("from");
    QTest::addColumn<qint64>("to");
    QTest::addColumn<QByteArrayList>("proof");
    const QByteArray a = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    const QByteArray b = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    const QByteArray c = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    const QByteArray d = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    const QByteArray e = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    const QByteArray f = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    QTest::newRow("leaf 0 of 1") << true << qint64{0} << qint64{1} << QByteArrayList{};
    QTest::newRow("leaf 0 of 8") << true << qint64{0} << qint64{8} << QByteArrayList{a, b, c};
    QTest::newRow("leaf 5 of 8") << true << qint64{5} << qint64{8} << QByteArrayList{d, e, knownRoots[4]};
    QTest::newRow("leaf 2 of 3") << true << qint64{2} << qint64{3} << QByteArrayList{knownRoots[2]};
    QTest::newRow("leaf 1 of 5") << true << qint64{1} << qint64{5} << QByteArrayList{knownRoots[1], b, d};
    QTest::newRow("1 to 1") << false << qint64{1} << qint64{1} << QByteArrayList{};
    QTest::newRow("1 to 8") << false << qint64{1} << qint64{8} << QByteArrayList{a, b, c};
    QTest::newRow("6 to 8") << false << qint64{6} << qint64{8} << QByteArrayList{f, e, knownRoots[4]};
    QTest::newRow("2 to 5") << false << qint64{2} << qint64{5} << QByteArrayList{b, d};
}

void TestMerkle::knownProofsComeOut()
{
    QFETCH(bool, isInclusion);
    QFETCH(qint64, from);
    QFETCH(qint64, to);
    QFETCH(QByteArrayList, proof);
    const Hashes leaves = knownLeaves();
    const Hashes known = hashesOf(proof);
    QVERIFY(made(leaves, isInclusion ? planInclusion(from, to) : planConsistency(from, to)) == known);
    const Hash root = hashOf(knownRoots[to]);
    if (isInclusion)
        QVERIFY(includes(to, root, from, leaves[static_cast<std::size_t>(from)], known));
    else
        QVERIFY(extends(from, hashOf(knownRoots[from]), to, root, known));
}

void TestMerkle::eachLeafOfEachTreeIsProven()
{
    const Hashes leaves = leavesOf(70);
    for (std::int64_t size = 1; size <= 70; ++size) {
        const Hash root = rootOf(leaves, size);
        for (std::int64_t index = 0; index < size; ++index)
            QVERIFY(includes(size, root, index, leaves[static_cast<std::size_t>(index)], made(leaves, planInclusion(index, size))));
    }
}

void TestMerkle::eachTreeIsProvenToGrowFromEachBefore()
{
    const Hashes leaves = leavesOf(70);
    for (std::int64_t to = 0; to <= 70; ++to) {
        for (std::int64_t from = 0; from <= to; ++from)
            QVERIFY(extends(from, rootOf(leaves, from), to, rootOf(leaves, to), made(leaves, planConsistency(from, to))));
    }
}

void TestMerkle::aProofOfSomethingElseIsRefused()
{
    const Hashes leaves = leavesOf(130);
    QVERIFY(rc::check([&] {
        const auto to = *rc::gen::inRange<std::int64_t>(2, 131);
        const auto from = *rc::gen::inRange<std::int64_t>(1, to);
        const Hash fromRoot = rootOf(leaves, from);
        const Hash toRoot = rootOf(leaves, to);
        const Hashes consistency = made(leaves, planConsistency(from, to));
        const Hashes inclusion = made(leaves, planInclusion(from, to));
        const Hash leaf = leaves[static_cast<std::size_t>(from)];
        const auto flipped = [](Hash hash, std::size_t bit) {
            hash[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            return hash;
        };
        const auto bit = *rc::gen::inRange<std::size_t>(0, 256);
        RC_ASSERT(!extends(from, flipped(fromRoot, bit), to, toRoot, consistency));
        RC_ASSERT(!extends(from, fromRoot, to, flipped(toRoot, bit), consistency));
        RC_ASSERT(!includes(to, flipped(toRoot, bit), from, leaf, inclusion));
        RC_ASSERT(!includes(to, toRoot, from, flipped(leaf, bit), inclusion));
        RC_ASSERT(!includes(to, toRoot, from == 1 ? 0 : from - 1, leaf, inclusion));
        RC_ASSERT(!includes(to, toRoot, to, leaf, inclusion));
        RC_ASSERT(!includes(to, toRoot, -1, leaf, inclusion));
        for (Hashes proof : {consistency, inclusion}) {
            const bool isConsistency = proof == consistency;
            const auto isTaken = [&](const Hashes& changed) {
                return isConsistency ? extends(from, fromRoot, to, toRoot, changed) : includes(to, toRoot, from, leaf, changed);
            };
            if (!proof.empty()) {
                const auto at = *rc::gen::inRange<std::size_t>(0, proof.size());
                Hashes changed = proof;
                changed[at] = flipped(changed[at], bit);
                RC_ASSERT(!isTaken(changed));
                changed = proof;
                changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
                RC_ASSERT(!isTaken(changed));
            }
            proof.push_back(toRoot);
            RC_ASSERT(!isTaken(proof));
        }
    }));
}

void TestMerkle::theEmptyTreeIsTheBeginningOfAll()
{
    const Hash empty = hashOf(knownRoots[0]);
    const Hash root = hashOf(knownRoots[5]);
    QVERIFY(extends(0, empty, 5, root, {}));
    QVERIFY(extends(0, empty, 0, empty, {}));
    QVERIFY(!extends(0, root, 5, root, {}));
    QVERIFY(!extends(0, empty, 0, root, {}));
    QVERIFY(!extends(0, empty, 5, root, Hashes{root}));
    QVERIFY(!extends(5, root, 0, empty, {}));
    QVERIFY(!extends(-1, empty, 5, root, {}));
    QVERIFY(extends(5, root, 5, root, {}));
    QVERIFY(!extends(5, root, 5, empty, {}));
}

void TestMerkle::aTreeGoesOnFromItsPeaks()
{
    const Hashes leaves = leavesOf(300);
    QVERIFY(rc::check([&] {
        const auto size = *rc::gen::inRange<std::size_t>(0, 300);
        GrowingTree first;
        for (std::size_t at = 0; at < size; ++at)
            first.add(leaves[at]);
        GrowingTree second(first.size(), first.peaks());
        for (std::size_t at = size; at < leaves.size(); ++at)
            second.add(leaves[at]);
        RC_ASSERT(second.root() == treeHash(leaves));
    }));
}

void TestMerkle::completedSubtreesAreThoseThatProofsAskFor()
{
    const Hashes leaves = leavesOf(200);
    std::map<Subtree, Hash> stored;
    GrowingTree tree;
    for (std::size_t at = 0; at < leaves.size(); ++at) {
        stored[{0, static_cast<std::int64_t>(at)}] = leaves[at];
        tree.add(leaves[at], [&](const Subtree& subtree, const Hash& hash) { QVERIFY(stored.emplace(subtree, hash).second); });
    }
    QCOMPARE(stored.size(), std::size_t{200 + 197}); // 200 less one for each bit of it
    for (std::int64_t from = 0; from < 200; from += 7) {
        const Hashes proof = proofOf(planConsistency(from, 200), [&](const Subtree& subtree) { return stored.at(subtree); });
        QVERIFY(extends(from, rootOf(leaves, from), 200, tree.root(), proof));
    }
}

QTEST_GUILESS_MAIN(TestMerkle)
#include "tst_merkle.moc"
