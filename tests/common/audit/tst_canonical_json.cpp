// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/audit/canonical_json.h"

#include "common/error.h"

#include <QtTest>

#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

using namespace hpcbill;
using namespace hpcbill::audit;

namespace
{

std::string canonicalOf(std::string_view text)
{
    Result<nlohmann::json, std::string> value = parseStrictJson(text);
    return value ? canonicalJson(*value) : "refused: " + value.error();
}

} // namespace

class TestCanonicalJson : public QObject
{
    Q_OBJECT

private slots:
    void numbersArePrintedAsEcmaScriptPrintsThem_data();
    void numbersArePrintedAsEcmaScriptPrintsThem();
    void theExampleOfTheRfcComesOutAsInTheRfc();
    void membersAreSortedByUtf16Units();
    void thePublishedTestFilesComeOut_data();
    void thePublishedTestFilesComeOut();
    void textIsRefusedUnlessItIsStrictJson_data();
    void textIsRefusedUnlessItIsStrictJson();
    void whatHasNoFormIsRefused();
    void everyDoubleReadsBackAsItself();
    void canonicalTextIsItsOwnCanonicalForm();
};

void TestCanonicalJson::numbersArePrintedAsEcmaScriptPrintsThem_data()
{
    QTest::addColumn<quint64>("bits");
    QTest::addColumn<QByteArray>("expected");

    // RFC 8785, appendix B.
    QTest::newRow("zero") << quint64{0x0000000000000000} << QByteArray("0");
    QTest::newRow("minus zero") << quint64{0x8000000000000000} << QByteArray("0");
    QTest::newRow("min pos") << quint64{0x0000000000000001} << QByteArray("5e-324");
    QTest::newRow("min neg") << quint64{0x8000000000000001} << QByteArray("-5e-324");
    QTest::newRow("max pos") << quint64{0x7fefffffffffffff} << QByteArray("1.7976931348623157e+308");
    QTest::newRow("max neg") << quint64{0xffefffffffffffff} << QByteArray("-1.7976931348623157e+308");
    QTest::newRow("max pos int") << quint64{0x4340000000000000} << QByteArray("9007199254740992");
    QTest::newRow("max neg int") << quint64{0xc340000000000000} << QByteArray("-9007199254740992");
    QTest::newRow("~2**68") << quint64{0x4430000000000000} << QByteArray("295147905179352830000");
    QTest::newRow("1e+22 below") << quint64{0x44b52d02c7e14af5} << QByteArray("9.999999999999997e+22");
    QTest::newRow("1e+23") << quint64{0x44b52d02c7e14af6} << QByteArray("1e+23");
    QTest::newRow("1e+23 above") << quint64{0x44b52d02c7e14af7} << QByteArray("1.0000000000000001e+23");
    QTest::newRow("1e+20 below") << quint64{0x444b1ae4d6e2ef4e} << QByteArray("999999999999999700000");
    QTest::newRow("1e+21 below") << quint64{0x444b1ae4d6e2ef4f} << QByteArray("999999999999999900000");
    QTest::newRow("1e+21") << quint64{0x444b1ae4d6e2ef50} << QByteArray("1e+21");
    QTest::newRow("1e-6 below") << quint64{0x3eb0c6f7a0b5ed8c} << QByteArray("9.999999999999997e-7");
    QTest::newRow("1e-6") << quint64{0x3eb0c6f7a0b5ed8d} << QByteArray("0.000001");
    QTest::newRow("row 1") << quint64{0x41b3de4355555553} << QByteArray("333333333.3333332");
    QTest::newRow("row 2") << quint64{0x41b3de4355555554} << QByteArray("333333333.33333325");
    QTest::newRow("row 3") << quint64{0x41b3de4355555555} << QByteArray("333333333.3333333");
    QTest::newRow("row 4") << quint64{0x41b3de4355555556} << QByteArray("333333333.3333334");
    QTest::newRow("row 5") << quint64{0x41b3de4355555557} << QByteArray("333333333.33333343");
    QTest::newRow("negative fraction")
        << quint64{0xbecbf647612f3696} << QByteArray("-0.0000033333333333333333");
    QTest::newRow("round to even") << quint64{0x43143ff3c1cb0959} << QByteArray("1424953923781206.2");
}

void TestCanonicalJson::numbersArePrintedAsEcmaScriptPrintsThem()
{
    QFETCH(quint64, bits);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(canonicalJson(std::bit_cast<double>(std::uint64_t{bits}))), expected);
}

void TestCanonicalJson::theExampleOfTheRfcComesOutAsInTheRfc()
{
    // RFC 8785, sections 3.2.2 and 3.2.3.
    const std::string text = R"({
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    })";
    QCOMPARE(
        canonicalOf(text),
        std::string("{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                    "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"));
}

void TestCanonicalJson::membersAreSortedByUtf16Units()
{
    // RFC 8785, section 3.2.3: U+1F600 is two units from D83D on, so it stands before U+FB33.
    const std::string text = R"({"\u20ac": "Euro Sign", "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"})";
    QCOMPARE(canonicalOf(text),
             std::string("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"\u00f6\":"
                         "\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\",\"\U0001f600\":"
                         "\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"));
}

void TestCanonicalJson::thePublishedTestFilesComeOut_data()
{
    // github.com/cyberphone/json-canonicalization, testdata: the files that RFC 8785, appendix F, points to.
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArray>("output");
    QTest::newRow("arrays") << QByteArray(R"([ 56, { "d": true, "10": null, "1": [ ] } ])") << QByteArray(R"([56,{"1":[],"10":null,"d":true}])");
    QTest::newRow("french")
        << QByteArray(R"({ "peach": "This sorting order", "péché": "is wrong according to French",
                           "pêche": "but canonicalization MUST", "sin": "ignore locale" })")
        << QByteArray(R"({"peach":"This sorting order","péché":"is wrong according to French",)"
                      R"("pêche":"but canonicalization MUST","sin":"ignore locale"})");
    QTest::newRow("structures")
        << QByteArray(R"({ "1": {"f": {"f": "hi","F": 5} ,"\n": 56.0}, "10": { }, "": "empty", "a": { },
                           "111": [ {"e": "yes","E": "no" } ], "A": { } })")
        << QByteArray(R"({"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}})");
    QTest::newRow("unicode") << QByteArray(R"({ "Unnormalized Unicode":"A\u030a" })") << QByteArray("{\"Unnormalized Unicode\":\"A\u030a\"}");
    QTest::newRow("weird") << QByteArray(R"({ "\u20ac": "Euro Sign", "\r": "Carriage Return", "\u000a": "Newline", "1": "One",
                           "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley", "\u00f6": "Latin Small Letter O With Diaeresis",
                           "\ufb33": "Hebrew Letter Dalet With Dagesh", "</script>": "Browser Challenge" })")
                           << QByteArray("{\"\\n\":\"Newline\",\"\\r\":\"Carriage Return\",\"1\":\"One\",\"</script>\":\"Browser Challenge\","
                                         "\"\xc2\x80\":\"Control\x7f\",\"\u00f6\":\"Latin Small Letter O With Diaeresis\","
                                         "\"\u20ac\":\"Euro Sign\",\"\U0001f602\":\"Smiley\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

void TestCanonicalJson::thePublishedTestFilesComeOut()
{
    QFETCH(QByteArray, input);
    QFETCH(QByteArray, output);
    QCOMPARE(QByteArray::fromStdString(canonicalOf(input.toStdString())), output);
}

void TestCanonicalJson::textIsRefusedUnlessItIsStrictJson_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("two values") << QByteArray("{} {}");
    QTest::newRow("a member twice") << QByteArray(R"({"a":1,"a":1})");
    QTest::newRow("a member twice, escaped") << QByteArray(R"({"a":1,"\u0061":2})");
    QTest::newRow("a member twice, inside") << QByteArray(R"({"x":[{"b":1,"b":2}]})");
    QTest::newRow("a lone surrogate") << QByteArray(R"(["\ud800"])");
    QTest::newRow("bytes that are not UTF-8") << QByteArray("[\"\xff\"]");
    QTest::newRow("a number without end") << QByteArray("[1e999]");
    QTest::newRow("a comment") << QByteArray("[1] // no");
    QTest::newRow("65 lists") << QByteArray(65, '[') + QByteArray(65, ']');
}

void TestCanonicalJson::textIsRefusedUnlessItIsStrictJson()
{
    QFETCH(QByteArray, text);
    QVERIFY(!parseStrictJson({text.constData(), static_cast<std::size_t>(text.size())}));
}

void TestCanonicalJson::whatHasNoFormIsRefused()
{
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalJson(std::numeric_limits<double>::infinity()));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalJson(std::nan("")));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalJson(std::string("\xC0\x80")));
    QVERIFY_THROWS_EXCEPTION(InvalidInput, canonicalJson(nlohmann::json{{"\xED\xA0\x80", 1}}));
}

void TestCanonicalJson::everyDoubleReadsBackAsItself()
{
    QVERIFY(rc::check([](std::uint64_t bits) {
        const auto value = std::bit_cast<double>(bits);
        RC_PRE(std::isfinite(value));
        const std::string text = canonicalJson(value);
        RC_ASSERT(std::strtod(text.c_str(), nullptr) == value);
    }));
}

void TestCanonicalJson::canonicalTextIsItsOwnCanonicalForm()
{
    QVERIFY(rc::check(
        [](const std::map<std::string, std::vector<std::int64_t>>& drawn, const std::string& bytes) {
            // Any bytes as latin1 are any text.
            const auto textOf = [](const std::string& from) {
                return QString::fromLatin1(from.c_str()).toStdString();
            };
            std::map<std::string, std::vector<std::int64_t>> members;
            for (const auto& [name, numbers] : drawn)
                members[textOf(name)] = numbers;
            const std::string text = textOf(bytes);
            nlohmann::json value = nlohmann::json::object();
            for (const auto& [name, numbers] : members)
                value[name] = numbers;
            value["text"] = text;
            const std::string once = canonicalJson(value);
            RC_ASSERT(canonicalOf(once) == once);
        }));
}

QTEST_GUILESS_MAIN(TestCanonicalJson)
#include "tst_canonical_json.moc"
