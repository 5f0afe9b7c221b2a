// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/hashed_record.h"

#include "common/error.h"

#include <QtTest>

#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace hpcbill;
using namespace hpcbill::audit;

namespace
{

Record sample()
{
    Record record;
    record.seq = 7;
    record.ts = *parseRfc3339("2026-11-23T13:37:33.5+07:00");
    record.actor = "alice";
    record.actorRole = "admin";
    record.action = "rates.changed";
    record.targetType = "tier";
    record.targetId = "mu";
    record.outcome = "done";
    record.address = "10.0.0.1";
    record.details = canonicalDetails({{"rate", "1.250000"}, {"cause", "งาน \"x\"\n"}, {"jobs", 3}});
    return record;
}

StoredRecord stored(const Record& record)
{
    StoredRecord with{record, leafHash(canonical(record)), {}, {}};
    with.prevHash[0] = 0xAB;
    with.hash = chainHash(with.prevHash, with.leafHash);
    return with;
}

} // namespace

class TestRecord : public QObject
{
    Q_OBJECT

private slots:
    void theCanonicalFormIsWrittenByHand();
    void theHashesAreThoseOfTheRfc();
    void aRecordReadsBackAsItself();
    void anyTextsReadBackAsThemselves();
    void ourOwnSpellingIsReadQuickly();
    void anotherSpellingIsLeftToTheSlowReader_data();
    void anotherSpellingIsLeftToTheSlowReader();
    void whatNoHashCoversIsRefused_data();
    void whatNoHashCoversIsRefused();
    void detailsAreExactOrRefused();
    void hashesAreLowerCaseHex();
};

void TestRecord::theCanonicalFormIsWrittenByHand()
{
    QCOMPARE(
        canonical(sample()),
        std::string(R"({"action":"rates.changed","actor":"alice","actor_role":"admin","address":"10.0.0.1",)"
                    R"("details":{"cause":"งาน \"x\"\n","jobs":3,"rate":"1.250000"},"outcome":"done",)"
                    R"("request_id":null,"seq":7,"target_id":"mu","target_type":"tier",)"
                    R"("ts":"2026-11-23T06:37:33.500000Z","v":1})"));
}

void TestRecord::theHashesAreThoseOfTheRfc()
{
    // RFC 6962, section 2.1: the hash of the leaf without content is SHA-256(0x00).
    QCOMPARE(toHex(leafHash("")),
             std::string("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
    // SHA-256 of 64 zero bytes.
    QCOMPARE(toHex(chainHash({}, {})),
             std::string("f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"));
}

void TestRecord::aRecordReadsBackAsItself()
{
    const StoredRecord record = stored(sample());
    const Result<StoredRecord, std::string> read = parseRecord(toJson(record));
    QVERIFY2(read.ok(), read ? "" : read.error().c_str());
    QVERIFY(*read == record);
}

void TestRecord::anyTextsReadBackAsThemselves()
{
    QVERIFY(rc::check(
        [](const std::string& action, const std::string& outcome, bool hasActor, std::uint32_t micros) {
            Record record = sample();
            // Any bytes as latin1 are any text.
            record.action = QString::fromLatin1(action.c_str()).toStdString();
            record.outcome = QString::fromLatin1(outcome.c_str()).toStdString();
            if (!hasActor)
                record.actor.reset();
            record.ts += std::chrono::microseconds(micros);
            const Result<StoredRecord, std::string> read = parseRecord(toJson(stored(record)));
            RC_ASSERT(read.ok());
            RC_ASSERT(read->record == record);
            RC_ASSERT(leafHash(canonical(read->record)) == read->leafHash);
        }));
}

void TestRecord::ourOwnSpellingIsReadQuickly()
{
    const auto agrees = [](const Record& record) {
        const StoredRecord written = stored(record);
        HashedRecord read;
        const HashedRecord expected = hashedOf(written);
        return readOwnSpelling(toJson(written), read) && read.seq == expected.seq && read.canonical == expected.canonical &&
               read.leafHash == expected.leafHash && read.prevHash == expected.prevHash && read.hash == expected.hash;
    };
    QVERIFY(agrees(sample()));
    Record nested = sample();
    nested.details = canonicalDetails({{"a", {1, -2, nullptr, true, false, "x", nlohmann::json::array(), nlohmann::json::object()}},
                                       {"a b", {{"", 0}, {"A", 9007199254740991}, {"a", -9007199254740991}}}});
    QVERIFY(agrees(nested));
    QVERIFY(rc::check([&](const std::string& action, const std::string& target, bool hasActor, std::uint32_t micros, std::uint32_t seq) {
        Record record = sample();
        record.seq = std::int64_t{seq} + 1;
        record.action = QString::fromLatin1(action.c_str()).toStdString();
        record.targetId = QString::fromLatin1(target.c_str()).toStdString();
        if (!hasActor)
            record.actor.reset();
        record.ts += std::chrono::microseconds(micros);
        record.details = canonicalDetails({{"text", record.action}});
        RC_ASSERT(agrees(record));
    }));
}

void TestRecord::anotherSpellingIsLeftToTheSlowReader_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("a space") << QByteArray("\"v\":1") << QByteArray("\"v\": 1");
    QTest::newRow("a space behind") << QByteArray("\"v\":1}") << QByteArray("\"v\":1} ");
    QTest::newRow("an escape that is not needed") << QByteArray("\"done\"") << QByteArray("\"\\u0064one\"");
    QTest::newRow("an escaped slash") << QByteArray("\"done\"") << QByteArray("\"done\\/\"");
    QTest::newRow("a long escape for a short one") << QByteArray("\\n\"") << QByteArray("\\u000a\"");
    QTest::newRow("a control character") << QByteArray("\"done\"") << QByteArray("\"do\tne\"");
    QTest::newRow("not UTF-8") << QByteArray("\"done\"") << QByteArray("\"done\xff\"");
    QTest::newRow("members in another order") << QByteArray(R"("jobs":3,"rate":"1.250000")") << QByteArray(R"("rate":"1.250000","jobs":3)");
    QTest::newRow("a member twice") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":3,\"jobs\":3");
    QTest::newRow("a fraction") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":3.0");
    QTest::newRow("an exponent") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":3e0");
    QTest::newRow("a leading zero") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":03");
    QTest::newRow("minus zero") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":-0");
    QTest::newRow("a number too large") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":9007199254740992");
    QTest::newRow("a day that is none") << QByteArray("2026-11-23") << QByteArray("2026-02-30");
    QTest::newRow("an hour that is none") << QByteArray("T06:") << QByteArray("T24:");
    QTest::newRow("no record") << QByteArray("\"seq\":7") << QByteArray("\"seq\":0");
    QTest::newRow("capital hexadecimal") << QByteArray("\"prev_hash\":\"ab") << QByteArray("\"prev_hash\":\"AB");
    QTest::newRow("a text that is null") << QByteArray("\"outcome\":\"done\"") << QByteArray("\"outcome\":null");
    QTest::newRow("a name that is not ASCII") << QByteArray("\"jobs\":3") << QByteArray("\"jöbs\":3");
}

void TestRecord::anotherSpellingIsLeftToTheSlowReader()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray json = QByteArray::fromStdString(toJson(stored(sample())));
    QCOMPARE(json.count(from), 1);
    json.replace(from, to);
    HashedRecord read;
    QVERIFY(!readOwnSpelling(json.toStdString(), read));
}

void TestRecord::whatNoHashCoversIsRefused_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("a member more") << QByteArray("\"v\":1") << QByteArray("\"v\":1,\"note\":\"forged\"");
    QTest::newRow("a member less") << QByteArray("\"outcome\":\"done\",") << QByteArray("");
    QTest::newRow("a member twice") << QByteArray("\"v\":1") << QByteArray("\"v\":1,\"actor\":\"bob\"");
    QTest::newRow("another version") << QByteArray("\"v\":1") << QByteArray("\"v\":2");
    QTest::newRow("another spelling of the time") << QByteArray("33.500000Z") << QByteArray("33.5Z");
    QTest::newRow("a fraction in the details") << QByteArray("\"jobs\":3") << QByteArray("\"jobs\":3.5");
    QTest::newRow("details that are a list") << QByteArray("\"details\":{") << QByteArray("\"details\":[{");
    QTest::newRow("capital hex") << QByteArray("\"prev_hash\":\"ab") << QByteArray("\"prev_hash\":\"AB");
    QTest::newRow("seq as text") << QByteArray("\"seq\":7") << QByteArray("\"seq\":\"7\"");
    QTest::newRow("action null") << QByteArray("\"action\":\"rates.changed\"")
                                 << QByteArray("\"action\":null");
}

void TestRecord::whatNoHashCoversIsRefused()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    QByteArray json = QByteArray::fromStdString(toJson(stored(sample())));
    QCOMPARE(json.count(from), 1);
    json.replace(from, to);
    const Result<StoredRecord, std::string> read = parseRecord(json.toStdString());
    QVERIFY(!read);
    QVERIFY(!read.error().empty());
}

void TestRecord::detailsAreExactOrRefused()
{
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalDetails({{"cost", 1.5}}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalDetails({{"list", {1, {{"deep", 0.1}}}}}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalDetails({{"n", std::int64_t{1} << 53}}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalDetails({{"n", -(std::int64_t{1} << 53)}}));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalDetails(nlohmann::json::array({1})));
    QCOMPARE(canonicalDetails({{"n", (std::int64_t{1} << 53) - 1}}), std::string("{\"n\":9007199254740991}"));
    QCOMPARE(canonicalDetails(nlohmann::json::object()), std::string("{}"));
}

void TestRecord::hashesAreLowerCaseHex()
{
    const std::string hex = "00ff" + std::string(60, 'a');
    QCOMPARE(toHex(*parseHash(hex)), hex);
    QVERIFY(!parseHash("00FF" + std::string(60, 'a')));
    QVERIFY(!parseHash(std::string(63, 'a')));
    QVERIFY(!parseHash(std::string(66, 'a')));
    QVERIFY(!parseHash(std::string(63, 'a') + "g"));
}

QTEST_GUILESS_MAIN(TestRecord)
#include "tst_record.moc"
