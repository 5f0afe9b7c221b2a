// SPDX-License-Identifier: GPL-3.0-or-later
#include "client/api/json_fields.h"

#include <QTest>

using namespace hpcbill::client;

class JsonFieldsTest final : public QObject
{
    Q_OBJECT

private slots:
    void amountsStayTheTextThatWasSent();
    void wholeNumbersKeepEveryDigit();
    void whatTheContractDoesNotPromiseIsRefused_data();
    void whatTheContractDoesNotPromiseIsRefused();
    void nullAndAbsentAreTheSame();
    void aListCarriesItsCursor();
};

void JsonFieldsTest::amountsStayTheTextThatWasSent()
{
    const JsonFields fields = readObject(R"({"cost":{"amount":"12345678901234567.10","currency":"THB"}})");
    QCOMPARE(fields.money("cost").amount, QString("12345678901234567.10"));
    QCOMPARE(fields.money("cost").currency, QString("THB"));
}

void JsonFieldsTest::wholeNumbersKeepEveryDigit()
{
    const JsonFields fields = readObject(R"({"n":9007199254740993})"); // 2^53 + 1: no double holds it
    QCOMPARE(fields.integer("n"), Q_INT64_C(9007199254740993));
    QCOMPARE(fields.decimal("n"), QString("9007199254740993"));
}

void JsonFieldsTest::whatTheContractDoesNotPromiseIsRefused_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no JSON") << QByteArray("<html>");
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("a fraction") << QByteArray(R"({"n":1.5})");
    QTest::newRow("text for a number") << QByteArray(R"({"n":"1"})");
    QTest::newRow("missing") << QByteArray("{}");
    QTest::newRow("null") << QByteArray(R"({"n":null})");
}

void JsonFieldsTest::whatTheContractDoesNotPromiseIsRefused()
{
    QFETCH(QByteArray, body);
    QVERIFY_THROWS_EXCEPTION(UnexpectedAnswer, static_cast<void>(readObject(body).integer("n")));
}

void JsonFieldsTest::nullAndAbsentAreTheSame()
{
    const JsonFields fields = readObject(R"({"a":null})");
    QVERIFY(!fields.has("a"));
    QVERIFY(!fields.has("b"));
    QCOMPARE(fields.textOrEmpty("a"), QString());
    QVERIFY(!fields.timeOrNone("b").isValid());
}

void JsonFieldsTest::aListCarriesItsCursor()
{
    const auto read = [](const JsonFields& fields) { return fields.text("x"); };
    const auto first = readList<QString>(R"({"items":[{"x":"a"},{"x":"b"}],"next_cursor":"c1"})", read);
    QCOMPARE(first.items, QList<QString>({"a", "b"}));
    QCOMPARE(first.nextCursor, std::optional<QString>("c1"));
    const auto last = readList<QString>(R"({"items":[],"next_cursor":null})", read);
    QVERIFY(last.items.isEmpty() && !last.nextCursor);
    try {
        static_cast<void>(readList<QString>(R"({"items":[{"x":"a"},{}],"next_cursor":null})", read));
        QFAIL("an item without its member was taken");
    } catch (const UnexpectedAnswer& fault) {
        QCOMPARE(QString(fault.what()), QString("items[1].x")); // says where
    }
}

QTEST_GUILESS_MAIN(JsonFieldsTest)
#include "tst_json_fields.moc"
