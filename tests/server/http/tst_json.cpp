// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/http/json.h"

#include "server/http/problem.h"

#include <QtTest>

using namespace hpcbill;
using http::JsonBody;

namespace
{

http::Request jsonRequest(std::string body, std::string type = "application/json")
{
    http::RequestParts parts;
    parts.headers = {{"Content-Type", std::move(type)}};
    parts.body = std::move(body);
    return http::Request(std::move(parts));
}

/// Reads a body of every kind of field; the errors as "field: detail", none when it is good.
std::vector<std::string> complaints(const std::string& text)
{
    try {
        JsonBody body(jsonRequest(text));
        body->text("name");
        body->decimal("rate");
        body->optionalInteger("count");
        body->optionalBoolean("flag");
        body->optionalTime("at");
        body->optionalText("note");
        if (body->has("rules")) {
            for (http::JsonObject rule : body->objects("rules"))
                rule.text("state");
        }
        body.finish();
        return {};
    } catch (const InvalidInput& error) {
        std::vector<std::string> lines;
        for (const FieldError& field : error.fields())
            lines.push_back(field.field + ": " + field.detail);
        return lines;
    }
}

} // namespace

class TestJson final : public QObject
{
    Q_OBJECT

private slots:
    void numbersKeepTheTextThatWasSent_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("read");
        QTest::newRow("a fraction that no double holds")
            << QByteArray("0.10000000000000000001") << QByteArray("0.10000000000000000001");
        QTest::newRow("trailing zeros") << QByteArray("1.500000") << QByteArray("1.500000");
        QTest::newRow("a string") << QByteArray("\"1.50\"") << QByteArray("1.50");
        QTest::newRow("a whole number") << QByteArray("12") << QByteArray("12");
        QTest::newRow("larger than 64 bits")
            << QByteArray("123456789012345678901234") << QByteArray("123456789012345678901234");
        QTest::newRow("negative") << QByteArray("-3") << QByteArray("-3");
    }
    void numbersKeepTheTextThatWasSent()
    {
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, read);
        JsonBody body(jsonRequest("{\"rate\":" + sent.toStdString() + "}"));
        QCOMPARE(QByteArray::fromStdString(body->decimal("rate")), read);
        body.finish();
    }

    void eachFaultIsNamed_data()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArrayList>("expected");
        const auto row = [](const char* name, const char* sent, QByteArrayList expected) {
            QTest::newRow(name) << QByteArray(sent) << expected;
        };
        row("not JSON", "{\"name\": \n  nope}", {": The body is not JSON: see line 2, column 4."});
        row("empty", "", {": The body is not JSON: see line 1, column 1."});
        row("more after the end", "{} x", {": The body is not JSON: see line 1, column 4."});
        row("not an object", "[1]", {": The body must be a JSON object."});
        row("missing", "{}", {"name: Is missing.", "rate: Is missing."});
        row("null is missing", R"({"name":null,"rate":1})", {"name: Is missing."});
        row("unknown", R"({"name":"a","rate":1,"nmae":"b"})", {"nmae: Is not a field of this request."});
        row("twice", R"({"name":"a","rate":1,"rate":2})", {"rate: Is given twice."});
        row("wrong kinds", R"({"name":1,"rate":true,"count":1.5,"flag":"yes","at":7})",
            {"name: Must be a string.", "rate: Must be a decimal number such as \"1.50\".",
             "count: Must be a whole number.", "flag: Must be true or false.",
             "at: Must be a string with a time such as \"2026-11-23T13:37:33Z\"."});
        row("an exponent", R"({"name":"a","rate":1e3})",
            {"rate: Must be a decimal number such as \"1.50\"."});
        row("empty text", R"({"name":"","rate":1})", {"name: Must not be empty."});
        row("a control character", "{\"name\":\"a\\u0000b\",\"rate\":1}",
            {"name: Must not hold control characters."});
        row("within an array", R"({"name":"a","rate":1,"rules":[{"state":"A"},{"stat":"B"}]})",
            {"rules[1].state: Is missing.", "rules[1].stat: Is not a field of this request."});
        row("good",
            R"({"name":"a","rate":"1.5","count":3,"flag":true,"at":"2026-11-23T00:00:00Z","rules":[{"state":"x"}]})",
            {});
    }
    void eachFaultIsNamed()
    {
        QFETCH(QByteArray, sent);
        QFETCH(QByteArrayList, expected);
        QByteArrayList found;
        for (const std::string& line : complaints(sent.toStdString()))
            found << QByteArray::fromStdString(line);
        QCOMPARE(found, expected);
    }

    void invalidUtf8IsNotJson()
    {
        QCOMPARE(complaints("{\"name\":\"\xff\"}").front().substr(0, 24),
                 std::string(": The body is not JSON: "));
    }

    void deepNestingIsRefused()
    {
        const std::string deep = "{\"name\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
        QCOMPARE(complaints(deep), std::vector<std::string>{": The body nests deeper than 32 levels."});
    }

    void tooManyFieldsAreRefused()
    {
        std::string wide = "{\"f0\":0";
        for (int i = 1; i < 5000; ++i)
            wide += ",\"f" + std::to_string(i) + "\":0";
        QCOMPARE(complaints(wide + "}"),
                 std::vector<std::string>{": An object of the body has more than 1000 fields."});
    }

    void anotherContentTypeIsRefused()
    {
        QVERIFY_THROWS_EXCEPTION(http::UnsupportedMediaType, JsonBody(jsonRequest("{}", "text/plain")));
        JsonBody body(jsonRequest("{}", "Application/JSON; charset=utf-8"));
        body.finish();
    }
};

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
