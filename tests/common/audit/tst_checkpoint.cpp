// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/checkpoint.h"

#include "common/audit/base64.h"
#include "common/audit/record.h"
#include "common/error.h"

#include <QtTest>

#include <rapidcheck.h>

#include <algorithm>

using namespace hpcbill;
using namespace hpcbill::audit;

namespace
{

// The example of Go's golang.org/x/mod/sumdb/note: its documentation gives the keys and the note.
constexpr const char* goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* goSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"; // the type, then the seed
constexpr const char* goText = "If you think cryptography is the answer to your problem,\n"
                               "then you don't know what your problem is.\n";
constexpr const char* goSignature =
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

std::string goNote()
{
    return std::string(goText) + "\n" + goSignature;
}

NoteSigner::Seed seedOf(std::string_view bytes)
{
    NoteSigner::Seed seed{};
    std::copy_n(bytes.begin(), std::min(seed.size(), bytes.size()), seed.begin());
    return seed;
}

Checkpoint sample()
{
    return {"billing.example.org/audit", 20852163, sha256({"root"})};
}

} // namespace

class TestCheckpoint : public QObject
{
    Q_OBJECT

private slots:
    void goSignsAndVerifiesAsWeDo();
    void theExampleOfTheSpecificationIsTaken();
    void keysAreReadOrRefused_data();
    void keysAreReadOrRefused();
    void notesAreReadOrRefused_data();
    void notesAreReadOrRefused();
    void whoSignedIsWhatCounts();
    void checkpointsAreReadOrRefused_data();
    void checkpointsAreReadOrRefused();
    void aCheckpointReadsBackAsItself();
    void namesThatBreakANoteAreRefused();
    void base64IsStrict();
};

void TestCheckpoint::goSignsAndVerifiesAsWeDo()
{
    const auto key = NoteKey::parse(goKey);
    QVERIFY(key.ok());
    QCOMPARE(key->id(), 0xc74f20a3U);
    const NoteSigner signer("PeterNeumann", seedOf(fromBase64(goSeed)->substr(1)));
    QVERIFY(signer.key() == *key);
    QCOMPARE(toText(signer.sign(goText)), goNote()); // Ed25519 leaves nothing to chance
    const auto text = openNote(goNote(), std::vector{*key});
    QVERIFY(text.ok());
    QCOMPARE(*text, std::string(goText));
}

void TestCheckpoint::theExampleOfTheSpecificationIsTaken()
{
    // https://c2sp.org/signed-note, "Verifier keys".
    const auto key = NoteKey::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    QVERIFY(key.ok());
    QVERIFY(openNote("This is an example message.\n\n"
                     "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
                     std::vector{*key})
                .ok());
    // https://c2sp.org/tlog-checkpoint
    const auto note = parseNote("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
                                "— example.com/behind-the-sofa "
                                "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n");
    QVERIFY(note.ok());
    const auto checkpoint = parseCheckpoint(note->text);
    QVERIFY(checkpoint.ok());
    QCOMPARE(checkpoint->origin, std::string("example.com/behind-the-sofa"));
    QCOMPARE(checkpoint->size, std::int64_t{20852163});
    QCOMPARE(toHex(checkpoint->root), std::string("0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"));
}

void TestCheckpoint::keysAreReadOrRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isKey");
    const QByteArray key = goKey;
    const auto changed = [&](const char* from, const char* to) { return QByteArray(key).replace(from, to); };
    QTest::newRow("as it is") << key << true;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("one part") << QByteArray("PeterNeumann") << false;
    QTest::newRow("two parts") << QByteArray("PeterNeumann+c74f20a3") << false;
    QTest::newRow("another id") << changed("c74f20a3", "c74f20a4") << false;
    QTest::newRow("an id in capitals") << changed("c74f20a3", "C74F20A3") << false;
    QTest::newRow("another name") << changed("Peter", "Paul") << false;
    QTest::newRow("no name") << changed("PeterNeumann", "") << false;
    QTest::newRow("a space in the name") << changed("PeterNeumann", "Peter Neumann") << false;
    QTest::newRow("another type") << changed("+ARpc", "+Ahpc") << false;
    QTest::newRow("a short key") << changed("y10TW", "y") << false;
    QTest::newRow("no base64") << changed("y10TW", "y1!TW") << false;
    QTest::newRow("a line feed behind") << key + '\n' << false;
}

void TestCheckpoint::keysAreReadOrRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isKey);
    const auto key = NoteKey::parse(text.toStdString());
    QCOMPARE(key.ok(), isKey);
    if (isKey)
        QCOMPARE(key->toText(), text.toStdString());
}

void TestCheckpoint::notesAreReadOrRefused_data()
{
    QTest::addColumn<QByteArray>("note");
    QTest::addColumn<bool>("isNote");
    const QByteArray note = QByteArray::fromStdString(goNote());
    const QByteArray line = goSignature;
    const auto changed = [&](const char* from, const QByteArray& to) { return QByteArray(note).replace(from, to); };
    QTest::newRow("as it is") << note << true;
    QTest::newRow("blank lines in the text") << "\n\n" + note << true;
    QTest::newRow("an empty text") << "\n\n" + line << true;
    QTest::newRow("a hundred signatures") << note + line.repeated(99) << true;
    QTest::newRow("a signature of an unknown type") << note + "— you AAAAAQECAw==\n" << true;
    QTest::newRow("one signature too many") << note + line.repeated(100) << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("no signature") << QByteArray(goText) + "\n" << false;
    QTest::newRow("no blank line") << QByteArray(goText) + line << false;
    QTest::newRow("no line feed at the end") << note.chopped(1) << false;
    QTest::newRow("a blank line at the end") << note + "\n" << false;
    QTest::newRow("a tab") << changed("think", "th\tnk") << false;
    QTest::newRow("a carriage return") << changed("\n", "\r\n") << false;
    QTest::newRow("not UTF-8") << changed("think", "th\xffnk") << false;
    QTest::newRow("a hyphen for the dash") << changed("—", "-") << false;
    QTest::newRow("no name") << changed("— PeterNeumann ", "— ") << false;
    QTest::newRow("a plus in the name") << changed("— PeterNeumann", "— Peter+Neumann") << false;
    QTest::newRow("a wide space in the name") << changed("— PeterNeumann", "— Peter\u3000Neumann") << false;
    QTest::newRow("base64 with a space") << changed("x08go", "x08 go") << false;
    QTest::newRow("base64 without its padding") << changed("nAM=", "nAM") << false;
    QTest::newRow("nothing but an id") << note + "— you AAAAAQ==\n" << false;
    QTest::newRow("too long") << QByteArray(70000, 'x') + note << false;
}

void TestCheckpoint::notesAreReadOrRefused()
{
    QFETCH(QByteArray, note);
    QFETCH(bool, isNote);
    const auto read = parseNote(note.toStdString());
    QVERIFY2(read.ok() == isNote, read ? "taken" : read.error().c_str());
    if (isNote)
        QCOMPARE(toText(*read), note.toStdString());
}

void TestCheckpoint::whoSignedIsWhatCounts()
{
    const NoteSigner log("log.example", seedOf("one"));
    const NoteSigner witness("witness.example", seedOf("two"));
    const NoteSigner impostor("log.example", seedOf("three"));
    Note note = log.sign("text\n");
    note.signatures.push_back(witness.sign("text\n").signatures[0]);
    const auto opens = [&](const std::vector<NoteKey>& keys) { return openNote(toText(note), keys).ok(); };
    QVERIFY(opens({log.key()}));
    QVERIFY(opens({witness.key()}));
    QVERIFY(opens({impostor.key(), log.key()})); // of the same name, but another id: unknown
    QVERIFY(!opens({impostor.key()}));
    QVERIFY(!opens({}));
    note.signatures[1].bytes[5] = static_cast<char>(note.signatures[1].bytes[5] ^ 1);
    QVERIFY(opens({log.key()}));
    QVERIFY(!opens({log.key(), witness.key()})); // a known key's signature is wrong
    note.signatures[1].bytes.pop_back();
    QVERIFY(!opens({witness.key()}));
    note = log.sign("text\n");
    note.text = "another text\n";
    QVERIFY(!opens({log.key()}));
}

void TestCheckpoint::checkpointsAreReadOrRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isCheckpoint");
    const QByteArray root = QByteArray(32, 'r').toBase64() + '\n';
    QTest::newRow("three lines") << "log\n12\n" + root << true;
    QTest::newRow("an empty log") << "log\n0\n" + root << true;
    QTest::newRow("the largest number") << "log\n9223372036854775807\n" + root << true;
    QTest::newRow("extensions") << "log\n12\n" + root + "more\nand more\n" << true;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("two lines") << QByteArray("log\n12\n") << false;
    QTest::newRow("no line feed") << "log\n12\n" + root.chopped(1) << false;
    QTest::newRow("no origin") << "\n12\n" + root << false;
    QTest::newRow("a leading zero") << "log\n012\n" + root << false;
    QTest::newRow("two zeros") << "log\n00\n" + root << false;
    QTest::newRow("less than none") << "log\n-1\n" + root << false;
    QTest::newRow("zero below zero") << "log\n-0\n" + root << false;
    QTest::newRow("a plus") << "log\n+1\n" + root << false;
    QTest::newRow("a space") << "log\n12 \n" + root << false;
    QTest::newRow("no number") << "log\n\n" + root << false;
    QTest::newRow("beyond the largest") << "log\n9223372036854775808\n" + root << false;
    QTest::newRow("31 bytes") << "log\n12\n" + QByteArray(31, 'r').toBase64() + "\n" << false;
    QTest::newRow("hexadecimal") << "log\n12\n" + QByteArray(32, 'r').toHex() + "\n" << false;
    QTest::newRow("an empty extension") << "log\n12\n" + root + "\n" << false;
    QTest::newRow("an extension without end") << "log\n12\n" + root + "more" << false;
}

void TestCheckpoint::checkpointsAreReadOrRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isCheckpoint);
    const auto checkpoint = parseCheckpoint(text.toStdString());
    QVERIFY2(checkpoint.ok() == isCheckpoint, checkpoint ? "taken" : checkpoint.error().c_str());
    if (isCheckpoint)
        QVERIFY(text.startsWith(QByteArray::fromStdString(toText(*checkpoint))));
}

void TestCheckpoint::aCheckpointReadsBackAsItself()
{
    const NoteSigner signer("billing.example.org/audit", seedOf("seed"));
    const std::vector keys{signer.key()};
    const auto read = openCheckpoint(signedNote(sample(), signer), keys);
    QVERIFY(read.ok());
    QVERIFY(*read == sample());
    QVERIFY(rc::check([&](std::uint32_t size, Hash root) {
        const Checkpoint checkpoint{"a log of ours", size, root};
        const auto again = openCheckpoint(signedNote(checkpoint, signer), keys);
        RC_ASSERT(again.ok());
        RC_ASSERT(*again == checkpoint);
    }));
}

void TestCheckpoint::namesThatBreakANoteAreRefused()
{
    for (const char* const name : {"", "a b", "a+b", "a\nb", "a\tb", "a\u00a0b", "a\u2028b", "\xff"})
        QVERIFY_THROWS_EXCEPTION(InvalidInput, NoteSigner(name, seedOf("seed")));
    QCOMPARE(NoteSigner("บิล.example", seedOf("seed")).key().name(), std::string("บิล.example"));
}

void TestCheckpoint::base64IsStrict()
{
    for (const char* const text : {"AAA", "AAA=A", "AA==\n", " AAAA", "AAB=", "AB==", "A===", "====", "AA-_", "AA=A"})
        QVERIFY2(!fromBase64(text), text);
    QVERIFY(rc::check([](const std::string& bytes) { RC_ASSERT(fromBase64(toBase64(bytes)) == bytes); }));
}

QTEST_GUILESS_MAIN(TestCheckpoint)
#include "tst_checkpoint.moc"
